//! `/` of a demonstration: accounts to try, and where their codes arrive.

use askama::Template;

use super::shell::{Page, Shell};

/// The first page of a demonstration.
#[derive(Template)]
#[template(path = "welcome.html")]
pub struct Welcome {
    /// The frame.
    pub shell: Shell,
    /// The accounts to try, the most instructive first.
    pub accounts: Vec<DemoAccount>,
}

/// One account to try.
pub struct DemoAccount {
    /// The realm's name, for the login page's address.
    pub realm: String,
    /// The realm, as people call it.
    pub realm_title: String,
    /// What to type.
    pub identifier: String,
    /// Its password. Made up for the demonstration and printed on purpose; no other view carries one.
    pub password: String,
}

impl Welcome {
    fn login_text(&self, account: &DemoAccount) -> String {
        self.shell.tx.t1("welcome-login", "identifier", account.identifier.as_str())
    }
}

impl Page for Welcome {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("welcome-title")
    }
}

#[cfg(test)]
impl Welcome {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let account = |realm: &str, title: &str, identifier: &str, password: &str| DemoAccount {
            realm: realm.into(),
            realm_title: title.into(),
            identifier: identifier.into(),
            password: password.into(),
        };
        let accounts = vec![
            account("internal", "Staff", "alice", "correct horse battery"),
            account("external", "Customers", "C-20417", "staple orbit lantern"),
        ];
        vec![Self { shell: Shell { realm_title: None, ..shell.clone() }, accounts }]
    }
}
