//! The outbox: taking messages that are due, handing them to a provider, and writing down what came of it.
//!
//! A message is leased, so that of many nodes one sends it; when a node dies in between, the lease runs out and the next
//! one sends the same code again. Nothing is sent after its code is dead. The text is made at the last moment, and what a
//! provider answers is sorted into what to do about it (`courier::Action`).

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::notice::Notice;
use countersign_core::secret::Secret;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::app::App;
use crate::courier::verification::Carried;
use crate::courier::{Accepted, Action, Content, Mail, Outgoing, Price, Provider, Refusal, sandbox};
use crate::flow::content::content;
use crate::flow::verification::Carrier;
use crate::flow::{Error, link, provider_health, receipts, verification};
use crate::store::audit::AuditEntry;
use crate::store::challenges::{ChallengeRow, OURS};
use crate::store::error::Error as StoreError;
use crate::store::messages::{MessageRow, MessageState, Retry, Says};
use crate::store::tx::Tx;

/// How long a courier may keep a message: well over the longest call of a provider.
const LEASE: SignedDuration = SignedDuration::from_mins(1);

/// How often one message is handed over, all providers together; the longest life of a code has room for fewer, and a
/// notice outlasts nine hours of an unreachable mail server.
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
pub async fn deliver(app: &Arc<App>, message: MessageRow) -> Result<(), Error> {
    if leads_nowhere(app, &message).await? {
        return drop_stale(app, &message).await;
    }
    let (provider, challenge) = match verification::choose(app, &message).await? {
        Carrier::Gone => return give_up(app, &message, "no-code", "its challenge is gone").await,
        Carrier::Nobody => {
            let detail = "no provider of this channel is left that could take it";
            return give_up(app, &message, "no-provider", detail).await;
        }
        Carrier::Over => return drop_stale(app, &message).await,
        Carrier::Provider(provider, challenge) => (provider, challenge),
    };
    let outgoing = outgoing(app, &message, challenge.as_deref(), provider.as_ref()).await?;
    app.couriers.roster().begin(provider.name(), outgoing.now);
    match provider.send(&outgoing).await {
        Ok(accepted) => sent(app, &message, provider.name(), accepted).await,
        Err(refusal) => refused(app, message, provider.as_ref(), refusal).await,
    }
}

/// Whether a mail is only about a link that has ended while it waited: a newer one is on its way, or it was used.
async fn leads_nowhere(app: &App, message: &MessageRow) -> Result<bool, Error> {
    let Says::Notice(Notice::PasswordLink { .. }) = &message.says else { return Ok(false) };
    Ok(link::address(app, message.id, app.clock.now()).await?.is_none())
}

/// The challenge whose code a message carries.
async fn challenge(app: &App, message: &MessageRow) -> Result<Option<ChallengeRow>, Error> {
    match message.challenge {
        Some(id) => Ok(app.store.challenge(id).await?),
        None => Ok(None),
    }
}

async fn outgoing(
    app: &App,
    message: &MessageRow,
    challenge: Option<&ChallengeRow>,
    provider: &dyn Provider,
) -> Result<Outgoing, Error> {
    let now = app.clock.now();
    let code = challenge.map(|challenge| Carried {
        digits: Secret::new(verification::code(app, challenge).digits()),
        valid_seconds: u32::try_from(challenge.expires_at.duration_since(now).as_secs()).unwrap_or_default(),
        language: message.language.clone(),
    });
    let content = content(app, message, challenge).await?;
    let sender = app.couriers.sender(provider.name(), message.channel, &message.destination);
    let receipt_url = receipts::url(app, provider.hook());
    Ok(Outgoing { reference: message.id.0, now, code, receipt_url, sender, content })
}

async fn sent(app: &App, message: &MessageRow, provider: &'static str, accepted: Accepted) -> Result<(), Error> {
    let now = app.clock.now();
    provider_health::succeeded(app, provider, now).await?;
    tracing::info!(message.id = %message.id, channel = %message.channel, provider, attempts = message.attempts, parts = accepted.parts, "message accepted");
    let price = accepted.price.as_ref().map(Price::to_string);
    let detail = json!({ "message": message.id, "channel": message.channel, "provider": provider, "provider_id": accepted.provider_id, "parts": accepted.parts, "price": price });
    let entry = audit(message, Event::MessageAccepted, now, detail);
    let (id, challenge) = (message.id, message.challenge);
    Ok(app
        .store
        .write(move |tx| {
            Box::pin(async move {
                if let (Some(challenge), Some(verification)) = (challenge, &accepted.verification) {
                    tx.verification_begun(challenge, provider, verification).await?;
                }
                tx.message_sent(id, provider, accepted.provider_id.as_deref(), price.as_deref(), now).await?;
                tx.audit(&entry).await
            })
        })
        .await?)
}

/// What a refusal calls for: the same provider later, another one now, or nothing more.
async fn refused(app: &Arc<App>, message: MessageRow, provider: &dyn Provider, refusal: Refusal) -> Result<(), Error> {
    let (name, now) = (provider.name(), app.clock.now());
    provider_health::refused(app, name, &refusal, now).await?;
    receipts::heed(app, &message, name, &refusal).await?;
    let Refusal { action, code, detail, retry_after } = refusal;
    if action != Action::Stop {
        tracing::warn!(message.id = %message.id, provider = name, code, detail, action = action.as_str(), "message refused");
    }
    let tired = match action {
        Action::Retry => message.attempts.is_multiple_of(ATTEMPTS_PER_PROVIDER),
        Action::RetryOnce => message.attempts > 1,
        Action::FailOver | Action::GiveUp | Action::Stop => true,
    };
    let code_by = match message.challenge {
        Some(challenge) => verification::refused(app, challenge, provider, action).await?,
        None => Some(OURS.to_owned()),
    };
    let mut refused_by = message.refused_by.clone();
    refused_by.push(name.to_owned());
    let to = (message.channel, message.destination.as_str());
    let another = verification::carrier(app, to, &refused_by, code_by.as_deref(), now).is_some();
    // A provider that is only busy is asked again for as long as the code lives, where there is no other.
    let tired = tired && (another || action != Action::Retry);
    if !tired {
        refused_by.pop();
    }
    let left = another || !tired;
    let next_at = if tired { now } else { now + retry_after.unwrap_or_else(|| back_off(&message)) };
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

/// 2 s, 4 s, 8 s … after each attempt; for a code at most a minute, and for a notice, which is worth something all day, at
/// most an hour.
fn back_off(message: &MessageRow) -> SignedDuration {
    let longest = match message.says {
        Says::Code(_) => SignedDuration::from_mins(1),
        Says::Notice(_) => SignedDuration::from_hours(1),
    };
    SignedDuration::from_secs(1 << message.attempts.min(12)).min(longest)
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

/// Its code was used or replaced while it was being taken: there is nothing to send and nothing went wrong.
async fn drop_stale(app: &App, message: &MessageRow) -> Result<(), Error> {
    let (id, now) = (message.id, app.clock.now());
    let dropped = MessageState::Dropped;
    Ok(app
        .store
        .write(move |tx| Box::pin(async move { tx.message_finished(id, dropped, "stale", None, now).await }))
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
        let (subject, text) = match (&row.says, challenge(app, &row).await?) {
            (Says::Code(_), None) => (None, String::new()),
            (_, challenge) => words(content(app, &row, challenge.as_ref()).await?),
        };
        messages.push(InboxMessage { row, subject, text });
    }
    Ok(messages)
}

/// The subject and the words of a message; of a call, those after the key press too.
fn words(content: Content) -> (Option<String>, String) {
    match content {
        Content::Call { call, .. } => (None, call.at_once()),
        Content::Mail { mail: Mail { subject, text, .. }, .. } => (Some(subject), text),
        Content::Sms { text, .. } => (None, text),
    }
}
