//! The password, asked for once more from somebody who is signed in.
//!
//! It has a counter of its own: whoever holds a stolen session gets no more guesses than a stranger, and cannot pause the
//! owner's logins with them. The fifth wrong one ends the session.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::lockout::Reservation;
use countersign_core::secret::Secret;
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::flow::login::finish::entry;
use crate::flow::session::Current;
use crate::flow::{Error, Visitor, bucket};

/// What a password that was typed in a session is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Too many were wrong: nothing is compared until then. The session that typed the last one has ended.
    Paused(Timestamp),
    /// It is the account's.
    Right,
    /// It is not.
    Wrong,
}

/// Compares a password with the account's. A try is reserved and committed before.
pub(super) async fn prove(
    app: &Arc<App>,
    visitor: &Visitor,
    current: &Current,
    password: &Secret,
) -> Result<Answer, Error> {
    let turn = app.hasher.turn().await?;
    let account = current.account.account.id;
    let key = bucket::own_password(account);
    let (rules, now, subject) = (app.settings.lockout, visitor.now, key.clone());
    let reserved =
        app.store.write(move |tx| Box::pin(async move { tx.reserve_password(&subject, &rules, now).await })).await?;
    let Reservation::Reserved(counted) = reserved else {
        let Reservation::Paused(until) = reserved else { return Ok(Answer::Wrong) };
        return Ok(Answer::Paused(until));
    };
    // What a directory proves is not here: there is nothing to compare, and it counts as wrong.
    let compared = turn.compare(password, current.account.password_hash.clone()).await?;
    if compared.right && current.account.password_hash.is_some() {
        app.store.write(move |tx| Box::pin(async move { tx.clear_lockout(&key).await })).await?;
        return Ok(Answer::Right);
    }
    wrong(app, visitor, current, counted.paused_until).await?;
    Ok(counted.paused_until.map_or(Answer::Wrong, Answer::Paused))
}

async fn wrong(app: &Arc<App>, visitor: &Visitor, current: &Current, pause: Option<Timestamp>) -> Result<(), Error> {
    let event = if pause.is_some() { Event::LoginPaused } else { Event::LoginFailed };
    tracing::info!(event = event.as_str(), account.id = %current.account.account.id, client.ip = %visitor.ip, "wrong password in a session");
    let detail = json!({ "why": "password", "where": "session", "paused_until": pause });
    let entry = entry(visitor, &current.account, event, detail);
    let (session, now) = (current.session.id, visitor.now);
    app.store
        .write(move |tx| {
            Box::pin(async move {
                if pause.is_some() {
                    tx.end_session(session, "too many wrong passwords", now).await?;
                }
                tx.audit(&entry).await
            })
        })
        .await?;
    Ok(())
}
