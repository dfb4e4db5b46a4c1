//! Whose code a challenge has, and the verification that a provider holds for it; columns of `challenge`.
//!
//! One challenge, one code (docs/decisions/0017): before a message is handed over, its challenge is claimed for whoever
//! makes the code, by one conditional statement. The claim falls only if every hand-over is known to have sent nothing.

use countersign_core::id::{AccountId, ChallengeId};
use jiff::Timestamp;

use crate::store::Store;
use crate::store::challenges::ChallengeRow;
use crate::store::db::run;
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

impl Tx {
    /// Claims a challenge for whoever makes the code, and counts a hand-over. `false`: its code is another's, or it is over.
    pub async fn claim_code(&mut self, id: ChallengeId, maker: &str, now: Timestamp) -> Result<bool, Error> {
        let claimed = run!(
            self.conn(),
            execute "update challenge set code_by = $2, handed = handed + 1
                      where id = $1 and (code_by is null or code_by = $2) and ended_at is null and expires_at > $3",
            id.0,
            maker,
            Micros(now),
        )?;
        Ok(claimed == 1)
    }

    /// A hand-over sent nothing: it is counted back, and the last of them gives the claim up.
    pub async fn unclaim_code(&mut self, id: ChallengeId, maker: &str) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update challenge
                        set handed = handed - 1, code_by = case when handed = 1 then null else code_by end
                      where id = $1 and code_by = $2 and handed > 0",
            id.0,
            maker,
        )
        .map(drop)
    }

    /// A provider holds a verification for this challenge.
    pub async fn verification_begun(&mut self, id: ChallengeId, verifier: &str, sid: &str) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update challenge set verifier = $2, verification = $3 where id = $1",
            id.0,
            verifier,
            sid,
        )
        .map(drop)
    }

    /// The provider knows how the verification ended; `true` to exactly one caller.
    pub async fn close_verification(&mut self, id: ChallengeId, now: Timestamp) -> Result<bool, Error> {
        let closed = run!(
            self.conn(),
            execute "update challenge set verification_closed_at = $2
                      where id = $1 and verification is not null and verification_closed_at is null",
            id.0,
            Micros(now),
        )?;
        Ok(closed == 1)
    }
}

impl Store {
    /// Challenges that are over while a provider still holds their verification open; of one account or of all.
    pub async fn open_verifications(
        &self,
        account: Option<AccountId>,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ChallengeRow>, Error> {
        run!(
            self.reader().await?.conn(),
            all ChallengeRow:
            concat!(
                "select ", crate::store::challenges::columns!(), " from challenge
                  where verification is not null and verification_closed_at is null
                    and (ended_at is not null or expires_at <= $1)
                    and ($2 is null or account_id = $2)
                  order by created_at
                  limit $3"
            ),
            Micros(now),
            account.map(|id| id.0),
            i64::from(limit),
        )
    }
}
