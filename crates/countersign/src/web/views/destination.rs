//! `/login/destination`: where should the code go? Nothing is sent before the person chooses.

use askama::Template;
use countersign_core::channel::Channel;

use super::mask;
use super::moment::Moment;
use super::shell::{Page, Shell};

/// The page that asks where the code should go.
#[derive(Template)]
#[template(path = "destination.html")]
pub struct Destination {
    /// The frame.
    pub shell: Shell,
    /// The form's anti-forgery token.
    pub csrf: String,
    /// Why a code is asked for, as one sentence (`reason-…`).
    pub reason: String,
    /// The destinations, last used first.
    pub options: Vec<DestinationOption>,
    /// Whether a recovery code can take the code's place.
    pub recovery_codes: bool,
    /// Why nothing was sent.
    pub fault: Option<SendFault>,
    /// Where the login begins.
    pub login_url: String,
}

/// One destination to choose.
pub struct DestinationOption {
    /// How the code travels.
    pub channel: Channel,
    /// The masked address or number.
    pub masked: String,
    /// Whether the last code went there.
    pub last_used: bool,
}

/// Why nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendFault {
    /// A limit on messages is reached.
    TooMany {
        /// When the next one can be sent.
        retry_at: Moment,
        /// The same, counted from now.
        minutes: u32,
    },
    /// No provider can carry it at the moment.
    Unavailable,
}

impl Destination {
    fn fault_text(&self) -> Option<(String, String)> {
        let shell = &self.shell;
        Some(match self.fault.as_ref()? {
            SendFault::TooMany { minutes, .. } => {
                let args = [("minutes", (*minutes).into()), ("contact", shell.contact_name().into())];
                (shell.t("send-fault-too-many"), shell.tx.with("send-fault-too-many-next", &args))
            }
            SendFault::Unavailable => {
                let next = shell.tx.t1("send-fault-unavailable-next", "contact", shell.contact_name());
                (shell.t("send-fault-unavailable"), next)
            }
        })
    }

    fn retry_at(&self) -> Option<&Moment> {
        match self.fault.as_ref()? {
            SendFault::TooMany { retry_at, .. } => Some(retry_at),
            SendFault::Unavailable => None,
        }
    }

    fn spoken(&self, option: &DestinationOption) -> String {
        mask::spoken(&self.shell.tx, &option.masked)
    }

    fn none_text(&self) -> String {
        self.shell.tx.t1("destination-none-next", "contact", self.shell.contact_name())
    }
}

impl DestinationOption {
    /// The key of the channel's name.
    pub fn label_key(&self) -> &'static str {
        match self.channel {
            Channel::Email => "channel-email",
            Channel::Sms => "channel-sms",
            Channel::Voice => "channel-voice",
        }
    }
}

impl Page for Destination {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("destination-title")
    }

    fn in_error(&self) -> bool {
        self.fault.is_some()
    }
}

#[cfg(test)]
impl Destination {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let option = |channel, masked: &str, last_used| DestinationOption { channel, masked: masked.into(), last_used };
        let plain = |reason: String| Self {
            shell: shell.clone(),
            csrf: "token".into(),
            reason,
            options: vec![
                option(Channel::Sms, "+1 ••• ••• 4567", true),
                option(Channel::Email, "al•••@example.com", false),
                option(Channel::Voice, "+1 ••• ••• 4567", false),
            ],
            recovery_codes: true,
            fault: None,
            login_url: "/login/internal".into(),
        };
        let keys = ["untrusted-device", "new-network", "never", "changed-browser", "always"];
        let mut samples: Vec<Self> = keys.map(|key| plain(shell.t(&format!("reason-{key}")))).into();
        samples.push(plain(shell.tx.t1("reason-factor-too-old", "days", 30)));
        samples.push(plain(shell.tx.t1("reason-recent-failures", "failures", 3)));
        let retry_at = Moment::time(jiff::Timestamp::UNIX_EPOCH);
        for fault in [SendFault::TooMany { retry_at, minutes: 42 }, SendFault::Unavailable] {
            samples.push(Self {
                recovery_codes: false,
                fault: Some(fault),
                ..plain(shell.t("reason-untrusted-device"))
            });
        }
        samples
    }
}
