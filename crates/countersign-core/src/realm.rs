//! Realms and sources: which population an account belongs to, and who proves its password.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// The longest name of a realm or a source, in bytes.
const NAME_LEN_MAX: usize = 32;

/// The name is not usable in a URL, a setting and a log line alike.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a name is 1 to 32 of a-z, 0-9 and '-', and starts with a letter")]
pub struct BadName;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadName;

            fn from_str(text: &str) -> Result<Self, BadName> {
                is_name(text).then(|| Self(text.to_owned())).ok_or(BadName)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

names! {
    /// A population of accounts with its own policy and login page.
    RealmName
    /// Who proves an account's password: `local`, or the name of a directory.
    SourceName
}

impl RealmName {
    /// Staff and technicians; exists from the start.
    pub fn internal() -> Self {
        Self("internal".to_owned())
    }

    /// Customers; exists from the start.
    pub fn external() -> Self {
        Self("external".to_owned())
    }
}

impl SourceName {
    /// Countersign's own password hashes.
    pub fn local() -> Self {
        Self("local".to_owned())
    }
}

fn is_name(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    letters && text.len() <= NAME_LEN_MAX && text.starts_with(|first: char| first.is_ascii_lowercase())
}
