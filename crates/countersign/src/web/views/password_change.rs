//! `/account/password`: another password.

use askama::Template;

use super::shell::{Page, Shell};
use super::unfit;
use crate::flow::new_password::Unfit;

/// The page that changes the password.
#[derive(Template)]
#[template(path = "password_change.html")]
pub struct PasswordChange {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// The name that a password manager keeps the password under.
    pub identifier: String,
    /// The fewest characters.
    pub length_min: usize,
    /// What is wrong with the current password.
    pub fault: Option<CurrentFault>,
    /// What is wrong with the new one.
    pub unfit: Option<Unfit>,
}

/// What is wrong with the current password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrentFault {
    /// Too many wrong ones.
    Paused {
        /// For how long.
        minutes: u32,
    },
    /// The new one is the same.
    Same,
    /// It is another.
    Wrong,
}

impl PasswordChange {
    fn fault_text(&self) -> Option<String> {
        Some(match self.fault? {
            CurrentFault::Paused { minutes } => self.shell.tx.t1("password-change-paused", "minutes", minutes),
            CurrentFault::Same => self.shell.t("password-change-same"),
            CurrentFault::Wrong => self.shell.t("password-change-wrong"),
        })
    }

    fn length_min(&self) -> usize {
        self.length_min
    }

    fn unfit_text(&self) -> Option<String> {
        self.unfit.map(|unfit| unfit::text(&self.shell.tx, unfit))
    }
}

impl Page for PasswordChange {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("password-change-title")
    }

    fn in_error(&self) -> bool {
        self.fault.is_some() || self.unfit.is_some()
    }
}

#[cfg(test)]
impl PasswordChange {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let sample = |fault, unfit| Self {
            shell: shell.clone(),
            csrf: "token".into(),
            identifier: "T-1042".into(),
            length_min: 8,
            fault,
            unfit,
        };
        let faults = [CurrentFault::Paused { minutes: 30 }, CurrentFault::Same, CurrentFault::Wrong];
        let faults = faults.map(|fault| sample(Some(fault), None));
        [sample(None, None), sample(None, Some(Unfit::Weak))].into_iter().chain(faults).collect()
    }
}
