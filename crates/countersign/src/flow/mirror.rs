//! The account of a person of a directory: made at the first login, brought up to date at each, closed when the directory
//! closes it.
//!
//! The account is the person's whom the directory knows by its stable id, whatever they are called today. Names, contacts
//! and groups are the directory's; what a person or an administrator set here stays until they take it away. No password
//! of a directory is kept in any form.

use countersign_core::audit::Event;
use countersign_core::challenge::Purpose;
use countersign_core::id::AccountId;
use countersign_core::identifier::Identifier;
use countersign_core::policy::Refusal;
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::role::Role;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::directory::{Found, Person, Standing};
use crate::flow::account::{IDENTIFIERS_MAX, end_everything, name_of_person};
use crate::store::accounts::{AccountRow, NewAccount};
use crate::store::audit::AuditEntry;
use crate::store::directory_entries::DirectoryEntry;
use crate::store::error::Error as StoreError;
use crate::store::tx::Tx;

/// The most groups of a person that are kept.
const GROUPS_MAX: usize = 500;

/// Somebody whose password a directory has just proven.
pub(super) struct Entrant<'a> {
    /// The realm of the login.
    pub(super) realm: &'a RealmName,
    /// The directory.
    pub(super) source: &'a SourceName,
    /// What it says of the person.
    pub(super) found: &'a Found,
    /// The id of the account, if there is none yet.
    pub(super) id_if_new: AccountId,
    /// When.
    pub(super) now: Timestamp,
    /// From where.
    pub(super) ip: Option<String>,
}

/// Why an account of a directory is closed here, as the audit log and the database name it.
pub(super) mod closed {
    /// The directory has nobody with this id any more.
    pub(in crate::flow) const GONE: &str = "gone";
    /// The realm does not ask this directory any more.
    pub(in crate::flow) const NO_SUCH_SOURCE: &str = "its directory is not a source of this realm any more";
}

/// The name of a standing in the audit log and the database.
pub(super) const fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Disabled => "disabled",
        Standing::Expired => "expired",
        Standing::Good => "good",
        Standing::Locked => "locked",
        Standing::MustChange => "must change the password",
        Standing::NotInGroup => "not in the required group",
        Standing::OutsideHours => "outside of the allowed hours",
        Standing::PasswordExpired => "password expired",
    }
}

/// Whether somebody who is signed in is out at once. A lock is what strangers can cause by guessing, and a password that is
/// too old says nothing of a session that began before: both keep the next login out, and no more.
pub(super) const fn ends_sessions(standing: Standing) -> bool {
    matches!(standing, Standing::Disabled | Standing::Expired | Standing::NotInGroup)
}

/// The person's account under its lock, as the directory describes it now; made if there is none.
pub(super) async fn enter(tx: &mut Tx, entrant: &Entrant<'_>) -> Result<Option<AccountRow>, StoreError> {
    let Entrant { realm, source, found, now, .. } = entrant;
    let known = tx.directory_entry(realm, source, found.stable_id.as_str()).await?;
    let entry = match known {
        Some(entry) => Some(entry),
        None => create(tx, entrant).await?,
    };
    let Some(entry) = entry else { return Ok(None) };
    bring_up_to_date(tx, entry, &found.person, *now).await
}

/// Makes the account without names and contacts. Of two first logins at the same time one makes it, and the other gets what
/// the first one made.
async fn create(tx: &mut Tx, entrant: &Entrant<'_>) -> Result<Option<DirectoryEntry>, StoreError> {
    let Entrant { realm, source, found, id_if_new: id, now, ip } = entrant;
    let new = NewAccount {
        id: *id,
        realm: (*realm).clone(),
        source: (*source).clone(),
        role: Role::User,
        display_name: shown_name(&found.person),
        email: None,
        phone: None,
        opted_in: false,
        password_hash: None,
        identifiers: Vec::new(),
    };
    tx.insert_account(&new, *now).await?;
    let entry = DirectoryEntry {
        account: *id,
        realm: new.realm.clone(),
        source: new.source.clone(),
        external_id: found.stable_id.to_string(),
        member_of: Vec::new(),
        gives_email: false,
        gives_phone: false,
        refused: None,
        confirmed_at: *now,
        asked_at: *now,
    };
    if !tx.insert_directory_entry(&entry).await? {
        tx.withdraw_account(*id).await?;
        return tx.directory_entry(realm, source, found.stable_id.as_str()).await;
    }
    let detail = json!({ "by": "first login", "source": source, "person": entry.external_id });
    tx.audit(&record(&entry, Event::AccountCreated, *now, ip.clone(), detail)).await?;
    Ok(Some(entry))
}

/// Takes over what the directory says of a person. Returns the account under its lock.
pub(super) async fn bring_up_to_date(
    tx: &mut Tx,
    before: DirectoryEntry,
    person: &Person,
    now: Timestamp,
) -> Result<Option<AccountRow>, StoreError> {
    let Some(row) = tx.lock_account(before.account).await? else { return Ok(None) };
    let mut changed = Vec::new();
    let shown = take_names(tx, &before, person, now).await?;
    let name = shown_name(person);
    if name != row.account.display_name {
        changed.push("name");
    }
    if shown != row.identifiers {
        changed.push("identifiers");
    }
    if !changed.is_empty() {
        tx.set_profile(&row, &name, &shown).await?;
    }
    let mut entry = DirectoryEntry {
        member_of: person.groups.iter().take(GROUPS_MAX).cloned().collect(),
        confirmed_at: now,
        asked_at: now,
        ..before.clone()
    };
    take_contacts(tx, &mut entry, person, now, &mut changed).await?;
    tx.confirm_directory_entry(&entry).await?;
    if !changed.is_empty() {
        let detail = json!({ "source": entry.source, "changed": changed });
        tx.audit(&record(&entry, Event::AccountRefreshed, now, None, detail)).await?;
    }
    tx.lock_account(entry.account).await
}

/// Makes the directory's names this account's identifiers, and no others. Returns them as they are shown.
///
/// A name that another account of the same directory has is this person's now: the directory has just said so. One that
/// is Countersign's own, or another directory's, stays where it is.
async fn take_names(
    tx: &mut Tx,
    entry: &DirectoryEntry,
    person: &Person,
    now: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let mut wanted: Vec<(Identifier, String)> = Vec::new();
    for typed in person.names.iter().map(|name| name.trim()) {
        if let Ok(canonical) = typed.parse::<Identifier>()
            && wanted.len() < IDENTIFIERS_MAX
            && !wanted.iter().any(|(known, _)| *known == canonical)
        {
            wanted.push((canonical, typed.to_owned()));
        }
    }
    let held = tx.identifiers_of(entry.account).await?;
    for old in held.iter().filter(|old| !wanted.iter().any(|(name, _)| name == *old)) {
        tx.release_identifier(&entry.realm, old, entry.account).await?;
    }
    let mut shown = Vec::with_capacity(wanted.len());
    for (name, typed) in wanted {
        if held.contains(&name) || take_name(tx, entry, &name, now).await? {
            shown.push(typed);
        }
    }
    Ok(shown)
}

async fn take_name(tx: &mut Tx, entry: &DirectoryEntry, name: &Identifier, now: Timestamp) -> Result<bool, StoreError> {
    if tx.claim_identifier(&entry.realm, name, entry.account).await? {
        return Ok(true);
    }
    let owner = tx.identifier_owner(&entry.realm, name).await?;
    let Some(owner) = owner.filter(|owner| owner.source == entry.source) else { return Ok(false) };
    lose_name(tx, owner.account, &entry.realm, name, now).await?;
    tx.claim_identifier(&entry.realm, name, entry.account).await
}

/// Takes a name from the account that had it: a person who was renamed, or one who is gone and whose name was given to
/// somebody else. The account keeps everything, but is not reached by that name.
async fn lose_name(
    tx: &mut Tx,
    account: AccountId,
    realm: &RealmName,
    name: &Identifier,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(row) = tx.lock_account(account).await? else { return Ok(()) };
    tx.release_identifier(realm, name, account).await?;
    let is_other = |typed: &&String| typed.parse::<Identifier>().is_ok_and(|other| other != *name);
    let left: Vec<String> = row.identifiers.iter().filter(is_other).cloned().collect();
    tx.set_profile(&row, &row.account.display_name, &left).await?;
    let detail =
        json!({ "source": row.account.source, "changed": ["identifiers"], "why": "the name is another person's now" });
    let entry = AuditEntry {
        at: now,
        event: Event::AccountRefreshed,
        account: Some(account),
        realm: Some(realm.clone()),
        ip: None,
        detail,
    };
    tx.audit(&entry).await
}

/// Takes over e-mail address and phone. A code that is on its way to the old one is void from then on (security.md N-02).
async fn take_contacts(
    tx: &mut Tx,
    entry: &mut DirectoryEntry,
    person: &Person,
    now: Timestamp,
    changed: &mut Vec<&'static str>,
) -> Result<(), StoreError> {
    // Read again: the search text that comes with a contact holds the names.
    let Some(row) = tx.lock_account(entry.account).await? else { return Ok(()) };
    let contacts = &row.account.contacts;
    let email = Taken::of(contacts.email.as_ref(), entry.gives_email, person.email.as_ref());
    let phone = Taken::of(contacts.phone.as_ref(), entry.gives_phone, person.phone.as_ref());
    (entry.gives_email, entry.gives_phone) = (email.is_directorys, phone.is_directorys);
    if email.changes {
        tx.set_email(&row, person.email.as_ref(), now).await?;
        changed.push("email");
    }
    if phone.changes {
        tx.set_phone(entry.account, person.phone.as_ref(), now).await?;
        changed.push("phone");
    }
    if email.changes || phone.changes {
        tx.end_live_challenges(entry.account, Purpose::Login, "a contact changed in the directory", now).await?;
    }
    Ok(())
}

/// What becomes of a contact.
struct Taken {
    changes: bool,
    is_directorys: bool,
}

impl Taken {
    /// `was_directorys` says whether the contact there is came from the directory. One that was set here stays.
    fn of<T: PartialEq>(there_is: Option<&T>, was_directorys: bool, given: Option<&T>) -> Self {
        if there_is.is_some() && !was_directorys {
            return Self { changes: false, is_directorys: false };
        }
        Self { changes: there_is != given, is_directorys: given.is_some() }
    }
}

/// A login whose password was right, and which the directory refuses.
#[derive(Clone)]
pub(super) struct Refused {
    pub(super) realm: RealmName,
    pub(super) source: SourceName,
    pub(super) external_id: String,
    pub(super) standing: Standing,
    pub(super) now: Timestamp,
    pub(super) ip: Option<String>,
}

/// Writes down a refused login, and closes what the account has open where the directory means that.
pub(super) async fn refuse_login(tx: &mut Tx, refused: &Refused, refusal: Refusal) -> Result<(), StoreError> {
    let Refused { realm, source, external_id, standing, now, ip } = refused;
    let entry = tx.directory_entry(realm, source, external_id).await?;
    let detail = json!({
        "outcome": refusal.as_str(), "source": source, "person": external_id, "directory": word(*standing),
    });
    tx.audit(&AuditEntry {
        at: *now,
        event: Event::LoginRefused,
        account: entry.as_ref().map(|entry| entry.account),
        realm: Some(realm.clone()),
        ip: ip.clone(),
        detail,
    })
    .await?;
    match entry {
        Some(entry) if ends_sessions(*standing) => close(tx, &entry, word(*standing), *now).await,
        Some(entry) => tx.refuse_directory_entry(entry.account, word(*standing), *now).await,
        None => Ok(()),
    }
}

/// Ends everything that an account has open, because its directory does not let the person in any more.
pub(super) async fn close(tx: &mut Tx, entry: &DirectoryEntry, why: &str, now: Timestamp) -> Result<(), StoreError> {
    if tx.lock_account(entry.account).await?.is_none() {
        return Ok(());
    }
    tx.refuse_directory_entry(entry.account, why, now).await?;
    end_everything(tx, entry.account, "closed by the directory", now).await?;
    if entry.refused.as_deref() == Some(why) {
        return Ok(());
    }
    let detail = json!({ "source": entry.source, "directory": why });
    tx.audit(&record(entry, Event::AccountClosed, now, None, detail)).await
}

fn record(entry: &DirectoryEntry, event: Event, at: Timestamp, ip: Option<String>, detail: Value) -> AuditEntry {
    AuditEntry { at, event, account: Some(entry.account), realm: Some(entry.realm.clone()), ip, detail }
}

/// The person's name as it is greeted: the directory's, else the first name they type.
fn shown_name(person: &Person) -> String {
    let first = person.names.first().map(String::as_str);
    let candidates = [person.display_name.as_deref(), first];
    candidates.into_iter().flatten().find_map(name_of_person).unwrap_or_else(|| "?".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_the_directorys_unless_it_was_set_here() {
        // There is, came from the directory, the directory gives: changes, is the directory's.
        for (there_is, was, given, changes, is) in [
            (None, false, None, false, false),
            (None, false, Some(1), true, true),
            (None, true, Some(1), true, true),
            (Some(1), true, Some(1), false, true),
            (Some(1), true, Some(2), true, true),
            (Some(1), true, None, true, false),
            (Some(1), false, Some(1), false, false),
            (Some(1), false, Some(2), false, false),
            (Some(1), false, None, false, false),
        ] {
            let taken = Taken::of(there_is.as_ref(), was, given.as_ref());
            assert_eq!((taken.changes, taken.is_directorys), (changes, is), "{there_is:?} {was} {given:?}");
        }
    }
}
