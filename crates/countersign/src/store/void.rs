//! Making void everything that opens a door: what a copy of the database, or an older one, must not bring back.

use jiff::Timestamp;

use crate::store::db::run;
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// How many rows of each kind were made void.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Voided {
    /// Challenges, so that no code of theirs is accepted.
    pub challenges: u64,
    /// Trusted devices.
    pub devices: u64,
    /// Enrolment codes.
    pub enrolment_codes: u64,
    /// Links in mails.
    pub links: u64,
    /// Logins in progress.
    pub logins: u64,
    /// Recovery codes: in an older copy, those that were used since would work again.
    pub recovery_codes: u64,
    /// Messages that nobody has sent yet.
    pub messages: u64,
    /// Sessions.
    pub sessions: u64,
}

impl Tx {
    /// Ends every session, trusted device, login, challenge, enrolment code, recovery code and link, and drops every message
    /// that waits or is under way.
    ///
    /// The rows say so themselves, so nothing that happens to the epoch afterwards brings one back. A new table whose rows
    /// open a door belongs here: the contract suite looks for its `ended_at`.
    pub async fn void_everything(&mut self, reason: &str, now: Timestamp) -> Result<Voided, Error> {
        let at = Micros(now);
        Ok(Voided {
            challenges: run!(
                self.conn(),
                execute "update challenge set ended_at = $2, end_reason = $1 where ended_at is null",
                reason,
                at,
            )?,
            devices: run!(
                self.conn(),
                execute "update device set ended_at = $2, end_reason = $1 where ended_at is null",
                reason,
                at,
            )?,
            enrolment_codes: run!(
                self.conn(),
                execute "update enrolment_code set ended_at = $2, end_reason = $1 where ended_at is null",
                reason,
                at,
            )?,
            links: run!(
                self.conn(),
                execute "update link set ended_at = $2, end_reason = $1 where ended_at is null",
                reason,
                at,
            )?,
            logins: run!(
                self.conn(),
                execute "update login set stage = 'ended', page = false, ended_at = $1 where ended_at is null",
                at,
            )?,
            messages: run!(
                self.conn(),
                execute "update message
                            set state = 'dropped', outcome = 'void', detail = $1, lease_until = null, finished_at = $2
                          where finished_at is null",
                reason,
                at,
            )?,
            recovery_codes: run!(
                self.conn(),
                execute "update recovery_code set ended_at = $2, end_reason = $1 where ended_at is null",
                reason,
                at,
            )?,
            sessions: run!(
                self.conn(),
                execute "update session set ended_at = $2, end_reason = $1 where ended_at is null",
                reason,
                at,
            )?,
        })
    }
}
