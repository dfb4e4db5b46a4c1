//! The instance, the audit log, and what is deleted by time.

use countersign::store::Store;
use countersign::store::audit::AuditEntry;
use countersign::store::instance::InstanceRow;
use countersign::store::messages::MessageState;
use countersign_core::audit::Event;
use countersign_core::id::{AccountId, InstanceId};
use countersign_core::lockout::LockoutRules;
use countersign_core::realm::RealmName;
use countersign_core::seal::Noted;
use countersign_core::throttle::{Quota, Rate, Scope};

use crate::store::rows::{account, at, at_minute, challenge, login, message, session, token, uuid};
use crate::store::{on_both_databases, write};

on_both_databases! {
    the_instance_is_written_once_and_updated,
    audit_entries_come_back_newest_first,
    what_is_over_is_purged_and_the_rest_stays,
}

async fn the_instance_is_written_once_and_updated(store: &Store) {
    assert_eq!(store.instance().await.unwrap(), None);
    let mut row = InstanceRow {
        id: InstanceId(uuid(1)),
        at: Noted { epoch: 1, beat: 1 },
        clock_at: at(0),
        guest: None,
        place: Some("here".to_owned()),
        environment: "production".to_owned(),
        public_url: "https://login.example".to_owned(),
        seal: [7; 32],
    };
    let first = row.clone();
    assert!(write!(store, |tx| tx.insert_instance(&first)));
    let other = InstanceRow { id: InstanceId(uuid(2)), ..row.clone() };
    assert!(!write!(store, |tx| tx.insert_instance(&other)));
    assert_eq!(store.instance().await.unwrap(), Some(row.clone()));
    row = InstanceRow {
        at: Noted { epoch: 2, beat: 7 },
        environment: "test".to_owned(),
        seal: [8; 32],
        guest: Some([9; 32]),
        place: None,
        ..row
    };
    let changed = row.clone();
    write!(store, |tx| tx.update_instance(&changed));
    assert_eq!(store.instance().await.unwrap(), Some(row.clone()));
    // A beat counts, and the latest time never goes back.
    for (now, latest) in [(at(5), at(5)), (at(3), at(5))] {
        row.at.beat += 1;
        row.clock_at = latest;
        assert_eq!(write!(store, |tx| tx.beat(now)), Some(row.clone()));
    }
    assert_eq!(store.place().await.unwrap(), store.place().await.unwrap());
}

async fn audit_entries_come_back_newest_first(store: &Store) {
    let entry = AuditEntry {
        at: at(1),
        event: Event::LoginFailed,
        account: Some(AccountId(uuid(1))),
        realm: Some(RealmName::internal()),
        ip: Some("192.0.2.1".to_owned()),
        detail: serde_json::json!({ "reason": "wrong password", "failures": 3 }),
    };
    let bare = AuditEntry {
        at: at(2),
        event: Event::MessageFailed,
        account: None,
        realm: None,
        ip: None,
        detail: serde_json::Value::Null,
    };
    for entry in [entry.clone(), bare] {
        write!(store, |tx| tx.audit(&entry));
    }
    let rows = store.audit_entries(None, 9).await.unwrap();
    let names: Vec<_> = rows.iter().map(|row| row.event.as_str()).collect();
    assert_eq!(names, ["message_failed", "authn_login_fail"]);
    let one = store.audit_entries(entry.account, 9).await.unwrap().pop().unwrap();
    assert_eq!((one.at, one.account, one.realm, one.ip), (entry.at, entry.account, entry.realm, entry.ip));
    assert_eq!(one.detail, entry.detail);
    assert_eq!(store.audit_entries(None, 1).await.unwrap().len(), 1);
}

async fn what_is_over_is_purged_and_the_rest_stays(store: &Store) {
    let account = account(store, 1).await;
    let challenge = challenge(store, 1, account).await;
    login(store, 1, account).await;
    let id = message(store, 1, Some(challenge)).await;
    session(store, 1, account).await;
    let rules = LockoutRules::default();
    write!(store, |tx| tx.reserve_password("account/1", &rules, at(0)));
    let quota = Quota { scope: Scope::Account, subject: "1".to_owned(), rate: Rate { per_hour: 1, per_day: 1 } };
    write!(store, |tx| async move { tx.reserve_sends(&[quota], at(0)).await });
    write!(store, |tx| tx.message_finished(id, MessageState::Failed, "refused", None, at(0)));

    let hours = |hours: i64| at_minute(hours * 60);
    assert_eq!(write!(store, |tx| tx.purge(at_minute(59))), 0);
    // Challenge and login, within the hour after they expired.
    assert_eq!(write!(store, |tx| tx.purge(at_minute(60))), 2);
    assert_eq!(store.challenge(challenge).await.unwrap(), None);
    assert_eq!(store.login_by_token(&token(1)).await.unwrap(), None);
    assert_eq!(write!(store, |tx| tx.purge(hours(24))), 0);
    // The counter after a day, the send and its quota an hour later.
    assert_eq!(write!(store, |tx| tx.purge(hours(25))), 1);
    assert_eq!(write!(store, |tx| tx.purge(hours(26))), 2);
    assert_eq!(write!(store, |tx| tx.purge(hours(24 * 30))), 0);
    // The message and the session after a month.
    assert_eq!(write!(store, |tx| tx.purge(hours(24 * 30 + 1))), 2);
    assert_eq!(store.message(id).await.unwrap(), None);
    assert!(store.account(account).await.unwrap().is_some());
}
