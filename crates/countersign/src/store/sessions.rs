//! Completed logins. A row is found by the hash of the token in the browser's cookie; what it is worth is computed from
//! its evidence each time, never stored.

use countersign_core::facts::Browser;
use countersign_core::id::{AccountId, DeviceId, SessionId};
use countersign_core::realm::RealmName;
use countersign_core::session::Evidence;
use jiff::Timestamp;
use sqlx::types::Json;

use crate::store::Store;
use crate::store::accounts::LastLogin;
use crate::store::db::{Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::{Micros, TokenHash};

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// The hash of its token.
    pub token: TokenHash,
    /// Whose.
    pub account: AccountId,
    /// The account's realm.
    pub realm: RealmName,
    /// When the login was completed.
    pub created_at: Timestamp,
    /// When a request last came with it.
    pub seen_at: Timestamp,
    /// The client's address at the login.
    pub ip: String,
    /// The client's browser.
    pub browser: Browser,
    /// What was proven, and when.
    pub evidence: Vec<Evidence>,
    /// The trusted device it was begun from.
    pub device: Option<DeviceId>,
    /// The account's login before this one, as its page shows it.
    pub previous_login: Option<LastLogin>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why.
    pub end_reason: Option<String>,
}

impl Record for SessionRow {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id("id", SessionId)?,
            token: TokenHash(row.bytes("token")?),
            account: row.id("account_id", AccountId)?,
            realm: row.parsed("realm")?,
            created_at: row.instant("created_at")?,
            seen_at: row.instant("seen_at")?,
            ip: row.get("ip")?,
            browser: row.json("browser")?,
            evidence: row.json("evidence")?,
            device: row.optional_id("device_id", DeviceId)?,
            previous_login: row.optional_json("previous_login")?,
            ended_at: row.optional_instant("ended_at")?,
            end_reason: row.get("end_reason")?,
        })
    }
}

/// That a session is open.
struct Open;

impl Record for Open {
    fn read(_row: &Row) -> Result<Self, Error> {
        Ok(Self)
    }
}

macro_rules! columns {
    () => {
        "id, token, account_id, realm, created_at, seen_at, ip, browser, evidence, device_id, previous_login, ended_at,
         end_reason"
    };
}

impl Store {
    /// An account's sessions that nobody ended and that were seen since `since`, the last seen first.
    pub async fn sessions(&self, account: AccountId, since: Timestamp, limit: u32) -> Result<Vec<SessionRow>, Error> {
        run!(
            self.reader().await?.conn(),
            all SessionRow:
            concat!(
                "select ", columns!(), " from session
                  where account_id = $1 and ended_at is null and seen_at > $2
                  order by seen_at desc, id
                  limit $3"
            ),
            account.0,
            Micros(since),
            i64::from(limit),
        )
    }

    /// The session with this token, ended or not.
    pub async fn session_by_token(&self, token: &TokenHash) -> Result<Option<SessionRow>, Error> {
        run!(
            self.reader().await?.conn(),
            optional SessionRow:
            concat!("select ", columns!(), " from session where token = $1"),
            token.as_slice(),
        )
    }
}

impl Tx {
    /// Begins a session.
    pub async fn insert_session(&mut self, session: &SessionRow) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into session (id, token, account_id, realm, created_at, seen_at, ip, browser, evidence,
                                          device_id, previous_login, ended_at, end_reason)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            session.id.0,
            session.token.as_slice(),
            session.account.0,
            session.realm.as_str(),
            Micros(session.created_at),
            Micros(session.seen_at),
            &session.ip,
            Json(&session.browser),
            Json(&session.evidence),
            session.device.map(|id| id.0),
            session.previous_login.as_ref().map(Json),
            session.ended_at.map(Micros),
            session.end_reason.as_deref(),
        )
        .map(drop)
    }

    /// Moves the idle limit on. It never moves back, whichever of two requests writes last.
    pub async fn touch_session(&mut self, id: SessionId, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update session set seen_at = $2 where id = $1 and ended_at is null and seen_at < $2",
            id.0,
            Micros(now),
        )
        .map(drop)
    }

    /// Adds to what a session has proven, and gives it a new token; `false` if another request has done so, or it ended.
    pub async fn renew_session(
        &mut self,
        id: SessionId,
        old: &TokenHash,
        new: &TokenHash,
        evidence: &[Evidence],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let renewed = run!(
            self.conn(),
            execute "update session set token = $3, evidence = $4, seen_at = $5
                      where id = $1 and token = $2 and ended_at is null",
            id.0,
            old.as_slice(),
            new.as_slice(),
            Json(evidence),
            Micros(now),
        )?;
        Ok(renewed == 1)
    }

    /// Whether a session is not over, under the account's lock: it may have ended since the request began.
    pub async fn session_is_open(&mut self, id: SessionId) -> Result<bool, Error> {
        let open = run!(
            self.conn(),
            optional Open: "select id from session where id = $1 and ended_at is null",
            id.0,
        )?;
        Ok(open.is_some())
    }

    /// Ends a session; `false` if it had ended.
    pub async fn end_session(&mut self, id: SessionId, reason: &str, now: Timestamp) -> Result<bool, Error> {
        let ended = run!(
            self.conn(),
            execute "update session set ended_at = $3, end_reason = $2 where id = $1 and ended_at is null",
            id.0,
            reason,
            Micros(now),
        )?;
        Ok(ended == 1)
    }

    /// Ends the session with this token, whoever's it is; `false` if there is none that is not over.
    pub async fn end_session_by_token(
        &mut self,
        token: &TokenHash,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let ended = run!(
            self.conn(),
            execute "update session set ended_at = $3, end_reason = $2 where token = $1 and ended_at is null",
            token.as_slice(),
            reason,
            Micros(now),
        )?;
        Ok(ended == 1)
    }

    /// Ends every session that was begun from a trusted device.
    pub async fn end_sessions_of_device(
        &mut self,
        device: DeviceId,
        reason: &str,
        now: Timestamp,
    ) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update session set ended_at = $3, end_reason = $2 where device_id = $1 and ended_at is null",
            device.0,
            reason,
            Micros(now),
        )
    }

    /// Ends a session of this account; `false` if it is another's or had ended.
    pub async fn end_session_of(
        &mut self,
        account: AccountId,
        id: SessionId,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let ended = run!(
            self.conn(),
            execute "update session set ended_at = $4, end_reason = $3
                      where id = $2 and account_id = $1 and ended_at is null",
            account.0,
            id.0,
            reason,
            Micros(now),
        )?;
        Ok(ended == 1)
    }

    /// Ends every session of an account but one.
    pub async fn end_other_sessions(
        &mut self,
        account: AccountId,
        but: SessionId,
        reason: &str,
        now: Timestamp,
    ) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update session set ended_at = $4, end_reason = $3
                      where account_id = $1 and id <> $2 and ended_at is null",
            account.0,
            but.0,
            reason,
            Micros(now),
        )
    }

    /// Ends every session of an account.
    pub async fn end_sessions(&mut self, account: AccountId, reason: &str, now: Timestamp) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update session set ended_at = $3, end_reason = $2 where account_id = $1 and ended_at is null",
            account.0,
            reason,
            Micros(now),
        )
    }
}
