//! Who is meant by a name.

use std::sync::Arc;

use countersign_core::identifier::Identifier;
use countersign_core::realm::{RealmName, SourceName};

use super::Attempt;
use crate::app::App;
use crate::directory::ldap::Ldap;
use crate::directory::{Fault, Found, LookUp};
use crate::flow::{Error, bucket, directory_password};
use crate::store::accounts::AccountRow;
use crate::store::directory_entries::DirectoryEntry;
use crate::store::shields::Shielded;

/// Who is meant by a name that is none of Countersign's own.
pub(super) enum Candidate {
    /// More than one person of this directory has the name. Nobody is let in.
    Ambiguous(Arc<Ldap>),
    /// A person of a directory.
    InDirectory(Box<InDirectory>),
    /// Nobody.
    Nobody,
    /// Nobody, as far as could be found out: this directory does not answer.
    Unavailable(Arc<Ldap>, Fault),
}

/// A person of a directory.
pub(super) struct InDirectory {
    /// The directory.
    pub(super) ldap: Arc<Ldap>,
    /// What was found; `None` where only a bind tells.
    pub(super) found: Option<Box<Found>>,
    /// The account, from the second login on.
    pub(super) account: Option<AccountRow>,
    /// Whom a wrong password counts against, here and in the directory.
    pub(super) shielded: Shielded,
}

impl InDirectory {
    /// The bucket of those who come without a trusted device.
    pub(super) fn bucket(&self) -> String {
        directory_password::bucket_of(&self.shielded)
    }
}

/// Countersign's own account with this name, where the realm has such accounts.
pub(super) async fn own(app: &App, attempt: &Attempt) -> Result<Option<AccountRow>, Error> {
    if !app.settings.sources(&attempt.realm).contains(&SourceName::local()) {
        return Ok(None);
    }
    Ok(by_name(app, attempt, &attempt.identifier).await?.filter(|row| row.account.source == SourceName::local()))
}

/// The directories of a realm, in the order in which they are asked.
pub(super) fn directories<'a>(app: &'a App, realm: &RealmName) -> impl Iterator<Item = &'a Arc<Ldap>> {
    app.settings.sources(realm).iter().filter_map(|source| app.directories.get(source))
}

/// Asks the realm's directories in order. One that does not answer does not keep the next from being asked.
pub(super) async fn in_directories(app: &App, attempt: &Attempt) -> Result<Candidate, Error> {
    let mut silent = None;
    if !Ldap::could_be_password(&attempt.password) {
        return Ok(Candidate::Nobody);
    }
    let name = name_to_ask(&attempt.identifier);
    for ldap in directories(app, &attempt.realm) {
        match ldap.look_up(&name).await {
            LookUp::Ambiguous => return Ok(Candidate::Ambiguous(Arc::clone(ldap))),
            LookUp::Found(found) => return known_by_id(app, attempt, ldap, found).await,
            LookUp::NeedsBind => return known_by_name(app, attempt, ldap).await,
            LookUp::Nobody => {}
            LookUp::Unavailable(Fault::Busy) => return Err(Error::Busy(Fault::Busy.to_string())),
            LookUp::Unavailable(fault) => silent = silent.or_else(|| Some((Arc::clone(ldap), fault))),
        }
    }
    Ok(silent.map_or(Candidate::Nobody, |(ldap, fault)| Candidate::Unavailable(ldap, fault)))
}

async fn known_by_id(app: &App, attempt: &Attempt, ldap: &Arc<Ldap>, found: Box<Found>) -> Result<Candidate, Error> {
    let external_id = found.stable_id.as_str().to_owned();
    let entry = app.store.directory_entry(&attempt.realm, ldap.name(), &external_id).await?;
    let account = account_of(app, entry).await?;
    let shielded = directory_password::shielded(ldap.name(), &external_id);
    let ldap = Arc::clone(ldap);
    Ok(Candidate::InDirectory(Box::new(InDirectory { ldap, found: Some(found), account, shielded })))
}

/// Where only a bind tells who it is, the accounts made at earlier logins say whom a name counts against. A name that none
/// of them has counts for itself, without the domain before or after it: too many are then one, and none is two.
async fn known_by_name(app: &App, attempt: &Attempt, ldap: &Arc<Ldap>) -> Result<Candidate, Error> {
    let bare = without_domain(&attempt.identifier);
    for name in [attempt.identifier.as_str(), bare] {
        let Some(row) = by_name(app, attempt, name).await? else { continue };
        let Some(entry) = app.store.directory_entry_of(row.account.id).await? else { continue };
        if entry.source == *ldap.name() {
            let shielded = directory_password::shielded(&entry.source, &entry.external_id);
            let ldap = Arc::clone(ldap);
            let candidate = InDirectory { ldap, found: None, account: Some(row), shielded };
            return Ok(Candidate::InDirectory(Box::new(candidate)));
        }
    }
    let canonical = bare.parse().map_or_else(|_| bare.to_owned(), |name: Identifier| name.to_string());
    let external_id = bucket::name(&app.keys, &attempt.realm, &canonical);
    let shielded = directory_password::shielded(ldap.name(), &external_id);
    let ldap = Arc::clone(ldap);
    Ok(Candidate::InDirectory(Box::new(InDirectory { ldap, found: None, account: None, shielded })))
}

async fn account_of(app: &App, entry: Option<DirectoryEntry>) -> Result<Option<AccountRow>, Error> {
    let Some(entry) = entry else { return Ok(None) };
    Ok(app.store.account(entry.account).await?)
}

async fn by_name(app: &App, attempt: &Attempt, name: &str) -> Result<Option<AccountRow>, Error> {
    match name.parse::<Identifier>() {
        Ok(identifier) => Ok(app.store.account_by_identifier(&attempt.realm, &identifier).await?),
        Err(_) => Ok(None),
    }
}

/// A name as a directory is asked for it: in the form in which our own are compared, so that full-width letters and capitals
/// are the same everywhere. What has no such form, such as a name with a space, is asked for as it is.
pub(super) fn name_to_ask(typed: &str) -> String {
    typed.parse().map_or_else(|_| typed.to_owned(), |name: Identifier| name.to_string())
}

/// `john` of `ACME\john` and of `john@acme.example`.
fn without_domain(name: &str) -> &str {
    let name = name.rsplit_once('\\').map_or(name, |(_, name)| name);
    name.split_once('@').map_or(name, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j06_spellings_of_a_name_are_one_question() {
        for typed in ["john", "JOHN", "ｊｏｈｎ", " john "] {
            assert_eq!(name_to_ask(typed), "john", "{typed:?}");
        }
        assert_eq!(name_to_ask(r"ACME\John"), r"acme\john");
        assert_eq!(name_to_ask("John Smith"), "John Smith");
    }

    #[test]
    fn j06_a_name_counts_without_its_domain() {
        for name in ["john", r"ACME\john", "john@acme.example", r"ACME\john@acme.example"] {
            assert_eq!(without_domain(name), "john");
        }
    }
}
