//! What a command reads of the environment, and the language it speaks.
//!
//! A person reads sentences in their language: `--language`, else `LC_ALL`, `LC_MESSAGES` or `LANG` (POSIX, 8.2), else English.
//! Every sentence is a text of `locales/*/commands.ftl`. What a script reads stays as it is: JSON, exit codes, names of settings,
//! states and events. So do clap's own messages on usage, and what the layers below say of a fault of the machine or of the
//! configuration, which an administrator looks up word by word.

use std::ops::Deref;

use crate::i18n::{BadLocale, Catalogue, Texts};

/// The environment of a command, with the texts of its language.
pub(super) struct Environment {
    variables: Vec<(String, String)>,
    texts: Texts,
}

/// The language that was asked for is none of ours.
#[derive(Debug)]
pub(super) struct UnknownLanguage {
    /// Those there are.
    pub(super) known: Vec<String>,
}

impl Environment {
    /// Takes the variables, and chooses the language.
    pub(super) fn new(
        variables: Vec<(String, String)>,
        asked: Option<&str>,
    ) -> Result<Result<Self, UnknownLanguage>, BadLocale> {
        let catalogue = Catalogue::load()?;
        let texts = match asked {
            None => catalogue.negotiate(locale(&variables).as_deref()),
            Some(tag) => match catalogue.find(tag) {
                Some(texts) => texts,
                None => {
                    return Ok(Err(UnknownLanguage { known: catalogue.tags().map(str::to_owned).collect() }));
                }
            },
        };
        Ok(Ok(Self { variables, texts }))
    }

    /// The texts.
    pub(super) fn texts(&self) -> &Texts {
        &self.texts
    }
}

impl Deref for Environment {
    type Target = [(String, String)];

    fn deref(&self) -> &Self::Target {
        &self.variables
    }
}

/// The language of the first variable that says anything, as a language tag; `C` and `POSIX` say English.
fn locale(variables: &[(String, String)]) -> Option<String> {
    let value = |wanted: &str| variables.iter().find(|(name, value)| name == wanted && !value.is_empty());
    let (_, value) = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(value)?;
    Some(value.split(['.', '@']).next().unwrap_or_default().replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_that_of_the_first_variable_that_says_anything() {
        let spoken = |variables: &[(&str, &str)], asked| {
            let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Environment::new(variables, asked).unwrap().ok().map(|environment| environment.texts().tag().to_owned())
        };
        for (variables, asked, expected) in [
            (&[][..], None, Some("en")),
            (&[("LANG", "fr_CA.UTF-8")], None, Some("fr")),
            (&[("LANG", "fr")], None, Some("fr")),
            (&[("LANG", "fr_FR@euro")], None, Some("fr")),
            (&[("LANG", "fr_CA.UTF-8"), ("LC_ALL", "C")], None, Some("en")),
            (&[("LANG", "fr_CA.UTF-8"), ("LC_ALL", "")], None, Some("fr")),
            (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "fr_CH.UTF-8")], None, Some("fr")),
            (&[("LANG", "de_DE.UTF-8")], None, Some("en")),
            (&[("LANG", "C.UTF-8")], None, Some("en")),
            (&[("LANGUAGE", "fr")], None, Some("en")),
            (&[("LANG", "de_DE.UTF-8")], Some("fr"), Some("fr")),
            (&[("LANG", "fr_CA.UTF-8")], Some("en"), Some("en")),
            (&[("LANG", "fr_CA.UTF-8")], Some("de"), None),
        ] {
            assert_eq!(spoken(variables, asked).as_deref(), expected, "{variables:?} {asked:?}");
        }
    }
}
