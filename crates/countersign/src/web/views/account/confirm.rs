//! `/account/confirm`: proving it again, before something about the account changes.

use askama::Template;
use countersign_core::channel::Channel;

use super::fault::OwnFault;
use crate::web::views::destination::DestinationOption;
use crate::web::views::mask;
use crate::web::views::shell::{Page, Shell};

/// The page that asks for a code, or for the password.
#[derive(Template)]
#[template(path = "account/confirm.html")]
pub struct Confirm {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// What the person wants to do, as a word.
    pub then: &'static str,
    /// What is asked for.
    pub asks: Asks,
    /// For how many minutes it counts.
    pub minutes: u32,
    /// Why the form came back.
    pub fault: Option<OwnFault>,
}

/// What is asked for.
pub enum Asks {
    /// A code to one of these; none of them works if there are none.
    Code(Vec<DestinationOption>),
    /// The password: there is no second factor yet.
    Password,
}

impl Confirm {
    fn lead(&self) -> String {
        let key = match self.asks {
            Asks::Code(_) => "confirm-lead-code",
            Asks::Password => "confirm-lead-password",
        };
        self.shell.tx.t1(key, "minutes", self.minutes)
    }

    fn spoken(&self, option: &DestinationOption) -> String {
        mask::spoken(&self.shell.tx, &option.masked)
    }

    fn none_text(&self) -> String {
        self.shell.tx.t1("confirm-none", "contact", self.shell.contact_name())
    }
}

impl Page for Confirm {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("confirm-title")
    }

    fn in_error(&self) -> bool {
        self.fault.is_some()
    }
}

#[cfg(test)]
impl Confirm {
    pub(in crate::web::views) fn samples(shell: &Shell) -> Vec<Self> {
        let option = |channel, masked: &str| DestinationOption { channel, masked: masked.into(), last_used: false };
        let options = || vec![option(Channel::Email, "al••••@example.com"), option(Channel::Sms, "+1 •••• 4567")];
        let page =
            |asks, fault| Self { shell: shell.clone(), csrf: "token".into(), then: "email", asks, minutes: 10, fault };
        vec![
            page(Asks::Code(options()), None),
            page(Asks::Code(Vec::new()), None),
            page(Asks::Code(options()), Some(OwnFault::TooMany { minutes: 42 })),
            page(Asks::Password, None),
            page(Asks::Password, Some(OwnFault::Password)),
        ]
    }
}
