//! Counters that stop guessing.
//!
//! *Password*: so many consecutive failures pause a bucket for a while. A bucket is an account, an unknown name (by a
//! keyed hash, so that it behaves like an account), or a trusted device of an account, whose owner strangers then cannot
//! lock out. A failure is counted in advance, before the password is compared, and taken back when it was right; so a
//! thousand parallel requests get no more comparisons than five.
//!
//! *Second factor*: a ceiling over all challenges and sessions, after which the code factor is off (security.md D5, D10).

use jiff::fmt::serde::duration::friendly::compact;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::facts::Network;
use crate::throttle::{Quota, Rate, Scope};

/// The figures of the password counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LockoutRules {
    /// Consecutive failures that start a pause.
    pub failures: u32,
    /// How long the pause is.
    #[serde(serialize_with = "compact::required")]
    pub pause: SignedDuration,
    /// Consecutive wrong codes, over all challenges, that turn the code factor off.
    pub code_failures: u32,
    /// Failed logins from one client network in an hour, over all names, after which it has to wait. Whoever guesses one
    /// password for many names is stopped by this one only.
    pub network_failures: u32,
}

impl LockoutRules {
    /// The limit on one client network, counted under its own scope.
    pub fn network_quota(&self, network: Network) -> Quota {
        let per_hour = self.network_failures;
        let rate = Rate { per_hour, per_day: per_hour.saturating_mul(10) };
        Quota { scope: Scope::FailedLogins, subject: network.to_string(), rate }
    }
}

impl Default for LockoutRules {
    fn default() -> Self {
        Self { failures: 5, pause: SignedDuration::from_mins(30), code_failures: 20, network_failures: 100 }
    }
}

/// What is stored of a bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Consecutive failures, those reserved in advance included.
    pub failures: u32,
    /// Until when the bucket is paused.
    pub paused_until: Option<Timestamp>,
}

/// Whether a password may be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// Yes; the bucket to store *before* comparing, with the failure already counted.
    Reserved(Bucket),
    /// No, until the moment given.
    Paused(Timestamp),
}

/// Reserves one comparison. The store does this in one conditional statement; the contract suite holds it to this.
pub fn reserve(bucket: Bucket, rules: &LockoutRules, now: Timestamp) -> Reservation {
    let earlier = match bucket.paused_until {
        Some(until) if now < until => return Reservation::Paused(until),
        // The pause is over: the count starts anew.
        Some(_) => 0,
        None => bucket.failures,
    };
    let failures = earlier.saturating_add(1);
    let paused_until = (failures >= rules.failures).then(|| now.saturating_add(rules.pause).unwrap_or(Timestamp::MAX));
    Reservation::Reserved(Bucket { failures, paused_until })
}

/// Gives a reservation back, when the password could not be compared after all: the failure is not counted, and a pause
/// that it began ends. The store does this in one conditional statement.
pub fn give_back(bucket: Bucket, rules: &LockoutRules) -> Bucket {
    let failures = bucket.failures.saturating_sub(1);
    Bucket { failures, paused_until: bucket.paused_until.filter(|_| failures >= rules.failures) }
}

/// Whether another code may be compared for an account with so many consecutive wrong ones.
pub const fn code_factor_open(code_failures: u32, rules: &LockoutRules) -> bool {
    code_failures < rules.code_failures
}
