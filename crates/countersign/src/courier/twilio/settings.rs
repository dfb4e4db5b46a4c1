//! The settings of a Twilio account and of its three products.

use countersign_core::secret::Secret;
use serde::Deserialize;
use url::Url;

use crate::courier::settings::{self, Fault};

/// The settings of Twilio. Each product is used if its own key is there: `sender` for text messages, `caller` for
/// calls, `verify_service` for verifications.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioSettings {
    /// The account, `AC…`.
    pub account_sid: String,
    /// The account's auth token; Twilio signs its own requests with it, so calls need it even with an API key.
    pub auth_token: Option<Secret>,
    /// An API key, `SK…`, to authenticate with instead of the account and its token.
    pub api_key: Option<String>,
    /// The secret of the API key.
    pub api_key_secret: Option<Secret>,
    /// The number, short code or name that text messages come from, or a messaging service, `MG…`, that chooses one.
    pub sender: Option<String>,
    /// The number that calls come from.
    pub caller: Option<String>,
    /// A Verify service, `VA…`.
    pub verify_service: Option<String>,
    /// Whether Verify sends our code instead of one of its own; the service must allow it.
    #[serde(default)]
    pub verify_custom_code: bool,
    /// Another address than Twilio's own, for messages and calls.
    pub base_url: Option<Url>,
    /// Another address than Twilio's own, for Verify.
    pub verify_base_url: Option<Url>,
}

impl TwilioSettings {
    /// Everything that is wrong with the settings.
    pub fn validate(&self) -> Vec<Fault> {
        let verify_base_url = self.verify_base_url.as_ref().and_then(settings::check_base_url);
        let faults = [
            check_sid("account_sid", Some(&self.account_sid), "AC", "the account SID: AC and 32 hexadecimal digits"),
            check_sid("api_key", self.api_key.as_ref(), "SK", "the SID of an API key: SK and 32 hexadecimal digits"),
            check_sid(
                "verify_service",
                self.verify_service.as_ref(),
                "VA",
                "the SID of a Verify service: VA and 32 hexadecimal digits",
            ),
            check_secret("auth_token", self.auth_token.as_ref()),
            check_secret("api_key_secret", self.api_key_secret.as_ref()),
            self.check_credentials(),
            self.sender.as_deref().and_then(check_sender),
            self.check_products(),
            self.check_caller(),
            self.base_url.as_ref().and_then(settings::check_base_url),
            verify_base_url.map(|fault| Fault { key: "verify_base_url", ..fault }),
        ];
        faults.into_iter().flatten().collect()
    }

    /// User name and password: the API key, or the account and its token.
    pub(super) fn credentials(&self) -> (String, Secret) {
        match (&self.api_key, &self.api_key_secret, &self.auth_token) {
            (Some(key), Some(secret), _) => (key.clone(), secret.clone()),
            (_, _, token) => (self.account_sid.clone(), token.clone().unwrap_or_else(|| Secret::new(""))),
        }
    }

    fn check_credentials(&self) -> Option<Fault> {
        let not_set = |key, allowed| Some(Fault::new(key, "not set", allowed));
        match (&self.api_key, &self.api_key_secret) {
            (Some(_), None) => not_set("api_key_secret", "the secret of the API key"),
            (None, Some(_)) => not_set("api_key", "the SID of the API key that api_key_secret belongs to"),
            (None, None) if self.auth_token.is_none() => {
                not_set("auth_token", "the account's auth token, or an API key with api_key and api_key_secret")
            }
            _ => None,
        }
    }

    fn check_products(&self) -> Option<Fault> {
        if self.verify_custom_code && self.verify_service.is_none() {
            let allowed = "the Verify service whose codes are ours (verify_custom_code)";
            return Some(Fault::new("verify_service", "not set", allowed));
        }
        let used = self.sender.is_some() || self.caller.is_some() || self.verify_service.is_some();
        let allowed = "sender for text messages, caller for calls, verify_service for Verify: at least one of them";
        (!used).then(|| Fault::new("sender", "not set", allowed))
    }

    fn check_caller(&self) -> Option<Fault> {
        let caller = self.caller.as_deref()?;
        let digits = caller.strip_prefix('+').unwrap_or_default();
        if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let allowed = "the number that calls come from, with + and country code (+14155550100)";
            return Some(Fault::new("caller", settings::shown(caller), allowed));
        }
        let allowed = "the account's auth token as well: when a key is pressed Twilio asks us for the code, and signs that \
                       with the token";
        self.auth_token.is_none().then(|| Fault::new("auth_token", "not set", allowed))
    }
}

/// Whether a sender is a messaging service, which chooses the number itself.
pub(super) fn is_service(sender: &str) -> bool {
    is_sid("MG", sender)
}

fn check_sender(sender: &str) -> Option<Fault> {
    let allowed = "a phone number (+14155550100), a short code, a name of 3 to 11 letters and digits, or the SID of a \
                   messaging service (MG and 32 hexadecimal digits)";
    let fault = settings::check_sender(sender).filter(|_| !is_service(sender))?;
    Some(Fault { allowed, ..fault })
}

fn is_sid(prefix: &str, text: &str) -> bool {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn check_sid(key: &'static str, sid: Option<&String>, prefix: &str, allowed: &'static str) -> Option<Fault> {
    let sid = sid?;
    (!is_sid(prefix, sid)).then(|| Fault::new(key, settings::shown(sid), allowed))
}

fn check_secret(key: &'static str, secret: Option<&Secret>) -> Option<Fault> {
    settings::check_api_key(secret?).map(|fault| Fault { key, ..fault })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(document: serde_json::Value) -> Vec<&'static str> {
        let settings: TwilioSettings = serde_json::from_value(document).unwrap();
        settings.validate().into_iter().map(|fault| fault.key).collect()
    }

    #[test]
    fn every_fault_is_named() {
        let sid = |prefix: &str| format!("{prefix}{}", "0a".repeat(16));
        let (account, key, va) = (sid("AC"), sid("SK"), sid("VA"));
        assert_eq!(faults(json!({"account_sid": account, "auth_token": "t", "sender": "+14155550100"})), [""; 0]);
        assert_eq!(
            faults(json!({"account_sid": account, "api_key": key, "api_key_secret": "s", "verify_service": va})),
            [""; 0]
        );
        let caller = json!({"account_sid": account, "api_key": key, "api_key_secret": "s", "caller": "+14155550100"});
        assert_eq!(faults(caller), ["auth_token"]);
        assert_eq!(faults(json!({"account_sid": "AC1", "sender": "Acme"})), ["account_sid", "auth_token"]);
        assert_eq!(faults(json!({"account_sid": account, "auth_token": "t"})), ["sender"]);
        let service = json!({"account_sid": account, "auth_token": "t", "sender": sid("MG")});
        assert_eq!(faults(service), [""; 0]);
        assert_eq!(faults(json!({"account_sid": account, "auth_token": "t", "sender": "MG123456789012"})), ["sender"]);
        let rest = json!({
            "account_sid": account, "auth_token": "t", "api_key": key, "caller": "555", "verify_custom_code": true,
            "base_url": "http://twilio.example", "verify_base_url": "http://twilio.example",
        });
        assert_eq!(faults(rest), ["api_key_secret", "verify_service", "caller", "base_url", "verify_base_url"]);
    }

    #[test]
    fn an_api_key_is_used_before_the_token() {
        let settings: TwilioSettings = serde_json::from_value(json!({
            "account_sid": "AC1", "auth_token": "token", "api_key": "SK1", "api_key_secret": "secret",
        }))
        .unwrap();
        let (user, password) = settings.credentials();
        assert_eq!((user.as_str(), password.expose()), ("SK1", "secret"));
    }
}
