//! Verify version 2: verifications, their checks and their ends (section 7).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::form::{Form, Rule};
use super::{ACCOUNT, SERVICE, answer, deliver, error, is_sid, refused, unauthorised};
use crate::gateway::{Gateway, Mode, Received, State, is_e164};

/// How often a verification is sent and checked (section 7.5).
const LIMIT: u32 = 5;

const START: &[(&str, Rule)] = &[
    ("To", |text| is_e164(text)),
    ("Channel", |text| matches!(text, "sms" | "call" | "email" | "whatsapp" | "sna" | "auto")),
    ("CustomCode", |text| (4..=10).contains(&text.len())),
    ("Locale", |text| (2..=5).contains(&text.len())),
    ("CustomFriendlyName", |text| !text.is_empty()),
];

const CHECK: &[(&str, Rule)] =
    &[("Code", |text| (4..=10).contains(&text.len())), ("VerificationSid", |text| is_sid("VE", text))];

const UPDATE: &[(&str, Rule)] = &[("Status", |text| matches!(text, "canceled" | "approved"))];

/// A verification; once it is not pending it is as good as gone.
#[derive(Clone, Debug)]
pub(crate) struct Verification {
    pub(crate) sid: String,
    pub(crate) to: String,
    pub(crate) code: String,
    pub(crate) channels: Vec<String>,
    pub(crate) locale: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) checks: u32,
}

impl Gateway {
    /// Every verification, the oldest first.
    pub(crate) fn verifications(&self) -> Vec<Verification> {
        self.state.book().twilio.verifications.clone()
    }

    /// The code of the newest verification.
    pub(crate) fn verification_code(&self) -> String {
        self.verifications().last().unwrap().code.clone()
    }

    /// Ten minutes are over at Twilio, or its support has shortened them.
    pub(crate) fn verifications_expire(&self) {
        for verification in &mut self.state.book().twilio.verifications {
            if verification.status == "pending" {
                verification.status = "expired";
            }
        }
    }

    /// The service takes custom codes.
    pub(crate) fn allows_custom_codes(&self) {
        self.state.book().twilio.custom_code = true;
    }

    /// The codes of the service have so many digits.
    pub(crate) fn has_code_length(&self, length: u32) {
        self.state.book().twilio.code_length = Some(length);
    }

    /// Codes that this gateway made or was given.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.state.book().twilio.codes.clone()
    }
}

pub(super) async fn service(
    Shared(state): Shared<Arc<State>>,
    Path(sid): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = unauthorised(&headers, &sid) {
        return refusal;
    }
    if let Some(answer) = state.trouble(error) {
        return answer;
    }
    let (length, custom) = {
        let book = state.book();
        (book.twilio.code_length.unwrap_or(6), book.twilio.custom_code)
    };
    answer(
        StatusCode::OK,
        &json!({
            "sid": SERVICE, "account_sid": ACCOUNT, "friendly_name": "Acme", "code_length": length,
            "custom_code_enabled": custom, "lookup_enabled": false, "dtmf_input_required": true,
        }),
    )
}

pub(super) async fn start(
    Shared(state): Shared<Arc<State>>,
    Path(service): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = match Form::read(&headers, &body, START) {
        Ok(form) => form,
        Err(violation) => return state.violation(violation),
    };
    if let Some(refusal) = unauthorised(&headers, &service) {
        return refusal;
    }
    let (Some(to), Some(channel)) = (form.get("To"), form.get("Channel")) else {
        return state.violation("To and Channel are required");
    };
    let custom = form.get("CustomCode");
    if custom.is_some() && !state.book().twilio.custom_code {
        return refused(60204);
    }
    let known = pending(&state, to);
    let code = match (&known, custom) {
        (Some(known), None) => known.code.clone(),
        (_, Some(custom)) => custom.to_owned(),
        (None, None) => format!("{:06}", 731_846 + 13 * state.book().twilio.verifications.len()),
    };
    if known.as_ref().is_some_and(|known| u32::try_from(known.channels.len()).unwrap() >= LIMIT) {
        return refused(60203);
    }
    let call = (channel == "call").then(|| form.text("Locale"));
    let received = Received {
        to: to.to_owned(),
        body: format!("Your Acme verification code is: {code}"),
        from: None,
        reference: form.text("Channel"),
        call,
    };
    let taken = match deliver(&state, &received).await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let mut book = state.book();
    book.twilio.codes.push(code.clone());
    let at = known.map(|known| known.sid).and_then(|sid| book.twilio.verifications.iter().position(|v| v.sid == sid));
    let at = at.unwrap_or_else(|| {
        book.twilio.verifications.push(Verification {
            sid: taken.sid("VE"),
            to: to.to_owned(),
            code: String::new(),
            channels: Vec::new(),
            locale: None,
            status: "pending",
            checks: 0,
        });
        book.twilio.verifications.len() - 1
    });
    let verification = &mut book.twilio.verifications[at];
    verification.code = code;
    verification.channels.push(channel.to_owned());
    verification.locale = form.get("Locale").map(str::to_owned);
    answer(StatusCode::CREATED, &resource(verification))
}

pub(super) async fn check(
    Shared(state): Shared<Arc<State>>,
    Path(service): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = match Form::read(&headers, &body, CHECK) {
        Ok(form) => form,
        Err(violation) => return state.violation(violation),
    };
    if let Some(refusal) = unauthorised(&headers, &service) {
        return refusal;
    }
    let (Some(code), Some(sid)) = (form.get("Code"), form.get("VerificationSid")) else {
        return state.violation("Code and VerificationSid are required");
    };
    let mode = state.mode();
    // The check is carried out, and its answer gets lost.
    let lost = matches!(mode, Mode::Break | Mode::NotJson);
    if let (false, Some(answer)) = (lost, state.trouble(error)) {
        return answer;
    }
    let verdict = tried(&state, sid, code);
    state.trouble(error).unwrap_or(verdict)
}

fn tried(state: &State, sid: &str, code: &str) -> Response {
    let mut book = state.book();
    let found = book.twilio.verifications.iter_mut().find(|verification| verification.sid == sid);
    let Some(verification) = found.filter(|verification| verification.status == "pending") else {
        return refused(20404);
    };
    if verification.checks >= LIMIT {
        return refused(60202);
    }
    verification.checks += 1;
    if verification.code == code {
        verification.status = "approved";
    }
    answer(StatusCode::OK, &resource(verification))
}

pub(super) async fn update(
    Shared(state): Shared<Arc<State>>,
    Path((service, sid)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = match Form::read(&headers, &body, UPDATE) {
        Ok(form) => form,
        Err(violation) => return state.violation(violation),
    };
    if let Some(refusal) = unauthorised(&headers, &service) {
        return refusal;
    }
    if let Some(answer) = state.trouble(error) {
        return answer;
    }
    let mut book = state.book();
    let found = book.twilio.verifications.iter_mut().find(|verification| verification.sid == sid);
    let Some(verification) = found.filter(|verification| verification.status == "pending") else {
        return refused(20404);
    };
    verification.status = if form.get("Status") == Some("approved") { "approved" } else { "canceled" };
    answer(StatusCode::OK, &resource(verification))
}

fn pending(state: &State, to: &str) -> Option<Verification> {
    let book = state.book();
    book.twilio.verifications.iter().find(|known| known.to == to && known.status == "pending").cloned()
}

fn resource(verification: &Verification) -> Value {
    json!({
        "sid": verification.sid, "service_sid": SERVICE, "account_sid": ACCOUNT, "to": verification.to,
        "channel": verification.channels.last(), "status": verification.status,
        "valid": verification.status == "approved", "date_created": "2015-07-30T20:00:00Z",
        "date_updated": "2015-07-30T20:00:00Z", "lookup": {}, "amount": null, "payee": null, "sna": null,
    })
}
