//! ClickSend, REST version 3.
//!
//! Its peculiarity: HTTP 200 says only that the request was read. Whether the message was taken stands in the `status`
//! of the one entry in `data.messages`. A sender that is not allowed in the recipient's country is replaced without a
//! word, so the sender that people see may be another one than the setting. A message with the same text to the same
//! number is throttled, so the text of a resend must differ.
//!
//! Its calls read the whole text. A key press is asked for, but its documents do not say that nothing is read before; and
//! with `machine_detection` it would leave the text in a mailbox on purpose, so that is off (reference/providers.md, 3.9).

use countersign_core::channel::Channel;
use countersign_core::contact::Phone;
use countersign_core::route::Sender;
use countersign_core::secret::Secret;
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::courier::http::{self, Endpoint};
use crate::courier::receipt::{self, News, Pushed, Receipt, Unreadable};
use crate::courier::reply::{self, Reply};
use crate::courier::settings::{self, Fault, Unusable};
use crate::courier::text;
use crate::courier::{Accepted, Action, BoxFuture, Content, Health, Outgoing, Price, Provider, Refusal};

/// The settings of ClickSend.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClickSendSettings {
    /// The API user name.
    pub username: String,
    /// The API key.
    pub api_key: Secret,
    /// A number or name to send from; none sends from ClickSend's shared numbers, which do not reach the USA or Canada.
    pub sender: Option<String>,
    /// Another address than ClickSend's own.
    pub base_url: Option<Url>,
}

/// Sends text messages and calls through ClickSend.
pub struct ClickSend {
    settings: ClickSendSettings,
    endpoint: Endpoint,
}

impl ClickSendSettings {
    /// Everything that is wrong with the settings.
    pub fn validate(&self) -> Vec<Fault> {
        let faults = [
            settings::check_username(&self.username),
            settings::check_api_key(&self.api_key),
            self.sender.as_deref().and_then(settings::check_sender),
            self.base_url.as_ref().and_then(settings::check_base_url),
        ];
        faults.into_iter().flatten().collect()
    }
}

impl ClickSend {
    /// Builds the provider; sends nothing yet.
    pub fn new(settings: ClickSendSettings) -> Result<Self, Unusable> {
        settings::accept(settings.validate())?;
        let endpoint = Endpoint::new(settings::base_url(settings.base_url.as_ref(), BASE_URL)?)?;
        Ok(Self { settings, endpoint })
    }

    async fn submit(&self, message: &Outgoing) -> Result<Accepted, Refusal> {
        let said = said(message)?;
        accepted(&self.post(said.product, "send", self.body(message, &said)).await?)
    }

    async fn ask_price(&self, message: &Outgoing) -> Result<Option<Price>, Refusal> {
        let said = said(message)?;
        // A price needs the length and the alphabet of the text, not the code in it.
        let said = Said { text: text::without_digits(&said.text), ..said };
        let reply = self.post(said.product, "price", self.body(message, &said)).await?;
        Ok(taken_entry(&reply)?.price())
    }

    /// A message without a receipt yet is not found, which is no fault.
    async fn ask_receipt(&self, provider_id: &str) -> Result<Option<Receipt>, Refusal> {
        let path = ["v3", "sms", "receipts", provider_id];
        let reply = http::exchange(self.authorise(self.endpoint.request(Method::GET, &path))).await?;
        if reply.status == 404 {
            return Ok(None);
        }
        Ok(receipt::clicksend_answer(&envelope(&reply)?))
    }

    async fn ask_account(&self) -> Result<Health, Refusal> {
        let request = self.authorise(self.endpoint.request(Method::GET, &["v3", "account"]));
        let account = envelope(&http::exchange(request).await?)?;
        if flag(&account, "/data/banned") == Some(true) {
            return Err(Refusal::new(Action::Stop, "BANNED", "ClickSend has banned the account: ask its support"));
        }
        if flag(&account, "/data/active") == Some(false) {
            let detail = "the account is not active: finish its registration at ClickSend";
            return Err(Refusal::new(Action::Stop, "ACCOUNT_NOT_ACTIVATED", detail));
        }
        let sender = self.settings.sender.clone().unwrap_or_else(|| "shared number".to_owned());
        // Field by field: the document also holds the API key of a sub-account.
        let facts = [
            reply::fact("balance", reply::text(&account, "/data/balance")),
            reply::fact("currency", currency(&account)),
            reply::fact("country", reply::text(&account, "/data/country")),
            reply::fact("trial", flag(&account, "/data/on_trial").map(|trial| trial.to_string())),
            reply::fact("sender", Some(sender)),
        ];
        Ok(Health { facts: facts.into_iter().flatten().collect() })
    }

    fn body(&self, message: &Outgoing, said: &Said<'_>) -> Value {
        let mut entry = json!({
            "body": said.text,
            "to": said.to.as_str(),
            "source": "countersign",
            "custom_string": message.reference.to_string(),
        });
        let sender = message.sender.as_ref().or(self.settings.sender.as_ref());
        let more = match (&said.language, sender) {
            (Some(language), _) => {
                json!({ "lang": language, "voice": "female", "require_input": 1, "machine_detection": 0 })
            }
            (None, Some(sender)) => json!({ "from": sender }),
            // An empty `from` is not the same as none.
            (None, None) => json!({}),
        };
        if let (Some(entry), Value::Object(more)) = (entry.as_object_mut(), more) {
            entry.extend(more);
        }
        json!({ "messages": [entry] })
    }

    async fn post(&self, product: &str, action: &str, body: Value) -> Result<Reply, Refusal> {
        http::exchange(self.authorise(self.endpoint.request(Method::POST, &["v3", product, action])).json(&body)).await
    }

    fn authorise(&self, request: RequestBuilder) -> RequestBuilder {
        request.basic_auth(&self.settings.username, Some(self.settings.api_key.expose()))
    }
}

impl Provider for ClickSend {
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
        self.settings.sender.as_deref().map_or(Sender::Shared, Sender::parse)
    }

    fn ask<'a>(&'a self, channel: Channel, provider_id: &'a str) -> BoxFuture<'a, Result<Option<Receipt>, Refusal>> {
        if channel != Channel::Sms {
            // How a call is asked after is in no document.
            return Box::pin(std::future::ready(Ok(None)));
        }
        Box::pin(self.ask_receipt(provider_id))
    }

    fn read(&self, pushed: &Pushed<'_>) -> Result<News, Unreadable> {
        receipt::read_clicksend(pushed)
    }

    fn is_told_by_account(&self) -> bool {
        true
    }
}

/// The entry of our one message in an answer, with the currency that stands beside it.
struct Entry {
    message: Value,
    currency: Option<String>,
}

impl Entry {
    fn price(&self) -> Option<Price> {
        let amount = reply::text(&self.message, "/message_price")?;
        let parts = reply::count(&self.message, "/message_parts");
        Some(Price { amount, currency: self.currency.clone(), parts })
    }
}

/// What ClickSend's answer to a message means: an HTTP status and a body of at most 64 KiB.
pub fn read_answer(status: u16, body: &[u8]) -> Result<Accepted, Refusal> {
    accepted(&Reply { status, wait: None, body: body.to_vec() })
}

fn accepted(reply: &Reply) -> Result<Accepted, Refusal> {
    let entry = taken_entry(reply)?;
    Ok(Accepted {
        provider_id: reply::text(&entry.message, "/message_id"),
        parts: reply::count(&entry.message, "/message_parts"),
        price: entry.price(),
        verification: None,
    })
}

/// What is sent or said, to whom, and for a call in which language.
struct Said<'a> {
    product: &'static str,
    to: &'a Phone,
    text: String,
    language: Option<String>,
}

fn said(message: &Outgoing) -> Result<Said<'_>, Refusal> {
    match &message.content {
        Content::Sms { to, text } => Ok(Said { product: "sms", to, text: text.clone(), language: None }),
        Content::Call { to, call } => {
            let language = Some(call.language.to_ascii_lowercase());
            Ok(Said { product: "voice", to, text: call.at_once(), language })
        }
        other @ Content::Mail { .. } => Err(Refusal::wrong_channel(NAME, other.channel())),
    }
}

/// The document of an answer that ClickSend calls a success as a whole.
fn envelope(reply: &Reply) -> Result<Value, Refusal> {
    let document = reply.json();
    if reply.status != 200 {
        return Err(reply.refusal(document.ok().and_then(|document| reply::word(&document, "/response_code"))));
    }
    let document = document?;
    match reply::word(&document, "/response_code") {
        Some(word) if word != SUCCESS => Err(refused(&word)),
        _ => Ok(document),
    }
}

/// Our message in an answer, if it was taken.
fn taken_entry(reply: &Reply) -> Result<Entry, Refusal> {
    let document = envelope(reply)?;
    let Some(message) = document.pointer("/data/messages/0") else {
        return Err(Refusal::new(Action::RetryOnce, "no-entry", "the answer does not speak of our message"));
    };
    let status = reply::word(message, "/status").unwrap_or_else(|| "NO_STATUS".to_owned());
    if status != SUCCESS {
        return Err(refused(&status));
    }
    if reply::count(&document, "/data/blocked_count").is_some_and(|blocked| blocked > 0) {
        return Err(Refusal::new(Action::FailOver, "BLOCKED", "ClickSend has blocked the message"));
    }
    Ok(Entry { message: message.clone(), currency: currency(&document) })
}

/// What a status word calls for (reference/providers.md, 3.7).
fn refused(status: &str) -> Refusal {
    let (action, detail) = match status {
        "THROTTLED" => (Action::Retry, "the same text went to the same number a moment ago"),
        "INVALID_RECIPIENT" => (Action::GiveUp, "the number cannot receive messages"),
        "INVALID_SENDER_ID" => (Action::GiveUp, "the sender is not allowed: check the sender in the settings"),
        "EMPTY_MESSAGE"
        | "INVALID_SCHEDULE"
        | "INVALID_LANG"
        | "INVALID_VOICE"
        | "TOO_MANY_RECIPIENTS"
        | "MISSING_REQUIRED_FIELDS"
        | "ALREADY_EXISTS"
        | "SUBJECT_REQUIRED"
        | "INVALID_MEDIA_FILE"
        | "NOT_ENOUGH_PERMISSION_TO_LIST_ID"
        | "BAD_REQUEST" => (Action::GiveUp, "ClickSend does not accept this message"),
        "MISSING_CREDENTIALS" | "INVALID_CREDENTIALS" | "UNAUTHORIZED" | "FORBIDDEN" => {
            (Action::Stop, "user name or API key refused")
        }
        "ACCOUNT_NOT_ACTIVATED" => (Action::Stop, "the account is not active: finish its registration at ClickSend"),
        "NOT_FOUND" => (Action::Stop, "the address is not that of ClickSend: check base_url"),
        "INSUFFICIENT_CREDIT" => (Action::FailOver, "the account has no credit left"),
        "TOO_MANY_REQUESTS" => (Action::Retry, "too many requests"),
        "INTERNAL_ERROR" | "SOMETHING_IS_WRONG" | "INTERNAL_SERVER_ERROR" => (Action::FailOver, "ClickSend failed"),
        // Not in the documents. It was not accepted, so nothing is paid for, and another provider may do better.
        _ => (Action::FailOver, "ClickSend gives a reason that is not in its documents"),
    };
    Refusal::new(action, status, detail)
}

/// `_currency` in the current documents, `currency` in the older ones.
fn currency(document: &Value) -> Option<String> {
    ["/data/_currency/currency_name_short", "/data/currency/currency_name_short"]
        .into_iter()
        .find_map(|pointer| reply::text(document, pointer))
}

/// A flag written as `true`, `1` or `"1"`.
fn flag(document: &Value, pointer: &str) -> Option<bool> {
    match reply::text(document, pointer)?.as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

const NAME: &str = "clicksend";
const BASE_URL: &str = "https://rest.clicksend.com";
const SUCCESS: &str = "SUCCESS";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_status_is_sorted() {
        let expected = [
            (
                Action::GiveUp,
                "INVALID_RECIPIENT EMPTY_MESSAGE INVALID_SENDER_ID INVALID_SCHEDULE INVALID_LANG INVALID_VOICE",
            ),
            (Action::GiveUp, "TOO_MANY_RECIPIENTS MISSING_REQUIRED_FIELDS ALREADY_EXISTS SUBJECT_REQUIRED"),
            (Action::GiveUp, "INVALID_MEDIA_FILE NOT_ENOUGH_PERMISSION_TO_LIST_ID"),
            (Action::Stop, "MISSING_CREDENTIALS INVALID_CREDENTIALS ACCOUNT_NOT_ACTIVATED"),
            (Action::FailOver, "INSUFFICIENT_CREDIT INTERNAL_ERROR SOMETHING_IS_WRONG COUNTRY_NOT_ENABLED"),
            (Action::Retry, "THROTTLED"),
        ];
        for (action, words) in expected {
            for word in words.split(' ') {
                assert_eq!(refused(word).action, action, "{word}");
            }
        }
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let settings = ClickSendSettings {
            username: String::new(),
            api_key: Secret::new(""),
            sender: Some("A".into()),
            base_url: "http://rest.clicksend.com".parse().ok(),
        };
        let keys: Vec<_> = settings.validate().into_iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["username", "api_key", "sender", "base_url"]);
    }
}
