//! Attempts in progress.

use countersign::store::Store;
use countersign::store::logins::{LoginRow, Stage};
use countersign_core::id::ChallengeId;

use crate::store::rows::{account, at, at_minute, login, login_row, token, uuid};
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    a_login_comes_back_as_it_was_written,
    a_login_moves_on_until_it_has_ended,
    the_code_page_is_given_once_for_each_offer,
    every_login_of_an_account_ends_together,
}

async fn a_login_comes_back_as_it_was_written(store: &Store) {
    let account = account(store, 1).await;
    login(store, 1, account).await;
    let expected = login_row(1, account);
    assert_eq!(store.login_by_token(&token(1)).await.unwrap(), Some(expected.clone()));
    let hash = token(1);
    assert_eq!(write!(store, |tx| tx.login_by_token(&hash)), Some(expected));
    assert_eq!(store.login_by_token(&token(2)).await.unwrap(), None);
}

async fn a_login_moves_on_until_it_has_ended(store: &Store) {
    let account = account(store, 1).await;
    let id = login(store, 1, account).await;
    let challenge = Some(ChallengeId(uuid(5)));
    assert!(write!(store, |tx| tx.update_login(id, Stage::Entering, challenge, at_minute(12))));
    let expected = LoginRow { stage: Stage::Entering, challenge, expires_at: at_minute(12), ..login_row(1, account) };
    assert_eq!(store.login_by_token(&token(1)).await.unwrap(), Some(expected.clone()));
    write!(store, |tx| tx.end_login(id, at(9)));
    write!(store, |tx| tx.end_login(id, at(10)));
    assert!(!write!(store, |tx| tx.update_login(id, Stage::Choosing, None, at_minute(20))));
    let ended = LoginRow { stage: Stage::Ended, ended_at: Some(at(9)), ..expected };
    assert_eq!(store.login_by_token(&token(1)).await.unwrap(), Some(ended));
}

async fn the_code_page_is_given_once_for_each_offer(store: &Store) {
    let account = account(store, 1).await;
    let id = login(store, 1, account).await;
    assert_eq!(write!(store, |tx| tx.take_page(id)), None);
    write!(store, |tx| tx.offer_page(id, Some("That code is wrong.")));
    let taken = in_parallel!(20, store, |tx, _number| tx.take_page(id));
    let given: Vec<_> = taken.into_iter().flatten().collect();
    assert_eq!(given, [Some("That code is wrong.".to_owned())]);
    write!(store, |tx| tx.offer_page(id, None));
    assert_eq!(write!(store, |tx| tx.take_page(id)), Some(None));
    write!(store, |tx| tx.offer_page(id, None));
    write!(store, |tx| tx.end_login(id, at(9)));
    assert_eq!(write!(store, |tx| tx.take_page(id)), None);
}

async fn every_login_of_an_account_ends_together(store: &Store) {
    let (one, two) = (account(store, 1).await, account(store, 2).await);
    for (number, account) in [(1, one), (2, one), (3, two)] {
        login(store, number, account).await;
    }
    assert_eq!(write!(store, |tx| tx.end_logins(one, at(9))), 2);
    assert_eq!(store.login_by_token(&token(3)).await.unwrap().unwrap().ended_at, None);
}
