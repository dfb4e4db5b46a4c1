//! The send ledger: one row in `send` for each message and quota, one row in `quota` to lock the quota by.

use countersign_core::throttle::{Quota, Scope, full_until};
use jiff::{SignedDuration, Timestamp};

use crate::store::Store;
use crate::store::db::{Conn, Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// Whether a message may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendVerdict {
    /// It may, and is counted.
    Allowed,
    /// It may not, and is not counted.
    Refused {
        /// The limit that refuses longest.
        scope: Scope,
        /// When it allows one again.
        until: Timestamp,
    },
}

struct SentAt(Timestamp);

impl Record for SentAt {
    fn read(row: &Row) -> Result<Self, Error> {
        row.instant("at").map(Self)
    }
}

impl Store {
    /// When the quota allows one more; `None` means now. Nothing is reserved: for what is counted only once it has failed.
    pub async fn full_until(&self, quota: &Quota, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        let mut reader = self.reader().await?;
        let mut latest = None;
        for (at_most, window) in quota.rate.windows() {
            latest = latest.max(window_full_until(reader.conn(), quota, (at_most, window), now).await?);
        }
        Ok(latest)
    }
}

impl Tx {
    /// Reserves one send under every quota, or under none. The quotas are locked in the order given, which is the same
    /// for everybody ([`SendLimits::quotas`](countersign_core::throttle::SendLimits::quotas)).
    pub async fn reserve_sends(&mut self, quotas: &[Quota], now: Timestamp) -> Result<SendVerdict, Error> {
        let mut refusal: Option<(Timestamp, Scope)> = None;
        for quota in quotas {
            self.lock_quota(quota).await?;
            for (at_most, window) in quota.rate.windows() {
                let until = window_full_until(self.conn(), quota, (at_most, window), now).await?;
                let longer = until.filter(|until| refusal.is_none_or(|(longest, _)| *until > longest));
                refusal = longer.map(|until| (until, quota.scope)).or(refusal);
            }
        }
        if let Some((until, scope)) = refusal {
            return Ok(SendVerdict::Refused { scope, until });
        }
        for quota in quotas {
            self.count(quota, now).await?;
        }
        Ok(SendVerdict::Allowed)
    }

    /// Counts one under the quota.
    pub async fn count(&mut self, quota: &Quota, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into send (scope, subject, at) values ($1, $2, $3)",
            quota.scope.as_str(),
            &quota.subject,
            Micros(now),
        )
        .map(drop)
    }

    async fn lock_quota(&mut self, quota: &Quota) -> Result<(), Error> {
        self.lock_subject(quota.scope.as_str(), &quota.subject).await
    }

    /// Holds something that has no row of its own until the transaction ends: the update changes nothing.
    pub(super) async fn lock_subject(&mut self, scope: &str, subject: &str) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into quota (scope, subject) values ($1, $2)
                     on conflict (scope, subject) do update set scope = excluded.scope",
            scope,
            subject,
        )
        .map(drop)
    }
}

async fn window_full_until(
    conn: Conn<'_>,
    quota: &Quota,
    (at_most, window): (u32, SignedDuration),
    now: Timestamp,
) -> Result<Option<Timestamp>, Error> {
    let Some(newer) = at_most.checked_sub(1) else {
        // A limit of none refuses always; the person is told to come back after the window all the same.
        return Ok(full_until(Some(now), window, now));
    };
    let oldest = run!(
        conn,
        optional SentAt:
        "select at from send where scope = $1 and subject = $2 order by at desc limit 1 offset $3",
        quota.scope.as_str(),
        &quota.subject,
        i64::from(newer),
    )?;
    Ok(full_until(oldest.map(|sent| sent.0), window, now))
}
