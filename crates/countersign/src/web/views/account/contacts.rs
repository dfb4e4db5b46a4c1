//! Where codes can go.

use countersign_core::contact::ContactKind;

/// One contact, or the place of one.
#[derive(Clone, Debug)]
pub struct ContactRow {
    /// Its kind.
    pub kind: ContactKind,
    /// The address or number, in full: it is the person's own.
    pub shown: Option<String>,
    /// How it stands.
    pub state: ContactState,
    /// Whether it may be removed.
    pub removable: bool,
}

/// How a contact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactState {
    /// It comes from the company directory, and is changed there.
    Directory,
    /// There is none.
    None,
    /// It is on file, and nobody has confirmed it.
    Unconfirmed,
    /// Codes go there.
    Verified,
}

impl ContactRow {
    /// The key of the kind's name.
    pub fn label_key(&self) -> &'static str {
        label_key(self.kind)
    }

    /// The key of what is said about how it stands.
    pub fn state_key(&self) -> &'static str {
        match self.state {
            ContactState::Directory => "contact-directory",
            ContactState::None => "contact-none",
            ContactState::Unconfirmed => "contact-unconfirmed",
            ContactState::Verified => "contact-verified",
        }
    }

    /// The key of the link to the form, if the person may change it here.
    pub fn change_key(&self) -> Option<&'static str> {
        match (self.state, self.kind) {
            (ContactState::Directory, _) => None,
            (ContactState::None, ContactKind::Email) => Some("contact-add-email"),
            (ContactState::None, ContactKind::Phone) => Some("contact-add-phone"),
            (ContactState::Unconfirmed, _) => Some("contact-confirm"),
            (ContactState::Verified, ContactKind::Email) => Some("contact-change-email"),
            (ContactState::Verified, ContactKind::Phone) => Some("contact-change-phone"),
        }
    }

    /// The key of the link that removes it.
    pub fn remove_key(&self) -> &'static str {
        match self.kind {
            ContactKind::Email => "contact-remove-email",
            ContactKind::Phone => "contact-remove-phone",
        }
    }
}

/// The key of a kind's name.
pub fn label_key(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::Email => "contact-email",
        ContactKind::Phone => "contact-phone",
    }
}

#[cfg(test)]
impl ContactRow {
    pub(super) fn samples() -> Vec<Vec<Self>> {
        use ContactState::{Directory, None, Unconfirmed, Verified};
        let row = |kind, state, removable| {
            let shown = match kind {
                ContactKind::Email => "alice.marsh@example.com",
                ContactKind::Phone => "+1 416-555-0142",
            };
            Self { kind, shown: (state != None).then(|| shown.to_owned()), state, removable }
        };
        let pairs = [(Verified, Verified), (Unconfirmed, None), (Directory, Directory), (None, Verified)];
        let rows = pairs.map(|(email, phone)| {
            vec![row(ContactKind::Email, email, true), row(ContactKind::Phone, phone, phone == Verified)]
        });
        rows.into()
    }
}
