//! The shield: by table, and against a directory that counts.
#![expect(clippy::unwrap_used, reason = "tests")]

use countersign_core::shield::{Entry, Seen, ShieldRules, Tally, reserve};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, RngSeed};

const WINDOW: SignedDuration = SignedDuration::from_mins(30);

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
}

fn rules(threshold: Option<u32>, left: u32) -> ShieldRules {
    ShieldRules { threshold, left, window: WINDOW }
}

fn entry(forwarded: u32, answered: u32, minute: i64) -> Entry {
    Entry { tally: Tally { forwarded, answered }, last_at: at(minute) }
}

#[test]
fn what_a_directory_tells_of_its_lockout() {
    let minutes = SignedDuration::from_mins;
    // threshold, window: the budget, and the window that holds.
    for (threshold, window, budget, holds) in [
        (Some(5), Some(minutes(10)), Some(3), minutes(10)),
        (Some(10), Some(minutes(30)), Some(8), minutes(30)),
        (Some(4), Some(minutes(30)), Some(3), minutes(30)),
        (Some(3), Some(minutes(30)), Some(2), minutes(30)),
        (Some(2), Some(minutes(30)), Some(1), minutes(30)),
        (Some(1), Some(minutes(30)), Some(0), minutes(30)),
        (Some(0), Some(minutes(30)), None, minutes(30)),
        (None, None, Some(3), minutes(60)),
        (Some(5), Some(SignedDuration::ZERO), Some(3), SignedDuration::MAX),
    ] {
        let rules = ShieldRules::for_directory(threshold, window);
        assert_eq!((rules.budget(), rules.window), (budget, holds), "{threshold:?} {window:?}");
    }
    // For ever is for ever.
    let rules = ShieldRules::for_directory(Some(5), Some(SignedDuration::ZERO));
    assert_eq!(
        reserve(Some(entry(3, 3, 0)), Seen { counted: None, answered: 3 }, &rules, Timestamp::MAX - WINDOW),
        None
    );
}

#[test]
fn by_table() {
    // threshold, left, (forwarded, answered, minute), the directory's count, answered before it was read, now: the tally after
    let cases = [
        // The first three of a threshold of five, and no fourth.
        (Some(5), 2, None, None, 0, 0, Some((1, 0))),
        (Some(5), 2, Some(entry(1, 1, 0)), None, 1, 1, Some((2, 1))),
        (Some(5), 2, Some(entry(2, 2, 0)), None, 2, 1, Some((3, 2))),
        (Some(5), 2, Some(entry(3, 3, 0)), None, 3, 1, None),
        // Until the directory has forgotten them: the window is over after exactly thirty minutes.
        (Some(5), 2, Some(entry(3, 3, 0)), None, 3, 29, None),
        (Some(5), 2, Some(entry(3, 3, 0)), None, 3, 30, Some((1, 0))),
        // Failures elsewhere are in the directory's own count.
        (Some(5), 2, None, Some(2), 0, 0, Some((1, 0))),
        (Some(5), 2, None, Some(3), 0, 0, None),
        (Some(5), 2, Some(entry(1, 1, 0)), Some(3), 1, 1, None),
        // Ours are in it as well, and count once when they were answered before it was read.
        (Some(5), 2, Some(entry(2, 2, 0)), Some(2), 2, 1, Some((3, 2))),
        // One that is under way may come on top, also if it was answered after the count was read.
        (Some(5), 2, Some(entry(2, 1, 0)), Some(2), 1, 1, None),
        (Some(5), 2, Some(entry(2, 2, 0)), Some(2), 1, 1, None),
        // The person logged in at the workstation, which cleared the directory's count and not ours.
        (Some(5), 2, Some(entry(3, 3, 0)), Some(0), 3, 1, None),
        // Nothing is left to forward, or there is no lockout.
        (Some(2), 2, None, None, 0, 0, None),
        (Some(1), 2, None, None, 0, 0, None),
        (None, 2, Some(entry(1000, 1000, 0)), Some(1000), 1000, 1, Some((1001, 1000))),
    ];
    for (threshold, left, before, counted, answered, minute, after) in cases {
        let case = format!("{threshold:?} {left} {before:?} {counted:?} {answered} {minute}");
        let reserved = reserve(before, Seen { counted, answered }, &rules(threshold, left), at(minute));
        assert_eq!(reserved.map(|entry| (entry.tally.forwarded, entry.tally.answered)), after, "{case}");
        assert!(reserved.is_none_or(|entry| entry.last_at == at(minute)), "{case}");
    }
}

/// What happens to one account.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Somebody begins a login here: the tally and the directory's count are read.
    Look,
    /// The one that looked first asks to forward a wrong password.
    Forward,
    /// The directory answers the one that was forwarded first.
    Answer,
    /// A wrong password at a workstation.
    Elsewhere,
    /// So many minutes pass.
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Look),
        3 => Just(Step::Forward),
        3 => Just(Step::Answer),
        1 => Just(Step::Elsewhere),
        1 => (1_i64..40).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 0..120)
}

/// A directory that counts as Active Directory does: the count starts anew when the last failure is a window ago.
#[derive(Default)]
struct Directory {
    count: u32,
    last: Option<Timestamp>,
}

impl Directory {
    fn count(&self, now: Timestamp) -> u32 {
        if self.last.is_some_and(|last| now < last + WINDOW) { self.count } else { 0 }
    }

    fn wrong(&mut self, now: Timestamp) {
        self.count = self.count(now) + 1;
        self.last = Some(now);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0x5EED),
        ..ProptestConfig::default()
    })]

    /// Whatever is interleaved: what we forward never makes the directory's count exceed the budget.
    #[test]
    fn our_failures_never_reach_the_threshold(steps in steps(), threshold in 1_u32..8, left in 1_u32..4, tells: bool) {
        let rules = rules(Some(threshold), left);
        let budget = rules.budget().unwrap();
        let (mut directory, mut entry, mut now) = (Directory::default(), None::<Entry>, at(0));
        let (mut looked, mut under_way) = (Vec::new(), 0_u32);
        for step in steps {
            match step {
                Step::Look => {
                    let counted = tells.then(|| directory.count(now));
                    looked.push(Seen { counted, ..Seen::before_asking(entry, &rules, now) });
                }
                Step::Forward => {
                    let Some(seen) = looked.pop() else { continue };
                    if let Some(reserved) = reserve(entry, seen, &rules, now) {
                        entry = Some(reserved);
                        under_way += 1;
                    }
                }
                Step::Answer if under_way > 0 => {
                    under_way -= 1;
                    directory.wrong(now);
                    prop_assert!(directory.count(now) <= budget, "{} > {budget}", directory.count(now));
                    entry = entry.map(|entry| {
                        let answered = (entry.tally.answered + 1).min(entry.tally.forwarded);
                        Entry { tally: Tally { answered, ..entry.tally }, ..entry }
                    });
                }
                // Answers take seconds, and a login is not begun before a wait and ended after it.
                Step::Wait(minutes) if under_way == 0 => {
                    looked.clear();
                    now += SignedDuration::from_mins(minutes);
                }
                // A workstation may well use up what is left to the person; from then on we forward nothing.
                Step::Elsewhere if tells && under_way == 0 && directory.count(now) < budget => {
                    looked.clear();
                    directory.wrong(now);
                }
                Step::Answer | Step::Wait(_) | Step::Elsewhere => {}
            }
        }
    }
}
