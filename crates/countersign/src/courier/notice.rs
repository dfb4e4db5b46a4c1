//! The texts in which a person is told something that is no code.
//!
//! A mail says what happened, when, and what to do, and carries at most one link, which the program makes; nothing that
//! anybody typed can add another. A text message carries none.

use askama::Template;
use countersign_core::channel::Channel;
use countersign_core::notice::{LinkKind, Notice, Subject};
use fluent_bundle::FluentValue;
use jiff::Timestamp;

use crate::courier::Mail;
use crate::courier::segments::fits_one;
use crate::courier::text::{inert_name, line_of_mail, one_line};
use crate::i18n::Texts;

/// The longest text of a notice that is not ours: a mask, a name, a contact.
const GIVEN_LEN_MAX: usize = 120;

/// One notice, and what must be said with it.
#[derive(Clone, Copy)]
pub struct NoticeMessage<'a> {
    /// The language of the recipient.
    pub texts: &'a Texts,
    /// The name people know the site by.
    pub site_name: &'a str,
    /// What is told.
    pub notice: &'a Notice,
    /// When it happened.
    pub at: Timestamp,
    /// Whom people ask.
    pub contact: &'a str,
    /// The address of its link, while it works.
    pub link: Option<&'a str>,
}

impl NoticeMessage<'_> {
    /// The text message: one line, with the time of day, because gateways drop a text that is the same as the last one.
    pub fn sms(&self) -> String {
        let say = |key: &str| one_line(&self.say(key)).replace('•', "*");
        let time = one_line(&self.texts.moment("moment-time", self.at));
        let text = format!("{} ({time})", say(&format!("sms-notice-{}", self.notice.as_str())));
        let longer = format!("{text} {}", say("sms-notice-stranger"));
        if fits_one(&longer) { longer } else { text }
    }

    /// The mail, with a body for every reader.
    pub fn mail(&self) -> Result<Mail, askama::Error> {
        let say = |key: &str| line_of_mail(&self.say(key));
        let name = self.notice.as_str();
        let words = Words {
            lang: self.texts.tag(),
            site: inert_name(self.site_name),
            what: say(&format!("notice-{name}-what")),
            when: say("notice-when"),
            advice: say(&self.advice_key()),
            link: self.link.zip(self.link_key()).map(|(address, key)| Link { address, text: say(key) }),
            help: say("notice-help"),
        };
        let subject = say(&format!("notice-{name}-subject"));
        let text = TextBody { words: &words }.render()?;
        let html = HtmlBody { subject: &subject, words: &words }.render()?;
        Ok(Mail { subject, text, html })
    }

    /// What the person may do about it.
    fn advice_key(&self) -> String {
        match (self.notice.link(), self.link) {
            (Some(LinkKind::NotMe), Some(_)) => "notice-advice".to_owned(),
            (Some(LinkKind::NotMe), None) => "notice-advice-contact".to_owned(),
            (Some(LinkKind::PasswordReset), None) => "notice-password-link-over".to_owned(),
            (Some(LinkKind::PasswordReset) | None, _) => format!("notice-{}-next", self.notice.as_str()),
        }
    }

    fn link_key(&self) -> Option<&'static str> {
        Some(match self.notice.link()? {
            LinkKind::NotMe => "notice-not-me",
            LinkKind::PasswordReset => "notice-password-link-open",
        })
    }

    fn say(&self, key: &str) -> String {
        let mut arguments = vec![
            ("site", FluentValue::from(inert_name(self.site_name))),
            ("contact", given(self.contact)),
            ("at", self.texts.moment("moment-date-time", self.at).into()),
        ];
        arguments.extend(details(self.notice));
        self.texts.with(key, &arguments)
    }
}

/// What the texts of a notice may name.
fn details(notice: &Notice) -> Vec<(&'static str, FluentValue<'static>)> {
    let about = |subject: &Subject| vec![("account", given(&subject.name)), ("realm", given(&subject.realm))];
    let place = |channel: Channel, mask: &str| vec![("channel", channel.as_str().into()), ("mask", given(mask))];
    match notice {
        Notice::AlarmFactorDisabled { about: subject } | Notice::AlarmNotMe { about: subject } => about(subject),
        Notice::AlarmLockout { about: subject, pauses } => {
            about(subject).into_iter().chain([("pauses", FluentValue::from(*pauses))]).collect()
        }
        Notice::ContactAdded { channel, mask } | Notice::ContactRemoved { channel, mask } => place(*channel, mask),
        Notice::ContactChanged { channel, new_mask } => place(*channel, new_mask),
        Notice::DeviceReused { name } => vec![("name", given(name))],
        Notice::PasswordLink { minutes } => vec![("minutes", (*minutes).into())],
        Notice::TextsStopped { mask } => vec![("mask", given(mask))],
        Notice::RecoveryCodeUsed { left } => vec![("left", (*left).into())],
        Notice::CodesAsked
        | Notice::DevicesRevoked
        | Notice::EnrolmentCodeIssued
        | Notice::FactorDisabled
        | Notice::FactorTurnedOff
        | Notice::FactorTurnedOn
        | Notice::LoginPaused
        | Notice::NotMeConfirmed
        | Notice::PasswordChanged
        | Notice::PasswordElsewhere
        | Notice::PasswordReset
        | Notice::RecoveryCodesMade
        | Notice::SecondFactorReset
        | Notice::SessionsEnded
        | Notice::WrongCode => Vec::new(),
    }
}

/// A text that somebody else wrote, made inert: one line, no link, not too long.
fn given(text: &str) -> FluentValue<'static> {
    one_line(text).replace("://", " ").chars().take(GIVEN_LEN_MAX).collect::<String>().into()
}

/// What both bodies of a mail say.
struct Words<'a> {
    lang: &'a str,
    site: String,
    what: String,
    when: String,
    advice: String,
    link: Option<Link<'a>>,
    help: String,
}

struct Link<'a> {
    address: &'a str,
    text: String,
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct HtmlBody<'a> {
    subject: &'a str,
    words: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct TextBody<'a> {
    words: &'a Words<'a>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::courier::segments::{self, Encoding};
    use crate::i18n::Catalogue;

    const LINK: &str = "https://login.example.com/not-me/x";

    fn every() -> Vec<Notice> {
        let about = || Subject { realm: "internal".into(), name: "ana".into() };
        let mask = || "an••••@example.com".to_owned();
        vec![
            Notice::AlarmFactorDisabled { about: about() },
            Notice::AlarmLockout { about: about(), pauses: 3 },
            Notice::AlarmNotMe { about: about() },
            Notice::CodesAsked,
            Notice::ContactAdded { channel: Channel::Email, mask: mask() },
            Notice::ContactChanged { channel: Channel::Sms, new_mask: "+1 •••• 0142".into() },
            Notice::ContactRemoved { channel: Channel::Voice, mask: mask() },
            Notice::DeviceReused { name: "Firefox · Windows 11".into() },
            Notice::DevicesRevoked,
            Notice::EnrolmentCodeIssued,
            Notice::FactorDisabled,
            Notice::FactorTurnedOff,
            Notice::FactorTurnedOn,
            Notice::LoginPaused,
            Notice::NotMeConfirmed,
            Notice::PasswordChanged,
            Notice::PasswordElsewhere,
            Notice::PasswordLink { minutes: 30 },
            Notice::PasswordReset,
            Notice::TextsStopped { mask: "+1 •••• 0142".into() },
            Notice::RecoveryCodeUsed { left: 0 },
            Notice::RecoveryCodeUsed { left: 1 },
            Notice::RecoveryCodeUsed { left: 9 },
            Notice::RecoveryCodesMade,
            Notice::SecondFactorReset,
            Notice::SessionsEnded,
            Notice::WrongCode,
        ]
    }

    fn told(tag: &str, notice: &Notice, link: Option<&str>) -> (Mail, String) {
        let texts = Catalogue::load().unwrap().texts(tag);
        let words = NoticeMessage {
            texts: &texts,
            site_name: "Acme Field Service",
            notice,
            at: "2026-03-03T14:05:09Z".parse().unwrap(),
            contact: "the help desk, +1 416 555 0100",
            link,
        };
        (words.mail().unwrap(), words.sms())
    }

    #[test]
    fn every_notice_is_said_in_every_language_twice_and_with_one_link() {
        let catalogue = Catalogue::load().unwrap();
        for tag in catalogue.tags() {
            for notice in every() {
                let link = notice.link().map(|_| LINK);
                let (mail, _) = told(tag, &notice, link);
                assert!(mail.subject.starts_with("Acme Field Service"), "{}", mail.subject);
                for body in [&mail.text, &mail.html] {
                    assert!(!body.contains('⟦') && !body.contains("{$"), "{tag}: {body}");
                    assert!(body.contains("2026") && body.contains("the help desk"), "{tag}: {body}");
                }
                assert_eq!(mail.text.matches("https://").count(), usize::from(link.is_some()), "{}", mail.text);
                assert_eq!(mail.html.matches("href=\"https://").count(), usize::from(link.is_some()));
            }
        }
    }

    #[test]
    fn a_notice_by_text_message_is_one_segment_without_a_link() {
        let catalogue = Catalogue::load().unwrap();
        for tag in catalogue.tags() {
            for notice in every().into_iter().filter(|notice| !notice.as_str().starts_with("alarm-")) {
                let (_, sms) = told(tag, &notice, None);
                let segments = segments::count(&sms);
                assert!(segments.encoding == Encoding::Gsm7 && segments.parts == 1, "{tag}: {segments:?} {sms}");
                assert!(!sms.contains("http") && !sms.contains('⟦') && sms.lines().count() == 1, "{tag}: {sms}");
            }
        }
    }

    #[test]
    fn what_others_wrote_adds_no_line_no_link_and_no_markup() {
        let name = "x\r\nhttps://evil.example/ <b>\u{202e}".to_owned();
        let (mail, sms) = told("en", &Notice::DeviceReused { name }, Some(LINK));
        assert!(!mail.text.contains("://evil") && !mail.html.contains("<b>") && !mail.text.contains('\u{202e}'));
        assert_eq!(sms.lines().count(), 1);
    }

    #[test]
    fn a_link_that_is_over_is_replaced_by_whom_to_ask() {
        let (mail, _) = told("en", &Notice::PasswordChanged, None);
        assert!(mail.text.contains("tell the help desk, +1 416 555 0100 now"), "{}", mail.text);
        let (mail, _) = told("en", &Notice::PasswordLink { minutes: 30 }, None);
        assert!(mail.text.contains("works no more"), "{}", mail.text);
    }
}
