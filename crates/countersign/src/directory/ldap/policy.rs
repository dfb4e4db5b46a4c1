//! What a directory itself does about wrong passwords, as far as it tells: so that fewer of them are passed on than would
//! lock somebody out of their workstation.
//!
//! Active Directory keeps it on the head of the domain, and for some people in a password settings object (MS-ADTS
//! 3.1.1.3.2.35); OpenLDAP in an entry of the class pwdPolicy (draft-behera-ldap-password-policy-11, 5.2).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::directory::Fault;
use crate::directory::ldap::filter::Filter;
use crate::directory::ldap::message::{Entry, Scope, Search};
use crate::directory::ldap::settings::Kind;
use crate::directory::ldap::wire::{Hits, Wire};

/// How long what was read is taken for true.
const KNOWN_FOR: SignedDuration = SignedDuration::from_mins(5);
/// How many policies are remembered.
const KNOWN_MAX: usize = 64;

/// What a directory does about wrong passwords. What it does not tell is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Policy {
    /// How many wrong passwords lock; 0: none ever does.
    pub(super) threshold: Option<u32>,
    /// How long a wrong password counts; zero: until a right one.
    pub(super) window: Option<SignedDuration>,
    /// How long a lock lasts; zero: until somebody lifts it.
    pub(super) lock: Option<SignedDuration>,
}

/// The policies read so far, by the name of their entry; that of the whole directory has the name "".
#[derive(Default)]
pub(super) struct Policies(Mutex<BTreeMap<String, (Timestamp, Policy)>>);

/// Where the policy of one person is.
pub(super) enum Place {
    /// This entry.
    Entry(String),
    /// Nowhere that is known.
    Nowhere,
    /// The head of the domain.
    WholeDomain,
}

impl Place {
    /// Where an entry's own policy is.
    pub(super) fn of(entry: &Entry, kind: Kind, default: Option<&str>) -> Self {
        let named = |attribute| entry.texts(attribute).next().map(str::to_owned);
        match kind {
            Kind::ActiveDirectory => named("msDS-ResultantPSO").map_or(Self::WholeDomain, Self::Entry),
            Kind::Openldap | Kind::Other => {
                named("pwdPolicySubentry").or_else(|| default.map(str::to_owned)).map_or(Self::Nowhere, Self::Entry)
            }
        }
    }

    fn key(&self) -> Option<&str> {
        match self {
            Self::Entry(dn) => Some(dn),
            Self::Nowhere => None,
            Self::WholeDomain => Some(""),
        }
    }
}

impl Policies {
    /// What was last read of the whole directory, however long ago.
    pub(super) fn of_directory(&self, default: Option<&str>) -> Option<Policy> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(default.unwrap_or_default()).map(|(_, policy)| *policy)
    }

    /// The policy at a place: remembered, or read now. What may not be read is unknown, and no fault.
    pub(super) async fn at(&self, place: &Place, wire: &mut Wire, now: Timestamp) -> Result<Policy, Fault> {
        let Some(key) = place.key() else { return Ok(Policy::default()) };
        let fresh =
            |(read_at, policy): &(Timestamp, Policy)| (now.duration_since(*read_at) < KNOWN_FOR).then_some(*policy);
        if let Some(policy) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).and_then(fresh) {
            return Ok(policy);
        }
        let policy = match read(place, wire).await {
            Err(fault) if fault.is_of_server() => return Err(fault),
            read => read.unwrap_or_default(),
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(key.to_owned(), (now, policy));
        Ok(policy)
    }
}

async fn read(place: &Place, wire: &mut Wire) -> Result<Policy, Fault> {
    match place {
        Place::Entry(dn) => Ok(entry(wire, dn, &OF_ENTRY).await?.map(|entry| of_entry(&entry)).unwrap_or_default()),
        Place::Nowhere => Ok(Policy::default()),
        Place::WholeDomain => {
            let root = entry(wire, "", &["defaultNamingContext"]).await?;
            let Some(head) = root.and_then(|root| root.texts("defaultNamingContext").next().map(str::to_owned)) else {
                return Ok(Policy::default());
            };
            Ok(entry(wire, &head, &OF_DOMAIN).await?.map(|entry| of_domain(&entry)).unwrap_or_default())
        }
    }
}

async fn entry(wire: &mut Wire, base: &str, attributes: &[&str]) -> Result<Option<Entry>, Fault> {
    let filter = Filter::anything();
    let search = Search { base, scope: Scope::Base, filter: &filter, attributes, limit: 1, seconds: 5 };
    Ok(match wire.find_one("the password policy", &search).await? {
        Hits::One(entry) => Some(entry),
        Hits::None | Hits::TooMany => None,
    })
}

const OF_DOMAIN: [&str; 3] = ["lockoutThreshold", "lockOutObservationWindow", "lockoutDuration"];
const OF_ENTRY: [&str; 7] = [
    "msDS-LockoutThreshold",
    "msDS-LockoutObservationWindow",
    "msDS-LockoutDuration",
    "pwdLockout",
    "pwdMaxFailure",
    "pwdFailureCountInterval",
    "pwdLockoutDuration",
];

fn of_domain(entry: &Entry) -> Policy {
    let [threshold, window, lock] = OF_DOMAIN;
    Policy {
        threshold: entry.number(threshold),
        window: entry.number(window).map(of_interval),
        lock: entry.number(lock).map(of_interval),
    }
}

fn of_entry(entry: &Entry) -> Policy {
    let [threshold, window, lock, on, failures, interval, duration] = OF_ENTRY;
    if entry.values(threshold).next().is_some() {
        return Policy {
            threshold: entry.number(threshold),
            window: entry.number(window).map(of_interval),
            lock: entry.number(lock).map(of_interval),
        };
    }
    let locks = entry.texts(on).next().map(|on| on.eq_ignore_ascii_case("true"));
    let seconds = |name| entry.number::<u32>(name).map(|seconds| SignedDuration::from_secs(i64::from(seconds)));
    Policy {
        // The draft's defaults, for an entry that says anything at all: no lock, and nothing is ever forgotten.
        threshold: locks.map(|locks| if locks { entry.number(failures).unwrap_or(0) } else { 0 }),
        window: locks.map(|_| seconds(interval).unwrap_or(SignedDuration::ZERO)),
        lock: locks.map(|_| seconds(duration).unwrap_or(SignedDuration::ZERO)),
    }
}

/// Active Directory writes a length of time as a negative number of 100 ns; the lowest of all is "for ever".
fn of_interval(interval: i64) -> SignedDuration {
    match interval {
        i64::MIN => SignedDuration::ZERO,
        _ => SignedDuration::from_micros(interval.saturating_abs() / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_policy_is_read() {
        let minutes = |minutes| Some(SignedDuration::from_mins(minutes));
        let domain: &[(&str, &[&str])] = &[
            ("lockoutThreshold", &["5"]),
            ("lockOutObservationWindow", &["-18000000000"]),
            ("lockoutDuration", &["-9223372036854775808"]),
        ];
        let expected = Policy { threshold: Some(5), window: minutes(30), lock: minutes(0) };
        assert_eq!(of_domain(&Entry::of("dc=a", domain)), expected);

        let pso: &[(&str, &[&str])] = &[
            ("msDS-LockoutThreshold", &["3"]),
            ("msDS-LockoutObservationWindow", &["-600000000"]),
            ("msDS-LockoutDuration", &["-600000000"]),
        ];
        let expected = Policy { threshold: Some(3), window: minutes(1), lock: minutes(1) };
        assert_eq!(of_entry(&Entry::of("cn=pso", pso)), expected);

        let ppolicy: &[(&str, &[&str])] =
            &[("pwdLockout", &["TRUE"]), ("pwdMaxFailure", &["4"]), ("pwdLockoutDuration", &["60"])];
        let expected = Policy { threshold: Some(4), window: minutes(0), lock: minutes(1) };
        assert_eq!(of_entry(&Entry::of("cn=default", ppolicy)), expected);
        let off: &[(&str, &[&str])] = &[("pwdLockout", &["FALSE"]), ("pwdMaxFailure", &["4"])];
        assert_eq!(of_entry(&Entry::of("cn=default", off)).threshold, Some(0));
        assert_eq!(of_entry(&Entry::of("cn=unreadable", &[])), Policy::default());
    }
}
