//! Attempts in progress. A row is found by the hash of the token in the browser's cookie, and ends when the session
//! begins, when the tries are used, or by time.

use countersign_core::facts::{Browser, Network};
use countersign_core::id::{AccountId, ChallengeId, LoginId};
use countersign_core::policy::Trigger;
use countersign_core::realm::RealmName;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use crate::store::Store;
use crate::store::db::{Conn, Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::{Micros, TokenHash};

/// Where an attempt stands.
///
/// ```text
///  Choosing ──► Entering ──► Ended
///      └────────────────────────▲
///  Enrolling ──► Adding ────────┤     a person who has no second factor yet
///      └────────────────────────┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The enrolment code is accepted; a first contact is being added.
    Adding,
    /// The password is accepted; no destination is chosen.
    Choosing,
    /// It is over.
    Ended,
    /// The password is accepted, and there is no second factor: more than the password has to be proven.
    Enrolling,
    /// A code has been sent and is awaited.
    Entering,
}

impl Stage {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Adding => "adding",
            Self::Choosing => "choosing",
            Self::Ended => "ended",
            Self::Enrolling => "enrolling",
            Self::Entering => "entering",
        }
    }
}

impl Stage {
    /// Whether a first contact is being added.
    pub const fn enrols(self) -> bool {
        matches!(self, Self::Adding | Self::Enrolling)
    }
}

/// An attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRow {
    /// Its id.
    pub id: LoginId,
    /// The hash of its token.
    pub token: TokenHash,
    /// Whose.
    pub account: AccountId,
    /// The realm it began in.
    pub realm: RealmName,
    /// When the password was accepted.
    pub created_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub stage: Stage,
    /// Why a code is asked for.
    pub reasons: Vec<Trigger>,
    /// The challenge it waits for.
    pub challenge: Option<ChallengeId>,
    /// Where to go after it.
    pub return_to: Option<String>,
    /// The client's address.
    pub ip: String,
    /// The client's network.
    pub network: Network,
    /// The client's browser.
    pub browser: Browser,
    /// The language of pages and messages.
    pub language: String,
    /// Whether the code page may be shown, once.
    pub page: bool,
    /// What the code page says when it is shown.
    pub notice: Option<String>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Record for LoginRow {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id("id", LoginId)?,
            token: TokenHash(row.bytes("token")?),
            account: row.id("account_id", AccountId)?,
            realm: row.parsed("realm")?,
            created_at: row.instant("created_at")?,
            expires_at: row.instant("expires_at")?,
            stage: row.named("stage")?,
            reasons: row.json("reasons")?,
            challenge: row.optional_id("challenge_id", ChallengeId)?,
            return_to: row.get("return_to")?,
            ip: row.get("ip")?,
            network: row.json("network")?,
            browser: row.json("browser")?,
            language: row.get("language")?,
            page: row.get("page")?,
            notice: row.get("notice")?,
            ended_at: row.optional_instant("ended_at")?,
        })
    }
}

struct Notice(Option<String>);

impl Record for Notice {
    fn read(row: &Row) -> Result<Self, Error> {
        row.get("notice").map(Self)
    }
}

async fn find(conn: Conn<'_>, token: &TokenHash) -> Result<Option<LoginRow>, Error> {
    run!(
        conn,
        optional LoginRow:
        "select id, token, account_id, realm, created_at, expires_at, stage, reasons, challenge_id, return_to, ip,
                network, browser, language, page, notice, ended_at
           from login where token = $1",
        token.as_slice(),
    )
}

impl Store {
    /// The attempt with this token, ended or not.
    pub async fn login_by_token(&self, token: &TokenHash) -> Result<Option<LoginRow>, Error> {
        find(self.reader().await?.conn(), token).await
    }
}

impl Tx {
    /// The attempt with this token, ended or not.
    pub async fn login_by_token(&mut self, token: &TokenHash) -> Result<Option<LoginRow>, Error> {
        find(self.conn(), token).await
    }

    /// Begins an attempt.
    pub async fn insert_login(&mut self, login: &LoginRow) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into login (id, token, account_id, realm, created_at, expires_at, stage, reasons,
                                        challenge_id, return_to, ip, network, browser, language, page, notice, ended_at)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            login.id.0,
            login.token.as_slice(),
            login.account.0,
            login.realm.as_str(),
            Micros(login.created_at),
            Micros(login.expires_at),
            login.stage.as_str(),
            Json(&login.reasons),
            login.challenge.map(|id| id.0),
            login.return_to.as_deref(),
            &login.ip,
            Json(&login.network),
            Json(&login.browser),
            &login.language,
            login.page,
            login.notice.as_deref(),
            login.ended_at.map(Micros),
        )
        .map(drop)
    }

    /// Moves an attempt on; `false` if it has ended.
    pub async fn update_login(
        &mut self,
        id: LoginId,
        stage: Stage,
        challenge: Option<ChallengeId>,
        expires_at: Timestamp,
    ) -> Result<bool, Error> {
        let changed = run!(
            self.conn(),
            execute "update login set stage = $2, challenge_id = $3, expires_at = $4 where id = $1 and ended_at is null",
            id.0,
            stage.as_str(),
            challenge.map(|id| id.0),
            Micros(expires_at),
        )?;
        Ok(changed == 1)
    }

    /// Lets the code page be shown once, with this notice.
    pub async fn offer_page(&mut self, id: LoginId, notice: Option<&str>) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update login set page = true, notice = $2 where id = $1 and ended_at is null",
            id.0,
            notice,
        )
        .map(drop)
    }

    /// Takes the offer: `Some` with the notice, to exactly one request.
    pub async fn take_page(&mut self, id: LoginId) -> Result<Option<Option<String>>, Error> {
        let taken = run!(
            self.conn(),
            optional Notice: "update login set page = false where id = $1 and page and ended_at is null returning notice",
            id.0,
        )?;
        Ok(taken.map(|notice| notice.0))
    }

    /// Ends one attempt.
    pub async fn end_login(&mut self, id: LoginId, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update login set stage = 'ended', page = false, ended_at = $2 where id = $1 and ended_at is null",
            id.0,
            Micros(now),
        )
        .map(drop)
    }

    /// Ends every attempt of an account.
    pub async fn end_logins(&mut self, account: AccountId, now: Timestamp) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update login set stage = 'ended', page = false, ended_at = $2
                      where account_id = $1 and ended_at is null",
            account.0,
            Micros(now),
        )
    }
}
