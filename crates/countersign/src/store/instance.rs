//! The one row that says which installation this database belongs to.

use countersign_core::id::InstanceId;

use crate::store::Store;
use crate::store::db::{Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;

/// The installation, as it is sealed in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceRow {
    /// The database's id.
    pub id: InstanceId,
    /// Rises when the database is restored, so that no old code or token comes back.
    pub epoch: u64,
    /// `production`, `test`, …
    pub environment: String,
    /// The public URL.
    pub public_url: String,
    /// The seal over id, environment and public URL.
    pub seal: [u8; 32],
}

impl Record for InstanceRow {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id("id", InstanceId)?,
            epoch: u64::try_from(row.get::<i64>("epoch")?).map_err(|_| Error::Corrupt("epoch"))?,
            environment: row.get("environment")?,
            public_url: row.get("public_url")?,
            seal: row.bytes("seal")?,
        })
    }
}

impl Store {
    /// The instance; `None` in a database that was never initialised.
    pub async fn instance(&self) -> Result<Option<InstanceRow>, Error> {
        let mut reader = self.reader().await?;
        run!(reader.conn(), optional InstanceRow:
            "select id, epoch, environment, public_url, seal from instance where single = 1")
    }
}

impl Tx {
    /// Writes the row, once in a database's life; `false` if there is one already.
    pub async fn insert_instance(&mut self, instance: &InstanceRow) -> Result<bool, Error> {
        let inserted = run!(
            self.conn(),
            execute "insert into instance (single, id, epoch, environment, public_url, seal)
                     values (1, $1, $2, $3, $4, $5) on conflict (single) do nothing",
            instance.id.0,
            stored_epoch(instance),
            &instance.environment,
            &instance.public_url,
            instance.seal.as_slice(),
        )?;
        Ok(inserted == 1)
    }

    /// Replaces the row: the database is adopted, or its epoch rises.
    pub async fn update_instance(&mut self, instance: &InstanceRow) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update instance set id = $1, epoch = $2, environment = $3, public_url = $4, seal = $5
                      where single = 1",
            instance.id.0,
            stored_epoch(instance),
            &instance.environment,
            &instance.public_url,
            instance.seal.as_slice(),
        )
        .map(drop)
    }
}

/// The epoch counts restores, so it never comes near the limit of `BIGINT`.
fn stored_epoch(instance: &InstanceRow) -> i64 {
    i64::try_from(instance.epoch).unwrap_or(i64::MAX)
}
