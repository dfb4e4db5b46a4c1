//! Enrolment codes: an administrator, who has found out that a person is who they say, gives them one; with it and the
//! password they add their first contact.
//!
//! 128 random bits in 26 letters and digits; the database has the SHA-256, which for a random text of this length needs no
//! salt and no stretching (OWASP ASVS 5.0, 6.5.2). Good for a day and once.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::notice::Notice;
use countersign_core::secret::Secret;
use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::flow::account::entry;
use crate::flow::notice::{Whom, tell};
use crate::flow::{Error, Refused};
use crate::store::accounts::AccountRow;
use crate::store::enrolment::NewEnrolmentCode;
use crate::store::values::TokenHash;

/// How long a code can be used.
pub const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// Letters and digits of a code: 128 bits, five in each.
const LEN: usize = 26;

/// How many letters and digits stand together.
const GROUP: usize = 5;

/// A code as it is shown, once.
pub struct Issued {
    /// The code, in groups.
    pub code: Secret,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// Issues a code; the one before is worth nothing from now on.
pub async fn issue(app: &Arc<App>, row: &AccountRow) -> Result<Issued, Error> {
    if !row.account.contacts.is_empty() {
        return Err(Error::Invalid(Refused::new("command-refused-enrolment-code")));
    }
    let letters = BASE32_NOPAD.encode(app.entropy.bytes()?.split_at(16).0);
    let (now, id) = (app.clock.now(), app.entropy.uuid()?);
    let expires_at = now.saturating_add(LIFE).unwrap_or(Timestamp::MAX);
    let new = NewEnrolmentCode { id, account: row.account.id, hash: hash(&letters), expires_at };
    let detail = json!({ "by": "command", "until": expires_at });
    let entry = entry(Event::EnrolmentCodeIssued, row.account.id, &row.account.realm, now, detail);
    let (shared, row) = (Arc::clone(app), row.clone());
    app.store
        .write(move |tx| {
            Box::pin(async move {
                tx.lock_account(row.account.id).await?;
                tx.issue_enrolment_code(&new, now).await?;
                tx.audit(&entry).await?;
                tell(tx, &shared, &row, Notice::EnrolmentCodeIssued, Whom::EveryAddress, now).await
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(Issued { code: Secret::new(grouped(&letters)), expires_at })
}

/// The hash of a code as somebody typed it; `None` for what cannot be one. Case, spaces and hyphens do not count, and the
/// digits that the alphabet lacks are taken for the letters they look like.
pub(super) fn typed_hash(typed: &Secret) -> Option<TokenHash> {
    let kept = typed.expose().chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}'));
    let letters: String = kept
        .map(|c| match c.to_ascii_uppercase() {
            '0' => 'O',
            '1' => 'I',
            '8' => 'B',
            other => other,
        })
        .take(LEN + 1)
        .collect();
    (letters.len() == LEN && BASE32_NOPAD.decode(letters.as_bytes()).is_ok()).then(|| hash(&letters))
}

fn hash(letters: &str) -> TokenHash {
    TokenHash(Sha256::digest(letters.as_bytes()).into())
}

fn grouped(letters: &str) -> String {
    let mut grouped = String::new();
    for (place, letter) in letters.chars().enumerate() {
        if place > 0 && place % GROUP == 0 {
            grouped.push('-');
        }
        grouped.push(letter);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_recognised_however_it_is_written() {
        let letters = BASE32_NOPAD.encode(&[0x5a; 16]);
        let shown = grouped(&letters);
        assert_eq!((letters.len(), shown.matches('-').count()), (LEN, 5));
        let read = |text: &str| typed_hash(&Secret::new(text)).map(|hash| hash.0);
        let right = Some(hash(&letters).0);
        assert_eq!(read(&shown), right);
        assert_eq!(read(&format!(" {} ", shown.to_lowercase().replace('-', " "))), right);
        let other = BASE32_NOPAD.encode(&[0xff; 16]);
        assert_ne!(read(&other), right);
        assert!(read(&shown[1..]).is_none() && read(&format!("{shown}A")).is_none() && read("").is_none());
    }

    #[test]
    fn look_alikes_are_the_letters_they_look_like() {
        let letters = BASE32_NOPAD.encode(&[0x73; 16]);
        let digits = letters.replace('O', "0").replace('I', "1").replace('B', "8");
        let read = |text: &str| typed_hash(&Secret::new(text)).map(|hash| hash.0);
        assert_eq!(read(&digits), read(&letters));
    }
}
