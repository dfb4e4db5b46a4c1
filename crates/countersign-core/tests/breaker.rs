//! The circuit breaker, told as what happens second by second.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use countersign_core::breaker::{Breaker, BreakerRules, Cause, Change, Standing};
use jiff::{SignedDuration, Timestamp};

const RULES: BreakerRules =
    BreakerRules { failures: 3, window: SignedDuration::from_secs(60), rest: SignedDuration::from_secs(30) };

/// What it is about, and its steps: the second, what happens then, how the breaker stands after it.
type Story = (&'static str, &'static [(u32, char, &'static str)]);

/// Each story: at this second this happens (`f` failed, `s` succeeded, `b` handed over, `r` refused, `c` check answered,
/// `x` check failed, `-` nothing), and then it stands so.
const STORIES: &[Story] = &[
    ("three failures within the minute open it", &[(0, 'f', "closed"), (20, 'f', "closed"), (40, 'f', "open")]),
    ("older failures do not count", &[(0, 'f', "closed"), (59, 'f', "closed"), (60, 'f', "closed"), (61, 'f', "open")]),
    ("a success forgets them", &[(0, 'f', "closed"), (1, 'f', "closed"), (2, 's', "closed"), (3, 'f', "closed")]),
    (
        "it rests, then one message tries",
        &[
            (0, 'f', "closed"),
            (0, 'f', "closed"),
            (0, 'f', "open"),
            (29, '-', "open"),
            (30, '-', "half-open"),
            (30, 'b', "open"),
            (31, 's', "closed"),
        ],
    ),
    (
        "each trial that fails doubles the rest",
        &[
            (0, 'f', "closed"),
            (0, 'f', "closed"),
            (0, 'f', "open"),
            (30, 'b', "open"),
            (31, 'f', "open"),
            (90, '-', "open"),
            (91, 'b', "open"),
            (92, 'f', "open"),
            (211, '-', "open"),
            (212, '-', "half-open"),
            (212, 's', "closed"),
            // After a success it begins with the short rest again.
            (213, 'f', "closed"),
            (213, 'f', "closed"),
            (213, 'f', "open"),
            (243, '-', "half-open"),
        ],
    ),
    (
        "a trial that nobody tells of does not hold it up for ever",
        &[
            (0, 'f', "closed"),
            (0, 'f', "closed"),
            (0, 'f', "open"),
            (30, 'b', "open"),
            (89, '-', "open"),
            (90, '-', "half-open"),
        ],
    ),
    (
        "what has no other way may fail without making it worse",
        &[(0, 'f', "closed"), (0, 'f', "closed"), (0, 'f', "open"), (5, 'f', "open"), (30, '-', "half-open")],
    ),
    (
        "refused credentials rest for a quarter of an hour",
        &[
            (0, 'r', "refused"),
            (899, '-', "refused"),
            (899, 'c', "refused"),
            (900, '-', "half-open"),
            (901, 's', "closed"),
        ],
    ),
    ("a check that fails opens it", &[(0, 'x', "check"), (29, '-', "check"), (30, '-', "half-open")]),
    ("and one that succeeds closes it", &[(0, 'x', "check"), (10, 'c', "closed")]),
    (
        "checks that fail make it rest on",
        &[(0, 'x', "check"), (30, 'x', "check"), (89, '-', "check"), (90, 'c', "closed")],
    ),
    (
        "an answer does not undo failed messages",
        &[(0, 'f', "closed"), (0, 'f', "closed"), (0, 'f', "open"), (10, 'c', "open"), (30, 'c', "half-open")],
    ),
];

fn in_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Closed => "closed",
        Standing::HalfOpen => "half-open",
        Standing::Open { cause: Cause::Failures } => "open",
        Standing::Open { cause } => cause.as_str(),
    }
}

fn at(second: u32) -> Timestamp {
    Timestamp::from_second(1_770_000_000 + i64::from(second)).unwrap()
}

#[test]
fn the_stories_come_about() {
    for (story, steps) in STORIES {
        let mut breaker = Breaker::default();
        for (second, what, expected) in *steps {
            let now = at(*second);
            let before = breaker.standing(now);
            let change = match what {
                'b' => {
                    breaker.begin(now);
                    None
                }
                'c' => breaker.checked(true, &RULES, now),
                'f' => breaker.failed(&RULES, now),
                'r' => Some(breaker.refused(now)),
                's' => breaker.succeeded(),
                'x' => breaker.checked(false, &RULES, now),
                '-' => None,
                other => panic!("{other}"),
            };
            assert_eq!(in_words(breaker.standing(now)), *expected, "{story}: {second} s, {what}");
            // Whoever is told of a change can say what it was.
            match change {
                Some(Change::Closed) => assert!(before != Standing::Closed, "{story}"),
                Some(Change::Opened { until, .. }) => assert!(until > now, "{story}"),
                None => {}
            }
        }
    }
}

#[test]
fn the_rest_never_grows_beyond_a_quarter_of_an_hour() {
    let mut breaker = Breaker::default();
    for _ in 0..3 {
        breaker.failed(&RULES, at(0));
    }
    let mut now = at(0);
    for _ in 0..40 {
        now += SignedDuration::from_mins(15);
        assert_eq!(breaker.standing(now), Standing::HalfOpen);
        breaker.begin(now);
        let Some(Change::Opened { until, .. }) = breaker.failed(&RULES, now) else { panic!("the trial failed") };
        assert!(until.duration_since(now) <= SignedDuration::from_mins(15));
    }
}
