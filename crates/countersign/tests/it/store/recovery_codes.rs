//! Recovery codes.

use countersign::store::Store;
use countersign_core::id::{AccountId, RecoveryCodeId};

use crate::store::rows::{account, at, uuid};
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    a_code_is_used_by_one,
    a_code_is_its_accounts_alone,
    new_codes_end_those_before,
    what_ended_long_ago_is_deleted,
}

async fn codes(store: &Store, account: AccountId, first: u8) {
    let codes: Vec<(RecoveryCodeId, [u8; 32])> =
        (first..first + 3).map(|number| (RecoveryCodeId(uuid(u32::from(number))), [number; 32])).collect();
    write!(store, |tx| tx.replace_recovery_codes(account, &codes, at(0)));
}

async fn left(store: &Store, account: AccountId) -> u32 {
    store.recovery_codes(account).await.unwrap().left
}

async fn a_code_is_used_by_one(store: &Store) {
    let account = account(store, 1).await;
    codes(store, account, 10).await;
    let used = in_parallel!(20, store, |tx, _number| async move {
        tx.lock_account(account).await?;
        tx.use_recovery_code(account, &[11; 32], at(1)).await
    });
    assert_eq!(used.into_iter().filter(|used| *used).count(), 1);
    assert_eq!(left(store, account).await, 2);
}

async fn a_code_is_its_accounts_alone(store: &Store) {
    let (one, other) = (account(store, 1).await, account(store, 2).await);
    codes(store, one, 10).await;
    assert!(!write!(store, |tx| tx.use_recovery_code(other, &[10; 32], at(1))));
    assert_eq!((left(store, one).await, left(store, other).await), (3, 0));
    assert_eq!(store.recovery_codes(other).await.unwrap().made_at, None);
    assert_eq!(store.recovery_codes(one).await.unwrap().made_at, Some(at(0)));
}

async fn new_codes_end_those_before(store: &Store) {
    let account = account(store, 1).await;
    codes(store, account, 10).await;
    codes(store, account, 20).await;
    assert_eq!(left(store, account).await, 3);
    assert!(!write!(store, |tx| tx.use_recovery_code(account, &[10; 32], at(1))));
    assert!(write!(store, |tx| tx.use_recovery_code(account, &[20; 32], at(1))));
}

async fn what_ended_long_ago_is_deleted(store: &Store) {
    let account = account(store, 1).await;
    codes(store, account, 10).await;
    write!(store, |tx| tx.use_recovery_code(account, &[10; 32], at(0)));
    let days = |days: i64| at(60 * 60 * 24 * days);
    assert_eq!(write!(store, |tx| tx.purge(days(29))), 0);
    assert_eq!(write!(store, |tx| tx.purge(days(31))), 1);
    assert_eq!(left(store, account).await, 2, "what is left does not grow old");
}
