//! The one-time code: six digits that are derived and never stored.
//!
//! The code is HMAC-SHA-256 under a key that is not in the database, over what the code is good for; so a stolen
//! database holds no code, a resend or a change of channel repeats the same one, and nothing secret waits in the
//! outbox. Of the million codes at most [`TRIES_MAX`] are ever compared for one challenge, because a try is reserved
//! and committed *before* it is compared (the shell's `store::challenges`).

use std::fmt;

use hmac::Mac;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::contact::ContactKind;
use crate::id::{AccountId, ChallengeId};
use crate::mac;
use crate::secret::Secret;

/// Digits of a code (NIST SP 800-63B-4, 3.1.3.2: at least six).
pub const CODE_LEN: usize = 6;

/// The most tries a challenge may be set to allow.
pub const TRIES_MAX: u32 = 5;

/// The shortest life: a text message or a mail may be minutes late.
pub const LIFE_MIN: SignedDuration = SignedDuration::from_mins(5);

/// The longest life (NIST SP 800-63B-4, 3.1.3.2; OWASP ASVS 5.0, 6.5.5).
pub const LIFE_MAX: SignedDuration = SignedDuration::from_mins(10);

/// The longest input looked at as a guess; what is longer is no code, however it is cleaned.
const GUESS_LEN_MAX: usize = 32;

/// Separates these codes from everything else that is ever computed under the same key.
const LABEL: &[u8] = b"countersign/code/v1";

/// What a code is good for; part of the derivation, so that a code for one purpose is wrong for every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To prove that an e-mail address is the account's, before codes go there.
    ContactEmail,
    /// To prove that a phone is the account's, before codes go there.
    ContactPhone,
    /// To complete a login.
    Login,
    /// To prove the second factor again in a session, before something about the account changes.
    StepUp,
    /// To prove that messages arrive (`countersign delivery test`).
    Test,
}

impl Purpose {
    /// The name used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContactEmail => "contact-email",
            Self::ContactPhone => "contact-phone",
            Self::Login => "login",
            Self::StepUp => "step-up",
            Self::Test => "test",
        }
    }

    /// The purpose of a code that proves a contact of this kind.
    pub const fn proving(kind: ContactKind) -> Self {
        match kind {
            ContactKind::Email => Self::ContactEmail,
            ContactKind::Phone => Self::ContactPhone,
        }
    }
}

/// The key that codes are derived under.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct CodeKey([u8; 32]);

impl CodeKey {
    /// Takes 32 bytes that are uniformly random or derived from such.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Everything that a code is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The instance's epoch; it rises when a database is restored, so no old code comes back.
    pub epoch: u64,
    /// The challenge.
    pub challenge: ChallengeId,
    /// The account.
    pub account: AccountId,
    /// What it is good for.
    pub purpose: Purpose,
}

/// A one-time code. It has no `Debug`, and its digits come out at the one place that writes the message.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Code([u8; CODE_LEN]);

impl Code {
    /// Derives the code of a challenge.
    ///
    /// Every part but the last has a fixed length, so no two bindings share an input. Reducing 64 bits to a million
    /// values favours the lower codes by less than one part in 10¹³.
    pub fn derive(key: &CodeKey, binding: &Binding) -> Self {
        let mut mac = mac::keyed(&key.0);
        mac.update(LABEL);
        mac.update(&binding.epoch.to_be_bytes());
        mac.update(binding.challenge.0.as_bytes());
        mac.update(binding.account.0.as_bytes());
        mac.update(binding.purpose.as_str().as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut first = [0; 8];
        first.copy_from_slice(digest.split_at(8).0);
        let mut rest = u64::from_be_bytes(first) % 10_u64.pow(6);
        let mut digits = [b'0'; CODE_LEN];
        for digit in digits.iter_mut().rev() {
            *digit += u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        Self(digits)
    }

    /// The six digits, for the message.
    pub fn digits(&self) -> String {
        self.0.iter().map(|digit| char::from(*digit)).collect()
    }

    /// Whether the guess is this code, in constant time.
    pub fn matches(&self, guess: &Guess) -> bool {
        self.0.ct_eq(&guess.0).into()
    }
}

/// What a person typed as a code: exactly six ASCII digits.
#[derive(Clone, Copy)]
pub struct Guess([u8; CODE_LEN]);

/// The text cannot be a code; it is told so and costs no try.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a code is six digits")]
pub struct NotACode;

impl Guess {
    /// Takes six ASCII digits; ASCII spaces and hyphens between them are ignored, and nothing else.
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        if text.len() > GUESS_LEN_MAX {
            return Err(NotACode);
        }
        let mut kept = text.bytes().filter(|byte| !matches!(byte, b' ' | b'-'));
        let mut digits = [0; CODE_LEN];
        for digit in &mut digits {
            *digit = kept.next().filter(u8::is_ascii_digit).ok_or(NotACode)?;
        }
        if kept.next().is_some() { Err(NotACode) } else { Ok(Self(digits)) }
    }

    /// The six digits, for a gateway that is asked whether they are its code.
    pub fn digits(&self) -> Secret {
        Secret::new(self.0.iter().map(|digit| char::from(*digit)).collect::<String>())
    }
}

/// Where a challenge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A code can be tried.
    Live {
        /// How often.
        tries_left: u32,
    },
    /// Its time is over.
    Expired,
    /// All tries are used.
    TriesUsed,
    /// It has been used, replaced or voided.
    Ended,
}

/// What is stored of a challenge, as far as its standing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Tries that were reserved.
    pub tries: u32,
    /// When its time is over.
    pub expires_at: Timestamp,
    /// Whether it has been used, replaced or voided.
    pub ended: bool,
}

impl Progress {
    /// Reserves one try: the progress to store *before* the code is compared, or why none may be. The store does this in
    /// one conditional statement; the contract suite holds it to this.
    pub fn reserve(self, tries: u32, now: Timestamp) -> Result<Self, Standing> {
        match self.standing(tries, now) {
            Standing::Live { .. } => Ok(Self { tries: self.tries.saturating_add(1), ..self }),
            standing => Err(standing),
        }
    }

    /// The standing at `now`, with `tries` allowed.
    pub fn standing(&self, tries: u32, now: Timestamp) -> Standing {
        if self.ended {
            Standing::Ended
        } else if now >= self.expires_at {
            Standing::Expired
        } else if self.tries >= tries {
            Standing::TriesUsed
        } else {
            Standing::Live { tries_left: tries - self.tries }
        }
    }
}
