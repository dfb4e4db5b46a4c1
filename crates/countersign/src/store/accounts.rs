//! Accounts and their identifiers.
//!
//! An identifier is unique in its realm, in its canonical form; `account.identifiers` keeps what was typed, for display.
//! Counters move by one conditional statement each. Everything else that depends on the account's state takes its row
//! lock first ([`Tx::lock_account`]).

use std::fmt;

use countersign_core::account::Account;
use countersign_core::contact::{Contacts, EmailAddress, Phone};
use countersign_core::facts::{Browser, History, Network};
use countersign_core::id::AccountId;
use countersign_core::identifier::Identifier;
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::role::Role;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use crate::store::Store;
use crate::store::db::{Conn, Record, Row, run};
use crate::store::dialect;
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// An account with what only the shell needs of it.
#[derive(Clone)]
pub struct AccountRow {
    /// What the rules see. A contact that is not verified, or that the numbering plan no longer allows, is not in it.
    pub account: Account,
    /// An e-mail address on file that nobody has confirmed. No code goes there but the one that confirms it.
    pub unverified_email: Option<EmailAddress>,
    /// What it types to log in, as it was written when the account was made.
    pub identifiers: Vec<String>,
    /// The password's hash (PHC string), where the source is `local`.
    pub password_hash: Option<String>,
    /// When the password was set.
    pub password_set_at: Option<Timestamp>,
    /// When the password was last replaced by a link that went to the mailbox the account has.
    pub mail_reset_at: Option<Timestamp>,
    /// Since when the password opens nothing but the way to a new one.
    pub must_change_password_at: Option<Timestamp>,
    /// The last successful login.
    pub last_login: Option<LastLogin>,
    /// The language of the last successful login.
    pub language: Option<String>,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// Prints no password hash and no identifier.
impl fmt::Debug for AccountRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountRow")
            .field("account", &self.account)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

/// The last successful login, to show to the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastLogin {
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub ip: String,
    /// With which browser.
    pub browser: Browser,
}

/// An account to be made. Its contacts count as verified by whoever makes it.
#[derive(Clone)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// Its realm.
    pub realm: RealmName,
    /// Who proves its password.
    pub source: SourceName,
    /// What it may do.
    pub role: Role,
    /// The person's name.
    pub display_name: String,
    /// The e-mail address.
    pub email: Option<EmailAddress>,
    /// The phone.
    pub phone: Option<Phone>,
    /// Whether the second factor is on where it is optional.
    pub opted_in: bool,
    /// The password's hash, where the source is `local`.
    pub password_hash: Option<String>,
    /// What it types to log in: canonical, and as written.
    pub identifiers: Vec<(Identifier, String)>,
}

/// Prints no password hash and no identifier.
impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount").field("id", &self.id).field("realm", &self.realm).finish_non_exhaustive()
    }
}

/// Which accounts to list.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Of this realm only.
    pub realm: Option<RealmName>,
    /// With this text in the name, an identifier or the e-mail address.
    pub text: Option<String>,
}

/// What a successful login leaves behind.
#[derive(Clone, Debug)]
pub struct LoginRecord {
    /// When.
    pub now: Timestamp,
    /// From which address.
    pub ip: String,
    /// With which browser.
    pub browser: Browser,
    /// In which language.
    pub language: String,
    /// The networks to remember from now on.
    pub networks: Vec<Network>,
    /// When a second factor was proven; `None` keeps what is stored.
    pub second_factor_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "id, realm, source, role, display_name, identifiers, email, email_verified_at, phone, phone_verified_at,
         opted_in, password_hash, password_set_at, disabled_at, code_failures, factor_disabled_at, login_failures,
         networks, second_factor_at, mail_reset_at, last_login_at, last_login_ip, last_login_browser, language,
         must_change_password_at, created_at"
    };
}

impl Record for AccountRow {
    fn read(row: &Row) -> Result<Self, Error> {
        let browser: Option<Browser> = row.optional_json("last_login_browser")?;
        let ip: Option<String> = row.get("last_login_ip")?;
        let at = row.optional_instant("last_login_at")?;
        let last_login = at.zip(ip).zip(browser.clone()).map(|((at, ip), browser)| LastLogin { at, ip, browser });
        Ok(Self {
            account: Account {
                id: row.id("id", AccountId)?,
                realm: row.parsed("realm")?,
                source: row.parsed("source")?,
                role: row.parsed("role")?,
                display_name: row.get("display_name")?,
                contacts: read_contacts(row)?,
                opted_in: row.get("opted_in")?,
                disabled_at: row.optional_instant("disabled_at")?,
                code_failures: row.count("code_failures")?,
                factor_disabled_at: row.optional_instant("factor_disabled_at")?,
                history: History {
                    networks: row.json("networks")?,
                    browser,
                    second_factor_at: row.optional_instant("second_factor_at")?,
                    failures: row.count("login_failures")?,
                },
            },
            unverified_email: read_unverified(row)?,
            identifiers: row.json("identifiers")?,
            password_hash: row.get("password_hash")?,
            password_set_at: row.optional_instant("password_set_at")?,
            mail_reset_at: row.optional_instant("mail_reset_at")?,
            must_change_password_at: row.optional_instant("must_change_password_at")?,
            last_login,
            language: row.get("language")?,
            created_at: row.instant("created_at")?,
        })
    }
}

/// Numbering plans change. A number that was valid once and is not any more is no contact, but it must not keep its
/// owner from logging in over the other channel.
fn read_contacts(row: &Row) -> Result<Contacts, Error> {
    let email: Option<String> = row.get("email")?;
    let phone: Option<String> = row.get("phone")?;
    let email = row.optional_instant("email_verified_at")?.and(email);
    let phone = row.optional_instant("phone_verified_at")?.and(phone);
    Ok(Contacts {
        email: email.and_then(|text| text.parse().ok()),
        phone: phone.and_then(|text| Phone::parse(&text, None).ok()),
    })
}

fn read_unverified(row: &Row) -> Result<Option<EmailAddress>, Error> {
    let email: Option<String> = row.get("email")?;
    let verified = row.optional_instant("email_verified_at")?.is_some();
    Ok(email.filter(|_| !verified).and_then(|text| text.parse().ok()))
}

async fn find(conn: Conn<'_>, id: AccountId) -> Result<Option<AccountRow>, Error> {
    run!(conn, optional AccountRow: concat!("select ", columns!(), " from account where id = $1"), id.0)
}

impl Store {
    /// The account with this id.
    pub async fn account(&self, id: AccountId) -> Result<Option<AccountRow>, Error> {
        find(self.reader().await?.conn(), id).await
    }

    /// The account that logs in by this identifier.
    pub async fn account_by_identifier(
        &self,
        realm: &RealmName,
        identifier: &Identifier,
    ) -> Result<Option<AccountRow>, Error> {
        run!(
            self.reader().await?.conn(),
            optional AccountRow:
            concat!(
                "select ", columns!(), " from account
                  where id = (select account_id from identifier where realm = $1 and canonical = $2)"
            ),
            realm.as_str(),
            identifier.as_str(),
        )
    }

    /// Accounts in the order in which they were made, after the one given.
    pub async fn accounts(
        &self,
        filter: &AccountFilter,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<AccountRow>, Error> {
        run!(
            self.reader().await?.conn(),
            all AccountRow:
            concat!(
                "select ", columns!(), " from account
                  where ($1 is null or realm = $1)
                    and ($2 is null or search like $2 escape '!')
                    and ($3 is null or id > $3)
                  order by id
                  limit $4"
            ),
            filter.realm.as_ref().map(RealmName::as_str),
            filter.text.as_deref().map(pattern),
            after.map(|id| id.0),
            i64::from(limit),
        )
    }
}

impl Tx {
    /// Administrators who can be told something: not disabled, with a verified e-mail address; the oldest first.
    pub async fn administrators(&mut self, limit: u32) -> Result<Vec<AccountRow>, Error> {
        run!(
            self.conn(),
            all AccountRow:
            concat!(
                "select ", columns!(), " from account
                  where role = $1 and disabled_at is null and email_verified_at is not null
                  order by created_at, id
                  limit $2"
            ),
            Role::Administrator.as_str(),
            i64::from(limit),
        )
    }

    /// Makes an account. `Some` names an identifier that is taken; then nothing is written.
    pub async fn insert_account(&mut self, new: &NewAccount, now: Timestamp) -> Result<Option<Identifier>, Error> {
        let typed: Vec<&str> = new.identifiers.iter().map(|(_, typed)| typed.as_str()).collect();
        run!(
            self.conn(),
            execute "insert into account (id, realm, source, role, display_name, identifiers, search, email,
                                          email_verified_at, phone, phone_verified_at, opted_in, password_hash,
                                          password_set_at, networks, created_at)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            new.id.0,
            new.realm.as_str(),
            new.source.as_str(),
            new.role.as_str(),
            &new.display_name,
            Json(&typed),
            search_text(&new.display_name, new.email.as_ref(), &typed),
            new.email.as_ref().map(EmailAddress::as_str),
            new.email.as_ref().map(|_| Micros(now)),
            new.phone.as_ref().map(Phone::as_str),
            new.phone.as_ref().map(|_| Micros(now)),
            new.opted_in,
            new.password_hash.as_deref(),
            new.password_hash.as_ref().map(|_| Micros(now)),
            Json(Vec::<Network>::new()),
            Micros(now),
        )?;
        for (identifier, _) in &new.identifiers {
            let inserted = run!(
                self.conn(),
                execute "insert into identifier (realm, canonical, account_id) values ($1, $2, $3)
                         on conflict (realm, canonical) do nothing",
                new.realm.as_str(),
                identifier.as_str(),
                new.id.0,
            )?;
            if inserted == 0 {
                run!(self.conn(), execute "delete from account where id = $1", new.id.0)?;
                return Ok(Some(identifier.clone()));
            }
        }
        Ok(None)
    }

    /// Reads the account and keeps every other transaction from changing it until this one ends.
    pub async fn lock_account(&mut self, id: AccountId) -> Result<Option<AccountRow>, Error> {
        run!(self.conn(), execute dialect::LOCK_ACCOUNT, id.0)?;
        // A statement of its own, so that it sees what the transaction that held the lock before has committed.
        find(self.conn(), id).await
    }

    /// Sets a new password; whoever demanded one has it.
    pub async fn set_password(&mut self, id: AccountId, hash: &str, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update account set password_hash = $2, password_set_at = $3, must_change_password_at = null
                      where id = $1",
            id.0,
            hash,
            Micros(now),
        )
        .map(drop)
    }

    /// From now on the password opens nothing but the way to a new one.
    pub async fn demand_new_password(&mut self, id: AccountId, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update account set must_change_password_at = $2 where id = $1 and must_change_password_at is null",
            id.0,
            Micros(now),
        )
        .map(drop)
    }

    /// Replaces the hash of an unchanged password; `false` if the password was changed meanwhile.
    pub async fn rehash_password(&mut self, id: AccountId, old: &str, new: &str) -> Result<bool, Error> {
        let changed = run!(
            self.conn(),
            execute "update account set password_hash = $3 where id = $1 and password_hash = $2",
            id.0,
            old,
            new,
        )?;
        Ok(changed == 1)
    }

    /// Disables the account from the moment given, or enables it.
    pub async fn set_disabled(&mut self, id: AccountId, since: Option<Timestamp>) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update account set disabled_at = $2 where id = $1",
            id.0,
            since.map(Micros),
        )
        .map(drop)
    }
}

/// What [`AccountFilter::text`] looks in. Folded here: `lower` of SQLite knows ASCII only.
pub(super) fn search_text(name: &str, email: Option<&EmailAddress>, identifiers: &[&str]) -> String {
    let email = email.map(EmailAddress::as_str);
    let texts: Vec<&str> = std::iter::once(name).chain(email).chain(identifiers.iter().copied()).collect();
    texts.join("\n").to_lowercase()
}

/// A `like` pattern for a text anywhere, in which every letter means itself.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
