//! What gateways answer to a message.

use countersign::courier::{Accepted, Refusal, clicksend, textmagic};

use super::roughly;

pub(super) const CLICKSEND: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\"data\"",
    b"\"messages\"",
    b"\"status\":\"SUCCESS\"",
    b"\"response_code\"",
    b"\"message_parts\":1.0",
    b"null",
    b"-0",
];
pub(super) const TEXTMAGIC: &[&[u8]] =
    &[b"{", b"}", b"[", b"\"id\"", b"\"messageId\"", b":", b"1e999", b"null", b"\"code\"", b","];

/// The statuses that are tried; the first byte of an input chooses.
const STATUSES: [u16; 12] = [200, 201, 204, 302, 400, 401, 402, 404, 408, 429, 500, 599];

pub(super) fn clicksend(input: &[u8]) -> String {
    check(input, clicksend::read_answer)
}

pub(super) fn textmagic(input: &[u8]) -> String {
    check(input, textmagic::read_answer)
}

/// What is taken from an answer may be logged: it is short, and on one line. Of a refusal nothing is repeated but a word.
fn check(input: &[u8], read: fn(u16, &[u8]) -> Result<Accepted, Refusal>) -> String {
    let (first, body) = input.split_first().unwrap_or((&0, &[]));
    let status = STATUSES[usize::from(*first) % STATUSES.len()];
    match read(status, body) {
        Ok(accepted) => {
            assert!(status < 300, "{status} is no acceptance");
            let price = accepted.price.as_ref();
            let currency = price.and_then(|price| price.currency.clone());
            let amount = price.map(|price| price.amount.clone());
            for text in [&accepted.provider_id, &amount, &currency].into_iter().flatten() {
                assert!(!text.chars().any(char::is_control) && text.chars().count() <= 512, "{text:?}");
            }
            format!("accepted {:?} {}", accepted.parts.map(|parts| roughly(parts as usize)), price.is_some())
        }
        Err(refusal) => {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
            assert!(refusal.code.len() <= 64 && refusal.code.chars().all(plain), "{:?}", refusal.code);
            assert!(!refusal.detail.chars().any(char::is_control), "{:?}", refusal.detail);
            format!("{status} {:?} {}", refusal.action, roughly(refusal.code.len()))
        }
    }
}
