//! An entry, read as a person: no questions, no clock, only what the attributes say.

use std::num::NonZero;

use countersign_core::contact::Phone;
use jiff::{SignedDuration, Timestamp, civil, tz};

use crate::directory::ldap::message::Entry;
use crate::directory::ldap::policy::Policy;
use crate::directory::ldap::settings::{Attributes, Kind};
use crate::directory::{Fault, Found, Person, StableId, Standing};

/// The most names and groups that are kept, and the longest text, in characters.
const NAMES_MAX: usize = 8;
const GROUPS_MAX: usize = 1000;
const TEXT_LEN_MAX: usize = 120;

// Bits of userAccountControl and of its computed twin (MS-ADTS 2.2.16, 3.1.1.4.5.17).
const UAC_DISABLED: u32 = 0x0000_0002;
const UAC_LOCKED: u32 = 0x0000_0010;
const UAC_NEVER_EXPIRES: u32 = 0x0001_0000;
const UAC_PASSWORD_EXPIRED: u32 = 0x0080_0000;

/// Between 1601, when Windows began to count, and 1970.
const SECONDS_1601_TO_1970: i64 = 11_644_473_600;

/// What tells whether somebody may come in, in Active Directory.
const OF_ACTIVE_DIRECTORY: [&str; 8] = [
    "userAccountControl",
    // The lock and the end of the password, as the server itself works them out of lockoutTime and pwdLastSet.
    "msDS-User-Account-Control-Computed",
    "accountExpires",
    "pwdLastSet",
    "badPwdCount",
    "badPasswordTime",
    "msDS-ResultantPSO",
    "objectSid",
];

/// The same in OpenLDAP, with its password policy.
const OF_OPENLDAP: [&str; 6] =
    ["pwdAccountLockedTime", "pwdFailureTime", "pwdReset", "pwdEndTime", "pwdPolicySubentry", "shadowExpire"];

/// The attributes to ask for.
pub(super) fn wanted(attributes: &Attributes, kind: Kind) -> Vec<&str> {
    let Attributes { id, names, email, phone, display_name, groups } = attributes;
    let lists = [names, email, phone, display_name].into_iter().flatten();
    let own: &[&'static str] = match kind {
        Kind::ActiveDirectory => &OF_ACTIVE_DIRECTORY,
        Kind::Openldap | Kind::Other => &OF_OPENLDAP,
    };
    let mut wanted: Vec<&str> = [id, groups].into_iter().chain(lists).map(String::as_str).collect();
    wanted.extend(own);
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// What an entry is read with.
pub(super) struct Reading<'a> {
    pub(super) attributes: &'a Attributes,
    pub(super) kind: Kind,
    pub(super) country: Option<&'a str>,
    pub(super) policy: Policy,
    pub(super) now: Timestamp,
}

impl Reading<'_> {
    /// The person of an entry. Without what identifies them they are nobody, however well the rest fits (security.md J-08).
    pub(super) fn person(&self, entry: &Entry) -> Result<Found, Fault> {
        let attributes = self.attributes;
        let stable_id = self.stable_id(entry)?;
        let country = self.country;
        let person = Person {
            names: texts(entry, &attributes.names).take(NAMES_MAX).collect(),
            display_name: texts(entry, &attributes.display_name).next(),
            email: texts(entry, &attributes.email).find_map(|text| text.parse().ok()),
            phone: texts(entry, &attributes.phone).find_map(|text| Phone::parse(&text, country).ok()),
            groups: entry.texts(&attributes.groups).take(GROUPS_MAX).map(str::to_owned).collect(),
            standing: self.standing(entry),
            lockout_threshold: self.policy.threshold,
            lockout_window: self.policy.window,
            bad_password_count: self.failures(entry),
        };
        Ok(Found { stable_id, dn: entry.dn.clone(), person })
    }

    fn stable_id(&self, entry: &Entry) -> Result<StableId, Fault> {
        let missing = || Fault::NoIdentity(self.attributes.id.clone());
        let mut values = entry.values(&self.attributes.id);
        let (Some(value), None) = (values.next(), values.next()) else { return Err(missing()) };
        id_of(value, self.attributes).ok_or_else(missing)
    }

    fn standing(&self, entry: &Entry) -> Standing {
        match self.kind {
            Kind::ActiveDirectory => self.standing_in_active_directory(entry),
            Kind::Openldap | Kind::Other => self.standing_in_openldap(entry),
        }
    }

    fn standing_in_active_directory(&self, entry: &Entry) -> Standing {
        let [control, computed, expires, last_set, ..] = OF_ACTIVE_DIRECTORY;
        let control: u32 = entry.number::<i32>(control).map_or(0, i32::cast_unsigned);
        let computed: u32 = entry.number::<i32>(computed).map_or(0, i32::cast_unsigned);
        if control & UAC_DISABLED != 0 {
            return Standing::Disabled;
        }
        if entry.number(expires).and_then(of_filetime).is_some_and(|end| end <= self.now) {
            return Standing::Expired;
        }
        if computed & UAC_LOCKED != 0 {
            return Standing::Locked;
        }
        if entry.number::<i64>(last_set) == Some(0) && control & UAC_NEVER_EXPIRES == 0 {
            return Standing::MustChange;
        }
        if computed & UAC_PASSWORD_EXPIRED != 0 {
            return Standing::PasswordExpired;
        }
        Standing::Good
    }

    fn standing_in_openldap(&self, entry: &Entry) -> Standing {
        let [locked, _, reset, ends, _, shadow] = OF_OPENLDAP;
        // Only an administrator writes this value: locked for good (draft-behera-ldap-password-policy-11, 5.3.3).
        if entry.texts(locked).any(|time| time.starts_with("000001010000")) {
            return Standing::Disabled;
        }
        let shadow_end = || entry.number::<i64>(shadow).filter(|day| *day > 0).and_then(of_day);
        let end = entry.texts(ends).next().and_then(of_generalized_time).or_else(shadow_end);
        if end.is_some_and(|end| end <= self.now) {
            return Standing::Expired;
        }
        // The attribute stays after the lock has run out. Where the policy may not be read, only the bind tells.
        let lifts = |at: Timestamp, lasts: SignedDuration| {
            lasts.is_zero() || at.checked_add(lasts).is_ok_and(|end| end > self.now)
        };
        let locked_at = entry.texts(locked).next().and_then(of_generalized_time);
        if locked_at.zip(self.policy.lock).is_some_and(|(at, lasts)| lifts(at, lasts)) {
            return Standing::Locked;
        }
        if entry.texts(reset).any(|reset| reset.eq_ignore_ascii_case("true")) {
            return Standing::MustChange;
        }
        Standing::Good
    }

    /// The wrong passwords that still count.
    fn failures(&self, entry: &Entry) -> Option<u32> {
        let counts = |at: Timestamp| {
            let window = self.policy.window.filter(|window| !window.is_zero());
            window.is_none_or(|window| at.checked_add(window).is_ok_and(|end| end > self.now))
        };
        match self.kind {
            Kind::ActiveDirectory => {
                let [.., count, last, _, _] = OF_ACTIVE_DIRECTORY;
                let count = entry.number(count)?;
                // The count stays until the next login, also when none of it counts any longer.
                let over = entry.number(last).and_then(of_filetime).is_some_and(|last| !counts(last));
                Some(if over { 0 } else { count })
            }
            Kind::Openldap | Kind::Other => {
                // Nothing is known where there is no policy; then a missing attribute does not mean that nothing failed.
                self.policy.threshold?;
                let [_, failed, ..] = OF_OPENLDAP;
                let counting = entry.texts(failed).filter_map(of_generalized_time).filter(|at| counts(*at)).count();
                u32::try_from(counting).ok()
            }
        }
    }
}

/// The identifier that a value is: a UUID by its 16 bytes, whichever case it is written in; anything else by its bytes.
fn id_of(value: &[u8], attributes: &Attributes) -> Option<StableId> {
    let text = std::str::from_utf8(value).ok().filter(|_| is_written_uuid(attributes));
    match text.and_then(|text| text.parse::<uuid::Uuid>().ok()) {
        Some(uuid) => StableId::from_bytes(uuid.as_bytes()).ok(),
        None => StableId::from_bytes(value).ok(),
    }
}

/// The value that an identifier has in its attribute, for finding the person again.
pub(super) fn value_of(id: &StableId, attributes: &Attributes) -> Vec<u8> {
    let bytes = id.bytes();
    match <[u8; 16]>::try_from(bytes.as_slice()) {
        Ok(uuid) if is_written_uuid(attributes) => uuid::Uuid::from_bytes(uuid).to_string().into_bytes(),
        _ => bytes,
    }
}

/// Whether the identifier is a UUID that is written out (RFC 4530), and not its bytes as in objectGUID.
fn is_written_uuid(attributes: &Attributes) -> bool {
    ["entryUUID", "ipaUniqueID"].iter().any(|name| attributes.id.eq_ignore_ascii_case(name))
}

/// The texts of attributes, in the order of preference; blank ones, and any that a terminal or a page would obey, are none.
fn texts<'a>(entry: &'a Entry, attributes: &'a [String]) -> impl Iterator<Item = String> + use<'a> {
    let texts = attributes.iter().flat_map(|name| entry.texts(name)).map(str::trim);
    let usable = |text: &&str| !text.is_empty() && !text.chars().any(char::is_control);
    texts.filter(usable).map(|text| text.chars().take(TEXT_LEN_MAX).collect())
}

/// A moment as Windows counts: in 100 ns since 1601. 0 and the highest number of all mean never.
fn of_filetime(filetime: i64) -> Option<Timestamp> {
    let filetime = NonZero::new(filetime).filter(|filetime| filetime.get() != i64::MAX)?;
    Timestamp::from_second(filetime.get() / 10_000_000 - SECONDS_1601_TO_1970).ok()
}

/// A moment as X.680 writes it, in UTC: `20261122131500Z`, perhaps with a fraction of a second.
fn of_generalized_time(text: &str) -> Option<Timestamp> {
    let seconds =
        text.get(..14).filter(|digits| text.ends_with('Z') && digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let time = civil::DateTime::strptime("%Y%m%d%H%M%S", seconds).ok()?;
    Some(time.to_zoned(tz::TimeZone::UTC).ok()?.timestamp())
}

/// A day since 1970 (shadowExpire, RFC 2307).
fn of_day(day: i64) -> Option<Timestamp> {
    Timestamp::from_second(day.checked_mul(86_400)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::ldap::settings::DirectorySettings;

    const NOW: &str = "2026-11-22T13:00:00Z";

    fn read(kind: &str, policy: Policy, given: &[(&str, &[&str])]) -> Result<Found, Fault> {
        let text = format!("kind = \"{kind}\"\nservers = [\"a\"]\nbase = \"dc=a\"");
        let settings: DirectorySettings = toml::from_str(&text).unwrap();
        let attributes = settings.attributes();
        let id: (&str, &[&str]) = match settings.kind {
            Kind::ActiveDirectory => ("objectGUID", &["0123456789abcdef"]),
            _ => ("entryUUID", &["0AB1C2D3-0000-4000-8000-000000000001"]),
        };
        let entry = Entry::of("cn=ana", &[given, &[id]].concat());
        let now = NOW.parse().unwrap();
        Reading { attributes: &attributes, kind: settings.kind, country: Some("CA"), policy, now }.person(&entry)
    }

    fn standing(kind: &str, given: &[(&str, &[&str])]) -> Standing {
        let policy = Policy { threshold: Some(5), window: None, lock: Some(SignedDuration::from_mins(30)) };
        read(kind, policy, given).unwrap().person.standing
    }

    #[test]
    fn standings_of_active_directory() {
        let normal: (&str, &[&str]) = ("userAccountControl", &["512"]);
        let with = |more: (&'static str, &'static [&'static str])| standing("active-directory", &[normal, more]);
        assert_eq!(with(("pwdLastSet", &["133000000000000000"])), Standing::Good);
        assert_eq!(with(("accountExpires", &["0"])), Standing::Good);
        assert_eq!(with(("accountExpires", &["9223372036854775807"])), Standing::Good);
        // 2026-11-22 12:59:59 and 13:00:01.
        assert_eq!(with(("accountExpires", &["134398259990000000"])), Standing::Expired);
        assert_eq!(with(("accountExpires", &["134398260010000000"])), Standing::Good);
        assert_eq!(with(("msDS-User-Account-Control-Computed", &["16"])), Standing::Locked);
        assert_eq!(with(("msDS-User-Account-Control-Computed", &["8388608"])), Standing::PasswordExpired);
        assert_eq!(with(("pwdLastSet", &["0"])), Standing::MustChange);
        assert_eq!(standing("active-directory", &[("userAccountControl", &["514"])]), Standing::Disabled);
        let never: &[(&str, &[&str])] = &[("userAccountControl", &["66048"]), ("pwdLastSet", &["0"])];
        assert_eq!(standing("active-directory", never), Standing::Good);
    }

    #[test]
    fn standings_of_openldap() {
        let with = |name, value: &'static str| standing("openldap", &[(name, &[value])]);
        assert_eq!(with("pwdAccountLockedTime", "000001010000Z"), Standing::Disabled);
        assert_eq!(with("pwdAccountLockedTime", "20261122124500Z"), Standing::Locked);
        assert_eq!(with("pwdAccountLockedTime", "20261122122959Z"), Standing::Good);
        assert_eq!(with("pwdReset", "TRUE"), Standing::MustChange);
        assert_eq!(with("pwdEndTime", "20261122125959Z"), Standing::Expired);
        assert_eq!(with("shadowExpire", "20000"), Standing::Expired);
        assert_eq!(with("shadowExpire", "-1"), Standing::Good);
        assert_eq!(with("pwdEndTime", "nonsense"), Standing::Good);
    }

    #[test]
    fn only_wrong_passwords_that_still_count_are_counted() {
        let policy = Policy { threshold: Some(5), window: Some(SignedDuration::from_mins(30)), lock: None };
        let count = |kind, given: &[(&str, &[&str])]| read(kind, policy, given).unwrap().person.bad_password_count;
        // 12:45 and 12:15.
        let recent: &[(&str, &[&str])] = &[("badPwdCount", &["3"]), ("badPasswordTime", &["134398251000000000"])];
        assert_eq!(count("active-directory", recent), Some(3));
        let old: &[(&str, &[&str])] = &[("badPwdCount", &["3"]), ("badPasswordTime", &["134398233000000000"])];
        assert_eq!(count("active-directory", old), Some(0));
        assert_eq!(count("active-directory", &[]), None);
        let times: &[(&str, &[&str])] =
            &[("pwdFailureTime", &["20261122121500.000001Z", "20261122124500.000002Z", "20261122125000Z"])];
        assert_eq!(count("openldap", times), Some(2));
        assert_eq!(count("openldap", &[]), Some(0));
        assert_eq!(read("openldap", Policy::default(), &[]).unwrap().person.bad_password_count, None);
    }

    #[test]
    fn the_first_usable_value_is_taken_in_the_order_of_preference() {
        let given: &[(&str, &[&str])] = &[
            ("mail", &["not an address", "ana@example.com"]),
            ("telephoneNumber", &["416 555 0199"]),
            ("mobile", &["ask at the desk", "+14165550123"]),
            ("cn", &["Ana\u{7}", "Ana Ruiz"]),
            ("displayName", &["  "]),
            ("UID;lang-en", &["ana"]),
        ];
        let person = read("openldap", Policy::default(), given).unwrap().person;
        assert_eq!(person.email.unwrap().as_str(), "ana@example.com");
        assert_eq!(person.phone.unwrap().as_str(), "+14165550123");
        assert_eq!(person.display_name.as_deref(), Some("Ana Ruiz"));
        assert_eq!(person.names, ["ana"]);
    }

    #[test]
    fn an_identifier_survives_the_way_there_and_back() {
        let settings = |kind: &str| -> Attributes {
            let text = format!("kind = \"{kind}\"\nservers = [\"a\"]\nbase = \"dc=a\"");
            toml::from_str::<DirectorySettings>(&text).unwrap().attributes()
        };
        let found = read("openldap", Policy::default(), &[]).unwrap();
        assert_eq!(found.stable_id.as_str(), "0ab1c2d3000040008000000000000001");
        let again: StableId = found.stable_id.as_str().parse().unwrap();
        assert_eq!(value_of(&again, &settings("openldap")), b"0ab1c2d3-0000-4000-8000-000000000001");
        let found = read("active-directory", Policy::default(), &[]).unwrap();
        assert_eq!(value_of(&found.stable_id, &settings("active-directory")), b"0123456789abcdef");
    }

    #[test]
    fn j08_an_entry_without_an_identifier_is_nobody() {
        let attributes = toml::from_str::<DirectorySettings>("kind = \"openldap\"\nservers = [\"a\"]\nbase = \"dc=a\"");
        let attributes = attributes.unwrap().attributes();
        let now = NOW.parse().unwrap();
        let reading =
            Reading { attributes: &attributes, kind: Kind::Openldap, country: None, policy: Policy::default(), now };
        for given in [&[][..], &["one", "two"]] {
            assert!(reading.person(&Entry::of("uid=ana", &[("entryUUID", given)])).is_err());
        }
    }
}
