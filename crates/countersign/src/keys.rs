//! The master key, and the keys that are made from it.
//!
//! The key file is outside the database: without it a stolen database holds no code, no seal can be made and no form
//! can be forged. One key for each purpose comes from the master key by HKDF-SHA-256 (RFC 5869).

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use countersign_core::audit_chain::ChainKey;
use countersign_core::challenge::CodeKey;
use countersign_core::seal::SealKey;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

use crate::entropy::{Entropy, NoEntropy};

/// How a key file begins; the rest of the line is the key.
const FILE_PREFIX: &str = "countersign-key-v1:";

/// The largest key file that is read.
const FILE_LEN_MAX: u64 = 4096;

/// Permission bits that let others than the owner and the group read, or anybody but the owner write.
const UNSAFE_MODE: u32 = 0o037;

/// The keys of an installation. Nothing prints them.
#[derive(Clone)]
pub struct Keys {
    /// Chains the audit log.
    pub audit: ChainKey,
    /// Derives one-time codes.
    pub code: CodeKey,
    /// Seals the database.
    pub seal: SealKey,
    form: Zeroizing<[u8; 32]>,
    hooks: Zeroizing<[u8; 32]>,
    link: Zeroizing<[u8; 32]>,
    pseudonym: Zeroizing<[u8; 32]>,
}

/// So that the compiler can be asked (security.md M-10): each of its parts wipes itself.
impl ZeroizeOnDrop for Keys {}

/// Why a key file cannot be used, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It is not a key file.
    #[error("{0} is not a Countersign key file: make one with `countersign init`")]
    Malformed(String),
    /// It is there already; a key is never overwritten, because the database depends on it.
    #[error("{0} exists already and is not overwritten; keep it, the database depends on it")]
    Exists(String),
    /// Others can read it.
    #[error("{path} can be read or changed by others (mode {mode:o}): run `chmod 600 {path}`")]
    Exposed {
        /// The file.
        path: String,
        /// Its permission bits.
        mode: u32,
    },
    /// It cannot be read or written.
    #[error("the key file {path}: {source}; make one with `countersign init`, or correct server.key_file")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
}

impl Keys {
    /// Makes the keys from a master key of 32 uniformly random bytes.
    pub fn from_master(master: &[u8; 32]) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, master);
        let derive = |purpose: &str| {
            let mut key = Zeroizing::new([0; 32]);
            // 32 bytes are within what HKDF can give, so this cannot fail; if it did, every code would be wrong.
            let _ = hkdf.expand(purpose.as_bytes(), &mut *key);
            key
        };
        Self {
            audit: ChainKey::new(*derive("countersign/audit")),
            code: CodeKey::new(*derive("countersign/code")),
            seal: SealKey::new(*derive("countersign/seal")),
            form: derive("countersign/form"),
            hooks: derive("countersign/hooks"),
            link: derive("countersign/link"),
            pseudonym: derive("countersign/pseudonym"),
        }
    }

    /// Keys for a demo, which forgets everything when it ends.
    pub fn random(entropy: &Entropy) -> Result<Self, NoEntropy> {
        Ok(Self::from_master(&Zeroizing::new(entropy.bytes()?)))
    }

    /// Reads a key file; refuses one that others can read.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let shown = path.display().to_string();
        let io = |source| KeyError::Io { path: shown.clone(), source };
        let meta = fs::metadata(path).map_err(io)?;
        let mode = meta.permissions().mode() & 0o777;
        if mode & UNSAFE_MODE != 0 {
            return Err(KeyError::Exposed { path: shown, mode });
        }
        if meta.len() > FILE_LEN_MAX {
            return Err(KeyError::Malformed(shown));
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(io)?);
        let encoded = text.trim().strip_prefix(FILE_PREFIX).ok_or_else(|| KeyError::Malformed(shown.clone()))?;
        let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes()).map(Zeroizing::new);
        let bytes = bytes.map_err(|_| KeyError::Malformed(shown.clone()))?;
        let master =
            <[u8; 32]>::try_from(bytes.as_slice()).map(Zeroizing::new).map_err(|_| KeyError::Malformed(shown))?;
        Ok(Self::from_master(&master))
    }

    /// Makes a new key file that only its owner can read; never overwrites one.
    pub fn create(path: &Path, entropy: &Entropy) -> Result<(), KeyError> {
        let shown = path.display().to_string();
        let mut master = entropy.bytes()?;
        let line = Zeroizing::new(format!("{FILE_PREFIX}{}\n", BASE64URL_NOPAD.encode(&master)));
        master.zeroize();
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let mut file = file.map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => KeyError::Exists(shown.clone()),
            _ => KeyError::Io { path: shown.clone(), source },
        })?;
        file.write_all(line.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|source| KeyError::Io { path: shown, source })
    }

    /// The value that a form must carry back, bound to the cookie `bound_to` (a synchronizer token, computed).
    pub fn form_token(&self, kind: &str, bound_to: &str) -> String {
        BASE64URL_NOPAD.encode(&mac(&self.form, &[kind.as_bytes(), bound_to.as_bytes()]))
    }

    /// Whether a form carried the right value, in constant time.
    pub fn form_token_matches(&self, kind: &str, bound_to: &str, given: &str) -> bool {
        self.form_token(kind, bound_to).as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// The token of a link in a mail: derived from everything it is good for, so that it need not be stored to be sent.
    pub fn link_token(&self, kind: &str, epoch: u64, link: &[u8; 16], account: &[u8; 16]) -> Token {
        let bytes = Zeroizing::new(mac(&self.link, &[kind.as_bytes(), &epoch.to_be_bytes(), link, account]));
        Token(Zeroizing::new(BASE64URL_NOPAD.encode(&*bytes)))
    }

    /// The secret in the address at which a provider tells what became of messages.
    pub fn hook_secret(&self, provider: &str) -> String {
        BASE64URL_NOPAD.encode(mac(&self.hooks, &[provider.as_bytes()]).split_at(24).0)
    }

    /// Whether the secret of an address is that of this provider, in constant time.
    pub fn hook_secret_matches(&self, provider: &str, given: &str) -> bool {
        self.hook_secret(provider).as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// A stable stand-in for a name or number in a counter's key, so that the table does not list what people typed.
    pub fn pseudonym(&self, kind: &str, text: &str) -> String {
        HEXLOWER.encode(mac(&self.pseudonym, &[kind.as_bytes(), text.as_bytes()]).split_at(16).0)
    }
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes any key"));
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A bearer token: 256 bits in a cookie or a link, of which the database keeps only the hash.
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

/// Its only part wipes itself.
impl ZeroizeOnDrop for Token {}

impl Token {
    /// A new one.
    pub fn new(entropy: &Entropy) -> Result<Self, NoEntropy> {
        Ok(Self(Zeroizing::new(BASE64URL_NOPAD.encode(&*Zeroizing::new(entropy.bytes()?)))))
    }

    /// One that came in a cookie or an address; `None` unless it has exactly the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        (bytes.len() == 32).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the cookie or the link.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the database keeps.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}
