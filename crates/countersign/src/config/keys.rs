//! What a key is, and how a path is looked up among the keys there are.

use crate::config::kind::Kind;
use crate::config::table::sections;

/// One section, with the keys directly in it.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its path; `*` stands for a name.
    pub path: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its path within the section.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// What holds when it is not given.
    pub given: Given,
    /// What it is for, and why it is as it is.
    pub about: &'static str,
}

/// What holds when a key is not given. The texts are TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// This value.
    Default(&'static str),
    /// Nothing; a value may look like this.
    Nothing(&'static str),
    /// The section is refused; a value may look like this.
    Refused(&'static str),
}

impl Given {
    /// The value in the example file.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Default(text) | Self::Nothing(text) | Self::Refused(text) => text,
        }
    }
}

pub(super) const fn key(name: &'static str, kind: Kind, given: Given, about: &'static str) -> Key {
    Key { name, kind, given, about }
}

/// What a path is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// The key itself.
    Key(&'static Key),
    /// The name of a file that holds the value of a secret.
    FileOfSecret,
}

/// Looks a path up.
pub(super) fn find(path: &str) -> Option<Known> {
    let exact = |path: &str| all().find(|(pattern, _)| matches(pattern, path)).map(|(_, key)| key);
    if let Some(key) = exact(path) {
        return Some(Known::Key(key));
    }
    exact(path.strip_suffix("_file")?).filter(|key| key.kind == Kind::Secret).map(|_| Known::FileOfSecret)
}

/// Every key with its whole path.
pub(super) fn all() -> impl Iterator<Item = (String, &'static Key)> {
    sections().flat_map(|section| section.keys.iter().map(move |key| (format!("{}.{}", section.path, key.name), key)))
}

/// Whether there are keys below a path.
pub(super) fn is_section(path: &str) -> bool {
    let depth = path.split('.').count();
    all().any(|(pattern, _)| {
        let start: Vec<&str> = pattern.split('.').take(depth).collect();
        pattern.split('.').count() > depth && matches(&start.join("."), path)
    })
}

/// Whether a path is one that the pattern stands for.
fn matches(pattern: &str, path: &str) -> bool {
    let mut left = pattern.split('.');
    let mut right = path.split('.');
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(pattern), Some(segment)) if pattern == "*" || pattern == segment => {}
            _ => return false,
        }
    }
}
