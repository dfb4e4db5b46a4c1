//! What a directory was told of wrong passwords, one row for each of its people, over all realms and nodes.

use countersign_core::shield::{self, Entry, Seen, ShieldRules, Tally};
use jiff::Timestamp;

use crate::store::Store;
use crate::store::db::{Conn, Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// Whom a shield protects: a person of a directory. Both together are the row's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shielded {
    /// The directory.
    pub source: String,
    /// The person's stable id in it, or what stands for a name whose id is not known yet.
    pub external_id: String,
}

impl Record for Entry {
    fn read(row: &Row) -> Result<Self, Error> {
        let tally = Tally { forwarded: row.count("forwarded")?, answered: row.count("answered")? };
        Ok(Self { tally, last_at: row.instant("last_at")? })
    }
}

async fn find(conn: Conn<'_>, whom: &Shielded) -> Result<Option<Entry>, Error> {
    run!(
        conn,
        optional Entry: "select forwarded, answered, last_at from shield where source = $1 and external_id = $2",
        &whom.source,
        &whom.external_id,
    )
}

impl Store {
    /// What is stored of a shield.
    pub async fn shield(&self, whom: &Shielded) -> Result<Option<Entry>, Error> {
        find(self.reader().await?.conn(), whom).await
    }
}

impl Tx {
    /// Reserves the forwarding of one password, exactly as [`reserve`](shield::reserve) would; `None`: the directory must
    /// not be asked.
    pub async fn reserve_forward(
        &mut self,
        whom: &Shielded,
        seen: Seen,
        rules: &ShieldRules,
        now: Timestamp,
    ) -> Result<Option<Entry>, Error> {
        // Where there is no row, or a forgotten one, the rule gives the same whatever else is stored.
        let Some(fresh) = shield::reserve(None, seen, rules, now) else { return Ok(None) };
        let forgotten = now.saturating_sub(rules.window).unwrap_or(Timestamp::MIN);
        let budget = rules.budget().map_or(i64::from(u32::MAX), i64::from);
        run!(
            self.conn(),
            optional Entry:
            "insert into shield (source, external_id, forwarded, answered, last_at) values ($1, $2, $3, 0, $4)
             on conflict (source, external_id) do update
                set forwarded = case when shield.last_at <= $5 then 1 else shield.forwarded + 1 end,
                    answered  = case when shield.last_at <= $5 then 0 else shield.answered end,
                    last_at   = $4
              where shield.last_at <= $5
                 or (shield.forwarded < $6
                     and $7 + case when shield.forwarded > $8 then shield.forwarded - $8 else 0 end < $6)
             returning forwarded, answered, last_at",
            &whom.source,
            &whom.external_id,
            i64::from(fresh.tally.forwarded),
            Micros(now),
            Micros(forgotten),
            budget,
            i64::from(seen.counted.unwrap_or_default()),
            i64::from(seen.answered),
        )
    }

    /// The directory has found a forwarded password wrong, and counted it.
    pub async fn forward_was_wrong(&mut self, whom: &Shielded, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update shield set answered = answered + 1, last_at = case when last_at < $3 then $3 else last_at end
                      where source = $1 and external_id = $2 and answered < forwarded",
            &whom.source,
            &whom.external_id,
            Micros(now),
        )
        .map(drop)
    }

    /// A forwarded password was right: the directory has forgotten the wrong ones, and so do we, but for those that are
    /// under way.
    pub async fn forward_was_right(&mut self, whom: &Shielded) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update shield set forwarded = forwarded - answered - 1, answered = 0
                      where source = $1 and external_id = $2 and forwarded > answered",
            &whom.source,
            &whom.external_id,
        )
        .map(drop)
    }

    /// A forwarded password never reached the directory, or was not counted there.
    pub async fn forward_did_not_count(&mut self, whom: &Shielded) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update shield set forwarded = forwarded - 1
                      where source = $1 and external_id = $2 and forwarded > answered",
            &whom.source,
            &whom.external_id,
        )
        .map(drop)
    }

    /// Forgets what was forwarded, by an administrator who has unlocked the person in the directory as well.
    pub async fn clear_shield(&mut self, whom: &Shielded) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "delete from shield where source = $1 and external_id = $2",
            &whom.source,
            &whom.external_id,
        )
        .map(drop)
    }
}
