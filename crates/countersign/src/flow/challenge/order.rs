//! Sending a code that is not for a login, under the limits on messages; and those limits for the codes of logins.

use countersign_core::audit::Event;
use countersign_core::challenge::{Purpose, Standing};
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::id::{ChallengeId, LoginId, MessageId, SessionId};
use countersign_core::notice::{LIFE, LinkKind};
use countersign_core::throttle::{Quota, Scope};
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::flow::challenge::standing;
use crate::flow::link::{self, NewLink};
use crate::flow::login::finish::entry;
use crate::flow::{Error, Visitor, bucket, reach, verification};
use crate::store::accounts::AccountRow;
use crate::store::challenges::ChallengeRow;
use crate::store::error::Error as StoreError;
use crate::store::messages::NewMessage;
use crate::store::sends::SendVerdict;
use crate::store::tx::Tx;

/// Reserves one message under every limit.
pub(in crate::flow) async fn reserve_sends(
    tx: &mut Tx,
    app: &App,
    visitor: &Visitor,
    account: &AccountRow,
    destination: &Destination,
) -> Result<SendVerdict, StoreError> {
    let quotas = app.settings.send_limits.quotas(account.account.id, destination, visitor.network());
    let quotas: Vec<Quota> = quotas.iter().map(|quota| bucket::hidden(&app.keys, quota)).collect();
    let verdict = tx.reserve_sends(&quotas, visitor.now).await?;
    if let SendVerdict::Refused { scope, .. } = verdict {
        alarm(tx, app, visitor, account, (scope, destination)).await?;
    }
    Ok(verdict)
}

/// A limit that stands for money was reached: the operator is told, once a day for each range and for the instance.
async fn alarm(
    tx: &mut Tx,
    app: &App,
    visitor: &Visitor,
    account: &AccountRow,
    (scope, to): (Scope, &Destination),
) -> Result<(), StoreError> {
    let range = match to {
        Destination::Sms(phone) | Destination::Voice(phone) if scope == Scope::NumberRange => phone.prefix(),
        _ => "all",
    };
    let subject = app.keys.pseudonym(Scope::Alarm.as_str(), range);
    let Some(quota) = app.settings.send_limits.alarm(scope, &subject) else { return Ok(()) };
    if tx.reserve_sends(&[quota], visitor.now).await? != SendVerdict::Allowed {
        return Ok(());
    }
    tracing::error!(event = Event::SpendAlarm.as_str(), limit = scope.as_str(), channel = %to.channel(), "a limit on messages that cost money is reached: look whether somebody makes messages for their price");
    let detail = json!({ "limit": scope, "channel": to.channel() });
    tx.audit(&entry(visitor, account, Event::SpendAlarm, detail)).await
}

/// Who waits for a code that is not for a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::flow) enum Owner {
    /// A login in which somebody enrols.
    Login(LoginId),
    /// A session.
    Session(SessionId),
}

impl Owner {
    /// Whether the challenge is this one's.
    pub(in crate::flow) fn owns(self, challenge: &ChallengeRow) -> bool {
        match self {
            Self::Login(id) => challenge.login == Some(id),
            Self::Session(id) => challenge.session == Some(id),
        }
    }
}

/// A code to be sent, with the ids that its rows get.
pub(in crate::flow) struct Order {
    purpose: Purpose,
    owner: Owner,
    destination: Destination,
    challenge: ChallengeId,
    message: MessageId,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The same code goes out again.
    Again,
    /// A code was sent a moment ago, and nothing more yet.
    Cooldown,
    /// A code goes out.
    New,
    /// A limit on messages is reached.
    TooMany {
        /// Until when.
        until: Timestamp,
        /// Whether the code that was sent before is still good.
        live: bool,
    },
}

impl Order {
    pub(in crate::flow) fn new(
        app: &App,
        purpose: Purpose,
        owner: Owner,
        destination: Destination,
    ) -> Result<Self, Error> {
        let (challenge, message) = (ChallengeId(app.entropy.uuid()?), MessageId(app.entropy.uuid()?));
        Ok(Self { purpose, owner, destination, challenge, message })
    }

    /// Whether a code would reach the destination now.
    pub(in crate::flow) async fn is_served(&self, tx: &mut Tx, app: &App, now: Timestamp) -> Result<bool, StoreError> {
        reach::serves_in(tx, app, &self.destination, now).await
    }

    /// Sends the code within the limits. The account's row is locked by the caller. The second value is the challenge that
    /// lives now, if there is one.
    pub(in crate::flow) async fn send(
        &self,
        tx: &mut Tx,
        app: &App,
        visitor: &Visitor,
        row: &AccountRow,
    ) -> Result<(Sent, Option<ChallengeRow>), StoreError> {
        let now = visitor.now;
        let live =
            tx.live_challenge(row.account.id, self.purpose, now).await?.filter(|live| self.continues(app, live, now));
        let cool = live
            .as_ref()
            .and_then(|live| Some(live.last_sent_at? + app.settings.send_limits.cooldown_after(live.sends)));
        if cool.is_some_and(|until| now < until) {
            return Ok((Sent::Cooldown, live));
        }
        if let SendVerdict::Refused { scope, until } = reserve_sends(tx, app, visitor, row, &self.destination).await? {
            let detail = json!({ "purpose": self.purpose, "limit": scope, "until": until });
            tx.audit(&entry(visitor, row, Event::SendRefused, detail)).await?;
            tracing::warn!(event = Event::SendRefused.as_str(), account.id = %row.account.id, limit = scope.as_str(), %until, "message refused by a limit");
            return Ok((Sent::TooMany { until, live: live.is_some() }, live));
        }
        let (sent, challenge) = match live {
            Some(live) => (Sent::Again, live),
            None => (Sent::New, self.begin(tx, app, row, now).await?),
        };
        tx.drop_messages_of(challenge.id, now).await?;
        tx.record_send(challenge.id, &self.destination, now).await?;
        tx.queue_message(&self.message(app, visitor, &challenge), now).await?;
        self.link(tx, app, row, now).await?;
        Ok((sent, Some(challenge)))
    }

    /// Whether a challenge goes on with this order: the same one waits for it, and it proves the same address.
    fn continues(&self, app: &App, live: &ChallengeRow, now: Timestamp) -> bool {
        let same_address = self.purpose == Purpose::StepUp || live.destination == self.destination.address();
        // A code that nobody can carry there is of no use (docs/decisions/0017).
        self.owner.owns(live)
            && same_address
            && verification::is_carried(app, live, &self.destination, now)
            && matches!(standing(app, live, now), Standing::Live { .. })
    }

    async fn begin(
        &self,
        tx: &mut Tx,
        app: &App,
        row: &AccountRow,
        now: Timestamp,
    ) -> Result<ChallengeRow, StoreError> {
        tx.end_live_challenges(row.account.id, self.purpose, "replaced", now).await?;
        let (login, session) = match self.owner {
            Owner::Login(id) => (Some(id), None),
            Owner::Session(id) => (None, Some(id)),
        };
        let challenge = ChallengeRow {
            id: self.challenge,
            account: row.account.id,
            purpose: self.purpose,
            login,
            session,
            channel: self.destination.channel(),
            destination: self.destination.address().to_owned(),
            created_at: now,
            expires_at: now + app.settings.code.life,
            tries: 0,
            sends: 0,
            last_sent_at: None,
            ended_at: None,
            end_reason: None,
            code_by: None,
            verifier: None,
            verification: None,
        };
        tx.insert_challenge(&challenge).await?;
        Ok(challenge)
    }

    /// A mail to the account's own address carries "This was not me". One to a new address does not: whoever reads it may
    /// be a stranger, who must not end anybody's sessions.
    async fn link(&self, tx: &mut Tx, app: &App, row: &AccountRow, now: Timestamp) -> Result<(), StoreError> {
        if self.purpose != Purpose::StepUp || self.destination.channel() != Channel::Email {
            return Ok(());
        }
        let expires_at = now.saturating_add(LIFE).unwrap_or(Timestamp::MAX);
        let link = NewLink { message: self.message, kind: LinkKind::NotMe, account: row.account.id, expires_at };
        link::issue(tx, app, &link, now).await
    }

    fn message(&self, app: &App, visitor: &Visitor, challenge: &ChallengeRow) -> NewMessage {
        NewMessage {
            id: self.message,
            challenge: Some(challenge.id),
            account: Some(challenge.account),
            destination: self.destination.clone(),
            purpose: self.purpose,
            number: challenge.sends + 1,
            language: visitor.language.clone(),
            site: app.settings.site.name.clone(),
            expires_at: challenge.expires_at,
        }
    }
}
