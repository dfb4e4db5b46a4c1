//! What is wrong with a configuration, in words: the key, the value, where it stands and what is allowed.

use std::fmt;
use std::path::{Path, PathBuf};

/// The longest value that is repeated in a message.
const SHOWN_MAX: usize = 80;

/// Stands for the value of a key that holds a secret.
pub(super) const NOT_SHOWN: &str = "(not shown)";

/// Where a value was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The environment variable of this name.
    Environment(String),
    /// This line of the file.
    Line(usize),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "from {name}"),
            Self::Line(line) => write!(f, "line {line}"),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A key that must be given was not.
    Missing {
        /// The key.
        key: String,
        /// What it may be.
        allowed: String,
    },
    /// The text is not TOML.
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What the parser says.
        detail: String,
    },
    /// There is no such key. Its value is not repeated: it may be a misspelt secret.
    Unknown {
        /// The key.
        key: String,
        /// Where it stands.
        origin: Option<Origin>,
        /// The known key that is most like it.
        nearest: Option<String>,
    },
    /// A file cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not, and what to do.
        detail: String,
    },
    /// A value that is not allowed.
    Value {
        /// The key.
        key: String,
        /// The value, never a secret.
        value: String,
        /// Where it stands.
        origin: Option<Origin>,
        /// What it may be.
        allowed: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |origin: &Option<Origin>| origin.as_ref().map(|o| format!(" ({o})")).unwrap_or_default();
        match self {
            Self::Missing { key, allowed } => write!(f, "{key} is missing; allowed: {allowed}"),
            Self::Syntax { line, column, detail } => write!(f, "line {line}, column {column}: {detail}"),
            Self::Unknown { key, origin, nearest } => {
                write!(f, "{key}{} is not a setting", place(origin))?;
                nearest.as_ref().map_or(Ok(()), |nearest| write!(f, "; did you mean {nearest}?"))
            }
            Self::Unreadable { path, detail } => write!(f, "{}: {detail}", path.display()),
            Self::Value { key, value, origin, allowed } => {
                write!(f, "{key} = {value}{}; allowed: {allowed}", place(origin))
            }
        }
    }
}

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors {
    /// The file, if one was read.
    pub file: Option<PathBuf>,
    /// The faults, at least one.
    pub faults: Vec<Fault>,
}

impl ConfigErrors {
    /// The faults in the order of the file; then those of the environment, and what is missing.
    pub(super) fn new(file: Option<&Path>, mut faults: Vec<Fault>) -> Self {
        faults.sort_by_key(|fault| fault.line().unwrap_or(usize::MAX));
        Self { file: file.map(Path::to_owned), faults }
    }
}

impl Fault {
    fn line(&self) -> Option<usize> {
        match self {
            Self::Syntax { line, .. }
            | Self::Unknown { origin: Some(Origin::Line(line)), .. }
            | Self::Value { origin: Some(Origin::Line(line)), .. } => Some(*line),
            _ => None,
        }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "the configuration {} cannot be used:", file.display())?,
            None => f.write_str("the configuration in the environment cannot be used:")?,
        }
        self.faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl std::error::Error for ConfigErrors {}

/// Something that is allowed and may still not be what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The key or the file it is about.
    pub key: String,
    /// What it means, and what to do.
    pub text: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.text)
    }
}

/// A value as it is shown in a fault: quoted, so that an odd character is visible, and not too long.
pub(super) fn shown(value: &str) -> String {
    let short: String = value.chars().take(SHOWN_MAX).collect();
    let rest = if short.len() < value.len() { "…" } else { "" };
    format!("{short:?}{rest}")
}

/// The candidate that is most like `text`, if any is so much like it that it may have been meant.
pub(super) fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (text.chars().count() / 3).clamp(1, 3);
    let best = candidates.map(|candidate| (distance(text, candidate), candidate)).min()?;
    (best.0 <= allowed).then_some(best.1)
}

/// How many letters to insert, remove or replace to come from one text to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (cell, other) in row.iter_mut().zip(std::iter::once(None).chain(to.chars().map(Some))) {
            let Some(other) = other else {
                *cell = left;
                continue;
            };
            let replaced = diagonal + usize::from(letter != other);
            diagonal = *cell;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_between_two_words() {
        for (from, to, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("listn", "listen", 1),
            ("kitten", "sitting", 3),
            ("a", "b", 1),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn only_what_may_have_been_meant_is_suggested() {
        let known = || ["listen", "public_url", "database"].into_iter();
        assert_eq!(nearest("listn", known()), Some("listen"));
        assert_eq!(nearest("publicurl", known()), Some("public_url"));
        assert_eq!(nearest("colour", known()), None);
    }
}
