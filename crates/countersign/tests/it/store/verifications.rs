//! Whose code a challenge has, and the verification that a provider holds for it.

use countersign::store::Store;
use countersign::store::challenges::OURS;

use crate::store::rows::{account, at, at_minute, challenge};
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases![
    one_maker_claims_a_challenge,
    of_many_makers_one_gets_the_challenge,
    a_claim_falls_when_nothing_was_sent,
    what_is_over_is_claimed_by_nobody,
    a_verification_is_closed_once_and_only_when_its_challenge_is_over,
];

async fn one_maker_claims_a_challenge(store: &Store) {
    let account = account(store, 1).await;
    let id = challenge(store, 1, account).await;
    assert_eq!(store.challenge(id).await.unwrap().unwrap().code_by, None);
    assert!(write!(store, |tx| tx.claim_code(id, OURS, at(1))));
    assert!(write!(store, |tx| tx.claim_code(id, OURS, at(2))), "again, for another message with the same code");
    assert!(!write!(store, |tx| tx.claim_code(id, "twilio-verify", at(3))));
    assert_eq!(store.challenge(id).await.unwrap().unwrap().code_by.as_deref(), Some(OURS));
}

async fn of_many_makers_one_gets_the_challenge(store: &Store) {
    let account = account(store, 1).await;
    let id = challenge(store, 1, account).await;
    let claims = in_parallel!(20_u32, store, |tx, number| {
        tx.claim_code(id, if number % 2 == 0 { OURS } else { "twilio-verify" }, at(1))
    });
    assert_eq!(claims.into_iter().filter(|claimed| *claimed).count(), 10);
}

async fn a_claim_falls_when_nothing_was_sent(store: &Store) {
    let account = account(store, 1).await;
    let id = challenge(store, 1, account).await;
    write!(store, |tx| tx.claim_code(id, OURS, at(1)));
    write!(store, |tx| tx.claim_code(id, OURS, at(2)));
    // One of two hand-overs sent nothing; the other may have.
    write!(store, |tx| tx.unclaim_code(id, OURS));
    assert!(!write!(store, |tx| tx.claim_code(id, "twilio-verify", at(3))));
    write!(store, |tx| tx.unclaim_code(id, "twilio-verify"));
    assert!(!write!(store, |tx| tx.claim_code(id, "twilio-verify", at(3))), "it had none to give up");
    write!(store, |tx| tx.unclaim_code(id, OURS));
    assert!(write!(store, |tx| tx.claim_code(id, "twilio-verify", at(4))));
}

async fn what_is_over_is_claimed_by_nobody(store: &Store) {
    let account = account(store, 1).await;
    let id = challenge(store, 1, account).await;
    assert!(!write!(store, |tx| tx.claim_code(id, OURS, at_minute(10))));
    write!(store, |tx| tx.consume_challenge(id, at(1)));
    assert!(!write!(store, |tx| tx.claim_code(id, OURS, at(2))));
}

async fn a_verification_is_closed_once_and_only_when_its_challenge_is_over(store: &Store) {
    let (one, two) = (account(store, 1).await, account(store, 2).await);
    let (first, second) = (challenge(store, 1, one).await, challenge(store, 2, two).await);
    write!(store, |tx| tx.verification_begun(first, "twilio-verify", "VE1"));
    assert_eq!(store.open_verifications(None, at(1), 10).await.unwrap(), []);
    write!(store, |tx| tx.consume_challenge(first, at(1)));
    let open = store.open_verifications(None, at(2), 10).await.unwrap();
    assert_eq!(open.iter().map(|row| row.verification.as_deref()).collect::<Vec<_>>(), [Some("VE1")]);
    assert_eq!(store.open_verifications(Some(two), at(2), 10).await.unwrap(), []);
    // One that nobody used is over by time, and one without a verification is nobody's business.
    write!(store, |tx| tx.verification_begun(second, "twilio-verify", "VE2"));
    assert_eq!(store.open_verifications(Some(two), at_minute(10), 10).await.unwrap().len(), 1);
    let closed = in_parallel!(5_u32, store, |tx, _number| tx.close_verification(first, at(3)));
    assert_eq!(closed.into_iter().filter(|closed| *closed).count(), 1);
    assert_eq!(store.open_verifications(Some(one), at(4), 10).await.unwrap(), []);
}
