//! Ids: one type for each thing, so that an account's id cannot be passed where a challenge's is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// One person in one realm; never reused, so it is also the key of every counter and of the audit log.
    AccountId
    /// One live code; 128 random bits, because the code is derived from it.
    ChallengeId
    /// One trusted browser.
    DeviceId
    /// One installation's database; part of the seal.
    InstanceId
    /// One attempt in progress.
    LoginId
    /// One outgoing SMS, call or mail.
    MessageId
    /// One recovery code.
    RecoveryCodeId
    /// One completed login.
    SessionId
}
