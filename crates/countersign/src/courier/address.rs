//! Where a message goes, in the two forms that gateways take.
//!
//! Whether a person may use an address is decided long before, in core; here it is only made sure that nothing but an
//! address can reach a gateway. Neither type prints what it holds.

use std::fmt;
use std::str::FromStr;

/// A phone number in E.164 form.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

/// An e-mail address.
#[derive(Clone, PartialEq, Eq)]
pub struct Mailbox(lettre::Address);

impl Phone {
    /// Takes `+` and 7 to 15 digits, the first not zero (ITU-T E.164, 6.2.1); nothing else is a number here.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let fits = (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len());
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        (fits && plain).then(|| Self(text.to_owned()))
    }

    /// The number with its `+`.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The number without its `+`.
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }
}

impl Mailbox {
    /// Takes one address without a display name, of at most 254 characters (RFC 5321, 4.5.3.1.3).
    pub fn parse(text: &str) -> Option<Self> {
        // A quoted local part may hold spaces and brackets (RFC 5321, 4.1.2); nobody has one, and an envelope built
        // from one is a way to smuggle a command.
        let plain = text.len() <= MAILBOX_MAX
            && !text.contains(|c: char| c.is_control() || c.is_whitespace() || "\"<>".contains(c));
        if !plain {
            return None;
        }
        lettre::Address::from_str(text).ok().map(Self)
    }

    /// The address as the mail library takes it.
    pub(super) fn address(&self) -> &lettre::Address {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailbox(…)")
    }
}

const DIGITS_MIN: usize = 7;
const DIGITS_MAX: usize = 15;
const MAILBOX_MAX: usize = 254;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_e164_and_nothing_else() {
        assert_eq!(Phone::parse("+61411111111").as_ref().map(Phone::digits), Some("61411111111"));
        for bad in
            ["61411111111", "+0411111111", "+614 1111", "+123456", "+1234567890123456", "+６１４１１１１１", "", "+"]
        {
            assert_eq!(Phone::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn k_01_an_address_smuggles_nothing() {
        for good in ["ann@example.com", "-x@example.com", "a+b@sub.example.com"] {
            assert!(Mailbox::parse(good).is_some(), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(250));
        let bad = [
            "",
            "ann",
            "@example.com",
            "ann@example.com\r\nBcc: eve@example.com",
            "ann@example.com, eve@example.com",
            "Ann <ann@example.com>",
            "ann@example.com>",
            "\"a b\"@example.com",
            "ann@example.com\0",
            &long,
        ];
        for bad in bad {
            assert!(Mailbox::parse(bad).is_none(), "{bad}");
        }
    }
}
