//! Accounts of directories: one for each person, whatever the names are; and who asks after whom.

use countersign::store::Store;
use countersign::store::accounts::NewAccount;
use countersign::store::directory_entries::{DirectoryEntry, LiveSessions};
use countersign_core::id::AccountId;
use countersign_core::identifier::Identifier;
use countersign_core::realm::{RealmName, SourceName};

use crate::store::rows::{at, new_account, session, uuid};
use crate::store::{in_parallel, on_both_databases, write};

on_both_databases! {
    a_person_has_one_account_in_a_realm,
    an_entry_is_confirmed_and_refused,
    an_identifier_is_claimed_by_one_and_released_by_its_owner_only,
    accounts_with_live_sessions_are_asked_after_by_one_node_and_not_too_often,
}

fn corp() -> SourceName {
    "corp".parse().unwrap()
}

fn entry(number: u32, external_id: &str) -> DirectoryEntry {
    DirectoryEntry {
        account: AccountId(uuid(number)),
        realm: RealmName::internal(),
        source: corp(),
        external_id: external_id.to_owned(),
        member_of: vec!["cn=staff".to_owned()],
        gives_email: true,
        gives_phone: false,
        refused: None,
        confirmed_at: at(0),
        asked_at: at(0),
    }
}

fn nameless(number: u32) -> NewAccount {
    NewAccount { source: corp(), password_hash: None, identifiers: Vec::new(), ..new_account(number) }
}

/// An account of the directory.
async fn known(store: &Store, number: u32) -> AccountId {
    let (new, entry) = (nameless(number), entry(number, &format!("{number:02}")));
    let id = new.id;
    write!(store, |tx| tx.insert_account(&new, at(0)));
    assert!(write!(store, |tx| tx.insert_directory_entry(&entry)));
    id
}

async fn a_person_has_one_account_in_a_realm(store: &Store) {
    let outcomes = in_parallel!(20, store, |tx, number| {
        let (new, entry) = (nameless(number), entry(number, "ab"));
        async move {
            tx.insert_account(&new, at(0)).await?;
            let first = tx.insert_directory_entry(&entry).await?;
            if !first {
                tx.withdraw_account(new.id).await?;
            }
            let there_is = tx.directory_entry(&entry.realm, &entry.source, "ab").await?;
            Ok((first, there_is.map(|entry| entry.account)))
        }
    });
    let made: Vec<AccountId> =
        outcomes.iter().filter(|(first, _)| *first).filter_map(|(_, account)| *account).collect();
    assert_eq!(made.len(), 1);
    assert!(outcomes.iter().all(|(_, account)| *account == Some(made[0])), "{outcomes:?}");
    let stored = store.directory_entry_of(made[0]).await.unwrap();
    assert_eq!(stored.as_ref().map(|entry| entry.external_id.as_str()), Some("ab"));
    assert_eq!(store.directory_entry(&RealmName::internal(), &corp(), "ab").await.unwrap(), stored);
    assert_eq!(store.directory_entry(&RealmName::external(), &corp(), "ab").await.unwrap(), None);
    let other: SourceName = "partners".parse().unwrap();
    assert_eq!(store.directory_entry(&RealmName::internal(), &other, "ab").await.unwrap(), None);
}

async fn an_entry_is_confirmed_and_refused(store: &Store) {
    let id = known(store, 1).await;
    write!(store, |tx| tx.refuse_directory_entry(id, "gone", at(60)));
    let refused = store.directory_entry_of(id).await.unwrap().unwrap();
    assert_eq!((refused.refused.as_deref(), refused.confirmed_at, refused.asked_at), (Some("gone"), at(60), at(60)));
    let after = DirectoryEntry {
        member_of: Vec::new(),
        gives_email: false,
        gives_phone: true,
        confirmed_at: at(120),
        asked_at: at(120),
        ..entry(1, "01")
    };
    let confirmed = after.clone();
    write!(store, |tx| tx.confirm_directory_entry(&confirmed));
    assert_eq!(store.directory_entry_of(id).await.unwrap(), Some(after));
}

async fn an_identifier_is_claimed_by_one_and_released_by_its_owner_only(store: &Store) {
    let (first, second) = (known(store, 1).await, known(store, 2).await);
    let name: Identifier = "john".parse().unwrap();
    let claims = in_parallel!(10, store, |tx, number| async move {
        let account = if number % 2 == 0 { first } else { second };
        tx.claim_identifier(&RealmName::internal(), &"john".parse().unwrap(), account).await
    });
    assert_eq!(claims.iter().filter(|claimed| **claimed).count(), 1);
    let typed = name.clone();
    let owner = write!(store, |tx| tx.identifier_owner(&RealmName::internal(), &typed)).unwrap();
    assert_eq!(owner.source, corp());
    let stranger = if owner.account == first { second } else { first };
    for (account, left) in [(stranger, vec![name.clone()]), (owner.account, Vec::new())] {
        let typed = name.clone();
        write!(store, |tx| tx.release_identifier(&RealmName::internal(), &typed, account));
        assert_eq!(write!(store, |tx| tx.identifiers_of(owner.account)), left);
    }
    let row = store.account(first).await.unwrap().unwrap();
    write!(store, |tx| tx.set_profile(&row, "Jon", &["jon".to_owned()]));
    let row = store.account(first).await.unwrap().unwrap();
    assert_eq!((row.account.display_name.as_str(), row.identifiers.as_slice()), ("Jon", ["jon".to_owned()].as_slice()));
}

async fn accounts_with_live_sessions_are_asked_after_by_one_node_and_not_too_often(store: &Store) {
    for number in 1..=3 {
        known(store, number).await;
    }
    session(store, 1, AccountId(uuid(1))).await;
    let over = session(store, 2, AccountId(uuid(2))).await;
    write!(store, |tx| tx.end_session(over, "over", at(0)));
    let live = LiveSessions { seen_after: at(-60), created_after: at(-60) };
    let claimed = in_parallel!(10, store, |tx, _number| tx.claim_directory_entries(&live, at(0), at(300), 10));
    let claimed: Vec<AccountId> = claimed.into_iter().flatten().map(|entry| entry.account).collect();
    assert_eq!(claimed, [AccountId(uuid(1))]);
    let again = async |asked_before, live| {
        let claimed = write!(store, |tx| tx.claim_directory_entries(&live, asked_before, at(400), 10));
        claimed.len()
    };
    assert_eq!(again(at(299), live).await, 0, "it was asked after a moment ago");
    // A session that is over by its limits is nobody's.
    assert_eq!(again(at(300), LiveSessions { seen_after: at(0), ..live }).await, 0);
    assert_eq!(again(at(300), LiveSessions { created_after: at(0), ..live }).await, 0);
    assert_eq!(again(at(300), live).await, 1);
}
