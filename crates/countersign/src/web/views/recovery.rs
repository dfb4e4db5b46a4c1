//! `/login/recovery`: a recovery code in place of the second factor.

use askama::Template;

use super::moment::Moment;
use super::shell::{Page, Shell};

/// The page that asks for a recovery code.
#[derive(Template)]
#[template(path = "recovery.html")]
pub struct Recovery {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// Why there is no other way; `None` when there is one.
    pub only_way: Option<OnlyWay>,
    /// Why the form came back.
    pub fault: Option<RecoveryFault>,
    /// Where the login begins.
    pub login_url: String,
}

/// Why a recovery code is the only way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnlyWay {
    /// No code goes to the mailbox yet that the password was reset from.
    EmailRests {
        /// Until when.
        until: Moment,
    },
    /// Too many wrong codes have turned codes off.
    FactorDisabled,
    /// There is nowhere to send a code.
    NoDestination,
}

/// Why the form came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryFault {
    /// What was typed is no recovery code.
    Format,
    /// Too many wrong ones.
    Paused {
        /// For how long.
        minutes: u32,
    },
    /// Wrong, or used before.
    Wrong,
}

impl Recovery {
    fn lead(&self) -> String {
        let tx = &self.shell.tx;
        match &self.only_way {
            None => tx.t("recovery-lead"),
            Some(OnlyWay::EmailRests { until }) => tx.t1("recovery-lead-email-rests", "until", until.display(tx)),
            Some(OnlyWay::FactorDisabled) => tx.t("recovery-lead-factor-disabled"),
            Some(OnlyWay::NoDestination) => tx.t("recovery-lead-no-destination"),
        }
    }

    fn fault_text(&self) -> Option<String> {
        Some(match self.fault? {
            RecoveryFault::Format => self.shell.t("recovery-fault-format"),
            RecoveryFault::Paused { minutes } => self.shell.tx.t1("recovery-fault-paused", "minutes", minutes),
            RecoveryFault::Wrong => self.shell.t("recovery-fault-wrong"),
        })
    }

    fn help(&self) -> String {
        self.shell.tx.t1("recovery-help", "contact", self.shell.contact_name())
    }
}

impl Page for Recovery {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("recovery-title")
    }

    fn in_error(&self) -> bool {
        self.fault.is_some()
    }
}

#[cfg(test)]
impl Recovery {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let until = Moment::date_time(jiff::Timestamp::UNIX_EPOCH);
        let sample = |only_way, fault| Self {
            shell: shell.clone(),
            csrf: "token".into(),
            only_way,
            fault,
            login_url: "/login/internal".into(),
        };
        let ways = [OnlyWay::EmailRests { until }, OnlyWay::FactorDisabled, OnlyWay::NoDestination];
        let faults = [RecoveryFault::Format, RecoveryFault::Paused { minutes: 30 }, RecoveryFault::Wrong];
        let ways = ways.map(|way| sample(Some(way), None));
        let faults = faults.map(|fault| sample(None, Some(fault)));
        [sample(None, None)].into_iter().chain(ways).chain(faults).collect()
    }
}
