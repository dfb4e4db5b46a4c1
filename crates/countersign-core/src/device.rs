//! The trusted device: a browser that need not give a code for a while.
//!
//! Its token is random, stored as a hash and rotated at each use. It proves nothing by itself: it only silences the
//! trigger *untrusted device* for the account it belongs to, after a correct password.

use jiff::fmt::serde::duration::friendly::compact;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Parallel requests of one browser may still carry the token that the first of them rotated away.
pub const ROTATION_GRACE: SignedDuration = SignedDuration::from_mins(1);

/// Whether a login from the device extends its trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Renewal {
    /// Trust ends a fixed time after the code.
    Fixed,
    /// Each login from the device starts the time anew (Q360).
    Sliding,
}

/// The figures of trusted devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceRules {
    /// Whether trust is offered at all.
    pub enabled: bool,
    /// How long a device is trusted.
    #[serde(serialize_with = "compact::required")]
    pub life: SignedDuration,
    /// How many devices an account may have; a new one replaces the oldest.
    pub per_account: u32,
    /// Whether logins extend it.
    pub renewal: Renewal,
    /// After this long a code is needed again, whatever happened in between.
    #[serde(serialize_with = "compact::required")]
    pub cap: SignedDuration,
}

impl Default for DeviceRules {
    fn default() -> Self {
        Self {
            enabled: true,
            life: SignedDuration::from_hours(48),
            per_account: 1,
            renewal: Renewal::Sliding,
            cap: SignedDuration::from_hours(24 * 30),
        }
    }
}

/// What is stored of a device's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// When the code was given that began it.
    pub since: Timestamp,
    /// When it ends, unless a login extends it.
    pub until: Timestamp,
}

impl DeviceRules {
    /// The trust that a code given at `now` begins.
    pub fn begin(&self, now: Timestamp) -> Trust {
        Trust { since: now, until: self.end(now, now) }
    }

    /// The trust after a login at `now` from a device that is still trusted.
    pub fn renew(&self, trust: Trust, now: Timestamp) -> Trust {
        match self.renewal {
            Renewal::Fixed => trust,
            Renewal::Sliding => Trust { until: self.end(trust.since, now), ..trust },
        }
    }

    /// Whether the device is trusted at `now`. The cap is applied again, so that lowering it counts at once.
    pub fn holds(&self, trust: Trust, now: Timestamp) -> bool {
        self.enabled && now < trust.until && now < later(trust.since, self.cap)
    }

    fn end(&self, since: Timestamp, now: Timestamp) -> Timestamp {
        later(now, self.life).min(later(since, self.cap))
    }
}

/// Which of a device's tokens was presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// The one it holds now.
    Current,
    /// The one before, rotated away at the moment given.
    Previous {
        /// When it was rotated away.
        rotated_at: Timestamp,
    },
}

/// What a presented token means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenVerdict {
    /// It counts.
    Valid,
    /// Somebody else has used a copy: the device must be revoked.
    Reused,
}

/// Judges a presented token (the refresh-token rotation of RFC 9700, 4.14.2, with a grace for parallel requests).
pub fn judge(presented: Presented, now: Timestamp) -> TokenVerdict {
    match presented {
        Presented::Previous { rotated_at } if now.duration_since(rotated_at) > ROTATION_GRACE => TokenVerdict::Reused,
        Presented::Current | Presented::Previous { .. } => TokenVerdict::Valid,
    }
}

fn later(from: Timestamp, by: SignedDuration) -> Timestamp {
    from.saturating_add(by).unwrap_or(Timestamp::MAX)
}
