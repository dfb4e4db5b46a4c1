//! TextMagic as its documents describe it: reference/providers.md, section 4.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::{API_KEY, JSON, Mode, Received, State, USERNAME, check_fields, holds_a_code, is_digits, json_body};

pub(super) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/api/v2/messages", post(send))
        .route("/api/v2/messages/price/normalized", get(price))
        .route("/api/v2/messages/{id}", get(message))
        .route("/api/v2/ping", get(ping))
        .route("/api/v2/user", get(user))
        .with_state(state)
}

async fn send(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let document = match json_body(&headers, &body).and_then(checked) {
        Ok(document) => document,
        Err(violation) => return state.violation(violation),
    };
    if !authorised(&headers) {
        return unauthorised();
    }
    let text = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
    let message = Received {
        to: text("phones"),
        body: text("text"),
        from: Some(text("from")),
        reference: document["referenceId"].to_string(),
        call: (document["tts"] == true).then(String::new),
    };
    state.book().attempts += 1;
    let taken = state.take_quietly(&message).await;
    if let Some(answer) = state.trouble(error) {
        return answer;
    }
    if let Mode::Refuse(field) = state.mode() {
        return refused(field);
    }
    if !taken {
        state.take(message);
    }
    let id = state.book().received.len();
    let id = if state.mode() == Mode::AcceptOldStyle { json!(id.to_string()) } else { json!(id) };
    let document = json!({
        "id": id, "href": "/api/v2/messages/1", "type": "message", "sessionId": 7, "bulkId": null, "messageId": id,
        "scheduleId": null, "chatId": null,
    });
    answer(StatusCode::CREATED, &document)
}

async fn price(
    Shared(state): Shared<Arc<State>>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let known = [
        "text",
        "templateId",
        "phones",
        "from",
        "partsCount",
        "tts",
        "cutExtra",
        "local",
        "localCountry",
        "includeBlocked",
    ];
    if let Some(unknown) = query.keys().find(|name| !known.contains(&name.as_str())) {
        return state.violation(format!("unknown query parameter {unknown}"));
    }
    let complete = query.contains_key("text") && query.get("phones").is_some_and(|phones| is_digits(phones));
    if !complete {
        return state.violation("text or phones is missing or not as documented");
    }
    if query.get("text").is_some_and(|text| holds_a_code(text)) {
        return state.violation("the question for a price holds the code");
    }
    let country = json!({
        "country": "AU", "countryName": "Australia", "allowDedicated": true, "count": 1, "max": 0.05, "sum": "0.05",
        "landline": 0,
    });
    guarded(&state, &headers, &json!({ "total": 0.05, "parts": 1, "countries": [country] }))
}

/// One message (section 4.3), queued as long as nothing else is known.
async fn message(Shared(state): Shared<Arc<State>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let status = state.fate(&id).unwrap_or("q");
    state.book().asked.push(id.clone());
    let number = id.parse::<u64>().ok();
    let document = json!({
        "id": number, "sender": "447860021130", "receiver": "14165550142", "text": "code 000000", "status": status,
        "price": 0.05, "partsCount": 1, "charset": "ISO-8859-1", "messageTime": "2015-10-21T07:28:00+0000",
        "rejectReason": if status == "j" { json!("a") } else { json!(null) }, "country": "CA",
    });
    guarded(&state, &headers, &document)
}

async fn ping(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    guarded(&state, &headers, &json!({ "userId": 1, "ping": "pong", "utcDateTime": "2015-10-21T07:28:00+0000" }))
}

async fn user(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    let old = state.mode() == Mode::AcceptOldStyle;
    let document = json!({
        "id": 1, "username": USERNAME, "balance": if old { json!("12.5") } else { json!(12.5) }, "status": "A",
        "currency": { "id": "EUR", "unicodeSymbol": "€", "htmlSymbol": "&euro;" }, "subaccountType": "P",
    });
    guarded(&state, &headers, &document)
}

/// The request, if every field is one of section 4.2 and of its type.
fn checked(document: Value) -> Result<Value, String> {
    check_fields(
        &document,
        &[
            ("text", |value| value.as_str().is_some_and(|text| !text.is_empty())),
            ("phones", |value| value.as_str().is_some_and(|phones| phones.split(',').all(is_digits))),
            ("from", |value| value.as_str().is_some_and(|from| !from.is_empty() && !from.starts_with('+'))),
            ("partsCount", |value| value.as_u64().is_some_and(|parts| (1..=6).contains(&parts))),
            ("cutExtra", Value::is_boolean),
            // Beyond 2^53 some JSON library on the way would change it.
            ("referenceId", |value| value.as_u64().is_some_and(|reference| reference < 1 << 53)),
            ("createChat", Value::is_boolean),
            ("tts", Value::is_boolean),
            ("destination", |value| value.as_str().is_some_and(|name| matches!(name, "mms" | "tts"))),
            ("local", Value::is_boolean),
            ("localCountry", Value::is_string),
        ],
    )?;
    let missing = ["text", "phones", "from", "referenceId"].into_iter().find(|name| document.get(name).is_none());
    missing.map_or(Ok(document), |name| Err(format!("{name} is missing")))
}

fn guarded(state: &State, headers: &HeaderMap, document: &Value) -> Response {
    if !authorised(headers) {
        return unauthorised();
    }
    state.trouble(error).unwrap_or_else(|| answer(StatusCode::OK, document))
}

fn authorised(headers: &HeaderMap) -> bool {
    let is = |name: &str, expected: &str| headers.get(name).is_some_and(|given| given == expected);
    is("x-tm-username", USERNAME) && is("x-tm-key", API_KEY)
}

fn unauthorised() -> Response {
    let document = json!({ "code": 401, "message": "Wrong username and token combination." });
    answer(StatusCode::UNAUTHORIZED, &document)
}

/// `Validation failed` (section 4.5). A lack of credit is not documented; the field `balance` stands for a guess at it.
fn refused(field: &str) -> Response {
    let errors = match field {
        "balance" => json!({ "common": ["Insufficient balance"], "fields": {} }),
        field => json!({ "common": [], "fields": { field: ["This value is not valid."] } }),
    };
    answer(StatusCode::BAD_REQUEST, &json!({ "code": 400, "message": "Validation failed", "errors": errors }))
}

fn error(status: StatusCode) -> Value {
    json!({ "code": status.as_u16(), "message": "No." })
}

fn answer(status: StatusCode, document: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], document.to_string()).into_response()
}
