//! The circuit breaker of a provider: after several failures it rests, then one message tries whether it is back.
//!
//! ```text
//!             failures in the window, or a check that fails
//!   Closed ────────────────────────────────────────────────► Open
//!     ▲                                                        │ it has rested
//!     │  the one message arrived, or a check succeeded         ▼
//!     └─────────────────────────────────────────────────── HalfOpen: one message at a time
//!                                                              │ it failed
//!                                                              └──► Open, for twice as long
//! ```

use jiff::{SignedDuration, Timestamp};

/// The figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerRules {
    /// So many failures make it open.
    pub failures: u32,
    /// Within this time.
    pub window: SignedDuration,
    /// How long it rests the first time.
    pub rest: SignedDuration,
}

/// Why it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It did not answer a question that costs nothing.
    Check,
    /// Messages failed.
    Failures,
    /// It refused our credentials: nothing heals by itself, so it rests long and is not used meanwhile.
    Refused,
}

impl Cause {
    /// The name in the database and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Failures => "failures",
            Self::Refused => "refused",
        }
    }
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Everything goes through.
    Closed,
    /// It has rested: the next message is a trial.
    HalfOpen,
    /// It rests, or a trial is under way. A message that has no other way may still use it, unless it has refused us.
    Open {
        /// Why.
        cause: Cause,
    },
}

/// What has changed, for the log and the list that an administrator sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It works again.
    Closed,
    /// It rests.
    Opened {
        /// Why.
        cause: Cause,
        /// Until when.
        until: Timestamp,
    },
}

/// The breaker of one provider.
#[derive(Clone, Debug, Default)]
pub struct Breaker {
    /// The latest failures, oldest first; never more than the rules count.
    failures: Vec<Timestamp>,
    open: Option<Open>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    cause: Cause,
    until: Timestamp,
    /// How often it has opened in a row.
    times: u32,
    /// Until when the outcome of a trial is waited for.
    trial_until: Option<Timestamp>,
}

impl Breaker {
    /// Where it stands.
    pub fn standing(&self, now: Timestamp) -> Standing {
        let Some(open) = self.open else { return Standing::Closed };
        let trying = open.trial_until.is_some_and(|until| now < until);
        if now < open.until || trying { Standing::Open { cause: open.cause } } else { Standing::HalfOpen }
    }

    /// A message is handed over. If it is a trial, the others wait for its outcome.
    pub fn begin(&mut self, now: Timestamp) {
        if self.standing(now) == Standing::HalfOpen
            && let Some(open) = &mut self.open
        {
            open.trial_until = Some(after(now, TRIAL));
        }
    }

    /// A message was taken.
    pub fn succeeded(&mut self) -> Option<Change> {
        self.failures.clear();
        self.open.take().map(|_| Change::Closed)
    }

    /// A message failed by a fault of the provider.
    pub fn failed(&mut self, rules: &BreakerRules, now: Timestamp) -> Option<Change> {
        match self.standing(now) {
            // What has no other way may fail at an open breaker; that tells nothing new, unless it was the trial.
            Standing::Open { .. } => {
                let was_trial = self.open.is_some_and(|open| open.trial_until.is_some());
                was_trial.then(|| self.trip(Cause::Failures, rules.rest, now))
            }
            Standing::HalfOpen => Some(self.trip(Cause::Failures, rules.rest, now)),
            Standing::Closed => {
                self.failures.retain(|at| now.duration_since(*at) < rules.window);
                self.failures.push(now);
                let full = self.failures.len() >= usize::try_from(rules.failures).unwrap_or(usize::MAX);
                full.then(|| self.trip(Cause::Failures, rules.rest, now))
            }
        }
    }

    /// It refused our credentials.
    pub fn refused(&mut self, now: Timestamp) -> Change {
        self.failures.clear();
        let until = after(now, REFUSED);
        self.open = Some(Open { cause: Cause::Refused, until, times: 1, trial_until: None });
        Change::Opened { cause: Cause::Refused, until }
    }

    /// It was asked, at no cost, whether it is there. An answer ends only what silence began: a provider that answers may
    /// still deliver nothing.
    pub fn checked(&mut self, answered: bool, rules: &BreakerRules, now: Timestamp) -> Option<Change> {
        match (answered, self.open) {
            (true, Some(Open { cause: Cause::Check, .. })) => self.succeeded(),
            (true, _) | (false, Some(Open { cause: Cause::Failures | Cause::Refused, .. })) => None,
            (false, known) => {
                let change = self.trip(Cause::Check, rules.rest, now);
                known.is_none().then_some(change)
            }
        }
    }

    fn trip(&mut self, cause: Cause, rest: SignedDuration, now: Timestamp) -> Change {
        self.failures.clear();
        let times = self.open.map_or(0, |open| open.times) + 1;
        let doubled = rest.saturating_mul(1 << times.saturating_sub(1).min(8)).min(REST_MAX);
        let until = after(now, doubled);
        self.open = Some(Open { cause, until, times, trial_until: None });
        Change::Opened { cause, until }
    }
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// How long a provider is left alone after it refused our credentials. An administrator who has corrected them restarts
/// the service; this is for a fault on the other side that heals by itself.
const REFUSED: SignedDuration = SignedDuration::from_mins(15);
/// The longest rest of one that only fails.
const REST_MAX: SignedDuration = SignedDuration::from_mins(15);
/// How long a trial may take: well over the longest call of a provider.
const TRIAL: SignedDuration = SignedDuration::from_mins(1);
