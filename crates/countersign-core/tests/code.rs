//! The one-time code and the seal: published vectors, separation, uniformity.
//!
//! The vectors were computed by an independent implementation, and can be again (K the key, E the epoch, C and A the ids
//! of challenge and account as 32 hexadecimal digits, P the purpose):
//!
//! ```python
//! import hmac, hashlib
//! m = b'countersign/code/v1' + E.to_bytes(8, 'big') + bytes.fromhex(C) + bytes.fromhex(A) + P.encode()
//! print(f"{int.from_bytes(hmac.new(K, m, hashlib.sha256).digest()[:8], 'big') % 10**6:06}")
//! ```
//!
//! and a seal (I the instance's id, N the environment, U the URL):
//!
//! ```python
//! parts = (b'countersign/seal/v1', bytes.fromhex(I), N.encode(), U.encode())
//! print(hmac.new(K, b''.join(len(p).to_bytes(8, 'big') + p for p in parts), hashlib.sha256).hexdigest())
//! ```

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::HashSet;

use countersign_core::challenge::{
    Binding, Code, CodeKey, Guess, LIFE_MAX, LIFE_MIN, Progress, Purpose, Standing, TRIES_MAX,
};
use countersign_core::id::{AccountId, ChallengeId, InstanceId};
use countersign_core::seal::{Installation, Seal, SealKey};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const ANA: u128 = 0x0190_f3a0_7c1e_7000_8000_0000_0000_000a;
const BEN: u128 = 0x0190_f3a0_7c1e_7000_8000_0000_0000_000b;
const FIRST: u128 = 0x1111_1111_2222_3333_4444_5555_5555_5555;
const OTHER: u128 = 0xdead_beef_dead_beef_dead_beef_dead_beef;

/// The bytes 0, 1, 2 … 31.
fn counting() -> [u8; 32] {
    std::array::from_fn(|at| u8::try_from(at).unwrap())
}

fn binding(epoch: u64, challenge: u128, account: u128, purpose: Purpose) -> Binding {
    let (challenge, account) = (ChallengeId(Uuid::from_u128(challenge)), AccountId(Uuid::from_u128(account)));
    Binding { epoch, challenge, account, purpose }
}

#[test]
fn codes_are_as_published() {
    for (key, binding, code) in [
        (counting(), binding(0, FIRST, ANA, Purpose::Login), "463448"),
        (counting(), binding(1, FIRST, ANA, Purpose::Login), "637942"),
        (counting(), binding(0, OTHER, ANA, Purpose::Login), "962543"),
        (counting(), binding(0, FIRST, BEN, Purpose::Login), "978371"),
        (counting(), binding(0, FIRST, ANA, Purpose::Test), "137098"),
        ([0xff; 32], binding(u64::MAX, OTHER, BEN, Purpose::Test), "167719"),
        ([0; 32], binding(7, 0, 0, Purpose::Login), "079926"),
        (counting(), binding(0, 0x18cb, ANA, Purpose::Login), "000011"),
        (counting(), binding(0, 0x321a6, ANA, Purpose::Login), "000007"),
    ] {
        assert_eq!(Code::derive(&CodeKey::new(key), &binding).digits(), code, "{binding:?}");
    }
}

#[test]
fn b05_leading_zeros_are_shown_and_must_be_typed() {
    let code = Code::derive(&CodeKey::new(counting()), &binding(0, 0x321a6, ANA, Purpose::Login));
    assert!(code.matches(&Guess::parse("000007").unwrap()));
    assert!(code.matches(&Guess::parse("000-007").unwrap()));
    assert!(!code.matches(&Guess::parse("000008").unwrap()));
    assert!(!code.matches(&Guess::parse("700000").unwrap()));
    assert!(Guess::parse("7").is_err() && Guess::parse("07").is_err());
}

#[test]
fn b06_a_guess_is_six_ascii_digits_with_spaces_and_hyphens_ignored() {
    let code = Code::derive(&CodeKey::new(counting()), &binding(0, FIRST, ANA, Purpose::Login));
    for text in ["463448", "463 448", "463-448", " 463448 ", "4-6-3-4-4-8"] {
        assert!(code.matches(&Guess::parse(text).unwrap()), "{text:?}");
    }
    let long = "1".repeat(10_000);
    for text in
        ["", "7", "12345", "1234567", "１２３４５６", "١٢٣٤٥٦", "123456\0", "123456\n", "12345a", "+12345", &long]
    {
        assert!(Guess::parse(text).is_err(), "{text:?}");
    }
}

/// B-01, B-02, B-03: a code is good for one epoch, challenge, account and purpose. Of 1 000 bindings that differ from a
/// given one in one part only, about one in a million may have the same code, so none has.
#[test]
fn b03_a_code_is_wrong_for_every_other_binding() {
    let key = CodeKey::new(counting());
    let one = Code::derive(&key, &binding(0, FIRST, ANA, Purpose::Login)).digits();
    let differ = |other: Binding| assert_ne!(Code::derive(&key, &other).digits(), one, "{other:?}");
    differ(binding(0, FIRST, ANA, Purpose::Test));
    for part in 1..1_000 {
        differ(binding(part, FIRST, ANA, Purpose::Login));
        differ(binding(0, FIRST ^ u128::from(part), ANA, Purpose::Login));
        differ(binding(0, FIRST, ANA ^ u128::from(part), Purpose::Login));
    }
    assert_ne!(Code::derive(&CodeKey::new([7; 32]), &binding(0, FIRST, ANA, Purpose::Login)).digits(), one);
}

/// B-08. The bounds are the 99.99 % quantiles of χ² with 9 and 999 degrees of freedom; with fixed input the outcome is
/// fixed too.
#[test]
fn b08_codes_are_uniform() {
    const CODES: u32 = 200_000;
    let key = CodeKey::new(counting());
    let mut places = [[0_u32; 10]; 6];
    let (mut fronts, mut backs) = (vec![0_u32; 1_000], vec![0_u32; 1_000]);
    for challenge in 0..CODES {
        let code = Code::derive(&key, &binding(0, challenge.into(), ANA, Purpose::Login)).digits();
        for (place, digit) in places.iter_mut().zip(code.bytes()) {
            place[usize::from(digit - b'0')] += 1;
        }
        fronts[code[..3].parse::<usize>().unwrap()] += 1;
        backs[code[3..].parse::<usize>().unwrap()] += 1;
    }
    for place in &places {
        assert!(chi_squared(place, CODES) < 33.7);
    }
    assert!(chi_squared(&fronts, CODES) < 1_174.0);
    assert!(chi_squared(&backs, CODES) < 1_174.0);
}

fn chi_squared(counts: &[u32], total: u32) -> f64 {
    let expected = f64::from(total) / f64::from(u32::try_from(counts.len()).unwrap());
    counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
}

#[test]
fn b04_a_challenge_lives_until_its_time_is_over() {
    let start: Timestamp = "2026-07-01T12:00:00Z".parse().unwrap();
    for life in [LIFE_MIN, LIFE_MAX] {
        let progress = Progress { tries: 2, expires_at: start + life, ended: false };
        let second = SignedDuration::from_secs(1);
        let at = |now| progress.standing(TRIES_MAX, now);
        assert_eq!(at(start + life - second), Standing::Live { tries_left: 3 });
        assert_eq!(at(start + life), Standing::Expired);
        assert_eq!(at(start + life + second), Standing::Expired);
        assert_eq!(Progress { ended: true, ..progress }.standing(TRIES_MAX, start), Standing::Ended);
        assert_eq!(Progress { tries: 5, ..progress }.standing(TRIES_MAX, start), Standing::TriesUsed);
    }
}

fn installation(instance: u128, environment: &str, public_url: &str) -> Installation {
    let instance = InstanceId(Uuid::from_u128(instance));
    Installation { instance, environment: environment.to_owned(), public_url: public_url.to_owned() }
}

#[test]
fn seals_are_as_published() {
    for (key, installation, seal) in [
        (
            counting(),
            installation(ANA, "production", "https://login.example.com"),
            "0ee1eb42cdb232b54192708b7d463ed655430ce34ad90a01bfc708ceb2b37624",
        ),
        (
            [0xff; 32],
            installation(BEN, "", "https://login.example.com/å"),
            "61cebd2b4292d2650067918065ee5fcbe9403e22d2bef0be6a6e99ba385e0ebc",
        ),
    ] {
        let Seal(bytes) = installation.seal(&SealKey::new(key));
        let text = bytes.map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(text, seal, "{installation:?}");
    }
}

/// A copy that differs in anything does not match: another URL, environment, instance or key, or the same letters cut
/// elsewhere.
#[test]
fn a_seal_matches_its_own_installation_only() {
    let key = SealKey::new(counting());
    let production = installation(ANA, "production", "https://login.example.com");
    let seal = production.seal(&key);
    assert!(production.matches(&seal, &key));
    assert!(!production.matches(&seal, &SealKey::new([0xff; 32])));
    let mut cut = seal;
    cut.0[31] ^= 1;
    assert!(!production.matches(&cut, &key));
    let others = [
        installation(BEN, "production", "https://login.example.com"),
        installation(ANA, "test", "https://login.example.com"),
        installation(ANA, "production", "https://test.example.com"),
        installation(ANA, "production", "https://login.example.com/"),
        installation(ANA, "productionh", "ttps://login.example.com"),
        installation(ANA, "", "productionhttps://login.example.com"),
    ];
    let mut seals = HashSet::from([seal.0]);
    for other in others {
        assert!(!other.matches(&seal, &key), "{other:?}");
        assert!(seals.insert(other.seal(&key).0), "{other:?}");
    }
}

#[test]
fn keys_are_not_printed() {
    assert_eq!(format!("{:?}", CodeKey::new(counting())), "…");
}
