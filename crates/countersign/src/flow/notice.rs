//! Telling people, by the outbox, what happened to their account: in the transaction in which it happens.
//!
//! A notice that a limit holds back is written down and left out; nothing that happens depends on it. Whoever calls
//! [`tell`] wakes the outbox after the commit (`app.outbox.notify_one()`), or the notice waits for half a minute.

use countersign_core::audit::Event;
use countersign_core::channel::Channel;
use countersign_core::contact::{Contacts, Destination};
use countersign_core::id::MessageId;
use countersign_core::notice::{Notice, Subject};
use countersign_core::throttle::Quota;
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::flow::link::{self, NewLink};
use crate::flow::{bucket, reach};
use crate::i18n::FALLBACK;
use crate::store::accounts::AccountRow;
use crate::store::audit::AuditEntry;
use crate::store::error::Error as StoreError;
use crate::store::messages::NewNotice;
use crate::store::sends::SendVerdict;
use crate::store::tx::Tx;

/// How many administrators are told at most.
const ADMINISTRATORS_MAX: u32 = 20;

/// Who of an account's addresses is told.
#[derive(Clone, Debug)]
pub enum Whom {
    /// By mail; by text message where there is no mail address.
    Email,
    /// By mail and by text message.
    EveryAddress,
    /// The places that were the account's before it was changed.
    Old(Vec<Destination>),
    /// This one.
    Only(Destination),
}

/// Tells an account something, in the language of its last login.
pub async fn tell(
    tx: &mut Tx,
    app: &App,
    row: &AccountRow,
    notice: Notice,
    to: Whom,
    now: Timestamp,
) -> Result<(), StoreError> {
    let destinations = destinations(tx, app, &row.account.contacts, to, now).await?;
    if destinations.is_empty() {
        tracing::info!(notice = notice.as_str(), account.id = %row.account.id, "there is no way to tell this account");
        return Ok(());
    }
    if !fits(tx, app, row, &notice, &notice.quotas(row.account.id), now).await? {
        return Ok(());
    }
    for destination in destinations {
        let quotas = app.settings.send_limits.notice_quotas(&destination);
        if fits(tx, app, row, &notice, &quotas, now).await? {
            queue(tx, app, row, &notice, destination, now).await?;
        }
    }
    Ok(())
}

/// Tells every administrator who can be told by mail, and says so in the log, where somebody looks who has no mail.
pub async fn tell_administrators(tx: &mut Tx, app: &App, notice: Notice, now: Timestamp) -> Result<(), StoreError> {
    tracing::warn!(notice = notice.as_str(), "administrators are told");
    for administrator in tx.administrators(ADMINISTRATORS_MAX).await? {
        tell(tx, app, &administrator, notice.clone(), Whom::Email, now).await?;
    }
    Ok(())
}

/// How an administrator is told of an account: by what commands and the console find it by.
pub fn subject(row: &AccountRow) -> Subject {
    Subject { realm: row.account.realm.to_string(), name: row.identifiers.first().cloned().unwrap_or_default() }
}

async fn destinations(
    tx: &mut Tx,
    app: &App,
    contacts: &Contacts,
    to: Whom,
    now: Timestamp,
) -> Result<Vec<Destination>, StoreError> {
    let by = |channel| contacts.destination(channel);
    let wanted = match to {
        Whom::Email => by(Channel::Email).or_else(|| by(Channel::Sms)).into_iter().collect(),
        Whom::EveryAddress => [Channel::Email, Channel::Sms].into_iter().filter_map(by).collect(),
        Whom::Old(destinations) => destinations.into_iter().map(written).collect::<Vec<_>>(),
        Whom::Only(destination) => vec![written(destination)],
    };
    let mut reached = Vec::with_capacity(wanted.len());
    for destination in wanted {
        if reach::serves_in(tx, app, &destination, now).await? {
            reached.push(destination);
        }
    }
    Ok(reached)
}

/// A notice is read, not heard: nobody is called for it.
fn written(destination: Destination) -> Destination {
    match destination {
        Destination::Voice(phone) => Destination::Sms(phone),
        other => other,
    }
}

/// Reserves one under every quota. What does not fit is written down and not sent.
async fn fits(
    tx: &mut Tx,
    app: &App,
    row: &AccountRow,
    notice: &Notice,
    quotas: &[Quota],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let quotas: Vec<Quota> = quotas.iter().map(|quota| bucket::hidden(&app.keys, quota)).collect();
    let SendVerdict::Refused { scope, until } = tx.reserve_sends(&quotas, now).await? else { return Ok(true) };
    if notice.is_said_once() {
        return Ok(false);
    }
    tracing::warn!(event = Event::NoticeRefused.as_str(), account.id = %row.account.id, notice = notice.as_str(), limit = scope.as_str(), %until, "notice held back by a limit");
    let detail = json!({ "notice": notice.as_str(), "limit": scope, "until": until });
    tx.audit(&AuditEntry {
        at: now,
        event: Event::NoticeRefused,
        account: Some(row.account.id),
        realm: Some(row.account.realm.clone()),
        ip: None,
        detail,
    })
    .await?;
    Ok(false)
}

async fn queue(
    tx: &mut Tx,
    app: &App,
    row: &AccountRow,
    notice: &Notice,
    destination: Destination,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Ok(id) = app.entropy.uuid().map(MessageId) else {
        tracing::error!(notice = notice.as_str(), account.id = %row.account.id, "no random bytes: a notice is left out");
        return Ok(());
    };
    let expires_at = now.saturating_add(notice.life()).unwrap_or(Timestamp::MAX);
    // A text message carries no link: gateways hold such messages back, and people are taught to distrust them.
    if let (Channel::Email, Some(kind)) = (destination.channel(), notice.link()) {
        link::issue(tx, app, &NewLink { message: id, kind, account: row.account.id, expires_at }, now).await?;
    }
    let new = NewNotice {
        id,
        account: row.account.id,
        destination,
        notice: notice.clone(),
        language: row.language.clone().unwrap_or_else(|| FALLBACK.to_owned()),
        site: app.settings.site.name.clone(),
        expires_at,
    };
    tx.queue_notice(&new, now).await
}
