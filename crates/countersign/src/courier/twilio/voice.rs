//! Programmable Voice: a call that says who calls, and the code only when a key was pressed.
//!
//! The request for the call holds no code. When somebody presses a key, Twilio asks the address in the call for what comes
//! next, signed with the account's token, and gets the code. So no mailbox keeps it, no address holds it, and Twilio learns
//! it at the moment it is said (I-10, docs/decisions/0017).

use countersign_core::channel::Channel;

use super::{Account, BASE_URL, TwilioSettings, sid, signature, twiml};
use crate::courier::receipt::{self, News, Pushed, Receipt, Unreadable};
use crate::courier::settings::Unusable;
use crate::courier::verification::Callback;
use crate::courier::{Accepted, Action, BoxFuture, Content, Health, Outgoing, Provider, Refusal};

/// The name of the provider, also in the address that Twilio asks for the code.
pub const NAME: &str = "twilio-voice";

/// Calls through Twilio.
pub struct TwilioVoice {
    settings: TwilioSettings,
    account: Account,
}

impl TwilioVoice {
    /// Builds the provider; calls nobody yet.
    pub fn new(settings: TwilioSettings) -> Result<Self, Unusable> {
        let account = Account::new(&settings, settings.base_url.as_ref(), BASE_URL)?;
        Ok(Self { settings, account })
    }

    async fn submit(&self, message: &Outgoing) -> Result<Accepted, Refusal> {
        let Content::Call { to, call } = &message.content else {
            return Err(Refusal::wrong_channel(NAME, message.content.channel()));
        };
        let (Some(caller), Some(key_url)) = (&self.settings.caller, &call.key_url) else {
            return Err(Refusal::new(Action::Stop, "no-caller", "set caller, the number that calls come from"));
        };
        let twiml = twiml::greeting(call, key_url.as_str());
        let mut fields = vec![
            ("To", to.as_str()),
            ("From", message.sender.as_ref().unwrap_or(caller)),
            ("Twiml", twiml.as_str()),
            ("Timeout", RING_SECONDS),
            ("TimeLimit", TALK_SECONDS),
        ];
        if let Some(url) = &message.receipt_url {
            fields.push(("StatusCallback", url.as_str()));
        }
        let document = self.account.post(&self.account.path("Calls.json"), &fields).await?;
        Ok(Accepted { provider_id: Some(sid(&document)?), ..Accepted::default() })
    }
}

impl Provider for TwilioVoice {
    fn name(&self) -> &'static str {
        NAME
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Voice]
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Accepted, Refusal>> {
        Box::pin(self.submit(message))
    }

    fn check(&self) -> BoxFuture<'_, Result<Health, Refusal>> {
        Box::pin(self.account.balance(self.settings.caller.clone().unwrap_or_default()))
    }

    fn ask<'a>(&'a self, _: Channel, provider_id: &'a str) -> BoxFuture<'a, Result<Option<Receipt>, Refusal>> {
        Box::pin(self.account.fate("Calls", provider_id))
    }

    fn read(&self, pushed: &Pushed<'_>) -> Result<News, Unreadable> {
        receipt::twilio::read(pushed, |callback| self.is_genuine(callback))
    }

    /// The addresses that bear its own name are those of calls under way.
    fn hook(&self) -> &'static str {
        super::messaging::NAME
    }

    fn is_genuine(&self, callback: &Callback<'_>) -> bool {
        self.settings.auth_token.as_ref().is_some_and(|token| signature::is_genuine(token, callback))
    }
}

/// How long it rings: a mailbox takes over about then.
const RING_SECONDS: &str = "40";
/// The longest that a call may cost: both greetings with their waits, and the code twice.
const TALK_SECONDS: &str = "120";
