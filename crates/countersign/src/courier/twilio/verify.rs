//! Verify version 2: verifications by text message and call.
//!
//! With a code of its own, Twilio writes the message, makes the code, and is asked whether what was typed is it. With
//! `verify_custom_code` the code is ours and so is the check, and Twilio is told afterwards how it ended. A new send within
//! the life of a verification repeats the same code under the same SID, on either channel (reference/providers.md, 7.5).

use countersign_core::channel::Channel;
use countersign_core::secret::Secret;
use serde_json::Value;

use super::{Account, TwilioSettings, sid};
use crate::courier::reply;
use crate::courier::settings::Unusable;
use crate::courier::verification::{CodeBy, Ending, Verdict};
use crate::courier::{Accepted, Action, BoxFuture, Content, Fact, Health, Outgoing, Provider, Refusal};

/// The name of the provider.
pub const NAME: &str = "twilio-verify";

/// Verifies through Twilio.
pub struct TwilioVerify {
    service: String,
    custom_code: bool,
    account: Account,
}

impl TwilioVerify {
    /// Builds the provider; sends nothing yet.
    pub fn new(settings: &TwilioSettings) -> Result<Self, Unusable> {
        let account = Account::new(settings, settings.verify_base_url.as_ref(), VERIFY_URL)?;
        let service = settings.verify_service.clone().unwrap_or_default();
        Ok(Self { service, custom_code: settings.verify_custom_code, account })
    }

    async fn submit(&self, message: &Outgoing) -> Result<Accepted, Refusal> {
        let (to, channel) = match &message.content {
            Content::Sms { to, .. } => (to, "sms"),
            Content::Call { to, .. } => (to, "call"),
            other @ Content::Mail { .. } => return Err(Refusal::wrong_channel(NAME, other.channel())),
        };
        let Some(code) = &message.code else {
            return Err(Refusal::new(Action::FailOver, "no-code", "Twilio Verify carries codes only"));
        };
        let mut fields = vec![("To", to.as_str()), ("Channel", channel), ("Locale", code.language.as_str())];
        if self.custom_code {
            fields.push(("CustomCode", code.digits.expose()));
        }
        let sid = sid(&self.account.post(&self.path(&["Verifications"]), &fields).await?)?;
        Ok(Accepted { provider_id: Some(sid.clone()), verification: Some(sid), ..Accepted::default() })
    }

    async fn ask(&self, verification: &str, typed: &Secret) -> Result<Verdict, Refusal> {
        let fields = [("VerificationSid", verification), ("Code", typed.expose())];
        match self.account.post(&self.path(&["VerificationCheck"]), &fields).await {
            Ok(document) => verdict(&document, verification),
            // Approved once, expired or cancelled: the resource is gone (reference/providers.md, 7.3).
            Err(refusal) if refusal.code == "20404" => Ok(Verdict::Gone),
            Err(refusal) if refusal.code == "60202" => Ok(Verdict::TriesUsed),
            Err(refusal) => Err(refusal),
        }
    }

    async fn tell(&self, verification: &str, ending: Ending) -> Result<(), Refusal> {
        let status = match ending {
            Ending::Approved => "approved",
            Ending::Canceled => "canceled",
        };
        match self.account.post(&self.path(&["Verifications", verification]), &[("Status", status)]).await {
            Ok(_) => Ok(()),
            // It ended by itself in the meantime.
            Err(refusal) if refusal.code == "20404" => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    async fn ask_service(&self) -> Result<Health, Refusal> {
        let service = self.account.get(&self.path(&[])).await?;
        let length = reply::count(&service, "/code_length");
        if !self.custom_code && length.is_some_and(|length| length != CODE_LEN) {
            let detail =
                "the codes of the Verify service are not six digits long: set their length to 6 in Twilio's console";
            return Err(Refusal::new(Action::Stop, "code-length", detail));
        }
        if self.custom_code && reply::text(&service, "/custom_code_enabled").as_deref() == Some("false") {
            let detail =
                "the Verify service takes no custom codes: have Twilio turn them on, or set verify_custom_code = false";
            return Err(Refusal::new(Action::Stop, "60204", detail));
        }
        let codes = if self.custom_code { "ours" } else { "Twilio's" };
        let facts = [
            reply::fact("service", reply::text(&service, "/friendly_name")),
            Some(Fact { name: "codes", value: codes.to_owned() }),
        ];
        Ok(Health { facts: facts.into_iter().flatten().collect() })
    }

    fn path<'a>(&'a self, below: &[&'a str]) -> Vec<&'a str> {
        let mut path = vec!["v2", "Services", self.service.as_str()];
        path.extend_from_slice(below);
        path
    }
}

impl Provider for TwilioVerify {
    fn name(&self) -> &'static str {
        NAME
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Sms, Channel::Voice]
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Accepted, Refusal>> {
        Box::pin(self.submit(message))
    }

    fn check(&self) -> BoxFuture<'_, Result<Health, Refusal>> {
        Box::pin(self.ask_service())
    }

    fn code_by(&self) -> CodeBy {
        if self.custom_code { CodeBy::Us } else { CodeBy::Provider }
    }

    fn verify<'a>(&'a self, verification: &'a str, typed: &'a Secret) -> BoxFuture<'a, Result<Verdict, Refusal>> {
        Box::pin(self.ask(verification, typed))
    }

    fn close<'a>(&'a self, verification: &'a str, ending: Ending) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(self.tell(verification, ending))
    }
}

/// What an answer to a check says. Only `approved` and `valid` together, and about our verification, are a yes.
fn verdict(document: &Value, verification: &str) -> Result<Verdict, Refusal> {
    if reply::word(document, "/sid").is_none_or(|sid| sid != verification) {
        return Err(Refusal::new(Action::RetryOnce, "no-sid", "the answer does not speak of our verification"));
    }
    let status = reply::word(document, "/status").unwrap_or_default();
    match (status.as_str(), document.pointer("/valid").and_then(Value::as_bool)) {
        ("approved", Some(true)) => Ok(Verdict::Right),
        ("pending", Some(false)) => Ok(Verdict::Wrong),
        ("max_attempts_reached", _) => Ok(Verdict::TriesUsed),
        ("canceled" | "deleted" | "expired" | "failed", _) => Ok(Verdict::Gone),
        _ => Err(Refusal::new(Action::RetryOnce, "no-verdict", "the answer to the check is neither yes nor no")),
    }
}

const VERIFY_URL: &str = "https://verify.twilio.com";
const CODE_LEN: u32 = 6;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_whole_yes_is_a_yes() {
        let read = |status: &str, valid: Value, sid: &str| {
            verdict(&json!({"sid": sid, "status": status, "valid": valid}), "VE1").map_err(|refusal| refusal.code)
        };
        assert_eq!(read("approved", json!(true), "VE1"), Ok(Verdict::Right));
        assert_eq!(read("pending", json!(false), "VE1"), Ok(Verdict::Wrong));
        assert_eq!(read("expired", json!(false), "VE1"), Ok(Verdict::Gone));
        for (status, valid, sid) in [
            ("approved", json!(false), "VE1"),
            ("approved", json!("true"), "VE1"),
            ("approved", Value::Null, "VE1"),
            ("pending", json!(true), "VE1"),
            ("", json!(true), "VE1"),
            ("approved", json!(true), "VE2"),
            ("approved", json!(true), ""),
        ] {
            assert!(read(status, valid.clone(), sid).is_err(), "{status} {valid} {sid}");
        }
    }
}
