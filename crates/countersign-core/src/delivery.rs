//! What is known of a message after a gateway took it, and how long is too long.
//!
//! What a gateway tells is shown and counted, and nothing else: no word of it ever stands for a code that was typed.

use jiff::SignedDuration;
use jiff::fmt::serde::duration::friendly::compact;
use serde::{Deserialize, Serialize};

use crate::breaker::BreakerRules;
use crate::settings::Faults;

/// What the network said of a message.
///
/// ```text
///   (nothing) ──► Sent ──┬─► Delivered
///        └───────────────┴─► Failed        the last two are final
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    /// It is on the telephone.
    Delivered,
    /// It will not be.
    Failed,
    /// It is on its way.
    Sent,
}

impl Delivery {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Sent => "sent",
        }
    }

    /// Whether this is news after what was known. Receipts come late, twice and in any order; what is final stays.
    pub fn follows(self, known: Option<Self>) -> bool {
        match known {
            None => true,
            Some(Self::Sent) => self != Self::Sent,
            Some(Self::Delivered | Self::Failed) => false,
        }
    }
}

/// Why a message could not be delivered, as far as a person can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The network or the gateway holds messages like this one back.
    Blocked,
    /// The telephone takes no text messages: a landline.
    Landline,
    /// Nobody answered the call.
    NoAnswer,
    /// There is no such number.
    NoSuchNumber,
    /// No more is known.
    Other,
    /// The telephone is off, out of reach or full.
    Unreachable,
    /// The person has answered STOP to messages of this sender.
    Unsubscribed,
}

impl Reason {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Blocked,
        Self::Landline,
        Self::NoAnswer,
        Self::NoSuchNumber,
        Self::Other,
        Self::Unreachable,
        Self::Unsubscribed,
    ];

    /// The name in the database, and of its text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Landline => "landline",
            Self::NoAnswer => "no-answer",
            Self::NoSuchNumber => "no-such-number",
            Self::Other => "other",
            Self::Unreachable => "unreachable",
            Self::Unsubscribed => "unsubscribed",
        }
    }
}

/// The figures of delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeliveryRules {
    /// So many failures of a provider within [`window`](Self::window) make it rest.
    pub failures: u32,
    /// The time in which failures count.
    #[serde(serialize_with = "compact::required")]
    pub window: SignedDuration,
    /// How long it rests the first time; twice as long each time that the next message fails too.
    #[serde(serialize_with = "compact::required")]
    pub rest: SignedDuration,
    /// How often every provider is asked at no cost whether it is there.
    #[serde(serialize_with = "compact::optional", skip_serializing_if = "Option::is_none")]
    pub canary: Option<SignedDuration>,
    /// After this long a message is slower than usual, as long as too few have arrived to know better.
    #[serde(serialize_with = "compact::required")]
    pub slow_after: SignedDuration,
    /// Whether gateways are asked what became of a message that they did not tell of.
    pub poll: bool,
}

impl Default for DeliveryRules {
    fn default() -> Self {
        Self {
            failures: 5,
            window: SignedDuration::from_mins(5),
            rest: SignedDuration::from_mins(1),
            canary: None,
            slow_after: SignedDuration::from_secs(30),
            poll: true,
        }
    }
}

impl DeliveryRules {
    /// The figures of the breaker.
    pub const fn breaker(&self) -> BreakerRules {
        BreakerRules { failures: self.failures, window: self.window, rest: self.rest }
    }

    pub(crate) fn check(&self, faults: &mut Faults) {
        let shown = |duration: SignedDuration| format!("{duration:#}");
        let (seconds, minutes) = (SignedDuration::from_secs, SignedDuration::from_mins);
        faults.require((2..=100).contains(&self.failures), "delivery.failures", self.failures, "2 to 100 failures");
        let within = |low, high, value| (low..=high).contains(&value);
        faults.require(
            within(minutes(1), minutes(60), self.window),
            "delivery.window",
            shown(self.window),
            "1m to 60m",
        );
        faults.require(within(seconds(10), minutes(15), self.rest), "delivery.rest", shown(self.rest), "10s to 15m");
        if let Some(canary) = self.canary {
            let allowed = "1m to 24h: gateways take more often for abuse";
            faults.require(within(minutes(1), minutes(24 * 60), canary), "delivery.canary", shown(canary), allowed);
        }
        let allowed = "10s to 2m: a code lives minutes";
        faults.require(
            within(seconds(10), minutes(2), self.slow_after),
            "delivery.slow_after",
            shown(self.slow_after),
            allowed,
        );
    }
}

/// After how long a message of a channel is slower than usual: as long as nineteen of twenty took lately, when enough have
/// arrived to know; else `unknown`. Never sooner than anybody looks, and never so late that the code is nearly over.
pub fn slow_after(mut took: Vec<SignedDuration>, unknown: SignedDuration) -> SignedDuration {
    if took.len() < ENOUGH {
        return unknown;
    }
    took.sort_unstable();
    let at = took.len() * 19 / 20;
    took.get(at).copied().unwrap_or(unknown).clamp(SOONEST, LATEST)
}

/// How many arrivals make a habit.
const ENOUGH: usize = 20;
/// Sooner than this nobody has unlocked the telephone.
const SOONEST: SignedDuration = SignedDuration::from_secs(10);
/// A fifth of the longest life of a code.
const LATEST: SignedDuration = SignedDuration::from_mins(2);
