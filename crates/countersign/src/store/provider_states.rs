//! Which providers rest, as the nodes last said: for the administrator to see. Nothing is decided by it.

use jiff::Timestamp;

use crate::store::Store;
use crate::store::db::{Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// What was last said of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderStateRow {
    /// Its name.
    pub name: String,
    /// Whether it rests.
    pub resting: bool,
    /// Since when it stands so.
    pub since: Timestamp,
    /// Until when it rests.
    pub until: Option<Timestamp>,
    /// Why it rests.
    pub cause: Option<String>,
}

const RESTS: &str = "open";
const WORKS: &str = "closed";

impl Record for ProviderStateRow {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            name: row.get("name")?,
            resting: row.get::<String>("state")? == RESTS,
            since: row.instant("since")?,
            until: row.optional_instant("until_at")?,
            cause: row.get("cause")?,
        })
    }
}

impl Store {
    /// What was last said of each provider.
    pub async fn provider_states(&self) -> Result<Vec<ProviderStateRow>, Error> {
        run!(
            self.reader().await?.conn(),
            all ProviderStateRow: "select name, state, since, until_at, cause from provider_state order by name",
        )
    }
}

impl Tx {
    /// Writes down how a provider stands from now on.
    pub async fn set_provider_state(
        &mut self,
        name: &str,
        rest: Option<(&str, Timestamp)>,
        now: Timestamp,
    ) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into provider_state (name, state, since, until_at, cause) values ($1, $2, $3, $4, $5)
                     on conflict (name) do update
                        set state = excluded.state, since = excluded.since, until_at = excluded.until_at,
                            cause = excluded.cause",
            name,
            if rest.is_some() { RESTS } else { WORKS },
            Micros(now),
            rest.map(|(_, until)| Micros(until)),
            rest.map(|(cause, _)| cause),
        )
        .map(drop)
    }
}
