//! All SQL. A concrete [`Store`] over SQLite or PostgreSQL; one file for each group of tables.
//!
//! Reads are functions on [`Store`]; writes are functions on [`Tx`], inside the closure given to [`Store::write`], so
//! nothing is ever written outside a transaction. Whatever many requests compete for is decided by one conditional
//! statement, never by a read and a later write. No rule lives here: the rules are in `countersign_core`, and the
//! contract suite (`tests/it/store`) holds the statements to them, on both databases.

pub mod accounts;
pub mod audit;
pub mod audit_chain;
pub mod challenges;
pub mod claim;
pub mod copy;
mod db;
pub mod devices;
mod dialect;
pub mod directory_entries;
pub mod enrolment;
pub mod error;
mod factors;
pub mod health;
pub mod instance;
pub mod links;
pub mod lockouts;
pub mod logins;
pub mod messages;
pub mod opt_outs;
mod outbox;
pub mod provider_states;
mod purge;
pub mod receipts;
pub mod recovery_codes;
pub mod sends;
pub mod sessions;
pub mod shields;
pub mod tx;
pub mod url;
pub mod values;
pub mod verifications;
pub mod void;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, PgPool, SqlitePool};
use tokio::sync::Semaphore;

use crate::store::db::Reader;
use crate::store::error::Error;
use crate::store::tx::{BoxFuture, Tx};
use crate::store::url::DatabaseUrl;
use crate::store::writer::Writer;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Connections of one node to PostgreSQL.
const POSTGRES_CONNECTIONS_MAX: u32 = 10;
/// Reading connections to a SQLite file.
const SQLITE_READERS_MAX: u32 = 4;
/// Writes that wait or run, with either database. At a few thousand a second the last of them waits well under a second.
const WRITES_MAX: usize = 1024;
/// How long a request waits for a connection, or for another process that holds the SQLite file.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// The database. A clone is another handle to the same one.
#[derive(Clone)]
pub struct Store {
    db: Db,
}

#[derive(Clone)]
enum Db {
    Postgres { pool: PgPool, writes: Arc<Semaphore> },
    Sqlite { readers: SqlitePool, writer: Writer },
}

impl Store {
    /// Opens the database and brings its tables up to date. A SQLite file is created if there is none, readable by its
    /// owner only.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, Error> {
        let db = match url {
            DatabaseUrl::Postgres(options) => open_postgres(options).await?,
            DatabaseUrl::Sqlite(path) => open_sqlite(path).await?,
        };
        Ok(Self { db })
    }

    /// Lets the writes that wait finish, and closes all connections.
    pub async fn close(&self) {
        match &self.db {
            Db::Postgres { pool, .. } => pool.close().await,
            Db::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }

    /// Runs the work in one transaction: committed when it returns `Ok`, rolled back when it returns `Err`.
    ///
    /// A caller that goes away does not stop it half-way; when too many wait, it does not begin ([`Error::Busy`]). With SQLite other writes wait for it, so it awaits nothing but
    /// the functions of [`Tx`]. PostgreSQL may need to run it twice (a deadlock), hence `Clone`.
    pub async fn write<T, W>(&self, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Clone + Send + 'static,
    {
        match &self.db {
            Db::Postgres { pool, writes } => {
                let permit = Arc::clone(writes).try_acquire_owned().map_err(|_| Error::Busy)?;
                let pool = pool.clone();
                let task = tokio::spawn(async move {
                    let outcome = tx::write_postgres(&pool, work).await;
                    drop(permit);
                    outcome
                });
                task.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
            }
            Db::Sqlite { writer, .. } => writer.write(work).await,
        }
    }

    async fn reader(&self) -> Result<Reader, Error> {
        Ok(match &self.db {
            Db::Postgres { pool, .. } => Reader::Postgres(pool.acquire().await?),
            Db::Sqlite { readers, .. } => Reader::Sqlite(readers.acquire().await?),
        })
    }
}

async fn open_postgres(options: &PgConnectOptions) -> Result<Db, Error> {
    // The statements are written for this level, whatever the server's default is.
    let isolation = [("default_transaction_isolation", "read committed")];
    let options = options.clone().application_name("countersign").options(isolation);
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS_MAX)
        .acquire_timeout(WAIT_MAX)
        .connect_with(options)
        .await?;
    POSTGRES_MIGRATIONS.run(&pool).await?;
    Ok(Db::Postgres { pool, writes: Arc::new(Semaphore::new(WRITES_MAX)) })
}

async fn open_sqlite(path: &Path) -> Result<Db, Error> {
    create_private(path).await.map_err(sqlx::Error::Io)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(WAIT_MAX);
    let mut writer = options.connect().await?;
    SQLITE_MIGRATIONS.run(&mut writer).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS_MAX)
        .acquire_timeout(WAIT_MAX)
        .connect_with(options.read_only(true))
        .await?;
    Ok(Db::Sqlite { readers, writer: Writer::start(writer, WRITES_MAX) })
}

/// Creates the file for its owner only, before SQLite would create it for everybody. The journal files next to it get
/// the same mode from SQLite.
async fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await.map(drop)
}
