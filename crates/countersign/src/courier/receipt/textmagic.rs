//! TextMagic's receipts and answers: parts by default, a form or JSON if the account says so (reference/providers.md, 4.4).
//!
//! The state is a letter. Letters without a published meaning are not taken for final. Nothing is signed.

use countersign_core::delivery::{Delivery, Reason};
use serde_json::Value;

use super::fields::Fields;
use super::{News, Pushed, Receipt, Unreadable, answered, code, id, price};
use crate::courier::reply;

/// What TextMagic pushed.
pub fn read(pushed: &Pushed<'_>) -> Result<News, Unreadable> {
    let fields = Fields::read(pushed.content_type, pushed.body)?;
    let Some(status) = fields.get("status") else {
        return match (fields.get("sender"), fields.get("text")) {
            (Some(from), Some(text)) => Ok(answered(from, text)),
            _ => Err(Unreadable::Malformed),
        };
    };
    let message = fields.get("id").and_then(id).ok_or(Unreadable::Malformed)?;
    Ok(receipt(message, status, fields.get("price")).map_or(News::Nothing, News::Receipt))
}

/// What TextMagic answers when it is asked for a message.
pub fn answer(document: &Value) -> Option<Receipt> {
    let text = |name: &str| reply::text(document, &format!("/{name}"));
    let (status, price) = (text("status")?, text("price"));
    let receipt = receipt(id(&text("id")?)?, &status, price.as_deref())?;
    let told = text("rejectReason").as_deref().and_then(code);
    let failed = receipt.delivery == Delivery::Failed;
    Some(Receipt { code: if failed { told.or(receipt.code) } else { None }, ..receipt })
}

fn receipt(message: String, status: &str, cost: Option<&str>) -> Option<Receipt> {
    let failed = |message, reason| Receipt::failed(message, reason, code(status));
    let receipt = match status.trim() {
        "q" | "r" | "a" | "b" | "s" => Receipt::good(message, Delivery::Sent),
        "d" => Receipt::good(message, Delivery::Delivered),
        "f" => failed(message, Reason::Unreachable),
        "j" => failed(message, Reason::Blocked),
        "g" => failed(message, Reason::Unsubscribed),
        "e" | "u" => failed(message, Reason::Other),
        _ => return None,
    };
    Some(Receipt { price: cost.and_then(|amount| price(amount, None)), ..receipt })
}
