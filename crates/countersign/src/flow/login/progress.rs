//! What is known of the code that is on its way: shown on the code page, and asked for again while the person waits.

use std::sync::Arc;

use countersign_core::challenge::Standing;
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::delivery::{self, Delivery, Reason};
use jiff::{SignedDuration, Timestamp};

use super::Notice;
use super::code::{entering, load};
use crate::app::App;
use crate::flow::challenge::standing;
use crate::flow::{Error, Visitor, reach};
use crate::store::challenges::ChallengeRow;
use crate::store::messages::{MessageRow, MessageState};

/// How far back arrivals say what is usual.
const USUAL: SignedDuration = SignedDuration::from_hours(24);

/// What is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How the message travels.
    pub channel: Channel,
    /// Where it is.
    pub step: Step,
    /// Whether it takes longer than usual.
    pub slow: bool,
}

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It has arrived.
    Delivered {
        /// When that was heard.
        at: Timestamp,
    },
    /// It will not arrive.
    Failed {
        /// Why, if the network said.
        reason: Option<Reason>,
    },
    /// It waits for a provider.
    Queued,
    /// A provider has it.
    Sent {
        /// Since when.
        at: Timestamp,
    },
}

/// What the page asks for again and again.
pub struct Current {
    /// What is known.
    pub progress: Progress,
    /// Whether there is another way to choose.
    pub other_destinations: bool,
}

impl Progress {
    /// Whether the person should be offered another way at once.
    pub const fn is_in_trouble(&self) -> bool {
        self.slow || matches!(self.step, Step::Failed { .. })
    }
}

/// What is known of the newest message of a challenge.
pub(super) async fn of(app: &App, challenge: &ChallengeRow, now: Timestamp) -> Result<Option<Progress>, Error> {
    let Some(message) = app.store.newest_message(challenge.id).await? else { return Ok(None) };
    let step = step(&message);
    let slow = match step {
        Step::Queued | Step::Sent { .. } => {
            let since = now.saturating_sub(USUAL).unwrap_or(Timestamp::MIN);
            let took = app.store.recent_arrivals(message.channel, since).await?;
            // Where nobody tells of arrivals, as with mail, the last that is heard is that it was taken.
            let is_told_of = !took.is_empty() || (app.settings.delivery.poll && message.channel == Channel::Sms);
            let usual = delivery::slow_after(took, app.settings.delivery.slow_after);
            (step == Step::Queued || is_told_of) && now.duration_since(message.created_at) >= usual
        }
        Step::Delivered { .. } | Step::Failed { .. } => false,
    };
    Ok(Some(Progress { channel: message.channel, step, slow }))
}

fn step(message: &MessageRow) -> Step {
    let since = message.finished_at.unwrap_or(message.created_at);
    match (message.state, message.delivery) {
        (_, Some(Delivery::Delivered)) => Step::Delivered { at: message.delivery_at.unwrap_or(since) },
        (_, Some(Delivery::Failed)) => Step::Failed { reason: message.delivery_reason },
        (MessageState::Failed | MessageState::Dropped, _) => Step::Failed { reason: None },
        (MessageState::Sent, _) => Step::Sent { at: since },
        (MessageState::Leased | MessageState::Queued, _) => Step::Queued,
    }
}

/// What is known now; `None` for whoever has no login that waits for its code. It leads to no page and costs no try.
pub async fn current(app: &App, visitor: &Visitor) -> Result<Option<Current>, Error> {
    let Some(login) = entering(app, visitor).await? else { return Ok(None) };
    let Some((challenge, account)) = load(app, &login).await? else { return Ok(None) };
    if !matches!(standing(app, &challenge, visitor.now), Standing::Live { .. }) {
        return Ok(None);
    }
    let Some(progress) = of(app, &challenge, visitor.now).await? else { return Ok(None) };
    let reachable = reach::channels(app, &account, visitor.now).await?;
    Ok(Some(Current {
        progress,
        other_destinations: others(&account.account.destinations(&reachable), challenge.channel),
    }))
}

/// Whether there is another way than this one.
pub(super) fn others(destinations: &[Destination], used: Channel) -> bool {
    destinations.iter().any(|to| to.channel() != used)
}

/// The person asks what is known: the page may be shown once more. `false` for whoever has no login that waits for its code.
pub async fn look_again(app: &Arc<App>, visitor: &Visitor) -> Result<bool, Error> {
    let Some(login) = entering(app, visitor).await? else { return Ok(false) };
    let (id, notice) = (login.id, Some(Notice::Looked.as_str()));
    app.store.write(move |tx| Box::pin(async move { tx.offer_page(id, notice).await })).await?;
    Ok(true)
}
