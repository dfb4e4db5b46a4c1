//! What a call says. A person who does not see the screen hears it, so it is short, and the code comes digit by digit, twice.
//!
//! The parts before and after the key press are apart: a mailbox presses no key, so it never hears the code (I-10).

use std::fmt;

use countersign_core::challenge::Purpose;
use url::Url;

use crate::courier::text::CodeMessage;

/// The words of a call.
#[derive(Clone)]
pub struct Call {
    /// The language to read them in, with its country, such as `fr-FR`.
    pub language: String,
    /// Who calls and why; it holds no code.
    pub greeting: String,
    /// Press a key.
    pub press: String,
    /// The code, twice, and that nobody else may have it.
    pub code: String,
    /// What a mailbox hears instead.
    pub unheard: String,
    /// What somebody hears who pressed the key too late.
    pub over: String,
    /// The address that a gateway asks for the code when a key was pressed.
    pub key_url: Option<Url>,
}

impl Call {
    /// Everything at once, for a gateway that cannot wait for a key, and for the sandbox inbox.
    pub fn at_once(&self) -> String {
        format!("{} {}", self.greeting, self.code)
    }
}

/// Prints nothing: the words hold the code.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Call(…)")
    }
}

impl CodeMessage<'_> {
    /// The call. `key_url` is where the gateway asks for the code.
    pub fn call(&self, key_url: Option<Url>) -> Call {
        let digits = digit_by_digit(self.code);
        let spoken = CodeMessage { code: &digits, ..*self };
        let greeting = match self.purpose {
            Purpose::ContactEmail | Purpose::ContactPhone => "voice-greeting-contact",
            Purpose::Login => "voice-greeting-login",
            Purpose::StepUp => "voice-greeting-step-up",
            Purpose::Test => "voice-greeting-test",
        };
        Call {
            language: self.text("voice-language"),
            greeting: self.text(greeting),
            press: self.text("voice-press"),
            code: ["voice-code", "voice-again", "voice-never"].map(|key| spoken.text(key)).join(" "),
            unheard: self.text("voice-unheard"),
            over: self.text("voice-over"),
            key_url,
        }
    }
}

/// `0, 4, 2, 6, 1, 7`: a comma is a short pause for every gateway, and nobody reads it as a number.
fn digit_by_digit(code: &str) -> String {
    code.chars().map(String::from).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Catalogue;

    fn call(language: &str) -> Call {
        let texts = Catalogue::load().unwrap().texts(language);
        let message = CodeMessage {
            texts: &texts,
            site_name: "Acme",
            purpose: Purpose::Login,
            code: "042617",
            number: 2,
            host: Some("login.example.com"),
            valid_minutes: 10,
            not_me: None,
        };
        message.call(None)
    }

    #[test]
    fn the_code_is_read_twice_digit_by_digit_in_every_language() {
        for language in Catalogue::load().unwrap().tags() {
            let call = call(language);
            assert_eq!(call.code.matches("0, 4, 2, 6, 1, 7").count(), 2, "{language}: {}", call.code);
            assert!(call.greeting.contains("Acme"), "{language}");
            let (main, country) = call.language.split_once('-').unwrap();
            assert!(main == language && country.len() == 2, "{language}: {}", call.language);
            for words in [call.at_once(), call.press, call.unheard, call.over] {
                assert!(!words.contains('⟦') && !words.contains("http") && !words.contains('@'), "{words}");
                // ClickSend bills 300 characters as one message, or 150 outside the GSM alphabet.
                assert!(words.chars().count() <= 300, "{language}: {words}");
            }
        }
    }

    #[test]
    fn i_10_what_is_said_before_the_key_holds_no_digit() {
        for language in Catalogue::load().unwrap().tags() {
            let call = call(language);
            for words in [call.greeting, call.press, call.unheard, call.over] {
                assert!(!words.chars().any(|letter| letter.is_ascii_digit()), "{language}: {words}");
            }
        }
    }
}
