//! What a directory is told of wrong passwords agrees with the rule.

use countersign::store::Store;
use countersign::store::shields::Shielded;
use countersign_core::shield::{Entry, Seen, ShieldRules, Tally, reserve};
use jiff::SignedDuration;

use crate::store::lockouts::Random;
use crate::store::rows::at;
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    every_forward_is_the_one_that_the_rule_gives,
    parallel_forwards_stop_at_the_budget,
    a_person_is_the_same_in_every_realm_and_another_in_another_directory,
    what_did_not_count_is_given_back_and_a_right_password_clears_what_was_answered,
}

const RULES: ShieldRules = ShieldRules { threshold: Some(5), left: 2, window: SignedDuration::from_mins(30) };

fn whom(external_id: &str) -> Shielded {
    Shielded { source: "corp".to_owned(), external_id: external_id.to_owned() }
}

async fn every_forward_is_the_one_that_the_rule_gives(store: &Store) {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for sequence in 0..12_u64 {
        let rules = ShieldRules {
            threshold: u32::try_from(random.below(8)).ok().filter(|threshold| *threshold > 0),
            left: u32::try_from(random.below(3)).unwrap(),
            window: SignedDuration::from_secs(30 + random.below(90).cast_signed()),
        };
        let whom = whom(&sequence.to_string());
        let (mut entry, mut seconds) = (None::<Entry>, 0);
        for _ in 0..25 {
            seconds += random.below(40).cast_signed();
            let answered = entry.map_or(0, |entry| entry.tally.answered.min(u32::try_from(random.below(3)).unwrap()));
            let counted = u32::try_from(random.below(6)).ok().filter(|count| *count < 4);
            let seen = Seen { counted, answered };
            let expected = reserve(entry, seen, &rules, at(seconds));
            let name = whom.clone();
            let stored = write!(store, |tx| tx.reserve_forward(&name, seen, &rules, at(seconds)));
            assert_eq!(stored, expected, "sequence {sequence}, second {seconds}, {seen:?}, {rules:?}, {entry:?}");
            entry = expected.or(entry);
            if expected.is_some() && random.below(3) > 0 {
                let name = whom.clone();
                write!(store, |tx| tx.forward_was_wrong(&name, at(seconds)));
                entry = entry
                    .map(|entry| Entry { tally: Tally { answered: entry.tally.answered + 1, ..entry.tally }, ..entry });
            }
            assert_eq!(store.shield(&whom).await.unwrap(), entry);
        }
    }
}

async fn parallel_forwards_stop_at_the_budget(store: &Store) {
    let outcomes =
        in_parallel!(200, store, |tx, _number| tx.reserve_forward(&whom("1"), Seen::default(), &RULES, at(0)));
    assert_eq!(outcomes.iter().flatten().count(), 3);
}

async fn a_person_is_the_same_in_every_realm_and_another_in_another_directory(store: &Store) {
    for _ in 0..3 {
        assert!(write!(store, |tx| tx.reserve_forward(&whom("1"), Seen::default(), &RULES, at(0))).is_some());
    }
    assert!(write!(store, |tx| tx.reserve_forward(&whom("1"), Seen::default(), &RULES, at(0))).is_none());
    let elsewhere = Shielded { source: "partners".to_owned(), ..whom("1") };
    assert!(write!(store, |tx| tx.reserve_forward(&elsewhere, Seen::default(), &RULES, at(0))).is_some());
}

async fn what_did_not_count_is_given_back_and_a_right_password_clears_what_was_answered(store: &Store) {
    let tally = async || store.shield(&whom("1")).await.unwrap().map(|entry| entry.tally);
    for _ in 0..2 {
        write!(store, |tx| tx.reserve_forward(&whom("1"), Seen::default(), &RULES, at(0)));
        write!(store, |tx| tx.forward_was_wrong(&whom("1"), at(0)));
    }
    write!(store, |tx| tx.reserve_forward(&whom("1"), Seen::default(), &RULES, at(0)));
    assert_eq!(tally().await, Some(Tally { forwarded: 3, answered: 2 }));
    write!(store, |tx| tx.forward_did_not_count(&whom("1")));
    assert_eq!(tally().await, Some(Tally { forwarded: 2, answered: 2 }));
    // Only what is under way can be given back.
    write!(store, |tx| tx.forward_did_not_count(&whom("1")));
    assert_eq!(tally().await, Some(Tally { forwarded: 2, answered: 2 }));
    write!(store, |tx| tx.reserve_forward(&whom("1"), Seen { answered: 2, counted: Some(2) }, &RULES, at(0)));
    write!(store, |tx| tx.forward_was_right(&whom("1")));
    assert_eq!(tally().await, Some(Tally { forwarded: 0, answered: 0 }));
}
