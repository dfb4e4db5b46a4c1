//! `/account`: what Countersign knows about the person's own session and devices.

use askama::Template;
use countersign_core::channel::Channel;

use super::moment::Moment;
use super::shell::{Page, Shell};

/// The person's own page.
#[derive(Template)]
#[template(path = "account.html")]
pub struct Account {
    /// The frame.
    pub shell: Shell,
    /// The forms' anti-forgery token.
    pub csrf: String,
    /// The person's name, as the account has it.
    pub name: String,
    /// What the account types to log in.
    pub identifiers: Vec<String>,
    /// The login before this one.
    pub last_login: Option<LastLogin>,
    /// When this session began.
    pub signed_in_at: Moment,
    /// What this session proved.
    pub proven: Proven,
    /// The browsers that need no code for a while.
    pub trusted_devices: Vec<TrustedDevice>,
    /// What was just done.
    pub notice: Option<AccountNotice>,
}

/// The login before this one.
pub struct LastLogin {
    /// When.
    pub at: Moment,
    /// From which address.
    pub from: String,
    /// With which browser, in words.
    pub browser: String,
}

/// What a session proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proven {
    /// The password alone.
    Password,
    /// The password and a code.
    PasswordAndCode(Channel),
    /// The password, from a trusted device. The device proves nothing; it only explains why no code was asked for.
    PasswordOnTrustedDevice,
}

/// A browser that needs no code for a while.
pub struct TrustedDevice {
    /// The browser, in words.
    pub name: String,
    /// When it was last used.
    pub last_used: Moment,
    /// When trust ends.
    pub expires: Moment,
    /// Whether it is the browser that shows this page.
    pub this_browser: bool,
}

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountNotice {
    /// No browser is trusted any more.
    DevicesRevoked,
}

impl Account {
    fn proven_text(&self) -> String {
        self.shell.t(match self.proven {
            Proven::Password => "account-proven-password",
            Proven::PasswordAndCode(Channel::Email) => "account-proven-email",
            Proven::PasswordAndCode(Channel::Sms) => "account-proven-sms",
            Proven::PasswordAndCode(Channel::Voice) => "account-proven-voice",
            Proven::PasswordOnTrustedDevice => "account-proven-trusted",
        })
    }

    fn notice_text(&self) -> Option<String> {
        self.notice.map(|AccountNotice::DevicesRevoked| self.shell.t("account-notice-revoked"))
    }

    fn revoke_text(&self) -> String {
        self.shell.tx.t1("account-revoke", "count", self.trusted_devices.len())
    }
}

impl Page for Account {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("account-title")
    }
}

#[cfg(test)]
impl Account {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let at = || Moment::date_time(jiff::Timestamp::UNIX_EPOCH);
        let device = |name: &str, this_browser| TrustedDevice {
            name: name.into(),
            last_used: at(),
            expires: at(),
            this_browser,
        };
        let plain = || Self {
            shell: shell.clone(),
            csrf: "token".into(),
            name: "Alice Marsh".into(),
            identifiers: vec!["T-1042".into(), "alice.marsh@example.com".into()],
            last_login: Some(LastLogin { at: at(), from: "203.0.113.7".into(), browser: "Firefox on Windows".into() }),
            signed_in_at: at(),
            proven: Proven::PasswordAndCode(Channel::Sms),
            trusted_devices: vec![device("Chrome on Windows", true)],
            notice: None,
        };
        let two = vec![device("Chrome on Windows", true), device("Safari on iPhone", false)];
        let channels = Channel::ALL.map(Proven::PasswordAndCode);
        let proofs = [Proven::Password, Proven::PasswordOnTrustedDevice].into_iter().chain(channels);
        let mut samples = vec![plain(), Self { trusted_devices: two, ..plain() }];
        samples.extend(proofs.map(|proven| Self {
            proven,
            last_login: None,
            trusted_devices: Vec::new(),
            notice: Some(AccountNotice::DevicesRevoked),
            ..plain()
        }));
        samples
    }
}
