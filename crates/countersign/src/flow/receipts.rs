//! Delivery receipts: what gateways tell of messages that they took, and what people answered to them.
//!
//! A receipt changes what is shown and counted, and never what a login is worth: nothing here reads or ends a challenge
//! (security.md I-06). Where no receipt comes, the gateway is asked.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::contact::Phone;
use countersign_core::delivery::{Delivery, Reason};
use countersign_core::id::{AccountId, MessageId};
use countersign_core::notice::Notice;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use url::Url;

use crate::app::App;
use crate::courier::receipt::{News, Receipt, Word, twilio};
use crate::courier::{Price, Refusal};
use crate::flow::notice::{self, Whom};
use crate::flow::{Error, reach};
use crate::store::audit::AuditEntry;
use crate::store::error::Error as StoreError;
use crate::store::messages::MessageRow;
use crate::store::receipts::NewDelivery;
use crate::store::tx::Tx;

/// How long a receipt is waited for before the gateway is asked.
const ASK_AFTER: SignedDuration = SignedDuration::from_secs(20);

/// How old a message is when nobody asks any more: its code is dead by then.
const ASK_UNTIL: SignedDuration = SignedDuration::from_mins(10);

/// How many messages are asked after at once.
const ASK_MAX: u32 = 32;

/// Where the gateway behind this name may tell what became of messages. `None` where it could not reach us: the address
/// of a machine, or a site without encryption, is no address for a gateway.
pub fn url(app: &App, hook: &str) -> Option<Url> {
    let public = &app.server.public_url;
    if !public.is_https() || public.is_address() {
        return None;
    }
    Url::parse(&public.at(&path(app, hook))).ok()
}

/// The path of it, with its secret.
pub fn path(app: &App, hook: &str) -> String {
    format!("/hooks/{hook}/{}", app.keys.hook_secret(hook))
}

/// Every provider that tells by an address which its account has to be given, with that address.
pub fn addresses(app: &App) -> Vec<(&'static str, String)> {
    let told = app.couriers.roster().all();
    let told = told.into_iter().filter(|provider| provider.is_told_by_account());
    told.map(|provider| (provider.name(), app.server.public_url.at(&path(app, provider.hook())))).collect()
}

/// Takes in what a gateway told, for the providers that it stands behind.
pub async fn receive(app: &Arc<App>, providers: &[&'static str], news: News) -> Result<(), Error> {
    let Some(provider) = providers.first().copied() else { return Ok(()) };
    match news {
        News::Answer { from, word: Word::Start } => resume(app, &from, provider).await.map(drop),
        News::Answer { from, word: Word::Stop } => suspend(app, from, provider).await,
        News::Nothing => Ok(()),
        News::Receipt(receipt) => {
            for provider in providers {
                if record(app, provider, receipt.clone()).await? {
                    break;
                }
            }
            Ok(())
        }
    }
}

/// Asks gateways what became of messages that they did not tell of.
pub async fn ask(app: &Arc<App>) -> Result<(), Error> {
    if app.quarantined() {
        return Ok(());
    }
    let now = app.clock.now();
    let before = |age| now.saturating_sub(age).unwrap_or(Timestamp::MIN);
    let (first, oldest) = (before(ASK_AFTER), before(ASK_UNTIL));
    let unknown =
        app.store.write(move |tx| Box::pin(async move { tx.take_unknown(now, first, oldest, ASK_MAX).await })).await?;
    let mut silent = Vec::new();
    for message in unknown {
        let (Some(name), Some(id)) = (&message.provider, &message.provider_id) else { continue };
        let Some(provider) = app.couriers.gateway(name).filter(|it| !silent.contains(&it.name())) else { continue };
        match provider.ask(message.channel, id).await {
            Ok(Some(receipt)) => drop(record(app, provider.name(), receipt).await?),
            Ok(None) => {}
            Err(refusal) => {
                // The others need not wait for it to stay silent again.
                silent.push(provider.name());
                tracing::info!(message.id = %message.id, provider = provider.name(), code = refusal.code, "it is not known what became of this message");
            }
        }
    }
    Ok(())
}

/// Writes a receipt down, if it is news; `false` if it is none. A message that nobody knows is nothing to anybody.
async fn record(app: &Arc<App>, provider: &'static str, receipt: Receipt) -> Result<bool, Error> {
    let now = app.clock.now();
    let new = NewDelivery {
        provider: provider.to_owned(),
        provider_id: receipt.provider_id,
        message: receipt.reference.map(MessageId),
        delivery: receipt.delivery,
        reason: receipt.reason,
        detail: receipt.code,
        price: receipt.price.as_ref().map(Price::to_string),
    };
    let case = Arc::clone(app);
    let written = app.store.write(move |tx| Box::pin(async move { write(tx, &case, &new, now).await })).await?;
    let is_news = written.is_some();
    if let Some(message) = written {
        let took = now.duration_since(message.created_at).as_secs();
        match message.delivery {
            Some(Delivery::Failed) => {
                tracing::warn!(message.id = %message.id, channel = %message.channel, provider, reason = message.delivery_reason.map(Reason::as_str), code = message.delivery_detail, "message not delivered");
            }
            _ => {
                tracing::info!(message.id = %message.id, channel = %message.channel, provider, delivery = message.delivery.map(Delivery::as_str), seconds = took, "receipt");
            }
        }
        app.outbox.notify_one();
    }
    Ok(is_news)
}

async fn write(
    tx: &mut Tx,
    app: &Arc<App>,
    new: &NewDelivery,
    now: Timestamp,
) -> Result<Option<MessageRow>, StoreError> {
    let Some(message) = tx.message_delivery(new, now).await? else { return Ok(None) };
    if new.delivery == Delivery::Failed {
        let detail = json!({ "message": message.id, "channel": message.channel, "provider": new.provider, "reason": new.reason, "code": new.detail });
        let account = message.account;
        tx.audit(&AuditEntry { at: now, event: Event::MessageUndelivered, account, realm: None, ip: None, detail })
            .await?;
    }
    if new.reason == Some(Reason::Unsubscribed)
        && let Ok(phone) = Phone::parse(&message.destination, None)
    {
        stop(tx, app, &phone, &new.provider, now).await?;
    }
    Ok(Some(message))
}

/// A provider refuses a number because its owner has said STOP to it.
pub(super) async fn heed(
    app: &Arc<App>,
    message: &MessageRow,
    provider: &'static str,
    refusal: &Refusal,
) -> Result<(), Error> {
    // The codes of Twilio are no words of another gateway.
    if !twilio::says_stop(&refusal.code) {
        return Ok(());
    }
    match Phone::parse(&message.destination, None) {
        Ok(phone) => suspend(app, phone, provider).await,
        Err(_) => Ok(()),
    }
}

/// The person behind a number wants no more text messages: none goes there, and their accounts are told by another way. The
/// second factor stays what it was; with no other way to a code there is none, and the login says so.
pub async fn suspend(app: &Arc<App>, phone: Phone, provider: &'static str) -> Result<(), Error> {
    let (case, now) = (Arc::clone(app), app.clock.now());
    app.store.write(move |tx| Box::pin(async move { stop(tx, &case, &phone, provider, now).await })).await?;
    app.outbox.notify_one();
    Ok(())
}

async fn stop(tx: &mut Tx, app: &App, phone: &Phone, provider: &str, now: Timestamp) -> Result<(), StoreError> {
    // A number that no account has is nothing that anybody should make us remember.
    let accounts = tx.accounts_with_phone(phone).await?;
    if accounts.is_empty() || !tx.opt_out(&reach::subject(app, phone), provider, now).await? {
        return Ok(());
    }
    for account in accounts {
        tracing::warn!(event = Event::DestinationSuspended.as_str(), account.id = %account, provider, "the person behind this number has said STOP; text messages go there no more");
        tx.audit(&told(Event::DestinationSuspended, account, provider, phone, now)).await?;
        // By mail: no text message reaches the person any more.
        if let Some(row) = tx.lock_account(account).await?.filter(|row| row.account.contacts.email.is_some()) {
            notice::tell(tx, app, &row, Notice::TextsStopped { mask: phone.mask() }, Whom::Email, now).await?;
        }
    }
    Ok(())
}

/// Lets text messages go to a number again; `false` if they did. `by` is the provider, or `administrator`.
pub async fn resume(app: &Arc<App>, phone: &Phone, by: &'static str) -> Result<bool, Error> {
    let (case, phone, now) = (Arc::clone(app), phone.clone(), app.clock.now());
    Ok(app
        .store
        .write(move |tx| {
            Box::pin(async move {
                if !tx.opt_in(&reach::subject(&case, &phone)).await? {
                    return Ok(false);
                }
                for account in tx.accounts_with_phone(&phone).await? {
                    tx.audit(&told(Event::DestinationResumed, account, by, &phone, now)).await?;
                }
                Ok(true)
            })
        })
        .await?)
}

fn told(event: Event, account: AccountId, by: &str, phone: &Phone, at: Timestamp) -> AuditEntry {
    let detail = json!({ "by": by, "destination": phone.mask() });
    AuditEntry { at, event, account: Some(account), realm: None, ip: None, detail }
}
