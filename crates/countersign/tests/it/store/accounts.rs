//! Accounts, identifiers and the counters of an account.

use countersign::store::Store;
use countersign::store::accounts::{AccountFilter, LastLogin, LoginRecord};
use countersign_core::id::AccountId;
use countersign_core::realm::RealmName;
use countersign_core::role::Role;

use crate::store::rows::{account, at, browser, network, new_account, phone, uuid};
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    an_account_comes_back_as_it_was_made,
    an_account_is_found_by_any_spelling_of_its_identifier,
    a_taken_identifier_is_named_and_nothing_is_written,
    of_parallel_accounts_with_one_identifier_one_is_made,
    accounts_are_listed_by_realm_and_text_in_pages,
    a_password_is_rehashed_only_if_it_is_unchanged,
    an_account_is_disabled_and_enabled,
    parallel_wrong_codes_stop_at_the_ceiling,
    the_code_factor_is_turned_off_once_and_on_again,
    a_login_is_recorded_and_forgets_failures,
    a_locked_account_is_read_and_changed_by_one_at_a_time,
}

async fn an_account_comes_back_as_it_was_made(store: &Store) {
    let id = account(store, 7).await;
    let row = store.account(id).await.unwrap().unwrap();
    assert_eq!(row.account.id, id);
    assert_eq!(row.account.realm, RealmName::internal());
    assert_eq!(row.account.source.as_str(), "local");
    assert_eq!(row.account.role, Role::User);
    assert_eq!(row.account.display_name, "Person 7");
    assert_eq!(row.account.contacts.email.unwrap().as_str(), "person7@example.com");
    assert_eq!(row.account.contacts.phone.unwrap(), phone());
    assert!(row.account.opted_in);
    assert_eq!((row.account.disabled_at, row.account.factor_disabled_at), (None, None));
    assert_eq!(row.account.code_failures, 0);
    assert_eq!(row.account.history, countersign_core::facts::History::default());
    assert_eq!(row.identifiers, ["T-7"]);
    assert_eq!(row.password_hash.as_deref(), Some("hash 7"));
    assert_eq!((row.password_set_at, row.created_at, row.last_login), (Some(at(0)), at(0), None));
    assert!(store.account(AccountId(uuid(8))).await.unwrap().is_none());
}

async fn an_account_is_found_by_any_spelling_of_its_identifier(store: &Store) {
    let id = account(store, 7).await;
    let found = store.account_by_identifier(&RealmName::internal(), &"t-7".parse().unwrap()).await.unwrap();
    assert_eq!(found.unwrap().account.id, id);
    let elsewhere = store.account_by_identifier(&RealmName::external(), &"t-7".parse().unwrap()).await.unwrap();
    assert!(elsewhere.is_none());
}

async fn a_taken_identifier_is_named_and_nothing_is_written(store: &Store) {
    account(store, 1).await;
    let mut new = new_account(2);
    new.identifiers.push(("T-1".parse().unwrap(), "T-1".to_owned()));
    let taken = {
        let new = new.clone();
        write!(store, |tx| tx.insert_account(&new, at(0)))
    };
    assert_eq!(taken, Some("T-1".parse().unwrap()));
    assert!(store.account(new.id).await.unwrap().is_none());
    assert!(store.account_by_identifier(&new.realm, &"T-2".parse().unwrap()).await.unwrap().is_none());
    // The same name in another realm is somebody else.
    new.realm = RealmName::external();
    assert_eq!(write!(store, |tx| tx.insert_account(&new, at(0))), None);
}

async fn of_parallel_accounts_with_one_identifier_one_is_made(store: &Store) {
    let outcomes = in_parallel!(20, store, |tx, number| {
        let mut new = new_account(number);
        new.identifiers = vec![("one".parse().unwrap(), "one".to_owned())];
        async move { tx.insert_account(&new, at(0)).await }
    });
    assert_eq!(outcomes.iter().filter(|taken| taken.is_none()).count(), 1);
    assert_eq!(store.accounts(&AccountFilter::default(), None, 100).await.unwrap().len(), 1);
}

async fn accounts_are_listed_by_realm_and_text_in_pages(store: &Store) {
    for number in 1..=5 {
        account(store, number).await;
    }
    let list = async |realm: Option<RealmName>, text: Option<&str>, after: Option<u32>, limit| {
        let filter = AccountFilter { realm, text: text.map(str::to_owned) };
        let after = after.map(|number| AccountId(uuid(number)));
        let rows = store.accounts(&filter, after, limit).await.unwrap();
        rows.iter().map(|row| row.account.id.0.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(list(None, None, None, 2).await, [1, 2]);
    assert_eq!(list(None, None, Some(2), 2).await, [3, 4]);
    assert_eq!(list(Some(RealmName::internal()), None, Some(4), 9).await, [5]);
    assert_eq!(list(Some(RealmName::external()), None, None, 9).await, []);
    for text in ["person 3", "PERSON3@", "t-3"] {
        assert_eq!(list(None, Some(text), None, 9).await, [3], "{text}");
    }
    let mut new = new_account(6);
    "Élodie Œuvrard".clone_into(&mut new.display_name);
    write!(store, |tx| tx.insert_account(&new, at(0)));
    assert_eq!(list(None, Some("éLODIE œ"), None, 9).await, [6]);
    // What means something in a pattern means itself here.
    for text in ["%", "_", "!", "' or 1=1 --"] {
        assert_eq!(list(None, Some(text), None, 9).await, [], "{text}");
    }
}

async fn a_password_is_rehashed_only_if_it_is_unchanged(store: &Store) {
    let id = account(store, 1).await;
    assert!(write!(store, |tx| tx.rehash_password(id, "hash 1", "better")));
    assert!(!write!(store, |tx| tx.rehash_password(id, "hash 1", "late")));
    let row = store.account(id).await.unwrap().unwrap();
    assert_eq!((row.password_hash.as_deref(), row.password_set_at), (Some("better"), Some(at(0))));
    write!(store, |tx| tx.set_password(id, "new", at(9)));
    let row = store.account(id).await.unwrap().unwrap();
    assert_eq!((row.password_hash.as_deref(), row.password_set_at), (Some("new"), Some(at(9))));
}

async fn an_account_is_disabled_and_enabled(store: &Store) {
    let id = account(store, 1).await;
    write!(store, |tx| tx.set_disabled(id, Some(at(5))));
    assert_eq!(store.account(id).await.unwrap().unwrap().account.disabled_at, Some(at(5)));
    write!(store, |tx| tx.set_disabled(id, None));
    assert_eq!(store.account(id).await.unwrap().unwrap().account.disabled_at, None);
}

async fn parallel_wrong_codes_stop_at_the_ceiling(store: &Store) {
    let id = account(store, 1).await;
    let outcomes = in_parallel!(100, store, |tx, _number| tx.reserve_code_failure(id, 20));
    let mut reserved: Vec<u32> = outcomes.into_iter().flatten().collect();
    reserved.sort_unstable();
    assert_eq!(reserved, (1..=20).collect::<Vec<_>>());
    write!(store, |tx| tx.reset_code_failures(id));
    assert_eq!(write!(store, |tx| tx.reserve_code_failure(id, 20)), Some(1));
}

async fn the_code_factor_is_turned_off_once_and_on_again(store: &Store) {
    let id = account(store, 1).await;
    assert_eq!(write!(store, |tx| tx.reserve_code_failure(id, 20)), Some(1));
    assert!(write!(store, |tx| tx.disable_factor(id, at(1))));
    assert!(!write!(store, |tx| tx.disable_factor(id, at(2))));
    assert_eq!(store.account(id).await.unwrap().unwrap().account.factor_disabled_at, Some(at(1)));
    assert_eq!(write!(store, |tx| tx.reserve_code_failure(id, 20)), None);
    // Forgetting the wrong codes alone does not turn the factor on.
    write!(store, |tx| tx.reset_code_failures(id));
    assert_eq!(write!(store, |tx| tx.reserve_code_failure(id, 20)), None);
    write!(store, |tx| tx.enable_factor(id));
    assert_eq!(write!(store, |tx| tx.reserve_code_failure(id, 20)), Some(1));
}

async fn a_login_is_recorded_and_forgets_failures(store: &Store) {
    let id = account(store, 1).await;
    in_parallel!(10, store, |tx, _number| tx.count_failed_login(id));
    assert_eq!(store.account(id).await.unwrap().unwrap().account.history.failures, 10);
    let networks = vec![network("192.0.2.1"), network("2001:db8::1")];
    let mut record = LoginRecord {
        now: at(5),
        ip: "192.0.2.1".to_owned(),
        browser: browser(),
        language: "fr".to_owned(),
        networks: networks.clone(),
        second_factor_at: Some(at(4)),
    };
    let first = record.clone();
    write!(store, |tx| tx.record_login(id, &first));
    record.now = at(6);
    record.second_factor_at = None;
    write!(store, |tx| tx.record_login(id, &record));
    let row = store.account(id).await.unwrap().unwrap();
    let history = row.account.history;
    assert_eq!((history.failures, history.second_factor_at), (0, Some(at(4))));
    assert_eq!((history.networks, history.browser), (networks, Some(browser())));
    assert_eq!(row.language.as_deref(), Some("fr"));
    assert_eq!(row.last_login, Some(LastLogin { at: at(6), ip: "192.0.2.1".to_owned(), browser: browser() }));
}

async fn a_locked_account_is_read_and_changed_by_one_at_a_time(store: &Store) {
    let id = account(store, 1).await;
    // A read and a later write: without the lock, some of these would read the same text.
    in_parallel!(20, store, |tx, _number| async move {
        let hash = tx.lock_account(id).await?.unwrap().password_hash.unwrap();
        tx.set_password(id, &format!("{hash}+"), at(1)).await
    });
    let row = store.account(id).await.unwrap().unwrap();
    assert_eq!(row.password_hash, Some(format!("hash 1{}", "+".repeat(20))));
    assert!(write!(store, |tx| tx.lock_account(AccountId(uuid(99)))).is_none());
}
