//! Fuzzing of everything that is parsed before anybody is known: bytes of strangers, and answers of gateways.
//!
//! Each target holds a parser to what must be true of every input. It is tried on its corpus (`corpus/NAME.txt`, an input
//! a line, its bytes escaped as in Rust), and then on mutations of it: a few thousand of fixed seed in an ordinary run,
//! which therefore says the same thing every time, and as many as fit into COUNTERSIGN_FUZZ_SECONDS, shared by all
//! targets, with a seed of the moment. `make test` gives it a minute. Why it is built like this:
//! docs/decisions/0013-fuzzing-without-instrumentation.md.
//!
//! A failure prints the input as it would stand in the corpus: put it there, and it is tried first from then on.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod corpus;
mod engine;
mod mutate;
mod targets;

use std::time::Duration;

use engine::Effort;
use targets::{TARGETS, Target};

/// How many mutations each target gets in an ordinary run.
const INPUTS: u32 = 3_000;

/// What an ordinary run starts from.
const SEED: u64 = 1;

#[test]
fn nothing_that_strangers_send_breaks_a_parser() {
    let asked = seconds();
    for target in TARGETS {
        let share = asked.map(|seconds| seconds / u32::try_from(TARGETS.len()).unwrap());
        let effort = share.map_or(Effort::Inputs(INPUTS), Effort::Time);
        let seed = asked.map_or(SEED, |_| engine::seed_of_the_moment());
        let tried = engine::fuzz(target, effort, seed);
        println!("{}: {} inputs, {} kinds of answer, seed {seed}", target.name, tried.inputs, tried.kinds);
    }
}

#[test]
fn every_target_has_a_corpus_and_every_corpus_a_target() {
    let mut names: Vec<String> = corpus::names();
    names.sort_unstable();
    let mut expected: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    expected.sort_unstable();
    assert_eq!(names, expected);
    for Target { name, .. } in TARGETS {
        assert!(corpus::read(name).len() >= 5, "{name}: too little to mutate");
    }
}

#[expect(clippy::disallowed_methods, reason = "the effort of a test is no part of the configuration")]
fn seconds() -> Option<Duration> {
    let text = std::env::var("COUNTERSIGN_FUZZ_SECONDS").ok()?;
    Some(Duration::from_secs(text.parse().expect("COUNTERSIGN_FUZZ_SECONDS is a number of seconds")))
}
