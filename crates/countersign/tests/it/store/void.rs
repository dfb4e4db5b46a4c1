//! What becomes void when a database changes hands: everything that can end.

use countersign::store::Store;
use countersign::store::void::Voided;
use countersign_core::id::RecoveryCodeId;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::databases::{Database, Kind};
use crate::store::rows::{account, at, challenge, device, enrolment_code, link, login, message, session, uuid};
use crate::store::{on_both_databases, write};

on_both_databases! {
    everything_ends_once,
}

async fn open_everything(store: &Store) {
    for number in 1..=2 {
        let account = account(store, number).await;
        let challenge = challenge(store, number, account).await;
        login(store, number, account).await;
        message(store, number, Some(challenge)).await;
        session(store, number, account).await;
        device(store, number, account).await;
        enrolment_code(store, number, account).await;
        link(store, number, account).await;
        let code = (RecoveryCodeId(uuid(number)), [0; 32]);
        write!(store, |tx| tx.replace_recovery_codes(account, &[code], at(0)));
    }
}

async fn everything_ends_once(store: &Store) {
    open_everything(store).await;
    let all = Voided {
        challenges: 2,
        devices: 2,
        enrolment_codes: 2,
        links: 2,
        logins: 2,
        messages: 2,
        recovery_codes: 2,
        sessions: 2,
    };
    assert_eq!(write!(store, |tx| tx.void_everything("test", at(1))), all);
    assert_eq!(write!(store, |tx| tx.void_everything("test", at(2))), Voided::default());
}

/// A table whose rows can end, and which this forgets, would come back to life with every copy.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_table_whose_rows_can_end_is_forgotten() {
    let database = Database::fresh(Kind::Sqlite).await;
    let store = database.open().await;
    open_everything(&store).await;
    write!(store, |tx| tx.void_everything("test", at(1)));
    store.close().await;
    let mut conn = SqliteConnection::connect(database.url()).await.unwrap();
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select t.name, c.name from sqlite_schema t join pragma_table_info(t.name) c
          where t.type = 'table' and c.name in ('ended_at', 'finished_at')",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert!(tables.len() >= 5, "{tables:?}");
    for (table, column) in tables {
        let text = format!("select count(*), count(*) - count({column}) from {table}");
        let (rows, alive): (i64, i64) = sqlx::query_as(AssertSqlSafe(text)).fetch_one(&mut conn).await.unwrap();
        assert!(rows > 0, "this test opens nothing in {table}");
        assert_eq!(alive, 0, "{table} is forgotten by void_everything");
    }
}
