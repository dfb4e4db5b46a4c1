//! The second step: where the code should go. Nothing is sent before the person has chosen.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::challenge::{Purpose, Standing};
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::id::{ChallengeId, MessageId};
use countersign_core::notice::{self as notices, LinkKind};
use countersign_core::realm::RealmName;
use countersign_core::throttle::Scope;
use jiff::Timestamp;
use serde_json::json;

use super::finish::entry;
use super::{Notice, current};
use crate::app::App;
use crate::flow::challenge::{reserve_sends, standing};
use crate::flow::link::{self, NewLink};
use crate::flow::notice::{self, Whom};
use crate::flow::{Error, Visitor, reach, verification};
use crate::store::accounts::AccountRow;
use crate::store::challenges::ChallengeRow;
use crate::store::error::Error as StoreError;
use crate::store::logins::{LoginRow, Stage};
use crate::store::messages::NewMessage;
use crate::store::sends::SendVerdict;
use crate::store::tx::Tx;
use crate::store::values::TokenHash;

/// What the page offers.
pub struct Offer {
    /// The realm of the login.
    pub realm: RealmName,
    /// The login and why it needs a code.
    pub login: LoginRow,
    /// Where the code can go.
    pub destinations: Vec<Destination>,
    /// Where the last code of this login went.
    pub last_used: Option<Channel>,
    /// Whether the person has recovery codes.
    pub recovery_codes: bool,
    /// The account, for the values in the sentence that says why.
    pub account: AccountRow,
}

/// What became of a choice.
pub enum Chosen {
    /// There is no such destination.
    NotOffered,
    /// A message is in the outbox; the code page may be shown. Or the code page says why there is none yet.
    Proceed,
    /// There is no login in progress.
    Start,
    /// A limit on messages is reached, and no code is on its way.
    TooMany {
        /// Until when.
        until: Timestamp,
    },
}

/// What the destination page shows; `None` without a login in progress.
pub async fn offer(app: &App, visitor: &Visitor) -> Result<Option<Offer>, Error> {
    let Some(login) = current(app, visitor).await? else { return Ok(None) };
    let Some(account) = app.store.account(login.account).await? else { return Ok(None) };
    let last_used = match login.challenge {
        Some(id) => app.store.challenge(id).await?.map(|challenge| challenge.channel),
        None => None,
    };
    let reachable = reach::channels(app, &account, visitor.now).await?;
    let destinations = account.account.destinations(&reachable);
    let recovery_codes = app.store.recovery_codes(login.account).await?.left > 0;
    Ok(Some(Offer { realm: login.realm.clone(), login, destinations, last_used, recovery_codes, account }))
}

/// Sends the code to the chosen destination. While a code lives, another destination gets the same one.
pub async fn choose(app: &Arc<App>, visitor: &Visitor, channel: Channel) -> Result<Chosen, Error> {
    act(app, visitor, Wish::To(channel)).await
}

/// Sends the code again, to where it went before.
pub async fn resend(app: &Arc<App>, visitor: &Visitor) -> Result<Chosen, Error> {
    act(app, visitor, Wish::Again).await
}

/// What the person asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Again,
    To(Channel),
}

/// A send that was asked for, with everything that the transaction needs.
struct Case {
    app: Arc<App>,
    visitor: Visitor,
    token: TokenHash,
    wish: Wish,
    challenge: ChallengeId,
    message: MessageId,
}

async fn act(app: &Arc<App>, visitor: &Visitor, wish: Wish) -> Result<Chosen, Error> {
    let Some(token) = &visitor.login else { return Ok(Chosen::Start) };
    let case = Arc::new(Case {
        app: Arc::clone(app),
        visitor: visitor.clone(),
        token: TokenHash(token.hash()),
        wish,
        challenge: ChallengeId(app.entropy.uuid()?),
        message: MessageId(app.entropy.uuid()?),
    });
    let chosen = app.store.write(move |tx| Box::pin(async move { send(tx, &case).await })).await?;
    app.outbox.notify_one();
    Ok(chosen)
}

/// One transaction: the limits are reserved, the challenge begun or repeated, and the message queued. The account's row
/// is locked first, so fifty parallel wishes are one after the other, and the cool-down answers all but the first.
async fn send(tx: &mut Tx, case: &Case) -> Result<Chosen, StoreError> {
    let now = case.visitor.now;
    let Some(login) = tx.login_by_token(&case.token).await? else { return Ok(Chosen::Start) };
    let Some(account) = tx.lock_account(login.account).await? else { return Ok(Chosen::Start) };
    // Read again under the lock: what was read before may be over.
    let Some(login) = tx.login_by_token(&case.token).await? else { return Ok(Chosen::Start) };
    let over = login.stage == Stage::Ended || login.stage.enrols() || now >= login.expires_at;
    if over || account.account.disabled_at.is_some() || account.account.factor_disabled_at.is_some() {
        return Ok(Chosen::Start);
    }
    let live = live_challenge(tx, case, &login).await?;
    let channel = match (case.wish, &live) {
        (Wish::To(channel), _) => channel,
        (Wish::Again, Some(live)) => live.channel,
        (Wish::Again, None) => return Ok(Chosen::Start),
    };
    let reachable = reach::channels_in(tx, &case.app, &account, now).await?;
    let Some(destination) = account.account.destination(channel, &reachable) else { return Ok(Chosen::NotOffered) };
    if let Some(until) = cooling_until(tx, case, &login).await? {
        if live.is_none() {
            return Ok(Chosen::TooMany { until });
        }
        tx.offer_page(login.id, Some(Notice::Cooldown.as_str())).await?;
        return Ok(Chosen::Proceed);
    }
    let reserved = reserve_sends(tx, &case.app, &case.visitor, &account, &destination).await?;
    if let SendVerdict::Refused { scope, until } = reserved {
        return refuse(tx, case, &login, &account, (scope, until)).await;
    }
    // A code that nobody can carry there is of no use: another one begins, with the tries that were used.
    let challenge = match live {
        Some(live) if verification::is_carried(&case.app, &live, &destination, now) => live,
        left => begin(tx, case, &login, &destination, left.map_or(0, |left| left.tries)).await?,
    };
    queue(tx, case, &login, &challenge, &destination).await?;
    let notice = if case.wish == Wish::Again { Notice::Resent } else { Notice::Sent };
    tx.offer_page(login.id, Some(notice.as_str())).await?;
    Ok(Chosen::Proceed)
}

/// The challenge of this very login, if its code can still be tried.
async fn live_challenge(tx: &mut Tx, case: &Case, login: &LoginRow) -> Result<Option<ChallengeRow>, StoreError> {
    let Some(id) = login.challenge else { return Ok(None) };
    let live = tx.challenge(id).await?.filter(|challenge| challenge.login == Some(login.id));
    Ok(live.filter(|live| matches!(standing(&case.app, live, case.visitor.now), Standing::Live { .. })))
}

/// The cool-down is the account's, whichever browser its last message was asked for in; otherwise a login in another one
/// would send at once, again and again. The first change of browser is free: people put the phone down and go on at a desk.
async fn cooling_until(tx: &mut Tx, case: &Case, login: &LoginRow) -> Result<Option<Timestamp>, StoreError> {
    let now = case.visitor.now;
    let Some(last) = tx.live_challenge(login.account, Purpose::Login, now).await? else { return Ok(None) };
    let first_change = last.login != Some(login.id) && last.sends <= 1;
    // Whose message will not arrive need not wait for another way; what that may cost is limited by the hour and the day.
    let elsewhere = matches!(case.wish, Wish::To(channel) if channel != last.channel);
    if elsewhere && has_failed(tx, last.id).await? {
        return Ok(None);
    }
    if first_change || !matches!(standing(&case.app, &last, now), Standing::Live { .. }) {
        return Ok(None);
    }
    let until = last.last_sent_at.map(|at| at + case.app.settings.send_limits.cooldown_after(last.sends));
    Ok(until.filter(|until| now < *until))
}

/// Whether the last message of a challenge will not arrive.
async fn has_failed(tx: &mut Tx, challenge: ChallengeId) -> Result<bool, StoreError> {
    let newest = tx.newest_message(challenge).await?;
    Ok(newest.is_some_and(|message| message.has_failed()))
}

/// A limit is reached. With a code on its way the code page says so; without one the destination page does.
async fn refuse(
    tx: &mut Tx,
    case: &Case,
    login: &LoginRow,
    account: &AccountRow,
    (scope, until): (Scope, Timestamp),
) -> Result<Chosen, StoreError> {
    let detail = json!({ "limit": scope, "until": until });
    tx.audit(&entry(&case.visitor, account, Event::SendRefused, detail)).await?;
    tracing::warn!(event = Event::SendRefused.as_str(), account.id = %login.account, limit = scope.as_str(), %until, "message refused by a limit");
    // Whoever came this far knows the password. Once a day the owner hears of it by another message than a code (I-01).
    if scope == Scope::Account || scope == Scope::Destination {
        notice::tell(tx, &case.app, account, notices::Notice::CodesAsked, Whom::Email, case.visitor.now).await?;
    }
    if live_challenge(tx, case, login).await?.is_some() {
        tx.offer_page(login.id, Some(Notice::TooMany.as_str())).await?;
        return Ok(Chosen::Proceed);
    }
    Ok(Chosen::TooMany { until })
}

/// Begins a challenge, and ends the one that another browser may have: there is one live code for an account.
async fn begin(
    tx: &mut Tx,
    case: &Case,
    login: &LoginRow,
    destination: &Destination,
    tries: u32,
) -> Result<ChallengeRow, StoreError> {
    let now = case.visitor.now;
    let other = tx.live_challenge(login.account, Purpose::Login, now).await?;
    if let Some(other) = &other {
        tx.drop_messages_of(other.id, now).await?;
    }
    tx.end_live_challenges(login.account, Purpose::Login, "replaced", now).await?;
    let challenge = ChallengeRow {
        id: case.challenge,
        account: login.account,
        purpose: Purpose::Login,
        login: Some(login.id),
        session: None,
        channel: destination.channel(),
        destination: destination.address().to_owned(),
        created_at: now,
        expires_at: now + case.app.settings.code.life,
        tries,
        // The messages that the other browser had count on, and so does the wait between them.
        sends: other.map_or(0, |other| other.sends),
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

async fn queue(
    tx: &mut Tx,
    case: &Case,
    login: &LoginRow,
    challenge: &ChallengeRow,
    destination: &Destination,
) -> Result<(), StoreError> {
    let now = case.visitor.now;
    // A message that still waits is overtaken by this one, which carries the same code.
    tx.drop_messages_of(challenge.id, now).await?;
    tx.record_send(challenge.id, destination, now).await?;
    tx.update_login(login.id, Stage::Entering, Some(challenge.id), challenge.expires_at).await?;
    let message = NewMessage {
        id: case.message,
        challenge: Some(challenge.id),
        account: Some(login.account),
        destination: destination.clone(),
        purpose: Purpose::Login,
        number: challenge.sends + 1,
        language: case.visitor.language.clone(),
        site: case.app.settings.site.name.clone(),
        expires_at: challenge.expires_at,
    };
    tx.queue_message(&message, now).await?;
    if destination.channel() != Channel::Email {
        return Ok(());
    }
    let expires_at = now.saturating_add(notices::LIFE).unwrap_or(Timestamp::MAX);
    let link = NewLink { message: message.id, kind: LinkKind::NotMe, account: login.account, expires_at };
    link::issue(tx, &case.app, &link, now).await
}
