//! "This was not me": what a person does about a message or an entry that they know nothing of.
//!
//! It works without a login, by the link of a mail, by the code of a text message, or from the recent activity of a
//! session. All three end in one transaction: everything that is open on the account ends, its password opens nothing but
//! the way to a new one, a contact that somebody has just put in is taken out, two-step login that somebody has just turned
//! off is on again, and the administrators are told. It gives
//! nobody anything, so the worst that a thief of a link can do with it is to shut the door.

mod by_code;
mod dispute;

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::challenge::TRIES_MAX;
use countersign_core::id::{AccountId, ChallengeId};
use countersign_core::notice::{LinkKind, Notice};
use countersign_core::realm::{RealmName, SourceName};
use serde_json::{Value, json};

pub use by_code::{ByCode, Typed, by_code};

use crate::app::App;
use crate::flow::account::end_everything;
use crate::flow::notice::{self, Whom, subject};
use crate::flow::session::Current;
use crate::flow::{Error, Visitor, link};
use crate::store::accounts::AccountRow;
use crate::store::audit::AuditEntry;
use crate::store::error::Error as StoreError;
use crate::store::links::LinkRow;
use crate::store::messages::MessageRow;
use crate::store::tx::Tx;

/// Why things ended, in their rows.
const REASON: &str = "this was not me";

/// What the page of a link offers to do.
pub struct Offer {
    /// The realm of the account.
    pub realm: RealmName,
    /// Where a new password is chosen.
    pub password: Password,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The realm of the account.
    pub realm: RealmName,
    /// Where a new password is chosen.
    pub password: Password,
}

/// Who has the password, and so what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    /// A directory: it has to be changed there.
    Elsewhere,
    /// Ours: the one of before opens nothing any more.
    Here,
}

/// What the page of a link shows; `None` when the link was used, is too old, or never was one. Nothing changes.
pub async fn offer(app: &App, visitor: &Visitor, token: &str) -> Result<Option<Offer>, Error> {
    let Some(link) = link::find(app, LinkKind::NotMe, token, visitor.now).await? else { return Ok(None) };
    let Some(row) = app.store.account(link.account).await? else { return Ok(None) };
    Ok(Some(Offer { realm: row.account.realm.clone(), password: password_of(&row) }))
}

/// Does what the page of a link offers; `None` as in [`offer`].
pub async fn by_link(app: &Arc<App>, visitor: &Visitor, token: &str) -> Result<Option<Done>, Error> {
    let Some(link) = link::find(app, LinkKind::NotMe, token, visitor.now).await? else { return Ok(None) };
    let message = app.store.message(link.id).await?.map(Box::new);
    run(app, visitor, link.account, Said::ByLink(link, message)).await
}

/// What saying it of an entry of the recent activity offers; `None` when the entry is not one of this account.
pub async fn offer_of_entry(app: &App, current: &Current, entry: i64) -> Result<Option<Offer>, Error> {
    let row = &current.account;
    let found = app.store.has_audit_entry(row.account.id, entry).await?;
    Ok(found.then(|| Offer { realm: row.account.realm.clone(), password: password_of(row) }))
}

/// The same for an entry of the recent activity of whoever is signed in, and this session ends with all others. `None`
/// when the entry is not one of this account.
pub async fn from_session(
    app: &Arc<App>,
    visitor: &Visitor,
    current: &Current,
    entry: i64,
) -> Result<Option<Done>, Error> {
    let id = current.account.account.id;
    if !app.store.has_audit_entry(id, entry).await? {
        return Ok(None);
    }
    run(app, visitor, id, Said::OfEntry(entry)).await
}

/// By what a person has said it.
#[derive(Clone)]
enum Said {
    /// The code of a message.
    ByCode(ChallengeId),
    /// The link of a message.
    ByLink(LinkRow, Option<Box<MessageRow>>),
    /// An entry of the recent activity.
    OfEntry(i64),
}

impl Said {
    fn told(&self) -> Value {
        match self {
            Self::ByCode(challenge) => json!({ "by": "the code of a message", "challenge": challenge }),
            Self::ByLink(link, _) => json!({ "by": "the link of a message", "message": link.id }),
            Self::OfEntry(entry) => json!({ "by": "recent activity", "entry": entry }),
        }
    }
}

struct Case {
    app: Arc<App>,
    visitor: Visitor,
    account: AccountId,
    said: Said,
}

async fn run(app: &Arc<App>, visitor: &Visitor, account: AccountId, said: Said) -> Result<Option<Done>, Error> {
    let case = Arc::new(Case { app: Arc::clone(app), visitor: visitor.clone(), account, said });
    let done = app.store.write(move |tx| Box::pin(async move { confirm(tx, &case).await })).await?;
    app.outbox.notify_one();
    if done.is_some() {
        tracing::warn!(event = Event::NotMe.as_str(), account.id = %account, client.ip = %visitor.ip, "this was not me: everything that was open on the account has ended");
    }
    Ok(done)
}

/// One transaction, and once: the link is used up, or the codes of the account say it no more.
async fn confirm(tx: &mut Tx, case: &Case) -> Result<Option<Done>, StoreError> {
    let (id, now) = (case.account, case.visitor.now);
    let Some(row) = tx.lock_account(id).await? else { return Ok(None) };
    if let Said::ByLink(link, _) = &case.said
        && !tx.use_link(link.id, now).await?
    {
        return Ok(None);
    }
    // The other messages tell of the same thing: their links must not shut out the owner once more, after a new password.
    tx.end_links(id, None, REASON, now).await?;
    tx.use_up_not_me_tries(id, TRIES_MAX).await?;
    end_everything(tx, id, REASON, now).await?;
    tx.end_challenges(id, REASON, now).await?;
    let password = password_of(&row);
    if password == Password::Here {
        tx.demand_new_password(id, now).await?;
    }
    let (row, taken_back) = dispute::take_back(tx, row, &case.said, now).await?;
    tx.audit(&AuditEntry {
        at: now,
        event: Event::NotMe,
        account: Some(id),
        realm: Some(row.account.realm.clone()),
        ip: Some(case.visitor.ip.to_string()),
        detail: taken_back.told(case.said.told()),
    })
    .await?;
    notice::tell(tx, &case.app, &row, Notice::NotMeConfirmed, Whom::EveryAddress, now).await?;
    notice::tell_administrators(tx, &case.app, Notice::AlarmNotMe { about: subject(&row) }, now).await?;
    Ok(Some(Done { realm: row.account.realm.clone(), password }))
}

fn password_of(row: &AccountRow) -> Password {
    if row.account.source == SourceName::local() { Password::Here } else { Password::Elsewhere }
}
