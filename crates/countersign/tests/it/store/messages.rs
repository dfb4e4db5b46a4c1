//! The outbox.

use std::collections::BTreeSet;

use countersign::store::Store;
use countersign::store::messages::{MessageRow, MessageState, Retry, Says};
use countersign_core::challenge::Purpose;
use countersign_core::channel::Channel;
use countersign_core::id::{AccountId, MessageId};

use crate::store::rows::{account, at, at_minute, challenge, message, phone, uuid};
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    a_message_comes_back_as_it_was_queued,
    parallel_couriers_never_take_the_same_message,
    a_lease_that_runs_out_is_given_again,
    a_message_whose_code_is_no_longer_good_is_never_taken,
    a_sent_message_is_finished_for_good,
    a_retry_waits_and_remembers_who_refused,
    stale_messages_are_dropped_but_not_those_being_sent,
    the_messages_of_a_challenge_are_dropped_with_it,
    messages_are_listed_newest_first_and_by_provider,
    the_next_due_time_counts_queue_and_leases,
}

async fn a_message_comes_back_as_it_was_queued(store: &Store) {
    let account = account(store, 1).await;
    let challenge = challenge(store, 1, account).await;
    let id = message(store, 1, Some(challenge)).await;
    let expected = MessageRow {
        id,
        challenge: Some(challenge),
        account: Some(AccountId(uuid(1))),
        channel: Channel::Sms,
        destination: phone().as_str().to_owned(),
        says: Says::Code(Purpose::Login),
        number: 1,
        language: "en".to_owned(),
        site: "Example".to_owned(),
        state: MessageState::Queued,
        attempts: 0,
        next_at: at(0),
        lease_until: None,
        provider: None,
        provider_id: None,
        refused_by: Vec::new(),
        outcome: None,
        detail: None,
        created_at: at(0),
        expires_at: at_minute(10),
        finished_at: None,
        delivery: None,
        delivery_at: None,
        delivery_reason: None,
        delivery_detail: None,
        price: None,
    };
    assert_eq!(store.message(id).await.unwrap(), Some(expected));
    assert_eq!(store.message(MessageId(uuid(2))).await.unwrap(), None);
}

async fn parallel_couriers_never_take_the_same_message(store: &Store) {
    for number in 0..40 {
        message(store, number, None).await;
    }
    let leases = in_parallel!(20, store, |tx, _number| tx.lease_messages(at(0), at(30), 3));
    let taken: Vec<_> = leases.iter().flatten().map(|message| message.id).collect();
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), taken.len());
    assert!(leases.iter().all(|lease| lease.len() <= 3));
    assert!(leases.iter().flatten().all(|message| message.attempts == 1 && message.state == MessageState::Leased));
    // One that another courier was looking at may have been skipped; it is still there.
    let rest = write!(store, |tx| tx.lease_messages(at(0), at(30), 100));
    assert_eq!(taken.len() + rest.len(), 40);
}

async fn a_lease_that_runs_out_is_given_again(store: &Store) {
    let id = message(store, 1, None).await;
    assert_eq!(write!(store, |tx| tx.lease_messages(at(0), at(30), 9)).len(), 1);
    assert_eq!(write!(store, |tx| tx.lease_messages(at(29), at(60), 9)).len(), 0);
    let again = write!(store, |tx| tx.lease_messages(at(30), at(60), 9));
    assert_eq!(
        again.iter().map(|row| (row.id, row.attempts, row.lease_until)).collect::<Vec<_>>(),
        [(id, 2, Some(at(60)))]
    );
}

async fn a_message_whose_code_is_no_longer_good_is_never_taken(store: &Store) {
    let account = account(store, 1).await;
    let challenge = challenge(store, 1, account).await;
    message(store, 1, Some(challenge)).await;
    message(store, 2, None).await;
    assert_eq!(write!(store, |tx| tx.lease_messages(at_minute(10), at_minute(11), 9)), []);
    write!(store, |tx| tx.end_challenge(challenge, "replaced", at(1)));
    let taken = write!(store, |tx| tx.lease_messages(at(2), at(30), 9));
    assert_eq!(taken.iter().map(|row| row.id).collect::<Vec<_>>(), [MessageId(uuid(2))]);
}

async fn a_sent_message_is_finished_for_good(store: &Store) {
    let id = message(store, 1, None).await;
    write!(store, |tx| tx.lease_messages(at(0), at(30), 9));
    write!(store, |tx| tx.message_sent(id, "clicksend", Some("ABC-1"), None, at(5)));
    // Somebody whose lease ran out comes late.
    write!(store, |tx| tx.message_finished(id, MessageState::Failed, "timeout", None, at(6)));
    write!(store, |tx| tx.message_sent(id, "textmagic", Some("2"), None, at(7)));
    let row = store.message(id).await.unwrap().unwrap();
    assert_eq!((row.state, row.finished_at, row.lease_until), (MessageState::Sent, Some(at(5)), None));
    assert_eq!((row.provider.as_deref(), row.provider_id.as_deref()), (Some("clicksend"), Some("ABC-1")));
    assert_eq!(write!(store, |tx| tx.lease_messages(at(60), at(90), 9)), []);
}

async fn a_retry_waits_and_remembers_who_refused(store: &Store) {
    let id = message(store, 1, None).await;
    write!(store, |tx| tx.lease_messages(at(0), at(30), 9));
    let refused_by = vec!["clicksend".to_owned()];
    write!(store, |tx| async move {
        let retry = Retry { next_at: at(20), refused_by: &refused_by, outcome: "refused", detail: Some("No credit.") };
        tx.message_retry(id, &retry).await
    });
    assert_eq!(write!(store, |tx| tx.lease_messages(at(19), at(50), 9)), []);
    let taken = write!(store, |tx| tx.lease_messages(at(20), at(50), 9)).pop().unwrap();
    assert_eq!((taken.attempts, taken.refused_by), (2, vec!["clicksend".to_owned()]));
    assert_eq!((taken.outcome.as_deref(), taken.detail.as_deref()), (Some("refused"), Some("No credit.")));
}

async fn stale_messages_are_dropped_but_not_those_being_sent(store: &Store) {
    let account = account(store, 1).await;
    let challenge = challenge(store, 1, account).await;
    let being_sent = message(store, 1, Some(challenge)).await;
    write!(store, |tx| tx.lease_messages(at(0), at(30), 9));
    let of_challenge = message(store, 2, Some(challenge)).await;
    let without = message(store, 3, None).await;
    assert_eq!(write!(store, |tx| tx.drop_stale_messages(at(1))), 0);
    write!(store, |tx| tx.end_challenge(challenge, "used", at(2)));
    assert_eq!(write!(store, |tx| tx.drop_stale_messages(at(3))), 1);
    let state = async |id| store.message(id).await.unwrap().unwrap().state;
    assert_eq!(state(of_challenge).await, MessageState::Dropped);
    assert_eq!(state(being_sent).await, MessageState::Leased);
    assert_eq!(state(without).await, MessageState::Queued);
    // The courier is gone, and so is the time of the other one.
    assert_eq!(write!(store, |tx| tx.drop_stale_messages(at_minute(10))), 2);
    assert_eq!(state(being_sent).await, MessageState::Dropped);
    assert_eq!(state(without).await, MessageState::Dropped);
}

async fn the_messages_of_a_challenge_are_dropped_with_it(store: &Store) {
    let account = account(store, 1).await;
    let challenge = challenge(store, 1, account).await;
    let dropped = message(store, 1, Some(challenge)).await;
    let kept = message(store, 2, None).await;
    assert_eq!(write!(store, |tx| tx.drop_messages_of(challenge, at(4))), 1);
    let row = store.message(dropped).await.unwrap().unwrap();
    assert_eq!((row.state, row.finished_at), (MessageState::Dropped, Some(at(4))));
    assert_eq!(store.message(kept).await.unwrap().unwrap().state, MessageState::Queued);
}

async fn messages_are_listed_newest_first_and_by_provider(store: &Store) {
    for number in 1..=3 {
        message(store, number, None).await;
    }
    write!(store, |tx| tx.message_sent(MessageId(uuid(2)), "sandbox", None, Some("Shown in the inbox."), at(1)));
    let list = async |limit, provider: Option<&str>| {
        let rows = store.messages(limit, provider).await.unwrap();
        rows.iter().map(|row| row.id.0.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(list(2, None).await, [3, 2]);
    assert_eq!(list(9, Some("sandbox")).await, [2]);
}

async fn the_next_due_time_counts_queue_and_leases(store: &Store) {
    assert_eq!(store.next_message_due().await.unwrap(), None);
    message(store, 1, None).await;
    assert_eq!(store.next_message_due().await.unwrap(), Some(at(0)));
    write!(store, |tx| tx.lease_messages(at(0), at(30), 9));
    assert_eq!(store.next_message_due().await.unwrap(), Some(at(30)));
    write!(store, |tx| tx.message_finished(MessageId(uuid(1)), MessageState::Failed, "refused", None, at(6)));
    assert_eq!(store.next_message_due().await.unwrap(), None);
}
