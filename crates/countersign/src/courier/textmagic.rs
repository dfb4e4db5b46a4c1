//! TextMagic, REST version 2.
//!
//! Its peculiarities: a sender that is not allowed for the destination is replaced by the account's default without a
//! word; a delivery refused by the operator is told only in the delivery receipt; and the correlation id is a number.
//!
//! Its calls are messages that are read aloud (`tts`), with no key press, no language and no voice to choose
//! (reference/providers.md, 4.2): a mailbox that answers keeps the code until its time is over.

use countersign_core::channel::Channel;
use countersign_core::contact::Phone;
use countersign_core::route::Sender;
use countersign_core::secret::Secret;
use reqwest::header::HeaderValue;
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use crate::courier::http::{self, Endpoint};
use crate::courier::receipt::{self, News, Pushed, Receipt, Unreadable};
use crate::courier::reply::{self, Reply};
use crate::courier::settings::{self, Fault, Unusable};
use crate::courier::text;
use crate::courier::{Accepted, Action, BoxFuture, Content, Health, Outgoing, Price, Provider, Refusal};

/// The settings of TextMagic.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextMagicSettings {
    /// The account's user name.
    pub username: String,
    /// An API key of version 2; those of version 1 are not valid.
    pub api_key: Secret,
    /// The virtual number or the sender name that the account owns.
    pub sender: String,
    /// Another address than TextMagic's own.
    pub base_url: Option<Url>,
}

/// Sends text messages and calls through TextMagic.
pub struct TextMagic {
    settings: TextMagicSettings,
    endpoint: Endpoint,
}

impl TextMagicSettings {
    /// Everything that is wrong with the settings.
    pub fn validate(&self) -> Vec<Fault> {
        let faults = [
            settings::check_username(&self.username),
            settings::check_api_key(&self.api_key),
            settings::check_sender(&self.sender).or_else(|| self.check_spaces()),
            self.base_url.as_ref().and_then(settings::check_base_url),
        ];
        faults.into_iter().flatten().collect()
    }

    /// TextMagic's names are letters and digits only.
    fn check_spaces(&self) -> Option<Fault> {
        let allowed = "a sender name without spaces";
        self.sender.contains(' ').then(|| Fault::new("sender", settings::shown(&self.sender), allowed))
    }
}

impl TextMagic {
    /// Builds the provider; sends nothing yet.
    pub fn new(settings: TextMagicSettings) -> Result<Self, Unusable> {
        settings::accept(settings.validate())?;
        let endpoint = Endpoint::new(settings::base_url(settings.base_url.as_ref(), BASE_URL)?)?;
        Ok(Self { settings, endpoint })
    }

    async fn submit(&self, message: &Outgoing) -> Result<Accepted, Refusal> {
        let said = said(message)?;
        let mut body = json!({
            "text": said.text,
            "phones": digits(said.to),
            "from": self.from(message),
            "referenceId": reference_number(message.reference),
        });
        if let (true, Some(body)) = (said.aloud, body.as_object_mut()) {
            body.insert("tts".to_owned(), json!(true));
        }
        let reply = self.call(self.endpoint.request(Method::POST, &["api", "v2", "messages"]).json(&body)).await?;
        accepted(&reply)
    }

    async fn ask_price(&self, message: &Outgoing) -> Result<Option<Price>, Refusal> {
        let said = said(message)?;
        // The text travels in the address, which servers and proxies log; a price needs its length, not the code in it.
        let text = text::without_digits(&said.text);
        let tts = if said.aloud { "1" } else { "0" };
        let query = [("text", text.as_str()), ("phones", digits(said.to)), ("from", self.from(message)), ("tts", tts)];
        let path = ["api", "v2", "messages", "price", "normalized"];
        let reply = self.call(self.endpoint.request(Method::GET, &path).query(&query)).await?;
        let document = document(&reply)?;
        let parts = reply::count(&document, "/parts");
        Ok(reply::text(&document, "/total").map(|amount| Price { amount, currency: None, parts }))
    }

    async fn ask_account(&self) -> Result<Health, Refusal> {
        let ping = self.call(self.endpoint.request(Method::GET, &["api", "v2", "ping"])).await?;
        if reply::word(&document(&ping)?, "/ping").as_deref() != Some("pong") {
            return Err(Refusal::new(Action::Stop, "no-pong", "the address is not that of TextMagic: check base_url"));
        }
        let user = self.call(self.endpoint.request(Method::GET, &["api", "v2", "user"])).await?;
        let user = document(&user)?;
        // The account's status is A for active and T for trial.
        let trial = reply::word(&user, "/status").map(|status| (status == "T").to_string());
        let facts = [
            reply::fact("balance", reply::text(&user, "/balance")),
            reply::fact("currency", reply::text(&user, "/currency/id")),
            reply::fact("trial", trial),
            reply::fact("sender", Some(self.settings.sender.clone())),
        ];
        Ok(Health { facts: facts.into_iter().flatten().collect() })
    }

    async fn ask_message(&self, provider_id: &str) -> Result<Option<Receipt>, Refusal> {
        let path = ["api", "v2", "messages", provider_id];
        let reply = self.call(self.endpoint.request(Method::GET, &path)).await?;
        if reply.status == 404 {
            return Ok(None);
        }
        Ok(receipt::textmagic_answer(&document(&reply)?))
    }

    /// The sender as TextMagic writes numbers, without the plus sign.
    fn from<'a>(&'a self, message: &'a Outgoing) -> &'a str {
        message.sender.as_ref().unwrap_or(&self.settings.sender).trim_start_matches('+')
    }

    async fn call(&self, request: RequestBuilder) -> Result<Reply, Refusal> {
        let request = request
            .header("X-TM-Username", sensitive(&self.settings.username)?)
            .header("X-TM-Key", sensitive(self.settings.api_key.expose())?);
        http::exchange(request).await
    }
}

impl Provider for TextMagic {
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
        Box::pin(self.ask_account())
    }

    fn price<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Option<Price>, Refusal>> {
        Box::pin(self.ask_price(message))
    }

    fn sender(&self) -> Sender {
        Sender::parse(&self.settings.sender)
    }

    fn ask<'a>(&'a self, _: Channel, provider_id: &'a str) -> BoxFuture<'a, Result<Option<Receipt>, Refusal>> {
        Box::pin(self.ask_message(provider_id))
    }

    fn read(&self, pushed: &Pushed<'_>) -> Result<News, Unreadable> {
        receipt::read_textmagic(pushed)
    }

    fn is_told_by_account(&self) -> bool {
        true
    }
}

/// The number by which TextMagic's receipt names a message.
///
/// The field is an integer of unknown width in the documents; 53 bits pass unharmed through any JSON library, and a
/// chance of 1 in 9·10¹⁵ for two messages to be confused is enough for a receipt, which changes nothing but a display.
pub fn reference_number(reference: Uuid) -> u64 {
    let (high, low) = reference.as_u64_pair();
    (high ^ low) & ((1 << 53) - 1)
}

/// What TextMagic's answer to a message means: an HTTP status and a body of at most 64 KiB.
pub fn read_answer(status: u16, body: &[u8]) -> Result<Accepted, Refusal> {
    accepted(&Reply { status, wait: None, body: body.to_vec() })
}

fn accepted(reply: &Reply) -> Result<Accepted, Refusal> {
    let document = document(reply)?;
    let provider_id = reply::text(&document, "/messageId").or_else(|| reply::text(&document, "/id"));
    Ok(Accepted { provider_id, ..Accepted::default() })
}

/// What is sent, to whom, and whether it is read aloud.
struct Said<'a> {
    to: &'a Phone,
    text: String,
    aloud: bool,
}

fn said(message: &Outgoing) -> Result<Said<'_>, Refusal> {
    match &message.content {
        Content::Sms { to, text } => Ok(Said { to, text: text.clone(), aloud: false }),
        Content::Call { to, call } => Ok(Said { to, text: call.at_once(), aloud: true }),
        other @ Content::Mail { .. } => Err(Refusal::wrong_channel(NAME, other.channel())),
    }
}

/// Documents and SDK disagree on the plus sign; digits alone are right in both.
fn digits(to: &Phone) -> &str {
    to.as_str().trim_start_matches('+')
}

/// The document of a successful answer: 201 for a message, 200 for a question, 202 for what is queued in bulk.
fn document(reply: &Reply) -> Result<Value, Refusal> {
    match reply.status {
        200..=202 => reply.json(),
        400 => Err(invalid(reply)),
        _ => Err(reply.refusal(None)),
    }
}

/// `Validation failed`, with the fields at fault. How a lack of credit is told is not documented; it is recognised by
/// its words, so that the next provider is tried.
fn invalid(reply: &Reply) -> Refusal {
    let document = reply.json().unwrap_or_default();
    let told = [document.get("message"), document.pointer("/errors/common")];
    let told = told.into_iter().flatten().map(|value| value.to_string().to_lowercase()).collect::<String>();
    if ["balance", "credit", "funds"].into_iter().any(|word| told.contains(word)) {
        return Refusal::new(Action::FailOver, "400", "the account has no credit left");
    }
    let fields = document.pointer("/errors/fields").and_then(Value::as_object);
    let known = |field: &&str| fields.is_some_and(|fields| fields.contains_key(*field));
    match ["phones", "from", "text", "referenceId"].iter().find(|field| known(field)) {
        Some(&"phones") => Refusal::new(Action::GiveUp, "400", "the number cannot receive messages"),
        Some(&"from") => {
            Refusal::new(Action::Stop, "400", "the sender is not allowed: check the sender in the settings")
        }
        Some(field) => Refusal::new(Action::GiveUp, "400", format!("TextMagic does not accept the field {field}")),
        None => reply.refusal(None),
    }
}

/// A header value that the HTTP library keeps out of its own debug output.
fn sensitive(text: &str) -> Result<HeaderValue, Refusal> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| Refusal::new(Action::Stop, "bad-request", "user name or API key cannot be put into a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

const NAME: &str = "textmagic";
const BASE_URL: &str = "https://rest.textmagic.com";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_required() {
        let settings = |sender: &str| TextMagicSettings {
            username: "q360".into(),
            api_key: Secret::new("key"),
            sender: sender.into(),
            base_url: None,
        };
        assert_eq!(settings("+447860021130").validate(), []);
        for bad in ["", "Ac", "Acme Corp"] {
            assert_eq!(settings(bad).validate().into_iter().map(|fault| fault.key).collect::<Vec<_>>(), ["sender"]);
        }
        let missing = serde_json::from_value::<TextMagicSettings>(json!({"username": "q360", "api_key": "key"}));
        assert!(missing.is_err_and(|error| error.to_string().contains("sender")));
    }

    #[test]
    fn a_reference_fits_any_json_library() {
        for reference in [Uuid::max(), Uuid::nil(), Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab)] {
            assert!(reference_number(reference) < 1 << 53);
        }
        assert_ne!(reference_number(Uuid::from_u128(1)), reference_number(Uuid::from_u128(2)));
    }
}
