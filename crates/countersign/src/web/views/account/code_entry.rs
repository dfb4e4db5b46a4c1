//! The six digits, for anything but a login: proving it again, a new contact, enrolling.

use askama::Template;
use countersign_core::channel::Channel;

use super::fault::OwnFault;
use crate::web::views::mask;
use crate::web::views::moment::Moment;
use crate::web::views::shell::{Page, Shell};

/// The page that asks for a code.
#[derive(Template)]
#[template(path = "account/code_entry.html")]
pub struct CodeEntry {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// Where the form goes.
    pub action: String,
    /// Where the button that sends it again goes.
    pub resend: String,
    /// What the person wants to do afterwards, as a word.
    pub then: Option<&'static str>,
    /// How the code travelled.
    pub channel: Channel,
    /// Where it went: masked, or in full where the person has just typed it.
    pub address: String,
    /// How many tries remain.
    pub tries_left: u32,
    /// When the code ends.
    pub valid_until: Moment,
    /// The same, counted from now: the browser's clock may be wrong.
    pub valid_seconds: u32,
    /// How long until another message may be asked for.
    pub resend_wait_seconds: u32,
    /// What happened to the message.
    pub status: Option<EntryStatus>,
    /// Why the form came back.
    pub fault: Option<OwnFault>,
    /// Where to choose another address or way.
    pub back_url: String,
}

/// What happened to the message, where it is not simply on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryStatus {
    /// The same code went out again.
    Again,
    /// One was sent a moment ago.
    Cooldown,
    /// The provider refused it.
    Failed,
    /// A limit on messages is reached.
    TooMany,
}

impl EntryStatus {
    /// Those that an address may carry, by their word.
    const WORDS: [(Self, &'static str); 3] =
        [(Self::Again, "again"), (Self::Cooldown, "cooldown"), (Self::TooMany, "too-many")];

    /// The word in an address; what went wrong with a provider is in none.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.into_iter().find(|(status, _)| *status == self).map_or("", |(_, word)| word)
    }

    /// The status with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(_, known)| *known == word).map(|(status, _)| status)
    }
}

impl CodeEntry {
    fn lead(&self) -> String {
        self.shell.t(match (self.status, self.channel) {
            (Some(EntryStatus::Failed), _) => "entry-lead-failed",
            (Some(EntryStatus::Again), _) => "entry-lead-again",
            (_, Channel::Email) => "code-lead-email",
            (_, Channel::Sms) => "code-lead-sms",
            (_, Channel::Voice) => "code-lead-voice",
        })
    }

    fn warning(&self) -> Option<String> {
        let tx = &self.shell.tx;
        match self.status? {
            EntryStatus::Cooldown if self.resend_wait_seconds > 0 => {
                Some(tx.t1("code-status-cooldown", "seconds", self.resend_wait_seconds))
            }
            EntryStatus::Failed => Some(tx.t("code-status-failed")),
            EntryStatus::TooMany => Some(tx.t("code-status-too-many")),
            EntryStatus::Again | EntryStatus::Cooldown => None,
        }
    }

    fn fault_text(&self) -> Option<(String, String)> {
        self.fault.map(|fault| fault.text(&self.shell))
    }

    fn tries_text(&self) -> String {
        self.shell.tx.t1("code-tries", "tries", self.tries_left)
    }

    fn spoken(&self) -> String {
        mask::spoken(&self.shell.tx, &self.address)
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
}

impl Page for CodeEntry {
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
impl CodeEntry {
    pub(in crate::web::views) fn samples(shell: &Shell) -> Vec<Self> {
        let page = |channel, address: &str, status, fault| Self {
            shell: shell.clone(),
            csrf: "token".into(),
            action: "/account/contacts/phone/code".into(),
            resend: "/account/contacts/phone/resend".into(),
            then: (channel == Channel::Email).then_some("phone"),
            channel,
            address: address.into(),
            tries_left: 4,
            valid_until: Moment::time(jiff::Timestamp::UNIX_EPOCH),
            valid_seconds: 581,
            resend_wait_seconds: 24,
            status,
            fault,
            back_url: "/account/contacts/phone".into(),
        };
        let (number, mail) = ("+1 416-555-0142", "al••••@example.com");
        let mut samples = vec![
            page(Channel::Sms, number, None, None),
            page(Channel::Voice, number, None, Some(OwnFault::CodeWrong { tries: 4 })),
            page(Channel::Email, mail, None, Some(OwnFault::CodeFormat)),
        ];
        let statuses = [EntryStatus::Again, EntryStatus::Cooldown, EntryStatus::Failed, EntryStatus::TooMany];
        samples.extend(statuses.map(|status| page(Channel::Sms, number, Some(status), None)));
        samples
    }
}
