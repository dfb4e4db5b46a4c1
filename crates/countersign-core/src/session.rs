//! The completed login: how long it lives, and what it is worth.

use jiff::fmt::serde::duration::friendly::compact;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::channel::Channel;

/// The figures of sessions (NIST SP 800-63B-4, 2.2.3: at AAL2 at most 24 hours and one hour of inactivity).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionRules {
    /// It ends after this long without a request.
    #[serde(serialize_with = "compact::required")]
    pub idle: SignedDuration,
    /// It ends after this long, whatever happens.
    #[serde(serialize_with = "compact::required")]
    pub absolute: SignedDuration,
    /// So long after a proof the account may be changed without another (OWASP ASVS 5.0, 7.5.1).
    #[serde(serialize_with = "compact::required")]
    pub fresh: SignedDuration,
}

impl Default for SessionRules {
    fn default() -> Self {
        Self {
            idle: SignedDuration::from_mins(30),
            absolute: SignedDuration::from_hours(12),
            fresh: SignedDuration::from_mins(10),
        }
    }
}

impl SessionRules {
    /// Whether a session begun at `created_at` and last seen at `seen_at` is alive at `now`.
    pub fn alive(&self, created_at: Timestamp, seen_at: Timestamp, now: Timestamp) -> bool {
        now.duration_since(seen_at) < self.idle && now.duration_since(created_at) < self.absolute
    }

    /// What has to be proven again before something about the account changes; `None` where it was a moment ago. Where
    /// there is a second factor nothing else will do; where there is none yet, the password has to. A trusted device
    /// proves nothing.
    pub fn missing(&self, evidence: &[Evidence], factor: HasFactor, now: Timestamp) -> Option<Missing> {
        let proven = |counts: fn(Proof) -> bool| {
            evidence.iter().any(|item| counts(item.proof) && now.duration_since(item.at) <= self.fresh)
        };
        match factor {
            HasFactor::Yes if proven(Proof::is_code) => None,
            HasFactor::Yes => Some(Missing::Code),
            HasFactor::No if proven(|proof| proof == Proof::Password) => None,
            HasFactor::No => Some(Missing::Password),
        }
    }
}

/// Whether an account has a second factor at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HasFactor {
    /// There is nothing that a code could be sent to.
    No,
    /// There is.
    Yes,
}

/// What a session has to prove again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A code.
    Code,
    /// The password.
    Password,
}

/// Something that was proven, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What.
    pub proof: Proof,
    /// When.
    pub at: Timestamp,
}

/// What can be proven at a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// A code that came by e-mail. Not a second factor by NIST SP 800-63B-4, 3.1.3.1 (docs/security, D1).
    EmailCode,
    /// The password.
    Password,
    /// One of the codes that the person wrote down: a look-up secret (NIST SP 800-63B-4, 3.1.2).
    RecoveryCode,
    /// A code that came as a text message.
    SmsCode,
    /// A trusted device stood in for a code. It proves nothing; it is kept to tell the two kinds of session apart.
    TrustedDevice,
    /// A code that came by a call.
    VoiceCode,
}

impl Proof {
    /// The proof that a code over this channel is.
    pub const fn code_by(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::EmailCode,
            Channel::Sms => Self::SmsCode,
            Channel::Voice => Self::VoiceCode,
        }
    }

    /// Whether it is a second factor: a code, over whatever channel or from paper.
    pub const fn is_code(self) -> bool {
        matches!(self, Self::EmailCode | Self::RecoveryCode | Self::SmsCode | Self::VoiceCode)
    }
}

/// What a session is worth: computed from the evidence each time, never stored (security.md 5, rule 6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assurance {
    /// Authentication context class (OpenID Connect Core 1.0, section 2): `aal2`, `aal1-trusted-device`, `aal1`; and `aal0`
    /// without a password, which no application may take for a login.
    pub acr: &'static str,
    /// Authentication methods (RFC 8176).
    pub amr: Vec<&'static str>,
}

/// Computes what the evidence is worth.
pub fn assurance(evidence: &[Evidence]) -> Assurance {
    let has = |proof| evidence.iter().any(|item| item.proof == proof);
    let password = has(Proof::Password);
    let possession = has(Proof::SmsCode) || has(Proof::VoiceCode) || has(Proof::RecoveryCode);
    let acr = match (password, possession, has(Proof::TrustedDevice)) {
        (false, _, _) => "aal0",
        (true, true, _) => "aal2",
        (true, false, true) => "aal1-trusted-device",
        (true, false, false) => "aal1",
    };
    let methods = [
        (password, "pwd"),
        (has(Proof::EmailCode) || has(Proof::RecoveryCode), "otp"),
        (has(Proof::SmsCode), "sms"),
        (has(Proof::VoiceCode), "tel"),
        (password && possession, "mfa"),
    ];
    Assurance { acr, amr: methods.into_iter().filter_map(|(holds, name)| holds.then_some(name)).collect() }
}

/// When a code was last given in this session; a trusted device does not count.
pub fn last_code(evidence: &[Evidence]) -> Option<Timestamp> {
    evidence.iter().filter(|item| item.proof.is_code()).map(|item| item.at).max()
}
