//! What is known of the message that carries a code, in plain words.

use fluent_bundle::FluentValue;

use super::moment::Moment;
use crate::flow::login::progress::{Progress, Step};
use crate::i18n::Texts;

/// A line on the code page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    progress: Progress,
}

impl Delivery {
    /// The line for what is known.
    pub const fn of(progress: &Progress) -> Self {
        Self { progress: *progress }
    }

    /// Where the message is.
    pub fn sentence(&self, tx: &Texts) -> String {
        let timed = |key: &str, at| {
            let at = Moment::time(at).display(tx);
            tx.with(key, &[("channel", self.channel()), ("at", at.into())])
        };
        match self.progress.step {
            Step::Delivered { at } => timed("delivery-delivered", at),
            Step::Failed { reason: None } => tx.t("delivery-failed"),
            Step::Failed { reason: Some(reason) } => tx.t(&format!("delivery-failed-{}", reason.as_str())),
            Step::Queued => tx.with("delivery-queued", &[("channel", self.channel())]),
            Step::Sent { at } => timed("delivery-sent", at),
        }
    }

    /// What to do about it, when something is wrong.
    pub fn advice(&self, tx: &Texts) -> Option<String> {
        match self.progress.step {
            Step::Failed { .. } => Some(tx.t("delivery-advice-failed")),
            _ if self.progress.slow => Some(tx.t("delivery-advice-slow")),
            _ => None,
        }
    }

    /// Whether nothing more will be known.
    pub const fn is_final(&self) -> bool {
        matches!(self.progress.step, Step::Delivered { .. } | Step::Failed { .. })
    }

    fn channel(&self) -> FluentValue<'static> {
        self.progress.channel.as_str().into()
    }
}

#[cfg(test)]
impl Delivery {
    /// One of each kind.
    pub(super) fn samples() -> Vec<Self> {
        use countersign_core::channel::Channel;
        use countersign_core::delivery::Reason;

        let at = jiff::Timestamp::UNIX_EPOCH;
        let mut steps = vec![Step::Queued, Step::Sent { at }, Step::Delivered { at }, Step::Failed { reason: None }];
        steps.extend(Reason::ALL.map(|reason| Step::Failed { reason: Some(reason) }));
        let mut samples = Vec::new();
        for channel in Channel::ALL {
            for step in &steps {
                let slow = matches!(step, Step::Queued | Step::Sent { .. });
                samples.push(Self { progress: Progress { channel, step: *step, slow: false } });
                if slow {
                    samples.push(Self { progress: Progress { channel, step: *step, slow } });
                }
            }
        }
        samples
    }
}
