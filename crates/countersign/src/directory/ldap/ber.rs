//! The Basic Encoding Rules as LDAP uses them (X.690 with the restrictions of RFC 4511, 5.1): tags of one byte, definite
//! lengths.
//!
//! Reading never panics, never copies and never recurses: whoever reads a structure asks for one element after the
//! other, so how deep it goes is written in the code and not in the message. What is written may be a password, so the
//! memory is wiped.

use zeroize::Zeroizing;

/// Bytes to be sent.
pub(super) type Bytes = Zeroizing<Vec<u8>>;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const ENUMERATED: u8 = 0x0a;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The most bytes of a length; four are enough for 4 GiB, and no message is that long.
const LENGTH_BYTES_MAX: usize = 4;

/// What was read is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// One element: tag, length, content.
pub(super) fn element(tag: u8, content: &[u8]) -> Bytes {
    // The whole size is known, so that no copy of a password is left behind by growing.
    let mut bytes = Zeroizing::new(Vec::with_capacity(content.len() + 2 + LENGTH_BYTES_MAX));
    bytes.push(tag);
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => bytes.push(short),
        _ => {
            let length = content.len().to_be_bytes();
            let significant: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
            bytes.push(0x80 | u8::try_from(significant.len()).unwrap_or_default());
            bytes.extend(significant);
        }
    }
    bytes.extend_from_slice(content);
    bytes
}

/// One element that holds others.
pub(super) fn holding(tag: u8, parts: &[Bytes]) -> Bytes {
    let mut content = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
    for part in parts {
        content.extend_from_slice(part);
    }
    element(tag, &content)
}

/// A text or another string of bytes.
pub(super) fn octets(content: &[u8]) -> Bytes {
    element(OCTETS, content)
}

/// A whole number that is not negative, as an INTEGER or an ENUMERATED.
pub(super) fn number(tag: u8, value: u32) -> Bytes {
    let bytes = [&[0][..], &value.to_be_bytes()].concat();
    // As short as it can be, with a leading bit of 0.
    let mut content = bytes.as_slice();
    while let [0, rest @ ..] = content
        && rest.first().is_some_and(|next| *next < 0x80)
    {
        content = rest;
    }
    element(tag, content)
}

/// A truth value (RFC 4511, 5.1: true is 0xFF).
pub(super) fn boolean(value: bool) -> Bytes {
    element(BOOLEAN, &[if value { 0xff } else { 0 }])
}

/// Elements one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element, whatever it is: its tag and its content.
    pub(super) fn next(&mut self) -> Result<(u8, &'a [u8]), Malformed> {
        let [tag, first, rest @ ..] = self.0 else { return Err(Malformed) };
        let (length, rest) = match length_bytes(*first)? {
            0 => (usize::from(*first), rest),
            count => {
                let (bytes, rest) = rest.split_at_checked(count).ok_or(Malformed)?;
                (unsigned(bytes)?, rest)
            }
        };
        let (content, rest) = rest.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok((*tag, content))
    }

    /// The next element, which must have this tag.
    pub(super) fn take(&mut self, tag: u8) -> Result<&'a [u8], Malformed> {
        let (found, content) = self.next()?;
        if found == tag { Ok(content) } else { Err(Malformed) }
    }

    /// The next element if it has this tag.
    pub(super) fn take_if(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Malformed> {
        if self.0.first() == Some(&tag) { self.take(tag).map(Some) } else { Ok(None) }
    }

    /// The next element, which must be a whole number that is not negative.
    pub(super) fn number(&mut self, tag: u8) -> Result<u32, Malformed> {
        to_number(self.take(tag)?)
    }
}

/// The content of an INTEGER or ENUMERATED.
pub(super) fn to_number(content: &[u8]) -> Result<u32, Malformed> {
    let negative = content.first().is_none_or(|first| *first >= 0x80);
    if negative {
        return Err(Malformed);
    }
    u32::try_from(unsigned(content)?).map_err(|_| Malformed)
}

/// How many bytes of length follow the first one: 0 if that is the length itself. The indefinite form is not allowed.
pub(super) const fn length_bytes(first: u8) -> Result<usize, Malformed> {
    match first {
        0..=0x7f => Ok(0),
        0x81..=0x84 => Ok((first - 0x80) as usize),
        _ => Err(Malformed),
    }
}

/// Bytes as a number, the most significant first.
pub(super) fn unsigned(bytes: &[u8]) -> Result<usize, Malformed> {
    let significant = bytes.iter().skip_while(|byte| **byte == 0);
    if significant.clone().count() > size_of::<u32>() {
        return Err(Malformed);
    }
    Ok(significant.fold(0, |value, byte| value << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_other_implementations_write() {
        assert_eq!(number(INTEGER, 0).as_slice(), [2, 1, 0]);
        assert_eq!(number(INTEGER, 127).as_slice(), [2, 1, 127]);
        assert_eq!(number(INTEGER, 128).as_slice(), [2, 2, 0, 128]);
        assert_eq!(number(ENUMERATED, u32::MAX).as_slice(), [10, 5, 0, 255, 255, 255, 255]);
        assert_eq!(octets(b"ab").as_slice(), [4, 2, b'a', b'b']);
        assert_eq!(octets(&[7; 127])[..2], [4, 127]);
        assert_eq!(octets(&[7; 128])[..3], [4, 0x81, 128]);
        assert_eq!(octets(&[7; 300])[..4], [4, 0x82, 1, 44]);
        assert_eq!(holding(SEQUENCE, &[boolean(true), boolean(false)]).as_slice(), [0x30, 6, 1, 1, 255, 1, 1, 0]);
    }

    #[test]
    fn what_is_written_can_be_read() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let written = octets(&vec![9; length]);
            let mut reader = Reader::new(&written);
            assert_eq!(reader.take(OCTETS).unwrap().len(), length);
            assert!(reader.is_empty());
        }
        for value in [0, 1, 127, 128, 255, 256, 65_535, u32::MAX] {
            assert_eq!(Reader::new(&number(INTEGER, value)).number(INTEGER), Ok(value));
        }
    }

    #[test]
    fn j12_what_is_malformed_is_refused() {
        let malformed: [&[u8]; 10] = [
            &[],
            &[4],
            &[4, 1],
            &[4, 0x80, 0, 0],
            &[4, 0x81],
            &[4, 0x82, 1],
            &[4, 0x84, 255, 255, 255, 255],
            &[4, 0x85, 0, 0, 0, 0, 0],
            &[4, 0xff, 1],
            &[5, 0],
        ];
        for bytes in malformed {
            assert_eq!(Reader::new(bytes).take(OCTETS), Err(Malformed), "{bytes:?}");
        }
        assert_eq!(to_number(&[]), Err(Malformed));
        assert_eq!(to_number(&[0xff]), Err(Malformed));
        assert_eq!(to_number(&[1, 0, 0, 0, 0]), Err(Malformed));
    }
}
