//! The password counters agree with the rule.

use countersign::store::Store;
use countersign_core::lockout::{Bucket, LockoutRules, Reservation, give_back, reserve};
use jiff::SignedDuration;

use crate::store::rows::at;
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    every_reservation_is_the_one_that_the_rule_gives,
    parallel_reservations_stop_at_the_limit,
    a_cleared_bucket_begins_anew,
}

async fn every_reservation_is_the_one_that_the_rule_gives(store: &Store) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for sequence in 0..12_u64 {
        let rules = LockoutRules {
            failures: u32::try_from(random.below(6)).unwrap(),
            pause: SignedDuration::from_secs(random.below(90).cast_signed()),
            ..LockoutRules::default()
        };
        let name = format!("account/{sequence}");
        let mut bucket = Bucket::default();
        let mut seconds = 0;
        for _ in 0..25 {
            seconds += random.below(40).cast_signed();
            let expected = reserve(bucket, &rules, at(seconds));
            let bucket_name = name.clone();
            let stored = write!(store, |tx| tx.reserve_password(&bucket_name, &rules, at(seconds)));
            assert_eq!(stored, expected, "sequence {sequence}, second {seconds}, {rules:?}");
            if let Reservation::Reserved(after) = expected {
                bucket = after;
            }
            if random.below(4) == 0 {
                let bucket_name = name.clone();
                write!(store, |tx| tx.give_back_password(&bucket_name, &rules));
                bucket = give_back(bucket, &rules);
            }
            assert_eq!(store.lockout(&name).await.unwrap(), bucket);
        }
    }
}

async fn parallel_reservations_stop_at_the_limit(store: &Store) {
    let rules = LockoutRules::default();
    let outcomes = in_parallel!(200, store, |tx, _number| tx.reserve_password("account/1", &rules, at(0)));
    let reserved = outcomes.iter().filter(|outcome| matches!(outcome, Reservation::Reserved(_))).count();
    assert_eq!(reserved, 5);
}

async fn a_cleared_bucket_begins_anew(store: &Store) {
    let rules = LockoutRules::default();
    in_parallel!(5, store, |tx, _number| tx.reserve_password("account/1", &rules, at(0)));
    write!(store, |tx| tx.clear_lockout("account/1"));
    assert_eq!(store.lockout("account/1").await.unwrap(), Bucket::default());
    let after = write!(store, |tx| tx.reserve_password("account/1", &rules, at(1)));
    assert_eq!(after, Reservation::Reserved(Bucket { failures: 1, paused_until: None }));
}

/// xorshift64 (Marsaglia 2003): the same sequences in every run.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
