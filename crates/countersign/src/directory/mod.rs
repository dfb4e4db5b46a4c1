//! Who proves a password: Countersign's own hashes, or a directory (LDAP, Active Directory).
//!
//! What a directory says is one of the values below, and never an error: that nobody has this name, that the password is
//! wrong, or that no server answers, each leads somewhere. Nothing here stores, counts or logs anything, and no answer of
//! a server is passed on word for word.

pub mod ldap;
pub mod local;
pub mod scheme;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use countersign_core::contact::{EmailAddress, Phone};
use countersign_core::realm::SourceName;
use jiff::SignedDuration;

use crate::directory::ldap::Ldap;

/// Every directory that is configured, by its name as a source.
#[derive(Clone, Default)]
pub struct Directories(BTreeMap<SourceName, Arc<Ldap>>);

impl Directories {
    /// The directories by name.
    pub fn new(directories: impl IntoIterator<Item = Ldap>) -> Self {
        Self(directories.into_iter().map(|each| (each.name().clone(), Arc::new(each))).collect())
    }

    /// The directory of a source; `None` for `local`.
    pub fn get(&self, source: &SourceName) -> Option<&Arc<Ldap>> {
        self.0.get(source)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Ldap>> {
        self.0.values()
    }
}

/// What a directory calls a person for ever: objectGUID or entryUUID in lower-case hexadecimal.
///
/// A rename keeps it, and a person who is made anew under an old name has another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StableId(String);

/// It is no identifier that a directory gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a directory's identifier is 1 to 64 bytes in lower-case hexadecimal")]
pub struct BadStableId;

/// The longest identifier, in bytes; objectGUID and entryUUID have 16.
const STABLE_ID_LEN_MAX: usize = 64;

impl StableId {
    /// The identifier of these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadStableId> {
        let fits = (1..=STABLE_ID_LEN_MAX).contains(&bytes.len());
        fits.then(|| Self(data_encoding::HEXLOWER.encode(bytes))).ok_or(BadStableId)
    }

    /// Its text, as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(self.0.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Display for StableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for StableId {
    type Err = BadStableId;

    fn from_str(text: &str) -> Result<Self, BadStableId> {
        Self::from_bytes(&data_encoding::HEXLOWER.decode(text.as_bytes()).map_err(|_| BadStableId)?)
    }
}

/// A person as a directory knows them.
#[derive(Clone)]
pub struct Found {
    /// What stays when everything else changes; an account is known by it.
    pub stable_id: StableId,
    /// The distinguished name: where the entry is now. It is no identifier, and it is personal: not for logs.
    pub dn: String,
    /// What the attributes say.
    pub person: Person,
}

/// What the mapped attributes say of a person.
#[derive(Clone)]
pub struct Person {
    /// What the person may type to log in: sAMAccountName or uid, the UPN; to attach as identifiers, the first first.
    pub names: Vec<String>,
    /// The name that people see.
    pub display_name: Option<String>,
    /// The first usable e-mail address, in the order of the mapped attributes.
    pub email: Option<EmailAddress>,
    /// The first usable phone number, in the order of the mapped attributes.
    pub phone: Option<Phone>,
    /// The groups the entry itself names, as distinguished names; nested ones are not in it.
    pub groups: Vec<String>,
    /// Whether the directory lets the person in, as far as it tells before a password.
    pub standing: Standing,
    /// After how many wrong passwords the directory locks this person: 0 never; `None` if it does not tell and nothing is
    /// configured.
    pub lockout_threshold: Option<u32>,
    /// How long it remembers a wrong password; zero: until a right one; `None` if it does not tell.
    pub lockout_window: Option<SignedDuration>,
    /// How many of them it has counted; `None` if it does not tell.
    pub bad_password_count: Option<u32>,
}

/// Whether a directory lets a person in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Switched off by an administrator.
    Disabled,
    /// The account's own end has come.
    Expired,
    /// Nothing is in the way.
    Good,
    /// Locked, mostly after too many wrong passwords.
    Locked,
    /// The password must be changed before the next login.
    MustChange,
    /// Not in the group that is required.
    NotInGroup,
    /// Not at this hour, or not from this machine.
    OutsideHours,
    /// The password is too old.
    PasswordExpired,
}

/// What looking for a name came to.
pub enum LookUp {
    /// More than one person has the name; nobody is let in.
    Ambiguous,
    /// One person.
    Found(Box<Found>),
    /// Only a bind tells who it is: there is no service account to look with.
    NeedsBind,
    /// Nobody.
    Nobody,
    /// No server could be asked.
    Unavailable(Fault),
}

/// What a directory says of a password.
pub enum Answer {
    /// The account is locked. A directory says so whatever the password is (Active Directory's 775, the password policy's
    /// accountLocked), so nothing is known of the password: to the person it is the same as wrong.
    Locked,
    /// The password is right, but this is in the way.
    Refused(Standing, Option<Box<Found>>),
    /// The password is right.
    Right(Box<Found>),
    /// No server could be asked.
    Unavailable(Fault),
    /// The password is wrong; or there is no such person, or it cannot be a password.
    Wrong,
}

/// Why a directory could not be asked, in words for the administrator. Nothing that a server or a person said is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// What came is no LDAP, too large, or not an answer to what was asked.
    #[error("the answer cannot be read: {0}")]
    BrokenAnswer(&'static str),
    /// As many questions as `connections` allows are waiting for the servers.
    #[error("as many questions are under way as `connections` allows: the servers are slow, or `connections` is low")]
    Busy,
    /// There was no connection.
    #[error("no connection: {0}")]
    NoConnection(String),
    /// Every server failed a moment ago, and is left alone for a while.
    #[error("every server failed a moment ago; they are asked again in at most {0} seconds")]
    Resting(i64),
    /// A server refused to search, or found something that cannot be.
    #[error("the directory answered {code} ({meaning}) when asked for {what}")]
    Refused {
        /// What was asked for.
        what: &'static str,
        /// The result code of RFC 4511.
        code: u32,
        /// What the code means.
        meaning: &'static str,
    },
    /// The entry was found, and what identifies it is missing.
    #[error("the entry has no {0}: may the service account read it?")]
    NoIdentity(String),
    /// The service account was refused.
    #[error("the directory refused the service account (result {0}): check service_account and service_password")]
    ServiceAccount(u32),
    /// It took too long.
    #[error("no answer within {0} seconds")]
    TimedOut(u64),
    /// The connection is not private, or not with the right server.
    #[error("TLS: {0}")]
    Tls(String),
}

/// One step of an examination (`countersign directory test`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was tried, in a few words.
    pub what: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What was found, masked where it is personal.
    pub told: String,
    /// What to do when it failed.
    pub advice: Option<String>,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did not work.
    Failed,
    /// It works, and something is worth knowing.
    Noted,
    /// It works.
    Passed,
}
