//! C: finding out who exists by the time that the answer takes.
//!
//! Samples of all kinds are taken in turn, so that whatever else the machine does falls on all of them alike. The slowest
//! quarter of each kind is left out (a neighbour's work, not ours), and what is left is compared by Welch's t and by the
//! medians. A noisy machine gets a second chance with fresh samples; a real difference shows in both.

use std::time::Instant;

use countersign::flow::account;
use countersign_core::realm::RealmName;
use countersign_core::secret::Secret;

use super::c::{DISABLED, LOCKED, WITHOUT_PASSWORD, everybody};
use super::sql::Sql;
use super::{filled, with_many_failures};
use crate::browser::Browser;
use crate::people::{NOAH, PASSWORD, Person};
use crate::world::{Setup, World, story};

/// Samples of each kind.
const SAMPLES: usize = 500;
/// What |t| may be: beyond it chance is out of the question.
const T_MAX: f64 = 4.5;
/// A difference of medians that nobody could use over a network, in milliseconds.
const MEDIAN_MAX: f64 = 1.0;

/// How many accounts share the wrong passwords: each takes five before it is paused.
const CROWD: usize = SAMPLES / 5;

/// The cost of a comparison here, in KiB and passes: a fifth of the real one, so that there is time for many samples. What
/// is the same at this cost is the same at any, and whatever else differs shows better beside a shorter comparison.
const COST: (u32, u32) = (8_192, 1);

/// One of the crowd.
fn crow(number: usize) -> Person {
    let name: &'static str = Box::leak(format!("crow{number:02}").into_boxed_str());
    Person { identifiers: Box::leak(Box::new([name])), email: None, ..NOAH }
}

const KINDS: [&str; 6] = ["unknown", "wrong", "without a password", "disabled", "paused, right", "paused, wrong"];

/// What to type for a sample of a kind. An unknown name is another one each fifth time, as the wrong ones are.
fn typed(kind: usize, sample: usize, round: usize) -> (String, &'static str) {
    let known = |person: Person| person.identifiers[0].to_owned();
    match kind {
        0 => (format!("n{round}b{:02}", sample / 5), "wrong password"),
        1 => (format!("crow{:02}", sample / 5), "wrong password"),
        2 => (known(WITHOUT_PASSWORD), "wrong password"),
        3 => (known(DISABLED), PASSWORD),
        4 => (known(LOCKED), PASSWORD),
        _ => (known(LOCKED), "wrong password"),
    }
}

/// How long the answer takes, in milliseconds. It costs one comparison, whatever is typed.
async fn measure(world: &World, browser: &mut Browser, identifier: &str, password: &str) -> f64 {
    let compared = world.app.hasher.comparisons();
    let body = filled(&browser.form("/login/internal"), &[("identifier", identifier), ("password", password)]);
    #[expect(clippy::disallowed_methods, reason = "the time that an answer takes is what this is about")]
    let begun = Instant::now();
    browser.posts("/login/internal", &body).await;
    #[expect(clippy::disallowed_methods, reason = "the time that an answer takes is what this is about")]
    let took = begun.elapsed().as_secs_f64() * 1_000.0;
    browser.has_status(422);
    assert_eq!(world.app.hasher.comparisons() - compared, 1, "{identifier}");
    took
}

/// The samples of each kind, in milliseconds, sorted, without the slowest quarter.
async fn samples(world: &World, round: usize) -> Vec<Vec<f64>> {
    let mut browser = world.browser();
    browser.opens("/login/internal").await;
    let mut samples = vec![Vec::with_capacity(SAMPLES); KINDS.len()];
    for number in 0..SAMPLES {
        for turn in 0..KINDS.len() {
            // Another order each time.
            let kind = (turn + number) % KINDS.len();
            let (identifier, password) = typed(kind, number, round);
            samples[kind].push(measure(world, &mut browser, &identifier, password).await);
        }
    }
    for kind in &mut samples {
        kind.sort_by(f64::total_cmp);
        kind.truncate(SAMPLES * 3 / 4);
    }
    samples
}

/// Welch's t and the difference of the medians.
fn compare(one: &[f64], other: &[f64]) -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "hundreds of samples")]
    let moments = |samples: &[f64]| {
        let n = samples.len() as f64;
        let mean = samples.iter().sum::<f64>() / n;
        let variance = samples.iter().map(|sample| (sample - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance / n, samples[samples.len() / 2])
    };
    let ((mean, error, median), (other_mean, other_error, other_median)) = (moments(one), moments(other));
    ((mean - other_mean) / (error + other_error).sqrt(), median - other_median)
}

/// The kinds that can be told from an unknown name. A difference counts if it is both certain and large enough to use.
fn told_apart(samples: &[Vec<f64>]) -> Vec<String> {
    let mut apart = Vec::new();
    for (kind, of_kind) in KINDS.iter().zip(samples).skip(1) {
        let (t, median) = compare(of_kind, &samples[0]);
        println!("{kind}: t = {t:.2}, medians {median:+.3} ms apart");
        if t.abs() > T_MAX && median.abs() > MEDIAN_MAX {
            apart.push(format!("{kind}: t = {t:.1}, medians {median:+.2} ms apart"));
        }
    }
    apart
}

story!(
    c02_c07_the_time_of_an_answer_does_not_tell_who_exists,
    with_many_failures(Setup::required()).with_hashes_of(COST),
    |world| {
        everybody(world).await;
        for number in 0..CROWD {
            world.knows(crow(number)).await;
        }
        // Everybody's password is hashed once for all stories, at the real cost; here it has the cost of this world.
        let hash = world.app.hasher.hash(&Secret::new(PASSWORD)).await.unwrap();
        let mut sql = Sql::open(world).await;
        sql.run(&format!("update account set password_hash = '{hash}' where password_hash is not null")).await;
        let first = told_apart(&samples(world, 0).await);
        if !first.is_empty() {
            // The crowd's counters begin anew; the paused account stays paused.
            let paused = account::find(&world.app, &RealmName::internal(), LOCKED.identifiers[0]).await.unwrap();
            sql.run(&format!("delete from lockout where bucket <> 'account:{}'", paused.account.id)).await;
            let second = told_apart(&samples(world, 1).await);
            assert!(second.is_empty(), "first {first:#?}, then {second:#?}");
        }
    }
);

#[test]
fn c02_the_statistics_find_a_difference_where_there_is_one() {
    let noise = |number: usize| f64::from(u8::try_from(number * 37 % 11).unwrap()) / 5.0;
    let of = |shift: f64| (0..75).map(|number| 20.0 + shift + noise(number)).collect::<Vec<_>>();
    let kinds = vec![of(0.0), of(0.01), of(3.0), of(-9.0), of(0.0), of(0.0)];
    let apart = told_apart(&kinds);
    assert_eq!(apart.len(), 2, "{apart:?}");
    assert!(apart[0].starts_with("without a password") && apart[1].starts_with("disabled"));
}
