//! `/forgot`: whose password is forgotten?

use askama::Template;

use super::shell::{Page, Shell};

/// The page for a forgotten password.
#[derive(Template)]
#[template(path = "forgot.html")]
pub struct Forgot {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// The realm's name.
    pub realm: String,
    /// Whether somebody has just asked; the page then says the same whatever was typed.
    pub asked: bool,
    /// Whether the field was left empty.
    pub missing: bool,
    /// Where the login begins.
    pub login_url: String,
}

impl Page for Forgot {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t(if self.asked { "forgot-asked-title" } else { "forgot-title" })
    }

    fn in_error(&self) -> bool {
        self.missing
    }
}

impl Forgot {
    fn help(&self) -> String {
        self.shell.tx.t1("forgot-asked-help", "contact", self.shell.contact_name())
    }
}

#[cfg(test)]
impl Forgot {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let states = [(false, false), (false, true), (true, false)];
        states
            .map(|(asked, missing)| Self {
                shell: shell.clone(),
                csrf: "token".into(),
                realm: "internal".into(),
                asked,
                missing,
                login_url: "/login/internal".into(),
            })
            .into()
    }
}
