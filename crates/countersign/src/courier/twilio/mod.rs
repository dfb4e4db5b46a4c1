//! Twilio: text messages, calls, and verifications with codes of its own.
//!
//! One account serves three products, each a provider of its own name: `twilio` (Programmable Messaging), `twilio-voice`
//! (Programmable Voice) and `twilio-verify` (Verify version 2). What they share is here: the credentials, the form that a
//! request is, and what an error code means (reference/providers.md, 5.4, 6 and 7.6).

mod errors;
pub mod messaging;
mod settings;
mod signature;
pub mod twiml;
pub mod verify;
pub mod voice;

use countersign_core::secret::Secret;
use reqwest::{Method, RequestBuilder, header};
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

pub use errors::refusal_of;
pub use settings::TwilioSettings;

use crate::courier::http::{self, Endpoint};
use crate::courier::receipt::{self, Receipt};
use crate::courier::reply::{self, Reply};
use crate::courier::settings::{Unusable, accept, base_url};
use crate::courier::{Action, Fact, Health, Refusal};

/// An account at one of Twilio's addresses.
struct Account {
    sid: String,
    user: String,
    password: Secret,
    endpoint: Endpoint,
}

impl Account {
    fn new(settings: &TwilioSettings, given: Option<&Url>, own: &'static str) -> Result<Self, Unusable> {
        accept(settings.validate())?;
        let (user, password) = settings.credentials();
        let endpoint = Endpoint::new(base_url(given, own)?)?;
        Ok(Self { sid: settings.account_sid.clone(), user, password, endpoint })
    }

    /// Below the account's own address in the API of 2010: `Messages.json`, `Calls.json`, `Balance.json`.
    fn path<'a>(&'a self, resource: &'a str) -> [&'a str; 4] {
        ["2010-04-01", "Accounts", &self.sid, resource]
    }

    /// Posts a form and reads the document that a success is (201, or 200 for an update).
    async fn post(&self, path: &[&str], fields: &[(&str, &str)]) -> Result<Value, Refusal> {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.authorise(Method::POST, path).header(header::CONTENT_TYPE, FORM).body(body);
        document(&http::exchange(request).await?)
    }

    async fn get(&self, path: &[&str]) -> Result<Value, Refusal> {
        document(&http::exchange(self.authorise(Method::GET, path)).await?)
    }

    fn authorise(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.endpoint.request(method, path).basic_auth(&self.user, Some(self.password.expose()))
    }

    /// What became of a message or a call.
    async fn fate(&self, kind: &str, id: &str) -> Result<Option<Receipt>, Refusal> {
        let resource = format!("{id}.json");
        let path = ["2010-04-01", "Accounts", &self.sid, kind, &resource];
        Ok(receipt::twilio::answer(&self.get(&path).await?))
    }

    /// The balance, which costs nothing to ask for; a sub-account has none of its own.
    async fn balance(&self, sender: String) -> Result<Health, Refusal> {
        let account = self.get(&self.path("Balance.json")).await?;
        let facts = [
            reply::fact("balance", reply::text(&account, "/balance")),
            reply::fact("currency", reply::text(&account, "/currency")),
            Some(Fact { name: "sender", value: sender }),
        ];
        Ok(Health { facts: facts.into_iter().flatten().collect() })
    }
}

/// The document of a success.
fn document(reply: &Reply) -> Result<Value, Refusal> {
    match reply.status {
        200 | 201 => reply.json(),
        _ => Err(errors::refused(reply)),
    }
}

/// The id of what was made. An answer without one leaves it unknown whether anything was.
fn sid(document: &Value) -> Result<String, Refusal> {
    let none = || Refusal::new(Action::RetryOnce, "no-sid", "the answer does not speak of our message");
    reply::word(document, "/sid").ok_or_else(none)
}

const FORM: &str = "application/x-www-form-urlencoded";
const BASE_URL: &str = "https://api.twilio.com";
