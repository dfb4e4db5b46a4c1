//! Enrolling: a person who must have a second factor, and has nowhere to send a code to.
//!
//! ```text
//!                       ┌── code to the mail on file ──────────────────────────┐
//!   password ─► Enrolling                                                      ├─► session
//!                       └── enrolment code ─► Adding ─► code to a new contact ─┘
//! ```
//!
//! The password alone leads nowhere (security.md N-05): whoever stole it before the owner came has neither the mailbox on
//! file nor the code that an administrator gave to the person.

use std::sync::Arc;

use countersign_core::account::Account;
use countersign_core::audit::Event;
use countersign_core::challenge::Purpose;
use countersign_core::channel::Channel;
use countersign_core::contact::{BadContact, ContactKind, Contacts, Destination, EmailAddress};
use countersign_core::lockout::Reservation;
use countersign_core::realm::RealmName;
use countersign_core::secret::Secret;
use countersign_core::session::{Evidence, Proof};
use jiff::Timestamp;
use serde_json::json;

use super::finish::{self, Completed, DeviceStep, Finish, entry};
use super::{Bearer, LOGIN_LIFE};
use crate::app::App;
use crate::flow::challenge::{self, Awaited, Judged, Order, Owner, Sent, spend};
use crate::flow::contact::{self, Typed};
use crate::flow::enrolment_code::typed_hash;
use crate::flow::{Error, Visitor, bucket, reach};
use crate::store::accounts::AccountRow;
use crate::store::challenges::ChallengeRow;
use crate::store::error::Error as StoreError;
use crate::store::logins::{LoginRow, Stage};
use crate::store::tx::Tx;
use crate::store::values::TokenHash;

/// Whether a login that has nowhere to send a code to can go on by enrolling: there is no contact at all, and there could
/// be one. Who has a contact that no provider reaches today is refused; that a provider is down opens no other way in.
pub(super) fn is_open(app: &App, contacts: &Contacts) -> bool {
    contacts.is_empty() && !reach::carried(app).is_empty()
}

/// What the pages of enrolling show.
pub struct Offer {
    /// The realm of the login.
    pub realm: RealmName,
    /// Whether the enrolment code is accepted.
    pub adding: bool,
    /// The e-mail address on file that a code can be sent to.
    pub email: Option<EmailAddress>,
    /// The channels over which a new contact can be proven.
    pub channels: Vec<Channel>,
}

/// A login that enrols, with its account.
struct Enrolling {
    login: LoginRow,
    account: AccountRow,
}

async fn enrolling(app: &App, visitor: &Visitor) -> Result<Option<Enrolling>, Error> {
    let Some(token) = &visitor.login else { return Ok(None) };
    let login = app.store.login_by_token(&TokenHash(token.hash())).await?;
    let Some(login) = login.filter(|login| login.stage.enrols() && visitor.now < login.expires_at) else {
        return Ok(None);
    };
    let account = app.store.account(login.account).await?.filter(|row| may_enrol(&row.account));
    Ok(account.map(|account| Enrolling { login, account }))
}

/// An administrator may have added a contact, or disabled the account, since the password was accepted.
fn may_enrol(account: &Account) -> bool {
    account.disabled_at.is_none() && account.factor_disabled_at.is_none() && account.contacts.is_empty()
}

/// What the pages show; `None` without a login that enrols.
pub async fn offer(app: &App, visitor: &Visitor) -> Result<Option<Offer>, Error> {
    let Some(Enrolling { login, account }) = enrolling(app, visitor).await? else { return Ok(None) };
    let channels = reach::carried(app);
    let email = account.unverified_email.filter(|_| channels.contains(&Channel::Email));
    Ok(Some(Offer { realm: login.realm.clone(), adding: login.stage == Stage::Adding, email, channels }))
}

/// What became of an enrolment code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlocked {
    /// Too many were wrong: nothing is compared until then.
    Paused(Timestamp),
    /// A contact can be added now.
    Proceed,
    /// There is no login that enrols.
    Start,
    /// It is wrong, used or too old.
    Wrong,
}

/// Tries an enrolment code. A try is reserved and committed before.
pub async fn unlock(app: &Arc<App>, visitor: &Visitor, typed: &Secret) -> Result<Unlocked, Error> {
    let Some(Enrolling { login, account }) = enrolling(app, visitor).await? else { return Ok(Unlocked::Start) };
    let (key, rules, now) = (bucket::enrolment(account.account.id), app.settings.lockout, visitor.now);
    let subject = key.clone();
    let reserved =
        app.store.write(move |tx| Box::pin(async move { tx.reserve_password(&subject, &rules, now).await })).await?;
    if let Reservation::Paused(until) = reserved {
        return Ok(Unlocked::Paused(until));
    }
    let work = Arc::new((visitor.clone(), login, account, typed_hash(typed), key));
    Ok(app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let (visitor, login, row, hash, key) = &*work;
                tx.lock_account(row.account.id).await?;
                let used = match hash {
                    Some(hash) => tx.use_enrolment_code(row.account.id, hash, now).await?,
                    None => false,
                };
                let moved = used && tx.update_login(login.id, Stage::Adding, None, now + LOGIN_LIFE).await?;
                let event = if moved { Event::EnrolmentCodeUsed } else { Event::EnrolmentCodeRejected };
                tx.audit(&entry(visitor, row, event, json!({}))).await?;
                tracing::info!(event = event.as_str(), account.id = %row.account.id, client.ip = %visitor.ip, "enrolment code");
                if moved {
                    tx.clear_lockout(key).await?;
                }
                Ok(if moved { Unlocked::Proceed } else { Unlocked::Wrong })
            })
        })
        .await?)
}

/// What became of a contact that is to be the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// What was typed is no contact.
    Bad(BadContact),
    /// There is no provider for this channel.
    NoWay,
    /// A code goes there, or not, and why.
    Order(Sent),
    /// There is no login that enrols, or it has not proven enough.
    Start,
}

/// Sends a code to the e-mail address on file.
pub async fn begin_on_file(app: &Arc<App>, visitor: &Visitor) -> Result<Begun, Error> {
    let Some(Enrolling { login, account }) = enrolling(app, visitor).await? else { return Ok(Begun::Start) };
    let Some(email) = account.unverified_email else { return Ok(Begun::Start) };
    order(app, visitor, &login, Destination::Email(email)).await
}

/// Sends a code to a new contact, after the enrolment code.
pub async fn begin(app: &Arc<App>, visitor: &Visitor, typed: &Typed) -> Result<Begun, Error> {
    let found = enrolling(app, visitor).await?;
    let Some(Enrolling { login, .. }) = found.filter(|found| found.login.stage == Stage::Adding) else {
        return Ok(Begun::Start);
    };
    match typed.parse() {
        Ok(destination) => order(app, visitor, &login, destination).await,
        Err(bad) => Ok(Begun::Bad(bad)),
    }
}

/// Sends the code again.
pub async fn resend(app: &Arc<App>, visitor: &Visitor) -> Result<Begun, Error> {
    let Some(Enrolling { login, .. }) = enrolling(app, visitor).await? else { return Ok(Begun::Start) };
    match awaited(app, visitor).await? {
        Some(awaited) => order(app, visitor, &login, awaited.destination).await,
        None => Ok(Begun::Start),
    }
}

async fn order(app: &Arc<App>, visitor: &Visitor, login: &LoginRow, destination: Destination) -> Result<Begun, Error> {
    let purpose = Purpose::proving(ContactKind::of(destination.channel()));
    let order = Order::new(app, purpose, Owner::Login(login.id), destination)?;
    let work = Arc::new((Arc::clone(app), visitor.clone(), order, login.clone()));
    let begun = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let (app, visitor, order, login) = &*work;
                let row = tx.lock_account(login.account).await?.filter(|row| may_enrol(&row.account));
                let Some(row) = row else { return Ok(Begun::Start) };
                if !order.is_served(tx, app, visitor.now).await? {
                    return Ok(Begun::NoWay);
                }
                let (sent, challenge) = order.send(tx, app, visitor, &row).await?;
                if let Some(challenge) = challenge {
                    tx.update_login(login.id, login.stage, Some(challenge.id), challenge.expires_at).await?;
                }
                Ok(Begun::Order(sent))
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(begun)
}

/// The contact that waits for its code, if there is one.
pub async fn awaited(app: &App, visitor: &Visitor) -> Result<Option<Awaited>, Error> {
    let Some(found) = enrolling(app, visitor).await? else { return Ok(None) };
    match pending(app, &found.login).await? {
        Some(challenge) => challenge::awaited(app, &challenge, visitor.now).await,
        None => Ok(None),
    }
}

async fn pending(app: &App, login: &LoginRow) -> Result<Option<ChallengeRow>, Error> {
    let Some(id) = login.challenge else { return Ok(None) };
    let found = app.store.challenge(id).await?;
    Ok(found.filter(|challenge| Owner::Login(login.id).owns(challenge) && challenge.account == login.account))
}

/// What became of a code.
pub enum Outcome {
    /// The code was not right.
    Code(Judged),
    /// The contact is the account's, and the login is complete.
    Completed(Completed),
    /// Too many accounts have this number.
    Shared,
    /// There is no login that enrols.
    Start,
}

/// Tries the code that was sent to the first contact.
pub async fn submit(app: &Arc<App>, visitor: &Visitor, typed: &str) -> Result<Outcome, Error> {
    let Some(Enrolling { login, account }) = enrolling(app, visitor).await? else { return Ok(Outcome::Start) };
    let Some(challenge) = pending(app, &login).await? else { return Ok(Outcome::Start) };
    let judged = challenge::judge(app, visitor, &challenge, typed).await?;
    if judged != Judged::Right {
        return Ok(Outcome::Code(judged));
    }
    let session = Bearer::new(app)?;
    let (token, return_to) = (session.token.clone(), login.return_to.clone());
    let case = Arc::new(Case { app: Arc::clone(app), visitor: visitor.clone(), login, challenge, session });
    let done = app.store.write(move |tx| Box::pin(async move { redeem(tx, &case).await })).await?;
    app.outbox.notify_one();
    Ok(match done {
        Done::Completed => {
            finish::told(account.account.id, visitor.ip);
            Outcome::Completed(Completed { session: token, device: None, return_to })
        }
        Done::Nothing => Outcome::Start,
        Done::Shared => Outcome::Shared,
    })
}

struct Case {
    app: Arc<App>,
    visitor: Visitor,
    login: LoginRow,
    challenge: ChallengeRow,
    session: Bearer,
}

enum Done {
    Completed,
    Nothing,
    Shared,
}

/// One transaction: the challenge is consumed, the contact becomes the account's, and the login is complete; or nothing.
async fn redeem(tx: &mut Tx, case: &Case) -> Result<Done, StoreError> {
    let now = case.visitor.now;
    let row = tx.lock_account(case.login.account).await?.filter(|row| may_enrol(&row.account));
    let Some(row) = row else { return Ok(Done::Nothing) };
    if !spend(tx, &case.challenge, now).await? {
        return Ok(Done::Nothing);
    }
    if contact::take(tx, &case.app, &case.visitor, &row, &case.challenge).await?.is_none() {
        return Ok(Done::Shared);
    }
    tx.end_enrolment_codes(row.account.id, "enrolled", now).await?;
    let evidence = vec![
        Evidence { proof: Proof::Password, at: case.login.created_at },
        Evidence { proof: Proof::code_by(case.challenge.channel), at: now },
    ];
    let why = json!({ "reasons": case.login.reasons, "enrolled": case.challenge.channel });
    let finish = Finish { session: &case.session, evidence, device: DeviceStep::Nothing, why };
    finish::complete(tx, &case.app, &case.visitor, &row, &finish).await?;
    Ok(Done::Completed)
}
