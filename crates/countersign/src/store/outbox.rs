//! The outbox: how messages move from being queued to being sent, given up or dropped.
//!
//! ```text
//!  Queued ──lease──► Leased ─┬─► Sent
//!    ▲                 │     └─► Failed
//!    └── retry, or ────┘
//!        the lease ran out       Queued ──► Dropped (its code is no longer good)
//! ```

use countersign_core::id::{ChallengeId, MessageId};
use jiff::Timestamp;
use sqlx::types::Json;

use crate::store::db::run;
use crate::store::dialect;
use crate::store::error::Error;
use crate::store::messages::{MessageRow, MessageState, NewMessage, NewNotice, Retry};
use crate::store::tx::Tx;
use crate::store::values::Micros;

impl Tx {
    /// Puts a message with a code into the outbox, due at once.
    pub async fn queue_message(&mut self, new: &NewMessage, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into message (id, challenge_id, account_id, channel, destination, purpose, number, language,
                                          site, state, attempts, next_at, refused_by, created_at, expires_at)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'queued', 0, $10, $11, $10, $12)",
            new.id.0,
            new.challenge.map(|id| id.0),
            new.account.map(|id| id.0),
            new.destination.channel().as_str(),
            new.destination.address(),
            new.purpose.as_str(),
            i64::from(new.number),
            &new.language,
            &new.site,
            Micros(now),
            Json(Vec::<String>::new()),
            Micros(new.expires_at),
        )
        .map(drop)
    }

    /// Puts a message without a code into the outbox, due at once.
    pub async fn queue_notice(&mut self, new: &NewNotice, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into message (id, account_id, channel, destination, purpose, notice, number, language, site,
                                          state, attempts, next_at, refused_by, created_at, expires_at)
                     values ($1, $2, $3, $4, 'notice', $5, 1, $6, $7, 'queued', 0, $8, $9, $8, $10)",
            new.id.0,
            new.account.0,
            new.destination.channel().as_str(),
            new.destination.address(),
            Json(&new.notice),
            &new.language,
            &new.site,
            Micros(now),
            Json(Vec::<String>::new()),
            Micros(new.expires_at),
        )
        .map(drop)
    }

    /// Takes messages that are due, or whose lease has run out, and whose code is still good. Each goes to one caller.
    pub async fn lease_messages(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<MessageRow>, Error> {
        run!(
            self.conn(),
            all MessageRow: dialect::LEASE_MESSAGES,
            Micros(now),
            Micros(lease_until),
            i64::from(limit),
        )
    }

    /// A provider has accepted it.
    pub async fn message_sent(
        &mut self,
        id: MessageId,
        provider: &str,
        provider_id: Option<&str>,
        price: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update message
                        set state = 'sent', provider = $2, provider_id = $3, detail = $4, price = coalesce($4, price),
                            outcome = 'accepted', lease_until = null, finished_at = $5
                      where id = $1 and finished_at is null",
            id.0,
            provider,
            provider_id,
            price,
            Micros(now),
        )
        .map(drop)
    }

    /// Back to the queue.
    pub async fn message_retry(&mut self, id: MessageId, retry: &Retry<'_>) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update message
                        set state = 'queued', next_at = $2, refused_by = $3, outcome = $4, detail = $5,
                            lease_until = null
                      where id = $1 and finished_at is null",
            id.0,
            Micros(retry.next_at),
            Json(retry.refused_by),
            retry.outcome,
            retry.detail,
        )
        .map(drop)
    }

    /// Given up or dropped.
    pub async fn message_finished(
        &mut self,
        id: MessageId,
        state: MessageState,
        outcome: &str,
        detail: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update message
                        set state = $2, outcome = $3, detail = $4, lease_until = null, finished_at = $5
                      where id = $1 and finished_at is null",
            id.0,
            state.as_str(),
            outcome,
            detail,
            Micros(now),
        )
        .map(drop)
    }

    /// Drops what nobody is sending and whose code is no longer good.
    pub async fn drop_stale_messages(&mut self, now: Timestamp) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update message
                        set state = 'dropped', outcome = 'stale', lease_until = null, finished_at = $1
                      where finished_at is null
                        and (state = 'queued' or lease_until <= $1)
                        and (expires_at <= $1
                             or (challenge_id is not null
                                 and not exists (select 1 from challenge c
                                                  where c.id = message.challenge_id
                                                    and c.ended_at is null and c.expires_at > $1)))",
            Micros(now),
        )
    }

    /// Drops what is queued of a challenge that has ended.
    pub async fn drop_messages_of(&mut self, challenge: ChallengeId, now: Timestamp) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update message
                        set state = 'dropped', outcome = 'stale', finished_at = $2
                      where challenge_id = $1 and state = 'queued'",
            challenge.0,
            Micros(now),
        )
    }
}
