//! The steps of an SMTP conversation, and what a failure at each of them means.

use std::error::Error as _;
use std::future::Future;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;
use tokio::time::{Instant, timeout_at};

use crate::courier::{Action, Refusal};

/// Where in the conversation we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// TCP, TLS from the start if set, the greeting and `EHLO`.
    Connect,
    /// `STARTTLS`.
    Encrypt,
    /// `AUTH`.
    Login,
    /// `NOOP`, in a check.
    Noop,
    /// `MAIL FROM`: the answer is about us.
    Sender,
    /// `RCPT TO`: the answer is about the recipient.
    Recipient,
    /// `DATA`.
    Data,
    /// The mail itself: from here on it may have been accepted whatever we hear.
    Message,
}

/// When a conversation must have ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// A conversation that begins now may take so long.
    #[expect(clippy::disallowed_methods, reason = "limits a wait for the network; no rule and no record depends on it")]
    pub(super) fn after(limit: Duration) -> Self {
        Self(Instant::now() + limit)
    }
}

/// One step, done before the deadline or refused.
pub(super) async fn within<T>(
    deadline: Deadline,
    step: Step,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Refusal> {
    match timeout_at(deadline.0, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(step.refusal(&error)),
        Err(_) => Err(Refusal::new(step.unanswered(), "timeout", "the mail server did not answer in time")),
    }
}

/// Makes sure that an answer belongs to the last command. An answer slipped in before the encryption began would stay
/// in the library's buffer and shift every later one by a command, so that a mail would seem accepted that is not.
pub(super) fn in_step(response: &Response, code: u16) -> Result<(), Refusal> {
    if response.has_code(code) {
        return Ok(());
    }
    let detail = "the mail server's answer does not belong to the last command; nothing was sent";
    Err(Refusal::new(Action::Retry, "out-of-step", detail))
}

impl Step {
    fn refusal(self, error: &Error) -> Refusal {
        let Some(code) = error.status().map(u16::from) else {
            return self.broken(error);
        };
        let (action, detail) =
            if error.is_transient() { (Action::Retry, "the mail server is busy") } else { self.refused(code) };
        Refusal::new(action, with_enhanced_code(code, error), detail)
    }

    /// What a final refusal means (RFC 5321, 4.2.3; RFC 4954, 6).
    const fn refused(self, code: u16) -> (Action, &'static str) {
        match (self, code) {
            (Self::Login, _) | (_, 534 | 535) => (Action::Stop, "user name or password refused"),
            (_, 530) => (Action::Stop, "the mail server demands a login or encryption first"),
            (Self::Recipient, _) => (Action::GiveUp, "the mail server refuses the recipient"),
            (Self::Data | Self::Message, _) => (Action::GiveUp, "the mail server refuses the mail"),
            (Self::Sender, _) => (Action::Stop, "the mail server refuses the sender: check from"),
            (Self::Connect | Self::Encrypt | Self::Noop, _) => (Action::Stop, "the mail server refuses us"),
        }
    }

    fn broken(self, error: &Error) -> Refusal {
        // A certificate that does not fit arrives here as an input error of the connection. It is never passed over:
        // the mail waits until the server is itself again or the configuration is corrected.
        if is_certificate(error) {
            let detail = "the mail server's certificate is not trusted, or is for another name: check host and ca_file; nothing was sent";
            return Refusal::new(Action::Retry, "bad-certificate", detail);
        }
        let (code, detail) = match self {
            Self::Connect => {
                ("no-connection", "no connection to the mail server: check host, port, security and network")
            }
            Self::Encrypt => ("no-tls", "the connection to the mail server could not be encrypted; nothing was sent"),
            _ => ("broken-answer", "the connection to the mail server broke"),
        };
        Refusal::new(self.unanswered(), code, detail)
    }

    const fn unanswered(self) -> Action {
        match self {
            Self::Message => Action::RetryOnce,
            _ => Action::Retry,
        }
    }
}

fn is_certificate(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        let within = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let tls = within.and_then(|inner| inner.downcast_ref::<rustls::Error>()).or_else(|| cause.downcast_ref());
        if let Some(rustls::Error::InvalidCertificate(_)) = tls {
            return true;
        }
        source = cause.source();
    }
    false
}

/// `550 5.1.1`: the reply code and, if there is one, the enhanced status code (RFC 3463); nothing of the text, which
/// often repeats the address.
fn with_enhanced_code(code: u16, error: &Error) -> String {
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    let first = text.split_whitespace().next().unwrap_or_default();
    let parts: Vec<_> = first.split('.').collect();
    let enhanced = parts.len() == 3
        && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    if enhanced { format!("{code} {first}") } else { code.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_code_means_different_things_at_different_steps() {
        assert_eq!(Step::Sender.refused(550).0, Action::Stop);
        assert_eq!(Step::Recipient.refused(550).0, Action::GiveUp);
        assert_eq!(Step::Message.refused(554).0, Action::GiveUp);
        assert_eq!(Step::Connect.refused(554).0, Action::Stop);
        assert_eq!(Step::Login.refused(535).0, Action::Stop);
        assert_eq!(Step::Recipient.refused(530).0, Action::Stop);
    }

    #[tokio::test]
    async fn i_05_only_after_the_mail_was_written_the_outcome_is_unknown() {
        for step in [Step::Connect, Step::Encrypt, Step::Login, Step::Noop, Step::Sender, Step::Recipient, Step::Data] {
            assert_eq!(unanswered(step).await, Action::Retry, "{step:?}");
        }
        assert_eq!(unanswered(Step::Message).await, Action::RetryOnce);
    }

    async fn unanswered(step: Step) -> Action {
        let refusal = within(Deadline::after(Duration::ZERO), step, std::future::pending::<Result<(), Error>>()).await;
        refusal.map_or_else(|refusal| refusal.action, |()| unreachable!("nothing answers"))
    }
}
