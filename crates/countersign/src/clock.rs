//! The one place that reads the time.
//!
//! A request or a job asks once and passes `now` on, so one piece of work has one time and every rule can be tested at
//! any moment.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// A time that only moves when a test moves it.
    Manual(Arc<watch::Sender<Timestamp>>),
    /// The system's.
    System,
}

impl Clock {
    /// A clock that stands at `now`.
    pub fn manual(now: Timestamp) -> Self {
        Self::Manual(Arc::new(watch::Sender::new(now)))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Manual(time) => *time.borrow(),
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
            Self::System => Timestamp::now(),
        }
    }

    /// Moves a manual clock, forwards or back; the system's clock stays as it is.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Manual(time) = self {
            time.send_modify(|now| *now = now.saturating_add(by).unwrap_or(*now));
        }
    }

    /// Waits until `until`.
    pub async fn sleep_until(&self, until: Timestamp) {
        match self {
            Self::Manual(time) => {
                // The sender lives in `self`, so waiting cannot fail.
                let _ = time.subscribe().wait_for(|now| *now >= until).await;
            }
            Self::System => {
                let wait = until.duration_since(self.now());
                #[expect(clippy::disallowed_methods, reason = "the one place that waits")]
                tokio::time::sleep(wait.try_into().unwrap_or_default()).await;
            }
        }
    }
}
