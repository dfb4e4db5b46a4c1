//! Twilio as its documents describe it: reference/providers.md, sections 5, 6 and 7, with the account's addresses and those
//! of Verify on one listener.

pub(crate) mod calls;
mod form;
pub(crate) mod verify;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use data_encoding::BASE64;
use serde_json::{Value, json};

use self::form::{Form, Rule};
use super::{JSON, Mode, Received, State, is_e164};

/// The account that the stand-in knows, and its credentials: the token, or an API key.
pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "5f2a1c3be4d6978012345678deadbeef";
pub(crate) const KEY: &str = "SK0123456789abcdef0123456789abcdef";
pub(crate) const KEY_SECRET: &str = "b7Qe1xS0mAfZpV9cKdLwHtYu3nRi5oGj";
/// The Verify service.
pub(crate) const SERVICE: &str = "VA0123456789abcdef0123456789abcdef";

/// What the stand-in remembers beside the messages.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) calls: Vec<calls::Call>,
    pub(super) verifications: Vec<verify::Verification>,
    /// Codes that were sent or said.
    pub(super) codes: Vec<String>,
    /// What the Verify service is configured for.
    pub(super) custom_code: bool,
    pub(super) code_length: Option<u32>,
}

pub(super) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/2010-04-01/Accounts/{account}/Messages.json", post(message))
        .route("/2010-04-01/Accounts/{account}/Calls.json", post(calls::call))
        .route("/2010-04-01/Accounts/{account}/Balance.json", get(balance))
        .route("/2010-04-01/Accounts/{account}/{kind}/{resource}", get(fate))
        .route("/v2/Services/{service}", get(verify::service))
        .route("/v2/Services/{service}/Verifications", post(verify::start))
        .route("/v2/Services/{service}/Verifications/{verification}", post(verify::update))
        .route("/v2/Services/{service}/VerificationCheck", post(verify::check))
        .with_state(state)
}

/// The fields of a message (section 5.1).
const MESSAGE: &[(&str, Rule)] = &[
    ("To", |text| is_e164(text)),
    ("From", |text| is_e164(text) || (3..=11).contains(&text.len())),
    ("MessagingServiceSid", |text| is_sid("MG", text)),
    ("Body", |text| !text.is_empty() && text.chars().count() <= 1600),
    ("StatusCallback", |text| text.starts_with("https://")),
    ("ValidityPeriod", |text| text.parse::<u32>().is_ok_and(|seconds| (1..=36_000).contains(&seconds))),
    ("SmartEncoded", |text| matches!(text, "true" | "false")),
    ("ContentRetention", |text| matches!(text, "retain" | "discard")),
    ("AddressRetention", |text| matches!(text, "retain" | "obfuscate")),
    ("RiskCheck", |text| matches!(text, "enable" | "disable")),
];

async fn message(
    Shared(state): Shared<Arc<State>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = match Form::read(&headers, &body, MESSAGE) {
        Ok(form) => form,
        Err(violation) => return state.violation(violation),
    };
    if let Some(refusal) = unauthorised(&headers, &account) {
        return refusal;
    }
    let senders = [form.get("From"), form.get("MessagingServiceSid")].into_iter().flatten().count();
    if senders != 1 || form.get("To").is_none() || form.get("Body").is_none() {
        return state.violation("To, Body and one of From and MessagingServiceSid are required (21602 to 21604)");
    }
    // Ours: a code must not arrive after its life.
    if form.get("ValidityPeriod").is_none() {
        return state.violation("ValidityPeriod is missing");
    }
    let received = Received {
        to: form.text("To"),
        body: form.text("Body"),
        from: form.get("From").or_else(|| form.get("MessagingServiceSid")).map(str::to_owned),
        reference: form.text("ValidityPeriod"),
        call: None,
    };
    let taken = match deliver(&state, &received).await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    answer(
        StatusCode::CREATED,
        &json!({
            "sid": taken.sid("SM"), "account_sid": account, "status": "queued", "num_segments": "1", "price": null,
            "price_unit": "USD", "error_code": null, "error_message": null, "direction": "outbound-api",
            "body": received.body, "to": received.to, "from": form.get("From"), "num_media": "0",
            "date_created": "Wed, 21 Oct 2015 07:28:00 +0000", "date_sent": null, "api_version": "2010-04-01",
        }),
    )
}

/// One message or call (sections 5.2 and 6), queued as long as nothing else is known.
async fn fate(
    Shared(state): Shared<Arc<State>>,
    Path((account, kind, resource)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = unauthorised(&headers, &account) {
        return refusal;
    }
    let id = resource.strip_suffix(".json").unwrap_or_default();
    if !matches!((kind.as_str(), id.get(..2)), ("Messages", Some("SM" | "MM")) | ("Calls", Some("CA"))) {
        return state.violation(format!("no {kind} {resource}"));
    }
    state.book().asked.push(id.to_owned());
    let (status, code) = match state.fate(id) {
        Some(fate) => fate.split_once(' ').map_or((fate, None), |(status, code)| (status, Some(code))),
        None => ("queued", None),
    };
    let code = code.map(|code| code.parse::<u32>().unwrap());
    let document = json!({
        "sid": id, "account_sid": account, "status": status, "error_code": code, "error_message": null,
        "price": "-0.00750", "price_unit": "USD",
    });
    state.trouble(error).unwrap_or_else(|| answer(StatusCode::OK, &document))
}

async fn balance(Shared(state): Shared<Arc<State>>, Path(account): Path<String>, headers: HeaderMap) -> Response {
    if let Some(refusal) = unauthorised(&headers, &account) {
        return refusal;
    }
    let document = json!({ "account_sid": account, "balance": "12.50", "currency": "USD" });
    state.trouble(error).unwrap_or_else(|| answer(StatusCode::OK, &document))
}

/// The number under which something was taken.
#[derive(Clone, Copy)]
struct Taken(usize);

impl Taken {
    fn sid(self, prefix: &str) -> String {
        format!("{prefix}{:032x}", self.0)
    }
}

/// Takes a message or a call as the mode says, or gives the answer of the mode.
async fn deliver(state: &State, received: &Received) -> Result<Taken, Response> {
    state.book().attempts += 1;
    let quietly = state.take_quietly(received).await;
    if let Some(answer) = state.trouble(error) {
        return Err(answer);
    }
    if let Mode::Refuse(code) = state.mode() {
        return Err(refused(code.parse().unwrap()));
    }
    Ok(Taken(if quietly { state.book().received.len() } else { state.take(received.clone()) }))
}

/// The refusal of anything but the account and its token, or the API key and its secret (section 5.1).
fn unauthorised(headers: &HeaderMap, account: &str) -> Option<Response> {
    let basic =
        |user: &str, password: &str| format!("Basic {}", BASE64.encode(format!("{user}:{password}").as_bytes()));
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let known = [basic(ACCOUNT, TOKEN), basic(KEY, KEY_SECRET)].iter().any(|known| known == given);
    let right = known && (account == ACCOUNT || account == SERVICE);
    (!right).then(|| refused(20003))
}

/// A refusal with its code: 401 for the credentials, 429 for limits, 404 for what is not there, else 400 or 403.
fn refused(code: u32) -> Response {
    let status = match code {
        20003 => 401,
        20404 => 404,
        20429 | 60202 | 60203 | 60212 => 429,
        60204 | 60205 | 60605 => 403,
        _ => 400,
    };
    let status = StatusCode::from_u16(status).unwrap();
    answer(status, &document(code, status))
}

/// The error document (section 5.4) of a trouble that has no code of its own.
fn error(status: StatusCode) -> Value {
    let code = match status.as_u16() {
        401 => 20003,
        403 => 20008,
        404 => 20404,
        429 => 20429,
        other => u32::from(other) * 100,
    };
    document(code, status)
}

fn document(code: u32, status: StatusCode) -> Value {
    json!({
        "code": code, "message": "No.", "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
        "status": status.as_u16(),
    })
}

fn answer(status: StatusCode, document: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], document.to_string()).into_response()
}

fn is_sid(prefix: &str, text: &str) -> bool {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
