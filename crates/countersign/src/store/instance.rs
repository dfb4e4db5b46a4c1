//! The one row that says which installation this database belongs to, and how far it has come.

use countersign_core::id::InstanceId;
use countersign_core::seal::Noted;
use jiff::Timestamp;

use crate::store::Store;
use crate::store::db::{Record, Row, run};
use crate::store::dialect;
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// The installation, as it is sealed in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceRow {
    /// The database's id.
    pub id: InstanceId,
    /// How far it has come.
    pub at: Noted,
    /// The latest time that anybody who used the database saw.
    pub clock_at: Timestamp,
    /// `production`, `test`, …
    pub environment: String,
    /// The public URL.
    pub public_url: String,
    /// The seal over id, environment and public URL.
    pub seal: [u8; 32],
    /// The seal of the last installation that opened the database without having sealed it.
    pub guest: Option<[u8; 32]>,
    /// Where the database lives, as its server tells.
    pub place: Option<String>,
}

macro_rules! columns {
    () => {
        "id, epoch, beat, clock_at, environment, public_url, seal, guest, place"
    };
}

impl Record for InstanceRow {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id("id", InstanceId)?,
            at: Noted { epoch: number(row, "epoch")?, beat: number(row, "beat")? },
            clock_at: row.instant("clock_at")?,
            environment: row.get("environment")?,
            public_url: row.get("public_url")?,
            seal: row.bytes("seal")?,
            guest: row.optional_token("guest")?.map(|hash| hash.0),
            place: row.get("place")?,
        })
    }
}

fn number(row: &Row, column: &'static str) -> Result<u64, Error> {
    u64::try_from(row.get::<i64>(column)?).map_err(|_| Error::Corrupt(column))
}

struct Place(Option<String>);

impl Record for Place {
    fn read(row: &Row) -> Result<Self, Error> {
        row.get("place").map(Self)
    }
}

impl Store {
    /// The instance; `None` in a database that was never initialised.
    pub async fn instance(&self) -> Result<Option<InstanceRow>, Error> {
        let mut reader = self.reader().await?;
        run!(reader.conn(), optional InstanceRow: concat!("select ", columns!(), " from instance where single = 1"))
    }

    /// Where the database lives: the same for as long as it is this one, and another after a dump was restored, even
    /// on the same server and under the same name. A file cannot tell.
    pub async fn place(&self) -> Result<Option<String>, Error> {
        let place = run!(self.reader().await?.conn(), optional Place: dialect::PLACE)?;
        Ok(place.and_then(|place| place.0))
    }
}

impl Tx {
    /// The instance, as this transaction sees it.
    pub async fn instance(&mut self) -> Result<Option<InstanceRow>, Error> {
        run!(self.conn(), optional InstanceRow: concat!("select ", columns!(), " from instance where single = 1"))
    }

    /// Writes the row, once in a database's life; `false` if there is one already.
    pub async fn insert_instance(&mut self, instance: &InstanceRow) -> Result<bool, Error> {
        let inserted = run!(
            self.conn(),
            execute "insert into instance (single, id, epoch, beat, clock_at, environment, public_url, seal, guest,
                                           place)
                     values (1, $1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (single) do nothing",
            instance.id.0,
            stored(instance.at.epoch),
            stored(instance.at.beat),
            Micros(instance.clock_at),
            &instance.environment,
            &instance.public_url,
            instance.seal.as_slice(),
            instance.guest.as_ref().map(<[u8; 32]>::as_slice),
            instance.place.as_deref(),
        )?;
        Ok(inserted == 1)
    }

    /// Replaces the row: the database is adopted, or its epoch rises.
    pub async fn update_instance(&mut self, instance: &InstanceRow) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update instance
                        set id = $1, epoch = $2, beat = $3, clock_at = $4, environment = $5, public_url = $6, seal = $7,
                            guest = $8, place = $9
                      where single = 1",
            instance.id.0,
            stored(instance.at.epoch),
            stored(instance.at.beat),
            Micros(instance.clock_at),
            &instance.environment,
            &instance.public_url,
            instance.seal.as_slice(),
            instance.guest.as_ref().map(<[u8; 32]>::as_slice),
            instance.place.as_deref(),
        )
        .map(drop)
    }

    /// Counts one beat, notes the time, and returns the row as it is then.
    pub async fn beat(&mut self, now: Timestamp) -> Result<Option<InstanceRow>, Error> {
        run!(
            self.conn(),
            optional InstanceRow:
            concat!(
                "update instance
                    set beat = beat + 1, clock_at = case when clock_at < $1 then $1 else clock_at end
                  where single = 1
              returning ", columns!()
            ),
            Micros(now),
        )
    }
}

/// Both numbers count what happens a few times a minute, so they never come near the limit of `BIGINT`.
fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
