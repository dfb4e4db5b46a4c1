//! What a session is worth and how long it lives; what a device's token means.

#![expect(clippy::unwrap_used, reason = "tests")]

use countersign_core::channel::Channel;
use countersign_core::device::{DeviceRules, Presented, ROTATION_GRACE, Renewal, TokenVerdict, judge};
use countersign_core::session::{Evidence, HasFactor, Missing, Proof, SessionRules, assurance, last_code};
use jiff::{SignedDuration, Timestamp};

use Proof::{EmailCode, Password, SmsCode, TrustedDevice, VoiceCode};

fn start() -> Timestamp {
    "2026-07-01T12:00:00Z".parse().unwrap()
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

fn proven(proofs: &[Proof]) -> Vec<Evidence> {
    proofs.iter().map(|proof| Evidence { proof: *proof, at: start() }).collect()
}

/// D1: a code by e-mail is no second factor. D3, G-07: a trusted device proves nothing. B-14: without the password
/// nothing is worth a login. B-15: two e-mail codes are not two factors.
#[test]
fn assurance_by_table() {
    for (proofs, acr, amr) in [
        (&[][..], "aal0", &[][..]),
        (&[Password], "aal1", &["pwd"]),
        (&[Password, EmailCode], "aal1", &["pwd", "otp"]),
        (&[Password, EmailCode, EmailCode], "aal1", &["pwd", "otp"]),
        (&[Password, SmsCode], "aal2", &["pwd", "sms", "mfa"]),
        (&[Password, VoiceCode], "aal2", &["pwd", "tel", "mfa"]),
        (&[Password, TrustedDevice], "aal1-trusted-device", &["pwd"]),
        (&[Password, TrustedDevice, EmailCode], "aal1-trusted-device", &["pwd", "otp"]),
        (&[Password, TrustedDevice, SmsCode], "aal2", &["pwd", "sms", "mfa"]),
        (&[Password, EmailCode, SmsCode, VoiceCode], "aal2", &["pwd", "otp", "sms", "tel", "mfa"]),
        (&[SmsCode], "aal0", &["sms"]),
        (&[EmailCode], "aal0", &["otp"]),
        (&[TrustedDevice], "aal0", &[]),
        (&[TrustedDevice, VoiceCode], "aal0", &["tel"]),
    ] {
        let worth = assurance(&proven(proofs));
        assert_eq!((worth.acr, worth.amr.as_slice()), (acr, amr), "{proofs:?}");
        let reversed: Vec<Proof> = proofs.iter().rev().copied().collect();
        assert_eq!(assurance(&proven(&reversed)), worth, "the order of proofs does not count");
    }
}

#[test]
fn a_code_proves_its_channel() {
    let proofs = Channel::ALL.map(Proof::code_by);
    assert_eq!(proofs, [EmailCode, SmsCode, VoiceCode]);
    assert!(proofs.into_iter().all(Proof::is_code) && !Password.is_code() && !TrustedDevice.is_code());
}

#[test]
fn g07_a_fresh_code_is_a_code_and_recent() {
    let second = SignedDuration::from_secs(1);
    let code = proven(&[Password, SmsCode]);
    assert_eq!(last_code(&code), Some(start()));
    let rules = SessionRules::default();
    let missing = |evidence: &[Evidence], now| rules.missing(evidence, HasFactor::Yes, now);
    assert_eq!(missing(&code, start() + rules.fresh), None);
    assert_eq!(missing(&code, start() + rules.fresh + second), Some(Missing::Code));
    assert_eq!(missing(&proven(&[Password, TrustedDevice]), start()), Some(Missing::Code));
    let again = [code, vec![Evidence { proof: EmailCode, at: start() + minutes(60) }]].concat();
    assert_eq!(missing(&again, start() + minutes(61)), None, "the last one counts");
}

#[test]
fn without_a_second_factor_the_password_has_to_be_fresh() {
    let second = SignedDuration::from_secs(1);
    let rules = SessionRules { fresh: minutes(3), ..SessionRules::default() };
    let missing = |evidence: &[Evidence], now| rules.missing(evidence, HasFactor::No, now);
    assert_eq!(missing(&proven(&[Password]), start() + minutes(3)), None);
    assert_eq!(missing(&proven(&[Password]), start() + minutes(3) + second), Some(Missing::Password));
    assert_eq!(missing(&proven(&[TrustedDevice]), start()), Some(Missing::Password));
}

#[test]
fn a_session_ends_when_idle_and_at_its_absolute_limit() {
    let rules = SessionRules { idle: minutes(30), absolute: minutes(120), ..SessionRules::default() };
    let alive = |seen, now| rules.alive(start(), start() + minutes(seen), start() + minutes(now));
    assert!(alive(0, 29) && !alive(0, 30));
    assert!(alive(110, 119) && !alive(119, 120) && !alive(119, 1_000));
    assert!(rules.alive(start(), start(), start() - minutes(1)), "a clock that is set back ends no session");
}

#[test]
fn g02_a_token_is_judged_by_its_place_in_the_rotation() {
    let second = SignedDuration::from_secs(1);
    let previous = Presented::Previous { rotated_at: start() };
    for (presented, now, verdict) in [
        (Presented::Current, start(), TokenVerdict::Valid),
        (Presented::Current, start() + minutes(100_000), TokenVerdict::Valid),
        (previous, start(), TokenVerdict::Valid),
        (previous, start() + ROTATION_GRACE, TokenVerdict::Valid),
        (previous, start() + ROTATION_GRACE + second, TokenVerdict::Reused),
        (previous, start() + minutes(100_000), TokenVerdict::Reused),
        // Two nodes' clocks differ a little.
        (previous, start() - second, TokenVerdict::Valid),
    ] {
        assert_eq!(judge(presented, now), verdict, "{presented:?} at {now}");
    }
}

/// The defaults are the figures of Q360: 48 hours, started anew by each login; the cap of 30 days ends it (G-05).
#[test]
fn trust_slides_or_is_fixed_and_ends_at_the_cap() {
    let hours = SignedDuration::from_hours;
    let second = SignedDuration::from_secs(1);
    let sliding = DeviceRules::default();
    let trust = sliding.begin(start());
    assert!(sliding.holds(trust, start() + hours(48) - second));
    assert!(!sliding.holds(trust, start() + hours(48)));
    let renewed = sliding.renew(trust, start() + hours(47));
    assert!(sliding.holds(renewed, start() + hours(94)));

    let fixed = DeviceRules { renewal: Renewal::Fixed, ..sliding };
    assert_eq!(fixed.renew(trust, start() + hours(47)), trust);

    let mut trust = trust;
    for hour in 1..30 * 24 {
        trust = sliding.renew(trust, start() + hours(hour));
        assert!(sliding.holds(trust, start() + hours(hour)));
    }
    assert!(!sliding.holds(trust, start() + hours(30 * 24)));
    let lowered = DeviceRules { cap: hours(24), ..sliding };
    assert!(!lowered.holds(trust, start() + hours(29 * 24)), "a lower cap counts at once");
    assert!(!DeviceRules { enabled: false, ..sliding }.holds(trust, start()));
}
