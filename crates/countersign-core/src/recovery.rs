//! Ways back in: recovery codes, and what a password that was reset by mail is worth.
//!
//! A *recovery code* stands in for the second factor once. It has 125 random bits, which nobody guesses and no stolen
//! hash gives away, so one SHA-256 is enough to keep it by (NIST SP 800-63B-4, 3.1.2.2 asks for 112). Its hash holds the
//! account too: the code of one is worth nothing for another.
//!
//! A *reset by mail* proves that somebody reads the mailbox. Until a second factor is given, that mailbox alone must not
//! open the account (docs/security, D2): the next login needs a second factor whatever the triggers say, and for a while
//! it cannot come from the mailbox that got the link.

use jiff::fmt::serde::duration::friendly::compact;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::account::Account;
use crate::channel::Channel;
use crate::id::AccountId;
use crate::policy::{self, Decision, Trigger, Verdict};

/// How many codes an account gets at once.
pub const CODES: usize = 10;

/// How long the link of a password reset works.
pub const LINK_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// The letters of a code: 25 of them, five bits each.
const CODE_LEN: usize = 25;
/// How many stand together when a code is written.
const GROUP_LEN: usize = 5;
/// The longest text that is read as a code; more is not looked at.
const TYPED_LEN_MAX: usize = 100;
/// Crockford's base 32: no letter looks like another.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The figures of recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecoveryRules {
    /// Whether a forgotten password can be reset by mail.
    pub reset_by_mail: bool,
    /// For how long after a reset codes do not go to the mailbox that got the link.
    #[serde(serialize_with = "compact::required")]
    pub email_rest: SignedDuration,
}

impl Default for RecoveryRules {
    fn default() -> Self {
        Self { reset_by_mail: true, email_rest: SignedDuration::from_hours(24) }
    }
}

impl RecoveryRules {
    /// Until when codes do not go by e-mail, because the password was reset from that mailbox.
    pub fn email_rests_until(&self, reset_at: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        let until = reset_at?.saturating_add(self.email_rest).unwrap_or(Timestamp::MAX);
        (now < until).then_some(until)
    }

    /// The channels that a code can take: those that work, less e-mail while it rests.
    pub fn channels(&self, working: Vec<Channel>, reset_at: Option<Timestamp>, now: Timestamp) -> Vec<Channel> {
        let rests = self.email_rests_until(reset_at, now).is_some();
        working.into_iter().filter(|channel| !(rests && *channel == Channel::Email)).collect()
    }
}

/// The decision after a reset: who has a second factor gives it at the next login, whatever the triggers say. No browser
/// is trusted any more, and that is the reason that is told.
pub fn after_reset(
    decision: Decision,
    account: &Account,
    reset_at: Option<Timestamp>,
    working: &[Channel],
) -> Decision {
    let unproven = reset_at.is_some_and(|reset| account.history.second_factor_at.is_none_or(|proven| proven < reset));
    if !unproven || !decision.applies || decision.verdict != Verdict::Allow {
        return decision;
    }
    let verdict = policy::demand(account, vec![Trigger::UntrustedDevice], working);
    Decision { verdict, ..decision }
}

/// A recovery code, or what was typed as one. Nothing prints it, and there is no comparison but by hash.
#[derive(Clone)]
pub struct RecoveryCode([u8; CODE_LEN]);

impl Drop for RecoveryCode {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// It wipes itself.
impl ZeroizeOnDrop for RecoveryCode {}

impl RecoveryCode {
    /// Makes a code of uniformly random bytes; the first 125 bits count.
    pub fn new(random: &[u8; 32]) -> Self {
        let mut letters = [0; CODE_LEN];
        let bits = random.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
        for (place, bit) in bits.take(CODE_LEN * 5).enumerate() {
            if let Some(letter) = letters.get_mut(place / 5) {
                *letter = *letter << 1 | bit;
            }
        }
        Self(letters)
    }

    /// Reads what was typed: upper or lower case, with blanks and hyphens or without, `O` for zero and `I` or `L` for one.
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > TYPED_LEN_MAX {
            return None;
        }
        let mut letters = [0; CODE_LEN];
        let mut places = letters.iter_mut();
        for letter in typed.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '–' | '_')) {
            *places.next()? = value(letter)?;
        }
        places.next().is_none().then_some(Self(letters))
    }

    /// The code as it is written down: five groups of five.
    pub fn groups(&self) -> String {
        let letters = self.0.iter().filter_map(|value| ALPHABET.get(usize::from(*value)));
        let mut text = String::with_capacity(CODE_LEN + CODE_LEN / GROUP_LEN);
        for (place, letter) in letters.enumerate() {
            if place > 0 && place.is_multiple_of(GROUP_LEN) {
                text.push('-');
            }
            text.push(char::from(*letter));
        }
        text
    }

    /// What the database keeps: the hash of the code and of whose it is.
    pub fn hash(&self, account: AccountId) -> [u8; 32] {
        Sha256::new()
            .chain_update(b"countersign/recovery-code")
            .chain_update(account.0.as_bytes())
            .chain_update(self.0)
            .finalize()
            .into()
    }
}

fn value(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        letter => letter,
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == letter)?;
    u8::try_from(place).ok()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    #[test]
    fn a_code_is_read_as_it_was_written_and_as_people_write_it() {
        let mut random = [0xff; 32];
        for (place, byte) in random.iter_mut().enumerate() {
            *byte = u8::try_from(place * 37 % 256).unwrap();
        }
        let code = RecoveryCode::new(&random);
        let written = code.groups();
        assert_eq!(written.len(), 29);
        let whose = AccountId(Uuid::from_u128(7));
        let sloppy = written.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        for typed in [written.clone(), sloppy, written.replace('-', "")] {
            assert_eq!(RecoveryCode::parse(&typed).unwrap().hash(whose), code.hash(whose), "{typed}");
        }
        for none in ["", "12345", &format!("{written}0"), &written.replace('-', "*"), &"0".repeat(10_000), "é"] {
            assert!(RecoveryCode::parse(none).is_none(), "{none}");
        }
        // U is no letter of the alphabet.
        assert!(RecoveryCode::parse(&"U".repeat(CODE_LEN)).is_none());
    }

    #[test]
    fn h11_every_bit_counts_and_so_does_the_account() {
        let whose = AccountId(Uuid::from_u128(7));
        let hash = RecoveryCode::new(&[0; 32]).hash(whose);
        assert_ne!(hash, RecoveryCode::new(&[0; 32]).hash(AccountId(Uuid::from_u128(8))));
        for bit in 0..125 {
            let mut random = [0; 32];
            random[bit / 8] = 0x80 >> (bit % 8);
            assert_ne!(RecoveryCode::new(&random).hash(whose), hash, "bit {bit}");
        }
    }

    #[test]
    fn h05_the_mailbox_rests_for_as_long_as_it_is_set() {
        let rules = RecoveryRules::default();
        let both = vec![Channel::Email, Channel::Sms];
        assert_eq!(rules.channels(both.clone(), None, at(0)), both);
        assert_eq!(rules.channels(both.clone(), Some(at(0)), at(0)), [Channel::Sms]);
        assert_eq!(rules.channels(both.clone(), Some(at(0)), at(23)), [Channel::Sms]);
        assert_eq!(rules.channels(both.clone(), Some(at(0)), at(24)), both);
        assert_eq!(rules.email_rests_until(Some(at(0)), at(23)), Some(at(24)));
        assert_eq!(rules.email_rests_until(Some(at(0)), at(24)), None);
    }
}
