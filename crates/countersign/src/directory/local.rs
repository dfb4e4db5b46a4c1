//! Passwords of Countersign's own accounts: argon2id (RFC 9106), behind a bounded queue.
//!
//! A comparison takes 19 MiB and tens of milliseconds on purpose, so a flood of logins could exhaust the machine. At most
//! one comparison runs on each core, a bounded number waits, and the next one is told to try again. Every attempt costs
//! exactly one comparison, also for a name that does not exist: otherwise the time would tell which names do. The hash of
//! an imported account may take another time until its first login replaces it; docs/guide/accounts.md says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::PasswordHasher as _;
use argon2::{Algorithm, Argon2, Params, Version};
use countersign_core::secret::Secret;
use precis_core::profile::PrecisFastInvocation as _;
use precis_profiles::OpaqueString;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::directory::scheme::StoredHash;

/// The longest password, in bytes; longer ones are refused before they cost anything.
pub const PASSWORD_LEN_MAX: usize = 512;

/// Memory of one comparison in KiB, and how often it is gone through (OWASP Password Storage, the second choice).
const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
const PASSES: u32 = 2;

/// How many attempts may wait for each one that is being compared.
const WAITING_PER_PERMIT: usize = 32;

/// Too many attempts are waiting already.
#[derive(Debug, thiserror::Error)]
#[error("too many password checks are waiting")]
pub struct Busy;

/// A password could not be hashed or compared: the machine is out of memory, or a stored hash is damaged.
#[derive(Debug, thiserror::Error)]
#[error("a password could not be checked: {0}")]
pub struct HashFault(String);

/// Hashes and compares passwords.
#[derive(Clone)]
pub struct Hasher {
    argon2: Argon2<'static>,
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    decoy: Arc<str>,
    comparisons: Arc<AtomicU64>,
}

/// A place in the queue whose turn has come.
pub struct Turn {
    hasher: Hasher,
    _places: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

/// The outcome of a comparison.
pub struct Compared {
    /// Whether the password is right.
    pub right: bool,
    /// The same password hashed with today's parameters, when the stored hash has older ones or is of another kind.
    pub rehashed: Option<String>,
}

impl Hasher {
    /// A hasher that runs `parallel` comparisons at a time.
    pub fn new(parallel: usize) -> Result<Self, HashFault> {
        Self::of_cost(parallel, MEMORY_KIB, PASSES)
    }

    /// The same at another cost than ours: memory in KiB, and passes over it.
    pub fn of_cost(parallel: usize, memory_kib: u32, passes: u32) -> Result<Self, HashFault> {
        let params = Params::new(memory_kib, passes, 1, None).map_err(fault)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // What a wrong name is compared with: the hash of a text that `normalise` would never give.
        let decoy = argon2.hash_password_with_salt(b"\0", b"countersign-decoy").map_err(fault)?.to_string();
        Ok(Self {
            argon2,
            running: Arc::new(Semaphore::new(parallel)),
            admitted: Arc::new(Semaphore::new(parallel * (1 + WAITING_PER_PERMIT))),
            decoy: decoy.into(),
            comparisons: Arc::default(),
        })
    }

    /// Waits for a turn, or says at once that too many are waiting. Nothing is counted against anybody before this.
    pub async fn turn(&self) -> Result<Turn, Busy> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| Busy)?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(|_| Busy)?;
        Ok(Turn { hasher: self.clone(), _places: (admitted, running) })
    }

    /// How many comparisons there have been.
    pub fn comparisons(&self) -> u64 {
        self.comparisons.load(Ordering::Relaxed)
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: &Secret) -> Result<String, HashFault> {
        let (argon2, password) = (self.argon2.clone(), password.clone());
        let normal = normalise(&password).ok_or_else(|| HashFault("it is empty, too long or not text".to_owned()))?;
        tokio::task::spawn_blocking(move || hash(&argon2, &normal)).await.map_err(fault)?
    }
}

impl Turn {
    /// Compares a password with a stored hash; without one, with a decoy, and the answer is no.
    pub async fn compare(self, password: &Secret, stored: Option<String>) -> Result<Compared, HashFault> {
        let password = password.clone();
        let work = move || {
            let hasher = &self.hasher;
            hasher.comparisons.fetch_add(1, Ordering::Relaxed);
            let normal = normalise(&password);
            let subject = normal.as_ref().map_or("\u{1}", Secret::expose);
            let real = stored.as_deref().filter(|_| normal.is_some());
            let parsed = StoredHash::parse(real.unwrap_or(&hasher.decoy)).map_err(fault)?;
            let right = parsed.matches(subject.as_bytes()) && real.is_some();
            let outdated = right && !parsed.is_current(hasher.argon2.params());
            let rehashed = outdated.then(|| hash(&hasher.argon2, &Secret::new(subject))).transpose()?;
            Ok(Compared { right, rehashed })
        };
        tokio::task::spawn_blocking(work).await.map_err(fault)?
    }
}

/// A password in the one form that is hashed: RFC 8265 OpaqueString, which is NFC with all spaces alike. Nothing is cut
/// off or changed in case; `None` for what can be nobody's password.
pub fn normalise(password: &Secret) -> Option<Secret> {
    let text = password.expose();
    if text.is_empty() || text.len() > PASSWORD_LEN_MAX {
        return None;
    }
    OpaqueString::enforce(text).ok().map(|normal| Secret::new(normal.into_owned()))
}

fn hash(argon2: &Argon2<'_>, password: &Secret) -> Result<String, HashFault> {
    argon2.hash_password(password.expose().as_bytes()).map(|hash| hash.to_string()).map_err(fault)
}

fn fault(error: impl std::fmt::Display) -> HashFault {
    HashFault(error.to_string())
}
