//! What gateways tell after they took a message: that it arrived or did not, and that a person answered STOP.
//!
//! It comes from outside, and two of the three gateways sign nothing, so it is read strictly and believed little: it says
//! what became of a message and changes nothing else. Nothing of the text that a receipt repeats leaves this module; it
//! holds the code.

mod clicksend;
mod fields;
mod textmagic;
pub mod twilio;

use countersign_core::contact::Phone;
use countersign_core::delivery::{Delivery, Reason};
use url::Url;
use uuid::Uuid;

pub use clicksend::{answer as clicksend_answer, read as read_clicksend};
pub use textmagic::{answer as textmagic_answer, read as read_textmagic};

use crate::courier::Price;

/// What came in, as it came.
#[derive(Clone, Copy)]
pub struct Pushed<'a> {
    /// The address it was sent to, as the world writes it: never what the request claims.
    pub url: &'a Url,
    /// The kind of the body.
    pub content_type: &'a str,
    /// The signature, if it brought one.
    pub signature: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// What it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A person answered.
    Answer {
        /// From which number.
        from: Phone,
        /// What, as far as it matters.
        word: Word,
    },
    /// Something that means nothing here.
    Nothing,
    /// What became of a message.
    Receipt(Receipt),
}

/// What a person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Messages are welcome again.
    Start,
    /// No more messages.
    Stop,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The gateway's id for it.
    pub provider_id: String,
    /// Ours, where the gateway repeats it.
    pub reference: Option<Uuid>,
    /// What became of it.
    pub delivery: Delivery,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// The gateway's own code for that.
    pub code: Option<String>,
    /// What it costs, if this tells.
    pub price: Option<Price>,
}

/// Why nothing is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not what the gateway's documents describe.
    #[error("not what the gateway's documents describe")]
    Malformed,
    /// The signature is missing, wrong, or cannot be checked for want of the key.
    #[error("the signature is missing or wrong")]
    Signature,
    /// This provider tells nothing.
    #[error("this provider sends no receipts")]
    Unexpected,
}

impl Receipt {
    /// A message that is on its way, or arrived.
    fn good(provider_id: String, delivery: Delivery) -> Self {
        Self { provider_id, reference: None, delivery, reason: None, code: None, price: None }
    }

    /// A message that was not delivered.
    fn failed(provider_id: String, reason: Reason, code: Option<String>) -> Self {
        Self { reason: Some(reason), code, ..Self::good(provider_id, Delivery::Failed) }
    }
}

/// An id as gateways make them: short, and of printable ASCII.
fn id(text: &str) -> Option<String> {
    let fits = (1..=ID_LEN_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| text.to_owned())
}

/// A code that may be repeated to an administrator; anything that is not short and plain is left out.
fn code(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    ((1..=CODE_LEN_MAX).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_owned())
}

/// An amount of money in digits.
fn price(amount: &str, currency: Option<&str>) -> Option<Price> {
    let amount = amount.strip_prefix('-').unwrap_or(amount);
    let plain = (1..=AMOUNT_LEN_MAX).contains(&amount.len())
        && amount.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && amount.bytes().any(|byte| byte.is_ascii_digit());
    let currency = currency.filter(|text| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()));
    plain.then(|| Price { amount: amount.to_owned(), currency: currency.map(str::to_owned), parts: None })
}

/// What an answer of a person means: the words by which the carriers of North America stop and start messages (CTIA,
/// Messaging Principles 5.1), which gateways obey everywhere, and the French of Canada's.
fn answered(from: &str, text: &str) -> News {
    let from = Phone::parse(&format!("+{}", from.trim().trim_start_matches('+')), None);
    let word = match text.trim().trim_matches(['.', '!', '"']).to_uppercase().as_str() {
        "STOP" | "STOPALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT" | "REVOKE" | "OPTOUT" | "ARRET" | "ARRÊT" => {
            Some(Word::Stop)
        }
        "START" | "UNSTOP" => Some(Word::Start),
        _ => None,
    };
    match (from, word) {
        (Ok(from), Some(word)) => News::Answer { from, word },
        _ => News::Nothing,
    }
}

const ID_LEN_MAX: usize = 128;
const CODE_LEN_MAX: usize = 32;
const AMOUNT_LEN_MAX: usize = 20;

#[cfg(test)]
mod tests;
