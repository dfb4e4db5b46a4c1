//! The one place that makes random bytes.

use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Where random bytes come from.
#[derive(Clone, Debug)]
pub enum Entropy {
    /// A stream that a seed determines, so that a test can be repeated.
    Seeded(Arc<Mutex<(u64, u64)>>),
    /// The operating system's generator (NIST SP 800-90A by way of the kernel).
    System,
}

/// The operating system gave no random bytes; nothing that needs them can go on.
#[derive(Debug, thiserror::Error)]
#[error("the operating system's random generator failed: {0}")]
pub struct NoEntropy(getrandom::Error);

impl Entropy {
    /// A stream that `seed` determines.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new((seed, 0))))
    }

    /// 32 random bytes.
    pub fn bytes(&self) -> Result<[u8; 32], NoEntropy> {
        match self {
            Self::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                state.1 += 1;
                Ok(Sha256::new()
                    .chain_update(state.0.to_be_bytes())
                    .chain_update(state.1.to_be_bytes())
                    .finalize()
                    .into())
            }
            Self::System => {
                let mut bytes = [0; 32];
                #[expect(clippy::disallowed_methods, reason = "the one place that makes random bytes")]
                getrandom::fill(&mut bytes).map_err(NoEntropy)?;
                Ok(bytes)
            }
        }
    }

    /// A random id (RFC 9562 version 4): 122 random bits.
    pub fn uuid(&self) -> Result<Uuid, NoEntropy> {
        let bytes = self.bytes()?;
        let mut id = [0; 16];
        id.copy_from_slice(bytes.split_at(16).0);
        Ok(uuid::Builder::from_random_bytes(id).into_uuid())
    }
}
