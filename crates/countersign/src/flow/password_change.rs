//! A person who knows the password sets another one.
//!
//! The current one is asked for although there is a session: whoever finds a browser open must not be able to keep the
//! account. It counts as a try like at the door, so that the form is no way to guess it.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::challenge::Purpose;
use countersign_core::lockout::Reservation;
use countersign_core::notice::{LinkKind, Notice};
use countersign_core::realm::SourceName;
use countersign_core::secret::Secret;
use countersign_core::session::Missing;
use jiff::Timestamp;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::directory::local;
use crate::flow::new_password::{self, Context, Unfit};
use crate::flow::notice::{Whom, tell};
use crate::flow::session::Current;
use crate::flow::{Error, Refused, Visitor, bucket, step_up};
use crate::store::error::Error as StoreError;
use crate::store::tx::Tx;

/// What became of it.
#[derive(Debug)]
pub enum Outcome {
    /// The password is new, and whatever else was open has ended.
    Changed,
    /// Too many wrong ones.
    Paused {
        /// Until when.
        until: Timestamp,
    },
    /// The new one is the old one.
    Same,
    /// The new one cannot be used.
    Unfit(Unfit),
    /// The session has to prove the second factor again first.
    Unproven,
    /// The current one was wrong.
    Wrong,
}

/// Whether the account's password is kept here.
pub fn is_kept_here(current: &Current) -> bool {
    current.account.account.source == SourceName::local()
}

/// Whether the second factor has to be given first. Where there is none, the current password is asked for anyway.
pub fn needs_code(app: &App, visitor: &Visitor, current: &Current) -> bool {
    step_up::missing(app, current, visitor.now) == Some(Missing::Code)
}

/// Replaces the password.
pub async fn change(
    app: &Arc<App>,
    visitor: &Visitor,
    current: &Current,
    (old, new): (&Secret, &Secret),
) -> Result<Outcome, Error> {
    if !is_kept_here(current) {
        return Err(Error::Invalid(Refused::new("command-refused-password-elsewhere")));
    }
    if needs_code(app, visitor, current) {
        return Ok(Outcome::Unproven);
    }
    if let Err(unfit) = new_password::check(app, new, &Context::of(app, &current.account)).await? {
        return Ok(Outcome::Unfit(unfit));
    }
    let turn = app.hasher.turn().await?;
    let (bucket, rules, now) = (bucket::account(current.account.account.id), app.settings.lockout, visitor.now);
    let counted = bucket.clone();
    let reserved =
        app.store.write(move |tx| Box::pin(async move { tx.reserve_password(&counted, &rules, now).await })).await?;
    if let Reservation::Paused(until) = reserved {
        return Ok(Outcome::Paused { until });
    }
    let stored = current.account.password_hash.clone();
    if !turn.compare(old, stored.clone()).await?.right {
        let told = current.entry(visitor, Event::LoginFailed, json!({ "why": "password, to change it" }));
        app.store.write(move |tx| Box::pin(async move { tx.audit(&told).await })).await?;
        return Ok(Outcome::Wrong);
    }
    let same = local::normalise(old)
        .zip(local::normalise(new))
        .is_some_and(|(old, new)| old.expose().as_bytes().ct_eq(new.expose().as_bytes()).into());
    let hash = if same { None } else { Some(app.hasher.hash(new).await?) };
    let case = Arc::new(Case {
        app: Arc::clone(app),
        visitor: visitor.clone(),
        current: current.clone(),
        bucket,
        stored,
        hash,
    });
    let work = Arc::clone(&case);
    let outcome = app.store.write(move |tx| Box::pin(async move { save(tx, &work).await })).await?;
    app.outbox.notify_one();
    Ok(outcome)
}

/// A change whose current password was right.
struct Case {
    app: Arc<App>,
    visitor: Visitor,
    current: Current,
    bucket: String,
    stored: Option<String>,
    /// The new one; none if it is the old one.
    hash: Option<String>,
}

async fn save(tx: &mut Tx, case: &Case) -> Result<Outcome, StoreError> {
    let (id, now) = (case.current.account.account.id, case.visitor.now);
    let Some(row) = tx.lock_account(id).await? else { return Ok(Outcome::Wrong) };
    // Somebody else was first, such as an administrator: what was compared is the password no more.
    if row.password_hash != case.stored || row.account.disabled_at.is_some() {
        return Ok(Outcome::Wrong);
    }
    tx.clear_lockout(&case.bucket).await?;
    let Some(hash) = &case.hash else { return Ok(Outcome::Same) };
    let why = "password changed";
    tx.set_password(id, hash, now).await?;
    tx.end_other_sessions(id, case.current.session.id, why, now).await?;
    tx.end_devices(id, why, now).await?;
    tx.end_live_challenges(id, Purpose::Login, why, now).await?;
    tx.end_logins(id, now).await?;
    tx.end_links(id, Some(LinkKind::PasswordReset), why, now).await?;
    let told = case.current.entry(&case.visitor, Event::PasswordChanged, json!({ "by": "the person" }));
    tx.audit(&told).await?;
    tell(tx, &case.app, &row, Notice::PasswordChanged, Whom::EveryAddress, now).await?;
    Ok(Outcome::Changed)
}
