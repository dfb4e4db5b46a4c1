//! Trusted devices.

use countersign::store::Store;
use countersign::store::devices::DeviceRow;
use countersign_core::device::{Presented, Trust};

use crate::store::rows::{account, at, at_minute, device, device_row, token};
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    a_device_is_found_by_its_current_and_its_previous_token,
    of_parallel_rotations_one_succeeds,
    an_ended_device_is_found_by_no_token,
    the_oldest_devices_make_room,
    every_device_of_an_account_ends_together,
}

async fn a_device_is_found_by_its_current_and_its_previous_token(store: &Store) {
    let account = account(store, 1).await;
    let id = device(store, 1, account).await;
    let found = store.device_by_token(&token(1)).await.unwrap();
    assert_eq!(found, Some((device_row(1, account), Presented::Current)));

    let trust = Trust { since: at(1), until: at_minute(60 * 50) };
    assert!(write!(store, |tx| tx.rotate_device(id, &token(1), &token(11), trust, at(70))));
    let rotated = DeviceRow {
        token: token(11),
        previous: Some(token(1)),
        rotated_at: Some(at(70)),
        trust,
        seen_at: at(70),
        ..device_row(1, account)
    };
    let current = Some((rotated.clone(), Presented::Current));
    assert_eq!(store.device_by_token(&token(11)).await.unwrap(), current);
    let previous = Some((rotated, Presented::Previous { rotated_at: at(70) }));
    assert_eq!(store.device_by_token(&token(1)).await.unwrap(), previous);
    let in_write = write!(store, |tx| async move { tx.device_by_token(&token(1)).await });
    assert_eq!(in_write, previous);
    assert_eq!(store.device_by_token(&token(2)).await.unwrap(), None);
}

async fn of_parallel_rotations_one_succeeds(store: &Store) {
    let account = account(store, 1).await;
    let id = device(store, 1, account).await;
    let outcomes = in_parallel!(20, store, |tx, number| async move {
        tx.rotate_device(id, &token(1), &token(100 + number), device_row(1, account).trust, at(5)).await
    });
    assert_eq!(outcomes.into_iter().filter(|rotated| *rotated).count(), 1);
}

async fn an_ended_device_is_found_by_no_token(store: &Store) {
    let account = account(store, 1).await;
    let id = device(store, 1, account).await;
    let trust = device_row(1, account).trust;
    assert!(write!(store, |tx| async move { tx.rotate_device(id, &token(1), &token(2), trust, at(5)).await }));
    assert!(write!(store, |tx| tx.end_device(id, "reused", at(6))));
    assert!(!write!(store, |tx| tx.end_device(id, "reused", at(7))));
    for number in [1, 2] {
        assert_eq!(store.device_by_token(&token(number)).await.unwrap(), None);
    }
    assert!(!write!(store, |tx| async move { tx.rotate_device(id, &token(2), &token(3), trust, at(8)).await }));
}

async fn the_oldest_devices_make_room(store: &Store) {
    let (one, two) = (account(store, 1).await, account(store, 2).await);
    for number in 1..=4 {
        device(store, number, one).await;
    }
    device(store, 9, two).await;
    assert_eq!(write!(store, |tx| tx.end_oldest_devices(one, 2, "replaced", at(50))), 2);
    let left: Vec<_> = store.devices(one).await.unwrap().iter().map(|row| row.id.0.as_u128()).collect();
    assert_eq!(left, [4, 3]);
    assert_eq!(write!(store, |tx| tx.end_oldest_devices(one, 0, "replaced", at(51))), 2);
    assert_eq!(store.devices(two).await.unwrap().len(), 1);
}

async fn every_device_of_an_account_ends_together(store: &Store) {
    let (one, two) = (account(store, 1).await, account(store, 2).await);
    for (number, account) in [(1, one), (2, one), (3, two)] {
        device(store, number, account).await;
    }
    assert_eq!(write!(store, |tx| tx.end_devices(one, "password changed", at(5))), 2);
    assert_eq!(store.devices(one).await.unwrap(), []);
    assert_eq!(store.devices(two).await.unwrap().len(), 1);
}
