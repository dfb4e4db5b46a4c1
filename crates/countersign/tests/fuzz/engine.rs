//! The engine: tries a target on its corpus and on mutations of it, and keeps those whose answer is of a new kind.
//!
//! There is no instrumentation, so the engine cannot see which branches an input took. It sees the answer: a target
//! sums up what it did with an input, and an input with a new sum is worth being mutated further.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::corpus;
use crate::mutate::{Numbers, mutate};
use crate::targets::Target;

/// Far more than any parser needs for any input, on the slowest machine.
const SLOW: Duration = Duration::from_secs(5);

/// More kinds of answer than this are told apart no further.
const KEPT_MAX: usize = 4_096;

/// How much is tried.
#[derive(Clone, Copy)]
pub(crate) enum Effort {
    /// So many mutations.
    Inputs(u32),
    /// As many as fit.
    Time(Duration),
}

/// What was tried.
pub(crate) struct Tried {
    pub(crate) inputs: u32,
    pub(crate) kinds: usize,
}

/// Tries the target; panics with the input that broke it.
pub(crate) fn fuzz(target: &Target, effort: Effort, seed: u64) -> Tried {
    let mut numbers = Numbers::new(seed);
    let mut pool = corpus::read(target.name);
    let mut kinds: HashSet<u64> = pool.iter().map(|input| answer(target, input, seed)).collect();
    let mut inputs = u32::try_from(pool.len()).unwrap();
    let begun = now();
    let mut mutations = 0;
    while match effort {
        Effort::Inputs(most) => mutations < most,
        Effort::Time(most) => now() - begun < most,
    } {
        let from = numbers.below(pool.len());
        let input = mutate(&mut numbers, &pool[from], &pool, target.words);
        let kind = answer(target, &input, seed);
        if kinds.len() < KEPT_MAX && kinds.insert(kind) {
            pool.push(input);
        }
        mutations += 1;
        inputs += 1;
    }
    Tried { inputs, kinds: kinds.len() }
}

/// What kind of answer the target gives. A panic, or a long wait, ends the test with the input.
fn answer(target: &Target, input: &[u8], seed: u64) -> u64 {
    let begun = now();
    let Ok(summary) = catch_unwind(AssertUnwindSafe(|| (target.run)(input))) else {
        let input = corpus::escape(input);
        panic!("{} breaks (seed {seed}) on this line for its corpus:\n{input}", target.name);
    };
    let taken = now() - begun;
    assert!(taken < SLOW, "{} takes {taken:?} (seed {seed}) for:\n{}", target.name, corpus::escape(input));
    let mut hasher = DefaultHasher::new();
    summary.hash(&mut hasher);
    hasher.finish()
}

#[expect(clippy::disallowed_methods, reason = "how long a parser takes is real time")]
fn now() -> Instant {
    Instant::now()
}

/// Another seed each time.
#[expect(clippy::disallowed_methods, reason = "no test depends on it: a failure names its seed and its input")]
pub(crate) fn seed_of_the_moment() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::try_from(since.as_nanos() & u128::from(u64::MAX)).unwrap()
}
