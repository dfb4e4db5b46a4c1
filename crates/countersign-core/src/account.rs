//! One person in one realm.

use jiff::Timestamp;

use crate::channel::Channel;
use crate::contact::{Contacts, Destination};
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

impl Account {
    /// Where a code for this account can go. An administrator is not offered e-mail where another way works: who can read
    /// a mailbox can often reset the password too, and an administrator's mailbox would open every account (security.md
    /// D1). Where e-mail is all there is, it is offered, or nobody could set up anything better.
    pub fn destinations(&self, working: &[Channel]) -> Vec<Destination> {
        let mut destinations = self.contacts.destinations(working);
        let is_email = |to: &Destination| to.channel() == Channel::Email;
        if self.role == Role::Administrator && !destinations.iter().all(is_email) {
            destinations.retain(|to| !is_email(to));
        }
        destinations
    }

    /// The destination of a channel, if a code can go there.
    pub fn destination(&self, channel: Channel, working: &[Channel]) -> Option<Destination> {
        self.destinations(working).into_iter().find(|to| to.channel() == channel)
    }
}
