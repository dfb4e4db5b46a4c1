//! Mutations: what is done to an input to get another one that is nearly as well-formed.

/// The longest input; some parsers are told to refuse long ones, and these are longer than any of their limits.
const LEN_MAX: usize = 40_000;

/// A stream of numbers that a seed determines (SplitMix64).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`, which is not zero.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }

    /// A part of something this long: from where to where.
    fn part(&mut self, len: usize) -> std::ops::Range<usize> {
        let start = self.below(len + 1);
        start..start + self.below(len - start + 1)
    }
}

/// What has confused parsers before: ends of text, marks that cannot be seen, digits and letters of other scripts,
/// characters that change their length in another case, and bytes that are no UTF-8.
const ODD: &[&[u8]] = &[
    b"\0",
    b"\r\n",
    b"\t",
    b"\x1b[2J",
    b"\x7f",
    b"\xff\xfe",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    "\u{a0}".as_bytes(),
    "\u{ad}".as_bytes(),
    "\u{200b}".as_bytes(),
    "\u{202e}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{130}".as_bytes(),
    "ß".as_bytes(),
    "ﬀ".as_bytes(),
    "ﷺ".as_bytes(),
    "\u{13a0}".as_bytes(),
    "\u{345}".as_bytes(),
    "٣".as_bytes(),
    "９".as_bytes(),
    "．".as_bytes(),
    "。".as_bytes(),
    "＠".as_bytes(),
    "＋".as_bytes(),
    "e\u{301}".as_bytes(),
    "\u{10ffff}".as_bytes(),
    b"%00",
    b"%2e%2e",
    b"%",
    b"\\",
    b"\"",
    b"18446744073709551616",
    b"-1",
    b"1e999",
    b"xn--",
];

/// Another input: this one, changed in one to four places.
pub(crate) fn mutate(numbers: &mut Numbers, input: &[u8], others: &[Vec<u8>], words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=numbers.below(4) {
        change(numbers, &mut bytes, others, words);
    }
    bytes.truncate(LEN_MAX);
    bytes
}

fn change(numbers: &mut Numbers, bytes: &mut Vec<u8>, others: &[Vec<u8>], words: &[&[u8]]) {
    let at = numbers.below(bytes.len() + 1);
    match numbers.below(10) {
        0 => {
            let byte = numbers.byte();
            bytes.insert(at, byte);
        }
        1 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
        2 => drop(bytes.drain(numbers.part(bytes.len()))),
        3 => insert(bytes, at, ODD[numbers.below(ODD.len())]),
        4 | 5 if !words.is_empty() => insert(bytes, at, words[numbers.below(words.len())]),
        6 => {
            let part = bytes[numbers.part(bytes.len())].to_vec();
            insert(bytes, at, &part);
        }
        // Something short, very often: nesting, and whatever takes the square of its length.
        7 => {
            let part = bytes[numbers.part(bytes.len())].to_vec();
            let short = &part[..part.len().min(4)];
            insert(bytes, at, &short.repeat(1 << numbers.below(13)));
        }
        8 => {
            let other = &others[numbers.below(others.len())];
            let part = other[numbers.part(other.len())].to_vec();
            insert(bytes, at, &part);
        }
        _ => bytes.truncate(at),
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, more: &[u8]) {
    bytes.splice(at..at, more.iter().copied());
}
