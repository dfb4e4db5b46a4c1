//! The one place that reads the time.
//!
//! A request or a job asks once and passes `now` on, so one piece of work has one time and every rule can be tested at
//! any moment. While the process runs, its time never goes back and never stands still, whatever happens to the system's
//! clock: nothing outlives its life because somebody set a clock (security.md M-06).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// How far behind the system's clock may be before it is worth a line in the log.
const BEHIND_TOLD: SignedDuration = SignedDuration::from_secs(60);

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// A time that only moves when a test moves it.
    Manual(Arc<watch::Sender<Timestamp>>),
    /// The system's, held to its course.
    System(Arc<Mutex<Course>>),
}

/// The course of time: the latest time that was seen, and when by the counter that nobody can set.
#[derive(Clone, Copy, Debug, Default)]
pub struct Course {
    last: Option<(Timestamp, Instant)>,
    told: bool,
}

impl Course {
    /// The time, when the system's clock says `wall` and its counter `counter`. A clock that jumped back is not followed:
    /// the counter carries time on. One that jumped forward is, so that everything ends too early rather than too late.
    fn at(&mut self, wall: Timestamp, counter: Instant) -> Timestamp {
        let Some((time, then)) = self.last else {
            self.last = Some((wall, counter));
            return wall;
        };
        let passed = SignedDuration::try_from(counter.saturating_duration_since(then)).unwrap_or(SignedDuration::MAX);
        let carried = time.saturating_add(passed).unwrap_or(Timestamp::MAX);
        let now = wall.max(carried);
        self.last = Some((now, counter));
        let behind = carried.duration_since(wall);
        if behind > BEHIND_TOLD && !self.told {
            self.told = true;
            let seconds = behind.as_secs();
            tracing::error!(
                seconds,
                "the system's clock was set back; time goes on as if it had not been: correct it, and let NTP keep it"
            );
        }
        now
    }

    fn not_before(&mut self, floor: Timestamp, counter: Instant) {
        if self.last.is_none_or(|(time, _)| time < floor) {
            self.last = Some((floor, counter));
        }
    }
}

impl Clock {
    /// A clock that stands at `now`.
    pub fn manual(now: Timestamp) -> Self {
        Self::Manual(Arc::new(watch::Sender::new(now)))
    }

    /// The system's clock. Its clones keep one time together.
    pub fn system() -> Self {
        Self::System(Arc::default())
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Manual(time) => *time.borrow(),
            Self::System(course) => {
                #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
                let (wall, counter) = (Timestamp::now(), Instant::now());
                course.lock().unwrap_or_else(PoisonError::into_inner).at(wall, counter)
            }
        }
    }

    /// Lets time go on from `floor`, if it is not there yet: what the database saw before this process began.
    pub fn not_before(&self, floor: Timestamp) {
        match self {
            Self::Manual(time) => {
                time.send_if_modified(|now| std::mem::replace(now, floor.max(*now)) < floor);
            }
            Self::System(course) => {
                #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
                let counter = Instant::now();
                course.lock().unwrap_or_else(PoisonError::into_inner).not_before(floor, counter);
            }
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
            Self::System(_) => {
                let wait = until.duration_since(self.now());
                #[expect(clippy::disallowed_methods, reason = "the one place that waits")]
                tokio::time::sleep(wait.try_into().unwrap_or_default()).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "some counter to begin with; its value does not matter")]
    fn m06_time_never_goes_back_and_never_stands_still() {
        let (counter, wall) = (Instant::now(), Timestamp::UNIX_EPOCH);
        let secs = SignedDuration::from_secs;
        // What the clock says, what has really passed, and what the time is then.
        let steps = [
            (0, 0, 0),
            (10, 10, 10),
            // An hour back: ten minutes later ten minutes have passed.
            (10 - 3600, 10, 10),
            (610 - 3600, 610, 610),
            // Corrected again.
            (620, 620, 620),
            // An hour forward, and back: nothing lives longer.
            (621 + 3600, 621, 621 + 3600),
            (622, 622, 622 + 3600),
            // A leap second that is repeated.
            (4400, 800, 4400),
            (4399, 801, 4401),
        ];
        let mut course = Course::default();
        for (says, passed, is) in steps {
            let counter = counter + std::time::Duration::from_secs(passed);
            assert_eq!(course.at(wall + secs(says), counter), wall + secs(is), "{says} {passed}");
        }
    }

    #[test]
    fn m06_time_goes_on_from_what_the_database_saw() {
        let clock = Clock::system();
        let later = clock.now() + SignedDuration::from_secs(120);
        clock.not_before(later);
        assert!(clock.now() >= later);
        clock.not_before(Timestamp::UNIX_EPOCH);
        assert!(clock.clone().now() >= later);
    }
}
