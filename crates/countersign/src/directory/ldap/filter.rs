//! Search filters (RFC 4511, 4.5.1.7; as text RFC 4515).
//!
//! What a person types becomes a value of a filter and is never a part of its text, so there is nothing to escape and
//! nothing to forget. Only what the administrator configured is parsed.

use crate::directory::ldap::ber::{Bytes, boolean, element, holding, octets};

/// The deepest filter and the longest text that is parsed.
const DEPTH_MAX: usize = 16;
const TEXT_LEN_MAX: usize = 4096;

/// Members of a group, nested or not (Active Directory's LDAP_MATCHING_RULE_IN_CHAIN, MS-ADTS 3.1.1.3.4.4.3).
const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";

/// What an entry must be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    And(Vec<Filter>),
    Compare { tag: u8, attribute: String, value: Vec<u8> },
    Extensible { rule: Option<String>, attribute: Option<String>, value: Vec<u8>, of_dn: bool },
    Not(Box<Filter>),
    Or(Vec<Filter>),
    Present(String),
    Substrings { attribute: String, pieces: Vec<(u8, Vec<u8>)> },
}

const EQUAL: u8 = 0xa3;
const AT_LEAST: u8 = 0xa5;
const AT_MOST: u8 = 0xa6;
const LIKE: u8 = 0xa8;

/// The text is no filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadFilter;

impl Filter {
    /// `(attribute=value)`, whatever the value is.
    pub(super) fn equal(attribute: &str, value: &[u8]) -> Self {
        Self::Compare { tag: EQUAL, attribute: attribute.to_owned(), value: value.to_vec() }
    }

    /// Every entry.
    pub(super) fn anything() -> Self {
        Self::Present("objectClass".to_owned())
    }

    /// Whoever is in this group, directly or through other groups, as Active Directory follows them.
    pub(super) fn in_chain(attribute: &str, group: &str) -> Self {
        let value = group.as_bytes().to_vec();
        Self::Extensible { rule: Some(IN_CHAIN.to_owned()), attribute: Some(attribute.to_owned()), value, of_dn: false }
    }

    /// As it is sent.
    pub(super) fn encode(&self) -> Bytes {
        let list = |filters: &[Self]| filters.iter().map(Self::encode).collect::<Vec<_>>();
        match self {
            Self::And(filters) => holding(0xa0, &list(filters)),
            Self::Or(filters) => holding(0xa1, &list(filters)),
            Self::Not(filter) => holding(0xa2, &[filter.encode()]),
            Self::Compare { tag, attribute, value } => holding(*tag, &[octets(attribute.as_bytes()), octets(value)]),
            Self::Substrings { attribute, pieces } => {
                let pieces: Vec<Bytes> = pieces.iter().map(|(tag, piece)| element(*tag, piece)).collect();
                holding(0xa4, &[octets(attribute.as_bytes()), holding(0x30, &pieces)])
            }
            Self::Present(attribute) => element(0x87, attribute.as_bytes()),
            Self::Extensible { rule, attribute, value, of_dn } => {
                let rule = rule.iter().map(|rule| element(0x81, rule.as_bytes()));
                let attribute = attribute.iter().map(|attribute| element(0x82, attribute.as_bytes()));
                let of_dn = of_dn.then(|| element(0x84, boolean(true).get(2..).unwrap_or_default()));
                let parts: Vec<Bytes> = rule.chain(attribute).chain([element(0x83, value)]).chain(of_dn).collect();
                holding(0xa9, &parts)
            }
        }
    }

    /// Reads the text of a filter.
    pub(super) fn parse(text: &str) -> Result<Self, BadFilter> {
        if text.len() > TEXT_LEN_MAX {
            return Err(BadFilter);
        }
        let (filter, rest) = one(text, DEPTH_MAX)?;
        if rest.is_empty() { Ok(filter) } else { Err(BadFilter) }
    }
}

/// One filter in parentheses, and what comes after it.
fn one(text: &str, depth: usize) -> Result<(Filter, &str), BadFilter> {
    let depth = depth.checked_sub(1).ok_or(BadFilter)?;
    let inner = text.strip_prefix('(').ok_or(BadFilter)?;
    let (filter, rest) = match inner.chars().next().ok_or(BadFilter)? {
        '&' => list(inner, depth).map(|(filters, rest)| (Filter::And(filters), rest))?,
        '|' => list(inner, depth).map(|(filters, rest)| (Filter::Or(filters), rest))?,
        '!' => {
            let (filter, rest) = one(inner.strip_prefix('!').ok_or(BadFilter)?, depth)?;
            (Filter::Not(Box::new(filter)), rest)
        }
        _ => {
            // A parenthesis inside a value is written \28 or \29.
            let (item, rest) = inner.split_at(inner.find(')').ok_or(BadFilter)?);
            (comparison(item)?, rest)
        }
    };
    Ok((filter, rest.strip_prefix(')').ok_or(BadFilter)?))
}

fn list(text: &str, depth: usize) -> Result<(Vec<Filter>, &str), BadFilter> {
    let mut filters = Vec::new();
    let mut rest = text.get(1..).ok_or(BadFilter)?;
    while rest.starts_with('(') {
        let (filter, after) = one(rest, depth)?;
        filters.push(filter);
        rest = after;
    }
    if filters.is_empty() { Err(BadFilter) } else { Ok((filters, rest)) }
}

fn comparison(item: &str) -> Result<Filter, BadFilter> {
    let (left, value) = item.split_once('=').ok_or(BadFilter)?;
    if value.contains('(') {
        return Err(BadFilter);
    }
    let compare =
        |tag, name: &str| Ok(Filter::Compare { tag, attribute: attribute(name)?.to_owned(), value: unescape(value)? });
    if let Some(name) = left.strip_suffix('>') {
        return compare(AT_LEAST, name);
    }
    if let Some(name) = left.strip_suffix('<') {
        return compare(AT_MOST, name);
    }
    if let Some(name) = left.strip_suffix('~') {
        return compare(LIKE, name);
    }
    if let Some(left) = left.strip_suffix(':') {
        return extensible(left, value);
    }
    match value {
        "*" => Ok(Filter::Present(attribute(left)?.to_owned())),
        _ if value.contains('*') => substrings(left, value),
        _ => compare(EQUAL, left),
    }
}

/// `cn:dn:2.4.6.8.10:=value`, each of the three parts before the value optional.
fn extensible(left: &str, value: &str) -> Result<Filter, BadFilter> {
    let mut parts = left.split(':');
    let name = parts.next().filter(|name| !name.is_empty()).map(attribute).transpose()?;
    let mut rest: Vec<&str> = parts.collect();
    let of_dn = rest.first() == Some(&"dn");
    if of_dn {
        rest.remove(0);
    }
    let rule = match rest.as_slice() {
        [] => None,
        [rule] => Some(attribute(rule)?.to_owned()),
        _ => return Err(BadFilter),
    };
    if name.is_none() && rule.is_none() {
        return Err(BadFilter);
    }
    Ok(Filter::Extensible { rule, attribute: name.map(str::to_owned), value: unescape(value)?, of_dn })
}

fn substrings(left: &str, value: &str) -> Result<Filter, BadFilter> {
    let count = value.split('*').count();
    let mut pieces = Vec::new();
    for (at, piece) in value.split('*').enumerate() {
        let tag = match at {
            0 => 0x80,
            _ if at + 1 == count => 0x82,
            _ => 0x81,
        };
        let piece = unescape(piece)?;
        if !piece.is_empty() {
            pieces.push((tag, piece));
        } else if tag == 0x81 {
            return Err(BadFilter);
        }
    }
    Ok(Filter::Substrings { attribute: attribute(left)?.to_owned(), pieces })
}

/// The name of an attribute (RFC 4512, 2.5), with its options, or its OID.
fn attribute(name: &str) -> Result<&str, BadFilter> {
    if is_attribute(name) { Ok(name) } else { Err(BadFilter) }
}

/// Whether this can be the name of an attribute.
pub(super) fn is_attribute(name: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b';' | b'.');
    (1..=128).contains(&name.len()) && name.bytes().all(letters)
}

fn unescape(text: &str) -> Result<Vec<u8>, BadFilter> {
    let mut bytes = text.bytes();
    let mut value = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                let pair = [bytes.next().ok_or(BadFilter)?, bytes.next().ok_or(BadFilter)?];
                let decoded = data_encoding::HEXLOWER_PERMISSIVE.decode(&pair).map_err(|_| BadFilter)?;
                value.extend(decoded);
            }
            0 => return Err(BadFilter),
            _ => value.push(byte),
        }
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(filter: &Filter) -> String {
        data_encoding::HEXLOWER.encode(&filter.encode())
    }

    /// The bytes are those that OpenLDAP's client sends for the same text.
    #[test]
    fn filters_are_sent_as_the_standard_says() {
        for (text, sent) in [
            ("(cn=ana)", "a309 0402636e 0403616e61"),
            ("(cn=*)", "8702636e"),
            ("(&(a=1)(!(b=2)))", "a012 a306 040161 040131 a208 a306 040162 040132"),
            ("(|(a=1)(b>=2)(c<=3)(d~=4))", "a120 a306040161040131 a506040162040132 a606040163040133 a806040164040134"),
            ("(cn=a*b*c)", "a40f 0402636e 3009 800161 810162 820163"),
            ("(cn=*b*)", "a409 0402636e 3003 810162"),
            ("(cn=\\2a\\c3\\a9)", "a309 0402636e 04032ac3a9"),
            ("(cn:dn:2.4.6:=x)", "a911 8105322e342e36 8202636e 830178 8401ff"),
            ("(:1.2:=x)", "a908 8103312e32 830178"),
        ] {
            assert_eq!(hex(&Filter::parse(text).unwrap()), sent.replace(' ', ""), "{text}");
        }
        let chain = Filter::in_chain("memberOf", "cn=g");
        assert_eq!(chain, Filter::parse("(memberOf:1.2.840.113556.1.4.1941:=cn=g)").unwrap());
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let deep = format!("{}(a=1){}", "(!".repeat(40), ")".repeat(40));
        for text in [
            "", "a=1", "(a=1", "(a=1))", "()", "(&)", "(a)", "(=1)", "(a=(b)", "(a b=1)", "(a=\\2)", "(a=\\zz)",
            "(a=**)", "(:=x)",
        ] {
            assert_eq!(Filter::parse(text), Err(BadFilter), "{text}");
        }
        assert_eq!(Filter::parse(&deep), Err(BadFilter));
        assert_eq!(Filter::parse(&format!("(a={})", "x".repeat(5000))), Err(BadFilter));
    }

    /// A name is a value: nothing in it means anything (security.md J-02).
    #[test]
    fn j02_a_name_is_only_ever_a_value() {
        for name in ["*", "admin)(|(uid=*", "a\\2a", "\\00", ")(objectClass=*)", "a\0b"] {
            let sent = Filter::equal("uid", name.as_bytes()).encode();
            let expected = holding(0xa3, &[octets(b"uid"), octets(name.as_bytes())]);
            assert_eq!(sent, expected, "{name:?}");
        }
    }
}
