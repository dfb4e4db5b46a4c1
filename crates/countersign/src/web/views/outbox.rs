//! `/outbox`: the sandbox inbox, where messages are read instead of being paid for. Only in a demo or in quarantine.

use askama::Template;
use countersign_core::channel::Channel;

use super::moment::Moment;
use super::shell::{Page, Shell};

/// How many digits a code has.
const CODE_DIGITS: usize = 6;

/// The sandbox inbox.
#[derive(Template)]
#[template(path = "outbox.html")]
pub struct Outbox {
    /// The frame.
    pub shell: Shell,
    /// The messages, newest first.
    pub messages: Vec<OutboxMessage>,
}

/// One message that was not sent.
pub struct OutboxMessage {
    /// When it was written.
    pub at: Moment,
    /// How it would have travelled.
    pub channel: Channel,
    /// To whom, in full: the page is for whoever tests the installation.
    pub to: String,
    /// The subject of a mail.
    pub subject: Option<String>,
    /// The text, exactly as it would have been sent.
    pub text: String,
    /// In what shape it would have gone.
    pub format: Format,
    /// How far it came.
    pub state: MessageState,
}

/// In what shape a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text and HTML.
    Html,
    /// Text only.
    Text,
}

/// How far a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// It arrived in this inbox.
    Delivered,
    /// It was not needed any more before it could go.
    Expired,
    /// It could not be delivered.
    Failed,
    /// It waits.
    Queued,
}

impl OutboxMessage {
    /// The code in the text: six digits together, or, as they are read aloud, one by one.
    fn code(&self) -> Option<String> {
        let together = self.text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == CODE_DIGITS);
        if let Some(code) = together {
            return Some(code.to_owned());
        }
        let spoken: String = self
            .text
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '-'))
            .filter(|word| word.len() == 1 && word.bytes().all(|b| b.is_ascii_digit()))
            .take(CODE_DIGITS)
            .collect();
        (spoken.len() == CODE_DIGITS).then_some(spoken)
    }

    fn channel_key(&self) -> &'static str {
        match self.channel {
            Channel::Email => "channel-email",
            Channel::Sms => "channel-sms",
            Channel::Voice => "channel-voice",
        }
    }

    fn state_key(&self) -> &'static str {
        match self.state {
            MessageState::Delivered => "outbox-state-delivered",
            MessageState::Expired => "outbox-state-expired",
            MessageState::Failed => "outbox-state-failed",
            MessageState::Queued => "outbox-state-queued",
        }
    }
}

impl Page for Outbox {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("outbox-title")
    }
}

#[cfg(test)]
impl Outbox {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let shell = Shell { realm_title: None, ..shell.clone() };
        let message = |channel, to: &str, text: &str, state| OutboxMessage {
            at: Moment::date_time(jiff::Timestamp::UNIX_EPOCH),
            channel,
            to: to.into(),
            subject: (channel == Channel::Email).then(|| "Your code for Acme Field Service".into()),
            text: text.into(),
            format: if channel == Channel::Email { Format::Html } else { Format::Text },
            state,
        };
        let sms = "Acme Field Service: 042917 is your code. It is good until 14:10.\n\n@login.example.com #042917";
        let call = "Your code is: 0, 4, 2. 9, 1, 7. Again: 0, 4, 2. 9, 1, 7.";
        let mail = "Hello Alice,\n\n042917 is your code. It is good for 10 minutes.\n\nDid you not ask for it? Then \
                    somebody knows your password: change it.";
        let messages = vec![
            message(Channel::Sms, "+12025550143", sms, MessageState::Delivered),
            message(Channel::Voice, "+12025550143", call, MessageState::Queued),
            message(Channel::Email, "alice.marsh@example.com", mail, MessageState::Failed),
            message(Channel::Email, "alice.marsh@example.com", "A new browser signed in.", MessageState::Expired),
        ];
        vec![Self { shell: shell.clone(), messages }, Self { shell, messages: Vec::new() }]
    }
}
