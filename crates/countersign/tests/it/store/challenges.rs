//! Challenges: the tries, the one use, and the one live challenge of an account and purpose.

use countersign::store::Store;
use countersign::store::challenges::ChallengeRow;
use countersign_core::challenge::Purpose;
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::id::{ChallengeId, LoginId};

use crate::store::rows::{account, at, at_minute, challenge, challenge_row, uuid};
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    a_challenge_comes_back_as_it_was_written,
    a01_of_two_hundred_parallel_tries_five_are_reserved,
    of_a_hundred_parallel_uses_one_succeeds,
    nothing_is_tried_or_used_after_the_end_or_the_expiry,
    an_account_has_one_live_challenge_for_a_purpose,
    a_send_is_counted_and_its_destination_remembered,
    a_challenge_is_attached_to_another_login,
}

async fn a_challenge_comes_back_as_it_was_written(store: &Store) {
    let account = account(store, 1).await;
    let id = challenge(store, 1, account).await;
    assert_eq!(store.challenge(id).await.unwrap(), Some(challenge_row(1, account)));
    assert_eq!(write!(store, |tx| tx.challenge(id)), Some(challenge_row(1, account)));
    assert_eq!(store.challenge(ChallengeId(uuid(2))).await.unwrap(), None);
}

async fn a01_of_two_hundred_parallel_tries_five_are_reserved(store: &Store) {
    let account = account(store, 1).await;
    let id = challenge(store, 1, account).await;
    let outcomes = in_parallel!(200, store, |tx, _number| tx.reserve_try(id, 5, at(1)));
    let mut reserved: Vec<u32> = outcomes.into_iter().flatten().collect();
    reserved.sort_unstable();
    assert_eq!(reserved, [1, 2, 3, 4, 5]);
    assert_eq!(store.challenge(id).await.unwrap().unwrap().tries, 5);
}

async fn of_a_hundred_parallel_uses_one_succeeds(store: &Store) {
    let account = account(store, 1).await;
    let id = challenge(store, 1, account).await;
    let outcomes = in_parallel!(100, store, |tx, _number| tx.consume_challenge(id, at(1)));
    assert_eq!(outcomes.into_iter().filter(|consumed| *consumed).count(), 1);
    let row = store.challenge(id).await.unwrap().unwrap();
    assert_eq!((row.ended_at, row.end_reason.as_deref()), (Some(at(1)), Some("used")));
}

async fn nothing_is_tried_or_used_after_the_end_or_the_expiry(store: &Store) {
    let account = account(store, 1).await;
    let id = challenge(store, 1, account).await;
    let last = at_minute(10) - jiff::SignedDuration::from_micros(1);
    assert_eq!(write!(store, |tx| tx.reserve_try(id, 5, last)), Some(1));
    assert_eq!(write!(store, |tx| tx.reserve_try(id, 5, at_minute(10))), None);
    assert!(!write!(store, |tx| tx.consume_challenge(id, at_minute(10))));
    write!(store, |tx| tx.end_challenge(id, "tries", at(5)));
    write!(store, |tx| tx.end_challenge(id, "later", at(6)));
    assert_eq!(write!(store, |tx| tx.reserve_try(id, 5, at(7))), None);
    assert!(!write!(store, |tx| tx.consume_challenge(id, at(7))));
    let row = store.challenge(id).await.unwrap().unwrap();
    assert_eq!((row.tries, row.ended_at, row.end_reason.as_deref()), (1, Some(at(5)), Some("tries")));
}

async fn an_account_has_one_live_challenge_for_a_purpose(store: &Store) {
    let (one, two) = (account(store, 1).await, account(store, 2).await);
    let id = challenge(store, 1, one).await;
    challenge(store, 2, two).await;
    let other_purpose = ChallengeRow { purpose: Purpose::Test, ..challenge_row(3, one) };
    write!(store, |tx| tx.insert_challenge(&other_purpose));

    let second = challenge_row(4, one);
    let refused = {
        let second = second.clone();
        store.write(move |tx| Box::pin(async move { tx.insert_challenge(&second).await })).await
    };
    assert!(refused.is_err());
    assert_eq!(write!(store, |tx| tx.live_challenge(one, Purpose::Login, at(1))).unwrap().id, id);
    // An expired one is not live, but still has to be ended before another begins.
    assert_eq!(write!(store, |tx| tx.live_challenge(one, Purpose::Login, at_minute(10))), None);
    assert_eq!(write!(store, |tx| tx.end_live_challenges(one, Purpose::Login, "replaced", at_minute(11))), 1);
    write!(store, |tx| tx.insert_challenge(&second));
    let replaced = store.challenge(id).await.unwrap().unwrap();
    assert_eq!((replaced.ended_at, replaced.end_reason.as_deref()), (Some(at_minute(11)), Some("replaced")));
    assert_eq!(store.challenge(ChallengeId(uuid(2))).await.unwrap().unwrap().ended_at, None);
}

async fn a_send_is_counted_and_its_destination_remembered(store: &Store) {
    let account = account(store, 1).await;
    let id = challenge(store, 1, account).await;
    let mail = Destination::Email("ana@example.com".parse().unwrap());
    write!(store, |tx| tx.record_send(id, &mail, at(3)));
    let expected = ChallengeRow {
        sends: 1,
        last_sent_at: Some(at(3)),
        channel: Channel::Email,
        destination: "ana@example.com".to_owned(),
        ..challenge_row(1, account)
    };
    assert_eq!(store.challenge(id).await.unwrap(), Some(expected));
}

async fn a_challenge_is_attached_to_another_login(store: &Store) {
    let account = account(store, 1).await;
    let id = challenge(store, 1, account).await;
    write!(store, |tx| tx.attach_challenge(id, LoginId(uuid(77))));
    assert_eq!(store.challenge(id).await.unwrap().unwrap().login, Some(LoginId(uuid(77))));
}
