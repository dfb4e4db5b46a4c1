//! `/account/recovery-codes`: how many are left, and new ones, shown once.

use askama::Template;

use super::moment::Moment;
use super::shell::{Page, Shell};

/// The page of recovery codes.
#[derive(Template)]
#[template(path = "recovery_codes.html")]
pub struct RecoveryCodes {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// How many have not been used.
    pub left: u32,
    /// When they were made.
    pub made_at: Option<Moment>,
    /// The codes that were just made; they are never shown again.
    pub codes: Vec<String>,
    /// Whose they are, for the paper they are printed on.
    pub identifier: String,
}

impl RecoveryCodes {
    fn printed_for(&self) -> String {
        let args = [("site", self.shell.site_name.as_str().into()), ("identifier", self.identifier.as_str().into())];
        self.shell.tx.with("recovery-codes-for", &args)
    }
}

impl Page for RecoveryCodes {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t(if self.codes.is_empty() { "recovery-codes-title" } else { "recovery-codes-new-title" })
    }
}

#[cfg(test)]
impl RecoveryCodes {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let made_at = || Some(Moment::date_time(jiff::Timestamp::UNIX_EPOCH));
        let sample = |left, made_at, codes| Self {
            shell: shell.clone(),
            csrf: "token".into(),
            left,
            made_at,
            codes,
            identifier: "alice.marsh@example.com".into(),
        };
        let codes = vec!["7K2QD-9XWMB-0TRVA-4HJ3C-ZE8NF".to_owned(); 10];
        vec![sample(0, None, Vec::new()), sample(1, made_at(), Vec::new()), sample(10, made_at(), codes)]
    }
}
