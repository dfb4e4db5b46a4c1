//! The ways a code can travel.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How a code reaches a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// A mail to the account's verified address.
    Email,
    /// A text message to the account's verified phone.
    Sms,
    /// A call to the account's verified phone that reads the code aloud.
    Voice,
}

impl Channel {
    /// Every channel, in the order in which they are offered: what costs nothing comes first.
    pub const ALL: [Self; 3] = [Self::Email, Self::Sms, Self::Voice];

    /// The name used in settings, the database and URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no channel.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a channel is one of email, sms, voice")]
pub struct UnknownChannel;

impl FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text).ok_or(UnknownChannel)
    }
}
