//! Many accounts from one file.
//!
//! A dry run and a real run judge each line in the same way; the dry run leaves out the writing. A line is made whole or
//! not at all, and what is wrong with one keeps no other from being made, so a corrected file can simply be run again:
//! what was made before is told as taken.

pub mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::id::AccountId;
use countersign_core::identifier::Identifier;
use countersign_core::realm::RealmName;
use countersign_core::role::Role;
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::directory::scheme::StoredHash;
use crate::flow::account::{Person, entry, require_realm, taken};
use crate::flow::import::table::{Column, Line};
use crate::flow::{Error, Refused};
use crate::store::accounts::NewAccount;
use crate::store::error::Error as StoreError;
use crate::store::tx::Tx;

/// How many lines are made in one transaction: other writes wait for it.
const BATCH: usize = 50;

/// What is imported, and how.
#[derive(Clone, Debug)]
pub struct Import {
    /// Into which realm.
    pub realm: RealmName,
    /// Whether the e-mail address is also what the person types to log in.
    pub email_logs_in: bool,
    /// Whether only to say what would happen.
    pub dry_run: bool,
}

/// What became of a line, or would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its number in the file.
    pub line: u64,
    /// What the account logs in by.
    pub identifiers: Vec<String>,
    /// `Err` says why there is no account.
    pub outcome: Result<Made, Refused>,
}

/// An account that was made, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Whether the account has a password.
    pub has_password: bool,
    /// Whether a code can be sent to it.
    pub has_destination: bool,
    /// Whether it is an administrator's.
    pub administrator: bool,
}

/// A line that can be made.
#[derive(Clone)]
struct Ready {
    new: NewAccount,
    disabled: bool,
}

/// Makes the accounts of a file, or says what would happen.
pub async fn run(app: &Arc<App>, import: &Import, file: &[u8]) -> Result<Vec<Told>, Error> {
    require_realm(app, &import.realm)?;
    let lines = table::read(file)?;
    let mut seen: BTreeMap<Identifier, u64> = BTreeMap::new();
    let mut told = Vec::with_capacity(lines.len());
    let mut waiting: Vec<(usize, Ready)> = Vec::new();
    for line in &lines {
        let identifiers = identifiers(line, import.email_logs_in);
        let judged = match judge(app, import, line, &identifiers, AccountId(app.entropy.uuid()?)) {
            Ok(ready) => among(app, import, &ready, line.number, &mut seen).await?.map(|()| ready),
            Err(fault) => Err(fault),
        };
        let outcome = judged.map(|ready| {
            let made = Made::of(&ready.new);
            waiting.push((told.len(), ready));
            made
        });
        told.push(Told { line: line.number, identifiers, outcome });
        if waiting.len() >= BATCH && !import.dry_run {
            make(app, &mut waiting, &mut told).await;
        }
    }
    if !import.dry_run {
        make(app, &mut waiting, &mut told).await;
    }
    Ok(told)
}

impl Made {
    fn of(new: &NewAccount) -> Self {
        Self {
            has_password: new.password_hash.is_some(),
            has_destination: new.email.is_some() || new.phone.is_some(),
            administrator: new.role == Role::Administrator,
        }
    }
}

/// Each once, in the order of the file.
fn identifiers(line: &Line, email_logs_in: bool) -> Vec<String> {
    let written = line.value(Column::Identifier).unwrap_or_default().split_whitespace();
    let email = line.value(Column::Email).filter(|_| email_logs_in);
    let mut known = BTreeSet::new();
    written.chain(email).filter(|text| known.insert(text.to_lowercase())).map(str::to_owned).collect()
}

/// Finds everything on a line good, or says what is not.
fn judge(app: &App, import: &Import, line: &Line, identifiers: &[String], id: AccountId) -> Result<Ready, Refused> {
    if let Some(fault) = &line.fault {
        return Err(fault.clone());
    }
    if line.value(Column::Realm).is_some_and(|realm| realm != import.realm.as_str()) {
        return Err(Refused::new("command-refused-line-realm").arg("realm", &import.realm));
    }
    let text = |column| line.value(column).map(str::to_owned);
    let role = text(Column::Role).map_or(Ok(Role::User), |role| role.to_lowercase().parse::<Role>());
    let person = Person {
        realm: import.realm.clone(),
        identifiers: identifiers.to_vec(),
        name: text(Column::Name).unwrap_or_default(),
        email: text(Column::Email),
        email_is_verified: true,
        phone: text(Column::Phone),
        role: role?,
        second_factor: flag(line, Column::SecondFactor, "second_factor")?,
    };
    let mut new = person.check(id, app.settings.site.country.as_deref())?;
    if let Some(hash) = line.value(Column::PasswordHash) {
        StoredHash::parse(hash)?;
        new.password_hash = Some(hash.to_owned());
    }
    Ok(Ready { new, disabled: flag(line, Column::Disabled, "disabled")? })
}

fn flag(line: &Line, column: Column, name: &str) -> Result<bool, Refused> {
    match line.value(column).unwrap_or("no").to_lowercase().as_str() {
        "yes" | "true" | "1" => Ok(true),
        "no" | "false" | "0" => Ok(false),
        _ => Err(Refused::new("command-refused-line-flag").arg("column", name)),
    }
}

/// Looks whether an identifier is on an earlier line or in the database.
async fn among(
    app: &App,
    import: &Import,
    ready: &Ready,
    number: u64,
    seen: &mut BTreeMap<Identifier, u64>,
) -> Result<Result<(), Refused>, Error> {
    for (identifier, typed) in &ready.new.identifiers {
        if let Some(earlier) = seen.get(identifier) {
            return Ok(Err(Refused::new("command-refused-line-twice").arg("identifier", typed).arg("line", earlier)));
        }
    }
    for (identifier, typed) in &ready.new.identifiers {
        if app.store.account_by_identifier(&import.realm, identifier).await?.is_some() {
            return Ok(Err(taken(typed, &import.realm)));
        }
    }
    seen.extend(ready.new.identifiers.iter().map(|(identifier, _)| (identifier.clone(), number)));
    Ok(Ok(()))
}

/// Makes what waits in one transaction, and notes at each line what came of it.
async fn make(app: &Arc<App>, waiting: &mut Vec<(usize, Ready)>, told: &mut [Told]) {
    let (places, batch): (Vec<usize>, Vec<Ready>) = waiting.drain(..).unzip();
    if batch.is_empty() {
        return;
    }
    let now = app.clock.now();
    let outcomes = app.store.write(move |tx| Box::pin(async move { insert(tx, batch, now).await })).await;
    for (index, place) in places.into_iter().enumerate() {
        let fault = match &outcomes {
            Ok(outcomes) => outcomes.get(index).cloned().flatten(),
            Err(error) => Some(Refused::new("command-refused-import-broke-off").arg("why", error)),
        };
        if let (Some(fault), Some(told)) = (fault, told.get_mut(place)) {
            told.outcome = Err(fault);
        }
    }
}

/// Inserts each account with its entry in the log; of one whose identifier was taken in the meantime, nothing.
async fn insert(tx: &mut Tx, batch: Vec<Ready>, now: Timestamp) -> Result<Vec<Option<Refused>>, StoreError> {
    let mut outcomes = Vec::new();
    for Ready { new, disabled } in batch {
        let fault = tx.insert_account(&new, now).await?.map(|identifier| taken(&identifier, &new.realm));
        if fault.is_none() {
            if disabled {
                tx.set_disabled(new.id, Some(now)).await?;
            }
            let detail = json!({
                "by": "import",
                "identifiers": new.identifiers.len(),
                "role": new.role,
                "password_hash": new.password_hash.is_some(),
            });
            tx.audit(&entry(Event::AccountCreated, new.id, &new.realm, now, detail)).await?;
        }
        outcomes.push(fault);
    }
    Ok(outcomes)
}
