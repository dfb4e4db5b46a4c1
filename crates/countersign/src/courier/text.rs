//! The texts in which a code reaches a person.
//!
//! The last line of an SMS is for the browser: `@host #code`, the origin-bound format by which it offers the code on
//! our page and on no other (WICG sms-one-time-codes). Everything above is for the person. The site name comes from the
//! settings and the rest from translations; both are made inert first, so that neither can add a line, a link or markup.

use askama::Template;
use countersign_core::challenge::Purpose;
use fluent_bundle::FluentValue;
use url::Host;

use crate::courier::{Mail, segments};
use crate::i18n::Texts;

/// One code, and what must be said with it.
#[derive(Clone, Copy)]
pub struct CodeMessage<'a> {
    /// The language of the recipient.
    pub texts: &'a Texts,
    /// The name people know the site by.
    pub site_name: &'a str,
    /// What the code is for.
    pub purpose: Purpose,
    /// The code.
    pub code: &'a str,
    /// 1 for the first message with this code, 2 for its resend, and so on; gateways drop a text they have just sent.
    pub number: u32,
    /// The host of the public URL, without scheme and port.
    pub host: Option<&'a str>,
    /// How long the code is still valid.
    pub valid_minutes: u32,
    /// The address of "This was not me", for a mail; a text message holds no link.
    pub not_me: Option<&'a str>,
}

impl CodeMessage<'_> {
    /// The text message: one line for the person, one for the browser.
    pub fn sms(&self) -> String {
        let line = match self.purpose {
            Purpose::ContactEmail | Purpose::ContactPhone => self.text("sms-code-contact"),
            Purpose::Login => self.text("sms-code-login"),
            Purpose::StepUp => self.text("sms-code-step-up"),
            Purpose::Test => self.text("sms-code-test"),
        };
        let line = self.with_stranger(self.numbered(line));
        match self.origin() {
            Some(host) => format!("{line}\n@{host} #{}", self.code),
            None => line,
        }
    }

    /// The mail, with a body for every reader.
    pub fn mail(&self) -> Result<Mail, askama::Error> {
        let [subject, intro, valid, never, stranger] = self.mail_keys().map(|key| line_of_mail(&self.words(key)));
        let host = self.origin().map(|host| line_of_mail(&self.texts.t1("mail-code-host", "host", host)));
        let site = inert_name(self.site_name);
        let not_me = self.not_me.map(|address| NotMe {
            address,
            text: line_of_mail(&self.words("notice-not-me-code")),
            link: line_of_mail(&self.words("notice-not-me")),
        });
        let words =
            Words { lang: self.texts.tag(), site, code: self.code, intro, valid, never, stranger, host, not_me };
        let subject = self.numbered(subject);
        let text = TextBody { words: &words }.render()?;
        let html = HtmlBody { subject: &subject, words: &words }.render()?;
        Ok(Mail { subject, text, html })
    }

    const fn mail_keys(&self) -> [&'static str; 5] {
        match self.purpose {
            Purpose::ContactEmail | Purpose::ContactPhone => [
                "mail-code-contact-subject",
                "mail-code-contact-intro",
                "mail-code-login-valid",
                "mail-code-login-never",
                "mail-code-contact-stranger",
            ],
            Purpose::Login => [
                "mail-code-login-subject",
                "mail-code-login-intro",
                "mail-code-login-valid",
                "mail-code-login-never",
                "mail-code-login-stranger",
            ],
            Purpose::StepUp => [
                "mail-code-step-up-subject",
                "mail-code-step-up-intro",
                "mail-code-login-valid",
                "mail-code-login-never",
                "mail-code-step-up-stranger",
            ],
            Purpose::Test => [
                "mail-code-test-subject",
                "mail-code-test-intro",
                "mail-code-test-valid",
                "mail-code-test-never",
                "mail-code-test-stranger",
            ],
        }
    }

    pub(super) fn text(&self, key: &str) -> String {
        one_line(&self.words(key))
    }

    fn words(&self, key: &str) -> String {
        let arguments = [
            ("site", FluentValue::from(inert_name(self.site_name))),
            ("code", FluentValue::from(self.code)),
            ("minutes", FluentValue::from(self.valid_minutes)),
        ];
        self.texts.with(key, &arguments)
    }

    fn numbered(&self, text: String) -> String {
        if self.number < 2 {
            return text;
        }
        format!("{text} {}", one_line(&self.texts.t1("message-number", "number", self.number)))
    }

    /// With what a stranger's login calls for, where that costs no second part.
    fn with_stranger(&self, line: String) -> String {
        let longer = format!("{line} {}", self.text("sms-code-stranger"));
        let origin = self.origin().map(|host| format!("\n@{host} #{}", self.code)).unwrap_or_default();
        let wanted = self.purpose == Purpose::Login && segments::fits_one(&format!("{longer}{origin}"));
        if wanted { longer } else { line }
    }

    /// The host as the origin-bound format takes it: a domain, no port; an address of digits has no origin to bind to.
    fn origin(&self) -> Option<&str> {
        let host = self.host?;
        matches!(Host::parse(host), Ok(Host::Domain(domain)) if domain == host).then_some(host)
    }
}

/// What both bodies of a mail say.
struct Words<'a> {
    lang: &'a str,
    site: String,
    code: &'a str,
    intro: String,
    valid: String,
    never: String,
    stranger: String,
    host: Option<String>,
    not_me: Option<NotMe<'a>>,
}

/// The link to "This was not me".
struct NotMe<'a> {
    address: &'a str,
    text: String,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/code.html")]
struct HtmlBody<'a> {
    subject: &'a str,
    words: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "mail/code.txt")]
struct TextBody<'a> {
    words: &'a Words<'a>,
}

/// A name that cannot pass for anything else: no second line, no scheme a phone would turn into a link, no leading `@`
/// that could pass for the browser's line where that is missing, no mark that reorders the text around it.
pub(super) fn inert_name(name: &str) -> String {
    let line = one_line(name).replace("://", " ");
    line.trim_start_matches(['@', ' ']).chars().take(NAME_MAX).collect::<String>().trim_end().to_owned()
}

/// One line: control and direction marks gone, white space folded.
pub(super) fn one_line(text: &str) -> String {
    fold(text, char::is_whitespace)
}

/// The same for a mail, which keeps the no-break spaces that French and other languages put before some marks. In an SMS
/// they would cost the GSM alphabet, so there they become plain spaces.
pub(super) fn line_of_mail(text: &str) -> String {
    fold(text, |c| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}'))
}

fn fold(text: &str, is_space: impl Fn(char) -> bool) -> String {
    let visible = text.chars().map(|c| if c.is_control() || is_space(c) { ' ' } else { c });
    let visible: String = visible.filter(|c| !is_format_mark(*c)).collect();
    visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A text with every digit made a zero: as long and as dear as the real one, and without the code.
pub(super) fn without_digits(text: &str) -> String {
    text.chars().map(|c| if c.is_numeric() { '0' } else { c }).collect()
}

/// The direction marks and invisible characters of Unicode (UAX 9; UTS 39, 5.4 and the zero-width ones).
const fn is_format_mark(c: char) -> bool {
    matches!(c, '\u{00ad}' | '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Leaves room in one SMS for the rest of the text.
const NAME_MAX: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::courier::segments::Encoding;
    use crate::i18n::Catalogue;

    fn with(change: impl FnOnce(&mut CodeMessage<'_>)) -> CodeMessage<'static> {
        let texts = Box::leak(Box::new(Catalogue::load().unwrap().texts("en")));
        let mut message = CodeMessage {
            texts,
            site_name: "Acme Field Service",
            purpose: Purpose::Login,
            code: "042617",
            number: 1,
            host: Some("login.example.com"),
            valid_minutes: 10,
            not_me: None,
        };
        change(&mut message);
        CodeMessage { ..message }
    }

    #[test]
    fn b_20_a_text_message_names_site_and_purpose_and_ends_with_the_origin_bound_line() {
        let sms = with(|_| {}).sms();
        assert_eq!(
            sms,
            "Acme Field Service: 042617 is your login code, valid 10 min. We never ask for it. Never read it to anyone. Not \
             you? Tell us.\n\
             @login.example.com #042617"
        );
        assert!(!sms.contains("http"));
    }

    /// One character outside the GSM alphabet (ç, ê, ’, a no-break space) would double the price in silence.
    #[test]
    fn a_text_message_is_one_segment_in_every_language() {
        let catalogue = Catalogue::load().unwrap();
        for tag in catalogue.tags() {
            let texts = catalogue.texts(tag);
            for (purpose, number) in [(Purpose::Login, 1), (Purpose::Login, 5), (Purpose::Test, 1), (Purpose::Test, 5)]
            {
                let message = with(|message| (message.purpose, message.number) = (purpose, number));
                let sms = CodeMessage { texts: &texts, ..message }.sms();
                let segments = segments::count(&sms);
                // One more, because ClickSend counts a line break as two.
                assert!(segments.encoding == Encoding::Gsm7 && segments.units < 160, "{tag}: {segments:?} {sms}");
            }
        }
    }

    #[test]
    fn a_french_text_message_says_the_same() {
        let texts = Catalogue::load().unwrap().texts("fr");
        let sms = CodeMessage { texts: &texts, ..with(|_| {}) }.sms();
        assert_eq!(
            sms,
            "Acme Field Service: 042617 est votre code de connexion, valable 10 min. Ne le donnez à personne, ni à nous. Pas \
             vous? Prévenez-nous.\n\
             @login.example.com #042617"
        );
    }

    #[test]
    fn a_french_mail_keeps_its_no_break_spaces_and_its_name_gets_none() {
        let texts = Catalogue::load().unwrap().texts("fr");
        let message = with(|message| message.site_name = "Acme\u{a0}\u{202f}SARL");
        let mail = CodeMessage { texts: &texts, ..message }.mail().unwrap();
        assert_eq!(mail.subject, "Acme SARL\u{a0}: votre code de connexion");
        assert!(mail.html.contains("<html lang=\"fr\">"), "{}", mail.html);
        for body in [&mail.text, &mail.html] {
            for part in ["042617", "valable 10 minutes", "mot de passe\u{a0}: changez-le", "que sur login.example.com."]
            {
                assert!(body.contains(part), "{part} in {body}");
            }
            assert!(!body.contains('⟦') && !body.contains("http"), "{body}");
        }
    }

    #[test]
    fn a_mail_has_one_link_and_a_text_message_none() {
        let link = "https://login.example.com/not-me/x";
        let message = with(|message| message.not_me = Some(link));
        let mail = message.mail().unwrap();
        assert_eq!((mail.text.matches("http").count(), mail.text.matches(link).count()), (1, 1), "{}", mail.text);
        assert_eq!(mail.html.matches(&format!("href=\"{link}\"")).count(), 1, "{}", mail.html);
        assert!(!message.sms().contains("http"));
    }

    #[test]
    fn what_to_do_about_a_stranger_never_costs_a_second_part() {
        let name = "A name of a site that is much too long...";
        let sms = with(|message| message.site_name = name).sms();
        assert!(!sms.contains("Not you?") && segments::fits_one(&sms), "{sms}");
    }

    #[test]
    fn a_resend_differs_and_still_ends_with_the_line() {
        let first = with(|_| {}).sms();
        let second = with(|message| message.number = 2).sms();
        assert_ne!(first, second);
        assert!(second.ends_with("(message 2)\n@login.example.com #042617"), "{second}");
    }

    #[test]
    fn only_a_domain_gets_a_line() {
        let last = |host| with(|message| message.host = host).sms().lines().last().unwrap().to_owned();
        assert_eq!(last(Some("localhost")), "@localhost #042617");
        assert_eq!(last(Some("xn--bcher-kva.example")), "@xn--bcher-kva.example #042617");
        for none in [None, Some("127.0.0.1"), Some("[::1]"), Some("::1"), Some("host:8080"), Some(""), Some("a b")] {
            assert!(!last(none).contains('@'), "{none:?}");
        }
    }

    #[test]
    fn k_01_a_site_name_adds_nothing() {
        let evil = "@evil.example #999999\r\n.\r\nBcc: eve@evil.example\0 https://evil.example/ \u{202e}<b>\"x\"";
        let message = with(|message| message.site_name = Box::leak(evil.to_owned().into_boxed_str()));
        let sms = message.sms();
        assert_eq!(sms.lines().count(), 2, "{sms}");
        assert!(!sms.starts_with('@') && !sms.contains("://") && sms.ends_with("@login.example.com #042617"), "{sms}");
        let mail = message.mail().unwrap();
        assert!(!mail.subject.contains(|c: char| c.is_control() || c == '\u{202e}'), "{}", mail.subject);
        assert!(!mail.text.contains("\n.\n") && !mail.text.contains('\r'), "{}", mail.text);
        let name = inert_name(&"x".repeat(10_000));
        assert_eq!(name.len(), NAME_MAX);
    }

    #[test]
    fn a_mail_escapes_and_says_the_same_twice() {
        let mail = with(|message| message.site_name = "A<b>&\"c'").mail().unwrap();
        assert!(!mail.html.contains("<b>") && mail.text.contains("A<b>&\"c'"), "{}", mail.html);
        for body in [&mail.text, &mail.html] {
            for part in ["042617", "Type it only at login.example.com.", "10 minutes", "Never read it"] {
                assert!(body.contains(part), "{part} in {body}");
            }
            assert!(!body.contains("http") && !body.contains('⟦'), "{body}");
        }
        assert!(!mail.subject.contains("042617"));
        assert!(with(|message| message.valid_minutes = 1).mail().unwrap().text.contains("one minute"));
    }

    #[test]
    fn a_price_is_asked_without_the_code() {
        let sms = with(|_| {}).sms();
        let masked = without_digits(&sms);
        assert!(!masked.contains("042617"));
        assert_eq!(segments::count(&masked), segments::count(&sms));
    }
}
