//! Links in mails.

use countersign::store::Store;
use countersign_core::id::MessageId;
use countersign_core::notice::LinkKind;

use crate::store::rows::{account, at, at_minute, link, link_row, token, uuid};
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    a_link_is_found_by_its_token_and_by_its_message,
    a_link_is_used_once_before_its_time_is_over,
    the_links_of_an_account_end_by_kind_or_all_at_once,
}

async fn a_link_is_found_by_its_token_and_by_its_message(store: &Store) {
    let account = account(store, 1).await;
    let id = link(store, 1, account).await;
    assert_eq!(store.link_by_token(&token(1)).await.unwrap(), Some(link_row(1, account)));
    assert_eq!(store.link_of(id).await.unwrap(), Some(link_row(1, account)));
    assert_eq!(store.link_by_token(&token(2)).await.unwrap(), None);
    assert_eq!(store.link_of(MessageId(uuid(2))).await.unwrap(), None);
}

async fn a_link_is_used_once_before_its_time_is_over(store: &Store) {
    let account = account(store, 1).await;
    let (one, late) = (link(store, 1, account).await, link(store, 2, account).await);
    let used = in_parallel!(20, store, |tx, _number| tx.use_link(one, at(5)));
    assert_eq!(used.into_iter().filter(|used| *used).count(), 1);
    assert_eq!(store.link_of(one).await.unwrap().unwrap().ended_at, Some(at(5)));
    assert!(!write!(store, |tx| tx.use_link(late, at_minute(60))));
}

async fn the_links_of_an_account_end_by_kind_or_all_at_once(store: &Store) {
    let (owner, other) = (account(store, 1).await, account(store, 2).await);
    let (kept, ended) = (link(store, 1, owner).await, link(store, 3, owner).await);
    let others = link(store, 2, other).await;
    write!(store, |tx| tx.use_link(ended, at(1)));
    let is_open = async |id| store.link_of(id).await.unwrap().unwrap().ended_at.is_none();
    assert_eq!(write!(store, |tx| tx.end_links(owner, Some(LinkKind::PasswordReset), "replaced", at(2))), 0);
    assert!(is_open(kept).await);
    assert_eq!(write!(store, |tx| tx.end_links(owner, Some(LinkKind::NotMe), "replaced", at(3))), 1);
    assert!(!is_open(kept).await);
    assert_eq!(write!(store, |tx| tx.end_links(other, None, "not me", at(4))), 1);
    assert!(!is_open(others).await);
}
