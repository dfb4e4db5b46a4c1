//! Twilio's callbacks for messages and calls, and answers of people: a signed form (reference/providers.md, 5.3 and 6).
//!
//! The set of parameters grows without notice and has no order; what is not known is part of the signature and otherwise
//! not looked at.

use countersign_core::delivery::{Delivery, Reason};
use countersign_core::secret::Secret;
use serde_json::Value;

use super::fields::Fields;
use super::{News, Pushed, Receipt, Unreadable, answered, code, id, price};
use crate::courier::reply;
use crate::courier::verification::Callback;

/// What Twilio pushed, if `genuine` finds its signature right for these parameters.
pub fn read(pushed: &Pushed<'_>, genuine: impl FnOnce(&Callback<'_>) -> bool) -> Result<News, Unreadable> {
    let fields = Fields::form(pushed.body)?;
    let signed: Vec<(String, Secret)> =
        fields.0.iter().map(|(name, text)| (name.clone(), Secret::new(text.clone()))).collect();
    let callback = |signature| Callback { url: pushed.url.as_str(), fields: &signed, signature };
    if !pushed.signature.is_some_and(|signature| genuine(&callback(signature))) {
        return Err(Unreadable::Signature);
    }
    let message = fields.first(&["MessageSid", "SmsSid", "CallSid"]).and_then(id).ok_or(Unreadable::Malformed)?;
    let status = fields.first(&["MessageStatus", "CallStatus", "SmsStatus"]).ok_or(Unreadable::Malformed)?;
    if status == "received" {
        let (from, text) = (fields.get("From"), fields.get("Body"));
        return Ok(from.zip(text).map_or(News::Nothing, |(from, text)| answered(from, text)));
    }
    Ok(receipt(message, status, fields.get("ErrorCode")).map_or(News::Nothing, News::Receipt))
}

/// What Twilio answers when it is asked for a message or a call.
pub fn answer(document: &Value) -> Option<Receipt> {
    let text = |name: &str| reply::text(document, &format!("/{name}"));
    let (status, error) = (text("status")?, text("error_code"));
    let receipt = receipt(id(&text("sid")?)?, &status, error.as_deref())?;
    let unit = text("price_unit").map(|unit| unit.to_uppercase());
    Some(Receipt { price: text("price").and_then(|amount| price(&amount, unit.as_deref())), ..receipt })
}

/// Whether a refusal to take a message says that the person has answered STOP.
pub fn says_stop(code: &str) -> bool {
    code == "21610"
}

fn receipt(message: String, status: &str, error: Option<&str>) -> Option<Receipt> {
    let error = error.filter(|error| !matches!(*error, "" | "0"));
    let failed = |message, reason| Receipt::failed(message, reason, error.or(Some(status)).and_then(code));
    Some(match status {
        "accepted" | "queued" | "scheduled" | "sending" | "sent" | "initiated" | "ringing" | "in-progress" => {
            Receipt::good(message, Delivery::Sent)
        }
        // A call that is over was answered; a message that was read has arrived.
        "delivered" | "read" | "completed" => Receipt::good(message, Delivery::Delivered),
        "busy" | "no-answer" => failed(message, Reason::NoAnswer),
        "failed" | "undelivered" | "canceled" => failed(message, error.map_or(Reason::Other, reason)),
        _ => return None,
    })
}

/// What Twilio's error codes mean to the person who waits (reference/providers.md, 5.4).
fn reason(error: &str) -> Reason {
    match error {
        "30003" | "30008" | "30410" => Reason::Unreachable,
        "30004" | "30007" | "30032" | "30033" | "30034" | "30450" => Reason::Blocked,
        "30005" | "21211" | "21217" => Reason::NoSuchNumber,
        "30006" | "21614" => Reason::Landline,
        "21610" => Reason::Unsubscribed,
        _ => Reason::Other,
    }
}
