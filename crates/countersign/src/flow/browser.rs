//! What a browser says of itself, in three words that stay the same from one version to the next.

use countersign_core::facts::Browser;
use woothee::parser::Parser;

/// The longest header that is looked at.
const LEN_MAX: usize = 1024;
/// The longest language subtag (RFC 5646, 2.1).
const LANGUAGE_LEN_MAX: usize = 8;

/// Reads a `User-Agent` and an `Accept-Language` header. What is unknown stays empty.
pub fn parse(user_agent: &str, accept_language: &str) -> Browser {
    let read = user_agent.get(..user_agent.len().min(LEN_MAX)).and_then(|text| Parser::new().parse(text));
    let word = |word: &str| if word == "UNKNOWN" { String::new() } else { word.to_owned() };
    // Only the language, without its region: browsers differ in whether they send one at all.
    let first = accept_language.split([',', ';', '-']).next().unwrap_or_default().trim();
    let is_language = first.len() <= LANGUAGE_LEN_MAX && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    Browser {
        family: read.as_ref().map(|read| word(read.name)).unwrap_or_default(),
        system: read.as_ref().map(|read| word(read.os)).unwrap_or_default(),
        language: if is_language { first.to_ascii_lowercase() } else { String::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_version_is_the_same_browser() {
        let firefox = |version: u32| {
            format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0")
        };
        let browser = parse(&firefox(139), "de-CH, de;q=0.9");
        assert_eq!((browser.family.as_str(), browser.system.as_str()), ("Firefox", "Windows 10"));
        assert_eq!(browser.language, "de");
        assert_eq!(parse(&firefox(152), "de"), browser);
    }

    #[test]
    fn nonsense_is_nothing() {
        let long = "é".repeat(5_000);
        for text in ["", "\u{0}", long.as_str()] {
            assert_eq!(parse(text, "x y\r\n"), Browser::default(), "{text:.10}");
        }
    }
}
