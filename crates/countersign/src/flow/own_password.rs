//! The password, asked for once more from somebody who is signed in.
//!
//! It has a counter of its own: whoever holds a stolen session gets no more guesses than a stranger, and cannot pause the
//! owner's logins with them. The fifth wrong one ends the session. What a directory counts on top of that is kept below its
//! own lockout by the shield, together with the logins ([`directory_password`]).

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::lockout::Reservation;
use countersign_core::realm::SourceName;
use countersign_core::secret::Secret;
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::flow::directory_password::{self, Proved};
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
    /// The directory that could say so does not answer. The try does not count.
    Unavailable,
    /// It is not.
    Wrong,
}

/// Compares a password with the account's, or asks the account's directory. A try is reserved and committed before.
pub(super) async fn prove(
    app: &Arc<App>,
    visitor: &Visitor,
    current: &Current,
    password: &Secret,
) -> Result<Answer, Error> {
    let row = &current.account;
    // Whoever has to wait for a turn has tried nothing yet.
    let turn = if row.account.source == SourceName::local() { Some(app.hasher.turn().await?) } else { None };
    let key = bucket::own_password(row.account.id);
    let (rules, now, subject) = (app.settings.lockout, visitor.now, key.clone());
    let reserved =
        app.store.write(move |tx| Box::pin(async move { tx.reserve_password(&subject, &rules, now).await })).await?;
    let Reservation::Reserved(counted) = reserved else {
        let Reservation::Paused(until) = reserved else { return Ok(Answer::Wrong) };
        return Ok(Answer::Paused(until));
    };
    let proved = match turn {
        Some(turn) => {
            let compared = turn.compare(password, row.password_hash.clone()).await?;
            if compared.right && row.password_hash.is_some() { Proved::Yes } else { Proved::No }
        }
        None => directory_password::prove(app, row, password, now).await?,
    };
    match proved {
        Proved::No => {
            wrong(app, visitor, current, counted.paused_until).await?;
            Ok(counted.paused_until.map_or(Answer::Wrong, Answer::Paused))
        }
        Proved::Unavailable => {
            app.store.write(move |tx| Box::pin(async move { tx.give_back_password(&key, &rules).await })).await?;
            Ok(Answer::Unavailable)
        }
        Proved::Yes => {
            app.store.write(move |tx| Box::pin(async move { tx.clear_lockout(&key).await })).await?;
            Ok(Answer::Right)
        }
    }
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
