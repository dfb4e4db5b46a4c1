//! Calls: what the person who answers hears, and what Twilio asks us when a key is pressed (sections 6 and 9).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha1::Sha1;

use super::form::{Form, Rule};
use super::{ACCOUNT, TOKEN, answer, deliver, unauthorised};
use crate::gateway::{Gateway, Received, State, is_e164};

/// The fields of a call (section 6).
const CALL: &[(&str, Rule)] = &[
    ("To", |text| is_e164(text)),
    ("From", |text| is_e164(text)),
    ("Twiml", |text| text.chars().count() <= 4000 && is_twiml(text)),
    ("StatusCallback", |text| text.starts_with("https://")),
    ("StatusCallbackMethod", |text| matches!(text, "GET" | "POST")),
    ("StatusCallbackEvent", |text| matches!(text, "initiated" | "ringing" | "answered" | "completed")),
    ("Timeout", |text| text.parse::<u32>().is_ok_and(|seconds| (1..=600).contains(&seconds))),
    ("TimeLimit", |text| text.parse::<u32>().is_ok_and(|seconds| seconds > 0)),
    ("SendDigits", |text| text.len() <= 32),
    ("MachineDetection", |text| matches!(text, "Enable" | "DetectMessageEnd")),
];

/// A call that was made.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) sid: String,
    pub(crate) to: String,
    pub(crate) from: String,
    pub(crate) twiml: String,
}

/// A request as Twilio sends it when a key was pressed.
#[derive(Clone, Debug)]
pub(crate) struct KeyPress {
    /// The whole address, as it stands in the call.
    pub(crate) url: String,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) signature: String,
}

impl Call {
    /// What whoever answers hears until a key is pressed, with nobody pressing one.
    pub(crate) fn unanswered(&self) -> String {
        said(&self.twiml)
    }

    /// The language of the voice.
    pub(crate) fn language(&self) -> &str {
        attribute(&self.twiml, "language")
    }

    /// What Twilio asks when this key is pressed, signed.
    pub(crate) fn pressed(&self, key: &str) -> KeyPress {
        let url = attribute(&self.twiml, "action").replace("&amp;", "&");
        let fields = [
            ("AccountSid", ACCOUNT),
            ("ApiVersion", "2010-04-01"),
            ("CallSid", &self.sid),
            ("CallStatus", "in-progress"),
            ("Called", &self.to),
            ("CalledCity", ""),
            ("CalledCountry", "CA"),
            ("CalledState", "ON"),
            ("CalledZip", ""),
            ("Caller", &self.from),
            ("CallerCity", ""),
            ("CallerCountry", "US"),
            ("CallerState", "CA"),
            ("CallerZip", ""),
            ("Digits", key),
            ("Direction", "outbound-api"),
            ("FinishedOnKey", ""),
            ("From", &self.from),
            ("FromCity", ""),
            ("FromCountry", "US"),
            ("To", &self.to),
            ("ToCountry", "CA"),
            ("msg", "Gather End"),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        KeyPress { url, fields, signature: String::new() }.signed(TOKEN)
    }
}

impl KeyPress {
    /// The same, signed with a token over what it is now.
    pub(crate) fn signed(mut self, token: &str) -> Self {
        let mut pairs = self.fields.clone();
        pairs.sort();
        pairs.dedup();
        let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
        mac.update(self.url.as_bytes());
        for (name, value) in &pairs {
            mac.update(format!("{name}{value}").as_bytes());
        }
        self.signature = BASE64.encode(&mac.finalize().into_bytes());
        self
    }

    /// The same with another value in a field, under the old signature.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Gateway {
    /// The newest call.
    pub(crate) fn last_call(&self) -> Call {
        self.state.book().twilio.calls.last().unwrap().clone()
    }
}

pub(super) async fn call(
    Shared(state): Shared<Arc<State>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = match Form::read(&headers, &body, CALL) {
        Ok(form) => form,
        Err(violation) => return state.violation(violation),
    };
    if let Some(refusal) = unauthorised(&headers, &account) {
        return refusal;
    }
    if let Some(missing) = ["To", "From", "Twiml"].into_iter().find(|name| form.get(name).is_none()) {
        return state.violation(format!("{missing} is missing"));
    }
    let twiml = form.text("Twiml");
    // Ours (I-10): Twilio is told the code when somebody is there.
    if super::super::spoken_code(&twiml).is_some() {
        return state.violation("the request for a call holds the code");
    }
    let received = Received {
        to: form.text("To"),
        body: said(&twiml),
        from: Some(form.text("From")),
        reference: form.text("TimeLimit"),
        call: Some(attribute(&twiml, "language").to_owned()),
    };
    let taken = match deliver(&state, &received).await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let call = Call { sid: taken.sid("CA"), to: form.text("To"), from: form.text("From"), twiml };
    let document = json!({
        "sid": call.sid, "account_sid": account, "status": "queued", "price": null, "price_unit": "USD",
        "direction": "outbound-api", "answered_by": null, "duration": null, "queue_time": "0", "to": call.to,
        "from": call.from,
    });
    state.book().twilio.calls.push(call);
    answer(StatusCode::CREATED, &document)
}

/// The text that is read out of a document, in order.
pub(crate) fn said(twiml: &str) -> String {
    let after = |part: &str| part.split_once('>').map(|(_, text)| text.to_owned());
    let parts = twiml.split("</Say>").filter_map(|part| part.rsplit_once("<Say").and_then(|(_, say)| after(say)));
    let text = parts.collect::<Vec<_>>().join(" | ");
    text.replace("&apos;", "'").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Verbs and attributes that the documents name, every tag closed.
pub(crate) fn is_twiml(text: &str) -> bool {
    let Some(inside) = text
        .strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>")
        .and_then(|rest| rest.strip_suffix("</Response>"))
    else {
        return false;
    };
    let mut open: Vec<&str> = Vec::new();
    let mut tags = inside.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    let good = tags.all(|tag| {
        if let Some(name) = tag.strip_prefix('/') {
            return open.pop() == Some(name);
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        if !tag.ends_with('/') {
            open.push(name);
        }
        // A say inside a gather, and nothing inside a say.
        matches!(name, "Gather" | "Hangup" | "Pause" | "Say") && open.len() <= 2
    });
    good && open.is_empty()
}

fn attribute<'a>(twiml: &'a str, name: &str) -> &'a str {
    let value = twiml.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next());
    value.unwrap_or_else(|| panic!("no {name} in {twiml}"))
}
