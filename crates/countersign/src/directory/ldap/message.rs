//! The messages of LDAP (RFC 4511, 4) that a login needs: bind, search, StartTLS, unbind.

use countersign_core::secret::Secret;

use crate::directory::ldap::ber::{
    self, Bytes, ENUMERATED, INTEGER, Malformed, OCTETS, Reader, SEQUENCE, SET, boolean, element, holding, number,
    octets,
};
use crate::directory::ldap::filter::Filter;

/// StartTLS (RFC 4511, 4.14).
const START_TLS: &str = "1.3.6.1.4.1.1466.20037";
/// The control of the password policy (draft-behera-ldap-password-policy-11, 6), in a request and in its answer.
const PASSWORD_POLICY: &str = "1.3.6.1.4.1.42.2.27.8.5.1";

/// The most attributes of an entry that are read, and the most values of each: far more than is asked for.
const ATTRIBUTES_MAX: usize = 64;
const VALUES_MAX: usize = 4096;
/// The longest explanation of a server that is looked at, in bytes.
const DIAGNOSTIC_MAX: usize = 1024;

/// How deep a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The base itself.
    Base,
    /// The base and everything below it.
    Subtree,
}

/// What is searched for.
pub(super) struct Search<'a> {
    pub(super) base: &'a str,
    pub(super) scope: Scope,
    pub(super) filter: &'a Filter,
    pub(super) attributes: &'a [&'a str],
    /// The most entries wanted.
    pub(super) limit: u32,
    /// The most seconds the server should take.
    pub(super) seconds: u32,
}

/// A request, without its number.
pub(super) fn bind(dn: &str, password: &Secret) -> Bytes {
    let version = number(INTEGER, 3);
    let simple = element(0x80, password.expose().as_bytes());
    holding(0x60, &[version, octets(dn.as_bytes()), simple])
}

/// Asks for the password policy's view of a bind.
pub(super) fn password_policy_control() -> Bytes {
    holding(0xa0, &[holding(SEQUENCE, &[octets(PASSWORD_POLICY.as_bytes())])])
}

pub(super) fn start_tls() -> Bytes {
    holding(0x77, &[element(0x80, START_TLS.as_bytes())])
}

pub(super) fn unbind() -> Bytes {
    element(0x42, &[])
}

pub(super) fn search(search: &Search<'_>) -> Bytes {
    let scope = match search.scope {
        Scope::Base => 0,
        Scope::Subtree => 2,
    };
    let attributes: Vec<Bytes> = search.attributes.iter().map(|name| octets(name.as_bytes())).collect();
    holding(
        0x63,
        &[
            octets(search.base.as_bytes()),
            number(ENUMERATED, scope),
            // Aliases are never followed: whoever may write one could lead a name to another person.
            number(ENUMERATED, 0),
            number(INTEGER, search.limit),
            number(INTEGER, search.seconds),
            boolean(false),
            search.filter.encode(),
            holding(SEQUENCE, &attributes),
        ],
    )
}

/// A request with its number and its controls, ready to be sent.
pub(super) fn envelope(id: u32, request: Bytes, controls: Option<Bytes>) -> Bytes {
    let parts: Vec<Bytes> = [number(INTEGER, id), request].into_iter().chain(controls).collect();
    holding(SEQUENCE, &parts)
}

/// An answer with the number of the request it belongs to.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) id: u32,
    pub(super) body: Body,
}

/// What a server says.
#[derive(Debug)]
pub(super) enum Body {
    /// The outcome of a bind, and what the password policy adds.
    Bound(Outcome, Option<PolicyError>),
    /// The end of a search.
    Done(Outcome),
    /// One entry of a search.
    Entry(Entry),
    /// The outcome of an extended operation.
    Extended(Outcome),
    /// Another server might know more. It is never followed: it would get the password too.
    Reference,
}

/// How an operation ended.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The result code (RFC 4511, appendix A).
    pub(super) code: u32,
    /// What the server adds, for finding Active Directory's own code in it; never shown.
    pub(super) diagnostic: String,
}

/// An entry with the attributes that were asked for.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) dn: String,
    attributes: Vec<(String, Vec<Vec<u8>>)>,
}

/// What the password policy says of a bind (draft-behera-ldap-password-policy-11, 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PolicyError {
    AccountLocked,
    ChangeAfterReset,
    PasswordExpired,
}

impl Entry {
    /// The values of an attribute. Names are compared without regard to case, and options (`;lang-en`) are no part of them.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let wanted = |(given, _): &&(String, Vec<Vec<u8>>)| {
            given.split(';').next().is_some_and(|given| given.eq_ignore_ascii_case(name))
        };
        self.attributes.iter().filter(wanted).flat_map(|(_, values)| values.iter().map(Vec::as_slice))
    }

    /// The values of an attribute that are text.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name).filter_map(|value| std::str::from_utf8(value).ok())
    }

    /// The first value of an attribute as a number.
    pub(super) fn number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.texts(name).next()?.trim().parse().ok()
    }

    /// For tests of what is made of an entry.
    #[cfg(test)]
    pub(super) fn of(dn: &str, attributes: &[(&str, &[&str])]) -> Self {
        let attributes = attributes
            .iter()
            .map(|(name, values)| ((*name).to_owned(), values.iter().map(|value| value.as_bytes().to_vec()).collect()));
        Self { dn: dn.to_owned(), attributes: attributes.collect() }
    }
}

/// Reads a whole message, the outer tag and length of which are already off.
pub(super) fn read(content: &[u8]) -> Result<Reply, Malformed> {
    let mut message = Reader::new(content);
    let id = message.number(INTEGER)?;
    let (tag, content) = message.next()?;
    let controls = if message.is_empty() { None } else { message.take_if(0xa0)? };
    let body = match tag {
        0x61 => Body::Bound(outcome(content)?, policy_error(controls)?),
        0x64 => Body::Entry(entry(content)?),
        0x65 => Body::Done(outcome(content)?),
        0x73 => Body::Reference,
        0x78 => Body::Extended(outcome(content)?),
        _ => return Err(Malformed),
    };
    Ok(Reply { id, body })
}

fn outcome(content: &[u8]) -> Result<Outcome, Malformed> {
    let mut parts = Reader::new(content);
    let code = parts.number(ENUMERATED)?;
    parts.take(OCTETS)?;
    let diagnostic = parts.take(OCTETS)?;
    let diagnostic = diagnostic.get(..DIAGNOSTIC_MAX).unwrap_or(diagnostic);
    Ok(Outcome { code, diagnostic: String::from_utf8_lossy(diagnostic).into_owned() })
}

fn entry(content: &[u8]) -> Result<Entry, Malformed> {
    let mut parts = Reader::new(content);
    let dn = text(parts.take(OCTETS)?)?;
    let mut list = Reader::new(parts.take(SEQUENCE)?);
    let mut attributes = Vec::new();
    while !list.is_empty() {
        let mut attribute = Reader::new(list.take(SEQUENCE)?);
        let name = text(attribute.take(OCTETS)?)?;
        let mut set = Reader::new(attribute.take(SET)?);
        let mut values = Vec::new();
        while !set.is_empty() {
            values.push(set.take(OCTETS)?.to_vec());
            if values.len() > VALUES_MAX {
                return Err(Malformed);
            }
        }
        attributes.push((name, values));
        if attributes.len() > ATTRIBUTES_MAX {
            return Err(Malformed);
        }
    }
    Ok(Entry { dn, attributes })
}

fn text(bytes: &[u8]) -> Result<String, Malformed> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Malformed)
}

fn policy_error(controls: Option<&[u8]>) -> Result<Option<PolicyError>, Malformed> {
    let mut controls = Reader::new(controls.unwrap_or_default());
    while !controls.is_empty() {
        let mut control = Reader::new(controls.take(SEQUENCE)?);
        if control.take(OCTETS)? != PASSWORD_POLICY.as_bytes() {
            continue;
        }
        control.take_if(ber::BOOLEAN)?;
        let Some(value) = control.take_if(OCTETS)? else { return Ok(None) };
        let mut value = Reader::new(Reader::new(value).take(SEQUENCE)?);
        value.take_if(0xa0)?;
        return Ok(match value.take_if(0x81)?.map(ber::to_number).transpose()? {
            Some(0) => Some(PolicyError::PasswordExpired),
            Some(1) => Some(PolicyError::AccountLocked),
            Some(2) => Some(PolicyError::ChangeAfterReset),
            _ => None,
        });
    }
    Ok(None)
}

/// What a result code means (RFC 4511, appendix A.1), for those that an administrator meets.
pub(super) const fn meaning(code: u32) -> &'static str {
    match code {
        1 => "operations error",
        2 => "protocol error",
        3 => "time limit exceeded",
        4 => "size limit exceeded",
        7 => "authentication method not supported",
        8 => "stronger authentication required",
        10 => "referral",
        11 => "administrative limit exceeded",
        12 => "unavailable critical extension",
        13 => "confidentiality required",
        18 => "inappropriate matching",
        19 => "constraint violation",
        21 => "invalid syntax",
        32 => "no such object",
        34 => "invalid name",
        48 => "inappropriate authentication",
        49 => "invalid credentials",
        50 => "insufficient access rights",
        51 => "busy",
        52 => "unavailable",
        53 => "unwilling to perform",
        _ => "another result of RFC 4511",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unhex(text: &str) -> Vec<u8> {
        data_encoding::HEXLOWER_PERMISSIVE.decode(text.replace(' ', "").as_bytes()).unwrap()
    }

    /// As OpenLDAP's own client sends it.
    #[test]
    fn a_bind_is_the_one_of_the_standard() {
        let sent = envelope(1, bind("cn=a", &Secret::new("pw")), None);
        assert_eq!(sent.as_slice(), unhex("30 12 020101 60 0d 020103 0404 636e3d61 8002 7077"));
    }

    #[test]
    fn the_end_of_a_search_and_a_diagnostic_are_read() {
        let reply = read(&unhex("020102 65 07 0a0120 0400 0400")).unwrap();
        assert!(matches!(reply, Reply { id: 2, body: Body::Done(Outcome { code: 32, .. }) }), "{reply:?}");
        let reply = read(&unhex("020101 61 0a 0a0131 0400 0403 616263")).unwrap();
        let Body::Bound(Outcome { code: 49, diagnostic }, None) = reply.body else { panic!("{reply:?}") };
        assert_eq!(diagnostic, "abc");
    }

    #[test]
    fn the_password_policy_is_read_from_its_control() {
        let control = |value: &str| {
            let value = unhex(value);
            let control = holding(SEQUENCE, &[octets(PASSWORD_POLICY.as_bytes()), octets(&value)]);
            let outcome = unhex("61 07 0a0131 0400 0400");
            let message = [number(INTEGER, 1).to_vec(), outcome, element(0xa0, &control).to_vec()].concat();
            match read(&message).unwrap().body {
                Body::Bound(_, error) => error,
                _ => panic!(),
            }
        };
        assert_eq!(control("30 03 810100"), Some(PolicyError::PasswordExpired));
        assert_eq!(control("30 03 810101"), Some(PolicyError::AccountLocked));
        assert_eq!(control("30 08 a003 810105 810102"), Some(PolicyError::ChangeAfterReset));
        assert_eq!(control("30 00"), None);
        assert_eq!(control("30 03 810108"), None);
    }

    /// Every cut and every changed byte of a good message is read or refused, and nothing else happens.
    #[test]
    fn j12_a_damaged_message_never_panics() {
        let attribute = holding(SEQUENCE, &[octets(b"uid"), holding(SET, &[octets(b"ana"), octets(b"anna")])]);
        let entry = holding(0x64, &[octets(b"uid=ana"), holding(SEQUENCE, &[attribute])]);
        let policy = holding(SEQUENCE, &[octets(PASSWORD_POLICY.as_bytes()), octets(&unhex("3003810100"))]);
        let bound =
            [number(INTEGER, 7).to_vec(), unhex("61 07 0a0131 0400 0400"), element(0xa0, &policy).to_vec()].concat();
        let found = [number(INTEGER, 7).to_vec(), entry.to_vec()].concat();
        let whole = read(&found).unwrap();
        assert!(matches!(&whole.body, Body::Entry(entry) if entry.texts("UID").eq(["ana", "anna"])));
        for good in [found, bound] {
            for at in 0..good.len() {
                assert!(read(&good[..at]).is_err() || at > 10, "cut at {at}");
                for byte in 0..=255 {
                    let mut bad = good.clone();
                    bad[at] = byte;
                    let _ = read(&bad);
                }
            }
        }
    }

    /// A structure inside a structure, 10,000 times: other readers follow it until the stack is used up.
    #[test]
    fn j12_a_deep_message_is_refused() {
        let mut deep = octets(b"");
        for _ in 0..10_000 {
            deep = element(SEQUENCE, &deep);
        }
        let message = [number(INTEGER, 1).to_vec(), deep.to_vec()].concat();
        assert!(read(&message).is_err());
    }
}
