//! The send ledger.

use countersign::store::Store;
use countersign::store::sends::SendVerdict;
use countersign_core::throttle::{Quota, Rate, Scope};

use crate::store::rows::{at, at_minute};
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    i05_parallel_sends_never_exceed_a_limit,
    a_full_hour_opens_when_its_oldest_send_leaves,
    a_full_day_refuses_longer_than_a_full_hour,
    a_refused_send_counts_under_no_quota,
    subjects_and_scopes_are_counted_apart,
    a_limit_of_none_refuses_always,
}

fn quota(scope: Scope, subject: &str, per_hour: u32, per_day: u32) -> Quota {
    Quota { scope, subject: subject.to_owned(), rate: Rate { per_hour, per_day } }
}

async fn reserve(store: &Store, quotas: &[Quota], minute: i64) -> SendVerdict {
    let quotas = quotas.to_vec();
    write!(store, |tx| tx.reserve_sends(&quotas, at_minute(minute)))
}

async fn i05_parallel_sends_never_exceed_a_limit(store: &Store) {
    let outcomes = in_parallel!(60, store, |tx, number| {
        // Two accounts, one instance: the quotas overlap in one of two.
        let account = (number % 2).to_string();
        let quotas = [quota(Scope::Account, &account, 5, 10), quota(Scope::Instance, "all", 8, 100)];
        async move { tx.reserve_sends(&quotas, at(0)).await }
    });
    assert_eq!(outcomes.into_iter().filter(|verdict| *verdict == SendVerdict::Allowed).count(), 8);
}

async fn a_full_hour_opens_when_its_oldest_send_leaves(store: &Store) {
    let quotas = [quota(Scope::Account, "1", 2, 10)];
    for minute in [0, 20] {
        assert_eq!(reserve(store, &quotas, minute).await, SendVerdict::Allowed);
    }
    let full = SendVerdict::Refused { scope: Scope::Account, until: at_minute(60) };
    assert_eq!(reserve(store, &quotas, 59).await, full);
    assert_eq!(reserve(store, &quotas, 60).await, SendVerdict::Allowed);
    let full = SendVerdict::Refused { scope: Scope::Account, until: at_minute(80) };
    assert_eq!(reserve(store, &quotas, 61).await, full);
}

async fn a_full_day_refuses_longer_than_a_full_hour(store: &Store) {
    let quotas = [quota(Scope::Account, "1", 1, 9), quota(Scope::Destination, "+1", 9, 1)];
    assert_eq!(reserve(store, &quotas, 0).await, SendVerdict::Allowed);
    let full = SendVerdict::Refused { scope: Scope::Destination, until: at_minute(24 * 60) };
    assert_eq!(reserve(store, &quotas, 1).await, full);
}

async fn a_refused_send_counts_under_no_quota(store: &Store) {
    let account = quota(Scope::Account, "1", 5, 10);
    let instance = quota(Scope::Instance, "all", 1, 10);
    assert_eq!(reserve(store, std::slice::from_ref(&instance), 0).await, SendVerdict::Allowed);
    for _ in 0..9 {
        let verdict = reserve(store, &[account.clone(), instance.clone()], 1).await;
        assert!(matches!(verdict, SendVerdict::Refused { scope: Scope::Instance, .. }));
    }
    assert_eq!(reserve(store, &[account], 1).await, SendVerdict::Allowed);
}

async fn subjects_and_scopes_are_counted_apart(store: &Store) {
    for (scope, subject) in [(Scope::Account, "1"), (Scope::Account, "2"), (Scope::Network, "1")] {
        assert_eq!(reserve(store, &[quota(scope, subject, 1, 1)], 0).await, SendVerdict::Allowed);
    }
}

async fn a_limit_of_none_refuses_always(store: &Store) {
    let verdict = reserve(store, &[quota(Scope::Account, "1", 0, 9)], 0).await;
    assert_eq!(verdict, SendVerdict::Refused { scope: Scope::Account, until: at_minute(60) });
}
