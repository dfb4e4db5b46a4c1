//! The mail itself, as octets: headers and bodies, safe against whatever stands in a name or a subject.

use std::time::{Duration, SystemTime};

use lettre::Address;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use crate::courier::text::one_line;
use crate::courier::{Action, Mail, Outgoing, Refusal};

/// Writes the mail. The library folds and encodes the headers; a line break in one is gone before it gets there.
pub(super) fn write(outgoing: &Outgoing, from: &Mailbox, to: &Address, mail: &Mail) -> Result<Vec<u8>, Refusal> {
    let name = from.name.as_deref().map(one_line).filter(|name| !name.is_empty());
    // The reference is the same at every try, so a mail store that gets two copies can tell.
    let id = format!("<{}@{}>", outgoing.reference, from.email.domain());
    lettre::Message::builder()
        .from(Mailbox::new(name, from.email.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(one_line(&mail.subject))
        .date(date(outgoing))
        .message_id(Some(id))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map(|message| message.formatted())
        .map_err(|_| Refusal::new(Action::GiveUp, "bad-mail", "the mail cannot be written"))
}

/// The date header knows no time before 1970.
fn date(outgoing: &Outgoing) -> SystemTime {
    let seconds = u64::try_from(outgoing.now.as_second()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Says that no person wrote this, so that no holiday notice comes back (RFC 3834, 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::courier::Content;

    fn written(from: &str, subject: &str, text: &str) -> String {
        let to: Address = "-ann@example.com".parse().unwrap();
        let mail = Mail { subject: subject.into(), text: text.into(), html: "<p>042617</p>".into() };
        let content = Content::Mail { to: "ann@example.com".parse().unwrap(), mail: mail.clone() };
        let now = Timestamp::from_second(1_445_412_480).unwrap();
        let outgoing = Outgoing { reference: Uuid::nil(), now, code: None, receipt_url: None, sender: None, content };
        String::from_utf8(write(&outgoing, &from.parse().unwrap(), &to, &mail).unwrap()).unwrap()
    }

    #[test]
    fn the_headers_of_a_mail() {
        let mail = written("Acme <login@example.com>", "Acme: your login code", "042617");
        for line in [
            "From: Acme <login@example.com>",
            "To: -ann@example.com",
            "Subject: Acme: your login code",
            "Date: Wed, 21 Oct 2015 07:28:00 +0000",
            "Message-ID: <00000000-0000-0000-0000-000000000000@example.com>",
            "Auto-Submitted: auto-generated",
        ] {
            assert_eq!(mail.lines().filter(|found| *found == line).count(), 1, "{line} in {mail}");
        }
    }

    #[test]
    fn k_01_a_subject_stays_one_header_and_a_body_one_body() {
        let long = "y".repeat(10_000);
        for subject in
            ["a\r\nBcc: eve@example.com", "a\n.\r\nRCPT TO:<eve@example.com>", "a\0b", "ä\r\n\r\nbody", &long]
        {
            let mail = written("login@example.com", subject, &format!(".\r\n.\n..\r\n{long}"));
            let (head, _) = mail.split_once("\r\n\r\n").unwrap();
            assert!(!head.to_lowercase().contains("\nbcc:") && !head.contains("\nRCPT"), "{head}");
            assert_eq!(head.matches("\r\nTo: ").count(), 1, "{head}");
            assert!(!mail.replace("\r\n", "").contains(['\r', '\n', '\0']), "{head}");
            assert!(head.ends_with('"') && head.contains("Content-Type: multipart/alternative"), "{head}");
        }
    }
}
