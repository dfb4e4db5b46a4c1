//! ClickSend's receipts and answers: a form, by an account rule (reference/providers.md, 3.5 and 3.6).
//!
//! Codes come as texts and as numbers. 300 is a permanent failure in one document and a passing one in another, so it is
//! not taken for final. Nothing is signed.

use countersign_core::delivery::{Delivery, Reason};
use serde_json::Value;
use uuid::Uuid;

use super::fields::Fields;
use super::{News, Pushed, Receipt, Unreadable, answered, code, id};
use crate::courier::reply;

/// What ClickSend pushed.
pub fn read(pushed: &Pushed<'_>) -> Result<News, Unreadable> {
    let fields = Fields::read(pushed.content_type, pushed.body)?;
    // An answer has a sender and a text; a receipt a status.
    if let (Some(from), Some(text), None) = (fields.get("from"), fields.get("body"), fields.get("status_code")) {
        return Ok(answered(from, text));
    }
    let message = fields.get("message_id").and_then(id).ok_or(Unreadable::Malformed)?;
    let status = fields.get("status_code").ok_or(Unreadable::Malformed)?;
    let known = Known { status, error: fields.get("error_code"), reference: fields.get("custom_string") };
    Ok(receipt(message, &known).map_or(News::Nothing, News::Receipt))
}

/// What ClickSend answers when it is asked for the receipt of a message.
pub fn answer(document: &Value) -> Option<Receipt> {
    let data = document.get("data")?;
    let text = |name: &str| reply::text(data, &format!("/{name}"));
    let (status, error, reference) = (text("status_code")?, text("error_code"), text("custom_string"));
    let known = Known { status: &status, error: error.as_deref(), reference: reference.as_deref() };
    receipt(id(&text("message_id")?)?, &known)
}

struct Known<'a> {
    status: &'a str,
    error: Option<&'a str>,
    reference: Option<&'a str>,
}

fn receipt(message: String, known: &Known<'_>) -> Option<Receipt> {
    let receipt = match known.status.trim() {
        "200" | "300" | "302" => Receipt::good(message, Delivery::Sent),
        "201" => Receipt::good(message, Delivery::Delivered),
        // What the error codes mean is published nowhere that we could check.
        "301" => {
            let told = known.error.and_then(code).filter(|code| code != "0");
            Receipt::failed(message, Reason::Unreachable, told.or_else(|| code("301")))
        }
        _ => return None,
    };
    Some(Receipt { reference: known.reference.and_then(|text| Uuid::try_parse(text).ok()), ..receipt })
}
