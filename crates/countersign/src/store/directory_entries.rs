//! What an account is in its directory, for accounts whose source is one.
//!
//! The entry is found by realm, source and the directory's own stable id, never by a name: a rename changes nothing here,
//! and whoever is made anew under an old name is somebody else (security.md J-06, J-11). Contacts that came from the
//! directory are marked as such, so that it may take them away again.

use countersign_core::id::AccountId;
use countersign_core::identifier::Identifier;
use countersign_core::realm::{RealmName, SourceName};
use jiff::Timestamp;
use sqlx::types::Json;

use crate::store::Store;
use crate::store::accounts::{AccountRow, search_text};
use crate::store::db::{Conn, Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// What an account is in its directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The account.
    pub account: AccountId,
    /// Its realm.
    pub realm: RealmName,
    /// The directory.
    pub source: SourceName,
    /// The directory's stable id of the person.
    pub external_id: String,
    /// The groups that the entry names.
    pub member_of: Vec<String>,
    /// Whether the account's e-mail address is the directory's.
    pub gives_email: bool,
    /// Whether the account's phone is the directory's.
    pub gives_phone: bool,
    /// Why the directory does not let the person in, when it was last asked: `disabled`, `gone`, …
    pub refused: Option<String>,
    /// When the directory last told about the person.
    pub confirmed_at: Timestamp,
    /// When it was last asked, whether it answered or not.
    pub asked_at: Timestamp,
}

/// Who types an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The account.
    pub account: AccountId,
    /// Who proves its password.
    pub source: SourceName,
}

macro_rules! columns {
    () => {
        "account_id, realm, source, external_id, member_of, gives_email, gives_phone, refused, confirmed_at, asked_at"
    };
}

impl Record for DirectoryEntry {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            account: row.id("account_id", AccountId)?,
            realm: row.parsed("realm")?,
            source: row.parsed("source")?,
            external_id: row.get("external_id")?,
            member_of: row.json("member_of")?,
            gives_email: row.get("gives_email")?,
            gives_phone: row.get("gives_phone")?,
            refused: row.get("refused")?,
            confirmed_at: row.instant("confirmed_at")?,
            asked_at: row.instant("asked_at")?,
        })
    }
}

impl Record for Owner {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self { account: row.id("id", AccountId)?, source: row.parsed("source")? })
    }
}

struct Canonical(Identifier);

impl Record for Canonical {
    fn read(row: &Row) -> Result<Self, Error> {
        row.parsed("canonical").map(Self)
    }
}

async fn find(
    conn: Conn<'_>,
    realm: &RealmName,
    source: &SourceName,
    external_id: &str,
) -> Result<Option<DirectoryEntry>, Error> {
    run!(
        conn,
        optional DirectoryEntry:
        concat!("select ", columns!(), " from directory_entry where realm = $1 and source = $2 and external_id = $3"),
        realm.as_str(),
        source.as_str(),
        external_id,
    )
}

impl Store {
    /// The entry of this id in a directory.
    pub async fn directory_entry(
        &self,
        realm: &RealmName,
        source: &SourceName,
        external_id: &str,
    ) -> Result<Option<DirectoryEntry>, Error> {
        find(self.reader().await?.conn(), realm, source, external_id).await
    }

    /// What this account is in its directory; `None` for one of Countersign's own.
    pub async fn directory_entry_of(&self, account: AccountId) -> Result<Option<DirectoryEntry>, Error> {
        run!(
            self.reader().await?.conn(),
            optional DirectoryEntry: concat!("select ", columns!(), " from directory_entry where account_id = $1"),
            account.0,
        )
    }
}

impl Tx {
    /// The entry of this id in a directory.
    pub async fn directory_entry(
        &mut self,
        realm: &RealmName,
        source: &SourceName,
        external_id: &str,
    ) -> Result<Option<DirectoryEntry>, Error> {
        find(self.conn(), realm, source, external_id).await
    }

    /// Says what an account is in its directory; `false` if another account is that already, and nothing is written.
    pub async fn insert_directory_entry(&mut self, entry: &DirectoryEntry) -> Result<bool, Error> {
        let inserted = run!(
            self.conn(),
            execute "insert into directory_entry (account_id, realm, source, external_id, member_of, gives_email,
                                                  gives_phone, refused, confirmed_at, asked_at)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                     on conflict (realm, source, external_id) do nothing",
            entry.account.0,
            entry.realm.as_str(),
            entry.source.as_str(),
            &entry.external_id,
            Json(&entry.member_of),
            entry.gives_email,
            entry.gives_phone,
            entry.refused.as_deref(),
            Micros(entry.confirmed_at),
            Micros(entry.asked_at),
        )?;
        Ok(inserted == 1)
    }

    /// Writes down what the directory has just told.
    pub async fn confirm_directory_entry(&mut self, entry: &DirectoryEntry) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update directory_entry
                        set member_of = $2, gives_email = $3, gives_phone = $4, refused = null, confirmed_at = $5,
                            asked_at = $5
                      where account_id = $1",
            entry.account.0,
            Json(&entry.member_of),
            entry.gives_email,
            entry.gives_phone,
            Micros(entry.confirmed_at),
        )
        .map(drop)
    }

    /// Writes down that the directory does not let the person in.
    pub async fn refuse_directory_entry(&mut self, account: AccountId, why: &str, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update directory_entry set refused = $2, confirmed_at = $3, asked_at = $3 where account_id = $1",
            account.0,
            why,
            Micros(now),
        )
        .map(drop)
    }

    /// Takes the entries whose accounts have a session that is alive, and of which the directory was not asked after
    /// `asked_before`. Each is given to one node only, and to nobody again until then.
    pub async fn claim_directory_entries(
        &mut self,
        live: &LiveSessions,
        asked_before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<DirectoryEntry>, Error> {
        run!(
            self.conn(),
            all DirectoryEntry:
            concat!(
                "update directory_entry set asked_at = $1
                  where asked_at <= $2 and account_id in (
                        select e.account_id from directory_entry e
                         where e.asked_at <= $2 and exists (
                               select 1 from session s
                                where s.account_id = e.account_id and s.ended_at is null
                                  and s.seen_at > $3 and s.created_at > $4)
                         order by e.asked_at
                         limit $5)
                 returning ",
                columns!()
            ),
            Micros(now),
            Micros(asked_before),
            Micros(live.seen_after),
            Micros(live.created_after),
            i64::from(limit),
        )
    }

    /// Who types this identifier in a realm.
    pub async fn identifier_owner(
        &mut self,
        realm: &RealmName,
        identifier: &Identifier,
    ) -> Result<Option<Owner>, Error> {
        run!(
            self.conn(),
            optional Owner:
            "select a.id, a.source from identifier i join account a on a.id = i.account_id
              where i.realm = $1 and i.canonical = $2",
            realm.as_str(),
            identifier.as_str(),
        )
    }

    /// What an account types to log in, in canonical form.
    pub async fn identifiers_of(&mut self, account: AccountId) -> Result<Vec<Identifier>, Error> {
        let rows = run!(
            self.conn(),
            all Canonical: "select canonical from identifier where account_id = $1 order by canonical",
            account.0,
        )?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Gives an identifier to an account; `false` if it is taken, also by itself.
    pub async fn claim_identifier(
        &mut self,
        realm: &RealmName,
        identifier: &Identifier,
        account: AccountId,
    ) -> Result<bool, Error> {
        let inserted = run!(
            self.conn(),
            execute "insert into identifier (realm, canonical, account_id) values ($1, $2, $3)
                     on conflict (realm, canonical) do nothing",
            realm.as_str(),
            identifier.as_str(),
            account.0,
        )?;
        Ok(inserted == 1)
    }

    /// Takes an identifier from an account, if it is this account's.
    pub async fn release_identifier(
        &mut self,
        realm: &RealmName,
        identifier: &Identifier,
        account: AccountId,
    ) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "delete from identifier where realm = $1 and canonical = $2 and account_id = $3",
            realm.as_str(),
            identifier.as_str(),
            account.0,
        )
        .map(drop)
    }

    /// Sets the name that people see and the identifiers as they are shown. `row` is the account as it is locked.
    pub async fn set_profile(&mut self, row: &AccountRow, name: &str, identifiers: &[String]) -> Result<(), Error> {
        let shown: Vec<&str> = identifiers.iter().map(String::as_str).collect();
        run!(
            self.conn(),
            execute "update account set display_name = $2, identifiers = $3, search = $4 where id = $1",
            row.account.id.0,
            name,
            Json(identifiers),
            search_text(name, row.account.contacts.email.as_ref(), &shown),
        )
        .map(drop)
    }

    /// Removes an account that was made a moment ago in this transaction.
    pub async fn withdraw_account(&mut self, account: AccountId) -> Result<(), Error> {
        run!(self.conn(), execute "delete from account where id = $1", account.0).map(drop)
    }
}

/// Which sessions count as alive.
#[derive(Clone, Copy, Debug)]
pub struct LiveSessions {
    /// Used after this moment.
    pub seen_after: Timestamp,
    /// Begun after this moment.
    pub created_after: Timestamp,
}
