//! Transactions: whole or absent, whatever becomes of the caller, the neighbours or the code inside.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};

use countersign::store::Store;
use countersign::store::accounts::AccountFilter;
use countersign::store::error::Error;
use countersign_core::id::AccountId;
use sqlx::{Connection, PgConnection};
use tokio::sync::{Barrier, Semaphore};
use tokio::task::JoinSet;

use crate::databases::{Database, Kind};
use crate::store::rows::{account, at, new_account, uuid};
use crate::store::{on_both_databases, write};

on_both_databases! {
    a_failed_write_leaves_nothing,
    a_failed_write_does_not_take_its_neighbours_along,
    a_panic_in_a_write_is_its_own_failure,
    a_write_whose_caller_goes_away_is_whole_or_absent,
    a_write_is_refused_when_too_many_wait,
    a_closed_store_refuses_writes,
}

/// How many accounts there are.
async fn count(store: &Store) -> usize {
    store.accounts(&AccountFilter::default(), None, 10_000).await.unwrap().len()
}

async fn a_failed_write_leaves_nothing(store: &Store) {
    let outcome: Result<(), Error> = store
        .write(|tx| {
            Box::pin(async move {
                tx.insert_account(&new_account(1), at(0)).await?;
                Err(Error::Busy)
            })
        })
        .await;
    assert!(matches!(outcome, Err(Error::Busy)));
    assert_eq!(count(store).await, 0);
}

async fn a_failed_write_does_not_take_its_neighbours_along(store: &Store) {
    account(store, 0).await;
    let mut tasks = JoinSet::new();
    for number in 1..=60 {
        let store = store.clone();
        tasks.spawn(async move {
            // Each third repeats an id, which the database refuses in the middle of the transaction.
            let id = if number % 3 == 0 { 0 } else { number };
            let mut new = new_account(number);
            new.id = AccountId(uuid(id));
            let outcome = store.write(move |tx| Box::pin(async move { tx.insert_account(&new, at(0)).await })).await;
            assert_eq!(outcome.is_err(), number % 3 == 0, "{number}: {outcome:?}");
        });
    }
    tasks.join_all().await;
    assert_eq!(count(store).await, 41);
}

async fn a_panic_in_a_write_is_its_own_failure(store: &Store) {
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let store = store.clone();
        tasks.spawn(async move {
            let outcome = store
                .write(move |tx| {
                    Box::pin(async move {
                        tx.insert_account(&new_account(number), at(0)).await?;
                        assert!(number % 4 != 0, "a panic that this test wants");
                        Ok(())
                    })
                })
                .await;
            assert_eq!(outcome.is_err(), number % 4 == 0);
        });
    }
    tasks.join_all().await;
    assert_eq!(count(store).await, 15);
}

async fn a_write_whose_caller_goes_away_is_whole_or_absent(store: &Store) {
    let mut tasks = JoinSet::new();
    for number in 0..200_u32 {
        let store = store.clone();
        tasks.spawn(async move {
            let work = store.write(move |tx| {
                Box::pin(async move {
                    tx.insert_account(&new_account(2 * number), at(0)).await?;
                    tx.insert_account(&new_account(2 * number + 1), at(0)).await
                })
            });
            cancel_after(work, number % 4).await;
        });
    }
    tasks.join_all().await;
    // A write of its own after them all: with SQLite it is the last in the queue.
    account(store, 10_000).await;
    let rows = store.accounts(&AccountFilter::default(), None, 10_000).await.unwrap();
    let numbers: Vec<u128> = rows.iter().map(|row| row.account.id.0.as_u128()).filter(|id| *id < 10_000).collect();
    for number in &numbers {
        assert!(numbers.contains(&(number ^ 1)), "half of a write is there: {number}");
    }
}

async fn a_write_is_refused_when_too_many_wait(store: &Store) {
    let gate = Arc::new(Semaphore::new(0));
    let mut waiting = Vec::new();
    let refused = loop {
        let gate = Arc::clone(&gate);
        let work = store.write(move |_tx| {
            Box::pin(async move {
                drop(gate.acquire().await);
                Ok(())
            })
        });
        let mut work = Box::pin(work);
        match poll_once(&mut work) {
            Poll::Pending => waiting.push(work),
            Poll::Ready(outcome) => break outcome,
        }
    };
    assert!(matches!(refused, Err(Error::Busy)));
    // SQLite's writer has taken up to 64 out of the queue.
    assert!((1024..=1024 + 64).contains(&waiting.len()), "{}", waiting.len());
    gate.add_permits(1);
    for work in waiting {
        work.await.unwrap();
    }
}

async fn a_closed_store_refuses_writes(store: &Store) {
    account(store, 1).await;
    store.close().await;
    let outcome = store.write(|tx| Box::pin(async move { tx.clear_lockout("account/1").await })).await;
    assert!(matches!(outcome, Err(Error::Unavailable(_))));
    assert!(store.instance().await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_its_data_over_a_restart_and_its_file_to_its_owner() {
    let database = Database::fresh(Kind::Sqlite).await;
    let store = database.open().await;
    let id = account(&store, 1).await;
    let path = database.url().trim_start_matches("sqlite:").to_owned();
    for file in [path.clone(), format!("{path}-wal")] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    store.close().await;
    let store = database.open().await;
    assert!(store.account(id).await.unwrap().is_some());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_has_no_open_transaction_after_cancelled_writes() {
    let database = Database::fresh(Kind::Postgres).await;
    let store = database.open().await;
    // Few enough that each has a connection, and cancelled anywhere between its first statement and its last. Without
    // the task of its own in `Store::write`, one run in three leaves a session "idle in transaction" (sqlx 4385).
    let mut tasks = JoinSet::new();
    for task in 0..8_u32 {
        let store = store.clone();
        tasks.spawn(async move {
            for round in 0..500 {
                let work = store.write(|tx| Box::pin(async move { tx.clear_lockout("account/1").await }));
                cancel_after(work, (task * 7 + round * 11) % 900).await;
            }
        });
    }
    tasks.join_all().await;
    // What was cancelled still runs to its end; it has when the pool is closed.
    let mut observer = PgConnection::connect(database.url()).await.unwrap();
    loop {
        let open: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'",
        )
        .fetch_one(&mut observer)
        .await
        .unwrap();
        if open == 0 {
            break;
        }
        let stuck: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity
              where datname = current_database() and state like 'idle in transaction%'
                and state_change < now() - interval '5 seconds'",
        )
        .fetch_one(&mut observer)
        .await
        .unwrap();
        assert_eq!(stuck, 0, "a cancelled write left its transaction open");
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_runs_the_victim_of_a_deadlock_again() {
    let database = Database::fresh(Kind::Postgres).await;
    let store = database.open().await;
    let (one, two) = (account(&store, 1).await, account(&store, 2).await);
    let both_hold_one = Arc::new(Barrier::new(2));
    let attempts = Arc::new(AtomicU32::new(0));
    let mut tasks = JoinSet::new();
    for (first, second) in [(one, two), (two, one)] {
        let (store, barrier, attempts) = (store.clone(), Arc::clone(&both_hold_one), Arc::clone(&attempts));
        tasks.spawn(async move {
            write!(store, |tx| async move {
                tx.count_failed_login(first).await?;
                if attempts.fetch_add(1, Ordering::SeqCst) < 2 {
                    barrier.wait().await;
                }
                tx.count_failed_login(second).await
            });
        });
    }
    tasks.join_all().await;
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
    for id in [one, two] {
        assert_eq!(store.account(id).await.unwrap().unwrap().account.history.failures, 2);
    }
    store.close().await;
}

/// Drops the future after it was polled so many times and once more, if it is not ready before.
async fn cancel_after<F: Future>(future: F, polls: u32) {
    let mut future = Box::pin(future);
    for _ in 0..=polls {
        if poll_once(&mut future).is_ready() {
            break;
        }
        tokio::task::yield_now().await;
    }
}

/// Polls once, without anybody to wake.
fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}
