//! Password hashes as they are stored: our own argon2id, and what an import brought along.
//!
//! A foreign hash is compared as it is until its owner logs in, and is replaced by argon2id then. Its parameters come from
//! outside, so they are bounded: too much would let one login hold up the machine, too little protects nobody.

use std::fmt;

use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params};
use data_encoding::BASE64;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The longest text that is looked at.
const HASH_LEN_MAX: usize = 512;
/// The most memory that one comparison may take, in KiB: each core may be comparing.
const MEMORY_KIB_MAX: u64 = 131_072;
/// The least memory of argon2 (Django's first default) and of scrypt, in KiB.
const MEMORY_KIB_MIN: u64 = 512;
/// The most work of argon2: memory in KiB, times passes.
const ARGON2_WORK_MAX: u64 = 1_048_576;
/// The most lanes of argon2, or blocks of scrypt, beside one another.
const LANES_MAX: u32 = 16;
/// The most work of scrypt: memory in KiB, times `p`.
const SCRYPT_WORK_MAX: u64 = 524_288;
/// The most work of bcrypt is about a second, the least a few milliseconds.
const BCRYPT_COST_MIN: u32 = 6;
const BCRYPT_COST_MAX: u32 = 14;
/// Rounds of PBKDF2: 10,000 was usual in 2012, 1,000,000 is in 2025.
const PBKDF2_ROUNDS_MIN: u32 = 10_000;
const PBKDF2_ROUNDS_MAX: u32 = 2_000_000;
/// Bytes of a salt and of a hash.
const SALT_LEN_MIN: usize = 4;
const OUTPUT_LEN_MIN: usize = 16;
const OUTPUT_LEN_MAX: usize = 64;

/// A stored hash, taken apart, whose parameters are within bounds. It prints nothing of itself.
#[derive(Clone)]
pub struct StoredHash(Scheme);

#[derive(Clone)]
enum Scheme {
    Argon2 { hash: Box<PasswordHash>, params: Params },
    Bcrypt(String),
    Pbkdf2 { digest: Digest, rounds: u32, salt: Vec<u8>, expected: Vec<u8> },
    Scrypt { params: scrypt::Params, salt: Vec<u8>, expected: Vec<u8> },
}

#[derive(Clone, Copy)]
enum Digest {
    Sha256,
    Sha512,
}

/// Why a hash cannot be used, with what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableHash {
    /// Its parameters would hold up the machine.
    #[error("the password hash asks for too much work for one login ({0}); leave it out and set a new password")]
    Costly(&'static str),
    /// It is of a known kind, and something in it is missing or damaged.
    #[error("the password hash is damaged or incomplete; copy the whole text")]
    Damaged,
    /// It is no hash of a kind that can be compared.
    #[error(
        "the password hash is of no kind that can be taken: argon2, scrypt and pbkdf2 as PHC strings ($…$), bcrypt \
         ($2a$, $2b$, $2y$) and Django's pbkdf2_sha256$…"
    )]
    Unknown,
    /// Its parameters protect nobody.
    #[error("the password hash is too weak to be kept ({0}); leave it out and set a new password")]
    Weak(&'static str),
}

impl fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredHash(…)")
    }
}

impl StoredHash {
    /// Takes a hash apart and holds its parameters against the bounds.
    pub fn parse(text: &str) -> Result<Self, UnusableHash> {
        // bcrypt 0.19.0 and 0.19.1 stop the program at a hash that is not ASCII (RUSTSEC-2026-0199); none ever is.
        if !text.is_ascii() || text.len() > HASH_LEN_MAX {
            return Err(UnusableHash::Unknown);
        }
        let scheme = match text.split('$').collect::<Vec<_>>().as_slice() {
            ["", "argon2id" | "argon2i" | "argon2d", ..] => argon2(text)?,
            ["", "2a" | "2b" | "2y", cost, rest] => bcrypt(text, cost, rest)?,
            ["", "pbkdf2-sha256", ..] => pbkdf2_phc(text, Digest::Sha256)?,
            ["", "pbkdf2-sha512", ..] => pbkdf2_phc(text, Digest::Sha512)?,
            ["", "scrypt", ..] => scrypt(text)?,
            ["pbkdf2_sha256", rounds, salt, hash] => {
                let expected = BASE64.decode(hash.as_bytes()).map_err(|_| UnusableHash::Damaged)?;
                let rounds = rounds.parse().map_err(|_| UnusableHash::Damaged)?;
                pbkdf2(Digest::Sha256, rounds, salt.as_bytes().to_vec(), expected)?
            }
            _ => return Err(UnusableHash::Unknown),
        };
        Ok(Self(scheme))
    }

    /// Whether this is the password. The password is in its normal form; for text typed with today's keyboards that is
    /// what the other system hashed too.
    pub fn matches(&self, password: &[u8]) -> bool {
        match &self.0 {
            Scheme::Argon2 { hash, .. } => Argon2::default().verify_password(password, &**hash).is_ok(),
            // Like every bcrypt, it looks at the first 72 bytes only. The argon2id that replaces it looks at all of them.
            Scheme::Bcrypt(hash) => bcrypt::verify(password, hash).unwrap_or(false),
            Scheme::Pbkdf2 { digest, rounds, salt, expected } => {
                let mut output = Zeroizing::new(vec![0; expected.len()]);
                match digest {
                    Digest::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, *rounds, &mut output),
                    Digest::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, *rounds, &mut output),
                }
                output.ct_eq(expected).into()
            }
            Scheme::Scrypt { params, salt, expected } => {
                let mut output = Zeroizing::new(vec![0; expected.len()]);
                let done = scrypt::scrypt(password, salt, params, &mut output).is_ok();
                done && bool::from(output.ct_eq(expected))
            }
        }
    }

    /// Whether it is argon2id with exactly these parameters, so that nothing needs to replace it.
    pub fn is_current(&self, today: &Params) -> bool {
        let Scheme::Argon2 { hash, params } = &self.0 else { return false };
        let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        hash.algorithm.as_str() == "argon2id" && costs(params) == costs(today)
    }
}

fn argon2(text: &str) -> Result<Scheme, UnusableHash> {
    let hash = phc(text)?;
    let params = Params::try_from(&hash).map_err(|_| UnusableHash::Damaged)?;
    let (memory, passes) = (u64::from(params.m_cost()), u64::from(params.t_cost()));
    bound(memory >= MEMORY_KIB_MIN, UnusableHash::Weak("argon2 with less than 512 KiB"))?;
    let cheap = memory <= MEMORY_KIB_MAX && memory * passes <= ARGON2_WORK_MAX && params.p_cost() <= LANES_MAX;
    bound(cheap, UnusableHash::Costly("argon2 with more than 128 MiB, 1 GiB in all passes, or 16 lanes"))?;
    if hash.salt.is_none() || hash.hash.is_none() {
        return Err(UnusableHash::Damaged);
    }
    Ok(Scheme::Argon2 { hash: Box::new(hash), params })
}

fn bcrypt(text: &str, cost: &str, rest: &str) -> Result<Scheme, UnusableHash> {
    let letters = rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'/');
    bound(rest.len() == 53 && letters && cost.len() == 2, UnusableHash::Damaged)?;
    let cost: u32 = cost.parse().map_err(|_| UnusableHash::Damaged)?;
    bound(cost >= BCRYPT_COST_MIN, UnusableHash::Weak("bcrypt with a cost below 6"))?;
    bound(cost <= BCRYPT_COST_MAX, UnusableHash::Costly("bcrypt with a cost above 14"))?;
    Ok(Scheme::Bcrypt(text.to_owned()))
}

fn pbkdf2_phc(text: &str, digest: Digest) -> Result<Scheme, UnusableHash> {
    let hash = phc(text)?;
    let rounds = hash.params.get_decimal("i").ok_or(UnusableHash::Damaged)?;
    let (salt, expected) = salt_and_output(&hash)?;
    pbkdf2(digest, rounds, salt, expected)
}

fn pbkdf2(digest: Digest, rounds: u32, salt: Vec<u8>, expected: Vec<u8>) -> Result<Scheme, UnusableHash> {
    bound(rounds >= PBKDF2_ROUNDS_MIN, UnusableHash::Weak("PBKDF2 with fewer than 10000 rounds"))?;
    bound(rounds <= PBKDF2_ROUNDS_MAX, UnusableHash::Costly("PBKDF2 with more than 2000000 rounds"))?;
    bound(salt.len() >= SALT_LEN_MIN, UnusableHash::Weak("a salt of less than 4 bytes"))?;
    // An empty hash would be equal to everything.
    bound((OUTPUT_LEN_MIN..=OUTPUT_LEN_MAX).contains(&expected.len()), UnusableHash::Damaged)?;
    Ok(Scheme::Pbkdf2 { digest, rounds, salt, expected })
}

fn scrypt(text: &str) -> Result<Scheme, UnusableHash> {
    let hash = phc(text)?;
    let number = |name| hash.params.get_decimal(name).ok_or(UnusableHash::Damaged);
    let (log_n, r, p) = (number("ln")?, number("r")?, number("p")?);
    let costly = UnusableHash::Costly("scrypt with more than 128 MiB, or p above 16");
    bound(log_n <= 24 && (1..=64).contains(&r) && (1..=LANES_MAX).contains(&p), costly)?;
    let memory = u64::from(r) << log_n >> 3;
    bound(memory <= MEMORY_KIB_MAX && memory * u64::from(p) <= SCRYPT_WORK_MAX, costly)?;
    bound(memory >= MEMORY_KIB_MIN, UnusableHash::Weak("scrypt with less than 512 KiB"))?;
    let log_n = u8::try_from(log_n).map_err(|_| UnusableHash::Damaged)?;
    let params = scrypt::Params::new(log_n, r, p).map_err(|_| UnusableHash::Damaged)?;
    let (salt, expected) = salt_and_output(&hash)?;
    bound((OUTPUT_LEN_MIN..=OUTPUT_LEN_MAX).contains(&expected.len()), UnusableHash::Damaged)?;
    Ok(Scheme::Scrypt { params, salt, expected })
}

fn phc(text: &str) -> Result<PasswordHash, UnusableHash> {
    PasswordHash::new(text).map_err(|_| UnusableHash::Damaged)
}

fn salt_and_output(hash: &PasswordHash) -> Result<(Vec<u8>, Vec<u8>), UnusableHash> {
    let salt = hash.salt.as_ref().ok_or(UnusableHash::Damaged)?;
    let output = hash.hash.as_ref().ok_or(UnusableHash::Damaged)?;
    Ok((salt.as_ref().to_vec(), output.as_bytes().to_vec()))
}

fn bound(within: bool, otherwise: UnusableHash) -> Result<(), UnusableHash> {
    if within { Ok(()) } else { Err(otherwise) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &[u8] = b"violet otter 77";

    /// Made by other implementations: Python's hashlib and libxcrypt.
    const FOREIGN: [&str; 7] = [
        "$pbkdf2-sha256$i=10000,l=32$YSBzYWx0IG9mIDE2IGJ5dA$e1OAPYuAgc2m8vou6ylLHDaWwYlOYhBW4A/GxnM8OR8",
        "$pbkdf2-sha512$i=10000,l=64$YSBzYWx0IG9mIDE2IGJ5dA$Sa58PlNc0MbmCTPk0HhIBucFyL3ESnLKtYL7UBFJBE9PxHe8DPx38U4aGDWfHQeI+orfpCcnaTwyLdmJfi5fqw",
        "pbkdf2_sha256$10000$seasalt$EVv434Yk6FiKoOdJvHJyO0U1uorC6H2lOsmC+c1WQyY=",
        "$scrypt$ln=12,r=8,p=1$YSBzYWx0IG9mIDE2IGJ5dA$/AIfjye/UtnKSsi8x7fC0fTsz+zwjSOUx0vKDbnWKG4",
        "$2a$06$abcdefghijklmnopqrstuuoVw1Qe5mZ2yBC5v1OMhV0xA.tRCDj0i",
        "$2b$06$abcdefghijklmnopqrstuuoVw1Qe5mZ2yBC5v1OMhV0xA.tRCDj0i",
        "$2y$06$abcdefghijklmnopqrstuuoVw1Qe5mZ2yBC5v1OMhV0xA.tRCDj0i",
    ];

    #[test]
    fn hashes_of_other_programs_are_compared_and_never_current() {
        for text in FOREIGN {
            let hash = StoredHash::parse(text).unwrap();
            assert!(hash.matches(PASSWORD), "{text}");
            assert!(!hash.matches(b"violet otter 78") && !hash.matches(b""), "{text}");
            assert!(!hash.is_current(&Params::DEFAULT), "{text}");
        }
    }

    #[test]
    fn bcrypt_takes_passwords_beyond_its_72_bytes() {
        let hash = StoredHash::parse("$2b$06$abcdefghijklmnopqrstuueHLWckpI7Ut91D6aWthlKy4VKsT9yUG").unwrap();
        assert!(hash.matches("x".repeat(80).as_bytes()));
    }

    #[test]
    fn parameters_are_bounded_from_both_sides() {
        let salt = "YSBzYWx0IG9mIDE2IGJ5dA$e1OAPYuAgc2m8vou6ylLHDaWwYlOYhBW4A/GxnM8OR8";
        let rest = "abcdefghijklmnopqrstuuoVw1Qe5mZ2yBC5v1OMhV0xA.tRCDj0i";
        for costly in [
            format!("$argon2id$v=19$m=262144,t=2,p=1${salt}"),
            format!("$argon2id$v=19$m=65536,t=17,p=1${salt}"),
            format!("$scrypt$ln=20,r=8,p=1${salt}"),
            format!("$scrypt$ln=63,r=8,p=1${salt}"),
            format!("$pbkdf2-sha256$i=2000001${salt}"),
            format!("$2b$15${rest}"),
            format!("$2b$31${rest}"),
        ] {
            assert!(matches!(StoredHash::parse(&costly), Err(UnusableHash::Costly(_))), "{costly}");
        }
        for weak in [
            format!("$argon2id$v=19$m=64,t=1,p=1${salt}"),
            format!("$scrypt$ln=4,r=8,p=1${salt}"),
            format!("$pbkdf2-sha256$i=1000${salt}"),
            "pbkdf2_sha256$10000$a$EVv434Yk6FiKoOdJvHJyO0U1uorC6H2lOsmC+c1WQyY=".to_owned(),
            format!("$2b$04${rest}"),
        ] {
            assert!(matches!(StoredHash::parse(&weak), Err(UnusableHash::Weak(_))), "{weak}");
        }
    }

    #[test]
    fn what_is_damaged_or_unknown_is_told_apart_and_stops_nothing() {
        for damaged in
            ["$2b$10$short", "$scrypt$ln=14", "pbkdf2_sha256$20000$seasalt$", "$argon2id$v=19$m=19456,t=2,p=1"]
        {
            assert_eq!(StoredHash::parse(damaged).unwrap_err(), UnusableHash::Damaged, "{damaged}");
        }
        let accented = format!("$2b$10${}", "é".repeat(53));
        for unknown in ["", "hunter2", "{SSHA}abc", "$1$abc$def", "$2x$06$a", accented.as_str(), &"$".repeat(9999)] {
            assert_eq!(StoredHash::parse(unknown).unwrap_err(), UnusableHash::Unknown, "{unknown}");
        }
    }
}
