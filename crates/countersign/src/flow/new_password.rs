//! What a new password must be: long enough, not a well-known one, not made of what everybody knows about the account.
//!
//! There are no rules about kinds of characters and no expiry, because they lead to worse passwords (OWASP ASVS 5.0,
//! 6.2; NIST SP 800-63B-4, 3.1.1.2).

use countersign_core::secret::Secret;

use crate::directory::local;

/// The fewest characters (ASVS 6.2.1).
const LEN_MIN: usize = 8;
/// The most characters; at least 64 must be allowed (ASVS 6.2.9).
const LEN_MAX: usize = 128;
/// The shortest known text that a password must not contain; shorter ones occur by chance.
const KNOWN_LEN_MIN: usize = 4;

/// The most common passwords of eight characters or more, from published lists of leaked ones, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// Why a password cannot be used, in plain words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Everybody tries it first.
    #[error("this password is one of the most common ones, which are tried first; choose another")]
    Common,
    /// It contains the identifier or the site's name.
    #[error("the password must not contain the login name or the name of the site")]
    Known,
    /// Too long.
    #[error("a password has at most 128 characters")]
    Long,
    /// Too short.
    #[error("a password has at least 8 characters; several words are easy to remember")]
    Short,
    /// Something in it is no character that can be typed again.
    #[error("the password contains a character that cannot be used, such as a line break")]
    Unreadable,
}

/// Checks a new password. `known` is what everybody knows: identifiers and the site's name.
pub fn check<'a>(password: &Secret, known: impl Iterator<Item = &'a str>) -> Result<(), Unfit> {
    // An empty one is too short rather than unreadable, and one beyond all limits is not worth reading.
    if password.is_empty() {
        return Err(Unfit::Short);
    }
    if password.expose().len() > local::PASSWORD_LEN_MAX {
        return Err(Unfit::Long);
    }
    let normal = local::normalise(password).ok_or(Unfit::Unreadable)?;
    let length = normal.expose().chars().count();
    if length < LEN_MIN {
        return Err(Unfit::Short);
    }
    if length > LEN_MAX {
        return Err(Unfit::Long);
    }
    let lower = Secret::new(normal.expose().to_lowercase());
    if COMMON.lines().any(|common| common == lower.expose()) || is_one_character(lower.expose()) {
        return Err(Unfit::Common);
    }
    for text in known {
        // The name of an e-mail address is known as well as the whole of it.
        let whole = text.to_lowercase();
        let name = whole.split('@').next().unwrap_or_default();
        let contained = |part: &str| part.chars().count() >= KNOWN_LEN_MIN && lower.expose().contains(part);
        if contained(&whole) || contained(name) {
            return Err(Unfit::Known);
        }
    }
    Ok(())
}

fn is_one_character(text: &str) -> bool {
    let mut letters = text.chars();
    let first = letters.next();
    letters.all(|letter| Some(letter) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(password: &str) -> Result<(), Unfit> {
        check(&Secret::new(password), ["Ana.Smith@example.com", "jo", "Example Login"].into_iter())
    }

    #[test]
    fn long_enough_and_not_too_long() {
        assert_eq!(judged(""), Err(Unfit::Short));
        assert_eq!(judged("kw8+Zx2"), Err(Unfit::Short));
        assert_eq!(judged("kw8+Zx2!"), Ok(()));
        // Eight characters are eight characters, however many bytes they take.
        assert_eq!(judged("пароль-ы"), Ok(()));
        assert_eq!(judged(&"ab1 ".repeat(32)), Ok(()));
        assert_eq!(judged(&format!("{}x", "ab1 ".repeat(32))), Err(Unfit::Long));
        assert_eq!(judged(&"a".repeat(10_000)), Err(Unfit::Long));
        assert_eq!(judged("correct\nhorse"), Err(Unfit::Unreadable));
    }

    #[test]
    fn not_what_everybody_tries_first() {
        for common in ["password", "Password1", "12345678", "iloveyou", "aaaaaaaaaa"] {
            assert_eq!(judged(common), Err(Unfit::Common), "{common}");
        }
    }

    #[test]
    fn not_what_everybody_knows() {
        for known in ["xx-ana.smith-1", "ANA.SMITH@example.com", "my example login"] {
            assert_eq!(judged(known), Err(Unfit::Known), "{known}");
        }
        assert_eq!(judged("major tom 7"), Ok(()), "jo is too short to count");
    }

    #[test]
    fn the_list_holds_only_what_the_length_lets_through() {
        for common in COMMON.lines() {
            assert!(common.chars().count() >= LEN_MIN && common == common.to_lowercase(), "{common}");
        }
    }
}
