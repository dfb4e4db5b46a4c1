//! The outbox: messages to be sent, being sent, and sent. A row never holds a code or a text; both are made when the
//! courier takes the message, and the code is derived from its challenge.
//!
//! ```text
//!  Queued ──lease──► Leased ─┬─► Sent
//!    ▲                 │     └─► Failed
//!    └── retry, or ────┘
//!        the lease ran out       Queued ──► Dropped (its code is no longer good)
//! ```

use std::fmt;

use countersign_core::challenge::Purpose;
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::delivery::{Delivery, Reason};
use countersign_core::id::{AccountId, ChallengeId, MessageId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use crate::store::Store;
use crate::store::db::{Record, Row, run};
use crate::store::dialect;
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageState {
    /// Never sent, because its code was no longer good.
    Dropped,
    /// Given up.
    Failed,
    /// Taken by a courier, until the lease runs out.
    Leased,
    /// Waiting for its time.
    Queued,
    /// Accepted by a provider.
    Sent,
}

impl MessageState {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::Failed => "failed",
            Self::Leased => "leased",
            Self::Queued => "queued",
            Self::Sent => "sent",
        }
    }
}

/// A message of the outbox.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its id.
    pub id: MessageId,
    /// The challenge whose code it carries.
    pub challenge: Option<ChallengeId>,
    /// To whom.
    pub account: Option<AccountId>,
    /// How.
    pub channel: Channel,
    /// Where to, in full.
    pub destination: String,
    /// What its code is good for.
    pub purpose: Purpose,
    /// The how-manieth message of its challenge it is.
    pub number: u32,
    /// The language of its text.
    pub language: String,
    /// The name of the site in its text.
    pub site: String,
    /// Where it stands.
    pub state: MessageState,
    /// How often a courier took it.
    pub attempts: u32,
    /// When it is due.
    pub next_at: Timestamp,
    /// Until when a courier has it.
    pub lease_until: Option<Timestamp>,
    /// The provider that accepted it.
    pub provider: Option<String>,
    /// The provider's id for it.
    pub provider_id: Option<String>,
    /// Providers that refused it.
    pub refused_by: Vec<String>,
    /// How the last attempt went, in one word.
    pub outcome: Option<String>,
    /// The same, in a sentence for the administrator.
    pub detail: Option<String>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When its code is no longer good.
    pub expires_at: Timestamp,
    /// When it was sent, given up or dropped.
    pub finished_at: Option<Timestamp>,
    /// What the network said of it after it was sent.
    pub delivery: Option<Delivery>,
    /// When that was heard.
    pub delivery_at: Option<Timestamp>,
    /// Why it could not be delivered.
    pub delivery_reason: Option<Reason>,
    /// The provider's own code for that.
    pub delivery_detail: Option<String>,
    /// What it costs, in the provider's own digits, with the currency if it tells.
    pub price: Option<String>,
}

/// Prints no address.
impl fmt::Debug for MessageRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageRow")
            .field("id", &self.id)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .field("next_at", &self.next_at)
            .field("finished_at", &self.finished_at)
            .finish_non_exhaustive()
    }
}

/// A message to be queued.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// The challenge whose code it carries.
    pub challenge: Option<ChallengeId>,
    /// To whom.
    pub account: Option<AccountId>,
    /// Where to.
    pub destination: Destination,
    /// What its code is good for.
    pub purpose: Purpose,
    /// The how-manieth message of its challenge it is.
    pub number: u32,
    /// The language of its text.
    pub language: String,
    /// The name of the site in its text.
    pub site: String,
    /// When its code is no longer good.
    pub expires_at: Timestamp,
}

/// Why a message goes back to the queue.
#[derive(Clone, Copy, Debug)]
pub struct Retry<'a> {
    /// When to try again.
    pub next_at: Timestamp,
    /// Every provider that has refused it so far.
    pub refused_by: &'a [String],
    /// How the attempt went, in one word.
    pub outcome: &'a str,
    /// The same, in a sentence for the administrator.
    pub detail: Option<&'a str>,
}

macro_rules! columns {
    () => {
        "id, challenge_id, account_id, channel, destination, purpose, number, language, site, state, attempts, next_at,
         lease_until, provider, provider_id, refused_by, outcome, detail, created_at, expires_at, finished_at,
         delivery, delivery_at, delivery_reason, delivery_detail, price"
    };
}
pub(super) use columns;

impl Record for MessageRow {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id("id", MessageId)?,
            challenge: row.optional_id("challenge_id", ChallengeId)?,
            account: row.optional_id("account_id", AccountId)?,
            channel: row.parsed("channel")?,
            destination: row.get("destination")?,
            purpose: row.named("purpose")?,
            number: row.count("number")?,
            language: row.get("language")?,
            site: row.get("site")?,
            state: row.named("state")?,
            attempts: row.count("attempts")?,
            next_at: row.instant("next_at")?,
            lease_until: row.optional_instant("lease_until")?,
            provider: row.get("provider")?,
            provider_id: row.get("provider_id")?,
            refused_by: row.json("refused_by")?,
            outcome: row.get("outcome")?,
            detail: row.get("detail")?,
            created_at: row.instant("created_at")?,
            expires_at: row.instant("expires_at")?,
            finished_at: row.optional_instant("finished_at")?,
            delivery: row.optional_named("delivery")?,
            delivery_at: row.optional_instant("delivery_at")?,
            delivery_reason: row.optional_named("delivery_reason")?,
            delivery_detail: row.get("delivery_detail")?,
            price: row.get("price")?,
        })
    }
}

struct Due(Option<Timestamp>);

impl Record for Due {
    fn read(row: &Row) -> Result<Self, Error> {
        row.optional_instant("due").map(Self)
    }
}

impl Store {
    /// The newest messages, of one provider or of all.
    pub async fn messages(&self, limit: u32, provider: Option<&str>) -> Result<Vec<MessageRow>, Error> {
        run!(
            self.reader().await?.conn(),
            all MessageRow:
            concat!(
                "select ", columns!(), " from message
                  where $2 is null or provider = $2
                  order by created_at desc, id desc
                  limit $1"
            ),
            i64::from(limit),
            provider,
        )
    }

    /// The newest messages, in one state or in all.
    pub async fn messages_in(&self, state: Option<MessageState>, limit: u32) -> Result<Vec<MessageRow>, Error> {
        run!(
            self.reader().await?.conn(),
            all MessageRow:
            concat!(
                "select ", columns!(), " from message
                  where $1 is null or state = $1
                  order by created_at desc, id desc
                  limit $2"
            ),
            state.map(MessageState::as_str),
            i64::from(limit),
        )
    }

    /// The message with this id.
    pub async fn message(&self, id: MessageId) -> Result<Option<MessageRow>, Error> {
        run!(
            self.reader().await?.conn(),
            optional MessageRow: concat!("select ", columns!(), " from message where id = $1"),
            id.0,
        )
    }

    /// When the next message is due, or the next lease runs out.
    pub async fn next_message_due(&self) -> Result<Option<Timestamp>, Error> {
        let due = run!(
            self.reader().await?.conn(),
            optional Due:
            "select min(case when state = 'leased' then lease_until else next_at end) as due
               from message where finished_at is null",
        )?;
        Ok(due.and_then(|due| due.0))
    }
}

impl Tx {
    /// Puts a message into the outbox, due at once.
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
