//! `/hooks/twilio-voice/…`: what Twilio asks for when a key was pressed in a call, and the one answer that holds a code.
//!
//! Only Twilio is answered: the request is signed with the account's token over this address and every field (security.md
//! I-06). Nothing here changes anything, and nothing here lets anybody in.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use countersign_core::id::{AccountId, ChallengeId, MessageId};
use countersign_core::secret::Secret;
use url::{Url, form_urlencoded};
use uuid::Uuid;

use super::error::Fault;
use crate::app::App;
use crate::courier::twilio::{twiml, voice};
use crate::courier::verification::Callback;
use crate::flow::call::{self, Answer, KeyPressed};

/// More fields than Twilio sends.
const FIELDS_MAX: usize = 64;

/// The header of the signature.
const SIGNATURE: &str = "x-twilio-signature";

/// A key was pressed in the call of a message.
pub(super) async fn key_pressed(
    State(app): State<Arc<App>>,
    Path(message): Path<Uuid>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fault> {
    let id = MessageId(message);
    let Some(fields) = signed(&app, call::key_url(&app, id).as_ref(), &headers, &body) else { return Ok(unsigned()) };
    let pressed = KeyPressed { call: field(&fields, "CallSid"), to: field(&fields, "To") };
    if !by_a_person(&fields) {
        return Err(Fault::BadForm("no key was pressed"));
    }
    let answer = call::key_pressed(&app, id, &pressed).await?;
    Ok(answer.map_or_else(|| StatusCode::NOT_FOUND.into_response(), spoken))
}

/// A key was pressed in a test call.
pub(super) async fn key_pressed_in_test(
    State(app): State<Arc<App>>,
    Path((challenge, account)): Path<(Uuid, Uuid)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fault> {
    let (challenge, account) = (ChallengeId(challenge), AccountId(account));
    let url = call::test_key_url(&app, challenge, account);
    let Some(fields) = signed(&app, url.as_ref(), &headers, &body) else { return Ok(unsigned()) };
    if !by_a_person(&fields) {
        return Err(Fault::BadForm("no key was pressed"));
    }
    Ok(spoken(call::key_pressed_in_test(&app, challenge, account)))
}

/// The fields of a request that Twilio signed for this address. The address is the public one, whatever a proxy says.
fn signed(app: &App, url: Option<&Url>, headers: &HeaderMap, body: &[u8]) -> Option<Vec<(String, Secret)>> {
    let signature = headers.get(SIGNATURE)?.to_str().ok()?;
    let fields: Vec<(String, Secret)> = form_urlencoded::parse(body)
        .take(FIELDS_MAX + 1)
        .map(|(name, value)| (name.into_owned(), Secret::new(value.into_owned())))
        .collect();
    let callback = Callback { url: url?.as_str(), fields: &fields, signature };
    let genuine = app.couriers.gateway(voice::NAME).is_some_and(|provider| provider.is_genuine(&callback));
    (genuine && fields.len() <= FIELDS_MAX).then_some(fields)
}

/// A key was pressed, and nothing has told Twilio that a machine answered.
fn by_a_person(fields: &[(String, Secret)]) -> bool {
    let answered_by = field(fields, "AnsweredBy");
    !field(fields, "Digits").is_empty() && !answered_by.starts_with("machine") && answered_by != "fax"
}

fn field<'a>(fields: &'a [(String, Secret)], name: &str) -> &'a str {
    let found = fields.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value.expose())
}

fn unsigned() -> Response {
    tracing::warn!(
        event = "malicious_direct_reference",
        provider = voice::NAME,
        "a request without Twilio's signature was refused; if calls end without a code, check auth_token and server.public_url"
    );
    (StatusCode::UNAUTHORIZED, "not signed by Twilio\n").into_response()
}

fn spoken(answer: Answer) -> Response {
    let xml = match answer {
        Answer::Code(call) => twiml::code(&call),
        Answer::Over(call) => twiml::over(&call),
    };
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], xml).into_response()
}
