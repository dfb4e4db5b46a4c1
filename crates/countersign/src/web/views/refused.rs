//! The end of a login that cannot go on, after a correct password.

use askama::Template;

use super::moment::Moment;
use super::shell::{Page, Shell};

/// The page that says why a login cannot go on, and whom to ask.
#[derive(Template)]
#[template(path = "refused.html")]
pub struct Refused {
    /// The frame.
    pub shell: Shell,
    /// Why.
    pub reason: RefusedReason,
    /// Where the login begins.
    pub login_url: String,
}

/// Why a login cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusedReason {
    /// An administrator has disabled the account.
    AccountDisabled,
    /// The only destination is the mailbox that the password was reset from, and no code goes there yet.
    EmailRests {
        /// Until when.
        until: Moment,
    },
    /// The account's end has come, in the directory.
    AccountExpired,
    /// Too many wrong codes have disabled the code factor.
    FactorDisabled,
    /// A code is needed, and there is nowhere to send it.
    NoDestination,
    /// The directory does not have the person in the required group.
    NotInGroup,
    /// The directory allows no login at this hour, or from here.
    OutsideHours,
    /// The directory wants another password first.
    PasswordExpired,
    /// The password was given up by "This was not me".
    PasswordMustChange,
    /// The policy of the realm refuses this login.
    PolicyRefused,
}

impl Refused {
    fn key(&self, part: &str) -> String {
        let reason = match &self.reason {
            RefusedReason::AccountDisabled => "account-disabled",
            RefusedReason::EmailRests { .. } => "email-rests",
            RefusedReason::AccountExpired => "account-expired",
            RefusedReason::FactorDisabled => "factor-disabled",
            RefusedReason::NoDestination => "no-destination",
            RefusedReason::NotInGroup => "not-in-group",
            RefusedReason::OutsideHours => "outside-hours",
            RefusedReason::PasswordExpired => "password-expired",
            RefusedReason::PasswordMustChange => "password-must-change",
            RefusedReason::PolicyRefused => "policy",
        };
        format!("refused-{reason}-{part}")
    }

    fn what(&self) -> String {
        match &self.reason {
            RefusedReason::EmailRests { until } => {
                self.shell.tx.t1(&self.key("what"), "until", until.display(&self.shell.tx))
            }
            _ => self.shell.t(&self.key("what")),
        }
    }

    fn next(&self) -> String {
        self.shell.tx.t1(&self.key("next"), "contact", self.shell.contact_name())
    }
}

impl Page for Refused {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t(&self.key("title"))
    }

    fn in_error(&self) -> bool {
        true
    }
}

#[cfg(test)]
impl Refused {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        use RefusedReason::{
            AccountDisabled, AccountExpired, EmailRests, FactorDisabled, NoDestination, NotInGroup, OutsideHours,
            PasswordExpired, PasswordMustChange, PolicyRefused,
        };
        let until = Moment::date_time(jiff::Timestamp::UNIX_EPOCH);
        [
            NoDestination,
            FactorDisabled,
            AccountDisabled,
            AccountExpired,
            EmailRests { until },
            NotInGroup,
            OutsideHours,
            PasswordExpired,
            PasswordMustChange,
            PolicyRefused,
        ]
        .map(|reason| Self { shell: shell.clone(), reason, login_url: "/login/internal".into() })
        .into()
    }
}
