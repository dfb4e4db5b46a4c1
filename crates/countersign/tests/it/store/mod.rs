//! The contract of the store: every statement, on SQLite and on PostgreSQL, by the same tests.

mod accounts;
mod challenges;
mod devices;
mod directory_entries;
mod links;
mod lockouts;
mod logins;
mod messages;
mod records;
mod recovery_codes;
pub(crate) mod rows;
mod schema;
mod sends;
mod sessions;
mod shields;
mod transactions;
mod verifications;
mod void;

/// Runs each test of the list on a fresh database of each kind.
macro_rules! on_both_databases {
    ($($test:ident),* $(,)?) => {
        on_both_databases!(@kind sqlite, Sqlite, $($test),*);
        on_both_databases!(@kind postgres, Postgres, $($test),*);
    };
    (@kind $module:ident, $kind:ident, $($test:ident),*) => {
        mod $module {
            use crate::databases::{Database, Kind};

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let database = Database::fresh(Kind::$kind).await;
                    let store = database.open().await;
                    super::$test(&store).await;
                    store.close().await;
                }
            )*
        }
    };
}
pub(crate) use on_both_databases;

/// One write, without the boxes around it.
macro_rules! write {
    ($store:expr, |$tx:ident| $work:expr) => {
        $store.write(move |$tx| Box::pin(async move { $work.await })).await.unwrap()
    };
}
pub(crate) use write;

/// Runs the same write so many times at once, and returns what each returned.
macro_rules! in_parallel {
    ($times:expr, $store:expr, |$tx:ident, $number:ident| $work:expr) => {{
        let mut tasks = tokio::task::JoinSet::new();
        for $number in 0..$times {
            let store = $store.clone();
            tasks.spawn(async move { $crate::store::write!(store, |$tx| $work) });
        }
        tasks.join_all().await
    }};
}
pub(crate) use in_parallel;
