//! `/login/enrol`: a person who must have a second factor and has none yet.

use askama::Template;

use super::account::fault::OwnFault;
use super::mask;
use super::shell::{Page, Shell};

/// The page that asks for more than the password, and then for a first contact.
#[derive(Template)]
#[template(path = "enrol.html")]
pub struct Enrol {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// What the person can do.
    pub step: EnrolStep,
    /// Why the form came back.
    pub fault: Option<OwnFault>,
    /// Where the login begins.
    pub login_url: String,
}

/// What the person can do.
#[derive(Clone, Debug)]
pub enum EnrolStep {
    /// Add a contact; the enrolment code is accepted.
    Add {
        /// Whether an e-mail address can be proven.
        email: bool,
        /// Whether a phone can be.
        phone: bool,
    },
    /// Show that more than the password is known.
    Prove {
        /// The e-mail address on file, masked, if a code can be sent there.
        email: Option<String>,
    },
}

impl Enrol {
    fn fault_text(&self) -> Option<(String, String)> {
        self.fault.map(|fault| fault.text(&self.shell))
    }

    fn spoken(&self, masked: &str) -> String {
        mask::spoken(&self.shell.tx, masked)
    }

    fn code_lead(&self) -> String {
        self.shell.tx.t1("enrol-code-lead", "contact", self.shell.contact_name())
    }
}

impl Page for Enrol {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("enrol-title")
    }

    fn in_error(&self) -> bool {
        self.fault.is_some()
    }
}

#[cfg(test)]
impl Enrol {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let page = |step, fault| Self {
            shell: shell.clone(),
            csrf: "token".into(),
            step,
            fault,
            login_url: "/login/internal".into(),
        };
        let prove = |email: Option<&str>| EnrolStep::Prove { email: email.map(str::to_owned) };
        vec![
            page(prove(None), None),
            page(prove(Some("al••••@example.com")), None),
            page(prove(None), Some(OwnFault::EnrolmentCode)),
            page(EnrolStep::Add { email: true, phone: true }, None),
            page(EnrolStep::Add { email: false, phone: true }, Some(OwnFault::Shared)),
        ]
    }
}
