//! What binds a database to the one installation that may send from it.
//!
//! A copy of a production database that is started as TEST would send real, paid messages to real people. So instance
//! id, environment and public URL are sealed in the database under a key that is not in it; a seal that does not match
//! puts the instance in quarantine.
//!
//! A seal cannot tell yesterday's backup from today's database: both were sealed here. So the database also counts its
//! *beats*, and the installation keeps the last one it saw outside of it ([`Noted`]). [`judge`] compares the two. Whenever
//! it finds that the database is not the one this installation worked with last, everything in it that opens a door is
//! void: sessions, trusted devices, logins, challenges, and the messages that wait.

use hmac::Mac;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::id::InstanceId;
use crate::mac;

/// Separates seals from everything else computed under the same key.
const LABEL: &[u8] = b"countersign/seal/v1";

/// The key that seals are made under.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// Takes 32 bytes that are uniformly random or derived from such.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// What an installation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// The database's id.
    pub instance: InstanceId,
    /// `production`, `test`, …
    pub environment: String,
    /// The public URL.
    pub public_url: String,
}

/// The seal of an installation: an HMAC-SHA-256, in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal(pub [u8; 32]);

impl Installation {
    /// Seals the installation. Each part goes in with its length, so that no two installations share an input.
    pub fn seal(&self, key: &SealKey) -> Seal {
        let mut mac = mac::keyed(&key.0);
        for part in [LABEL, self.instance.0.as_bytes(), self.environment.as_bytes(), self.public_url.as_bytes()] {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        Seal(mac.finalize().into_bytes().into())
    }

    /// Whether this installation made the seal, in constant time.
    pub fn matches(&self, seal: &Seal, key: &SealKey) -> bool {
        self.seal(key).0.ct_eq(&seal.0).into()
    }
}

/// How far the clock may be behind the latest time that the database saw. Within it time simply goes on from there;
/// beyond it nobody can tell how long anything has lived.
pub const CLOCK_BACK_MAX: SignedDuration = SignedDuration::from_mins(5);

/// How the database that is being opened stands to the installation that opens it.
#[derive(Clone, Debug)]
pub struct Opened<'a> {
    /// Whether the seal is this installation's.
    pub sealed_here: bool,
    /// Whether the last one to open it without its seal was this installation; `None` if nobody did.
    pub guest_is_us: Option<bool>,
    /// Its epoch and beat.
    pub stored: Noted,
    /// What this installation noted of it; `None` without a note.
    pub noted: Option<Noted>,
    /// Whether there must be a note: the database is a file, which anybody could have replaced by an older one.
    pub must_be_noted: bool,
    /// Where the database says it lives, and where it lives.
    pub places: (Option<&'a str>, Option<&'a str>),
    /// The latest time that the database saw, and the time now.
    pub times: (Timestamp, Timestamp),
}

/// How far a database has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Rises whenever everything becomes void. Every code is bound to it.
    pub epoch: u64,
    /// Rises all the time while the database is in use.
    pub beat: u64,
}

/// Why everything in a database that opens a door is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// The clock is far behind the latest time that the database saw.
    ClockBack,
    /// Another installation sealed it.
    Foreign,
    /// It was away: another installation has opened it.
    Lent,
    /// It lives somewhere else than it says: it came out of a dump.
    Moved,
    /// It is behind what this installation noted: an older copy took its place.
    Older,
    /// This installation has no note of it: it, or the note, came from somewhere else.
    Unknown,
}

impl Doubt {
    /// The name in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClockBack => "clock-back",
            Self::Foreign => "foreign",
            Self::Lent => "lent",
            Self::Moved => "moved",
            Self::Older => "older",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether everything must become void before the database is used, and why; `None` if it is the one that this
/// installation worked with last.
pub fn judge(opened: &Opened<'_>) -> Option<Doubt> {
    let (says, is) = opened.places;
    let (latest, now) = opened.times;
    match (opened.sealed_here, opened.guest_is_us) {
        (false, None | Some(false)) => return Some(Doubt::Foreign),
        (true, Some(_)) => return Some(Doubt::Lent),
        (false, Some(true)) | (true, None) => {}
    }
    match opened.noted {
        None if opened.must_be_noted => return Some(Doubt::Unknown),
        Some(noted) if opened.stored.epoch < noted.epoch || opened.stored.beat < noted.beat => {
            return Some(Doubt::Older);
        }
        _ => {}
    }
    if says != is {
        return Some(Doubt::Moved);
    }
    (latest.duration_since(now) > CLOCK_BACK_MAX).then_some(Doubt::ClockBack)
}

impl Noted {
    /// What follows when everything becomes void: later than the database and than the note, so that no epoch that any
    /// copy has seen comes back.
    pub fn after(stored: Self, noted: Option<Self>) -> Self {
        let noted = noted.unwrap_or(stored);
        Self {
            epoch: stored.epoch.max(noted.epoch).saturating_add(1),
            beat: stored.beat.max(noted.beat).saturating_add(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Noted = Noted { epoch: 3, beat: 70 };

    fn ours() -> Opened<'static> {
        Opened {
            sealed_here: true,
            guest_is_us: None,
            stored: AT,
            noted: Some(AT),
            must_be_noted: true,
            places: (Some("here"), Some("here")),
            times: (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH),
        }
    }

    #[test]
    fn only_the_database_of_the_last_time_is_trusted() {
        let noted = |epoch, beat| Some(Noted { epoch, beat });
        let later = Timestamp::UNIX_EPOCH + CLOCK_BACK_MAX;
        let much_later = later + SignedDuration::from_secs(1);
        let cases = [
            (ours(), None),
            (Opened { noted: noted(3, 1), ..ours() }, None),
            (Opened { noted: noted(2, 70), ..ours() }, None),
            (Opened { noted: noted(3, 71), ..ours() }, Some(Doubt::Older)),
            (Opened { noted: noted(4, 70), ..ours() }, Some(Doubt::Older)),
            (Opened { noted: None, ..ours() }, Some(Doubt::Unknown)),
            (Opened { noted: None, must_be_noted: false, ..ours() }, None),
            (Opened { places: (Some("there"), Some("here")), ..ours() }, Some(Doubt::Moved)),
            (Opened { places: (None, Some("here")), ..ours() }, Some(Doubt::Moved)),
            (Opened { times: (later, Timestamp::UNIX_EPOCH), ..ours() }, None),
            (Opened { times: (much_later, Timestamp::UNIX_EPOCH), ..ours() }, Some(Doubt::ClockBack)),
            (Opened { times: (Timestamp::UNIX_EPOCH, much_later), ..ours() }, None),
            (Opened { sealed_here: false, ..ours() }, Some(Doubt::Foreign)),
            (Opened { sealed_here: false, guest_is_us: Some(false), ..ours() }, Some(Doubt::Foreign)),
            (Opened { sealed_here: false, guest_is_us: Some(true), ..ours() }, None),
            (Opened { guest_is_us: Some(false), ..ours() }, Some(Doubt::Lent)),
            (Opened { guest_is_us: Some(true), ..ours() }, Some(Doubt::Lent)),
        ];
        for (opened, doubt) in cases {
            assert_eq!(judge(&opened), doubt, "{opened:?}");
        }
    }

    #[test]
    fn what_follows_is_later_than_all_there_was() {
        assert_eq!(Noted::after(AT, None), Noted { epoch: 4, beat: 71 });
        assert_eq!(Noted::after(AT, Some(Noted { epoch: 9, beat: 2 })), Noted { epoch: 10, beat: 71 });
        assert_eq!(Noted::after(AT, Some(Noted { epoch: 1, beat: 99 })), Noted { epoch: 4, beat: 100 });
    }
}
