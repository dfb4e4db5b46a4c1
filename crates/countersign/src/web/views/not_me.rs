//! `/not-me`: "This was not me", with the link of a mail or with the code of a text message.

use askama::Template;

use super::shell::{Page, Shell};

/// The page in one of its states.
#[derive(Template)]
#[template(path = "not_me.html")]
pub struct NotMe {
    /// The frame.
    pub shell: Shell,
    /// What it shows.
    pub state: NotMeState,
}

/// What the page shows.
pub enum NotMeState {
    /// A form for the code of a text message.
    Code {
        /// The form's anti-forgery token.
        csrf: String,
        /// What was typed as number or name.
        name: String,
        /// Why the form came back.
        fault: Option<NotMeFault>,
    },
    /// It was done.
    Done {
        /// Who has the password.
        password: PasswordPlace,
        /// Where a new password is chosen by mail, if it can be.
        forgot_url: Option<String>,
        /// Where the login begins.
        login_url: String,
    },
    /// What will happen, and a button for it.
    Offer {
        /// The form's anti-forgery token.
        csrf: String,
        /// The address that the button goes to.
        action: String,
        /// Who has the password.
        password: PasswordPlace,
    },
    /// The link was used, is too old, or never was one.
    Over,
}

/// Why the form for the code came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMeFault {
    /// Not six digits.
    Format,
    /// No such code was sent there.
    NotFound,
}

/// Who has the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordPlace {
    /// A directory.
    Elsewhere,
    /// We.
    Here,
}

impl NotMe {
    /// Who has the password, where that is known; of a code that nobody has typed yet it is not.
    const fn place(&self) -> PasswordPlace {
        match self.state {
            NotMeState::Done { password, .. } | NotMeState::Offer { password, .. } => password,
            NotMeState::Code { .. } | NotMeState::Over => PasswordPlace::Here,
        }
    }

    fn password(&self) -> String {
        self.shell.t(match self.place() {
            PasswordPlace::Elsewhere => "not-me-password-elsewhere",
            PasswordPlace::Here => "not-me-password-here",
        })
    }

    fn next(&self) -> String {
        let key = match self.place() {
            PasswordPlace::Elsewhere => "not-me-next-elsewhere",
            PasswordPlace::Here => "not-me-next-here",
        };
        self.shell.tx.t1(key, "contact", self.shell.contact_name())
    }

    fn over_next(&self) -> String {
        self.shell.tx.t1("not-me-over-next", "contact", self.shell.contact_name())
    }

    fn fault_text(&self) -> Option<String> {
        let NotMeState::Code { fault: Some(fault), .. } = &self.state else { return None };
        Some(self.shell.t(match fault {
            NotMeFault::Format => "code-fault-format",
            NotMeFault::NotFound => "not-me-fault-not-found",
        }))
    }
}

impl Page for NotMe {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t(match self.state {
            NotMeState::Code { .. } | NotMeState::Offer { .. } => "not-me-title",
            NotMeState::Done { .. } => "not-me-title-done",
            NotMeState::Over => "not-me-title-over",
        })
    }

    fn in_error(&self) -> bool {
        matches!(self.state, NotMeState::Over | NotMeState::Code { fault: Some(_), .. })
    }
}

#[cfg(test)]
impl NotMe {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let csrf = || "token".to_owned();
        let code = |name: &str, fault| NotMeState::Code { csrf: csrf(), name: name.into(), fault };
        let mut states = vec![
            code("", None),
            code("+1 416 555 0142", Some(NotMeFault::Format)),
            code("<ana>", Some(NotMeFault::NotFound)),
            NotMeState::Over,
        ];
        for password in [PasswordPlace::Here, PasswordPlace::Elsewhere] {
            states.push(NotMeState::Offer { csrf: csrf(), action: "/not-me/x".into(), password });
            let forgot_url = (password == PasswordPlace::Here).then(|| "/forgot?realm=internal".to_owned());
            states.push(NotMeState::Done { password, forgot_url, login_url: "/login/internal".into() });
        }
        states.into_iter().map(|state| Self { shell: shell.clone(), state }).collect()
    }
}
