//! Opening a database: whose it is, whether it is the one that was here last, and what becomes of it otherwise.
//!
//! ```text
//!  claim ─► the row ─► judge ─┬─ no doubt ──────────────────────────────► in use
//!            (or new, sealed) └─ doubt ─► claim it alone ─► void it all ──► in use, or in quarantine
//! ```
//!
//! It happens before anything else can use the database, in every process that opens it, so nothing can forget it.

use countersign_core::audit::Event;
use countersign_core::id::InstanceId;
use countersign_core::seal::{Doubt, Installation, Noted, Opened, Seal, judge};
use jiff::Timestamp;
use serde_json::json;

use crate::app::BuildError;
use crate::config::server::Server;
use crate::entropy::Entropy;
use crate::epoch_file::EpochFile;
use crate::keys::Keys;
use crate::store::Store;
use crate::store::audit::AuditEntry;
use crate::store::claim::{Claim, Use};
use crate::store::error::Error as StoreError;
use crate::store::instance::InstanceRow;
use crate::store::tx::Tx;
use crate::store::url::DatabaseUrl;
use crate::store::void::Voided;

/// Who opens a database, and when.
#[derive(Clone, Copy)]
pub struct Opener<'a> {
    /// What this installation is.
    pub server: &'a Server,
    /// Its keys.
    pub keys: &'a Keys,
    /// The id of a database that is new.
    pub entropy: &'a Entropy,
    /// The time.
    pub now: Timestamp,
}

/// A database that may be used.
pub struct InUse {
    /// The database.
    pub store: Store,
    /// Its instance.
    pub row: InstanceRow,
    /// The right to use it.
    pub claim: Claim,
}

impl Opener<'_> {
    /// Opens the database, and makes everything in it void if it is not the one that was here last.
    pub async fn open(&self) -> Result<InUse, BuildError> {
        let url: DatabaseUrl = self.server.database.expose().parse()?;
        let claim = Claim::take(&url, Use::Shared).await?.ok_or(BuildError::TakenAway)?;
        let store = Store::open(&url).await?;
        if store.instance().await?.is_none() {
            self.begin(&store).await?;
        }
        let is_file = matches!(url, DatabaseUrl::Sqlite(_));
        let row = row(&store).await?;
        let Some(doubt) = self.doubt(&store, &row, is_file).await? else {
            return Ok(InUse { store, row, claim });
        };
        drop(claim);
        let alone = Claim::take(&url, Use::Alone).await?.ok_or(BuildError::UsedByOthers(doubt))?;
        // Another node may have been first, while this one waited.
        let mut row = self::row(&store).await?;
        if let Some(doubt) = self.doubt(&store, &row, is_file).await? {
            row = self.take_over(&store, row, doubt).await?;
        }
        drop(alone);
        let claim = Claim::take(&url, Use::Shared).await?.ok_or(BuildError::TakenAway)?;
        Ok(InUse { store, row, claim })
    }

    /// Whether this installation sealed the database.
    pub fn sealed(&self, row: &InstanceRow) -> bool {
        self.installation(row.id).matches(&Seal(row.seal), &self.keys.seal)
    }

    /// Whether the database was sealed under our key, for whatever environment and URL.
    pub fn key_sealed(&self, row: &InstanceRow) -> bool {
        let sealed_as =
            Installation { instance: row.id, environment: row.environment.clone(), public_url: row.public_url.clone() };
        sealed_as.matches(&Seal(row.seal), &self.keys.seal)
    }

    /// This installation, with the id of a database.
    pub fn installation(&self, instance: InstanceId) -> Installation {
        Installation {
            instance,
            environment: self.server.environment.clone(),
            public_url: self.server.public_url.as_str().to_owned(),
        }
    }

    /// What is not as it was sealed. A seal cannot tell which of its parts is wrong, but the database says what it was
    /// sealed for; when that is what we are, the key is another one.
    pub fn differs(&self, row: &InstanceRow) -> Vec<&'static str> {
        let parts = [
            ("environment", row.environment != self.server.environment),
            ("public_url", row.public_url != self.server.public_url.as_str()),
        ];
        let mut differs: Vec<_> = parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect();
        if differs.is_empty() && !self.sealed(row) {
            differs.push("key");
        }
        differs
    }

    /// Why the database is not the one that was here last, if it is not.
    pub async fn doubt(&self, store: &Store, row: &InstanceRow, is_file: bool) -> Result<Option<Doubt>, BuildError> {
        let installation = self.installation(row.id);
        let place = store.place().await?;
        let file = epoch_file(self.server);
        let noted = file.as_ref().map(|file| file.read(row.id)).transpose()?.flatten();
        Ok(judge(&Opened {
            sealed_here: self.sealed(row),
            guest_is_us: row.guest.map(|guest| installation.matches(&Seal(guest), &self.keys.seal)),
            stored: row.at,
            noted,
            must_be_noted: is_file && file.is_some(),
            places: (row.place.as_deref(), place.as_deref()),
            times: (row.clock_at, self.now),
        }))
    }

    /// Seals a new database. Of two nodes that start at once, one does. One whose instance somebody has deleted is not new:
    /// what was live in it ends.
    async fn begin(&self, store: &Store) -> Result<(), BuildError> {
        let new = self.installation(InstanceId(self.entropy.uuid()?));
        let row = InstanceRow {
            id: new.instance,
            at: Noted { epoch: 1, beat: 1 },
            clock_at: self.now,
            seal: new.seal(&self.keys.seal).0,
            environment: new.environment,
            public_url: new.public_url,
            guest: None,
            place: store.place().await?,
        };
        let (id, at) = (row.id, row.at);
        let now = self.now;
        let sealed = store
            .write(move |tx| {
                Box::pin(async move {
                    let inserted = tx.insert_instance(&row).await?;
                    if inserted {
                        tx.void_everything("new", now).await?;
                    }
                    Ok(inserted)
                })
            })
            .await?;
        match epoch_file(self.server) {
            Some(file) if sealed => Ok(file.write(id, at)?),
            _ => Ok(()),
        }
    }

    /// Makes everything void, notes that we have it now, and says so.
    async fn take_over(&self, store: &Store, row: InstanceRow, doubt: Doubt) -> Result<InstanceRow, BuildError> {
        let file = epoch_file(self.server);
        let noted = file.as_ref().map(|file| file.read(row.id)).transpose()?.flatten();
        let guest = (!self.sealed(&row)).then(|| self.installation(row.id).seal(&self.keys.seal).0);
        let after = InstanceRow {
            at: Noted::after(row.at, noted),
            clock_at: if doubt == Doubt::ClockBack { self.now } else { row.clock_at.max(self.now) },
            guest,
            place: store.place().await?,
            ..row
        };
        let taking = Taking { row: after.clone(), event: Event::DatabaseVoided, why: doubt.as_str(), now: self.now };
        let voided = store.write(move |tx| Box::pin(async move { take(tx, &taking).await })).await?;
        // The database first: a note that is behind does no harm, one that is ahead would void it all again.
        if let Some(file) = file {
            file.write(after.id, after.at)?;
        }
        let (why, epoch) = (doubt.as_str(), after.at.epoch);
        tracing::warn!(event = Event::DatabaseVoided.as_str(), why, epoch, ?voided, "{}", explained(doubt));
        Ok(after)
    }
}

/// A database that changes hands.
#[derive(Clone)]
pub struct Taking {
    /// The instance from then on.
    pub row: InstanceRow,
    /// What happened.
    pub event: Event,
    /// Why.
    pub why: &'static str,
    /// When.
    pub now: Timestamp,
}

/// One transaction: everything is void, the instance is the new one, and it is written down.
pub async fn take(tx: &mut Tx, taking: &Taking) -> Result<Voided, StoreError> {
    let Taking { row, event, why, now } = taking;
    let voided = tx.void_everything(why, *now).await?;
    tx.update_instance(row).await?;
    let detail = json!({
        "why": why, "epoch": row.at.epoch, "environment": row.environment, "public_url": row.public_url,
        "voided": voided,
    });
    tx.audit(&AuditEntry { at: *now, event: *event, account: None, realm: None, ip: None, detail }).await?;
    Ok(voided)
}

/// Where this installation notes how far its databases have come; a demo does not.
pub fn epoch_file(server: &Server) -> Option<EpochFile> {
    server.epoch_file.clone().map(EpochFile::at)
}

/// The instance of a database that has one.
pub async fn row(store: &Store) -> Result<InstanceRow, StoreError> {
    store.instance().await?.ok_or(StoreError::Corrupt("instance"))
}

/// What a doubt means, for the administrator.
pub const fn explained(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::ClockBack => {
            "the clock is minutes behind what this database saw last: everybody has to log in again; let NTP set the clock"
        }
        Doubt::Foreign => "this database was sealed by another installation: everything that was live in it is void",
        Doubt::Lent => "another installation has opened this database meanwhile: everybody has to log in again",
        Doubt::Moved => "this database came out of a dump: everybody has to log in again",
        Doubt::Older => "an older copy took the place of this database: everybody has to log in again",
        Doubt::Unknown => {
            "this installation has no note of this database (its epoch file): everybody has to log in again"
        }
    }
}
