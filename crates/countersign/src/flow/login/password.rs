//! The first step: identifier and password.
//!
//! Unknown, wrong, paused and disabled take the same steps at the same cost (one argon2 comparison, one write each way)
//! and end in the same [`Outcome::NotRecognised`]. A failure is counted before the comparison, so that parallel guesses
//! get no more comparisons than the counter allows.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::challenge::{Purpose, Standing};
use countersign_core::channel::Channel;
use countersign_core::facts::{Circumstances, DeviceStanding};
use countersign_core::id::{AccountId, LoginId};
use countersign_core::identifier::Identifier;
use countersign_core::lockout::Reservation;
use countersign_core::policy::{self, Decision, Refusal, Trigger, Verdict};
use countersign_core::realm::RealmName;
use countersign_core::secret::Secret;
use countersign_core::session::{Evidence, Proof};
use countersign_core::throttle::Quota;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::finish::{self, Completed, DeviceStep, Finish};
use super::{Bearer, LOGIN_LIFE, Notice, enrol, trusted};
use crate::app::App;
use crate::flow::challenge::standing;
use crate::flow::device::presented;
use crate::flow::{Error, Visitor, bucket};
use crate::keys::Token;
use crate::store::accounts::AccountRow;
use crate::store::audit::AuditEntry;
use crate::store::challenges::ChallengeRow;
use crate::store::devices::DeviceRow;
use crate::store::error::Error as StoreError;
use crate::store::logins::{LoginRow, Stage};
use crate::store::tx::Tx;
use crate::store::values::TokenHash;

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
    /// The password was right, and the login cannot be completed.
    Refused(Refusal),
    /// Too many logins from this network have failed.
    TooMany {
        /// Until when it has to wait.
        until: Timestamp,
    },
}

/// Checks the password and decides what is needed next.
pub async fn submit(app: &Arc<App>, visitor: &Visitor, attempt: Attempt) -> Result<Outcome, Error> {
    let account = find(app, &attempt).await?;
    let device = presented(app, visitor, account.as_ref().map(|row| row.account.id)).await?;
    let device = account.as_ref().and_then(|row| trusted(app, device, row.account.id, visitor.now));
    if device.is_none()
        && let Some(until) = network_full_until(app, visitor).await?
    {
        return Ok(Outcome::TooMany { until });
    }
    let turn = app.hasher.turn().await?;
    let bucket = bucket_of(app, &attempt, account.as_ref(), device.as_ref());
    let reserved = reserve(app, visitor, bucket.clone()).await?;
    let may_log_in = |row: &&AccountRow| row.account.disabled_at.is_none();
    let allowed = account.as_ref().filter(may_log_in).filter(|_| matches!(reserved, Reservation::Reserved(_)));
    let stored = allowed.and_then(|row| row.password_hash.clone());
    let compared = turn.compare(&attempt.password, stored.clone()).await?;
    let (true, Some(account), Some(stored)) = (compared.right, allowed, stored) else {
        reject(app, visitor, &attempt, account.as_ref(), reserved).await?;
        return Ok(Outcome::NotRecognised);
    };
    let case = Case {
        app: Arc::clone(app),
        visitor: visitor.clone(),
        account: account.clone(),
        return_to: attempt.return_to,
        bucket,
        stored,
        rehashed: compared.rehashed,
        device,
        login: Bearer::new(app)?,
        session: Bearer::new(app)?,
        next_device: Bearer::new(app)?,
    };
    proceed(app, Arc::new(case)).await
}

/// A login whose password was right, with everything that the transaction needs.
struct Case {
    app: Arc<App>,
    visitor: Visitor,
    account: AccountRow,
    return_to: Option<String>,
    bucket: String,
    stored: String,
    rehashed: Option<String>,
    device: Option<DeviceRow>,
    login: Bearer,
    session: Bearer,
    next_device: Bearer,
}

/// What the transaction decided.
enum Next {
    Choose,
    Complete {
        device_rotated: bool,
    },
    Enrol,
    Enter,
    /// The account changed under our hands: disabled, or its password replaced.
    Gone,
    Refuse(Refusal),
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

async fn find(app: &App, attempt: &Attempt) -> Result<Option<AccountRow>, Error> {
    match attempt.identifier.parse::<Identifier>() {
        Ok(identifier) => Ok(app.store.account_by_identifier(&attempt.realm, &identifier).await?),
        Err(_) => Ok(None),
    }
}

/// Whom a failure counts against: the trusted device, so that strangers cannot lock its owner out; else the account;
/// else the name, by a keyed hash, so that a name that does not exist behaves like one that does.
fn bucket_of(app: &App, attempt: &Attempt, account: Option<&AccountRow>, device: Option<&DeviceRow>) -> String {
    match (account, device) {
        (Some(_), Some(device)) => bucket::device(device.id),
        (Some(row), None) => bucket::account(row.account.id),
        (None, _) => {
            let canonical = attempt.identifier.parse().map(|name: Identifier| name.to_string());
            bucket::name(&app.keys, &attempt.realm, &canonical.unwrap_or_else(|_| attempt.identifier.clone()))
        }
    }
}

async fn reserve(app: &App, visitor: &Visitor, bucket: String) -> Result<Reservation, Error> {
    let (rules, now) = (app.settings.lockout, visitor.now);
    Ok(app.store.write(move |tx| Box::pin(async move { tx.reserve_password(&bucket, &rules, now).await })).await?)
}

/// Writes down a login that was not recognised. The name of an unknown account is not kept: it may be a password typed
/// into the wrong field.
async fn reject(
    app: &App,
    visitor: &Visitor,
    attempt: &Attempt,
    account: Option<&AccountRow>,
    reserved: Reservation,
) -> Result<(), Error> {
    let (why, pause) = match (account, reserved) {
        (_, Reservation::Paused(until)) => ("paused", Some(until)),
        (None, Reservation::Reserved(bucket)) => ("unknown", bucket.paused_until),
        (Some(row), Reservation::Reserved(bucket)) if row.account.disabled_at.is_some() => {
            ("disabled", bucket.paused_until)
        }
        (Some(_), Reservation::Reserved(bucket)) => ("password", bucket.paused_until),
    };
    let id = account.map(|row| row.account.id);
    let begins = why != "paused" && pause.is_some();
    let event = if begins { Event::LoginPaused } else { Event::LoginFailed };
    tracing::info!(event = event.as_str(), account.id = id.map(tracing::field::display), realm = %attempt.realm, client.ip = %visitor.ip, why, "login failed");
    let entry = AuditEntry {
        at: visitor.now,
        event,
        account: id,
        realm: Some(attempt.realm.clone()),
        ip: Some(visitor.ip.to_string()),
        detail: json!({ "why": why, "paused_until": pause }),
    };
    let quota = network_quota(app, visitor);
    let now = visitor.now;
    // A nobody's row is counted too, so that a name that exists costs nothing more.
    let failed = id.unwrap_or(AccountId(Uuid::nil()));
    app.store
        .write(move |tx| {
            Box::pin(async move {
                if why != "paused" {
                    tx.count_failed_login(failed).await?;
                }
                if let Some(quota) = quota {
                    tx.count(&quota, now).await?;
                }
                tx.audit(&entry).await
            })
        })
        .await?;
    Ok(())
}

async fn proceed(app: &App, case: Arc<Case>) -> Result<Outcome, Error> {
    let work = Arc::clone(&case);
    let next = app.store.write(move |tx| Box::pin(async move { accept(tx, &work).await })).await?;
    Ok(match next {
        Next::Choose => Outcome::Choose(case.login.token.clone()),
        Next::Complete { device_rotated } => {
            finish::told(case.account.account.id, case.visitor.ip);
            let device = device_rotated.then(|| case.next_device.token.clone());
            Outcome::Completed(Completed {
                session: case.session.token.clone(),
                device,
                return_to: case.return_to.clone(),
            })
        }
        Next::Enrol => Outcome::Enrol(case.login.token.clone()),
        Next::Enter => Outcome::Enter(case.login.token.clone()),
        Next::Gone => Outcome::NotRecognised,
        Next::Refuse(refusal) => Outcome::Refused(refusal),
    })
}

/// One transaction: the counter is cleared, the policy asked, and what it says is saved.
async fn accept(tx: &mut Tx, case: &Case) -> Result<Next, StoreError> {
    let id = case.account.account.id;
    let Some(row) = tx.lock_account(id).await? else { return Ok(Next::Gone) };
    if row.account.disabled_at.is_some() || row.password_hash.as_ref() != Some(&case.stored) {
        return Ok(Next::Gone);
    }
    tx.clear_lockout(&case.bucket).await?;
    if let Some(rehashed) = &case.rehashed {
        tx.rehash_password(id, &case.stored, rehashed).await?;
    }
    // Read again under the lock: the device may have been revoked while the password was compared.
    let device = still_trusted(tx, case).await?;
    let decision = decide(case, &row, device.as_ref());
    // The owner has given this password up; whoever brings it gets no further, be it the owner.
    if row.must_change_password_at.is_some() {
        let refusal = Refusal::PasswordMustChange;
        tx.audit(&entry(case, Event::LoginRefused, &decision, refusal.as_str())).await?;
        return Ok(Next::Refuse(refusal));
    }
    match &decision.verdict {
        Verdict::Allow => allow(tx, case, &row, &decision, device).await,
        Verdict::Challenge { reasons, .. } => challenge(tx, case, &decision, reasons).await,
        Verdict::Refuse(Refusal::NoDestination) if enrol::is_open(&row.account.contacts, &working(case)) => {
            let login = LoginRow { stage: Stage::Enrolling, reasons: decision.reasons(), ..new_login(case) };
            tx.insert_login(&login).await?;
            tx.audit(&entry(case, Event::LoginChallenged, &decision, "enrolment needed")).await?;
            Ok(Next::Enrol)
        }
        Verdict::Refuse(refusal) => {
            tx.audit(&entry(case, Event::LoginRefused, &decision, refusal.as_str())).await?;
            Ok(Next::Refuse(*refusal))
        }
    }
}

async fn still_trusted(tx: &mut Tx, case: &Case) -> Result<Option<DeviceRow>, StoreError> {
    let (Some(before), Some(token)) = (&case.device, &case.visitor.device) else { return Ok(None) };
    let found = tx.device_by_token(&TokenHash(token.hash())).await?.map(|(device, _)| device);
    Ok(trusted(&case.app, found, before.account, case.visitor.now))
}

fn decide(case: &Case, row: &AccountRow, device: Option<&DeviceRow>) -> Decision {
    let device = device.map_or(DeviceStanding::Untrusted, |device| DeviceStanding::Trusted(device.id));
    let circumstances = Circumstances {
        now: case.visitor.now,
        device,
        network: case.visitor.network(),
        browser: case.visitor.browser.clone(),
    };
    let policy = case.app.settings.policy(&row.account.realm, &row.account.source);
    policy::decide(&policy, &row.account, &circumstances, &working(case))
}

fn working(case: &Case) -> Vec<Channel> {
    case.app.couriers.working(case.visitor.now)
}

async fn allow(
    tx: &mut Tx,
    case: &Case,
    row: &AccountRow,
    decision: &Decision,
    device: Option<DeviceRow>,
) -> Result<Next, StoreError> {
    let now = case.visitor.now;
    let mut evidence = vec![Evidence { proof: Proof::Password, at: now }];
    if decision.applies && device.is_some() {
        evidence.push(Evidence { proof: Proof::TrustedDevice, at: now });
    }
    let device = device.map_or(DeviceStep::Nothing, |device| DeviceStep::Renew {
        device: Box::new(device),
        token: case.next_device.hash(),
    });
    let finish = Finish { session: &case.session, evidence, device, why: explanation(decision) };
    let device_rotated = finish::complete(tx, &case.app, &case.visitor, row, &finish).await?;
    Ok(Next::Complete { device_rotated })
}

async fn challenge(tx: &mut Tx, case: &Case, decision: &Decision, reasons: &[Trigger]) -> Result<Next, StoreError> {
    let earlier = earlier_challenge(tx, case).await?;
    let begun = new_login(case);
    let id = begun.id;
    let login = LoginRow {
        expires_at: earlier.as_ref().map_or(begun.expires_at, |challenge| challenge.expires_at),
        stage: if earlier.is_some() { Stage::Entering } else { Stage::Choosing },
        reasons: reasons.to_vec(),
        challenge: earlier.as_ref().map(|challenge| challenge.id),
        ..begun
    };
    tx.insert_login(&login).await?;
    tx.audit(&entry(case, Event::LoginChallenged, decision, "code needed")).await?;
    let Some(challenge) = earlier else { return Ok(Next::Choose) };
    tx.attach_challenge(challenge.id, id).await?;
    tx.offer_page(id, Some(Notice::AlreadySent.as_str())).await?;
    Ok(Next::Enter)
}

/// An attempt that begins now.
fn new_login(case: &Case) -> LoginRow {
    let now = case.visitor.now;
    LoginRow {
        id: LoginId(case.login.id),
        token: case.login.hash(),
        account: case.account.account.id,
        realm: case.account.account.realm.clone(),
        created_at: now,
        expires_at: now + LOGIN_LIFE,
        stage: Stage::Choosing,
        reasons: Vec::new(),
        challenge: None,
        return_to: case.return_to.clone(),
        ip: case.visitor.ip.to_string(),
        network: case.visitor.network(),
        browser: case.visitor.browser.clone(),
        language: case.visitor.language.clone(),
        page: false,
        notice: None,
        ended_at: None,
    }
}

/// The challenge that this very browser started before, if its code can still be tried: the login cookie of that login
/// is the proof. The old login ends, so that a copy of its cookie is worth nothing.
async fn earlier_challenge(tx: &mut Tx, case: &Case) -> Result<Option<ChallengeRow>, StoreError> {
    let Some(token) = &case.visitor.login else { return Ok(None) };
    let Some(login) = tx.login_by_token(&TokenHash(token.hash())).await? else { return Ok(None) };
    let (account, now) = (case.account.account.id, case.visitor.now);
    if login.account != account {
        return Ok(None);
    }
    tx.end_login(login.id, now).await?;
    let live = tx.live_challenge(account, Purpose::Login, now).await?;
    Ok(live.filter(|challenge| {
        challenge.login == Some(login.id) && matches!(standing(&case.app, challenge, now), Standing::Live { .. })
    }))
}

/// The trace of the policy, as the audit log keeps it.
fn explanation(decision: &Decision) -> serde_json::Value {
    json!({ "mode": decision.mode, "applies": decision.applies, "triggers": decision.findings })
}

fn entry(case: &Case, event: Event, decision: &Decision, outcome: &str) -> AuditEntry {
    AuditEntry {
        at: case.visitor.now,
        event,
        account: Some(case.account.account.id),
        realm: Some(case.account.account.realm.clone()),
        ip: Some(case.visitor.ip.to_string()),
        detail: json!({ "outcome": outcome, "policy": explanation(decision) }),
    }
}
