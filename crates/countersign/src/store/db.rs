//! The seam between the two databases: one connection type, one row type, and the macro that runs the same text on
//! whichever is there. Nothing above this file knows which database it talks to.

use std::str::FromStr;

use jiff::Timestamp;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::types::Json;
use sqlx::{Decode, PgConnection, Postgres, Row as _, Sqlite, SqliteConnection, Type};
use uuid::Uuid;

use crate::store::error::Error;
use crate::store::values::{Micros, TokenHash};

/// A borrowed connection of either kind.
pub(super) enum Conn<'c> {
    Postgres(&'c mut PgConnection),
    Sqlite(&'c mut SqliteConnection),
}

/// A connection that was taken from a pool to read.
pub(super) enum Reader {
    Postgres(PoolConnection<Postgres>),
    Sqlite(PoolConnection<Sqlite>),
}

impl Reader {
    pub(super) fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Postgres(conn) => Conn::Postgres(conn),
            Self::Sqlite(conn) => Conn::Sqlite(conn),
        }
    }
}

/// Runs one statement with its values. The text is the same for both databases (`$1` is valid in SQLite too), or a
/// [`Text`](crate::store::dialect::Text) that holds one for each.
///
/// `run!(conn, execute TEXT, values…)` gives the number of rows touched, `optional T: TEXT` an `Option<T>` and
/// `all T: TEXT` a `Vec<T>`, where `T` is a [`Record`].
macro_rules! run {
    ($conn:expr, execute $text:expr $(, $value:expr)* $(,)?) => {
        match $conn {
            $crate::store::db::Conn::Postgres(conn) => {
                sqlx::query($crate::store::dialect::Statement::postgres($text))
                    $(.bind($value))*.execute(conn).await.map(|done| done.rows_affected())
            }
            $crate::store::db::Conn::Sqlite(conn) => {
                sqlx::query($crate::store::dialect::Statement::sqlite($text))
                    $(.bind($value))*.execute(conn).await.map(|done| done.rows_affected())
            }
        }
        .map_err($crate::store::error::Error::from)
    };
    ($conn:expr, optional $record:ty: $text:expr $(, $value:expr)* $(,)?) => {
        $crate::store::db::run!($conn, all $record: $text $(, $value)*).map(|records| records.into_iter().next())
    };
    ($conn:expr, all $record:ty: $text:expr $(, $value:expr)* $(,)?) => {
        match $conn {
            $crate::store::db::Conn::Postgres(conn) => {
                sqlx::query($crate::store::dialect::Statement::postgres($text))
                    $(.bind($value))*.fetch_all(conn).await
                    .map(|rows| rows.into_iter().map($crate::store::db::Row::Postgres).collect::<Vec<_>>())
            }
            $crate::store::db::Conn::Sqlite(conn) => {
                sqlx::query($crate::store::dialect::Statement::sqlite($text))
                    $(.bind($value))*.fetch_all(conn).await
                    .map(|rows| rows.into_iter().map($crate::store::db::Row::Sqlite).collect::<Vec<_>>())
            }
        }
        .map_err($crate::store::error::Error::from)
        .and_then(|rows| rows.iter().map(<$record as $crate::store::db::Record>::read).collect::<Result<Vec<_>, _>>())
    };
}
pub(super) use run;

/// A value that one row holds.
pub(super) trait Record: Sized {
    /// Reads it.
    fn read(row: &Row) -> Result<Self, Error>;
}

/// A row of either database. What cannot be read is reported as corrupt, by the column's name.
pub(super) enum Row {
    Postgres(PgRow),
    Sqlite(SqliteRow),
}

/// A type that both databases can read.
pub(super) trait Column:
    for<'r> Decode<'r, Postgres> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + Type<Sqlite>
{
}

impl<T> Column for T where T: for<'r> Decode<'r, Postgres> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + Type<Sqlite> {}

impl Row {
    /// A column that needs no conversion.
    pub(super) fn get<T: Column>(&self, column: &'static str) -> Result<T, Error> {
        let value = match self {
            Self::Postgres(row) => row.try_get(column),
            Self::Sqlite(row) => row.try_get(column),
        };
        value.map_err(|_| Error::Corrupt(column))
    }

    /// An id.
    pub(super) fn id<T>(&self, column: &'static str, wrap: impl FnOnce(Uuid) -> T) -> Result<T, Error> {
        self.get(column).map(wrap)
    }

    /// An id that may be missing.
    pub(super) fn optional_id<T>(
        &self,
        column: &'static str,
        wrap: impl FnOnce(Uuid) -> T,
    ) -> Result<Option<T>, Error> {
        self.get::<Option<Uuid>>(column).map(|id| id.map(wrap))
    }

    /// An instant.
    pub(super) fn instant(&self, column: &'static str) -> Result<Timestamp, Error> {
        self.get::<Micros>(column).map(|micros| micros.0)
    }

    /// An instant that may be missing.
    pub(super) fn optional_instant(&self, column: &'static str) -> Result<Option<Timestamp>, Error> {
        self.get::<Option<Micros>>(column).map(|micros| micros.map(|micros| micros.0))
    }

    /// A counter.
    pub(super) fn count(&self, column: &'static str) -> Result<u32, Error> {
        u32::try_from(self.get::<i64>(column)?).map_err(|_| Error::Corrupt(column))
    }

    /// A text in the form of `T`.
    pub(super) fn parsed<T: FromStr>(&self, column: &'static str) -> Result<T, Error> {
        self.get::<String>(column)?.parse().map_err(|_| Error::Corrupt(column))
    }

    /// A text in the form of `T` that may be missing.
    pub(super) fn optional_parsed<T: FromStr>(&self, column: &'static str) -> Result<Option<T>, Error> {
        self.get::<Option<String>>(column)?.map(|text| text.parse().map_err(|_| Error::Corrupt(column))).transpose()
    }

    /// An enum by the name that `serde` gives its value.
    pub(super) fn named<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, Error> {
        let text = self.get::<String>(column)?;
        let name: StrDeserializer<'_, serde::de::value::Error> = text.as_str().into_deserializer();
        T::deserialize(name).map_err(|_| Error::Corrupt(column))
    }

    /// An enum by its name that may be missing.
    pub(super) fn optional_named<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>, Error> {
        if self.get::<Option<String>>(column)?.is_none() { Ok(None) } else { self.named(column).map(Some) }
    }

    /// A JSON value.
    pub(super) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, Error> {
        match self {
            Self::Postgres(row) => row.try_get::<Json<T>, _>(column),
            Self::Sqlite(row) => row.try_get::<Json<T>, _>(column),
        }
        .map(|json| json.0)
        .map_err(|_| Error::Corrupt(column))
    }

    /// A JSON value that may be missing.
    pub(super) fn optional_json<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>, Error> {
        match self {
            Self::Postgres(row) => row.try_get::<Option<Json<T>>, _>(column),
            Self::Sqlite(row) => row.try_get::<Option<Json<T>>, _>(column),
        }
        .map(|json| json.map(|json| json.0))
        .map_err(|_| Error::Corrupt(column))
    }

    /// 32 bytes.
    pub(super) fn bytes(&self, column: &'static str) -> Result<[u8; 32], Error> {
        self.get::<Vec<u8>>(column)?.try_into().map_err(|_| Error::Corrupt(column))
    }

    /// A token's hash that may be missing.
    pub(super) fn optional_token(&self, column: &'static str) -> Result<Option<TokenHash>, Error> {
        let bytes = self.get::<Option<Vec<u8>>>(column)?;
        bytes.map(|bytes| bytes.try_into().map(TokenHash).map_err(|_| Error::Corrupt(column))).transpose()
    }
}
