//! What `countersign check` asks of the database.

use jiff::Timestamp;

use crate::store::Store;
use crate::store::db::{Record, Row, run};
use crate::store::dialect;
use crate::store::error::Error;

struct Now(Timestamp);

impl Record for Now {
    fn read(row: &Row) -> Result<Self, Error> {
        row.instant("now").map(Self)
    }
}

impl Store {
    /// The time by the database's own clock.
    pub async fn clock(&self) -> Result<Timestamp, Error> {
        let now = run!(self.reader().await?.conn(), optional Now: dialect::CLOCK)?;
        now.map(|Now(at)| at).ok_or(Error::Corrupt("now"))
    }
}
