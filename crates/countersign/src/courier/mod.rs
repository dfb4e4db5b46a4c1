//! What delivers a message: one [`Provider`] for each gateway.
//!
//! The courier owns the wire formats, the texts people receive, and the sorting of every answer of a gateway into an
//! [`Action`]. It knows nothing of flows, pages or the database, reads no clock, and logs nothing: a response of a
//! gateway repeats the text it was given, and that text holds the code, so nothing of it leaves this module. What a
//! caller may log is [`Accepted`], [`Refusal`] and [`Health`].

pub mod call;
pub mod clicksend;
pub mod dispatch;
mod http;
mod mime;
pub mod notice;
pub mod receipt;
mod reply;
pub mod roster;
pub mod sandbox;
pub mod segments;
pub mod settings;
pub mod smtp;
pub mod text;
pub mod textmagic;
pub mod twilio;
pub mod verification;

use std::fmt;
use std::pin::Pin;

use countersign_core::channel::Channel;
use countersign_core::contact::{EmailAddress, Phone};
use countersign_core::route::Sender;
use countersign_core::secret::Secret;
use jiff::{SignedDuration, Timestamp};
use url::Url;
use uuid::Uuid;

use crate::courier::call::Call;
use crate::courier::receipt::{News, Pushed, Receipt, Unreadable};
use crate::courier::verification::{Callback, Carried, CodeBy, Ending, Verdict, not_asked};

/// What a [`Provider`] returns, so that `dyn Provider` works.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A gateway that takes messages and delivers them.
///
/// Every call ends within a bounded time, and no call retries: that is for the caller to decide, from [`Action`].
pub trait Provider: Send + Sync {
    /// The name used in settings, the database and logs.
    fn name(&self) -> &'static str;

    /// The channels it can deliver to; a message for another one is refused.
    fn channels(&self) -> &'static [Channel];

    /// Hands a message over.
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Accepted, Refusal>>;

    /// Proves that the gateway is there and knows us, at no cost and without sending anything.
    fn check(&self) -> BoxFuture<'_, Result<Health, Refusal>>;

    /// What a message would cost, if the gateway tells; sends nothing.
    fn price<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Option<Price>, Refusal>> {
        let _ = message;
        Box::pin(std::future::ready(Ok(None)))
    }

    /// What its messages are sent from when no route says otherwise.
    fn sender(&self) -> Sender {
        Sender::Unknown
    }

    /// Asks what became of a message, by the gateway's id for it; `None` if it does not tell yet, or never does.
    fn ask<'a>(&'a self, channel: Channel, provider_id: &'a str) -> BoxFuture<'a, Result<Option<Receipt>, Refusal>> {
        let _ = (channel, provider_id);
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Reads what the gateway pushed to us, and checks its signature where it signs.
    fn read(&self, pushed: &Pushed<'_>) -> Result<News, Unreadable> {
        let _ = pushed;
        Err(Unreadable::Unexpected)
    }

    /// The name in the address at which its gateway tells: one address for all that one account sends.
    fn hook(&self) -> &'static str {
        self.name()
    }

    /// Whether it pushes receipts to an address that its account is told of, at [`Provider::read`].
    fn is_told_by_account(&self) -> bool {
        false
    }

    /// Whose code its messages carry.
    fn code_by(&self) -> CodeBy {
        CodeBy::Us
    }

    /// Asks whether what was typed is the code of a verification; only where the code is the gateway's.
    fn verify<'a>(&'a self, verification: &'a str, typed: &'a Secret) -> BoxFuture<'a, Result<Verdict, Refusal>> {
        let _ = (verification, typed);
        not_asked(self.name())
    }

    /// Tells how a verification ended on our side.
    fn close<'a>(&'a self, verification: &'a str, ending: Ending) -> BoxFuture<'a, Result<(), Refusal>> {
        let _ = (verification, ending);
        not_asked(self.name())
    }

    /// Whether a request to us is signed by the gateway; never where it signs none.
    fn is_genuine(&self, callback: &Callback<'_>) -> bool {
        let _ = callback;
        false
    }
}

/// A message on its way out.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Our name for it, the same at every try; the gateway repeats it in its delivery receipt.
    pub reference: Uuid,
    /// The time of sending, for the `Date` of a mail.
    pub now: Timestamp,
    /// The code in it, for a gateway that speaks of codes; `None` in a message without one.
    pub code: Option<Carried>,
    /// Where the gateway may tell what became of it; `None` where nobody listens.
    pub receipt_url: Option<Url>,
    /// What it is sent from, where a route says another sender than the provider's own.
    pub sender: Option<String>,
    /// Where it goes and what it says.
    pub content: Content,
}

/// What is sent, with an address that fits it.
#[derive(Clone)]
pub enum Content {
    /// A call.
    Call {
        /// Who is called.
        to: Phone,
        /// What is said.
        call: Call,
    },
    /// A mail.
    Mail {
        /// The recipient.
        to: EmailAddress,
        /// Subject and bodies.
        mail: Mail,
    },
    /// A text message.
    Sms {
        /// The recipient.
        to: Phone,
        /// The text.
        text: String,
    },
}

/// The parts of a mail.
#[derive(Clone)]
pub struct Mail {
    /// The subject, one line; it never holds the code, because mail servers log subjects.
    pub subject: String,
    /// The body for a reader without HTML.
    pub text: String,
    /// The body for the others.
    pub html: String,
}

/// A gateway has taken the message; this is not yet a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The gateway's own id, by which its receipt names the message.
    pub provider_id: Option<String>,
    /// How many parts are billed, if it tells.
    pub parts: Option<u32>,
    /// What it costs, if it tells at once.
    pub price: Option<Price>,
    /// The gateway's verification that carries the code, which is to be closed in the end.
    pub verification: Option<String>,
}

/// A cost as the gateway writes it; never computed with, so never a float.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The amount, in the gateway's own digits.
    pub amount: String,
    /// The currency code, if it tells.
    pub currency: Option<String>,
    /// How many parts that pays for, if it tells.
    pub parts: Option<u32>,
}

/// What a no-cost check found, for the administrator who pressed *Test service*.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Facts worth showing: the balance, the sender, the encryption.
    pub facts: Vec<Fact>,
}

/// One line of a [`Health`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is, the key of a text: `balance`, `currency`, `country`, `sender`, `trial`, `server`, `encryption`,
    /// `service`, `codes`.
    pub name: &'static str,
    /// Its value, cleaned of control characters and short.
    pub value: String,
}

/// A message or a check that did not succeed. Everything in it may be logged and shown to an administrator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Refusal {
    /// What to do about it.
    pub action: Action,
    /// The gateway's own word for it or the HTTP or SMTP code, or one of ours in lower case when it gave none.
    pub code: String,
    /// What happened, in our words; never a part of an answer.
    pub detail: String,
    /// How long the gateway asks to be left alone, if it tells.
    pub retry_after: Option<SignedDuration>,
}

/// What a refusal calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The gateway is in trouble of its own: use another one.
    FailOver,
    /// This request or its recipient will never be accepted here.
    GiveUp,
    /// Nothing was sent; the same request may succeed later.
    Retry,
    /// It is not known whether the message went out. The same message may be sent once more, harmlessly since it holds
    /// the same code, but never in a loop: each try may be paid for.
    RetryOnce,
    /// The configuration is at fault: stop using the gateway and alert the administrator.
    Stop,
}

impl Content {
    /// The channel it travels by.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Call { .. } => Channel::Voice,
            Self::Mail { .. } => Channel::Email,
            Self::Sms { .. } => Channel::Sms,
        }
    }
}

impl Refusal {
    /// A refusal without a delay.
    pub fn new(action: Action, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { action, code: code.into(), detail: detail.into(), retry_after: None }
    }

    /// The message is for a channel that `provider` does not serve.
    fn wrong_channel(provider: &str, channel: Channel) -> Self {
        Self::new(Action::GiveUp, "wrong-channel", format!("{provider} delivers nothing by {channel}"))
    }
}

impl Action {
    /// The name used in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FailOver => "fail-over",
            Self::GiveUp => "give-up",
            Self::Retry => "retry",
            Self::RetryOnce => "retry-once",
            Self::Stop => "stop",
        }
    }
}

/// The amount, and the currency if it is known.
impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(currency) = &self.currency else { return f.write_str(&self.amount) };
        write!(f, "{} {currency}", self.amount)
    }
}

/// Prints no address and no text: the one is personal, the other holds the code.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({}, …)", self.channel())
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail(…)")
    }
}

/// A message for the tests of providers.
#[cfg(test)]
fn outgoing(content: Content, code: Option<Carried>) -> Outgoing {
    Outgoing { reference: Uuid::nil(), now: Timestamp::UNIX_EPOCH, code, receipt_url: None, sender: None, content }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_message_is_printed() {
        let sms = Content::Sms { to: Phone::parse("+61411111111", None).unwrap(), text: "code 123456".into() };
        let mail = Mail { subject: "to you".into(), text: "code 123456".into(), html: "<b>123456</b>".into() };
        let mail = Content::Mail { to: "ann@example.com".parse().unwrap(), mail };
        for content in [sms, mail] {
            let message = outgoing(content, None);
            let printed = format!("{message:?}");
            for secret in ["123456", "411111111", "ann", "to you"] {
                assert!(!printed.contains(secret), "{printed}");
            }
        }
    }
}
