//! What an account may do in Countersign itself.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An account's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May administer Countersign.
    Administrator,
    /// May log in.
    User,
}

impl Role {
    /// The name used in the database and by commands.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::User => "user",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no role.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a role is one of administrator, user")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        [Self::Administrator, Self::User].into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}
