//! Programmable Messaging, the API of 2010.
//!
//! Its peculiarities: there is no key for idempotency, so after a time-out it is not known whether the message went out;
//! and a message waits at Twilio for ten hours unless it is told for how long the code is good.

use countersign_core::channel::Channel;
use countersign_core::route::Sender;
use serde_json::Value;

use super::{Account, BASE_URL, TwilioSettings, errors, settings, sid, signature};
use crate::courier::receipt::{self, News, Pushed, Receipt, Unreadable};
use crate::courier::reply;
use crate::courier::settings::Unusable;
use crate::courier::verification::Callback;
use crate::courier::{Accepted, Action, BoxFuture, Content, Health, Outgoing, Price, Provider, Refusal};

/// The name of the provider.
pub const NAME: &str = "twilio";

/// Sends text messages through Twilio.
pub struct TwilioMessaging {
    settings: TwilioSettings,
    account: Account,
}

impl TwilioMessaging {
    /// Builds the provider; sends nothing yet.
    pub fn new(settings: TwilioSettings) -> Result<Self, Unusable> {
        let account = Account::new(&settings, settings.base_url.as_ref(), BASE_URL)?;
        Ok(Self { settings, account })
    }

    async fn submit(&self, message: &Outgoing) -> Result<Accepted, Refusal> {
        let Content::Sms { to, text } = &message.content else {
            return Err(Refusal::wrong_channel(NAME, message.content.channel()));
        };
        let validity = message.code.as_ref().map(|code| code.valid_seconds.clamp(1, VALIDITY_MAX).to_string());
        let sender = message.sender.as_deref().or(self.settings.sender.as_deref());
        let Some(sender) = sender else {
            return Err(Refusal::new(Action::Stop, "no-sender", "set sender, what text messages come from"));
        };
        let from = if settings::is_service(sender) { "MessagingServiceSid" } else { "From" };
        let mut fields = vec![("To", to.as_str()), ("Body", text.as_str()), (from, sender)];
        if let Some(validity) = &validity {
            fields.push(("ValidityPeriod", validity));
        }
        if let Some(url) = &message.receipt_url {
            fields.push(("StatusCallback", url.as_str()));
        }
        accepted(&self.account.post(&self.account.path("Messages.json"), &fields).await?)
    }
}

impl Provider for TwilioMessaging {
    fn name(&self) -> &'static str {
        NAME
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Sms]
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Accepted, Refusal>> {
        Box::pin(self.submit(message))
    }

    fn check(&self) -> BoxFuture<'_, Result<Health, Refusal>> {
        Box::pin(self.account.balance(self.settings.sender.clone().unwrap_or_default()))
    }

    fn sender(&self) -> Sender {
        match self.settings.sender.as_deref() {
            Some(sender) if !settings::is_service(sender) => Sender::parse(sender),
            // A messaging service chooses among the numbers in it.
            _ => Sender::Unknown,
        }
    }

    fn ask<'a>(&'a self, _: Channel, provider_id: &'a str) -> BoxFuture<'a, Result<Option<Receipt>, Refusal>> {
        Box::pin(self.account.fate("Messages", provider_id))
    }

    fn read(&self, pushed: &Pushed<'_>) -> Result<News, Unreadable> {
        receipt::twilio::read(pushed, |callback| self.is_genuine(callback))
    }

    fn is_genuine(&self, callback: &Callback<'_>) -> bool {
        self.settings.auth_token.as_ref().is_some_and(|token| signature::is_genuine(token, callback))
    }
}

/// A message that was made; it may have failed at once.
pub(super) fn accepted(document: &Value) -> Result<Accepted, Refusal> {
    let status = reply::word(document, "/status").unwrap_or_default();
    if matches!(status.as_str(), "failed" | "undelivered" | "canceled") {
        let known = reply::count(document, "/error_code").and_then(errors::refusal_of);
        return Err(known.unwrap_or_else(|| Refusal::new(Action::FailOver, status, "Twilio did not send the message")));
    }
    // There is none at first with a messaging service: "0".
    let parts = reply::count(document, "/num_segments").filter(|parts| *parts > 0);
    // What the account pays is written as a negative amount, mostly later.
    let price = reply::text(document, "/price").map(|amount| Price {
        amount: amount.trim_start_matches('-').to_owned(),
        currency: reply::word(document, "/price_unit"),
        parts,
    });
    Ok(Accepted { provider_id: Some(sid(document)?), parts, price, verification: None })
}

/// The longest that Twilio keeps a message, in seconds.
const VALIDITY_MAX: u32 = 36_000;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_price_is_what_is_paid() {
        let document =
            json!({"sid": "SM1", "status": "queued", "num_segments": "2", "price": "-0.00750", "price_unit": "USD"});
        let accepted = accepted(&document).unwrap();
        let price = accepted.price.unwrap();
        assert_eq!((price.amount.as_str(), price.currency.as_deref(), price.parts), ("0.00750", Some("USD"), Some(2)));
    }

    #[test]
    fn a_message_can_fail_at_once() {
        let refusal = accepted(&json!({"sid": "SM1", "status": "failed", "error_code": 30006})).unwrap_err();
        assert_eq!((refusal.action, refusal.code.as_str()), (Action::GiveUp, "30006"));
        let refusal = accepted(&json!({"sid": "SM1", "status": "canceled", "error_code": null})).unwrap_err();
        assert_eq!((refusal.action, refusal.code.as_str()), (Action::FailOver, "canceled"));
    }
}
