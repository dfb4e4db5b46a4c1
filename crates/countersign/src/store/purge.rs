//! What is deleted by time. The audit log is not.

use jiff::{SignedDuration, Timestamp};

use crate::store::db::run;
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// Challenges and attempts, after their end: long enough for a late request to be told what became of it. With a purge
/// each ten minutes they are gone within the hour (security.md B-19).
const ATTEMPTS_KEPT: SignedDuration = SignedDuration::from_mins(49);
/// Messages, their links, and sessions, after their end: what an administrator still asks about.
const RECORDS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Sends: the longest window of a rate is a day.
const SENDS_KEPT: SignedDuration = SignedDuration::from_hours(25);
/// Counters that nobody touches.
const LOCKOUTS_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// What directories were told of wrong passwords: longer than any of them remembers it.
const SHIELDS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

impl Tx {
    /// Deletes what its time is over for, and returns how many rows that were.
    pub async fn purge(&mut self, now: Timestamp) -> Result<u64, Error> {
        let before = |kept| Micros(now.saturating_sub(kept).unwrap_or(Timestamp::MIN));
        let attempts = before(ATTEMPTS_KEPT);
        let records = before(RECORDS_KEPT);
        let mut deleted =
            run!(self.conn(), execute "delete from challenge where ended_at < $1 or expires_at < $1", attempts)?;
        deleted += run!(self.conn(), execute "delete from login where ended_at < $1 or expires_at < $1", attempts)?;
        deleted += run!(self.conn(), execute "delete from link where ended_at < $1 or expires_at < $1", records)?;
        deleted += run!(self.conn(), execute "delete from message where finished_at < $1", records)?;
        deleted += run!(self.conn(), execute "delete from session where ended_at < $1 or seen_at < $1", records)?;
        deleted += run!(self.conn(), execute "delete from device where ended_at < $1 or trusted_until < $1", records)?;
        deleted += run!(self.conn(), execute "delete from recovery_code where ended_at < $1", records)?;
        deleted +=
            run!(self.conn(), execute "delete from enrolment_code where ended_at < $1 or expires_at < $1", attempts)?;
        deleted += run!(self.conn(), execute "delete from send where at < $1", before(SENDS_KEPT))?;
        deleted += run!(
            self.conn(),
            execute "delete from lockout where touched_at < $1 and (paused_until is null or paused_until <= $2)",
            before(LOCKOUTS_KEPT),
            Micros(now),
        )?;
        deleted += run!(self.conn(), execute "delete from shield where last_at < $1", before(SHIELDS_KEPT))?;
        // A quota's row is only something to lock; the next send makes it anew.
        deleted += run!(
            self.conn(),
            execute "delete from quota
                      where not exists (select 1 from send s
                                         where s.scope = quota.scope and s.subject = quota.subject)",
        )?;
        Ok(deleted)
    }
}
