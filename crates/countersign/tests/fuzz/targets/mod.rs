//! The targets: a parser each, and what must be true of it for every input.

mod contacts;
mod gateways;
mod receipts;
mod requests;
mod typed;

/// A parser, and how to try it.
pub(crate) struct Target {
    /// The name of its corpus.
    pub(crate) name: &'static str,
    /// What inputs of this kind are made of.
    pub(crate) words: &'static [&'static [u8]],
    /// Tries an input, panics if something is not true, and sums up what the parser made of it.
    pub(crate) run: fn(&[u8]) -> String,
}

/// Everything that is parsed before anybody is known.
pub(crate) const TARGETS: &[Target] = &[
    Target { name: "identifier", words: typed::NAMES, run: typed::identifier },
    Target { name: "code", words: &[b" ", b"-", b"0", b"12", b"999"], run: typed::code },
    Target { name: "realm", words: &[b"internal", b"-", b"a", b"9"], run: typed::realm },
    Target { name: "form", words: typed::FIELDS, run: typed::form },
    Target { name: "phone", words: contacts::NUMBERS, run: contacts::phone },
    Target { name: "email", words: contacts::ADDRESSES, run: contacts::email },
    Target { name: "cookies", words: requests::COOKIES, run: requests::cookies },
    Target { name: "forwarded", words: requests::HOPS, run: requests::forwarded },
    Target { name: "return_to", words: requests::PLACES, run: requests::return_to },
    Target { name: "browser", words: requests::BROWSERS, run: requests::browser },
    Target { name: "clicksend", words: gateways::CLICKSEND, run: gateways::clicksend },
    Target { name: "textmagic", words: gateways::TEXTMAGIC, run: gateways::textmagic },
    Target { name: "receipt_clicksend", words: receipts::WORDS, run: receipts::clicksend },
    Target { name: "receipt_textmagic", words: receipts::WORDS, run: receipts::textmagic },
    Target { name: "receipt_twilio", words: receipts::WORDS, run: receipts::twilio },
];

/// A length, roughly: enough to tell kinds of answer apart, and too little to make each answer one of its own.
fn roughly(len: usize) -> u32 {
    len.checked_ilog2().map_or(0, |log| log + 1)
}
