//! How many messages may be sent: for an account, a number, a range of numbers, a network and the whole instance.
//!
//! Messages cost money and annoy people, so each send is reserved under every quota before it is queued, in the
//! transaction that queues it. Attempts count, not successes (security.md I-05).

use jiff::fmt::serde::duration::friendly::compact;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::contact::Destination;
use crate::facts::Network;
use crate::id::AccountId;

/// One hour.
const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// One day.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// At most so many in an hour and in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// In any 60 minutes.
    pub per_hour: u32,
    /// In any 24 hours.
    pub per_day: u32,
}

/// The figures of all send limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "GivenLimits")]
pub struct SendLimits {
    /// The wait after the first message of a challenge; it doubles with each further one.
    #[serde(serialize_with = "compact::required")]
    pub cooldown: SignedDuration,
    /// To one account.
    pub account: Rate,
    /// To one address or number.
    pub destination: Rate,
    /// To one range of a thousand adjacent numbers.
    pub number_range: Rate,
    /// Asked for from one network.
    pub network: Rate,
    /// By the whole instance.
    pub instance: Rate,
}

impl Default for SendLimits {
    fn default() -> Self {
        Self {
            cooldown: SignedDuration::from_secs(30),
            account: Rate { per_hour: 5, per_day: 10 },
            destination: Rate { per_hour: 5, per_day: 10 },
            number_range: Rate { per_hour: 10, per_day: 30 },
            network: Rate { per_hour: 60, per_day: 300 },
            instance: Rate { per_hour: 1_000, per_day: 5_000 },
        }
    }
}

/// The limits as they are written: what is left out, down to one figure of a rate, keeps its default.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GivenLimits {
    cooldown: Option<SignedDuration>,
    account: GivenRate,
    destination: GivenRate,
    number_range: GivenRate,
    network: GivenRate,
    instance: GivenRate,
}

/// A rate as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GivenRate {
    per_hour: Option<u32>,
    per_day: Option<u32>,
}

impl GivenRate {
    fn or(&self, default: Rate) -> Rate {
        Rate { per_hour: self.per_hour.unwrap_or(default.per_hour), per_day: self.per_day.unwrap_or(default.per_day) }
    }
}

impl From<GivenLimits> for SendLimits {
    fn from(given: GivenLimits) -> Self {
        let default = Self::default();
        Self {
            cooldown: given.cooldown.unwrap_or(default.cooldown),
            account: given.account.or(default.account),
            destination: given.destination.or(default.destination),
            number_range: given.number_range.or(default.number_range),
            network: given.network.or(default.network),
            instance: given.instance.or(default.instance),
        }
    }
}

/// Which limit a quota belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// One account.
    Account,
    /// An alarm that is not to be repeated.
    Alarm,
    /// One address or number.
    Destination,
    /// Failed logins from one client network.
    FailedLogins,
    /// Everything.
    Instance,
    /// One client network.
    Network,
    /// Tries to say "This was not me" with a code, from one client network.
    NotMe,
    /// Notices to one account, of one kind or of all.
    Notices,
    /// A thousand adjacent numbers.
    NumberRange,
    /// Forgotten passwords asked for from one client network.
    ResetNetwork,
}

impl Scope {
    /// The name used in keys and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Alarm => "alarm",
            Self::Destination => "destination",
            Self::FailedLogins => "failed-logins",
            Self::Instance => "instance",
            Self::Network => "network",
            Self::NotMe => "not-me",
            Self::Notices => "notices",
            Self::NumberRange => "number-range",
            Self::ResetNetwork => "reset-network",
        }
    }
}

/// One limit that a send must fit under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Which limit it is.
    pub scope: Scope,
    /// Whom it counts: an account's id, a number, a network. Stored hashed where it is personal.
    pub subject: String,
    /// The figures.
    pub rate: Rate,
}

impl SendLimits {
    /// Every quota that a send to `destination`, asked for by `account` from `network`, must fit under, in the order in
    /// which they are locked.
    pub fn quotas(&self, account: AccountId, destination: &Destination, network: Network) -> Vec<Quota> {
        let quota = |scope, subject: &str, rate| Quota { scope, subject: subject.to_owned(), rate };
        let mut quotas = vec![
            quota(Scope::Account, &account.to_string(), self.account),
            quota(Scope::Destination, destination.address(), self.destination),
            quota(Scope::Instance, "all", self.instance),
            quota(Scope::Network, &network.to_string(), self.network),
        ];
        quotas.extend(self.number_range(destination));
        quotas
    }

    /// Every quota that a notice to `destination` must fit under: what guards the money, and nothing that a code needs.
    pub fn notice_quotas(&self, destination: &Destination) -> Vec<Quota> {
        let range = self.number_range(destination);
        let instance = Quota { scope: Scope::Instance, subject: "all".to_owned(), rate: self.instance };
        // What goes by mail costs nothing, so it is told whatever the instance has spent.
        range.map(|range| vec![instance, range]).unwrap_or_default()
    }

    fn number_range(&self, destination: &Destination) -> Option<Quota> {
        let (Destination::Sms(phone) | Destination::Voice(phone)) = destination else { return None };
        Some(Quota { scope: Scope::NumberRange, subject: phone.prefix().to_owned(), rate: self.number_range })
    }

    /// The quota under which the operator is told that a limit was reached, once a day: for a range of numbers and for the
    /// whole instance, which nobody reaches by signing in (security.md I-02).
    pub fn alarm(&self, scope: Scope, subject: &str) -> Option<Quota> {
        let rings = matches!(scope, Scope::Instance | Scope::NumberRange);
        let rate = Rate { per_hour: 1, per_day: 1 };
        rings.then(|| Quota { scope: Scope::Alarm, subject: format!("{}/{subject}", scope.as_str()), rate })
    }

    /// How long after the `sent`-th message of a challenge the next may follow: 30 s, 60 s, 120 s … with the default.
    pub fn cooldown_after(&self, sent: u32) -> SignedDuration {
        match sent.checked_sub(1) {
            None => SignedDuration::ZERO,
            // Eight doublings exceed the longest life of a challenge; the shift stays in bounds.
            Some(doublings) => self.cooldown.saturating_mul(1 << doublings.min(8)),
        }
    }
}

impl Rate {
    /// The windows, shortest first: how many, in any how long.
    pub const fn windows(&self) -> [(u32, SignedDuration); 2] {
        [(self.per_hour, HOUR), (self.per_day, DAY)]
    }
}

/// When the next send is possible under one window; `None` means now.
///
/// `oldest` is the time of the `at_most`-th newest send; if there is one inside the window, the window is full until it
/// leaves.
pub fn full_until(oldest: Option<Timestamp>, window: SignedDuration, now: Timestamp) -> Option<Timestamp> {
    let leaves = oldest?.saturating_add(window).unwrap_or(Timestamp::MAX);
    (leaves > now).then_some(leaves)
}
