//! What makes a change of the audit log show: each entry's link is a MAC over the entry, its place and the link before.
//!
//! ```text
//!  0…0 ──► link 1 = MAC(0…0, 1, entry) ──► link 2 = MAC(link 1, 2, entry) ──► … ──► head = MAC(place, last link)
//! ```
//!
//! The key is not in the database, so whoever can write there can destroy the log, but not forge it: an edit breaks the
//! entry's own link, a removal the next one's place, and cutting off the end leaves the head pointing beyond it.

use hmac::Mac;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::mac;

/// Separates the three kinds of MAC from one another and from everything else.
const LINK_LABEL: &[u8] = b"countersign/audit/link/v1";
const HEAD_LABEL: &[u8] = b"countersign/audit/head/v1";
const CLOSING_LABEL: &[u8] = b"countersign/audit/closing/v1";

/// The key that links are made under.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ChainKey([u8; 32]);

/// One link: an HMAC-SHA-256.
#[derive(Clone, Copy, Debug, Eq)]
pub struct Link(pub [u8; 32]);

/// Where the chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The place of the last entry; 0 when there is none.
    pub place: u64,
    /// Its link.
    pub link: Link,
}

/// In constant time: a link that could be guessed byte by byte could be forged.
impl PartialEq for Link {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Head {
    /// Where every chain begins.
    pub const START: Self = Self { place: 0, link: Link([0; 32]) };

    /// Where a chain begins anew, after the places of one under another key. The entry that follows is bound to nothing
    /// before it, and its place says how much there was.
    pub const fn anew(after: u64) -> Self {
        Self { place: after, link: Self::START.link }
    }

    /// The head after one more entry.
    #[must_use]
    pub fn next(&self, entry: &[u8], key: &ChainKey) -> Self {
        let place = self.place.saturating_add(1);
        let link = key.mac(&[LINK_LABEL, &self.link.0, &place.to_be_bytes(), entry]);
        Self { place, link }
    }

    /// The MAC that binds the head, so that the end cannot be moved back.
    pub fn seal(&self, key: &ChainKey) -> Link {
        key.mac(&[HEAD_LABEL, &self.place.to_be_bytes(), &self.link.0])
    }
}

impl ChainKey {
    /// Takes 32 bytes that are uniformly random or derived from such.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What the last line of an exported file binds: how many lines there are, whether some were left out on purpose, and
    /// the digest of all of them.
    pub fn closing(&self, lines: u64, is_selection: bool, digest: &[u8; 32]) -> Link {
        self.mac(&[CLOSING_LABEL, &lines.to_be_bytes(), &[u8::from(is_selection)], digest])
    }

    /// Each part goes in with its length, so that no two lists of parts share an input.
    fn mac(&self, parts: &[&[u8]]) -> Link {
        let mut mac = mac::keyed(&self.0);
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        Link(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_goes_in_changes_the_link() {
        let (key, other) = (ChainKey::new([1; 32]), ChainKey::new([2; 32]));
        let first = Head::START.next(b"a", &key);
        assert_eq!(first.place, 1);
        assert_ne!(first.link, Head::START.next(b"b", &key).link);
        assert_ne!(first.link, Head::START.next(b"a", &other).link);
        assert_ne!(first.link, Head { place: 1, ..Head::START }.next(b"a", &key).link);
        assert_ne!(first.next(b"a", &key).link, first.link);
        assert_ne!(first.seal(&key), Head { place: 2, ..first }.seal(&key));
        assert_ne!(key.closing(1, false, &[0; 32]), key.closing(2, false, &[0; 32]));
        assert_ne!(key.closing(1, false, &[0; 32]), key.closing(1, true, &[0; 32]));
    }
}
