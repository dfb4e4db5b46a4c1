//! `/login/{realm}`: who are you, and what is your password?

use askama::Template;

use super::shell::{Page, Shell};

/// The login form.
#[derive(Template)]
#[template(path = "login.html")]
pub struct Login {
    /// The frame.
    pub shell: Shell,
    /// The realm's name, for the form's address.
    pub realm: String,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// Where to go afterwards.
    pub return_to: Option<String>,
    /// What was typed before, so that nobody types it twice.
    pub identifier: String,
    /// What just happened, when that was no fault of this form.
    pub notice: Option<LoginNotice>,
    /// Why the form came back.
    pub fault: Option<LoginFault>,
    /// The address of the page for a forgotten password, if this realm has one.
    pub forgot_url: Option<String>,
    /// The address of the realm choice, if there is more than one realm.
    pub realms_url: Option<String>,
}

/// What just happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginNotice {
    /// The code was not given in time.
    CodeExpired,
    /// The password is new.
    PasswordChanged,
    /// The session reached its limit.
    SessionEnded,
    /// The person signed out.
    SignedOut,
    /// The code page was asked for without a login, or refreshed.
    StartAgain,
    /// Five wrong codes.
    TriesUsed,
}

/// Why the login form came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginFault {
    /// Too many people are logging in at this moment.
    Busy,
    /// A field was left empty.
    Missing,
    /// Unknown, wrong, blocked or disabled: one text for all, so that it tells a stranger nothing.
    NotRecognised {
        /// How many failures block an account.
        tries: u32,
        /// For how long.
        minutes: u32,
    },
    /// The directory that would know the password does not answer.
    Unavailable,
}

impl Login {
    fn notice_text(&self) -> Option<String> {
        let key = match self.notice? {
            LoginNotice::CodeExpired => "login-notice-code-expired",
            LoginNotice::PasswordChanged => "login-notice-password-changed",
            LoginNotice::SessionEnded => "login-notice-session-ended",
            LoginNotice::SignedOut => "login-notice-signed-out",
            LoginNotice::StartAgain => "login-notice-start-again",
            LoginNotice::TriesUsed => "login-notice-tries-used",
        };
        Some(self.shell.t(key))
    }

    /// A heading and a sentence.
    fn fault_text(&self) -> Option<(String, String)> {
        let shell = &self.shell;
        Some(match self.fault? {
            LoginFault::Busy => (shell.t("login-fault-busy"), shell.t("login-fault-busy-next")),
            LoginFault::Missing => (shell.t("login-fault-missing"), shell.t("login-fault-missing-next")),
            LoginFault::NotRecognised { tries, minutes } => {
                let contact = shell.contact_name();
                let args = [("tries", tries.into()), ("minutes", minutes.into()), ("contact", contact.into())];
                (shell.t("login-fault-unknown"), shell.tx.with("login-fault-unknown-next", &args))
            }
            LoginFault::Unavailable => {
                let next = shell.tx.t1("login-fault-unavailable-next", "contact", shell.contact_name());
                (shell.t("login-fault-unavailable"), next)
            }
        })
    }

    /// The fields are marked as wrong only when something is wrong with them.
    fn fields_at_fault(&self) -> bool {
        self.fault.is_some_and(|fault| !matches!(fault, LoginFault::Busy | LoginFault::Unavailable))
    }
}

impl Page for Login {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("login-title")
    }

    fn in_error(&self) -> bool {
        self.fault.is_some()
    }
}

#[cfg(test)]
impl Login {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let plain = || Self {
            shell: shell.clone(),
            realm: "internal".into(),
            csrf: "token".into(),
            return_to: Some("https://erp.example.com/jobs?a=1&b=2".into()),
            identifier: String::new(),
            notice: None,
            fault: None,
            forgot_url: Some("/forgot".into()),
            realms_url: Some("/login".into()),
        };
        let notices = [
            LoginNotice::CodeExpired,
            LoginNotice::PasswordChanged,
            LoginNotice::SessionEnded,
            LoginNotice::SignedOut,
            LoginNotice::StartAgain,
            LoginNotice::TriesUsed,
        ];
        let faults = [
            LoginFault::NotRecognised { tries: 5, minutes: 30 },
            LoginFault::Busy,
            LoginFault::Missing,
            LoginFault::Unavailable,
        ];
        let after_notice =
            notices.map(|notice| Self { notice: Some(notice), forgot_url: None, realms_url: None, ..plain() });
        let after_fault = faults.map(|fault| Self { fault: Some(fault), identifier: "t\"ech<1>".into(), ..plain() });
        [plain()].into_iter().chain(after_fault).chain(after_notice).collect()
    }
}
