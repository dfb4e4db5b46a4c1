//! Completed logins.

use countersign::store::Store;

use crate::store::rows::{account, at, session, session_row, token};
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    a_session_comes_back_as_it_was_written,
    a_session_is_seen_forwards_only_and_not_after_its_end,
    a_session_ends_once,
    a_session_is_ended_by_its_token,
    every_session_of_an_account_ends_together,
}

async fn a_session_comes_back_as_it_was_written(store: &Store) {
    let account = account(store, 1).await;
    session(store, 1, account).await;
    assert_eq!(store.session_by_token(&token(1)).await.unwrap(), Some(session_row(1, account)));
    assert_eq!(store.session_by_token(&token(2)).await.unwrap(), None);
}

async fn a_session_is_seen_forwards_only_and_not_after_its_end(store: &Store) {
    let account = account(store, 1).await;
    let id = session(store, 1, account).await;
    let seen_at = async || store.session_by_token(&token(1)).await.unwrap().unwrap().seen_at;
    write!(store, |tx| tx.touch_session(id, at(90)));
    write!(store, |tx| tx.touch_session(id, at(80)));
    assert_eq!(seen_at().await, at(90));
    write!(store, |tx| tx.end_session(id, "logout", at(100)));
    write!(store, |tx| tx.touch_session(id, at(110)));
    assert_eq!(seen_at().await, at(90));
}

async fn a_session_ends_once(store: &Store) {
    let account = account(store, 1).await;
    let id = session(store, 1, account).await;
    let outcomes = in_parallel!(20, store, |tx, _number| tx.end_session(id, "logout", at(5)));
    assert_eq!(outcomes.into_iter().filter(|ended| *ended).count(), 1);
    let row = store.session_by_token(&token(1)).await.unwrap().unwrap();
    assert_eq!((row.ended_at, row.end_reason.as_deref()), (Some(at(5)), Some("logout")));
}

async fn a_session_is_ended_by_its_token(store: &Store) {
    let account = account(store, 1).await;
    session(store, 1, account).await;
    session(store, 2, account).await;
    assert!(write!(store, |tx| async move { tx.end_session_by_token(&token(1), "logout", at(5)).await }));
    assert!(!write!(store, |tx| async move { tx.end_session_by_token(&token(1), "logout", at(6)).await }));
    assert_eq!(store.session_by_token(&token(1)).await.unwrap().unwrap().ended_at, Some(at(5)));
    assert_eq!(store.session_by_token(&token(2)).await.unwrap().unwrap().ended_at, None);
}

async fn every_session_of_an_account_ends_together(store: &Store) {
    let (one, two) = (account(store, 1).await, account(store, 2).await);
    for (number, account) in [(1, one), (2, one), (3, two)] {
        session(store, number, account).await;
    }
    assert_eq!(write!(store, |tx| tx.end_sessions(one, "password changed", at(5))), 2);
    assert_eq!(write!(store, |tx| tx.end_sessions(one, "password changed", at(6))), 0);
    assert_eq!(store.session_by_token(&token(3)).await.unwrap().unwrap().ended_at, None);
}
