//! The signature on Twilio's requests to us (reference/providers.md, 9): HMAC-SHA-1 under the account's auth token over the
//! address and the fields of the form, sorted.

use std::collections::BTreeSet;

use countersign_core::secret::Secret;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use url::Url;

use crate::courier::verification::Callback;

/// Whether Twilio signed this request with this token.
///
/// Twilio signs the address with the port or without it, so both are accepted where it is the usual one of the scheme. The
/// comparison takes the same time whatever differs.
pub(super) fn is_genuine(token: &Secret, callback: &Callback<'_>) -> bool {
    let Ok(given) = BASE64.decode(callback.signature.as_bytes()) else { return false };
    let matches = |url: &str| mac(token, url, callback).is_some_and(|mac| mac.verify_slice(&given).is_ok());
    matches(callback.url) || with_port(callback.url).is_some_and(|url| matches(&url))
}

fn mac(token: &Secret, url: &str, callback: &Callback<'_>) -> Option<Hmac<Sha1>> {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.expose().as_bytes()).ok()?;
    mac.update(url.as_bytes());
    // Each name with each of its values once, both in order.
    let pairs: BTreeSet<(&str, &str)> =
        callback.fields.iter().map(|(name, value)| (name.as_str(), value.expose())).collect();
    for (name, value) in pairs {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    Some(mac)
}

/// The address with the port of its scheme written out; `None` if another port is there.
fn with_port(url: &str) -> Option<String> {
    let parsed = Url::parse(url).ok()?;
    if parsed.port().is_some() {
        return None;
    }
    let origin = parsed.origin().ascii_serialization();
    let rest = url.get(origin.len()..)?;
    Some(format!("{origin}:{}{rest}", parsed.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [(&str, &str); 5] = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    ];

    fn genuine(url: &str, fields: &[(&str, &str)], signature: &str) -> bool {
        let fields: Vec<(String, Secret)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect();
        is_genuine(&Secret::new("12345"), &Callback { url, fields: &fields, signature })
    }

    /// The vectors of twilio-python's own tests (reference/providers.md, 9).
    #[test]
    fn published_vectors_are_accepted() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        assert!(genuine(url, &FIELDS, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
        assert!(genuine(url, &FIELDS, "kvajT1Ptam85bY51eRf/AJRuM3w="), "signed with the port");
        let plain = "http://mycompany.com/myapp.php?foo=1&bar=2";
        assert!(genuine(plain, &FIELDS, "OyGYPqTF6ztdbRNCvuQO/oPvqQ4="));
        assert!(genuine(plain, &FIELDS, "0ZXoZLH/DfblKGATFgpif+LLRf4="), "signed with the port");
        let other = "http://mycompany.com:1234/myapp.php?foo=1&bar=2";
        assert!(genuine(other, &FIELDS, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="));
        let repeated =
            [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")];
        assert!(genuine(url, &repeated, "IK+Dwps556ElfBT0I3Rgjkr1wJU="));
    }

    #[test]
    fn i_06_anything_altered_is_refused() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let good = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        assert!(!genuine("https://mycompany.com/myapp.php?foo=1&bar=3", &FIELDS, good));
        assert!(!genuine("https://mycompany.com:8443/myapp.php?foo=1&bar=2", &FIELDS, good));
        assert!(!genuine(url, &FIELDS[1..], good));
        for signature in ["", "RSOYDt4T1cUTdK1PDd93/VVr8B9=", "RSOYDt4T1cUTdK1PDd93/VVr8A==", "no base64"] {
            assert!(!genuine(url, &FIELDS, signature), "{signature}");
        }
    }
}
