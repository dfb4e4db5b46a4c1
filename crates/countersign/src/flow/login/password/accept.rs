//! The password was right: one transaction that asks the policy and saves what it says.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::challenge::{Purpose, Standing};
use countersign_core::channel::Channel;
use countersign_core::facts::{Circumstances, DeviceStanding};
use countersign_core::id::{AccountId, LoginId};
use countersign_core::policy::{Decision, Refusal, Trigger, Verdict};
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::session::{Evidence, Proof};
use jiff::Timestamp;
use serde_json::json;

use super::{Attempt, Outcome};
use crate::app::App;
use crate::directory::Found;
use crate::flow::challenge::standing;
use crate::flow::login::finish::{self, Completed, DeviceStep, Finish};
use crate::flow::login::recovery::{OnlyWay, only_way};
use crate::flow::login::{self, Bearer, LOGIN_LIFE, Notice, enrol, trusted};
use crate::flow::mirror::{self, Entrant};
use crate::flow::{Error, Visitor, reach};
use crate::store::accounts::AccountRow;
use crate::store::audit::AuditEntry;
use crate::store::challenges::ChallengeRow;
use crate::store::devices::DeviceRow;
use crate::store::error::Error as StoreError;
use crate::store::logins::{LoginRow, Stage};
use crate::store::shields::Shielded;
use crate::store::tx::Tx;
use crate::store::values::TokenHash;

/// Who proved the password, and what that proof holds for.
pub(super) enum Proven {
    /// The directory, for the person it found.
    Directory {
        source: SourceName,
        found: Box<Found>,
        shielded: Shielded,
        /// The id of the account, if this is its first login.
        id_if_new: AccountId,
    },
    /// The stored hash of this account, for as long as it is that.
    Hash { account: AccountId, stored: String, rehashed: Option<String> },
}

/// A login whose password was right, with everything that the transaction needs.
pub(super) struct Case {
    app: Arc<App>,
    visitor: Visitor,
    realm: RealmName,
    return_to: Option<String>,
    bucket: String,
    proven: Proven,
    device: Option<DeviceRow>,
    login: Bearer,
    session: Bearer,
    next_device: Bearer,
}

impl Case {
    /// `bucket` is what the reserved failure counts against.
    pub(super) fn new(
        app: &Arc<App>,
        visitor: &Visitor,
        attempt: Attempt,
        bucket: String,
        device: Option<DeviceRow>,
        proven: Proven,
    ) -> Result<Self, Error> {
        Ok(Self {
            app: Arc::clone(app),
            visitor: visitor.clone(),
            realm: attempt.realm,
            return_to: attempt.return_to,
            bucket,
            proven,
            device,
            login: Bearer::new(app)?,
            session: Bearer::new(app)?,
            next_device: Bearer::new(app)?,
        })
    }
}

/// What the transaction decided.
enum Next {
    Choose,
    Complete {
        account: AccountId,
        device_rotated: bool,
    },
    EmailRests {
        until: Timestamp,
    },
    Enrol,
    Enter,
    /// The account changed under our hands: disabled, or its password replaced.
    Gone,
    /// No code can be sent or accepted, but the person has recovery codes.
    Recover,
    Refuse(Refusal),
}

/// Goes on to the next step of the login.
pub(super) async fn proceed(app: &App, case: Case) -> Result<Outcome, Error> {
    let case = Arc::new(case);
    let work = Arc::clone(&case);
    let next = app.store.write(move |tx| Box::pin(async move { accept(tx, &work).await })).await?;
    Ok(match next {
        Next::Choose => Outcome::Choose(case.login.token.clone()),
        Next::Complete { account, device_rotated } => {
            finish::told(account, case.visitor.ip);
            let device = device_rotated.then(|| case.next_device.token.clone());
            Outcome::Completed(Completed {
                session: case.session.token.clone(),
                device,
                return_to: case.return_to.clone(),
            })
        }
        Next::EmailRests { until } => Outcome::EmailRests { until },
        Next::Enrol => Outcome::Enrol(case.login.token.clone()),
        Next::Enter => Outcome::Enter(case.login.token.clone()),
        Next::Gone => Outcome::NotRecognised,
        Next::Recover => Outcome::Recover(case.login.token.clone()),
        Next::Refuse(refusal) => Outcome::Refused(refusal),
    })
}

/// One transaction: the counter is cleared, the policy asked, and what it says is saved.
async fn accept(tx: &mut Tx, case: &Case) -> Result<Next, StoreError> {
    let Some(row) = still_proven(tx, case).await? else { return Ok(Next::Gone) };
    tx.clear_lockout(&case.bucket).await?;
    // Read again under the lock: the device may have been revoked while the password was compared.
    let device = still_trusted(tx, case, row.account.id).await?;
    let reachable = reach::channels_in(tx, &case.app, &row, case.visitor.now).await?;
    let decision = decide(case, &row, device.as_ref(), &reachable);
    // The owner has given this password up; whoever brings it gets no further, be it the owner.
    if row.must_change_password_at.is_some() {
        let refusal = Refusal::PasswordMustChange;
        tx.audit(&entry(case, &row, Event::LoginRefused, &decision, refusal.as_str())).await?;
        return Ok(Next::Refuse(refusal));
    }
    match &decision.verdict {
        Verdict::Allow => allow(tx, case, &row, &decision, device).await,
        Verdict::Challenge { reasons, .. } => challenge(tx, case, &row, &decision, reasons).await,
        Verdict::Refuse(_) if tx.recovery_codes(row.account.id).await?.left > 0 => {
            recover(tx, case, &row, &decision).await
        }
        Verdict::Refuse(Refusal::NoDestination) if enrol::is_open(&case.app, &row.account.contacts) => {
            let login = LoginRow { stage: Stage::Enrolling, ..login_row(case, &row, &decision.reasons(), None) };
            tx.insert_login(&login).await?;
            tx.audit(&entry(case, &row, Event::LoginChallenged, &decision, "enrolment needed")).await?;
            Ok(Next::Enrol)
        }
        Verdict::Refuse(refusal) => {
            tx.audit(&entry(case, &row, Event::LoginRefused, &decision, refusal.as_str())).await?;
            Ok(match only_way(&case.app, &row, &reachable, case.visitor.now) {
                Some(OnlyWay::EmailRests { until }) => Next::EmailRests { until },
                _ => Next::Refuse(*refusal),
            })
        }
    }
}

/// The account under its lock, if what was proven still holds for it. The first login of a person of a directory makes it.
async fn still_proven(tx: &mut Tx, case: &Case) -> Result<Option<AccountRow>, StoreError> {
    let row = match &case.proven {
        Proven::Directory { source, found, shielded, id_if_new } => {
            tx.forward_was_right(shielded).await?;
            let (realm, ip) = (&case.realm, Some(case.visitor.ip.to_string()));
            let entrant = Entrant { realm, source, found, id_if_new: *id_if_new, now: case.visitor.now, ip };
            mirror::enter(tx, &entrant).await?
        }
        Proven::Hash { account, stored, rehashed } => {
            let row = tx.lock_account(*account).await?.filter(|row| row.password_hash.as_ref() == Some(stored));
            if let (Some(row), Some(rehashed)) = (&row, rehashed) {
                tx.rehash_password(row.account.id, stored, rehashed).await?;
            }
            row
        }
    };
    Ok(row.filter(|row| row.account.disabled_at.is_none()))
}

async fn still_trusted(tx: &mut Tx, case: &Case, account: AccountId) -> Result<Option<DeviceRow>, StoreError> {
    let (Some(_), Some(token)) = (&case.device, &case.visitor.device) else { return Ok(None) };
    let found = tx.device_by_token(&TokenHash(token.hash())).await?.map(|(device, _)| device);
    Ok(trusted(&case.app, found, account, case.visitor.now))
}

fn decide(case: &Case, row: &AccountRow, device: Option<&DeviceRow>, reachable: &[Channel]) -> Decision {
    let device = device.map_or(DeviceStanding::Untrusted, |device| DeviceStanding::Trusted(device.id));
    let circumstances = Circumstances {
        now: case.visitor.now,
        device,
        network: case.visitor.network(),
        browser: case.visitor.browser.clone(),
    };
    login::decide(&case.app, row, &circumstances, reachable)
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
    Ok(Next::Complete { account: row.account.id, device_rotated })
}

async fn challenge(
    tx: &mut Tx,
    case: &Case,
    row: &AccountRow,
    decision: &Decision,
    reasons: &[Trigger],
) -> Result<Next, StoreError> {
    let earlier = earlier_challenge(tx, case, row.account.id).await?;
    let id = LoginId(case.login.id);
    tx.insert_login(&login_row(case, row, reasons, earlier.as_ref())).await?;
    tx.audit(&entry(case, row, Event::LoginChallenged, decision, "code needed")).await?;
    let Some(challenge) = earlier else { return Ok(Next::Choose) };
    tx.attach_challenge(challenge.id, id).await?;
    tx.offer_page(id, Some(Notice::AlreadySent.as_str())).await?;
    Ok(Next::Enter)
}

/// A login that only a recovery code can complete.
async fn recover(tx: &mut Tx, case: &Case, row: &AccountRow, decision: &Decision) -> Result<Next, StoreError> {
    tx.insert_login(&login_row(case, row, &decision.reasons(), None)).await?;
    tx.audit(&entry(case, row, Event::LoginChallenged, decision, "recovery code needed")).await?;
    Ok(Next::Recover)
}

fn login_row(case: &Case, row: &AccountRow, reasons: &[Trigger], earlier: Option<&ChallengeRow>) -> LoginRow {
    let now = case.visitor.now;
    LoginRow {
        id: LoginId(case.login.id),
        token: case.login.hash(),
        account: row.account.id,
        realm: row.account.realm.clone(),
        created_at: now,
        expires_at: earlier.map_or(now + LOGIN_LIFE, |challenge| challenge.expires_at),
        stage: if earlier.is_some() { Stage::Entering } else { Stage::Choosing },
        reasons: reasons.to_vec(),
        challenge: earlier.map(|challenge| challenge.id),
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
async fn earlier_challenge(tx: &mut Tx, case: &Case, account: AccountId) -> Result<Option<ChallengeRow>, StoreError> {
    let Some(token) = &case.visitor.login else { return Ok(None) };
    let Some(login) = tx.login_by_token(&TokenHash(token.hash())).await? else { return Ok(None) };
    let now = case.visitor.now;
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

fn entry(case: &Case, row: &AccountRow, event: Event, decision: &Decision, outcome: &str) -> AuditEntry {
    AuditEntry {
        at: case.visitor.now,
        event,
        account: Some(row.account.id),
        realm: Some(row.account.realm.clone()),
        ip: Some(case.visitor.ip.to_string()),
        detail: json!({
            "outcome": outcome,
            "policy": explanation(decision),
            "browser": case.visitor.browser_name(),
        }),
    }
}
