//! Copies of a SQLite file: one made while others write, and one put in the place of the database.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::store::WAIT_MAX;
use crate::store::claim::beside;
use crate::store::error::Error;

/// The journal files of a database; what is in them belongs to it.
const JOURNALS: [&str; 2] = ["-wal", "-shm"];

/// Writes a consistent copy of `database` into the new file `to`, readable by its owner only, while others go on reading
/// and writing.
pub async fn copy_live(database: &Path, to: &Path) -> Result<(), Error> {
    // SQLite would create the file for everybody; it takes an empty one.
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(io_error)?;
    let options = SqliteConnectOptions::new().filename(database).read_only(true).busy_timeout(WAIT_MAX);
    let mut source = options.connect().await?;
    let name = to.to_str().ok_or_else(|| io_error(io::Error::other("the name of the copy is not UTF-8")))?;
    sqlx::query("vacuum into $1").bind(name).execute(&mut source).await?;
    Ok(())
}

/// Whether the file is an undamaged SQLite database; what is wrong with it otherwise.
pub async fn check_file(database: &Path) -> Result<Option<String>, Error> {
    let options = SqliteConnectOptions::new().filename(database).busy_timeout(WAIT_MAX);
    let mut conn = options.connect().await?;
    let (verdict,): (String,) = sqlx::query_as("pragma quick_check(1)").fetch_one(&mut conn).await?;
    Ok((verdict != "ok").then_some(verdict))
}

/// Copies a database that nobody uses, with its journal, into a new file that only its owner can read.
pub fn copy_idle(from: &Path, to: &Path) -> io::Result<()> {
    copy_private(from, to)?;
    for journal in JOURNALS {
        if beside(from, journal).exists() {
            copy_private(&beside(from, journal), &beside(to, journal))?;
        }
    }
    Ok(())
}

/// Puts `new` in the place of `database`, and keeps what was there as `aside`. Nobody may be using either.
pub fn swap(new: &Path, database: &Path, aside: &Path) -> io::Result<()> {
    if database.exists() {
        for ending in [""].into_iter().chain(JOURNALS) {
            let (from, to) = (beside(database, ending), beside(aside, ending));
            if from.exists() {
                fs::rename(from, to)?;
            }
        }
    }
    for ending in [""].into_iter().chain(JOURNALS) {
        if beside(new, ending).exists() {
            fs::rename(beside(new, ending), beside(database, ending))?;
        }
    }
    sync_folder(database)
}

/// Gives a finished file its name; fails when the name is taken.
pub fn publish(file: &Path, name: &Path) -> io::Result<()> {
    File::open(file)?.sync_all()?;
    // The name is taken before the file gets it: of two at once, one fails, and neither overwrites anything.
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(name)?;
    fs::rename(file, name).inspect_err(|_| {
        let _ = fs::remove_file(name);
    })?;
    sync_folder(name)
}

/// Removes a database and its journals, as far as they are there.
pub fn remove(database: &Path) {
    for ending in ["", "-wal", "-shm", ".lock"] {
        // It is a leftover of ours that nobody else knows of; the next attempt takes another name.
        let _ = fs::remove_file(beside(database, ending));
    }
}

/// A name beside `path`, with this ending.
pub fn name_beside(path: &Path, ending: &str) -> PathBuf {
    beside(path, ending)
}

fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut target = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()
}

fn sync_folder(of: &Path) -> io::Result<()> {
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn io_error(error: io::Error) -> Error {
    sqlx::Error::Io(error).into()
}
