//! The section of contacts that people add themselves.

use crate::config::keys::Given::Default;
use crate::config::keys::{Section, key};
use crate::config::kind::Kind::Whole;

pub(super) const SECTIONS: &[Section] = &[Section {
    path: "contacts",
    about: "Addresses and phones that people add to their own accounts.",
    keys: &[key(
        "accounts_per_number",
        Whole(u32::MAX),
        Default("5"),
        "How many accounts may have the same phone number: 1 to 10000. What an administrator sets is not counted against \
         it. A person who is refused is in the audit log, as contact_shared.",
    )],
}];
