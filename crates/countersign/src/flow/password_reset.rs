//! A forgotten password of an account that is kept here: a link by mail, and a new password by that link.
//!
//! Whoever asks learns nothing. The answer is given before the name is looked up, so its time tells no more than its words
//! (security.md C-04, C-08); the mail goes to the address that is stored, whatever was typed (H-08); and asking changes
//! nothing about the account, so it locks nobody out (H-07).
//!
//! The link proves that somebody reads the mailbox and no more. It gives no session; the next login needs a second factor
//! whatever the triggers say, and for a while none that goes to that mailbox (docs/security, D2). It forgives no wrong
//! code and turns no factor on again (H-06).

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::contact::{Destination, EmailAddress};
use countersign_core::identifier::Identifier;
use countersign_core::notice::{LinkKind, Notice};
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::recovery::LINK_LIFE;
use countersign_core::secret::Secret;
use countersign_core::throttle::{Quota, Rate, Scope};
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::flow::account::{end_everything, entry};
use crate::flow::new_password::{self, Context, Unfit};
use crate::flow::notice::{Whom, tell};
use crate::flow::{Error, Visitor, bucket, link};
use crate::store::accounts::AccountRow;
use crate::store::audit::AuditEntry;
use crate::store::error::Error as StoreError;
use crate::store::links::LinkRow;
use crate::store::sends::SendVerdict;
use crate::store::tx::Tx;

/// How often one client network may ask, over all names.
const PER_NETWORK: Rate = Rate { per_hour: 30, per_day: 150 };

/// What became of a request for a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The same answer for every name.
    Answered,
    /// Too many from this network.
    TooMany {
        /// Until when.
        until: Timestamp,
    },
}

/// What became of a link for one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The account may not log in.
    Disabled,
    /// Its password is kept in a directory; the mail says so.
    Elsewhere,
    /// The link is on its way.
    Link,
    /// Enough mails went there already; the last link goes on working.
    Limited,
    /// It has no verified e-mail address.
    NoAddress,
    /// There is no such account.
    Unknown,
}

impl Sent {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Elsewhere => "kept in a directory",
            Self::Link => "sent",
            Self::Limited => "limit reached",
            Self::NoAddress => "no address",
            Self::Unknown => "unknown",
        }
    }
}

/// Somebody has forgotten a password. The rest happens after the answer: the caller never waits for it.
pub async fn ask(app: &Arc<App>, visitor: &Visitor, realm: RealmName, typed: String) -> Result<Asked, Error> {
    if let Some(until) = network_full_until(app, visitor).await? {
        return Ok(Asked::TooMany { until });
    }
    let Ok(place) = Arc::clone(&app.resets).try_acquire_owned() else {
        tracing::warn!(realm = %realm, "too many forgotten passwords at once; one was passed over");
        return Ok(Asked::Answered);
    };
    let (app, visitor) = (Arc::clone(app), visitor.clone());
    tokio::spawn(async move {
        if let Err(error) = answer(&app, &visitor, realm, &typed).await {
            tracing::error!(%error, "a forgotten password could not be dealt with; the person will ask again");
        }
        drop(place);
    });
    Ok(Asked::Answered)
}

/// This machine itself has no limit, as with failed logins: a proxy that is not named makes everybody seem to be here.
async fn network_full_until(app: &App, visitor: &Visitor) -> Result<Option<Timestamp>, Error> {
    if visitor.ip.to_canonical().is_loopback() {
        return Ok(None);
    }
    let scope = Scope::ResetNetwork;
    let subject = app.keys.pseudonym(scope.as_str(), &visitor.network().to_string());
    let (quota, now) = (Quota { scope, subject, rate: PER_NETWORK }, visitor.now);
    let verdict = app.store.write(move |tx| Box::pin(async move { tx.reserve_sends(&[quota], now).await })).await?;
    Ok(match verdict {
        SendVerdict::Allowed => None,
        SendVerdict::Refused { until, .. } => Some(until),
    })
}

async fn answer(app: &Arc<App>, visitor: &Visitor, realm: RealmName, typed: &str) -> Result<(), Error> {
    let found = match typed.parse::<Identifier>() {
        Ok(identifier) => app.store.account_by_identifier(&realm, &identifier).await?,
        Err(_) => None,
    };
    let ip = Some(visitor.ip.to_string());
    let browser = visitor.browser_name();
    let Some(row) = found else {
        // What was typed is not kept: it may be a password in the wrong field.
        let detail = json!({ "outcome": Sent::Unknown.as_str() });
        let event = Event::PasswordResetAsked;
        let told = AuditEntry { at: visitor.now, event, account: None, realm: Some(realm), ip, detail };
        return Ok(app.store.write(move |tx| Box::pin(async move { tx.audit(&told).await })).await?);
    };
    let asker = Asker { now: visitor.now, ip, by: json!({ "browser": browser }) };
    send(app, row, asker).await.map(drop)
}

/// Who asks for a link, for the audit log.
#[derive(Clone)]
struct Asker {
    now: Timestamp,
    ip: Option<String>,
    by: serde_json::Value,
}

/// An administrator has a link sent. What it sets is the person's own choice, and goes through nobody else's hands
/// (security.md H-10).
pub async fn send_for_administrator(app: &Arc<App>, row: AccountRow) -> Result<Sent, Error> {
    send(app, row, Asker { now: app.clock.now(), ip: None, by: json!({ "by": "command" }) }).await
}

async fn send(app: &Arc<App>, row: AccountRow, asker: Asker) -> Result<Sent, Error> {
    let work = Arc::clone(app);
    let sent = app.store.write(move |tx| {
        Box::pin(async move {
            let Some(row) = tx.lock_account(row.account.id).await? else { return Ok(Sent::Unknown) };
            let sent = queue(tx, &work, &row, asker.now).await?;
            let mut detail = asker.by;
            if let Some(fields) = detail.as_object_mut() {
                fields.insert("outcome".to_owned(), sent.as_str().into());
            }
            let told = entry(Event::PasswordResetAsked, row.account.id, &row.account.realm, asker.now, detail);
            tx.audit(&AuditEntry { ip: asker.ip, ..told }).await?;
            Ok(sent)
        })
    });
    let sent = sent.await?;
    app.outbox.notify_one();
    Ok(sent)
}

/// Queues the mail. A newer link ends the older one, but only once it is really there.
async fn queue(tx: &mut Tx, app: &App, row: &AccountRow, now: Timestamp) -> Result<Sent, StoreError> {
    let account = &row.account;
    if account.disabled_at.is_some() {
        return Ok(Sent::Disabled);
    }
    let Some(email) = account.contacts.email.clone() else { return Ok(Sent::NoAddress) };
    let to = Whom::Only(Destination::Email(email));
    if account.source != SourceName::local() {
        tell(tx, app, row, Notice::PasswordElsewhere, to, now).await?;
        return Ok(Sent::Elsewhere);
    }
    let before = tx.live_links(account.id, LinkKind::PasswordReset).await?;
    let minutes = u32::try_from(LINK_LIFE.as_mins()).unwrap_or_default();
    tell(tx, app, row, Notice::PasswordLink { minutes }, to, now).await?;
    let after = tx.live_links(account.id, LinkKind::PasswordReset).await?;
    if after.len() == before.len() {
        return Ok(Sent::Limited);
    }
    for older in before {
        tx.end_link(older, "replaced by a newer one", now).await?;
    }
    Ok(Sent::Link)
}

/// What the page of a link shows.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Where the login is afterwards.
    pub realm: RealmName,
    /// The fewest characters of the new password.
    pub length_min: usize,
}

/// What became of a new password.
pub enum Outcome {
    /// It is set.
    Done {
        /// Where to log in with it.
        realm: RealmName,
    },
    /// The link does not work: used, replaced, too old, or never one. All of them are the same to whoever holds it.
    Gone,
    /// The password cannot be used; the link goes on working.
    Unfit(Unfit, Offer),
}

/// What the page of a link shows; `None` when it does not work. Nothing is used up: mail scanners open every link.
pub async fn show(app: &App, token: &str, now: Timestamp) -> Result<Option<Offer>, Error> {
    Ok(find(app, token, now).await?.map(|(_, row)| offer(app, &row)))
}

fn offer(app: &App, row: &AccountRow) -> Offer {
    Offer { realm: row.account.realm.clone(), length_min: Context::of(app, row).length_min() }
}

/// The link and its account. Whose it is follows from the token alone (security.md H-03).
async fn find(app: &App, token: &str, now: Timestamp) -> Result<Option<(LinkRow, AccountRow)>, Error> {
    let Some(link) = link::find(app, LinkKind::PasswordReset, token, now).await? else { return Ok(None) };
    let row = app.store.account(link.account).await?;
    Ok(row.filter(may_reset).map(|row| (link, row)))
}

fn may_reset(row: &AccountRow) -> bool {
    row.account.disabled_at.is_none() && row.account.source == SourceName::local()
}

/// Sets the password that was chosen.
pub async fn submit(app: &Arc<App>, visitor: &Visitor, token: &str, new: &Secret) -> Result<Outcome, Error> {
    let Some((link, row)) = find(app, token, visitor.now).await? else { return Ok(Outcome::Gone) };
    if let Err(unfit) = new_password::check(app, new, &Context::of(app, &row)).await? {
        return Ok(Outcome::Unfit(unfit, offer(app, &row)));
    }
    let turn = app.hasher.turn().await?;
    let hash = app.hasher.hash(new).await?;
    drop(turn);
    let realm = row.account.realm.clone();
    let (work, visitor) = (Arc::clone(app), visitor.clone());
    let id = row.account.id;
    let done =
        app.store.write(move |tx| Box::pin(async move { redeem(tx, &work, &visitor, &link, &hash).await })).await?;
    if !done {
        return Ok(Outcome::Gone);
    }
    tracing::info!(event = Event::PasswordReset.as_str(), account.id = %id, "password reset by mail");
    app.outbox.notify_one();
    Ok(Outcome::Done { realm })
}

/// One transaction: the link is used up, and with it, or not at all, the password changes and everything ends.
async fn redeem(tx: &mut Tx, app: &App, visitor: &Visitor, link: &LinkRow, hash: &str) -> Result<bool, StoreError> {
    let (id, now) = (link.account, visitor.now);
    let Some(row) = tx.lock_account(id).await? else { return Ok(false) };
    // The mailbox that the link went to has to be the account's still.
    let sent_to = tx.destination_of(link.id).await?;
    let email = row.account.contacts.email.as_ref().map(EmailAddress::as_str);
    if !may_reset(&row) || sent_to.is_none() || sent_to.as_deref() != email || !tx.use_link(link.id, now).await? {
        return Ok(false);
    }
    let why = "password reset by mail";
    tx.set_password(id, hash, now).await?;
    tx.record_mail_reset(id, now).await?;
    // What was guessed at is the password no more; wrong codes stay counted.
    tx.clear_lockout(&bucket::account(id)).await?;
    end_everything(tx, id, why, now).await?;
    let detail = json!({ "by": "a link in a mail", "browser": visitor.browser_name() });
    let told = entry(Event::PasswordReset, id, &row.account.realm, now, detail);
    tx.audit(&AuditEntry { ip: Some(visitor.ip.to_string()), ..told }).await?;
    tell(tx, app, &row, Notice::PasswordReset, Whom::EveryAddress, now).await?;
    Ok(true)
}
