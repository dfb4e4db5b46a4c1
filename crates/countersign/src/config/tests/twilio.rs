//! Twilio's section: one account, up to three providers; and which providers call.

use countersign_core::channel::Channel;

use super::{CLICKSEND, Case, SMTP};
use crate::config::providers::ProviderName;

const ACCOUNT: &str =
    "[providers.twilio]\naccount_sid = \"AC0123456789abcdef0123456789abcdef\"\nauth_token = \"canary-token\"\n";

#[test]
fn each_product_is_a_provider_if_its_key_is_there() {
    let config = Case::with(&format!("{ACCOUNT}sender = \"+14155550100\"\n")).load();
    assert_eq!(config.channels.providers(Channel::Sms), [ProviderName::Twilio]);
    assert_eq!(config.channels.working(), [Channel::Sms]);
    let config = Case::with(&format!("{ACCOUNT}caller = \"+14155550100\"\n")).load();
    assert_eq!(config.channels.providers(Channel::Voice), [ProviderName::TwilioVoice]);
    assert_eq!(config.channels.working(), [Channel::Voice]);
    let verify = "verify_service = \"VA0123456789abcdef0123456789abcdef\"\n";
    let config = Case::with(&format!("{CLICKSEND}{ACCOUNT}caller = \"+14155550100\"\n{verify}")).load();
    assert_eq!(config.channels.providers(Channel::Sms), [ProviderName::ClickSend, ProviderName::TwilioVerify]);
    assert_eq!(config.channels.providers(Channel::Voice), [ProviderName::TwilioVoice, ProviderName::TwilioVerify]);
}

#[test]
fn a_product_that_is_not_there_cannot_be_named() {
    Case::with(&format!("{ACCOUNT}sender = \"Acme\"\n[channels]\nvoice = [\"twilio-voice\", \"twilio\"]\n")).fails(&[
        "channels.voice = \"twilio-voice\" (line 12); allowed: a provider that is configured: set providers.twilio.caller",
        "channels.voice = \"twilio\" (line 12); allowed: a provider that delivers voice: clicksend, textmagic, twilio-voice, twilio-verify, sandbox",
    ]);
}

#[test]
fn faults_are_told_and_no_secret_with_them() {
    Case::with("[providers.twilio]\naccount_sid = \"ACx\"\napi_key_secret = \"canary-secret\"\ncaller = \"0100\"\n").fails(&[
        "providers.twilio.account_sid = \"ACx\" (line 8); allowed: the account SID: AC and 32 hexadecimal digits",
        "providers.twilio.api_key = not set (line 8); allowed: the SID of the API key that api_key_secret belongs to",
        "providers.twilio.caller = \"0100\" (line 10); allowed: the number that calls come from, with + and country code (+14155550100)",
    ]);
}

#[test]
fn clicksend_and_textmagic_call_only_where_they_are_named_and_with_a_warning() {
    let quiet = "[realms.internal.policy.local]\nmode = \"required\"\n[site]\ncountry = \"CA\"\ncontact = \"IT\"\n";
    let config = Case::with(&format!("{quiet}{SMTP}{CLICKSEND}")).load();
    assert_eq!(config.channels.providers(Channel::Voice), []);
    assert!(config.warnings.is_empty());
    let config = Case::with(&format!("{quiet}{SMTP}{CLICKSEND}[channels]\nvoice = [\"clicksend\"]\n")).load();
    assert_eq!(config.channels.providers(Channel::Voice), [ProviderName::ClickSend]);
    let keys: Vec<&str> = config.warnings.iter().map(|warning| warning.key.as_str()).collect();
    assert_eq!(keys, ["channels.voice"]);
}

#[test]
fn a_public_url_that_twilio_cannot_reach_is_warned_of() {
    let quiet = "[realms.internal.policy.local]\nmode = \"required\"\n[site]\ncountry = \"CA\"\ncontact = \"IT\"\n";
    let case = Case::with(&format!("{quiet}{SMTP}{ACCOUNT}caller = \"+14155550100\"\n"));
    assert!(case.load().warnings.is_empty());
    let case = case.variable("COUNTERSIGN__SERVER__PUBLIC_URL", "https://localhost");
    let keys: Vec<String> = case.load().warnings.into_iter().map(|warning| warning.key).collect();
    assert_eq!(keys, ["server.public_url"]);
}
