//! One person in one realm.

use jiff::Timestamp;

use crate::contact::Contacts;
use crate::facts::History;
use crate::id::AccountId;
use crate::realm::{RealmName, SourceName};
use crate::role::Role;

/// An account, as the rules see it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its realm.
    pub realm: RealmName,
    /// Who proves its password.
    pub source: SourceName,
    /// What it may do.
    pub role: Role,
    /// The person's name, for greetings.
    pub display_name: String,
    /// Verified contacts.
    pub contacts: Contacts,
    /// Whether the person has turned the second factor on (counts where the mode is `optional`).
    pub opted_in: bool,
    /// Since when the account may not log in.
    pub disabled_at: Option<Timestamp>,
    /// Consecutive wrong codes, over any number of challenges and sessions.
    pub code_failures: u32,
    /// Since when the code factor is off, because of too many wrong codes.
    pub factor_disabled_at: Option<Timestamp>,
    /// What is remembered of earlier logins.
    pub history: History,
}
