//! What an account types to log in, in one canonical form.
//!
//! `Ana`, `ANA` and full-width `ａｎａ` are one name: a counter, a lock or a lookup under another spelling would be a way
//! around it (security.md J-06; Authelia CVE-2025-24806). The form is RFC 8265 UsernameCaseMapped.

use std::fmt;
use std::str::FromStr;

use precis_core::profile::PrecisFastInvocation;
use precis_profiles::UsernameCaseMapped;

/// The longest identifier, in bytes: an e-mail address of RFC 5321 fits.
pub const LEN_MAX: usize = 254;

/// How often the rules are applied at most until nothing changes: once and three times more (RFC 8264, section 7). For a
/// few texts one application is not enough, and the second would make another name of the first.
const ROUNDS_MAX: usize = 4;

/// A login ID, username or e-mail address after normalisation; unique within a realm.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier(String);

impl Identifier {
    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text cannot be an identifier.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("an identifier is 1 to 254 bytes of letters, digits and punctuation, without spaces (RFC 8265)")]
pub struct BadIdentifier;

impl FromStr for Identifier {
    type Err = BadIdentifier;

    /// Trims the blanks that a paste brings along, then applies RFC 8265 UsernameCaseMapped.
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let mut text = text.trim_matches([' ', '\t']).to_owned();
        for _ in 0..ROUNDS_MAX {
            if text.is_empty() || text.len() > LEN_MAX {
                return Err(BadIdentifier);
            }
            let canonical = UsernameCaseMapped::enforce(text.as_str()).map_err(|_| BadIdentifier)?;
            if canonical == text {
                return Ok(Self(text));
            }
            text = canonical.into_owned();
        }
        Err(BadIdentifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> Option<String> {
        text.parse().ok().map(|identifier: Identifier| identifier.0)
    }

    /// RFC 8265, section 3.5, table 1 (and 3.3 for the width rule).
    #[test]
    fn published_examples() {
        for (text, expected) in [
            ("juliet@example.com", Some("juliet@example.com")),
            ("fussball", Some("fussball")),
            ("fu\u{df}ball", Some("fu\u{df}ball")),
            ("\u{3c0}", Some("\u{3c0}")),
            ("\u{3a3}", Some("\u{3c3}")),
            ("foo bar", None),
            ("", None),
            ("henry\u{2163}", None),
            ("\u{265a}", None),
        ] {
            assert_eq!(canonical(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn spellings_of_one_name_are_one_identifier() {
        for text in ["john", "JOHN", "ｊｏｈｎ", " john", "john\t"] {
            assert_eq!(canonical(text).as_deref(), Some("john"), "{text:?}");
        }
    }

    #[test]
    fn control_characters_and_long_texts_are_refused() {
        assert_eq!(canonical("a\0b"), None);
        assert_eq!(canonical("a\r\nb"), None);
        assert_eq!(canonical(&"a".repeat(254)).map(|text| text.len()), Some(254));
        assert_eq!(canonical(&"a".repeat(255)), None);
    }

    /// U+13A0 has a lower case that is newer than the tables: taken once, it would be stored and never found again.
    #[test]
    fn a_text_without_a_stable_form_is_refused() {
        assert_eq!(canonical("\u{13a0}"), None);
    }
}
