//! Column types that both databases share.

use std::fmt;

use jiff::Timestamp;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};

/// An instant as microseconds since 1970, in a `BIGINT`: it compares alike in both databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Micros(pub(super) Timestamp);

impl<DB: Database> Type<DB> for Micros
where
    i64: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        i64::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        i64::compatible(ty)
    }
}

impl<'q, DB: Database> Encode<'q, DB> for Micros
where
    i64: Encode<'q, DB>,
{
    fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.0.as_microsecond().encode_by_ref(buffer)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Micros
where
    i64: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(Timestamp::from_microsecond(i64::decode(value)?)?))
    }
}

/// The SHA-256 of a random token. The token itself is only in the browser's cookie.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

/// A hash finds a row, so it stays out of logs.
impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl TokenHash {
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.0
    }
}
