//! What binds a database to the one installation that may send from it.
//!
//! A copy of a production database that is started as TEST would send real, paid messages to real people. So instance
//! id, environment and public URL are sealed in the database under a key that is not in it; a seal that does not match
//! puts the instance in quarantine.

use hmac::Mac;
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
