//! The completed login: recognising it and ending it.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::id::SessionId;
use countersign_core::realm::RealmName;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::app::App;
use crate::flow::{Error, Refused, Visitor};
use crate::store::accounts::AccountRow;
use crate::store::audit::AuditEntry;
use crate::store::error::Error as StoreError;
use crate::store::sessions::SessionRow;
use crate::store::values::TokenHash;

/// How exact the record of the last request is. Writing each one would make every page a write.
const SEEN_RESOLUTION: SignedDuration = SignedDuration::from_mins(1);

/// How many sessions are listed.
const LISTED_MAX: u32 = 50;

/// A live session and its account.
#[derive(Clone)]
pub struct Current {
    /// The session.
    pub session: SessionRow,
    /// The account.
    pub account: AccountRow,
}

impl Current {
    /// An entry of the audit log about what this session does.
    pub(super) fn entry(&self, visitor: &Visitor, event: Event, mut detail: Value) -> AuditEntry {
        if let Value::Object(fields) = &mut detail {
            fields.insert("browser".to_owned(), visitor.browser_name().into());
        }
        AuditEntry {
            at: visitor.now,
            event,
            account: Some(self.account.account.id),
            realm: Some(self.account.account.realm.clone()),
            ip: Some(visitor.ip.to_string()),
            detail,
        }
    }

    /// Writes down that the session asked for what is not its account's, and answers as if there were no such thing:
    /// which ids exist is nobody's business (security.md N-07).
    pub(super) async fn refuse_access<T>(&self, app: &App, visitor: &Visitor, what: &'static str) -> Result<T, Error> {
        tracing::warn!(event = Event::AuthzFailed.as_str(), account.id = %self.account.account.id, client.ip = %visitor.ip, what, "not theirs");
        let entry = self.entry(visitor, Event::AuthzFailed, json!({ "what": what }));
        app.store.write(move |tx| Box::pin(async move { tx.audit(&entry).await })).await?;
        Err(Error::NotFound(Refused::new("command-refused-not-theirs").arg("what", what)))
    }
}

/// What a session cookie is worth.
pub enum Standing {
    /// A live session.
    Alive(Box<Current>),
    /// None, or one that never was.
    Nobody,
    /// One that has ended or reached a limit, in this realm.
    Over(RealmName),
}

/// Recognises the session of the visitor, and notes that it is in use.
pub async fn recognise(app: &Arc<App>, visitor: &Visitor) -> Result<Standing, Error> {
    let Some(token) = &visitor.session else { return Ok(Standing::Nobody) };
    let Some(session) = find(app, &TokenHash(token.hash())).await? else { return Ok(Standing::Nobody) };
    let alive = app.settings.session.alive(session.created_at, session.seen_at, visitor.now);
    if session.ended_at.is_some() {
        return Ok(Standing::Over(session.realm));
    }
    if !alive {
        // Ended for good, so that a clock that is set back does not bring it back.
        let (id, now) = (session.id, visitor.now);
        app.store.write(move |tx| Box::pin(async move { tx.end_session(id, "reached a limit", now).await })).await?;
        return Ok(Standing::Over(session.realm));
    }
    let Some(account) = app.store.account(session.account).await? else { return Ok(Standing::Over(session.realm)) };
    if account.account.disabled_at.is_some() {
        return Ok(Standing::Over(session.realm));
    }
    if visitor.now.duration_since(session.seen_at) >= SEEN_RESOLUTION {
        let (id, now) = (session.id, visitor.now);
        let touched = app.store.write(move |tx| Box::pin(async move { tx.touch_session(id, now).await })).await;
        // Whoever is signed in stays so while the database is busy; the session then idles out a little earlier.
        if let Err(error) = touched {
            tracing::warn!(%error, "a session could not be noted as in use");
        }
    }
    Ok(Standing::Alive(Box::new(Current { session, account })))
}

/// The session with this token. A row that cannot be read is nobody's session.
async fn find(app: &App, token: &TokenHash) -> Result<Option<SessionRow>, Error> {
    match app.store.session_by_token(token).await {
        Err(StoreError::Corrupt(column)) => {
            tracing::error!(column, "a session is unreadable; whoever holds it has to sign in again");
            Ok(None)
        }
        found => Ok(found?),
    }
}

/// The account's sessions that are alive, the last seen first.
pub async fn list(app: &App, visitor: &Visitor, current: &Current) -> Result<Vec<SessionRow>, Error> {
    let rules = &app.settings.session;
    let since = visitor.now.saturating_sub(rules.idle).unwrap_or(Timestamp::MIN);
    let sessions = app.store.sessions(current.account.account.id, since, LISTED_MAX).await?;
    let alive = |session: &SessionRow| rules.alive(session.created_at, session.seen_at, visitor.now);
    Ok(sessions.into_iter().filter(alive).collect())
}

/// Ends one session of the account, this one included.
pub async fn end(app: &Arc<App>, visitor: &Visitor, current: &Current, id: SessionId) -> Result<(), Error> {
    let (account, now) = (current.account.account.id, visitor.now);
    let told = current.entry(visitor, Event::SessionEnded, json!({ "why": "ended by the person", "session": id }));
    let ended = app.store.write(move |tx| {
        Box::pin(async move {
            let ended = tx.end_session_of(account, id, "ended by the person", now).await?;
            if ended {
                tx.audit(&told).await?;
            }
            Ok(ended)
        })
    });
    if ended.await? { Ok(()) } else { current.refuse_access(app, visitor, "session").await }
}

/// Ends every other session of the account, and the logins that are in progress.
pub async fn end_others(app: &Arc<App>, visitor: &Visitor, current: &Current) -> Result<(), Error> {
    let (account, own, now) = (current.account.account.id, current.session.id, visitor.now);
    let told = current.entry(visitor, Event::SessionEnded, json!({ "why": "all others ended by the person" }));
    app.store
        .write(move |tx| {
            Box::pin(async move {
                // A login that is about to complete waits for this lock, and finds itself ended.
                tx.lock_account(account).await?;
                tx.end_other_sessions(account, own, "ended by the person", now).await?;
                tx.end_logins(account, now).await?;
                tx.audit(&told).await
            })
        })
        .await?;
    Ok(())
}

/// Ends the session.
pub async fn sign_out(app: &Arc<App>, visitor: &Visitor, current: &Current) -> Result<(), Error> {
    let (id, now) = (current.session.id, visitor.now);
    let entry = AuditEntry {
        at: now,
        event: Event::SessionEnded,
        account: Some(current.account.account.id),
        realm: Some(current.account.account.realm.clone()),
        ip: Some(visitor.ip.to_string()),
        detail: json!({ "why": "signed out" }),
    };
    app.store
        .write(move |tx| {
            Box::pin(async move {
                tx.end_session(id, "signed out", now).await?;
                tx.audit(&entry).await
            })
        })
        .await?;
    Ok(())
}
