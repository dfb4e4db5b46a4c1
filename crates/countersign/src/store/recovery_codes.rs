//! Recovery codes. A row holds the SHA-256 over the account and the code; a code is used up by one conditional statement,
//! so that of fifty requests with the same one a single one has it.

use countersign_core::id::{AccountId, RecoveryCodeId};
use jiff::Timestamp;

use crate::store::Store;
use crate::store::db::{Conn, Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// What is left of an account's codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodesLeft {
    /// How many have not been used.
    pub left: u32,
    /// When they were made; none without one that is left.
    pub made_at: Option<Timestamp>,
}

/// The reason written by [`Tx::use_recovery_code`].
const USED: &str = "used";

impl Record for CodesLeft {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self { left: row.count("codes")?, made_at: row.optional_instant("made_at")? })
    }
}

async fn left(conn: Conn<'_>, account: AccountId) -> Result<CodesLeft, Error> {
    let left = run!(
        conn,
        optional CodesLeft:
        "select count(*) as codes, max(created_at) as made_at from recovery_code where account_id = $1 and ended_at is null",
        account.0,
    )?;
    Ok(left.unwrap_or_default())
}

impl Store {
    /// What is left of an account's codes.
    pub async fn recovery_codes(&self, account: AccountId) -> Result<CodesLeft, Error> {
        left(self.reader().await?.conn(), account).await
    }
}

impl Tx {
    /// What is left of an account's codes.
    pub async fn recovery_codes(&mut self, account: AccountId) -> Result<CodesLeft, Error> {
        left(self.conn(), account).await
    }

    /// Ends the codes that an account has, and gives it these.
    pub async fn replace_recovery_codes(
        &mut self,
        account: AccountId,
        codes: &[(RecoveryCodeId, [u8; 32])],
        now: Timestamp,
    ) -> Result<(), Error> {
        self.end_recovery_codes(account, "replaced", now).await?;
        for (id, hash) in codes {
            run!(
                self.conn(),
                execute "insert into recovery_code (id, account_id, hash, created_at) values ($1, $2, $3, $4)",
                id.0,
                account.0,
                hash.as_slice(),
                Micros(now),
            )?;
        }
        Ok(())
    }

    /// Uses up the code of this account that has this hash: `true` for exactly one caller.
    pub async fn use_recovery_code(
        &mut self,
        account: AccountId,
        hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let used = run!(
            self.conn(),
            execute "update recovery_code set ended_at = $3, end_reason = $4
                      where account_id = $1 and hash = $2 and ended_at is null",
            account.0,
            hash.as_slice(),
            Micros(now),
            USED,
        )?;
        Ok(used == 1)
    }

    /// Ends every code of an account.
    pub async fn end_recovery_codes(&mut self, account: AccountId, reason: &str, now: Timestamp) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update recovery_code set ended_at = $3, end_reason = $2 where account_id = $1 and ended_at is null",
            account.0,
            reason,
            Micros(now),
        )
    }
}
