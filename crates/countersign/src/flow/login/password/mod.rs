//! The first step: identifier and password.
//!
//! Who is meant, may a comparison take place, is the password right, what is needed next: [`local`] does this for
//! Countersign's own accounts and [`directory`] for everybody else, in the same order.
//!
//! ```text
//!   a candidate ──► a failure is reserved ──► the source proves the password ──┬─► accept: one transaction
//!                     │ paused                  │ nobody could be asked       └─► reject: one transaction
//!                     └─► reject                └─► the failure is given back
//! ```
//!
//! Unknown, wrong, paused and disabled take the same steps at the same cost (one argon2 comparison, one write each way)
//! and end in the same [`Outcome::NotRecognised`]. A failure is counted before the comparison, so that parallel guesses
//! get no more comparisons than the counter allows.

mod accept;
mod candidate;
mod directory;
mod local;
mod reject;

use std::sync::Arc;

use countersign_core::id::AccountId;
use countersign_core::lockout::Reservation;
use countersign_core::policy::Refusal;
use countersign_core::realm::RealmName;
use countersign_core::secret::Secret;
use countersign_core::throttle::Quota;
use jiff::Timestamp;

use super::finish::Completed;
use super::trusted;
use crate::app::App;
use crate::flow::device::presented;
use crate::flow::{Error, Visitor};
use crate::keys::Token;
use crate::store::devices::DeviceRow;

/// What the login form carried.
pub struct Attempt {
    /// The realm of the form.
    pub realm: RealmName,
    /// What was typed as the name.
    pub identifier: String,
    /// What was typed as the password.
    pub password: Secret,
    /// Where to go afterwards; already held against the allowed places.
    pub return_to: Option<String>,
}

/// What became of it.
pub enum Outcome {
    /// A destination has to be chosen; the token names the login.
    Choose(Token),
    /// The login is complete.
    Completed(Completed),
    /// The person has to enrol a second factor first; the token names the login.
    Enrol(Token),
    /// The code that was sent before is still good; the token names the login.
    Enter(Token),
    /// Unknown, wrong, paused or disabled.
    NotRecognised,
    /// The password was reset by a link in a mail, and no code goes to that mailbox yet; there is no other destination.
    EmailRests {
        /// Until when.
        until: Timestamp,
    },
    /// No code can be sent, but the person has recovery codes; the token names the login.
    Recover(Token),
    /// The password was right, and the login cannot be completed.
    Refused(Refusal),
    /// Too many logins from this network have failed.
    TooMany {
        /// Until when it has to wait.
        until: Timestamp,
    },
    /// The directory that would know the password cannot be asked. Nothing was counted against anybody.
    Unavailable,
}

/// Checks the password and decides what is needed next.
pub async fn submit(app: &Arc<App>, visitor: &Visitor, attempt: Attempt) -> Result<Outcome, Error> {
    let account = candidate::own(app, &attempt).await?;
    // A name of our own is never asked of a directory: local accounts do not depend on it in any way.
    if account.is_none() && candidate::directories(app, &attempt.realm).next().is_some() {
        directory::submit(app, visitor, attempt).await
    } else {
        local::submit(app, visitor, attempt, account).await
    }
}

/// Whether an attempt may go on.
enum Gate {
    /// Too many logins from this network have failed, until then.
    Closed(Timestamp),
    /// It may, with the trusted device that came along.
    Open(Option<Box<DeviceRow>>),
}

/// Recognises the trusted device, if it is one of this account; without it the limit on failed logins of the visitor's
/// network holds.
async fn gate(app: &Arc<App>, visitor: &Visitor, account: Option<AccountId>) -> Result<Gate, Error> {
    let device = presented(app, visitor, account).await?;
    let device = account.and_then(|account| trusted(app, device, account, visitor.now));
    if device.is_none()
        && let Some(until) = network_full_until(app, visitor).await?
    {
        return Ok(Gate::Closed(until));
    }
    Ok(Gate::Open(device.map(Box::new)))
}

/// The limit on failed logins of the visitor's network. This machine itself has none: a proxy that is not yet named in
/// `server.trusted_proxies` makes everybody seem to come from here.
fn network_quota(app: &App, visitor: &Visitor) -> Option<Quota> {
    let quota = app.settings.lockout.network_quota(visitor.network());
    let subject = app.keys.pseudonym(quota.scope.as_str(), &quota.subject);
    (!visitor.ip.to_canonical().is_loopback()).then_some(Quota { subject, ..quota })
}

async fn network_full_until(app: &App, visitor: &Visitor) -> Result<Option<Timestamp>, Error> {
    let Some(quota) = network_quota(app, visitor) else { return Ok(None) };
    Ok(app.store.full_until(&quota, visitor.now).await?)
}

/// Counts a failure before anything is compared.
async fn reserve(app: &App, visitor: &Visitor, bucket: String) -> Result<Reservation, Error> {
    let (rules, now) = (app.settings.lockout, visitor.now);
    Ok(app.store.write(move |tx| Box::pin(async move { tx.reserve_password(&bucket, &rules, now).await })).await?)
}
