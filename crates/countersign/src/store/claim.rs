//! Who is using the database: everybody shares it, but what replaces it or makes everything in it void needs it alone.
//!
//! With SQLite the claim is a lock on a file beside the database, with PostgreSQL an advisory lock of a connection. Both
//! are gone when the process is, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sqlx::error::DatabaseError;
use sqlx::{ConnectOptions as _, PgConnection};

use crate::store::error::Error;
use crate::store::url::DatabaseUrl;

/// What PostgreSQL locks: "counter" in ASCII. Advisory locks are of one database, so a copy has its own.
const LOCK: i64 = 0x63_6f_75_6e_74_65_72;

/// `lock_not_available` (PostgreSQL documentation, appendix A).
const TIMED_OUT: &str = "55P03";

/// The right to use a database, until it is dropped.
pub struct Claim {
    _held: Held,
}

enum Held {
    File { _lock: File },
    Server { _session: Mutex<PgConnection> },
}

/// How the database is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// By nobody else.
    Alone,
    /// Beside others.
    Shared,
}

impl Claim {
    /// Claims the database; `None` when others use it in a way that does not go together with `usage`.
    ///
    /// With PostgreSQL it waits five seconds first: of many nodes that start after a dump was restored, one makes
    /// everything void, and the others come after it.
    pub async fn take(url: &DatabaseUrl, usage: Use) -> Result<Option<Self>, Error> {
        let held = match url {
            DatabaseUrl::Postgres(options) => {
                let mut session = options.clone().application_name("countersign claim").connect().await?;
                lock(&mut session, usage).await?.then(|| Held::Server { _session: Mutex::new(session) })
            }
            DatabaseUrl::Sqlite(path) => lock_file(path, usage)
                .map_err(|error| Error::from(sqlx::Error::Io(error)))?
                .map(|lock| Held::File { _lock: lock }),
        };
        Ok(held.map(|held| Self { _held: held }))
    }
}

async fn lock(session: &mut PgConnection, usage: Use) -> Result<bool, Error> {
    sqlx::query("set lock_timeout = '5s'").execute(&mut *session).await?;
    let text = match usage {
        Use::Alone => "select pg_advisory_lock($1)",
        Use::Shared => "select pg_advisory_lock_shared($1)",
    };
    match sqlx::query(text).bind(LOCK).execute(session).await {
        Ok(_) => Ok(true),
        Err(error) => {
            let code = error.as_database_error().and_then(DatabaseError::code);
            if code.as_deref() == Some(TIMED_OUT) { Ok(false) } else { Err(error.into()) }
        }
    }
}

fn lock_file(database: &Path, usage: Use) -> std::io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).mode(0o600).open(beside(database, ".lock"))?;
    let locked = match usage {
        Use::Alone => file.try_lock(),
        Use::Shared => file.try_lock_shared(),
    };
    match locked {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// A file beside another, named after it.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
