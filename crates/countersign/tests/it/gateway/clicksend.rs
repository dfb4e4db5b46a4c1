//! ClickSend as its documents describe it: reference/providers.md, section 3.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::{API_KEY, JSON, Mode, Received, State, USERNAME, check_fields, holds_a_code, is_e164, json_body};

pub(super) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/v3/{product}/{action}", post(send))
        .route("/v3/account", get(account))
        .route("/v3/sms/receipts/{message_id}", get(receipt))
        .with_state(state)
}

/// Text messages and calls.
async fn send(
    Shared(state): Shared<Arc<State>>,
    Path((product, action)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let document = match json_body(&headers, &body).and_then(|document| checked(document, &product, &action)) {
        Ok(document) => document,
        Err(violation) => return state.violation(violation),
    };
    if !authorised(&headers) {
        return failed(StatusCode::UNAUTHORIZED);
    }
    let entry = &document["messages"][0];
    let message = Received {
        to: text(entry, "to"),
        body: text(entry, "body"),
        from: entry["from"].as_str().map(str::to_owned),
        reference: text(entry, "custom_string"),
        call: (product == "voice").then(|| text(entry, "lang")),
    };
    if action == "price" && holds_a_code(&message.body) {
        return state.violation("the question for a price holds the code");
    }
    if action == "price" {
        return state.trouble(error).unwrap_or_else(|| priced(&state, entry));
    }
    state.book().attempts += 1;
    let taken = state.take_quietly(&message).await;
    if let Some(answer) = state.trouble(error) {
        return answer;
    }
    // The same text to the same number, once more.
    let repeated =
        !taken && state.book().received.iter().any(|old| (&old.to, &old.body) == (&message.to, &message.body));
    match state.mode() {
        Mode::Refuse(status) => answer(&envelope(&state, entry, status, 0)),
        Mode::Blocked => answer(&envelope(&state, entry, "SUCCESS", 1)),
        _ if repeated => answer(&envelope(&state, entry, "THROTTLED", 0)),
        _ => {
            if !taken {
                state.take(message);
            }
            answer(&envelope(&state, entry, "SUCCESS", 0))
        }
    }
}

/// The receipt of one message (section 3.5); not found as long as there is none.
async fn receipt(Shared(state): Shared<Arc<State>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !authorised(&headers) {
        return failed(StatusCode::UNAUTHORIZED);
    }
    state.book().asked.push(id.clone());
    if let Some(answer) = state.trouble(error) {
        return answer;
    }
    let Some(code) = state.fate(&id) else { return failed(StatusCode::NOT_FOUND) };
    let old = state.mode() == Mode::AcceptOldStyle;
    answer(&json!({
        "http_code": 200, "response_code": "SUCCESS", "response_msg": "Here is your data.",
        "data": {
            "timestamp_send": 1_445_412_480, "timestamp": 1_445_412_485, "message_id": id, "status": "x",
            "status_code": if old { json!(code.parse::<u32>().unwrap()) } else { json!(code) }, "status_text": "x",
            "error_code": null, "error_text": null, "custom_string": "", "message_type": "sms",
        },
    }))
}

async fn account(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    if !authorised(&headers) {
        return failed(StatusCode::UNAUTHORIZED);
    }
    if let Some(answer) = state.trouble(error) {
        return answer;
    }
    let old = state.mode() == Mode::AcceptOldStyle;
    let flags = |yes: bool| if old { json!(i32::from(yes)) } else { json!(yes) };
    let active = state.mode() != Mode::Refuse("ACCOUNT_NOT_ACTIVATED");
    let banned = state.mode() == Mode::Refuse("BANNED");
    answer(&json!({
        "http_code": 200, "response_code": "SUCCESS", "response_msg": "Here is your account",
        "data": {
            "user_id": 1, "username": USERNAME, "active": flags(active), "banned": flags(banned), "on_trial": flags(false),
            "balance": if old { json!(4.998) } else { json!("4.998000") }, "country": "AU", "default_country_sms": "AU",
            "setting_sms_message_char_limit": 8, "_currency": currency(),
            "_subaccount": { "subaccount_id": 1, "api_key": "this-is-a-secret", "access_sms": 1 },
        },
    }))
}

/// The request, if every field is one of section 3.2 or 3.9 and of its type.
fn checked(document: Value, product: &str, action: &str) -> Result<Value, String> {
    if !matches!(product, "sms" | "voice") || !matches!(action, "send" | "price") {
        return Err(format!("no path /v3/{product}/{action}"));
    }
    check_fields(
        &document,
        &[("messages", Value::is_array), ("senders", Value::is_array), ("shorten_urls", Value::is_boolean)],
    )?;
    let messages = document["messages"].as_array().ok_or("messages is missing")?;
    if messages.len() != 1 {
        return Err(format!("{} messages in one request", messages.len()));
    }
    for entry in messages {
        if product == "sms" { check_entry(entry)? } else { check_call(entry)? }
    }
    Ok(document)
}

fn check_entry(entry: &Value) -> Result<(), String> {
    check_fields(
        entry,
        &[
            ("body", |value| value.as_str().is_some_and(|text| !text.is_empty())),
            ("to", |value| value.as_str().is_some_and(is_e164)),
            ("from", |value| value.as_str().is_some_and(|from| is_e164(from) || (3..=11).contains(&from.len()))),
            ("source", Value::is_string),
            ("schedule", Value::is_i64),
            ("custom_string", Value::is_string),
            ("country", |value| value.as_str().is_some_and(|country| country.len() == 2)),
            ("from_email", Value::is_string),
            ("list_id", Value::is_string),
            ("contact_id", Value::is_i64),
            ("exclude_no_sender_id_recipients", Value::is_boolean),
        ],
    )?;
    let missing = ["body", "to", "custom_string"].into_iter().find(|name| entry.get(name).is_none());
    missing.map_or(Ok(()), |name| Err(format!("{name} is missing")))
}

/// The languages of section 3.9.
const LANGUAGES: &[&str] = &[
    "en-us",
    "en-au",
    "en-gb",
    "en-in",
    "en-gb-wls",
    "cy-gb-wls",
    "de-de",
    "es-es",
    "es-us",
    "fr-ca",
    "fr-fr",
    "is-is",
    "it-it",
    "da-dk",
    "nl-nl",
    "nb-no",
    "pl-pl",
    "pt-pt",
    "pt-br",
    "ro-ro",
    "ru-ru",
    "sv-se",
    "tr-tr",
];

fn check_call(entry: &Value) -> Result<(), String> {
    check_fields(
        entry,
        &[
            ("body", |value| value.as_str().is_some_and(|text| (1..=1200).contains(&text.chars().count()))),
            ("to", |value| value.as_str().is_some_and(is_e164)),
            ("voice", |value| matches!(value.as_str(), Some("female" | "male"))),
            ("lang", |value| value.as_str().is_some_and(|lang| LANGUAGES.contains(&lang))),
            ("source", Value::is_string),
            ("custom_string", Value::is_string),
            ("country", |value| value.as_str().is_some_and(|country| country.len() == 2)),
            ("require_input", |value| matches!(value.as_u64(), Some(0 | 1))),
            // Ours (I-10): with 1 it would leave the code in a mailbox on purpose.
            ("machine_detection", |value| value.as_u64() == Some(0)),
        ],
    )?;
    let needed = ["body", "to", "voice", "lang", "custom_string", "require_input", "machine_detection"];
    let missing = needed.into_iter().find(|name| entry.get(name).is_none());
    missing.map_or(Ok(()), |name| Err(format!("{name} is missing")))
}

fn authorised(headers: &HeaderMap) -> bool {
    let expected = format!("Basic {}", BASE64.encode(format!("{USERNAME}:{API_KEY}").as_bytes()));
    headers.get(header::AUTHORIZATION).is_some_and(|given| *given == *expected)
}

/// The answer to a send (section 3.3); in the old style, what is a string today is a number.
fn envelope(state: &State, entry: &Value, status: &str, blocked: u32) -> Value {
    let taken = u32::from(status == "SUCCESS" && blocked == 0);
    let old = state.mode() == Mode::AcceptOldStyle;
    let mut data = json!({
        "total_price": 0.0792, "total_count": 1, "queued_count": taken, "blocked_count": blocked,
        "messages": [{
            "direction": "out", "date": if old { json!("1445412480") } else { json!(1_445_412_480) },
            "to": entry["to"], "body": entry["body"], "from": entry["from"], "schedule": 0,
            "message_id": format!("BF7AD270-0DE2-418B-B606-{:012}", state.book().received.len()),
            "message_parts": if old { json!("1") } else { json!(1) },
            "message_price": if old { json!(0.0792) } else { json!("0.0792") },
            "custom_string": entry["custom_string"], "user_id": 1, "subaccount_id": 1,
            "country": "AU", "carrier": "Optus", "status": status,
        }],
    });
    data[if old { "currency" } else { "_currency" }] = currency();
    json!({
        "http_code": 200, "response_code": "SUCCESS", "response_msg": "Messages queued for delivery.", "data": data,
    })
}

fn priced(state: &State, entry: &Value) -> Response {
    let status = if let Mode::Refuse(status) = state.mode() { status } else { "SUCCESS" };
    let mut document = envelope(state, entry, status, 0);
    document["response_msg"] = json!("Here is some pricing.");
    answer(&document)
}

fn currency() -> Value {
    json!({
        "currency_name_short": "AUD", "currency_prefix_d": "$", "currency_prefix_c": "c",
        "currency_name_long": "Australian Dollars",
    })
}

fn answer(document: &Value) -> Response {
    ([(header::CONTENT_TYPE, JSON)], document.to_string()).into_response()
}

fn failed(status: StatusCode) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], error(status).to_string()).into_response()
}

/// The error document (section 3.7).
fn error(status: StatusCode) -> Value {
    let word = match status.as_u16() {
        400 => "BAD_REQUEST",
        401 => "UNAUTHORIZED",
        403 => "FORBIDDEN",
        404 | 405 => "NOT_FOUND",
        429 => "TOO_MANY_REQUESTS",
        _ => "INTERNAL_SERVER_ERROR",
    };
    json!({ "http_code": status.as_u16(), "response_code": word, "response_msg": "No.", "data": null })
}

fn text(entry: &Value, name: &str) -> String {
    entry[name].as_str().unwrap_or_default().to_owned()
}
