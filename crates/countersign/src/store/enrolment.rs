//! Enrolment codes: what an administrator gives to somebody who must have a second factor and has nowhere to send a code
//! to. A row holds the SHA-256 of 128 random bits. At most one of an account has no end (a partial unique index).

use countersign_core::id::AccountId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::store::db::run;
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::{Micros, TokenHash};

/// A new code.
#[derive(Clone, Debug)]
pub struct NewEnrolmentCode {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub account: AccountId,
    /// Its hash.
    pub hash: TokenHash,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

impl Tx {
    /// Issues a code, and ends the one before.
    pub async fn issue_enrolment_code(&mut self, code: &NewEnrolmentCode, now: Timestamp) -> Result<(), Error> {
        self.end_enrolment_codes(code.account, "replaced", now).await?;
        run!(
            self.conn(),
            execute "insert into enrolment_code (id, account_id, hash, created_at, expires_at)
                     values ($1, $2, $3, $4, $5)",
            code.id,
            code.account.0,
            code.hash.as_slice(),
            Micros(now),
            Micros(code.expires_at),
        )
        .map(drop)
    }

    /// Uses the code up; `true` to exactly one caller.
    pub async fn use_enrolment_code(
        &mut self,
        account: AccountId,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let used = run!(
            self.conn(),
            execute "update enrolment_code set ended_at = $3, end_reason = 'used'
                      where account_id = $1 and hash = $2 and ended_at is null and expires_at > $3",
            account.0,
            hash.as_slice(),
            Micros(now),
        )?;
        Ok(used == 1)
    }

    /// Ends the code of an account, if there is one.
    pub async fn end_enrolment_codes(&mut self, account: AccountId, reason: &str, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update enrolment_code set ended_at = $3, end_reason = $2
                      where account_id = $1 and ended_at is null",
            account.0,
            reason,
            Micros(now),
        )
        .map(drop)
    }
}
