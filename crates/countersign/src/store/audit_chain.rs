//! The places and links of the audit log's rows, and the head of their chain.
//!
//! A row is written without a place, in the transaction of what it tells of, because rows commit in another order than
//! their ids. Later one node at a time, holding the head's lock, gives every row that has none the next place. A row that
//! has a place is never written again.

use countersign_core::audit_chain::{Head, Link};

use crate::store::Store;
use crate::store::audit::AuditRow;
use crate::store::db::{Record, Row, run};
use crate::store::dialect;
use crate::store::error::Error;
use crate::store::tx::Tx;

/// A row with its place in the chain.
#[derive(Clone, Debug)]
pub struct ChainedRow {
    /// The row.
    pub row: AuditRow,
    /// Its place, and its link as it is stored.
    pub end: Head,
}

/// The head as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredHead {
    /// Where the chain ends.
    pub end: Head,
    /// The MAC over it.
    pub seal: Link,
}

struct Count(u64);

struct LastPlace(u64);

impl Record for ChainedRow {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self { row: AuditRow::read(row)?, end: end(row)? })
    }
}

impl Record for StoredHead {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self { end: end(row)?, seal: Link(row.bytes("mac")?) })
    }
}

impl Record for Count {
    fn read(row: &Row) -> Result<Self, Error> {
        row.get::<i64>("rows").map(|rows| Self(u64::try_from(rows).unwrap_or_default()))
    }
}

impl Record for LastPlace {
    fn read(row: &Row) -> Result<Self, Error> {
        row.get::<i64>("place").map(|place| Self(u64::try_from(place).unwrap_or_default()))
    }
}

fn end(row: &Row) -> Result<Head, Error> {
    let place = u64::try_from(row.get::<i64>("place")?).map_err(|_| Error::Corrupt("place"))?;
    Ok(Head { place, link: Link(row.bytes("link")?) })
}

impl Store {
    /// How many rows have no place yet.
    pub async fn audit_unchained(&self) -> Result<u64, Error> {
        let counted = run!(
            self.reader().await?.conn(),
            optional Count: "select count(*) as rows from audit where place is null",
        )?;
        Ok(counted.map_or(0, |counted| counted.0))
    }

    /// The head; `None` before the first row was chained.
    pub async fn audit_head(&self) -> Result<Option<StoredHead>, Error> {
        run!(
            self.reader().await?.conn(),
            optional StoredHead: "select place, link, mac from audit_head where single = 1",
        )
    }

    /// Rows in the order of the chain, after a place.
    pub async fn audit_chain(&self, after: u64, limit: u32) -> Result<Vec<ChainedRow>, Error> {
        run!(
            self.reader().await?.conn(),
            all ChainedRow:
            "select id, at, event, account_id, realm, ip, detail, place, link
               from audit where place > $1 order by place limit $2",
            stored(after),
            i64::from(limit),
        )
    }
}

impl Tx {
    /// The head, which nobody else moves until this transaction ends. If there is none and no row has a place, `first` is.
    pub async fn lock_audit_head(&mut self, first: &StoredHead) -> Result<Option<StoredHead>, Error> {
        run!(
            self.conn(),
            execute "insert into audit_head (single, place, link, mac)
                     select 1, $1, $2, $3 where not exists (select 1 from audit where place is not null)
                     on conflict (single) do nothing",
            stored(first.end.place),
            first.end.link.0.as_slice(),
            first.seal.0.as_slice(),
        )?;
        run!(self.conn(), optional StoredHead: dialect::LOCK_AUDIT_HEAD)
    }

    /// The highest place that any row has; 0 when none has one.
    pub async fn last_audit_place(&mut self) -> Result<u64, Error> {
        let last = run!(
            self.conn(),
            optional LastPlace: "select coalesce(max(place), 0) as place from audit",
        )?;
        Ok(last.map_or(0, |last| last.0))
    }

    /// Puts a head in the place of whatever there is.
    pub async fn put_audit_head(&mut self, head: &StoredHead) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into audit_head (single, place, link, mac) values (1, $1, $2, $3)
                     on conflict (single) do update
                        set place = excluded.place, link = excluded.link, mac = excluded.mac",
            stored(head.end.place),
            head.end.link.0.as_slice(),
            head.seal.0.as_slice(),
        )
        .map(drop)
    }

    /// The oldest rows that have no place.
    pub async fn unchained_audit_rows(&mut self, limit: u32) -> Result<Vec<AuditRow>, Error> {
        run!(
            self.conn(),
            all AuditRow:
            "select id, at, event, account_id, realm, ip, detail
               from audit where place is null order by id limit $1",
            i64::from(limit),
        )
    }

    /// Gives a row its place, unless it has one.
    pub async fn chain_audit_row(&mut self, id: i64, end: &Head) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update audit set place = $2, link = $3 where id = $1 and place is null",
            id,
            stored(end.place),
            end.link.0.as_slice(),
        )
        .map(drop)
    }

    /// Moves the head.
    pub async fn move_audit_head(&mut self, head: &StoredHead) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update audit_head set place = $1, link = $2, mac = $3 where single = 1",
            stored(head.end.place),
            head.end.link.0.as_slice(),
            head.seal.0.as_slice(),
        )
        .map(drop)
    }
}

/// Places count entries, so they never come near the limit of `BIGINT`.
fn stored(place: u64) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
