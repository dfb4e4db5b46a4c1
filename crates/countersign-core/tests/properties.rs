//! What must hold for every input and every order of events, by generated cases.
//!
//! The seeds are fixed, so a run is repeatable; a failure prints the smallest case that shows it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::net::IpAddr;

use countersign_core::challenge::{Guess, LIFE_MAX, Progress, Standing, TRIES_MAX};
use countersign_core::contact::{EmailAddress, Phone};
use countersign_core::device::{DeviceRules, Renewal};
use countersign_core::facts::{History, Network};
use countersign_core::identifier::Identifier;
use countersign_core::lockout::{Bucket, LockoutRules, Reservation, code_factor_open, reserve};
use countersign_core::throttle::{Rate, SendLimits, full_until};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, RngSeed};

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 256,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0x5EED),
        ..ProptestConfig::default()
    }
}

fn start() -> Timestamp {
    "2026-07-01T12:00:00Z".parse().unwrap()
}

/// What can happen to a challenge. A request in flight holds the try it reserved until it is compared.
#[derive(Clone, Debug)]
enum Step {
    /// A request asks for a try.
    Reserve,
    /// A request in flight compares its code.
    Compare,
    /// A request in flight dies between the reservation and the comparison.
    Die,
    /// The same code is sent again.
    Resend,
    /// Time passes.
    Seconds(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Reserve),
        3 => Just(Step::Compare),
        1 => Just(Step::Die),
        1 => Just(Step::Resend),
        1 => (0_i64..120).prop_map(Step::Seconds),
    ];
    vec(step, 0..200)
}

proptest! {
    #![proptest_config(config())]

    /// whatever the interleaving, at most five codes are compared, and none after the time is over.
    #[test]
    fn never_more_than_five_tries_are_compared(steps in steps(), tries in 1..=TRIES_MAX) {
        let mut now = start();
        let mut stored = Progress { tries: 0, expires_at: now + LIFE_MAX, ended: false };
        let (mut in_flight, mut compared) = (0_u32, 0_u32);
        for step in steps {
            match step {
                Step::Reserve => match stored.reserve(tries, now) {
                    Ok(reserved) => {
                        prop_assert!(now < stored.expires_at);
                        stored = reserved;
                        in_flight += 1;
                    }
                    Err(standing) => prop_assert_eq!(standing, stored.standing(tries, now)),
                },
                Step::Compare if in_flight > 0 => {
                    in_flight -= 1;
                    compared += 1;
                }
                Step::Die => in_flight = in_flight.saturating_sub(1),
                Step::Compare | Step::Resend => {}
                Step::Seconds(seconds) => now += SignedDuration::from_secs(seconds),
            }
            prop_assert!(compared + in_flight <= stored.tries && stored.tries <= tries && tries <= 5);
        }
    }

    /// The end of a challenge is the end: no later moment makes it live again.
    #[test]
    fn a_challenge_that_is_over_stays_over(used in 0_u32..8, ended: bool, mut at in vec(-900_i64..1_800, 2..20)) {
        at.sort_unstable();
        let progress = Progress { tries: used, expires_at: start(), ended };
        let mut over = false;
        for seconds in at {
            let standing = progress.standing(TRIES_MAX, start() + SignedDuration::from_secs(seconds));
            let live = matches!(standing, Standing::Live { .. });
            prop_assert!(!(over && live), "live again after its end");
            prop_assert!(!live || (!ended && used < TRIES_MAX && seconds < 0));
            over = !live;
        }
    }

    /// B-06, documented canonicalisation: ASCII spaces and hyphens are dropped, and six ASCII digits must remain.
    #[test]
    fn a_guess_is_taken_exactly_when_six_digits_remain(text in "[0-9 \\-]{0,40}|[0-9 \\-a１\u{0}\n]{0,12}|\\PC{0,12}") {
        let kept: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let right = text.len() <= 32 && kept.len() == 6 && kept.bytes().all(|byte| byte.is_ascii_digit());
        prop_assert_eq!(Guess::parse(&text).is_ok(), right);
    }

    /// B-18: what a mask shows is short, fixed in length, and never the whole.
    #[test]
    fn a_mask_of_an_address_hides_the_rest_of_the_local_part(
        local in "[a-z0-9][a-z0-9.+_-]{0,30}",
        domain in "[a-z]{2,9}\\.(com|org|example)",
    ) {
        let Ok(address) = format!("{local}@{domain}").parse::<EmailAddress>() else { return Ok(()) };
        let mask = address.mask();
        let (shown, rest) = mask.split_once("••••@").unwrap();
        prop_assert_eq!(rest, domain);
        prop_assert!(shown.len() <= 2 && shown.len() < local.len());
        prop_assert!(local.starts_with(shown));
        prop_assert_eq!(format!("{address:?}"), mask, "Debug prints the mask");
    }

    /// B-18: at most the first digit and the last four, and always fewer shown than the number has, by four at least.
    #[test]
    fn a_mask_of_a_number_hides_its_middle(phone in phones()) {
        let digits = phone.as_str().trim_start_matches('+');
        let mask = phone.mask();
        let (first, last) = mask.trim_start_matches('+').split_once(" •••• ").unwrap();
        prop_assert!(digits.starts_with(first) && digits.ends_with(last));
        prop_assert!(first.len() == 1 && last.len() <= 4);
        prop_assert!(first.len() + last.len() + 4 <= digits.len());
        prop_assert_eq!(format!("{phone:?}"), mask, "Debug prints the mask");
    }

    /// A number is stored in the form in which it was understood, and read back as itself.
    #[test]
    fn a_number_is_read_back_as_itself(phone in phones()) {
        prop_assert_eq!(Phone::parse(phone.as_str(), None), Ok(phone.clone()));
        prop_assert_eq!(Phone::parse(phone.as_str(), Some("CA")), Ok(phone));
    }

    /// I-11: no text makes a parser panic, whatever its parameters.
    #[test]
    fn no_text_makes_a_parser_panic(
        text in "\\PC{0,60}",
        phone in "[+0-9a-zA-Z.;:=#*x()\\- ]{0,20}(;phone-context=|;ext=|;isub=)?[+0-9A-Za-z.;=]{0,20}",
        country in "[A-Z]{2}|\\PC{0,4}",
    ) {
        for text in [&text, &phone] {
            let _ = Phone::parse(text, None);
            let _ = Phone::parse(text, Some(&country));
            let _ = text.parse::<EmailAddress>();
            let _ = format!("{text}@{text}").parse::<EmailAddress>();
            let _ = text.parse::<Identifier>();
            let _ = Guess::parse(text);
        }
    }

    /// J-06: a canonical form is its own canonical form, or a second look would find another account.
    #[test]
    fn canonicalising_twice_changes_nothing(text in "\\PC{1,12}|[a-zA-ZａΣσςıİßẞǅﬁÅÅé]{1,12}") {
        if let Ok(once) = text.parse::<Identifier>() {
            let twice: Identifier = once.as_str().parse().unwrap();
            prop_assert_eq!(once, twice);
        }
    }

    /// Two addresses are one network exactly when their first 32 (IPv4) or 64 (IPv6) bits agree.
    #[test]
    fn networks_are_equal_by_prefix(one: u128, other: u128, flip in 0_u32..128, v4: bool) {
        let near = one ^ (1_u128 << flip);
        for other in [other, near, one] {
            let address = |bits: u128| -> IpAddr {
                if v4 { u32::try_from(bits >> 96).unwrap().to_be_bytes().into() } else { bits.to_be_bytes().into() }
            };
            let mapped = |bits: u128| match address(bits) {
                IpAddr::V4(address) => IpAddr::from(address.to_ipv6_mapped()),
                other @ IpAddr::V6(_) => other,
            };
            let kept = if v4 { 96 } else { 64 };
            let same = one >> kept == other >> kept;
            prop_assert_eq!(Network::of(address(one)) == Network::of(address(other)), same);
            prop_assert_eq!(Network::of(address(one)) == Network::of(mapped(other)), same);
        }
    }

    /// Networks are remembered newest first, each once, and no more of them than is set.
    #[test]
    fn remembered_networks_are_few_and_distinct(visits in vec(0_u8..6, 1..30), remembered in 1_usize..5) {
        let mut history = History::default();
        for visit in visits {
            let network = Network::of(IpAddr::from([192, 0, 2, visit]));
            history.networks = history.networks_after(network, remembered);
            prop_assert_eq!(history.networks.first(), Some(&network));
            prop_assert!(history.networks.len() <= remembered);
            let mut distinct = history.networks.clone();
            distinct.sort_by_key(ToString::to_string);
            distinct.dedup();
            prop_assert_eq!(distinct.len(), history.networks.len());
        }
    }

    /// G-05: no sequence of renewals and changes of the rules keeps a device beyond the cap in force.
    #[test]
    fn a_device_never_outlives_its_cap(
        events in vec((1_i64..200, 1_i64..2_160, 1_i64..2_160, any::<bool>()), 1..60),
    ) {
        let mut rules = DeviceRules::default();
        let mut trust = rules.begin(start());
        let mut now = start();
        for (wait, life, cap, sliding) in events {
            let renewal = if sliding { Renewal::Sliding } else { Renewal::Fixed };
            rules = DeviceRules { life: hours(life), cap: hours(cap), renewal, ..rules };
            now += hours(wait);
            let holds = rules.holds(trust, now);
            prop_assert!(!holds || now < start() + rules.cap);
            let off = DeviceRules { enabled: false, ..rules };
            prop_assert!(!off.holds(trust, now));
            if holds {
                let renewed = rules.renew(trust, now);
                prop_assert_eq!(renewed.since, trust.since, "a renewal never moves the beginning");
                prop_assert!(!sliding || renewed.until <= trust.since + rules.cap, "what is stored respects the cap");
                prop_assert!(sliding || renewed == trust, "fixed trust is not extended");
                trust = renewed;
            }
        }
    }

    /// at most N passwords are compared between two pauses, however the requests interleave, and a pause ends.
    #[test]
    fn at_most_n_passwords_are_compared_between_pauses(
        waits in vec(prop_oneof![8 => 0_i64..30, 1 => 600_i64..4_000], 1..300),
        failures in 3_u32..=20,
    ) {
        let rules = LockoutRules { failures, ..LockoutRules::default() };
        let (mut bucket, mut now, mut compared) = (Bucket::default(), start(), 0);
        for wait in waits {
            now += SignedDuration::from_secs(wait);
            match reserve(bucket, &rules, now) {
                Reservation::Reserved(next) => {
                    if bucket.paused_until.is_some() {
                        compared = 0;
                    }
                    compared += 1;
                    prop_assert!(compared <= failures);
                    prop_assert_eq!(next.paused_until.is_some(), compared == failures);
                    bucket = next;
                }
                Reservation::Paused(until) => {
                    prop_assert_eq!(compared, failures, "paused before its time");
                    prop_assert!(now < until && until <= now + rules.pause);
                    prop_assert!(matches!(reserve(bucket, &rules, until), Reservation::Reserved(_)), "it ends");
                }
            }
        }
    }

    /// over any number of challenges, no more codes are compared than the ceiling.
    #[test]
    fn the_code_factor_closes_at_its_ceiling(ceiling in 5_u32..=100, tries in 1_u32..1_000) {
        let rules = LockoutRules { code_failures: ceiling, ..LockoutRules::default() };
        let compared = (0..tries).take_while(|wrong| code_factor_open(*wrong, &rules)).count();
        prop_assert_eq!(compared, usize::try_from(tries.min(ceiling)).unwrap());
    }

    /// The wait doubles with each message until it is longer than a challenge can live, and never overflows.
    #[test]
    fn the_cooldown_doubles_and_never_overflows(seconds in 10_i64..=300, sent: u32) {
        let limits = SendLimits { cooldown: SignedDuration::from_secs(seconds), ..SendLimits::default() };
        let (this, next) = (limits.cooldown_after(sent), limits.cooldown_after(sent.saturating_add(1)));
        prop_assert!(this <= next);
        match sent {
            0 => prop_assert_eq!(this, SignedDuration::ZERO),
            1..=8 => prop_assert_eq!(next, this * 2),
            _ => prop_assert!(this > LIFE_MAX),
        }
    }

    /// A-17, I-01: whoever asks how often, no window of a rate ever holds more sends than it allows.
    #[test]
    fn no_window_holds_more_sends_than_its_rate(waits in vec(0_i64..3_000, 1..200), per_hour in 1_u32..6, more in 0_u32..6) {
        let rate = Rate { per_hour, per_day: per_hour + more };
        let (mut sends, mut now) = (Vec::<Timestamp>::new(), start());
        for wait in waits {
            now += SignedDuration::from_secs(wait);
            let full = rate.windows().into_iter().find_map(|(at_most, window)| {
                let at_most = usize::try_from(at_most).unwrap();
                full_until(sends.iter().rev().nth(at_most - 1).copied(), window, now)
            });
            match full {
                None => sends.push(now),
                Some(until) => prop_assert!(now < until),
            }
            for (at_most, window) in rate.windows() {
                let held = sends.iter().filter(|at| now.duration_since(**at) < window).count();
                prop_assert!(held <= usize::try_from(at_most).unwrap());
            }
        }
    }
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

/// Valid numbers of countries with long, short and variable plans, by drawing digits after a real beginning.
fn phones() -> impl Strategy<Value = Phone> {
    let beginning = prop_oneof![
        Just(("+1416555", 4..=4)),
        Just(("+447911", 6..=6)),
        Just(("+491512", 7..=7)),
        Just(("+336", 8..=8)),
        Just(("+3906", 6..=8)),
        Just(("+6834", 3..=3)),
        Just(("+29040", 3..=3)),
        Just(("+5068", 7..=7)),
    ];
    beginning.prop_flat_map(|(begin, len)| vec(0_u8..10, len).prop_map(move |digits| (begin, digits))).prop_filter_map(
        "valid by the numbering plan",
        |(begin, digits)| {
            let digits: String = digits.iter().map(ToString::to_string).collect();
            Phone::parse(&format!("{begin}{digits}"), None).ok()
        },
    )
}
