//! Counters and send limits, by example: the figures of the two products.

#![expect(clippy::unwrap_used, reason = "tests")]

use countersign_core::contact::{Destination, Phone};
use countersign_core::facts::Network;
use countersign_core::id::AccountId;
use countersign_core::lockout::{Bucket, LockoutRules, Reservation, code_factor_open, reserve};
use countersign_core::throttle::{Scope, SendLimits, full_until};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

fn start() -> Timestamp {
    "2026-07-01T12:00:00Z".parse().unwrap()
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// Web+Center: five failures, then half an hour. The fifth is still compared, and may be the right one.
#[test]
fn five_failures_pause_a_bucket_for_half_an_hour() {
    let rules = LockoutRules::default();
    let mut bucket = Bucket::default();
    for failure in 1..=5 {
        let Reservation::Reserved(next) = reserve(bucket, &rules, start()) else { unreachable!("paused at {failure}") };
        bucket = next;
    }
    let end = start() + minutes(30);
    assert_eq!(bucket, Bucket { failures: 5, paused_until: Some(end) });
    assert_eq!(reserve(bucket, &rules, start()), Reservation::Paused(end));
    assert_eq!(reserve(bucket, &rules, end - SignedDuration::from_nanos(1)), Reservation::Paused(end));
    // Failures during the pause do not lengthen it, and after it the count begins anew.
    assert_eq!(reserve(bucket, &rules, end), Reservation::Reserved(Bucket { failures: 1, paused_until: None }));
    // A right password clears the bucket.
    let cleared = Reservation::Reserved(Bucket { failures: 1, paused_until: None });
    assert_eq!(reserve(Bucket::default(), &rules, start()), cleared);
}

/// the twentieth wrong code is compared, the twenty-first is not.
#[test]
fn a06_the_code_factor_closes_after_twenty_wrong_codes() {
    let rules = LockoutRules::default();
    assert!(code_factor_open(0, &rules) && code_factor_open(19, &rules));
    assert!(!code_factor_open(20, &rules) && !code_factor_open(u32::MAX, &rules));
}

#[test]
fn a_send_must_fit_under_every_limit_it_touches() {
    let limits = SendLimits::default();
    let account = AccountId(Uuid::from_u128(1));
    let network = Network::of("2001:db8::1".parse().unwrap());
    let quotas = |to: &Destination| -> Vec<(Scope, String, u32, u32)> {
        let quotas = limits.quotas(account, to, network).into_iter();
        quotas.map(|quota| (quota.scope, quota.subject, quota.rate.per_hour, quota.rate.per_day)).collect()
    };
    let common = |address: &str| {
        vec![
            (Scope::Account, account.to_string(), 5, 10),
            (Scope::Destination, address.to_owned(), 5, 10),
            (Scope::Instance, "all".to_owned(), 1_000, 5_000),
            (Scope::Network, "2001:db8::/64".to_owned(), 60, 300),
        ]
    };
    let phone = Phone::parse("+14165550123", None).unwrap();
    let ranged = [common("+14165550123"), vec![(Scope::NumberRange, "+14165550".to_owned(), 10, 30)]].concat();
    assert_eq!(quotas(&Destination::Email("ana@example.com".parse().unwrap())), common("ana@example.com"));
    assert_eq!(quotas(&Destination::Sms(phone.clone())), ranged);
    // A call and a text to one number share their limits.
    assert_eq!(quotas(&Destination::Voice(phone)), ranged);
    // Always in one order, or two sends at once could wait for each other.
    assert!(ranged.iter().map(|quota| quota.0).is_sorted());
}

#[test]
fn the_cooldown_is_30_60_120_seconds() {
    let waits = [0, 1, 2, 3, 4].map(|sent| SendLimits::default().cooldown_after(sent).as_secs());
    assert_eq!(waits, [0, 30, 60, 120, 240]);
}

#[test]
fn a_window_is_full_until_its_oldest_send_leaves_it() {
    let hour = minutes(60);
    assert_eq!(full_until(None, hour, start()), None);
    assert_eq!(full_until(Some(start() - minutes(59)), hour, start()), Some(start() + minutes(1)));
    assert_eq!(full_until(Some(start() - hour), hour, start()), None);
    assert_eq!(full_until(Some(Timestamp::MAX), hour, start()), Some(Timestamp::MAX));
}
