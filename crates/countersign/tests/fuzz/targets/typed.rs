//! What people type: names, codes, realms in an address, and the form that carries them.

use countersign::web::form;
use countersign_core::challenge::{Binding, Code, CodeKey, Guess, Purpose};
use countersign_core::id::{AccountId, ChallengeId};
use countersign_core::identifier::{Identifier, LEN_MAX};
use countersign_core::realm::RealmName;
use url::form_urlencoded;
use uuid::Uuid;

use super::roughly;

pub(super) const NAMES: &[&[u8]] = &[b"ana", b"@example.com", b"ANA", "ａｎａ".as_bytes(), b" ", b".", b"T-1001"];
pub(super) const FIELDS: &[&[u8]] = &[b"&", b"=", b"+", b"%20", b"identifier", b"password", b"code", b"csrf", b"[]"];

/// More fields than any form has.
const FIELDS_MAX: usize = 16;

/// A canonical name is its own canonical form: another spelling must not be another name to a counter.
pub(super) fn identifier(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let Ok(name) = text.parse::<Identifier>() else { return format!("none {}", roughly(text.len())) };
    assert_eq!(name.as_str().parse(), Ok(name.clone()), "not stable");
    assert!((1..=LEN_MAX).contains(&name.as_str().len()));
    assert!(!name.as_str().chars().any(|letter| letter.is_control() || letter.is_whitespace()), "{name:?}");
    // What a person sees as capitals is no other name, in the script in which there are capitals.
    if text.is_ascii() {
        assert_eq!(text.to_ascii_uppercase().parse(), Ok(name.clone()), "another case is another name");
    }
    format!("{} {}", roughly(name.as_str().len()), name.as_str().is_ascii())
}

/// A guess is six ASCII digits, with blanks and hyphens between them; it matches one code and no other.
pub(super) fn code(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let digits: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    let six = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let guess = Guess::parse(&text);
    assert_eq!(guess.is_ok(), six && text.len() <= 32, "{text:?}");
    let binding = Binding {
        epoch: 1,
        challenge: ChallengeId(Uuid::nil()),
        account: AccountId(Uuid::nil()),
        purpose: Purpose::Login,
    };
    let right = Code::derive(&CodeKey::new([7; 32]), &binding);
    let matches = guess.as_ref().is_ok_and(|guess| right.matches(guess));
    assert_eq!(matches, guess.is_ok() && right.digits() == digits);
    format!("{} {} {}", guess.is_ok(), roughly(text.len()), roughly(digits.len()))
}

/// A realm's name is a part of addresses and log lines as it is.
pub(super) fn realm(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let Ok(name) = text.parse::<RealmName>() else { return format!("none {}", roughly(text.len())) };
    assert_eq!(name.as_str(), text);
    assert!(text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
    format!("{}", text.len())
}

/// No field comes twice, and what was read can be written and read again.
pub(super) fn form(input: &[u8]) -> String {
    let fields = match form::parse(input) {
        Ok(fields) => fields,
        Err(unreadable) => return unreadable.to_string(),
    };
    assert!(fields.len() <= FIELDS_MAX);
    let pairs = || fields.iter().map(|(name, value)| (name.clone(), value.expose().to_owned()));
    let again = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs()).finish();
    let again = form::parse(again.as_bytes()).expect("what we wrote");
    assert!(again.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).eq(pairs()));
    // Bytes that were never sent are in no field: a byte of a value took one of the body, or three of a replacement.
    assert!(pairs().map(|(name, value)| name.len() + value.len()).sum::<usize>() <= 3 * input.len());
    format!("{} {}", fields.len(), roughly(input.len()))
}
