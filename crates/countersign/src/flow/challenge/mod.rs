//! Sending a code (`order`) and trying it, the same for every purpose: the limits, the reservation before the comparison,
//! and the ceiling over all wrong codes of an account.
//!
//! A challenge that is not for a login belongs to the session that asked for it, or to the login in which somebody enrols;
//! from anywhere else its code is worth nothing.

mod order;

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::challenge::{Guess, Progress, Standing};
use countersign_core::contact::Destination;
use countersign_core::lockout;
use countersign_core::notice::Notice;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::App;
pub use crate::flow::challenge::order::Sent;
pub(super) use crate::flow::challenge::order::{Order, Owner, reserve_sends};
use crate::flow::login::finish::entry;
use crate::flow::notice::{self, Whom};
use crate::flow::verification::{self, Compared};
use crate::flow::{Error, Visitor};
use crate::store::accounts::AccountRow;
use crate::store::challenges::ChallengeRow;
use crate::store::error::Error as StoreError;
use crate::store::tx::Tx;

/// Where a challenge stands under today's settings.
pub(super) fn standing(app: &App, challenge: &ChallengeRow, now: Timestamp) -> Standing {
    let ended = challenge.ended_at.is_some();
    Progress { tries: challenge.tries, expires_at: challenge.expires_at, ended }.standing(app.settings.code.tries, now)
}

/// The tries that a reservation counted.
#[derive(Clone, Copy)]
pub(super) struct Tried {
    pub(super) of_challenge: u32,
    pub(super) of_account: u32,
}

pub(super) enum Reserved {
    /// The account's ceiling is reached.
    Closed,
    /// The challenge has none left.
    None,
    Try(Tried),
}

/// Reserves a try, against the challenge and against the account, and commits it.
pub(super) async fn reserve(app: &Arc<App>, visitor: &Visitor, challenge: &ChallengeRow) -> Result<Reserved, Error> {
    let (id, account, now) = (challenge.id, challenge.account, visitor.now);
    let (tries, ceiling) = (app.settings.code.tries, app.settings.lockout.code_failures);
    let (work, visitor) = (Arc::clone(app), visitor.clone());
    Ok(app
        .store
        .write(move |tx| {
            Box::pin(async move {
                // Every transaction takes the account before the challenge, so that no two wait for each other.
                let Some(row) = tx.lock_account(account).await? else { return Ok(Reserved::None) };
                let Some(of_challenge) = tx.reserve_try(id, tries, now).await? else { return Ok(Reserved::None) };
                let Some(of_account) = tx.reserve_code_failure(account, ceiling).await? else {
                    // The try that reached the ceiling may have broken off before it could turn the factor off.
                    close(tx, &work, &visitor, &row, json!({ "ceiling": ceiling })).await?;
                    return Ok(Reserved::Closed);
                };
                Ok(Reserved::Try(Tried { of_challenge, of_account }))
            })
        })
        .await?)
}

/// Turns the code factor off, once.
pub(super) async fn close(
    tx: &mut Tx,
    app: &App,
    visitor: &Visitor,
    row: &AccountRow,
    detail: Value,
) -> Result<(), StoreError> {
    if tx.disable_factor(row.account.id, visitor.now).await? {
        tracing::error!(event = Event::CodeFactorDisabled.as_str(), account.id = %row.account.id, "too many wrong codes; `countersign account unlock` turns the code factor on again");
        tx.audit(&entry(visitor, row, Event::CodeFactorDisabled, detail)).await?;
        // Somebody knows the password: no browser is trusted on the strength of it any more (security.md G-04).
        tx.end_devices(row.account.id, "too many wrong codes", visitor.now).await?;
        notice::tell(tx, app, row, Notice::FactorDisabled, Whom::EveryAddress, visitor.now).await?;
        let alarm = Notice::AlarmFactorDisabled { about: notice::subject(row) };
        notice::tell_administrators(tx, app, alarm, visitor.now).await?;
    }
    Ok(())
}

/// What became of a try whose challenge is not for a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Its time is over.
    Expired,
    /// Too many wrong codes over all challenges: the code factor is off.
    FactorDisabled,
    /// What was typed is no code; it cost no try.
    Format,
    /// The challenge was used, replaced or voided.
    Over,
    /// The code is right. Whoever redeems the challenge consumes it.
    Right,
    /// The last try was wrong.
    TriesUsed,
    /// The gateway whose code it is could not be asked; the try counts.
    Unchecked,
    /// It was wrong.
    Wrong,
}

/// Tries what was typed.
pub(super) async fn judge(
    app: &Arc<App>,
    visitor: &Visitor,
    challenge: &ChallengeRow,
    typed: &str,
) -> Result<Judged, Error> {
    match standing(app, challenge, visitor.now) {
        Standing::Live { .. } => {}
        Standing::Expired => return Ok(Judged::Expired),
        Standing::TriesUsed => return Ok(Judged::TriesUsed),
        Standing::Ended => return Ok(Judged::Over),
    }
    let Ok(guess) = Guess::parse(typed) else { return Ok(Judged::Format) };
    let tried = match reserve(app, visitor, challenge).await? {
        Reserved::Try(tried) => tried,
        Reserved::Closed => return Ok(Judged::FactorDisabled),
        Reserved::None => return Ok(Judged::Over),
    };
    // Read again: the code may have become a gateway's since, and its messages come after that.
    let Some(challenge) = &app.store.challenge(challenge.id).await? else { return Ok(Judged::Over) };
    let compared = verification::compare(app, challenge, &guess).await;
    let event = match compared {
        Compared::Gone => return Ok(Judged::Over),
        Compared::Right => return Ok(Judged::Right),
        Compared::TriesUsed => return Ok(Judged::TriesUsed),
        Compared::Unchecked => Event::CodeUnchecked,
        Compared::Wrong => Event::CodeRejected,
    };
    let closed = !lockout::code_factor_open(tried.of_account, &app.settings.lockout);
    record_wrong(app, visitor, challenge, tried, event).await?;
    Ok(match (closed, tried.of_challenge >= app.settings.code.tries) {
        (true, _) => Judged::FactorDisabled,
        (false, true) => Judged::TriesUsed,
        (false, false) if compared == Compared::Unchecked => Judged::Unchecked,
        (false, false) => Judged::Wrong,
    })
}

async fn record_wrong(
    app: &Arc<App>,
    visitor: &Visitor,
    challenge: &ChallengeRow,
    tried: Tried,
    event: Event,
) -> Result<(), Error> {
    let closed = !lockout::code_factor_open(tried.of_account, &app.settings.lockout);
    let (account, purpose) = (challenge.account, challenge.purpose);
    tracing::info!(event = event.as_str(), account.id = %account, purpose = purpose.as_str(), tries = tried.of_challenge, client.ip = %visitor.ip, "a code was not accepted");
    let detail = json!({ "purpose": purpose, "tries": tried.of_challenge, "consecutive": tried.of_account });
    let (work, visitor) = (Arc::clone(app), visitor.clone());
    app.store
        .write(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.lock_account(account).await? else { return Ok(()) };
                tx.audit(&entry(&visitor, &row, event, detail.clone())).await?;
                if closed { close(tx, &work, &visitor, &row, detail).await } else { Ok(()) }
            })
        })
        .await?;
    Ok(())
}

/// Uses up a challenge whose code was right; `true` to exactly one caller, for whom the account is locked.
pub(super) async fn spend(tx: &mut Tx, challenge: &ChallengeRow, now: Timestamp) -> Result<bool, StoreError> {
    if !tx.consume_challenge(challenge.id, now).await? {
        return Ok(false);
    }
    tx.reset_code_failures(challenge.account).await?;
    tx.drop_messages_of(challenge.id, now).await?;
    if !verification::is_ours(challenge) {
        // It was the gateway that said yes, so it need not be told.
        tx.close_verification(challenge.id, now).await?;
    }
    Ok(true)
}

/// What a page says about a code that is awaited outside of a login.
pub struct Awaited {
    /// Where it went. In full for a contact that the person has just typed; a page masks what it knew before.
    pub destination: Destination,
    /// How many tries are left.
    pub tries_left: u32,
    /// Until when it is valid.
    pub valid_until: Timestamp,
    /// When it can be sent again.
    pub resend_at: Timestamp,
    /// How many messages there have been.
    pub sends: u32,
    /// Whether the last message was given up.
    pub failed: bool,
}

/// What a page says about this challenge; `None` unless its code can still be tried.
pub(super) async fn awaited(app: &App, challenge: &ChallengeRow, now: Timestamp) -> Result<Option<Awaited>, Error> {
    let Standing::Live { tries_left } = standing(app, challenge, now) else { return Ok(None) };
    let cooldown = app.settings.send_limits.cooldown_after(challenge.sends);
    Ok(Some(Awaited {
        destination: parse_destination(challenge)
            .ok_or_else(|| Error::Internal("the destination of a challenge cannot be read".to_owned()))?,
        tries_left,
        valid_until: challenge.expires_at,
        resend_at: challenge.last_sent_at.unwrap_or(now) + cooldown,
        sends: challenge.sends,
        failed: app.store.newest_message(challenge.id).await?.is_some_and(|message| message.has_failed()),
    }))
}

/// Where the code of a challenge went; `None` for a number that the numbering plan no longer allows.
pub(super) fn parse_destination(challenge: &ChallengeRow) -> Option<Destination> {
    Destination::parse(challenge.channel, &challenge.destination).ok()
}
