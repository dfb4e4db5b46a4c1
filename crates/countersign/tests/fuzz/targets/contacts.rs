//! Addresses and numbers, as accounts have them.

use countersign_core::contact::{EmailAddress, Phone};

use super::roughly;

pub(super) const NUMBERS: &[&[u8]] =
    &[b"+", b"+1", b"416", b"5550142", b"(", b")", b"-", b"00", b"+44", b"7911", b";ext=1"];
pub(super) const ADDRESSES: &[&[u8]] =
    &[b"@", b".", b"example.com", b"ana", b"xn--", b"[127.0.0.1]", b"+tag", b"\"", b"<", b">"];

/// A number is E.164, stays the same when it is read again, and its mask hides most of it.
pub(super) fn phone(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let mut summary = String::new();
    for country in [None, Some("CA"), Some("GB"), Some("DE"), Some("zz")] {
        let Ok(phone) = Phone::parse(&text, country) else {
            summary.push('-');
            continue;
        };
        let digits = phone.as_str().strip_prefix('+').expect("E.164 begins with a plus sign");
        assert!(digits.bytes().all(|byte| byte.is_ascii_digit()) && (7..=15).contains(&digits.len()), "{digits}");
        assert_eq!(Phone::parse(phone.as_str(), None).as_ref(), Ok(&phone), "not stable");
        let shown = phone.mask().chars().filter(char::is_ascii_digit).count();
        assert!(shown <= 5 && shown * 2 <= digits.len(), "the mask shows too much of {digits}");
        assert!(phone.as_str().starts_with(phone.prefix()) && format!("{phone:?}") == phone.mask());
        summary.push_str(&digits[..2]);
    }
    format!("{summary} {}", roughly(text.len()))
}

/// An address is one address on one line, stays the same when it is read again, and its mask hides the name.
pub(super) fn email(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let Ok(address) = text.parse::<EmailAddress>() else { return format!("none {}", roughly(text.len())) };
    assert_eq!(address.as_str().parse().as_ref(), Ok(&address), "not stable");
    let (local, domain) = address.as_str().rsplit_once('@').expect("an address has an @");
    assert!(address.as_str().len() <= 254 && !local.starts_with('-'));
    let breaks = |letter: char| letter.is_control() || letter.is_whitespace() || "<>,;:\"()[]\\".contains(letter);
    assert!(!address.as_str().chars().any(breaks), "{}", address.as_str());
    assert!(domain.is_ascii() && domain == domain.to_ascii_lowercase(), "{domain}");
    let (shown, masked_domain) = address.mask().rsplit_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(masked_domain, domain);
    let shown = shown.trim_end_matches('•').chars().count();
    assert!(shown <= 2 && (shown < local.chars().count() || local.is_empty()), "the mask shows {shown} of {local}");
    format!("{} {} {}", roughly(local.len()), domain.matches('.').count(), local.is_ascii())
}
