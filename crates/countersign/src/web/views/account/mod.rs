//! `/account`: what Countersign knows about the person's own account, and what the person may change.
//!
//! The page is in sections: each has a view here, a template in `templates/account/` and its handlers in
//! `web/pages/account/`, under one name.

pub mod activity;
pub mod devices;
pub mod password;
pub mod sessions;
pub mod this_session;

use askama::Template;
#[cfg(test)]
use countersign_core::channel::Channel;

use self::activity::Event;
use self::devices::TrustedDevice;
use self::password::OwnSecrets;
use self::sessions::Session;
use self::this_session::{LastLogin, ThisSession};
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
    /// This session.
    pub this_session: ThisSession,
    /// The login before this one.
    pub last_login: Option<LastLogin>,
    /// The browsers that need no code for a while.
    pub devices: Vec<TrustedDevice>,
    /// The password and the recovery codes.
    pub secrets: OwnSecrets,
    /// The sessions that are alive.
    pub sessions: Vec<Session>,
    /// What happened lately.
    pub activity: Vec<Event>,
    /// What was just done.
    pub notice: Option<AccountNotice>,
}

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountNotice {
    /// A trusted browser has another name.
    DeviceRenamed,
    /// One browser is trusted no more.
    DeviceRevoked,
    /// No browser is trusted any more.
    DevicesRevoked,
    /// The password is new.
    PasswordChanged,
    /// A session was ended.
    SessionEnded,
    /// Every other session was ended.
    SessionsEnded,
}

impl AccountNotice {
    /// Every one, by the word in the page's address.
    pub const ALL: [Self; 6] = [
        Self::DeviceRenamed,
        Self::DeviceRevoked,
        Self::DevicesRevoked,
        Self::PasswordChanged,
        Self::SessionEnded,
        Self::SessionsEnded,
    ];

    /// The word in the page's address, and the end of its text's key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeviceRenamed => "device-renamed",
            Self::DeviceRevoked => "device-revoked",
            Self::DevicesRevoked => "devices-revoked",
            Self::PasswordChanged => "password-changed",
            Self::SessionEnded => "session-ended",
            Self::SessionsEnded => "sessions-ended",
        }
    }

    /// The notice with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == word)
    }
}

impl Account {
    fn notice_text(&self) -> Option<String> {
        self.notice.map(|notice| self.shell.t(&format!("account-notice-{}", notice.as_str())))
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
        use self::this_session::Proven;
        use super::moment::Moment;

        let at = || Moment::date_time(jiff::Timestamp::UNIX_EPOCH);
        let plain = || Self {
            shell: shell.clone(),
            csrf: "token".into(),
            name: "Alice Marsh".into(),
            this_session: ThisSession {
                identifiers: vec!["T-1042".into(), "alice.marsh@example.com".into()],
                signed_in_at: at(),
                proven: Proven::PasswordAndCode(Channel::Sms),
            },
            last_login: Some(LastLogin { at: at(), from: "203.0.113.7".into(), browser: "Firefox on Windows".into() }),
            devices: vec![TrustedDevice::sample("Chrome on Windows", true)],
            secrets: OwnSecrets::sample(1),
            sessions: vec![Session::sample("Chrome on Windows", true), Session::sample("Safari on iPhone", false)],
            activity: Event::samples(),
            notice: None,
        };
        let two =
            vec![TrustedDevice::sample("Chrome on Windows", true), TrustedDevice::sample("Safari on iPhone", false)];
        let channels = Channel::ALL.map(Proven::PasswordAndCode);
        let proofs = [Proven::Password, Proven::PasswordAndRecoveryCode, Proven::PasswordOnTrustedDevice]
            .into_iter()
            .chain(channels);
        let mut samples = vec![plain(), Self { devices: two, ..plain() }];
        samples.extend(proofs.map(|proven| Self {
            this_session: ThisSession { proven, ..plain().this_session },
            last_login: None,
            devices: Vec::new(),
            secrets: OwnSecrets { password: None, recovery_codes: 0 },
            sessions: vec![Session::sample("Chrome on Windows", true)],
            activity: Vec::new(),
            ..plain()
        }));
        samples.extend(AccountNotice::ALL.map(|notice| Self { notice: Some(notice), ..plain() }));
        samples
    }
}
