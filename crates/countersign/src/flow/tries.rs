//! The tries that codes have: reserved before anything is compared, counted against the challenge and over all challenges of
//! the account, and what a right or the last wrong one leads to.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::notice::Notice;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::App;
use crate::flow::login::finish::entry;
use crate::flow::notice::{self, Whom};
use crate::flow::{Error, Visitor};
use crate::store::accounts::AccountRow;
use crate::store::challenges::ChallengeRow;
use crate::store::error::Error as StoreError;
use crate::store::tx::Tx;

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

/// Uses up a challenge whose code was right; `true` to exactly one caller, for whom the account is locked.
pub(super) async fn spend(tx: &mut Tx, challenge: &ChallengeRow, now: Timestamp) -> Result<bool, StoreError> {
    if !tx.consume_challenge(challenge.id, now).await? {
        return Ok(false);
    }
    tx.reset_code_failures(challenge.account).await?;
    tx.drop_messages_of(challenge.id, now).await?;
    // Where a gateway made the code, it was the gateway that said yes, so it need not be told.
    tx.close_verification(challenge.id, now).await?;
    Ok(true)
}
