//! What a person may change of the own account: contacts, and whether two-step login is on.

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::channel::Channel;
use crate::contact::{ContactKind, Contacts};
use crate::policy::Mode;

/// How many ways to be reached a person needs before two-step login can be turned on: who loses one still gets in.
pub const WAYS_MIN: usize = 2;

/// The figures of contacts that people add themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContactRules {
    /// How many accounts may have the same phone number (NIST SP 800-63B-4, 3: a shared one proves less).
    pub accounts_per_number: u32,
}

impl Default for ContactRules {
    fn default() -> Self {
        Self { accounts_per_number: 5 }
    }
}

/// Where two-step login stands for an account, and what the person may do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwoStep {
    /// The policy demands it of everybody.
    Forced,
    /// It is not used here.
    NotUsed,
    /// The person has it off, and cannot turn it on before there are [`WAYS_MIN`] ways to be reached.
    NotReady {
        /// How many there are.
        ways: usize,
    },
    /// The person has it off, and may turn it on.
    Off,
    /// The person has it on, and may turn it off.
    On,
}

/// Where two-step login stands. `working` are the channels that have a provider.
pub fn two_step(mode: Mode, account: &Account, working: &[Channel]) -> TwoStep {
    match mode {
        Mode::Off => TwoStep::NotUsed,
        Mode::Required => TwoStep::Forced,
        Mode::Optional if account.opted_in => TwoStep::On,
        Mode::Optional => match account.contacts.ways(working) {
            ways if ways >= WAYS_MIN => TwoStep::Off,
            ways => TwoStep::NotReady { ways },
        },
    }
}

/// Whether a person may remove a contact: the last one stays where logins need a code, or nobody could log in any more.
pub fn may_remove(mode: Mode, opted_in: bool, contacts: &Contacts, kind: ContactKind) -> bool {
    let needed = match mode {
        Mode::Off => false,
        Mode::Optional => opted_in,
        Mode::Required => true,
    };
    let others = ContactKind::ALL.into_iter().any(|other| other != kind && contacts.has(other));
    contacts.has(kind) && (others || !needed)
}
