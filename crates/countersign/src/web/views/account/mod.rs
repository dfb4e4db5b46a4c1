//! `/account`: what Countersign knows about the person's own account, and what the person may change.
//!
//! The page is in sections: each has a view here, a template in `templates/account/` and its handlers in
//! `web/pages/account/`, under one name.

pub mod activity;
pub mod code_entry;
pub mod confirm;
pub mod contact_form;
pub mod contacts;
pub mod devices;
pub mod fault;
pub mod password;
pub mod sessions;
pub mod this_session;
pub mod two_step;

use askama::Template;
#[cfg(test)]
use countersign_core::channel::Channel;

use self::activity::Event;
use self::contacts::ContactRow;
use self::devices::TrustedDevice;
use self::password::OwnSecrets;
use self::sessions::Session;
use self::this_session::{LastLogin, ThisSession};
use self::two_step::TwoStepSection;
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
    /// Where codes can go.
    pub contacts: Vec<ContactRow>,
    /// Whether a login takes two steps.
    pub two_step: TwoStepSection,
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
    /// Something was proven again; the account can be changed.
    Confirmed,
    /// A contact was added.
    ContactAdded,
    /// A contact took the place of another.
    ContactChanged,
    /// A contact was removed.
    ContactRemoved,
    /// A trusted browser has another name.
    DeviceRenamed,
    /// One browser is trusted no more.
    DeviceRevoked,
    /// No browser is trusted any more.
    DevicesRevoked,
    /// Nothing: it is looked after in the company directory.
    Managed,
    /// The password is new.
    PasswordChanged,
    /// A session was ended.
    SessionEnded,
    /// Every other session was ended.
    SessionsEnded,
    /// Two-step login was turned off.
    TwoStepOff,
    /// Two-step login was turned on.
    TwoStepOn,
}

impl AccountNotice {
    /// Every one, by the word in the page's address.
    pub const ALL: [Self; 13] = [
        Self::Confirmed,
        Self::ContactAdded,
        Self::ContactChanged,
        Self::ContactRemoved,
        Self::DeviceRenamed,
        Self::DeviceRevoked,
        Self::DevicesRevoked,
        Self::Managed,
        Self::PasswordChanged,
        Self::SessionEnded,
        Self::SessionsEnded,
        Self::TwoStepOff,
        Self::TwoStepOn,
    ];

    /// The word in the page's address, and the end of its text's key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::ContactAdded => "contact-added",
            Self::ContactChanged => "contact-changed",
            Self::ContactRemoved => "contact-removed",
            Self::DeviceRenamed => "device-renamed",
            Self::DeviceRevoked => "device-revoked",
            Self::DevicesRevoked => "devices-revoked",
            Self::Managed => "managed",
            Self::PasswordChanged => "password-changed",
            Self::SessionEnded => "session-ended",
            Self::SessionsEnded => "sessions-ended",
            Self::TwoStepOff => "two-step-off",
            Self::TwoStepOn => "two-step-on",
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
        use countersign_core::own::TwoStep;

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
            contacts: ContactRow::samples().swap_remove(0),
            two_step: TwoStepSection(TwoStep::Off),
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
        samples.extend(ContactRow::samples().into_iter().map(|contacts| Self { contacts, ..plain() }));
        let standings = [TwoStep::Forced, TwoStep::NotUsed, TwoStep::On];
        let not_ready = [0, 1].map(|ways| TwoStep::NotReady { ways });
        let standings = standings.into_iter().chain(not_ready).map(TwoStepSection);
        samples.extend(standings.map(|two_step| Self { two_step, ..plain() }));
        samples.extend(AccountNotice::ALL.map(|notice| Self { notice: Some(notice), ..plain() }));
        samples
    }
}
