//! Copies of the database, and putting one back.
//!
//! Nothing in a copy opens a door: sessions, trusted devices, logins and challenges are void in the file itself. So it does
//! not matter how it is put back, or where it is lost.

use std::path::{Path, PathBuf};

use countersign_core::audit::Event;
use countersign_core::seal::Noted;
use jiff::Timestamp;

use crate::app::BuildError;
use crate::config::server::Server;
use crate::entropy::Entropy;
use crate::flow::{Error, Refused};
use crate::seal::{self, Taking};
use crate::store::claim::{Claim, Use};
use crate::store::instance::InstanceRow;
use crate::store::url::DatabaseUrl;
use crate::store::{Store, copy};

/// What is asked for, and when.
#[derive(Clone, Copy)]
pub struct Wish<'a> {
    /// Which database, and where it is noted how far it has come.
    pub server: &'a Server,
    /// The copy.
    pub file: &'a Path,
    /// Names for files that are not finished.
    pub entropy: &'a Entropy,
    /// The time.
    pub now: Timestamp,
}

/// Writes a copy of the database, while the service goes on.
pub async fn backup(wish: Wish<'_>) -> Result<(), Error> {
    let database = match url(wish.server)? {
        DatabaseUrl::Sqlite(path) => path,
        server @ DatabaseUrl::Postgres(_) => {
            let to = wish.file.display();
            let command = format!("pg_dump --format=custom --file={to}");
            return Err(by_postgres(Refused::new("command-refused-copy-by-postgres"), &server, &command));
        }
    };
    if wish.file.exists() {
        return Err(Error::Invalid(Refused::new("command-refused-copy-exists").arg("file", wish.file.display())));
    }
    if !database.exists() {
        return Err(Error::NotFound(Refused::new("command-refused-no-database").arg("file", database.display())));
    }
    let partial = copy::name_beside(wish.file, &format!(".{}", wish.entropy.uuid()?.simple()));
    let made = make(wish, &database, &partial).await;
    copy::remove(&partial);
    made
}

async fn make(wish: Wish<'_>, database: &Path, partial: &Path) -> Result<(), Error> {
    copy::copy_live(database, partial).await.map_err(|error| trouble(wish.file, &error))?;
    let store = Store::open(&DatabaseUrl::Sqlite(partial.to_owned())).await?;
    let row = seal::row(&store).await?;
    let taking = Taking { row, event: Event::DatabaseVoided, why: "backup", now: wish.now };
    store.write(move |tx| Box::pin(async move { seal::take(tx, &taking).await })).await?;
    store.close().await;
    check(partial, wish.file).await?;
    copy::publish(partial, wish.file).map_err(|error| trouble(wish.file, &error))
}

/// A database that was put back.
pub struct Restored {
    /// Its instance.
    pub row: InstanceRow,
    /// Where the database is that was in its place before.
    pub aside: Option<PathBuf>,
}

/// Puts a copy in the place of the database, and keeps what was there. Nobody may be using it.
pub async fn restore(wish: Wish<'_>) -> Result<Restored, Error> {
    let url = url(wish.server)?;
    let database = match &url {
        DatabaseUrl::Sqlite(path) => path.clone(),
        DatabaseUrl::Postgres(_) => {
            let from = wish.file.display();
            let command = format!("pg_restore --clean --if-exists {from}");
            return Err(by_postgres(Refused::new("command-refused-restore-by-postgres"), &url, &command));
        }
    };
    if !wish.file.is_file() {
        return Err(Error::NotFound(Refused::new("command-refused-no-file").arg("file", wish.file.display())));
    }
    let claim = Claim::take(&url, Use::Alone).await?;
    let claim = claim.ok_or_else(|| Error::Invalid(Refused::new("command-refused-database-in-use")))?;
    let new = copy::name_beside(&database, &format!(".{}", wish.entropy.uuid()?.simple()));
    let restored = put_back(wish, &database, &new).await;
    copy::remove(&new);
    drop(claim);
    restored
}

async fn put_back(wish: Wish<'_>, database: &Path, new: &Path) -> Result<Restored, Error> {
    copy::copy_idle(wish.file, new).map_err(|error| trouble(wish.file, &error))?;
    check(new, wish.file).await?;
    let store = Store::open(&DatabaseUrl::Sqlite(new.to_owned())).await?;
    let Some(row) = store.instance().await? else {
        return Err(Error::Invalid(Refused::new("command-refused-foreign-database").arg("file", wish.file.display())));
    };
    let file = seal::epoch_file(wish.server);
    let noted = file.as_ref().map(|file| file.read(row.id)).transpose().map_err(BuildError::from)?.flatten();
    let row = InstanceRow { at: Noted::after(row.at, noted), clock_at: row.clock_at.max(wish.now), ..row };
    let taking = Taking { row: row.clone(), event: Event::DatabaseRestored, why: "restored", now: wish.now };
    store.write(move |tx| Box::pin(async move { seal::take(tx, &taking).await })).await?;
    store.close().await;
    let name = format!(".before-restore-{}", wish.now.strftime("%Y%m%dT%H%M%SZ"));
    let aside = database.exists().then(|| copy::name_beside(database, &name));
    if let Some(taken) = aside.as_ref().filter(|aside| aside.exists()) {
        return Err(Error::Invalid(Refused::new("command-refused-aside-exists").arg("file", taken.display())));
    }
    copy::swap(new, database, aside.as_deref().unwrap_or(database)).map_err(|error| trouble(database, &error))?;
    if let Some(file) = file {
        file.write(row.id, row.at).map_err(BuildError::from)?;
    }
    tracing::warn!(
        event = Event::DatabaseRestored.as_str(),
        epoch = row.at.epoch,
        "a copy took the place of the database"
    );
    Ok(Restored { row, aside })
}

async fn check(database: &Path, shown: &Path) -> Result<(), Error> {
    match copy::check_file(database).await.map_err(|error| trouble(shown, &error))? {
        None => Ok(()),
        Some(fault) => {
            let damaged = Refused::new("command-refused-copy-damaged");
            Err(Error::Invalid(damaged.arg("file", shown.display()).arg("fault", fault)))
        }
    }
}

fn url(server: &Server) -> Result<DatabaseUrl, Error> {
    Ok(server.database.expose().parse().map_err(BuildError::from)?)
}

fn by_postgres(why: Refused, url: &DatabaseUrl, command: &str) -> Error {
    Error::Invalid(why.arg("command", format!("{command} {}", url.client_arguments())))
}

fn trouble(file: &Path, error: &dyn std::error::Error) -> Error {
    let cause = error.source().map(|cause| format!(" ({cause})")).unwrap_or_default();
    Error::Internal(format!("{}: {error}{cause}", file.display()))
}
