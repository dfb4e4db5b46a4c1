//! Proving it again: a fresh second factor, in a session, before something about the account changes.
//!
//! What is fresh is a rule of the core (`SessionRules::missing`). What is proven here is added to the session's evidence,
//! and the session gets a new token (OWASP ASVS 5.0, 7.2.4): a copy of the old one does not inherit what was proven.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::challenge::Purpose;
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::secret::Secret;
use countersign_core::session::{Evidence, HasFactor, Missing, Proof, assurance};
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::flow::challenge::{self, Awaited, Judged, Order, Owner, Sent, spend};
use crate::flow::login::Bearer;
use crate::flow::login::finish::entry;
use crate::flow::own_password::{self, Answer};
use crate::flow::session::Current;
use crate::flow::{Error, Visitor, reach};
use crate::keys::Token;
use crate::store::challenges::ChallengeRow;
use crate::store::error::Error as StoreError;
use crate::store::sessions::SessionRow;
use crate::store::tx::Tx;

/// What the session has to prove again before something about the account changes; `None` where it was a moment ago.
pub fn missing(app: &App, current: &Current, now: Timestamp) -> Option<Missing> {
    let factor = if current.account.account.contacts.is_empty() { HasFactor::No } else { HasFactor::Yes };
    app.settings.session.missing(&current.session.evidence, factor, now)
}

/// Where a code can go. Empty where the code factor is off, or no channel works.
pub async fn destinations(app: &App, current: &Current, now: Timestamp) -> Result<Vec<Destination>, Error> {
    let account = &current.account.account;
    if account.factor_disabled_at.is_some() {
        return Ok(Vec::new());
    }
    Ok(account.destinations(&reach::channels(app, &current.account, now).await?))
}

/// What became of a wish for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// There is no such destination, or codes are off.
    NotOffered,
    /// See there.
    Order(Sent),
}

/// Sends a code to the chosen destination; the same one again while it lives.
pub async fn choose(app: &Arc<App>, visitor: &Visitor, current: &Current, channel: Channel) -> Result<Chosen, Error> {
    let offered = destinations(app, current, visitor.now).await?;
    let Some(destination) = offered.into_iter().find(|to| to.channel() == channel) else {
        return Ok(Chosen::NotOffered);
    };
    let (account, session) = (current.account.account.id, current.session.id);
    let order = Order::new(app, Purpose::StepUp, Owner::Session(session), destination.clone())?;
    let (shared, visitor) = (Arc::clone(app), visitor.clone());
    let work = Arc::new((shared, visitor, order, destination));
    let chosen = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let (app, visitor, order, destination) = &*work;
                let Some(row) = tx.lock_account(account).await? else { return Ok(Chosen::NotOffered) };
                // Read again under the lock: what was offered may have been changed by now.
                let there = row.account.contacts.destination(destination.channel()).as_ref() == Some(destination);
                let open = row.account.disabled_at.is_none() && row.account.factor_disabled_at.is_none();
                let served = order.is_served(tx, app, visitor.now).await?;
                if !there || !open || !served || !tx.session_is_open(session).await? {
                    return Ok(Chosen::NotOffered);
                }
                Ok(Chosen::Order(order.send(tx, app, visitor, &row).await?.0))
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(chosen)
}

/// The code that this session waits for, if there is one.
pub async fn awaited(app: &App, visitor: &Visitor, current: &Current) -> Result<Option<Awaited>, Error> {
    match app.store.challenge_of_session(current.session.id, Purpose::StepUp).await? {
        Some(found) => challenge::awaited(app, &found, visitor.now).await,
        None => Ok(None),
    }
}

/// Sends the code again, to where it went before.
pub async fn resend(app: &Arc<App>, visitor: &Visitor, current: &Current) -> Result<Chosen, Error> {
    match awaited(app, visitor, current).await? {
        Some(awaited) => choose(app, visitor, current, awaited.destination.channel()).await,
        None => Ok(Chosen::NotOffered),
    }
}

/// What became of a proof.
pub enum Outcome {
    /// It is proven; the session has this token from now on.
    Confirmed(Token),
    /// The code was not right.
    Code(Judged),
    /// The password was not right.
    Password(Answer),
}

/// Tries a code.
pub async fn submit(app: &Arc<App>, visitor: &Visitor, current: &Current, typed: &str) -> Result<Outcome, Error> {
    let found = app.store.challenge_of_session(current.session.id, Purpose::StepUp).await?;
    let Some(challenge) = found.filter(|challenge| challenge.account == current.account.account.id) else {
        return Ok(Outcome::Code(Judged::Over));
    };
    let judged = challenge::judge(app, visitor, &challenge, typed).await?;
    if judged != Judged::Right {
        return Ok(Outcome::Code(judged));
    }
    let proof = Proof::code_by(challenge.channel);
    Ok(renew(app, visitor, current, proof, Some(challenge))
        .await?
        .map_or(Outcome::Code(Judged::Over), Outcome::Confirmed))
}

/// Tries the password, where there is no second factor that could be asked for.
pub async fn password(
    app: &Arc<App>,
    visitor: &Visitor,
    current: &Current,
    password: &Secret,
) -> Result<Outcome, Error> {
    let answer = own_password::prove(app, visitor, current, password).await?;
    if answer != Answer::Right {
        return Ok(Outcome::Password(answer));
    }
    let renewed = renew(app, visitor, current, Proof::Password, None).await?;
    Ok(renewed.map_or(Outcome::Password(Answer::Wrong), Outcome::Confirmed))
}

/// A session that has proven something more, with what the transaction needs.
struct Case {
    visitor: Visitor,
    session: SessionRow,
    evidence: Vec<Evidence>,
    next: Bearer,
    challenge: Option<ChallengeRow>,
}

/// Adds the proof to the session. `None`: the challenge was used or the session has ended meanwhile.
async fn renew(
    app: &Arc<App>,
    visitor: &Visitor,
    current: &Current,
    proof: Proof,
    challenge: Option<ChallengeRow>,
) -> Result<Option<Token>, Error> {
    let mut evidence = current.session.evidence.clone();
    // One of each kind is enough, and the list does not grow with a session that lives for weeks.
    evidence.retain(|item| item.proof != proof);
    evidence.push(Evidence { proof, at: visitor.now });
    let next = Bearer::new(app)?;
    let token = next.token.clone();
    let case = Case { visitor: visitor.clone(), session: current.session.clone(), evidence, next, challenge };
    let case = Arc::new(case);
    let done = app.store.write(move |tx| Box::pin(async move { redeem(tx, &case).await })).await?;
    Ok(done.then_some(token))
}

/// One transaction: the challenge is consumed, and the session renewed, or neither.
async fn redeem(tx: &mut Tx, case: &Case) -> Result<bool, StoreError> {
    let (session, now) = (&case.session, case.visitor.now);
    let Some(row) = tx.lock_account(session.account).await? else { return Ok(false) };
    if row.account.disabled_at.is_some() || !tx.session_is_open(session.id).await? {
        return Ok(false);
    }
    if let Some(challenge) = &case.challenge {
        if row.account.factor_disabled_at.is_some() || !spend(tx, challenge, now).await? {
            return Ok(false);
        }
        tx.note_second_factor(row.account.id, now).await?;
    }
    // From here on nothing is refused: what was consumed is given for.
    let renewed = tx.renew_session(session.id, &session.token, &case.next.hash(), &case.evidence, now).await?;
    if renewed {
        let detail = json!({ "session": session.id, "assurance": assurance(&case.evidence) });
        tx.audit(&entry(&case.visitor, &row, Event::StepUp, detail)).await?;
    }
    Ok(renewed)
}
