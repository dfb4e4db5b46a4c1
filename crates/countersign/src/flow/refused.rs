//! Why a flow refuses, so that whoever shows it can say it in the person's language.

use std::fmt;

use countersign_core::contact::BadContact;
use countersign_core::role::UnknownRole;

use crate::directory::scheme::UnusableHash;
use crate::i18n::Texts;

/// A reason: a text of the locale files, with its arguments. Its `Display` is for a log and is no sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    key: &'static str,
    arguments: Vec<(&'static str, String)>,
}

impl Refused {
    /// The text with this key, without arguments.
    pub fn new(key: &'static str) -> Self {
        Self { key, arguments: Vec::new() }
    }

    /// Fills one argument of the text in.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }

    /// The sentence, in the language of these texts.
    pub fn text(&self, tx: &Texts) -> String {
        let arguments: Vec<_> = self.arguments.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        tx.with(self.key, &arguments)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)?;
        self.arguments.iter().try_for_each(|(name, value)| write!(f, " {name}={value:?}"))
    }
}

impl From<BadContact> for Refused {
    fn from(bad: BadContact) -> Self {
        Self::new(match bad {
            BadContact::Email => "command-refused-email",
            BadContact::Phone => "command-refused-phone",
            BadContact::PhoneKind => "command-refused-phone-kind",
        })
    }
}

impl From<UnknownRole> for Refused {
    fn from(_: UnknownRole) -> Self {
        Self::new("command-refused-role")
    }
}

impl From<UnusableHash> for Refused {
    fn from(unusable: UnusableHash) -> Self {
        match unusable {
            UnusableHash::Costly(what) => Self::new("command-refused-hash-costly").arg("what", what),
            UnusableHash::Damaged => Self::new("command-refused-hash-damaged"),
            UnusableHash::Unknown => Self::new("command-refused-hash-unknown"),
            UnusableHash::Weak(what) => Self::new("command-refused-hash-weak").arg("what", what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Catalogue;

    #[test]
    fn a_person_reads_a_sentence_and_a_log_the_key() {
        let catalogue = Catalogue::load().unwrap();
        let refused = Refused::new("command-refused-no-file").arg("file", "a b");
        assert_eq!(refused.text(&catalogue.texts("en")), "there is no file a b");
        assert_eq!(refused.text(&catalogue.texts("fr")), "il n’y a pas de fichier a b");
        assert_eq!(refused.to_string(), r#"command-refused-no-file file="a b""#);
    }
}
