//! Making and changing accounts, for an administrator at the command line or in the console.

use std::fmt::Display;
use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::challenge::Purpose;
use countersign_core::contact::{EmailAddress, Phone};
use countersign_core::id::AccountId;
use countersign_core::identifier::Identifier;
use countersign_core::notice::{LinkKind, Notice};
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::role::Role;
use countersign_core::secret::Secret;
use countersign_core::settings::Settings;
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::flow::new_password::{self, Beside, Context};
use crate::flow::notice::{self, Whom};
use crate::flow::{Error, Refused, bucket, reach};
use crate::store::accounts::{AccountFilter, AccountRow, NewAccount};
use crate::store::audit::AuditEntry;
use crate::store::directory_entries::DirectoryEntry;
use crate::store::error::Error as StoreError;
use crate::store::shields::Shielded;
use crate::store::tx::Tx;

/// The most accounts that are listed at once.
pub const LIST_MAX: u32 = 1_000;

/// The longest name of a person, in characters.
const NAME_LEN_MAX: usize = 120;
/// The most identifiers of an account.
pub(super) const IDENTIFIERS_MAX: usize = 8;

/// An account to be made, as somebody wrote it down.
#[derive(Clone, Debug)]
pub struct Person {
    /// The realm.
    pub realm: RealmName,
    /// What it types to log in: at least one.
    pub identifiers: Vec<String>,
    /// The person's name.
    pub name: String,
    /// The e-mail address, if there is one.
    pub email: Option<String>,
    /// Whether it counts as verified; otherwise the person has to confirm it first.
    pub email_is_verified: bool,
    /// The phone, if there is one.
    pub phone: Option<String>,
    /// What it may do.
    pub role: Role,
    /// Whether the second factor is on where it is optional.
    pub second_factor: bool,
}

impl Person {
    /// Finds everything but the password good, or says what is not. `country` is that of phones without one.
    pub fn check(&self, id: AccountId, country: Option<&str>) -> Result<NewAccount, Refused> {
        if !(1..=IDENTIFIERS_MAX).contains(&self.identifiers.len()) {
            return Err(Refused::new("command-refused-identifiers"));
        }
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > NAME_LEN_MAX || !name.chars().all(is_plain) {
            return Err(Refused::new("command-refused-name"));
        }
        let mut identifiers: Vec<(Identifier, String)> = Vec::new();
        for typed in &self.identifiers {
            let bad = |_| Refused::new("command-refused-identifier").arg("typed", format!("{typed:?}"));
            let canonical: Identifier = typed.parse().map_err(bad)?;
            if !identifiers.iter().any(|(known, _)| *known == canonical) {
                identifiers.push((canonical, typed.trim().to_owned()));
            }
        }
        let email = self.email.as_deref().map(str::parse::<EmailAddress>).transpose();
        let phone = self.phone.as_deref().map(|phone| Phone::parse(phone, country)).transpose();
        Ok(NewAccount {
            id,
            realm: self.realm.clone(),
            source: SourceName::local(),
            role: self.role,
            display_name: name.to_owned(),
            email: email?,
            phone: phone?,
            opted_in: self.second_factor,
            password_hash: None,
            identifiers,
        })
    }

    /// For whom a password is, under these settings.
    pub fn password_context(&self, settings: &Settings) -> Context {
        let mode = settings.policy(&self.realm, &SourceName::local()).mode;
        let hints = [self.name.as_str()].into_iter().chain(self.email.as_deref());
        let identifiers = self.identifiers.iter().map(String::as_str);
        Context::new(Beside::of(mode), &settings.site.name, identifiers, hints)
    }
}

/// The name of a person as somewhere else has it, made fit to be shown: what [`Person::check`] would refuse is left out.
pub(super) fn name_of_person(text: &str) -> Option<String> {
    let plain: String = text.trim().chars().filter(|c| is_plain(*c)).take(NAME_LEN_MAX).collect();
    (!plain.trim().is_empty()).then_some(plain)
}

/// No control character, and no mark that reorders what stands around it (UAX 9; security.md E-09). The joiners that
/// Persian and Indian names need are plain.
pub(super) fn is_plain(c: char) -> bool {
    let reorders =
        matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !reorders && c != '\u{feff}'
}

/// Makes an account with a password. Its contacts count as verified, because whoever makes it vouches for them; but for
/// an e-mail address of which that is said otherwise.
pub async fn add(app: &Arc<App>, person: &Person, password: &Secret) -> Result<AccountRow, Error> {
    require_realm(app, &person.realm)?;
    let (site, id) = (&app.settings.site, AccountId(app.entropy.uuid()?));
    let mut new = person.check(id, site.country.as_deref()).map_err(Error::Invalid)?;
    reach::require_allowed(app, new.phone.as_ref())?;
    let context = person.password_context(&app.settings);
    new_password::check(app, password, &context).await?.map_err(|unfit| Error::Invalid(unfit.into()))?;
    new.password_hash = Some(app.hasher.hash(password).await?);
    let (now, verified) = (app.clock.now(), person.email_is_verified);
    let detail = json!({ "identifiers": new.identifiers.len(), "role": new.role });
    let entry = entry(Event::AccountCreated, new.id, &new.realm, now, detail);
    let holder = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let taken = tx.insert_account(&new, now).await?;
                if taken.is_none() {
                    if !verified {
                        tx.distrust_email(new.id).await?;
                    }
                    tx.audit(&entry).await?;
                }
                Ok(taken)
            })
        })
        .await?;
    if let Some(identifier) = holder {
        return Err(Error::Invalid(taken(identifier, &person.realm)));
    }
    reload(app, id).await
}

/// Says that another account has the identifier.
pub(super) fn taken(identifier: impl Display, realm: &RealmName) -> Refused {
    Refused::new("command-refused-taken").arg("identifier", identifier).arg("realm", realm)
}

/// Says that there is no such realm, unless there is.
pub fn require_realm(app: &App, realm: &RealmName) -> Result<(), Error> {
    if app.settings.realms.contains_key(realm) {
        return Ok(());
    }
    let names: Vec<&str> = app.settings.realms.keys().map(RealmName::as_str).collect();
    Err(Error::NotFound(Refused::new("command-refused-no-realm").arg("realm", realm).arg("realms", names.join(", "))))
}

/// The account that logs in by this identifier. Its id does as well: an account whose names a directory gave to somebody
/// else has nothing else left.
pub async fn find(app: &App, realm: &RealmName, identifier: &str) -> Result<AccountRow, Error> {
    let nobody = || {
        let refused = Refused::new("command-refused-no-account");
        Error::NotFound(refused.arg("identifier", format!("{identifier:?}")).arg("realm", realm))
    };
    if let Ok(id) = identifier.parse::<AccountId>()
        && let Some(row) = app.store.account(id).await?
        && row.account.realm == *realm
    {
        return Ok(row);
    }
    let canonical: Identifier = identifier.parse().map_err(|_| nobody())?;
    app.store.account_by_identifier(realm, &canonical).await?.ok_or_else(nobody)
}

/// The accounts of a realm, or of all, that have a text in their name, an identifier or the e-mail address.
pub async fn list(app: &App, filter: &AccountFilter) -> Result<Vec<AccountRow>, Error> {
    Ok(app.store.accounts(filter, None, LIST_MAX).await?)
}

/// Every account of a realm, or of all, and where each stands; a thousand are read at a time. That they were read is
/// written down, with whether the hashes were among it.
pub async fn export(app: &Arc<App>, realm: Option<RealmName>, with_hashes: bool) -> Result<Vec<State>, Error> {
    if let Some(realm) = &realm {
        require_realm(app, realm)?;
    }
    let filter = AccountFilter { realm: realm.clone(), text: None };
    let mut states: Vec<State> = Vec::new();
    loop {
        let after = states.last().map(|state| state.row.account.id);
        let rows = app.store.accounts(&filter, after, LIST_MAX).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            states.push(state(app, row).await?);
        }
    }
    let detail = json!({ "by": "command", "accounts": states.len(), "with_hashes": with_hashes });
    let at = app.clock.now();
    let entry = AuditEntry { at, event: Event::AccountsExported, account: None, realm, ip: None, detail };
    app.store.write(move |tx| Box::pin(async move { tx.audit(&entry).await })).await?;
    Ok(states)
}

/// Says that a directory has the account's password, unless Countersign has it.
fn require_own(row: &AccountRow) -> Result<(), Error> {
    let source = &row.account.source;
    if *source == SourceName::local() {
        return Ok(());
    }
    Err(Error::Invalid(Refused::new("command-refused-password-in-directory").arg("source", source)))
}

/// Sets a password. Whoever knew the old one is out: sessions, trusted devices and logins in progress end.
pub async fn set_password(app: &Arc<App>, row: &AccountRow, password: &Secret) -> Result<(), Error> {
    require_own(row)?;
    let context = Context::of(app, row);
    new_password::check(app, password, &context).await?.map_err(|unfit| Error::Invalid(unfit.into()))?;
    let hash = app.hasher.hash(password).await?;
    let (id, now) = (row.account.id, app.clock.now());
    let entry = entry(Event::PasswordChanged, id, &row.account.realm, now, json!({ "by": "command" }));
    let work = Arc::clone(app);
    app.store
        .write(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.lock_account(id).await? else { return Ok(()) };
                tx.set_password(id, &hash, now).await?;
                end_everything(tx, id, "password changed", now).await?;
                notice::tell(tx, &work, &row, Notice::PasswordChanged, Whom::EveryAddress, now).await?;
                tx.audit(&entry).await
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(())
}

/// Ends every pause and turns the code factor on again. Trusted devices end, because what locked the account may have
/// been somebody else. A directory is told of wrong passwords again; whether it has locked the person itself is its affair.
pub async fn unlock(app: &Arc<App>, row: &AccountRow) -> Result<(), Error> {
    let (id, now) = (row.account.id, app.clock.now());
    let devices = app.store.devices(id).await?;
    let place = app.store.directory_entry_of(id).await?;
    let own = own_bucket(row, place.as_ref());
    let buckets: Vec<String> = [own, bucket::own_password(id), bucket::enrolment(id)]
        .into_iter()
        .chain(devices.iter().map(|device| bucket::device(device.id)))
        .collect();
    let shielded = place.map(|place| Shielded { source: place.source.to_string(), external_id: place.external_id });
    let entry = entry(Event::AccountUnlocked, id, &row.account.realm, now, json!({ "by": "command" }));
    let work = Arc::clone(app);
    app.store
        .write(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.lock_account(id).await? else { return Ok(()) };
                for bucket in &buckets {
                    tx.clear_lockout(bucket).await?;
                }
                if let Some(shielded) = &shielded {
                    tx.clear_shield(shielded).await?;
                }
                tx.enable_factor(id).await?;
                if tx.end_devices(id, "unlocked", now).await? > 0 {
                    notice::tell(tx, &work, &row, Notice::DevicesRevoked, Whom::Email, now).await?;
                }
                tx.audit(&entry).await
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(())
}

/// Keeps an account from logging in, and ends what it has open.
pub async fn disable(app: &Arc<App>, row: &AccountRow) -> Result<(), Error> {
    let (id, now) = (row.account.id, app.clock.now());
    let since = row.account.disabled_at.unwrap_or(now);
    let entry = entry(Event::AccountDisabled, id, &row.account.realm, now, json!({ "by": "command" }));
    app.store
        .write(move |tx| {
            Box::pin(async move {
                tx.lock_account(id).await?;
                tx.set_disabled(id, Some(since)).await?;
                end_everything(tx, id, "account disabled", now).await?;
                tx.audit(&entry).await
            })
        })
        .await?;
    Ok(())
}

/// Lets a disabled account log in again.
pub async fn enable(app: &Arc<App>, row: &AccountRow) -> Result<(), Error> {
    let (id, now) = (row.account.id, app.clock.now());
    let detail = json!({ "by": "command", "was": "disabled" });
    let entry = entry(Event::AccountUnlocked, id, &row.account.realm, now, detail);
    app.store
        .write(move |tx| {
            Box::pin(async move {
                tx.lock_account(id).await?;
                tx.set_disabled(id, None).await?;
                tx.audit(&entry).await
            })
        })
        .await?;
    Ok(())
}

/// What an administrator is told about an account.
pub struct State {
    /// The account as it is now.
    pub row: AccountRow,
    /// Until when wrong passwords pause it.
    pub paused_until: Option<Timestamp>,
    /// How many browsers it trusts.
    pub trusted_devices: usize,
    /// What it is in its directory, if that proves its password.
    pub directory: Option<DirectoryEntry>,
}

/// Where an account stands.
pub async fn state(app: &App, row: AccountRow) -> Result<State, Error> {
    let now = app.clock.now();
    let directory = app.store.directory_entry_of(row.account.id).await?;
    let lockout = app.store.lockout(&own_bucket(&row, directory.as_ref())).await?;
    let devices = app.store.devices(row.account.id).await?;
    let trusted_devices = devices.iter().filter(|device| app.settings.trusted_device.holds(device.trust, now)).count();
    Ok(State { paused_until: lockout.paused_until.filter(|until| now < *until), trusted_devices, directory, row })
}

/// What a wrong password from a browser that is not trusted counts against.
fn own_bucket(row: &AccountRow, directory: Option<&DirectoryEntry>) -> String {
    directory.map_or_else(
        || bucket::account(row.account.id),
        |entry| bucket::directory(entry.source.as_str(), &entry.external_id),
    )
}

async fn reload(app: &App, id: AccountId) -> Result<AccountRow, Error> {
    let row = app.store.account(id).await?;
    row.ok_or_else(|| Error::Internal("the account that was just made is not there".to_owned()))
}

/// Ends sessions, trusted devices, challenges, logins in progress and links that would set a password.
pub(super) async fn end_everything(tx: &mut Tx, id: AccountId, reason: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.end_sessions(id, reason, now).await?;
    tx.end_devices(id, reason, now).await?;
    for purpose in [Purpose::ContactEmail, Purpose::ContactPhone, Purpose::Login, Purpose::StepUp] {
        tx.end_live_challenges(id, purpose, reason, now).await?;
    }
    tx.end_logins(id, now).await?;
    tx.end_links(id, Some(LinkKind::PasswordReset), reason, now).await?;
    Ok(())
}

pub(super) fn entry(
    event: Event,
    id: AccountId,
    realm: &RealmName,
    at: Timestamp,
    detail: serde_json::Value,
) -> AuditEntry {
    AuditEntry { at, event, account: Some(id), realm: Some(realm.clone()), ip: None, detail }
}
