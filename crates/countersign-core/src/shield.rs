//! How many wrong passwords a directory is told of.
//!
//! A directory counts wrong passwords too, and what it locks is the person's workstation, mail and files. Whoever guesses at
//! our login page must not be able to do that. So of the failures that the directory's own lockout allows, some are never
//! forwarded: they are left to the person ([`ShieldRules::left`]). What would go beyond is answered here, as a wrong
//! password is, and the directory does not learn of it.
//!
//! ```text
//!   the directory's threshold        5     0: it never locks; not told: 5
//!   left to the person             − 2     of fewer than 5, one
//!   the budget                     = 3     forwarded within the directory's observation window, whoever asks:
//!                                          every browser, every realm, every node, trusted device or not
//! ```
//!
//! Two counts must stay within the budget. Ours alone: it is certain. And the directory's own, where it can be read, with
//! those of ours that it may not have counted yet: it holds what happened elsewhere.

use jiff::{SignedDuration, Timestamp};

/// What is assumed of a directory that does not tell its threshold: fewer would keep people out, more would be reckless.
pub const THRESHOLD_ASSUMED: u32 = 5;

/// How long a directory that does not tell is taken to remember a failure: longer than any default (Windows suggests 10
/// minutes, and suggested 30 before).
pub const WINDOW_ASSUMED: SignedDuration = SignedDuration::from_mins(60);

/// The lockout of one directory, as far as it concerns us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShieldRules {
    /// Failures at which the directory locks an account; `None` if it never does.
    pub threshold: Option<u32>,
    /// How many of them are left to the person.
    pub left: u32,
    /// How long the directory remembers a failure after the last one.
    pub window: SignedDuration,
}

impl ShieldRules {
    /// The rules for a directory that tells this of itself. It writes 0 for a threshold that is never reached, and for a
    /// window that ends only with a right password.
    pub fn for_directory(threshold: Option<u32>, window: Option<SignedDuration>) -> Self {
        let threshold = threshold.unwrap_or(THRESHOLD_ASSUMED);
        let window = window.unwrap_or(WINDOW_ASSUMED);
        Self {
            threshold: (threshold > 0).then_some(threshold),
            // One that mistypes twice should still get in: of few failures, only one can be left.
            left: if threshold >= THRESHOLD_ASSUMED { 2 } else { 1 },
            window: if window.is_zero() { SignedDuration::MAX } else { window },
        }
    }

    /// How many failures may be forwarded within the window; `None` is any number. A directory that locks at the first
    /// wrong password is never asked: nobody of it can log in, and nobody is locked out either.
    pub fn budget(&self) -> Option<u32> {
        self.threshold.map(|threshold| threshold.saturating_sub(self.left))
    }
}

/// What was forwarded for one account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Failures within the window, those included whose outcome is not known yet.
    pub forwarded: u32,
    /// Those of them that the directory has answered, and therefore counted.
    pub answered: u32,
}

/// What was known of an account before a password is forwarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The directory's own count of wrong passwords; `None` if it does not tell.
    pub counted: Option<u32>,
    /// [`Tally::answered`] before the directory was asked for its count: these are in it.
    pub answered: u32,
}

/// One account's tally, and when it last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The tally.
    pub tally: Tally,
    /// When a password was last forwarded, or answered.
    pub last_at: Timestamp,
}

impl Entry {
    /// The tally, unless the directory has forgotten it.
    fn live(self, rules: &ShieldRules, now: Timestamp) -> Option<Tally> {
        let forgotten_at = self.last_at.saturating_add(rules.window).unwrap_or(Timestamp::MAX);
        (now < forgotten_at).then_some(self.tally)
    }
}

impl Seen {
    /// What is known when the directory is about to be asked for its count; [`Seen::counted`] is its answer.
    pub fn before_asking(entry: Option<Entry>, rules: &ShieldRules, now: Timestamp) -> Self {
        let answered = entry.and_then(|entry| entry.live(rules, now)).map_or(0, |tally| tally.answered);
        Self { counted: None, answered }
    }
}

/// Reserves the forwarding of one password, as if it were wrong; `None`: the directory must not be asked. The store does
/// this in one conditional statement; the contract suite holds it to this.
pub fn reserve(entry: Option<Entry>, seen: Seen, rules: &ShieldRules, now: Timestamp) -> Option<Entry> {
    let live = entry.and_then(|entry| entry.live(rules, now));
    let tally = live.unwrap_or_default();
    // Without a live entry nothing of ours is under way, and nothing can have been answered since.
    let under_way = if live.is_some() { tally.forwarded.saturating_sub(seen.answered) } else { 0 };
    let elsewhere = seen.counted.unwrap_or_default().saturating_add(under_way);
    let room = |count: u32| rules.budget().is_none_or(|budget| count < budget);
    (room(tally.forwarded) && room(elsewhere))
        .then_some(Entry { tally: Tally { forwarded: tally.forwarded.saturating_add(1), ..tally }, last_at: now })
}
