//! Messages: what a row holds, and reading them. How they move is in `outbox`.
//!
//! A row never holds a code, a link or a text; they are made when the courier takes the message. A code is derived from the
//! message's challenge, a link from its row in `link`.

use std::fmt;

use countersign_core::challenge::Purpose;
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::delivery::{Delivery, Reason};
use countersign_core::id::{AccountId, ChallengeId, MessageId};
use countersign_core::notice::Notice;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::Store;
use crate::store::db::{Record, Row, run};
use crate::store::error::Error;

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

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// A code, and what it is good for.
    Code(Purpose),
    /// That something happened.
    Notice(Notice),
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
    /// What it says.
    pub says: Says,
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
    /// When its code is no longer good, or nobody needs to be told any more.
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

/// A message with a code, to be queued.
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

impl MessageRow {
    /// Whether it will not arrive.
    pub fn has_failed(&self) -> bool {
        self.state == MessageState::Failed || self.delivery == Some(Delivery::Failed)
    }
}

/// A message without a code, to be queued.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// Its id.
    pub id: MessageId,
    /// To whom.
    pub account: AccountId,
    /// Where to.
    pub destination: Destination,
    /// What it says.
    pub notice: Notice,
    /// The language of its text.
    pub language: String,
    /// The name of the site in its text.
    pub site: String,
    /// When nobody needs to be told any more.
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
        "id, challenge_id, account_id, channel, destination, purpose, notice, number, language, site, state, attempts,
         next_at, lease_until, provider, provider_id, refused_by, outcome, detail, created_at, expires_at, finished_at,
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
            says: read_says(row)?,
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

fn read_says(row: &Row) -> Result<Says, Error> {
    Ok(match row.optional_json("notice")? {
        Some(notice) => Says::Notice(notice),
        None => Says::Code(row.named("purpose")?),
    })
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
