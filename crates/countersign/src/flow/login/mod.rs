//! Signing in: password, destination, code.
//!
//! ```text
//!   password ──► Choosing ──► Entering ──► session
//!                   ▲             │
//!                   └─────────────┘  another destination
//! ```
//!
//! A login in progress is a row that the login cookie names. It is worth nothing but the right to choose a destination
//! and to try the code; no flow but [`code::submit`] and [`recovery::submit`] turns it into a session.

pub mod code;
pub mod destination;
pub mod enrol;
pub(super) mod finish;
pub mod password;
pub mod progress;
pub mod recovery;

use countersign_core::channel::Channel;
use countersign_core::facts::Circumstances;
use countersign_core::id::AccountId;
use countersign_core::policy::{self, Decision};
use countersign_core::realm::RealmName;
use countersign_core::recovery::after_reset;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

pub use finish::Completed;

use crate::app::App;
use crate::flow::{Error, Visitor};
use crate::keys::Token;
use crate::store::accounts::AccountRow;
use crate::store::devices::DeviceRow;
use crate::store::logins::{LoginRow, Stage};
use crate::store::values::TokenHash;

/// How long a login may wait for the choice of a destination; afterwards it lives as long as its code.
const LOGIN_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// What the code page says when it is shown next; kept in the login, because the page comes by a redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The code that was sent before is still good; nothing was sent.
    AlreadySent,
    /// The next message has to wait.
    Cooldown,
    /// What was typed is no code; it cost no try.
    Format,
    /// The person asked what is known of the message.
    Looked,
    /// The code was sent again.
    Resent,
    /// The code was sent.
    Sent,
    /// A limit on messages is reached.
    TooMany,
    /// Nobody could be asked whether the code was right; it cost a try.
    Unchecked,
    /// The code was wrong.
    Wrong,
}

impl Notice {
    const ALL: [Self; 9] = [
        Self::AlreadySent,
        Self::Cooldown,
        Self::Format,
        Self::Looked,
        Self::Resent,
        Self::Sent,
        Self::TooMany,
        Self::Unchecked,
        Self::Wrong,
    ];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AlreadySent => "already-sent",
            Self::Cooldown => "cooldown",
            Self::Format => "format",
            Self::Looked => "looked",
            Self::Resent => "resent",
            Self::Sent => "sent",
            Self::TooMany => "too-many",
            Self::Unchecked => "unchecked",
            Self::Wrong => "wrong",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == text)
    }
}

/// What the policy says to a login, and what a reset by mail adds to it.
pub fn decide(app: &App, row: &AccountRow, circumstances: &Circumstances, reachable: &[Channel]) -> Decision {
    let policy = app.settings.policy(&row.account.realm, &row.account.source);
    let decision = policy::decide(&policy, &row.account, circumstances, reachable);
    after_reset(decision, &row.account, row.mail_reset_at, reachable)
}

/// The login that the visitor's cookie names, if it is alive.
async fn current(app: &App, visitor: &Visitor) -> Result<Option<LoginRow>, Error> {
    let Some(token) = &visitor.login else { return Ok(None) };
    let login = app.store.login_by_token(&TokenHash(token.hash())).await?;
    let chooses = |login: &LoginRow| login.stage != Stage::Ended && !login.stage.enrols();
    Ok(login.filter(|login| chooses(login) && visitor.now < login.expires_at))
}

/// The realm of the login that the visitor's cookie names, alive or not: where *start again* leads.
pub async fn realm_of(app: &App, visitor: &Visitor) -> Result<Option<RealmName>, Error> {
    let Some(token) = &visitor.login else { return Ok(None) };
    Ok(app.store.login_by_token(&TokenHash(token.hash())).await?.map(|login| login.realm))
}

/// The device whose token came along, if it belongs to the account and is trusted.
fn trusted(app: &App, found: Option<DeviceRow>, account: AccountId, now: Timestamp) -> Option<DeviceRow> {
    found.filter(|device| device.account == account && app.settings.trusted_device.holds(device.trust, now))
}

/// The id and the token of a row that does not exist yet.
pub(super) struct Bearer {
    pub(super) id: Uuid,
    pub(super) token: Token,
}

impl Bearer {
    pub(super) fn new(app: &App) -> Result<Self, Error> {
        Ok(Self { id: app.entropy.uuid()?, token: Token::new(&app.entropy)? })
    }

    pub(super) fn hash(&self) -> TokenHash {
        TokenHash(self.token.hash())
    }
}
