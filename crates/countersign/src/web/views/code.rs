//! `/login/code`: the six digits.

use askama::Template;
use countersign_core::channel::Channel;

use super::delivery::Delivery;
use super::mask;
use super::moment::{Moment, Sentence};
use super::shell::{Page, Shell};
use crate::i18n::Texts;

/// The code page.
#[derive(Template)]
#[template(path = "code.html")]
pub struct Code {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// How the code travelled.
    pub channel: Channel,
    /// The masked address or number.
    pub masked: String,
    /// How many tries remain.
    pub tries_left: u32,
    /// When the code ends.
    pub valid_until: Moment,
    /// The same, counted from now: the browser's clock may be wrong.
    pub valid_seconds: u32,
    /// How long until another message may be asked for.
    pub resend_wait_seconds: u32,
    /// How many messages this challenge has sent.
    pub message_number: u32,
    /// Whether there is another destination to choose.
    pub can_change_destination: bool,
    /// What is known of the last message.
    pub delivery: Option<Delivery>,
    /// Whether a recovery code can take the code's place.
    pub recovery_codes: bool,
    /// The offer to trust this browser, if policy allows it.
    pub trust: Option<Trust>,
    /// Why the form came back.
    pub fault: Option<CodeFault>,
    /// What happened to the message.
    pub status: Option<CodeStatus>,
    /// Where the login begins.
    pub login_url: String,
}

/// The offer to trust this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// For how long, in words ("48 hours").
    pub duration: String,
    /// The trusted device that this one would replace, and when it was last used.
    pub replaces: Option<Sentence>,
    /// Whether the person had ticked it when the form came back; never on the first showing.
    pub ticked: bool,
}

/// Why the code form came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFault {
    /// Not six digits. This costs no try.
    Format,
    /// Nobody could be asked whether it is the code. This costs a try.
    Unchecked,
    /// Another code.
    Wrong,
}

/// What happened to the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeStatus {
    /// The challenge of before goes on; nothing new was sent.
    AlreadySent,
    /// Too soon after the last message.
    Cooldown {
        /// How long to wait.
        seconds: u32,
    },
    /// The provider refused it.
    Failed,
    /// The same code went out again.
    Resent,
    /// The first message.
    Sent,
    /// A limit on messages is reached.
    TooMany,
}

impl Trust {
    /// The sentence that names the device which trust would end for.
    pub fn replacing(tx: &Texts, name: &str, used: Moment) -> Sentence {
        Sentence::new(used, |used| {
            let device = tx.with("code-trust-device", &[("name", name.into()), ("used", used.into())]);
            tx.t1("code-trust-replaces", "device", device)
        })
    }
}

impl Code {
    /// The sentence under the heading: where the code is.
    fn lead(&self) -> String {
        let key = match (self.status, self.channel) {
            (Some(CodeStatus::AlreadySent), _) => "code-lead-already",
            (Some(CodeStatus::Failed), _) if self.message_number <= 1 => "code-lead-failed",
            (Some(CodeStatus::Resent), Channel::Voice) => "code-lead-called-again",
            (Some(CodeStatus::Resent), _) => "code-lead-resent",
            (_, Channel::Email) => "code-lead-email",
            (_, Channel::Sms) => "code-lead-sms",
            (_, Channel::Voice) => "code-lead-voice",
        };
        self.shell.tx.t1(key, "number", self.message_number)
    }

    /// What went differently than the person asked.
    fn warning(&self) -> Option<String> {
        let tx = &self.shell.tx;
        match self.status? {
            CodeStatus::Cooldown { seconds } => Some(tx.t1("code-status-cooldown", "seconds", seconds)),
            CodeStatus::Failed => Some(tx.t("code-status-failed")),
            CodeStatus::TooMany => Some(tx.t("code-status-too-many")),
            CodeStatus::AlreadySent | CodeStatus::Resent | CodeStatus::Sent => None,
        }
    }

    /// Where the message is; the warning says it when it was given up.
    fn progress(&self) -> Option<String> {
        let delivery = self.delivery.as_ref().filter(|_| self.status != Some(CodeStatus::Failed))?;
        Some(delivery.sentence(&self.shell.tx))
    }

    fn delivery_is_final(&self) -> bool {
        self.delivery.as_ref().is_none_or(Delivery::is_final)
    }

    /// What to do when it takes long or failed, where there is another way.
    fn advice(&self) -> Option<String> {
        let advice = self.delivery.as_ref()?.advice(&self.shell.tx);
        advice.filter(|_| self.can_change_destination)
    }

    fn fault_text(&self) -> Option<String> {
        Some(match self.fault? {
            CodeFault::Format => self.shell.t("code-fault-format"),
            CodeFault::Unchecked => self.shell.tx.t1("code-fault-unchecked", "tries", self.tries_left),
            CodeFault::Wrong => self.shell.tx.t1("code-fault-wrong", "tries", self.tries_left),
        })
    }

    fn tries_text(&self) -> String {
        self.shell.tx.t1("code-tries", "tries", self.tries_left)
    }

    fn spoken(&self) -> String {
        mask::spoken(&self.shell.tx, &self.masked)
    }

    /// A text with a gap that the script fills: `{time}` stays as it is.
    fn with_gap(&self, key: &str) -> String {
        self.shell.tx.t1(key, "time", "{time}")
    }

    fn resend_key(&self) -> &'static str {
        match self.channel {
            Channel::Email => "code-resend-email",
            Channel::Sms => "code-resend-sms",
            Channel::Voice => "code-resend-voice",
        }
    }

    fn trust_label(&self, trust: &Trust) -> String {
        self.shell.tx.t1("code-trust", "duration", trust.duration.as_str())
    }

    /// Only a text message can be read by the browser (WebOTP).
    fn reads_messages(&self) -> bool {
        self.channel == Channel::Sms
    }
}

impl Page for Code {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("code-title")
    }

    fn in_error(&self) -> bool {
        self.fault.is_some()
    }
}

#[cfg(test)]
impl Code {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let trust = Trust { duration: shell.tx.t1("duration-hours", "hours", 48), replaces: None, ticked: false };
        let used = Moment::date_time(jiff::Timestamp::UNIX_EPOCH);
        let replaces = Some(Trust::replacing(&shell.tx, "Chrome · Windows 11", used));
        let plain = || Self {
            shell: shell.clone(),
            csrf: "token".into(),
            channel: Channel::Sms,
            masked: "+1 ••• ••• 4567".into(),
            tries_left: 5,
            valid_until: Moment::time(jiff::Timestamp::UNIX_EPOCH),
            valid_seconds: 581,
            resend_wait_seconds: 30,
            message_number: 1,
            can_change_destination: true,
            delivery: None,
            recovery_codes: true,
            trust: Some(trust.clone()),
            fault: None,
            status: Some(CodeStatus::Sent),
            login_url: "/login/internal".into(),
        };
        let mail = || Self { channel: Channel::Email, masked: "al•••@example.com".into(), ..plain() };
        let wrong = || Self { fault: Some(CodeFault::Wrong), status: None, tries_left: 3, ..plain() };
        let mut samples = vec![
            plain(),
            Self { trust: Some(Trust { replaces, ticked: true, ..trust.clone() }), ..wrong() },
            Self { tries_left: 1, trust: None, ..wrong() },
            Self { fault: Some(CodeFault::Unchecked), ..wrong() },
            Self { fault: Some(CodeFault::Format), ..mail() },
            Self { resend_wait_seconds: 0, can_change_destination: false, trust: None, ..mail() },
            Self { channel: Channel::Voice, status: None, ..plain() },
            Self { channel: Channel::Voice, status: Some(CodeStatus::Resent), message_number: 2, ..plain() },
        ];
        let cooldown = CodeStatus::Cooldown { seconds: 24 };
        for status in [CodeStatus::Resent, CodeStatus::AlreadySent, cooldown, CodeStatus::TooMany, CodeStatus::Failed] {
            samples.push(Self { status: Some(status), message_number: 2, ..plain() });
        }
        samples.push(Self { status: Some(CodeStatus::Failed), resend_wait_seconds: 0, ..plain() });
        samples.extend(Delivery::samples().into_iter().map(|delivery| Self { delivery: Some(delivery), ..plain() }));
        samples
    }
}
