//! A gateway's answer, read leniently: the documents of both SMS gateways contradict themselves on numbers and strings,
//! and headers that only third parties have seen are taken as hints.

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::courier::{Action, Fact, Refusal};

/// A complete answer. The body repeats the text of the message, so it has no `Debug`.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) wait: Option<SignedDuration>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    /// The body as JSON; one that is not leaves the outcome unknown, even under a status of success.
    pub(super) fn json(&self) -> Result<Value, Refusal> {
        serde_json::from_slice(&self.body)
            .map_err(|_| Refusal::new(Action::RetryOnce, "not-json", "the answer is not the JSON that was expected"))
    }

    /// What an HTTP status other than success means, the same for every gateway; `code` is the gateway's word for it.
    pub(super) fn refusal(&self, code: Option<String>) -> Refusal {
        let (action, detail) = match self.status {
            300..=399 => (Action::Stop, "the address answers with a redirect, which is not followed: check base_url"),
            401 | 403 => (Action::Stop, "user name or API key refused, or the account may not do this"),
            402 => (Action::FailOver, "the account has no credit left"),
            404 | 405 => (Action::Stop, "the address is not that of the gateway: check base_url"),
            408 | 429 | 503 => (Action::Retry, "the gateway is busy"),
            400..=499 => (Action::GiveUp, "the gateway does not accept this request"),
            _ => (Action::RetryOnce, "the gateway failed, perhaps after it had taken the message"),
        };
        let code = code.unwrap_or_else(|| self.status.to_string());
        Refusal { action, code, detail: detail.to_owned(), retry_after: self.wait }
    }
}

/// How long the gateway asks to be left alone: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), else the
/// `RateLimit-Reset` that both a draft of the IETF and gateways use. A date is compared with the answer's own `Date`,
/// so no clock is read.
pub(super) fn wait_asked_for(headers: &HeaderMap) -> Option<SignedDuration> {
    let date = header(headers, DATE.as_str()).and_then(instant);
    let seconds = [RETRY_AFTER.as_str(), "ratelimit-reset", "x-ratelimit-reset"].into_iter().find_map(|name| {
        let value = header(headers, name)?;
        let Ok(number) = value.parse::<i64>() else {
            return Some(instant(value)?.as_second().saturating_sub(date?.as_second()));
        };
        // Some count from 1970 instead of from now.
        if number < EPOCH_MIN { Some(number) } else { Some(number.saturating_sub(date?.as_second())) }
    })?;
    Some(SignedDuration::from_secs(seconds.clamp(0, WAIT_MAX_SECONDS)))
}

/// A field that is a string in one version of the documents and a number in another.
pub(super) fn text(value: &Value, pointer: &str) -> Option<String> {
    match value.pointer(pointer)? {
        Value::String(text) if !text.is_empty() => Some(clean(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A count, as a number or in digits.
pub(super) fn count(value: &Value, pointer: &str) -> Option<u32> {
    let text = text(value, pointer)?;
    // `message_parts` is documented as a number, not an integer: 1.0 is one part.
    text.strip_suffix(".0").unwrap_or(&text).parse().ok()
}

/// A status word such as `INVALID_RECIPIENT`; anything that is not a word is not repeated.
pub(super) fn word(value: &Value, pointer: &str) -> Option<String> {
    let word = value.pointer(pointer)?.as_str()?;
    let fits = (1..=WORD_MAX).contains(&word.len());
    let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (fits && plain).then(|| word.to_owned())
}

/// A line of a health report, if there is a value for it.
pub(super) fn fact(name: &'static str, value: Option<String>) -> Option<Fact> {
    value.map(|value| Fact { name, value })
}

fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(TEXT_MAX).collect()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn instant(text: &str) -> Option<Timestamp> {
    rfc2822::parse(text).ok().map(|zoned| zoned.timestamp())
}

const TEXT_MAX: usize = 128;
const WORD_MAX: usize = 64;
/// Longer than a code lives; whoever asks for more is not waited for anyway.
const WAIT_MAX_SECONDS: i64 = 3600;
/// No gateway asks for a wait of thirty years, so a number from here on is an instant.
const EPOCH_MIN: i64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};
    use serde_json::json;

    use super::*;

    fn wait(pairs: &[(&'static str, &'static str)]) -> Option<i64> {
        let pairs = pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        wait_asked_for(&pairs.collect()).map(|wait| wait.as_secs())
    }

    #[test]
    fn waits_are_read_in_every_form() {
        let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(wait(&[("retry-after", "120")]), Some(120));
        assert_eq!(wait(&[date, ("retry-after", "Wed, 21 Oct 2015 07:30:00 GMT")]), Some(120));
        assert_eq!(wait(&[date, ("retry-after", "Wed, 21 Oct 2015 07:20:00 GMT")]), Some(0));
        assert_eq!(wait(&[("ratelimit-reset", "47"), ("x-ratelimit-limit", "6000")]), Some(47));
        assert_eq!(wait(&[("retry-after", "soon"), ("ratelimit-reset", "47")]), Some(47));
        assert_eq!(wait(&[date, ("x-ratelimit-reset", "1445412540")]), Some(60));
        assert_eq!(wait(&[("x-ratelimit-reset", "1445412540")]), None);
        assert_eq!(wait(&[("retry-after", "-5")]), Some(0));
        assert_eq!(wait(&[("retry-after", "999999999")]), Some(3600));
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn fields_are_read_in_every_form() {
        let value = json!({"a": "0.0792", "b": 0.0792, "c": 2, "d": "2", "e": 1.0, "f": null, "g": "x\r\ny"});
        assert_eq!(text(&value, "/a"), text(&value, "/b"));
        assert_eq!((count(&value, "/c"), count(&value, "/d"), count(&value, "/e")), (Some(2), Some(2), Some(1)));
        assert_eq!(text(&value, "/f"), None);
        assert_eq!(text(&value, "/g").unwrap(), "xy");
    }

    #[test]
    fn only_a_word_is_repeated() {
        let value = json!({"good": "INVALID_RECIPIENT", "bad": "your code is 123456", "long": "A".repeat(65)});
        assert_eq!(word(&value, "/good").unwrap(), "INVALID_RECIPIENT");
        assert_eq!(word(&value, "/bad"), None);
        assert_eq!(word(&value, "/long"), None);
    }

    #[test]
    fn statuses_are_sorted() {
        let action = |status| Reply { status, wait: None, body: Vec::new() }.refusal(None).action;
        let expected = [
            (302, Action::Stop),
            (400, Action::GiveUp),
            (401, Action::Stop),
            (402, Action::FailOver),
            (403, Action::Stop),
            (404, Action::Stop),
            (422, Action::GiveUp),
            (429, Action::Retry),
            (500, Action::RetryOnce),
            (502, Action::RetryOnce),
            (503, Action::Retry),
            (204, Action::RetryOnce),
        ];
        for (status, expected) in expected {
            assert_eq!(action(status), expected, "{status}");
        }
    }
}
