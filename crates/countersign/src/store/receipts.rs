//! What the network said of messages, on their rows of `message`.
//!
//! A receipt finds its message by the id that the provider gave it. It moves `delivery` forward, never back, in one
//! conditional statement, so that receipts may come late, twice, at once and in any order. It changes no other column that
//! anything decides by.

use countersign_core::channel::Channel;
use countersign_core::delivery::{Delivery, Reason};
use countersign_core::id::{ChallengeId, MessageId};
use jiff::{SignedDuration, Timestamp};

use crate::store::Store;
use crate::store::db::{Conn, Record, Row, run};
use crate::store::dialect;
use crate::store::error::Error;
use crate::store::messages::{MessageRow, columns};
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// How many arrivals are looked at to know how long messages take.
const ARRIVALS: i64 = 200;

/// What is to be written of a receipt.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// The provider that tells it.
    pub provider: String,
    /// Its id for the message.
    pub provider_id: String,
    /// Our own id, where the provider repeats it: the receipt may be faster than the answer to the sending.
    pub message: Option<MessageId>,
    /// What became of it.
    pub delivery: Delivery,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// The provider's own code for that.
    pub detail: Option<String>,
    /// What it costs, if that was not known before.
    pub price: Option<String>,
}

struct Took(SignedDuration);

impl Record for Took {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self(row.instant("delivery_at")?.duration_since(row.instant("created_at")?)))
    }
}

async fn newest(conn: Conn<'_>, challenge: ChallengeId) -> Result<Option<MessageRow>, Error> {
    run!(
        conn,
        optional MessageRow:
        concat!("select ", columns!(), " from message where challenge_id = $1 order by number desc limit 1"),
        challenge.0,
    )
}

impl Store {
    /// The newest message of a challenge.
    pub async fn newest_message(&self, challenge: ChallengeId) -> Result<Option<MessageRow>, Error> {
        newest(self.reader().await?.conn(), challenge).await
    }

    /// How long the latest messages of a channel took from the wish to the telephone.
    pub async fn recent_arrivals(&self, channel: Channel, since: Timestamp) -> Result<Vec<SignedDuration>, Error> {
        let took = run!(
            self.reader().await?.conn(),
            all Took:
            "select delivery_at, created_at from message
              where channel = $1 and delivery = 'delivered' and delivery_at > $2
              order by delivery_at desc
              limit $3",
            channel.as_str(),
            Micros(since),
            ARRIVALS,
        )?;
        Ok(took.into_iter().map(|took| took.0).collect())
    }
}

impl Tx {
    /// The newest message of a challenge.
    pub async fn newest_message(&mut self, challenge: ChallengeId) -> Result<Option<MessageRow>, Error> {
        newest(self.conn(), challenge).await
    }

    /// Writes down what became of a message, if that is news. `None`: there is no such message, or it is none.
    pub async fn message_delivery(&mut self, new: &NewDelivery, now: Timestamp) -> Result<Option<MessageRow>, Error> {
        run!(
            self.conn(),
            optional MessageRow:
            concat!(
                "update message
                    set delivery = $3, delivery_at = $4, delivery_reason = $5, delivery_detail = $6,
                        price = coalesce($7, price)
                  where ((provider = $1 and provider_id = $2) or (id = $8 and state = 'leased'))
                    and (delivery is null or (delivery = 'sent' and $3 <> 'sent'))
                returning ", columns!()
            ),
            &new.provider,
            &new.provider_id,
            new.delivery.as_str(),
            Micros(now),
            new.reason.map(Reason::as_str),
            new.detail.as_deref(),
            new.price.as_deref(),
            new.message.map(|id| id.0),
        )
    }

    /// Takes messages of which nothing final is known and whose gateway may be asked: `first` after they were taken, then
    /// each time they have become twice as old, until they were taken before `oldest`.
    pub async fn take_unknown(
        &mut self,
        now: Timestamp,
        first: Timestamp,
        oldest: Timestamp,
        limit: u32,
    ) -> Result<Vec<MessageRow>, Error> {
        run!(
            self.conn(),
            all MessageRow: dialect::TAKE_UNKNOWN,
            Micros(now),
            Micros(first),
            Micros(oldest),
            i64::from(limit),
        )
    }
}
