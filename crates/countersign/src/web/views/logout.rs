//! `/logout`: a question first, because a link from another page must not sign anyone out.

use askama::Template;

use super::shell::{Page, Shell};

/// The page that asks before signing out.
#[derive(Template)]
#[template(path = "logout.html")]
pub struct Logout {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
}

impl Page for Logout {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("logout-title")
    }
}

#[cfg(test)]
impl Logout {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        vec![Self { shell: shell.clone(), csrf: "token".into() }]
    }
}
