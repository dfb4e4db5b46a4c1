//! What the settings of all providers have in common: how a bad value is reported, and the checks they share.

use std::net::IpAddr;

use countersign_core::secret::Secret;
use url::{Host, Url};

/// A setting that cannot be used, in the three parts a person needs to correct it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} is {value}; allowed: {allowed}")]
pub struct Fault {
    /// The key within the provider's table.
    pub key: &'static str,
    /// What it is now; for a secret never the value, only what is wrong with it.
    pub value: String,
    /// What it may be.
    pub allowed: &'static str,
}

/// A provider that cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Settings that are refused, all of them.
    #[error("{}", list(.0))]
    Settings(Vec<Fault>),
    /// The certificates or the TLS library do not work.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

impl Fault {
    pub(super) fn new(key: &'static str, value: impl Into<String>, allowed: &'static str) -> Self {
        Self { key, value: value.into(), allowed }
    }
}

/// `Ok` if there is no fault.
pub(super) fn accept(faults: Vec<Fault>) -> Result<(), Unusable> {
    if faults.is_empty() { Ok(()) } else { Err(Unusable::Settings(faults)) }
}

/// A user name travels in a header, so it is printable ASCII; Basic authentication forbids the colon (RFC 7617, 2).
pub(super) fn check_username(username: &str) -> Option<Fault> {
    let fits = (1..=CREDENTIAL_MAX).contains(&username.len());
    let plain = username.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
    (!(fits && plain))
        .then(|| Fault::new("username", shown(username), "1 to 256 printable ASCII characters, no space or colon"))
}

/// An API key travels in a header too.
pub(super) fn check_api_key(api_key: &Secret) -> Option<Fault> {
    let allowed = "1 to 256 printable ASCII characters, no space";
    let key = api_key.expose();
    if key.is_empty() {
        return Some(Fault::new("api_key", "empty", allowed));
    }
    let plain = key.len() <= CREDENTIAL_MAX && key.bytes().all(|byte| byte.is_ascii_graphic());
    (!plain).then(|| Fault::new("api_key", "not usable in a header (not shown)", allowed))
}

/// A number in E.164 form or a name of 3 to 11 letters, digits and spaces with at least one letter.
pub(crate) fn check_sender(sender: &str) -> Option<Fault> {
    let number = sender.strip_prefix('+').unwrap_or(sender);
    let is_number = (3..=15).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = (3..=11).contains(&sender.len())
        && sender.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ')
        && sender.bytes().any(|byte| byte.is_ascii_alphabetic())
        && sender.trim() == sender;
    let allowed = "a phone number (+61411111111), a short code, or a name of 3 to 11 letters and digits";
    (!(is_number || is_name)).then(|| Fault::new("sender", shown(sender), allowed))
}

/// Credentials and codes go there: `https`, or `http` to this machine, and nothing in it but host, port and path.
pub(super) fn check_base_url(base_url: &Url) -> Option<Fault> {
    let secure = match base_url.scheme() {
        "https" => base_url.host().is_some(),
        "http" => base_url.host().is_some_and(|host| is_loopback(&host)),
        _ => false,
    };
    let bare = base_url.username().is_empty()
        && base_url.password().is_none()
        && base_url.query().is_none()
        && base_url.fragment().is_none();
    let allowed = "an https address without user name, query or fragment (http only to this machine)";
    // A user name or password in it would be shown with it.
    let value =
        if bare { shown(base_url.as_str()) } else { "an address with more than host, port and path".to_owned() };
    (!(secure && bare)).then(|| Fault::new("base_url", value, allowed))
}

/// The address to use: the one in the settings, or the provider's own.
pub(super) fn base_url(set: Option<&Url>, own: &'static str) -> Result<Url, Unusable> {
    let parsed = || Url::parse(own).map_err(|_| Unusable::Settings(vec![Fault::new("base_url", own, "an address")]));
    set.cloned().map_or_else(parsed, Ok)
}

/// Whether a host is this machine: a loopback address or `localhost` (RFC 6761, 6.3).
pub(super) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => IpAddr::V4(*ip).is_loopback(),
        Host::Ipv6(ip) => IpAddr::V6(*ip).is_loopback(),
    }
}

/// A value as it is shown in a [`Fault`]: quoted, so that an odd character is visible, and not too long.
pub(super) fn shown(value: &str) -> String {
    let short: String = value.chars().take(SHOWN_MAX).collect();
    let rest = if short.len() < value.len() { "…" } else { "" };
    format!("{short:?}{rest}")
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

const CREDENTIAL_MAX: usize = 256;
const SHOWN_MAX: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders() {
        for good in ["+61411111111", "61411111111", "12345", "Acme", "ACME Corp 1", "Q360"] {
            assert_eq!(check_sender(good), None, "{good}");
        }
        for bad in ["", "ab", " Acme", "Acme, Inc.", "TwelveLetter", "+", "+1234567890123456", "Ac\nme", "Ångst"] {
            assert!(check_sender(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn codes_leave_this_machine_only_encrypted() {
        for good in [
            "https://rest.clicksend.com",
            "https://proxy.example/sms/",
            "http://127.0.0.1:1234",
            "http://[::1]/",
            "http://localhost:9",
        ] {
            assert_eq!(check_base_url(&good.parse().unwrap()), None, "{good}");
        }
        for bad in [
            "http://rest.clicksend.com",
            "http://localhost.example.com",
            "ftp://127.0.0.1",
            "https://u:hunter2@host/",
            "https://host/?a=b",
            "https://host/#f",
        ] {
            let fault = check_base_url(&bad.parse().unwrap());
            assert!(fault.is_some(), "{bad}");
            assert!(!fault.unwrap().to_string().contains("hunter2"));
        }
    }

    #[test]
    fn a_bad_key_is_not_shown() {
        let fault = check_api_key(&Secret::new("top secret\n")).unwrap();
        assert!(!fault.to_string().contains("top"), "{fault}");
        assert_eq!(check_api_key(&Secret::new("D83DED51-9E35")), None);
        assert!(check_username("a:b").is_some());
    }
}
