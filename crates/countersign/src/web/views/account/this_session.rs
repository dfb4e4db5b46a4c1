//! What this session is, and the login before it.

use countersign_core::channel::Channel;

use crate::web::views::moment::Moment;

/// This session.
#[derive(Clone)]
pub struct ThisSession {
    /// What the account types to log in.
    pub identifiers: Vec<String>,
    /// When this session began.
    pub signed_in_at: Moment,
    /// What this session proved.
    pub proven: Proven,
}

/// The login before this one.
#[derive(Clone)]
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
    /// The password and a recovery code.
    PasswordAndRecoveryCode,
    /// The password, from a trusted device. The device proves nothing; it only explains why no code was asked for.
    PasswordOnTrustedDevice,
}

impl Proven {
    /// The key of its text.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Password => "account-proven-password",
            Self::PasswordAndCode(Channel::Email) => "account-proven-email",
            Self::PasswordAndCode(Channel::Sms) => "account-proven-sms",
            Self::PasswordAndCode(Channel::Voice) => "account-proven-voice",
            Self::PasswordAndRecoveryCode => "account-proven-recovery",
            Self::PasswordOnTrustedDevice => "account-proven-trusted",
        }
    }
}
