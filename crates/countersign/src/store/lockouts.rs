//! The password counters, one row a bucket.

use countersign_core::lockout::{Bucket, LockoutRules, Reservation};
use jiff::Timestamp;

use crate::store::Store;
use crate::store::db::{Conn, Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

impl Record for Bucket {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self { failures: row.count("failures")?, paused_until: row.optional_instant("paused_until")? })
    }
}

async fn find(conn: Conn<'_>, bucket: &str) -> Result<Option<Bucket>, Error> {
    run!(conn, optional Bucket: "select failures, paused_until from lockout where bucket = $1", bucket)
}

impl Store {
    /// What is stored of a bucket; an unknown one is empty.
    pub async fn lockout(&self, bucket: &str) -> Result<Bucket, Error> {
        Ok(find(self.reader().await?.conn(), bucket).await?.unwrap_or_default())
    }
}

impl Tx {
    /// Reserves one comparison of a password, exactly as [`reserve`](countersign_core::lockout::reserve) would.
    pub async fn reserve_password(
        &mut self,
        bucket: &str,
        rules: &LockoutRules,
        now: Timestamp,
    ) -> Result<Reservation, Error> {
        let pause_ends = now.saturating_add(rules.pause).unwrap_or(Timestamp::MAX);
        // A row with an end in the past starts anew at one; a paused one is left alone and returns nothing.
        let reserved = run!(
            self.conn(),
            optional Bucket:
            "insert into lockout (bucket, failures, paused_until, touched_at)
             values ($1, 1, case when 1 >= $2 then $3 end, $4)
             on conflict (bucket) do update
                set failures     = case when lockout.paused_until is null then lockout.failures + 1 else 1 end,
                    paused_until = case when (case when lockout.paused_until is null then lockout.failures + 1 else 1 end) >= $2
                                        then $3 end,
                    touched_at   = $4
              where lockout.paused_until is null or lockout.paused_until <= $4
             returning failures, paused_until",
            bucket,
            i64::from(rules.failures),
            Micros(pause_ends),
            Micros(now),
        )?;
        if let Some(bucket) = reserved {
            return Ok(Reservation::Reserved(bucket));
        }
        // Gone in between: it was cleared a moment ago, and the next attempt is free.
        let paused = find(self.conn(), bucket).await?.and_then(|bucket| bucket.paused_until);
        Ok(Reservation::Paused(paused.unwrap_or(now)))
    }

    /// Gives a reservation back that led to no comparison, exactly as [`give_back`](countersign_core::lockout::give_back)
    /// would.
    pub async fn give_back_password(&mut self, bucket: &str, rules: &LockoutRules) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update lockout
                        set failures = failures - 1,
                            paused_until = case when failures - 1 >= $2 then paused_until end
                      where bucket = $1 and failures > 0",
            bucket,
            i64::from(rules.failures),
        )
        .map(drop)
    }

    /// Forgets the bucket, after a right password or by an administrator.
    pub async fn clear_lockout(&mut self, bucket: &str) -> Result<(), Error> {
        run!(self.conn(), execute "delete from lockout where bucket = $1", bucket).map(drop)
    }
}
