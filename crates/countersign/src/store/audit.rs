//! The audit log. Rows are added, in the transaction of what they tell of, and never changed, except that `audit_chain`
//! gives each its place and its link.

use countersign_core::audit::Event;
use countersign_core::id::AccountId;
use countersign_core::realm::RealmName;
use jiff::Timestamp;
use sqlx::types::Json;

use crate::store::Store;
use crate::store::db::{Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// Something to write down.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// When it happened.
    pub at: Timestamp,
    /// What.
    pub event: Event,
    /// To whose account.
    pub account: Option<AccountId>,
    /// In which realm.
    pub realm: Option<RealmName>,
    /// From which address.
    pub ip: Option<String>,
    /// What else there is to say; never a code, a token or a password.
    pub detail: serde_json::Value,
}

/// Something that was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number; rises.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What, by name: a log outlives the names a version knows.
    pub event: String,
    /// To whose account.
    pub account: Option<AccountId>,
    /// In which realm.
    pub realm: Option<RealmName>,
    /// From which address.
    pub ip: Option<String>,
    /// What else there is to say.
    pub detail: serde_json::Value,
}

impl Record for AuditRow {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            at: row.instant("at")?,
            event: row.get("event")?,
            account: row.optional_id("account_id", AccountId)?,
            realm: row.optional_parsed("realm")?,
            ip: row.get("ip")?,
            detail: row.json("detail")?,
        })
    }
}

struct Counted((AccountId, u32));

impl Record for Counted {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self((row.id("account_id", AccountId)?, row.count("times")?)))
    }
}

impl Store {
    /// The newest entries, of one account or of all.
    pub async fn audit_entries(&self, account: Option<AccountId>, limit: u32) -> Result<Vec<AuditRow>, Error> {
        run!(
            self.reader().await?.conn(),
            all AuditRow:
            "select id, at, event, account_id, realm, ip, detail
               from audit where $1 is null or account_id = $1 order by id desc limit $2",
            account.map(|id| id.0),
            i64::from(limit),
        )
    }

    /// Whether this entry is one of the account's.
    pub async fn has_audit_entry(&self, account: AccountId, entry: i64) -> Result<bool, Error> {
        let found = run!(
            self.reader().await?.conn(),
            optional AuditRow:
            "select id, at, event, account_id, realm, ip, detail from audit where account_id = $1 and id = $2",
            account.0,
            entry,
        )?;
        Ok(found.is_some())
    }

    /// The accounts that something happened to after a moment, each with how often it has happened since another.
    pub async fn accounts_with(
        &self,
        event: Event,
        after: Timestamp,
        counted_since: Timestamp,
        limit: u32,
    ) -> Result<Vec<(AccountId, u32)>, Error> {
        let counted = run!(
            self.reader().await?.conn(),
            all Counted:
            "select account_id, count(*) as times from audit
              where event = $1 and at > $3 and account_id is not null
              group by account_id
             having max(at) > $2
              order by times desc
              limit $4",
            event.as_str(),
            Micros(after),
            Micros(counted_since),
            i64::from(limit),
        )?;
        Ok(counted.into_iter().map(|counted| counted.0).collect())
    }
}

impl Tx {
    /// Writes an entry.
    pub async fn audit(&mut self, entry: &AuditEntry) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into audit (at, event, account_id, realm, ip, detail) values ($1, $2, $3, $4, $5, $6)",
            Micros(entry.at),
            entry.event.as_str(),
            entry.account.map(|id| id.0),
            entry.realm.as_ref().map(RealmName::as_str),
            entry.ip.as_deref(),
            Json(&entry.detail),
        )
        .map(drop)
    }
}
