//! The seal, while the service runs and by command: counting beats, telling how things stand, adopting.

use countersign_core::audit::Event;
use countersign_core::audit_chain::ChainKey;
use countersign_core::seal::{Doubt, Noted};
use serde_json::json;

use crate::app::{App, BuildError};
use crate::flow::{Error, audit};
use crate::seal::{self, Opener, Taking};
use crate::store::Store;
use crate::store::audit::AuditEntry;
use crate::store::error::Error as StoreError;
use crate::store::instance::InstanceRow;
use crate::store::tx::Tx;
use crate::store::url::DatabaseUrl;
use crate::store::void::Voided;

/// Notes that the database is in use and how far it has come, and takes over what it says: another process may have
/// adopted it.
pub async fn beat(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let row = app.store.write(move |tx| Box::pin(async move { tx.beat(now).await })).await?;
    let row = row.ok_or(StoreError::Corrupt("instance"))?;
    if let Some(file) = seal::epoch_file(&app.server) {
        let noted = file.read(row.id).map_err(BuildError::from)?;
        if noted.is_some_and(|noted| row.at.beat < noted.beat || row.at.epoch < noted.epoch) {
            app.couriers.quarantine(true);
            let text = "an older copy took the place of the database while it was in use: nothing leaves; restart \
                        Countersign";
            return Err(Error::Internal(text.to_owned()));
        }
        file.write(row.id, row.at).map_err(BuildError::from)?;
    }
    app.stand_by(&row);
    Ok(())
}

/// How a database stands to this installation.
pub struct Status {
    /// Its instance.
    pub row: InstanceRow,
    /// Whether this installation sealed it.
    pub sealed: bool,
    /// What is not as it was sealed.
    pub differs: Vec<&'static str>,
    /// Why everything in it will be void at the next start, if it will.
    pub doubt: Option<Doubt>,
}

/// Tells how the database stands, and changes nothing. `None`: it was never used.
pub async fn status(opener: &Opener<'_>) -> Result<Option<Status>, Error> {
    let url: DatabaseUrl = opener.server.database.expose().parse().map_err(BuildError::from)?;
    if let DatabaseUrl::Sqlite(path) = &url
        && !path.exists()
    {
        // Opening it would make it.
        return Ok(None);
    }
    let store = Store::open(&url).await?;
    let Some(row) = store.instance().await? else { return Ok(None) };
    let doubt = opener.doubt(&store, &row, matches!(url, DatabaseUrl::Sqlite(_))).await?;
    store.close().await;
    Ok(Some(Status { sealed: opener.sealed(&row), differs: opener.differs(&row), doubt, row }))
}

/// Seals the database for this installation. Everything live in it is void once more: whoever tested with the copy is
/// not logged in to what it has become.
pub async fn adopt(app: &App) -> Result<Voided, Error> {
    let opener = app.opener();
    let row = seal::row(&app.store).await?;
    let row_before = row.clone();
    let installation = opener.installation(row.id);
    let file = seal::epoch_file(&app.server);
    let noted = file.as_ref().map(|file| file.read(row.id)).transpose().map_err(BuildError::from)?.flatten();
    let after = InstanceRow {
        at: Noted::after(row.at, noted),
        clock_at: row.clock_at.max(opener.now),
        seal: installation.seal(&app.keys.seal).0,
        environment: installation.environment,
        public_url: installation.public_url,
        guest: None,
        ..row
    };
    let taking = Taking { row: after.clone(), event: Event::DatabaseAdopted, why: "adopted", now: opener.now };
    let chain = (!opener.key_sealed(&row_before)).then(|| app.keys.audit.clone());
    let voided = app.store.write(move |tx| Box::pin(adopt_in(tx, taking, chain))).await?;
    if let Some(file) = file {
        file.write(after.id, after.at).map_err(BuildError::from)?;
    }
    app.stand_by(&after);
    tracing::warn!(
        event = Event::DatabaseAdopted.as_str(),
        environment = after.environment,
        public_url = after.public_url,
        epoch = after.at.epoch,
        ?voided,
        "the database is sealed for this installation"
    );
    Ok(voided)
}

/// With a key that the database does not know, the chain of the audit log cannot go on, and begins anew.
async fn adopt_in(tx: &mut Tx, taking: Taking, chain: Option<ChainKey>) -> Result<Voided, StoreError> {
    if let Some(key) = chain
        && let Some(after) = audit::begin_anew(tx, &key).await?
    {
        let detail = json!({ "after_place": after, "why": "adopted under another key" });
        let event = Event::AuditChainBegun;
        tx.audit(&AuditEntry { at: taking.now, event, account: None, realm: None, ip: None, detail }).await?;
    }
    seal::take(tx, &taking).await
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::Store(error) => error.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}
