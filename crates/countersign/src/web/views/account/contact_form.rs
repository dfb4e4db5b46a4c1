//! The form for a new address or number, and the one that removes it.

use askama::Template;
use countersign_core::channel::Channel;
use countersign_core::contact::ContactKind;

use super::fault::OwnFault;
use crate::web::views::shell::{Page, Shell};

/// The page that asks for a new address or number.
#[derive(Template)]
#[template(path = "account/contact_form.html")]
pub struct ContactForm {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// Where the form goes.
    pub action: String,
    /// What is asked for.
    pub kind: ContactKind,
    /// What stands in the field.
    pub value: String,
    /// The countries of numbers that are written without one, and which is chosen.
    pub countries: Vec<Country>,
    /// How the code can travel.
    pub channels: Vec<Channel>,
    /// What it takes the place of; then the password is asked for.
    pub replaces: Option<String>,
    /// Why the form came back.
    pub fault: Option<OwnFault>,
    /// Where to go instead.
    pub back_url: String,
}

/// A country to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// Its code (ISO 3166 alpha-2).
    pub code: String,
    /// The code with which its phones are called from abroad.
    pub calling: u16,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl ContactForm {
    fn fault_text(&self) -> Option<(String, String)> {
        self.fault.map(|fault| fault.text(&self.shell))
    }

    fn is_country_chosen(&self) -> bool {
        self.countries.iter().any(|country| country.chosen)
    }

    fn is_contact_at_fault(&self) -> bool {
        self.fault.is_some_and(OwnFault::is_of_the_contact)
    }

    fn is_password_at_fault(&self) -> bool {
        self.fault.is_some_and(OwnFault::is_of_the_password)
    }

    fn replaces_text(&self, old: &str) -> String {
        self.shell.tx.t1("contact-form-replaces", "old", old)
    }

    fn is_phone(&self) -> bool {
        self.kind == ContactKind::Phone
    }
}

impl Page for ContactForm {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t(match (self.kind, self.replaces.is_some()) {
            (ContactKind::Email, false) => "contact-add-email",
            (ContactKind::Email, true) => "contact-change-email",
            (ContactKind::Phone, false) => "contact-add-phone",
            (ContactKind::Phone, true) => "contact-change-phone",
        })
    }

    fn in_error(&self) -> bool {
        self.fault.is_some()
    }
}

/// The page that asks whether a contact should be removed.
#[derive(Template)]
#[template(path = "account/contact_removal.html")]
pub struct ContactRemoval {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// Its kind.
    pub kind: ContactKind,
    /// The address or number.
    pub shown: String,
    /// Why the form came back.
    pub fault: Option<OwnFault>,
}

impl ContactRemoval {
    fn fault_text(&self) -> Option<(String, String)> {
        self.fault.map(|fault| fault.text(&self.shell))
    }

    fn lead(&self) -> String {
        self.shell.tx.t1("contact-removal-lead", "contact", self.shown.as_str())
    }
}

impl Page for ContactRemoval {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t(match self.kind {
            ContactKind::Email => "contact-remove-email",
            ContactKind::Phone => "contact-remove-phone",
        })
    }

    fn in_error(&self) -> bool {
        self.fault.is_some()
    }
}

#[cfg(test)]
impl ContactForm {
    pub(in crate::web::views) fn samples(shell: &Shell) -> Vec<Self> {
        let country = |code: &str, calling, chosen| Country { code: code.into(), calling, chosen };
        let page = |kind, replaces: Option<&str>, fault| Self {
            shell: shell.clone(),
            csrf: "token".into(),
            action: "/account/contacts/phone".into(),
            kind,
            value: String::new(),
            countries: vec![country("CA", 1, true), country("CH", 41, false)],
            channels: match kind {
                ContactKind::Email => vec![Channel::Email],
                ContactKind::Phone => vec![Channel::Sms, Channel::Voice],
            },
            replaces: replaces.map(str::to_owned),
            fault,
            back_url: "/account".into(),
        };
        let mut samples = vec![
            page(ContactKind::Email, None, None),
            page(ContactKind::Phone, Some("+1 416-555-0142"), None),
            Self { channels: Vec::new(), ..page(ContactKind::Phone, None, None) },
        ];
        samples.extend(OwnFault::SAMPLES.map(|fault| page(ContactKind::Phone, Some("+1 416-555-0142"), Some(fault))));
        samples
    }
}

#[cfg(test)]
impl ContactRemoval {
    pub(in crate::web::views) fn samples(shell: &Shell) -> Vec<Self> {
        let page = |kind, fault| Self {
            shell: shell.clone(),
            csrf: "token".into(),
            kind,
            shown: "alice.marsh@example.com".into(),
            fault,
        };
        vec![page(ContactKind::Email, None), page(ContactKind::Phone, Some(OwnFault::Password))]
    }
}
