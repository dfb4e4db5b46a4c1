//! Challenges. A row holds no code: the code is derived from the row's id under a key that is not here.
//!
//! At most one row of an account and purpose has no end (a partial unique index). A try is reserved by one conditional
//! statement in a transaction of its own, committed before anything is compared (security.md 5, rule 1).

use std::fmt;

use countersign_core::challenge::Purpose;
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::id::{AccountId, ChallengeId, LoginId, SessionId};
use jiff::Timestamp;

use crate::store::Store;
use crate::store::db::{Conn, Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// A challenge.
#[derive(Clone, PartialEq, Eq)]
pub struct ChallengeRow {
    /// Its id; the code is derived from it.
    pub id: ChallengeId,
    /// Whose.
    pub account: AccountId,
    /// What its code is good for.
    pub purpose: Purpose,
    /// The attempt it belongs to.
    pub login: Option<LoginId>,
    /// The session that asked for it, where it is not for a login.
    pub session: Option<SessionId>,
    /// How the code was last sent.
    pub channel: Channel,
    /// Where to, in full.
    pub destination: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When its time is over.
    pub expires_at: Timestamp,
    /// Tries that were reserved.
    pub tries: u32,
    /// Messages that were queued.
    pub sends: u32,
    /// When the last was.
    pub last_sent_at: Option<Timestamp>,
    /// When it was used, replaced or voided.
    pub ended_at: Option<Timestamp>,
    /// Which of these.
    pub end_reason: Option<String>,
    /// Whose code it has: [`OURS`], or the name of a provider; nobody's before a message is handed over.
    pub code_by: Option<String>,
    /// The provider that holds a verification for it.
    pub verifier: Option<String>,
    /// The provider's id of that verification.
    pub verification: Option<String>,
}

/// Prints no address.
impl fmt::Debug for ChallengeRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChallengeRow")
            .field("id", &self.id)
            .field("account", &self.account)
            .field("purpose", &self.purpose)
            .field("tries", &self.tries)
            .field("expires_at", &self.expires_at)
            .field("ended_at", &self.ended_at)
            .finish_non_exhaustive()
    }
}

/// The maker of the codes that are derived here.
pub const OURS: &str = "countersign";

/// The reason written by [`Tx::consume_challenge`].
pub const USED: &str = "used";

macro_rules! columns {
    () => {
        "id, account_id, purpose, login_id, session_id, channel, destination, created_at, expires_at, tries, sends,
         last_sent_at, ended_at, end_reason, code_by, verifier, verification"
    };
}
pub(super) use columns;

impl Record for ChallengeRow {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id("id", ChallengeId)?,
            account: row.id("account_id", AccountId)?,
            purpose: row.named("purpose")?,
            login: row.optional_id("login_id", LoginId)?,
            session: row.optional_id("session_id", SessionId)?,
            channel: row.parsed("channel")?,
            destination: row.get("destination")?,
            created_at: row.instant("created_at")?,
            expires_at: row.instant("expires_at")?,
            tries: row.count("tries")?,
            sends: row.count("sends")?,
            last_sent_at: row.optional_instant("last_sent_at")?,
            ended_at: row.optional_instant("ended_at")?,
            end_reason: row.get("end_reason")?,
            code_by: row.get("code_by")?,
            verifier: row.get("verifier")?,
            verification: row.get("verification")?,
        })
    }
}

struct Tries(u32);

impl Record for Tries {
    fn read(row: &Row) -> Result<Self, Error> {
        row.count("tries").map(Self)
    }
}

async fn find(conn: Conn<'_>, id: ChallengeId) -> Result<Option<ChallengeRow>, Error> {
    run!(conn, optional ChallengeRow: concat!("select ", columns!(), " from challenge where id = $1"), id.0)
}

impl Store {
    /// The challenge with this id.
    pub async fn challenge(&self, id: ChallengeId) -> Result<Option<ChallengeRow>, Error> {
        find(self.reader().await?.conn(), id).await
    }

    /// The newest challenge that this session asked for, ended or not.
    pub async fn challenge_of_session(
        &self,
        session: SessionId,
        purpose: Purpose,
    ) -> Result<Option<ChallengeRow>, Error> {
        run!(
            self.reader().await?.conn(),
            optional ChallengeRow:
            concat!(
                "select ", columns!(), " from challenge
                  where session_id = $1 and purpose = $2
                  order by created_at desc, id desc
                  limit 1"
            ),
            session.0,
            purpose.as_str(),
        )
    }
}

impl Store {
    /// The newest challenges whose code was last sent to this number or address, whatever has become of them.
    pub async fn challenges_sent_to(&self, address: &str, limit: u32) -> Result<Vec<ChallengeRow>, Error> {
        run!(
            self.reader().await?.conn(),
            all ChallengeRow:
            concat!("select ", columns!(), " from challenge where destination = $1 order by created_at desc limit $2"),
            address,
            i64::from(limit),
        )
    }

    /// The newest challenges of an account, whatever has become of them.
    pub async fn challenges_of(&self, account: AccountId, limit: u32) -> Result<Vec<ChallengeRow>, Error> {
        run!(
            self.reader().await?.conn(),
            all ChallengeRow:
            concat!("select ", columns!(), " from challenge where account_id = $1 order by created_at desc limit $2"),
            account.0,
            i64::from(limit),
        )
    }
}

impl Tx {
    /// The challenge with this id.
    pub async fn challenge(&mut self, id: ChallengeId) -> Result<Option<ChallengeRow>, Error> {
        find(self.conn(), id).await
    }

    /// The challenge of this account and purpose that has not ended and not expired.
    pub async fn live_challenge(
        &mut self,
        account: AccountId,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<ChallengeRow>, Error> {
        run!(
            self.conn(),
            optional ChallengeRow:
            concat!(
                "select ", columns!(), " from challenge
                  where account_id = $1 and purpose = $2 and ended_at is null and expires_at > $3"
            ),
            account.0,
            purpose.as_str(),
            Micros(now),
        )
    }

    /// Begins a challenge. It fails if one without an end is there: [`Tx::end_live_challenges`] comes first.
    pub async fn insert_challenge(&mut self, challenge: &ChallengeRow) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into challenge (id, account_id, purpose, login_id, session_id, channel, destination,
                                            created_at, expires_at, tries, sends, last_sent_at, ended_at, end_reason,
                                            code_by, verifier, verification)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            challenge.id.0,
            challenge.account.0,
            challenge.purpose.as_str(),
            challenge.login.map(|id| id.0),
            challenge.session.map(|id| id.0),
            challenge.channel.as_str(),
            &challenge.destination,
            Micros(challenge.created_at),
            Micros(challenge.expires_at),
            i64::from(challenge.tries),
            i64::from(challenge.sends),
            challenge.last_sent_at.map(Micros),
            challenge.ended_at.map(Micros),
            challenge.end_reason.as_deref(),
            challenge.code_by.as_deref(),
            challenge.verifier.as_deref(),
            challenge.verification.as_deref(),
        )
        .map(drop)
    }

    /// Ends what has no end yet, expired ones included, to make room for a new one.
    pub async fn end_live_challenges(
        &mut self,
        account: AccountId,
        purpose: Purpose,
        reason: &str,
        now: Timestamp,
    ) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update challenge set ended_at = $4, end_reason = $3
                      where account_id = $1 and purpose = $2 and ended_at is null",
            account.0,
            purpose.as_str(),
            reason,
            Micros(now),
        )
    }

    /// Reserves one try, and returns how many there are now. `None`: nothing may be compared.
    pub async fn reserve_try(&mut self, id: ChallengeId, tries: u32, now: Timestamp) -> Result<Option<u32>, Error> {
        let reserved = run!(
            self.conn(),
            optional Tries:
            "update challenge set tries = tries + 1
              where id = $1 and tries < $2 and ended_at is null and expires_at > $3
             returning tries",
            id.0,
            i64::from(tries),
            Micros(now),
        )?;
        Ok(reserved.map(|tries| tries.0))
    }

    /// Reserves one try to say "This was not me" with the code; `false`: it may not be compared. The code of a challenge
    /// that has expired or ended says it too.
    pub async fn reserve_not_me_try(&mut self, id: ChallengeId, tries: u32) -> Result<bool, Error> {
        let reserved = run!(
            self.conn(),
            execute "update challenge set not_me_tries = not_me_tries + 1 where id = $1 and not_me_tries < $2",
            id.0,
            i64::from(tries),
        )?;
        Ok(reserved == 1)
    }

    /// No code that the account has been sent so far says "This was not me" any more.
    pub async fn use_up_not_me_tries(&mut self, account: AccountId, tries: u32) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update challenge set not_me_tries = $2 where account_id = $1",
            account.0,
            i64::from(tries),
        )
        .map(drop)
    }

    /// Ends every challenge of the account, whatever its purpose.
    pub async fn end_challenges(&mut self, account: AccountId, reason: &str, now: Timestamp) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update challenge set ended_at = $3, end_reason = $2 where account_id = $1 and ended_at is null",
            account.0,
            reason,
            Micros(now),
        )
    }

    /// Uses the challenge up; `true` to exactly one caller.
    pub async fn consume_challenge(&mut self, id: ChallengeId, now: Timestamp) -> Result<bool, Error> {
        let consumed = run!(
            self.conn(),
            execute "update challenge set ended_at = $2, end_reason = $3
                      where id = $1 and ended_at is null and expires_at > $2",
            id.0,
            Micros(now),
            USED,
        )?;
        Ok(consumed == 1)
    }

    /// Ends a challenge, unless it has ended.
    pub async fn end_challenge(&mut self, id: ChallengeId, reason: &str, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update challenge set ended_at = $3, end_reason = $2 where id = $1 and ended_at is null",
            id.0,
            reason,
            Micros(now),
        )
        .map(drop)
    }

    /// Counts a message and remembers where it goes.
    pub async fn record_send(&mut self, id: ChallengeId, to: &Destination, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update challenge set sends = sends + 1, last_sent_at = $2, channel = $3, destination = $4
                      where id = $1",
            id.0,
            Micros(now),
            to.channel().as_str(),
            to.address(),
        )
        .map(drop)
    }

    /// Makes the challenge belong to another attempt of the same browser.
    pub async fn attach_challenge(&mut self, id: ChallengeId, login: LoginId) -> Result<(), Error> {
        run!(self.conn(), execute "update challenge set login_id = $2 where id = $1", id.0, login.0).map(drop)
    }
}
