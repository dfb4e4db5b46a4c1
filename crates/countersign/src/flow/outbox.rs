//! The outbox: taking messages that are due, handing them to a provider, and writing down what came of it.
//!
//! A message is leased, so that of many nodes one sends it; when a node dies in between, the lease runs out and the next
//! one sends the same code again. Nothing is sent after its code is dead. The text is made at the last moment, and what a
//! provider answers is sorted into what to do about it (`courier::Action`).

use countersign_core::audit::Event;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::app::App;
use crate::courier::{Accepted, Action, Content, Mail, Outgoing, Provider, Refusal, sandbox};
use crate::flow::Error;
use crate::flow::content::content;
use crate::store::audit::AuditEntry;
use crate::store::error::Error as StoreError;
use crate::store::messages::{MessageRow, MessageState, Retry};
use crate::store::tx::Tx;

/// How long a courier may keep a message: well over the longest call of a provider.
const LEASE: SignedDuration = SignedDuration::from_mins(1);

/// How often one message is handed over, all providers together; the longest life of a code has room for fewer.
const ATTEMPTS_MAX: u32 = 20;

/// How often one provider is tried before the next one is.
const ATTEMPTS_PER_PROVIDER: u32 = 3;

/// How many messages the inbox shows.
const INBOX_LEN: u32 = 50;

/// Messages to deliver now, and when to look again.
pub struct Taken {
    /// Leased to the caller, who delivers each.
    pub messages: Vec<MessageRow>,
    /// When the next one is due; `None` when none waits.
    pub next_due: Option<Timestamp>,
}

/// Takes at most `room` messages that are due.
pub async fn take_due(app: &App, room: u32) -> Result<Taken, Error> {
    let now = app.clock.now();
    let messages = app.store.write(move |tx| Box::pin(async move { lease(tx, now, room).await })).await?;
    Ok(Taken { messages, next_due: app.store.next_message_due().await? })
}

async fn lease(tx: &mut Tx, now: Timestamp, room: u32) -> Result<Vec<MessageRow>, StoreError> {
    tx.drop_stale_messages(now).await?;
    tx.lease_messages(now, now + LEASE, room).await
}

/// Hands a message that was taken to a provider, and writes down what came of it. When that fails, the lease runs out and
/// the message is taken again.
pub async fn deliver(app: &App, message: MessageRow) -> Result<(), Error> {
    let (channel, to) = (message.channel, message.destination.as_str());
    let Some(provider) = app.couriers.next(channel, to, &message.refused_by, app.clock.now()) else {
        return give_up(app, &message, "no-provider", "no provider of this channel is left that could take it").await;
    };
    let Some(content) = content(app, &message).await? else {
        return give_up(app, &message, "no-code", "its challenge is gone").await;
    };
    let outgoing = Outgoing { reference: message.id.0, now: app.clock.now(), content };
    match provider.send(&outgoing).await {
        Ok(accepted) => sent(app, &message, provider.name(), accepted).await,
        Err(refusal) => refused(app, message, provider.as_ref(), refusal).await,
    }
}

async fn sent(app: &App, message: &MessageRow, provider: &'static str, accepted: Accepted) -> Result<(), Error> {
    let now = app.clock.now();
    tracing::info!(message.id = %message.id, channel = %message.channel, provider, attempts = message.attempts, parts = accepted.parts, "message accepted");
    let price = accepted
        .price
        .as_ref()
        .map(|price| format!("{} {}", price.amount, price.currency.as_deref().unwrap_or_default()));
    let detail = json!({ "message": message.id, "channel": message.channel, "provider": provider, "provider_id": accepted.provider_id, "parts": accepted.parts, "price": price });
    let entry = audit(message, Event::MessageAccepted, now, detail);
    let id = message.id;
    Ok(app
        .store
        .write(move |tx| {
            Box::pin(async move {
                tx.message_sent(id, provider, accepted.provider_id.as_deref(), price.as_deref(), now).await?;
                tx.audit(&entry).await
            })
        })
        .await?)
}

/// What a refusal calls for: the same provider later, another one now, or nothing more.
async fn refused(app: &App, message: MessageRow, provider: &dyn Provider, refusal: Refusal) -> Result<(), Error> {
    let (name, now) = (provider.name(), app.clock.now());
    let Refusal { action, code, detail, retry_after } = refusal;
    if action == Action::Stop {
        tracing::error!(
            provider = name,
            code,
            detail,
            "this provider is stopped: correct its settings, then `countersign delivery test`"
        );
        app.couriers.stop(name, now);
    } else {
        tracing::warn!(message.id = %message.id, provider = name, code, detail, action = action.as_str(), "message refused");
    }
    let tired = match action {
        Action::Retry => message.attempts.is_multiple_of(ATTEMPTS_PER_PROVIDER),
        Action::RetryOnce => message.attempts > 1,
        Action::FailOver | Action::GiveUp | Action::Stop => true,
    };
    let mut refused_by = message.refused_by.clone();
    refused_by.push(name.to_owned());
    let another = app.couriers.next(message.channel, &message.destination, &refused_by, now).is_some();
    // A provider that is only busy is asked again for as long as the code lives, where there is no other.
    let tired = tired && (another || action != Action::Retry);
    if !tired {
        refused_by.pop();
    }
    let left = another || !tired;
    let next_at = if tired { now } else { now + retry_after.unwrap_or_else(|| back_off(message.attempts)) };
    // Twice unknown: each hand-over may have been paid for, so there is no third one, by nobody.
    let unknown_again = action == Action::RetryOnce && message.attempts > 1;
    let hopeless = action == Action::GiveUp
        || unknown_again
        || !left
        || message.attempts >= ATTEMPTS_MAX
        || next_at >= message.expires_at;
    if hopeless {
        return give_up(app, &message, &code, &format!("{name}: {detail}")).await;
    }
    let (id, detail) = (message.id, format!("{name}: {detail}"));
    Ok(app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let retry = Retry { next_at, refused_by: &refused_by, outcome: &code, detail: Some(&detail) };
                tx.message_retry(id, &retry).await
            })
        })
        .await?)
}

/// 2 s, 4 s, 8 s … after each attempt, at most a minute.
fn back_off(attempts: u32) -> SignedDuration {
    SignedDuration::from_secs(1 << attempts.min(6)).min(SignedDuration::from_mins(1))
}

async fn give_up(app: &App, message: &MessageRow, outcome: &str, detail: &str) -> Result<(), Error> {
    tracing::error!(message.id = %message.id, channel = %message.channel, outcome, detail, "message given up");
    let now = app.clock.now();
    let (id, outcome, detail) = (message.id, outcome.to_owned(), detail.to_owned());
    let told = json!({ "message": id, "channel": message.channel, "outcome": outcome, "detail": detail, "attempts": message.attempts });
    let entry = audit(message, Event::MessageFailed, now, told);
    Ok(app
        .store
        .write(move |tx| {
            Box::pin(async move {
                tx.message_finished(id, MessageState::Failed, &outcome, Some(&detail), now).await?;
                tx.audit(&entry).await
            })
        })
        .await?)
}

fn audit(message: &MessageRow, event: Event, at: Timestamp, detail: serde_json::Value) -> AuditEntry {
    AuditEntry { at, event, account: message.account, realm: None, ip: None, detail }
}

/// A message of the sandbox inbox, with its text.
pub struct InboxMessage {
    /// The row.
    pub row: MessageRow,
    /// The subject of a mail.
    pub subject: Option<String>,
    /// What it says; empty when its challenge is gone.
    pub text: String,
}

/// The newest messages that went to the sandbox instead of to people.
pub async fn inbox(app: &App) -> Result<Vec<InboxMessage>, Error> {
    let rows = app.store.messages(INBOX_LEN, Some(sandbox::NAME)).await?;
    let mut messages = Vec::with_capacity(rows.len());
    for row in rows {
        let (subject, text) = match content(app, &row).await? {
            Some(Content::Mail { mail: Mail { subject, text, .. }, .. }) => (Some(subject), text),
            Some(Content::Sms { text, .. }) => (None, text),
            None => (None, String::new()),
        };
        messages.push(InboxMessage { row, subject, text });
    }
    Ok(messages)
}
