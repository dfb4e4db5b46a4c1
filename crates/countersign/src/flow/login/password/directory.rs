//! Passwords that a directory proves.
//!
//! The whole conversation with the directory takes place while a decoy is compared with argon2: how long it takes to look
//! somebody up, and whether there was anything to prove, disappears in the time that every attempt takes.
//!
//! A directory counts wrong passwords as well, so before it hears of one, both counters have to agree: ours, which pauses
//! the login, and the shield, which keeps strangers from locking the person's workstation
//! ([`countersign_core::shield`]). Neither is lifted by a trusted device as far as the directory is concerned.

use std::sync::Arc;

use countersign_core::id::AccountId;
use countersign_core::lockout::Reservation;
use countersign_core::policy::Refusal;
use serde_json::json;

use super::accept::{self, Case, Proven};
use super::candidate::{self, Candidate, InDirectory};
use super::local::nobody;
use super::reject::{self, Rejected, Why};
use super::{Attempt, Gate, Outcome, gate, network_full_until, reserve};
use crate::app::App;
use crate::directory::ldap::Ldap;
use crate::directory::{Fault, Found, Standing};
use crate::flow::directory_password::{self, Judged, Question};
use crate::flow::{Error, Visitor, bucket, mirror};
use crate::store::devices::DeviceRow;

/// Asks the directories of the realm, in order, and compares a decoy beside it.
pub(super) async fn submit(app: &Arc<App>, visitor: &Visitor, attempt: Attempt) -> Result<Outcome, Error> {
    // Without a token there can be no trusted device: a network that has to wait makes no directory work.
    if visitor.device.is_none()
        && let Some(until) = network_full_until(app, visitor).await?
    {
        return Ok(Outcome::TooMany { until });
    }
    let turn = app.hasher.turn().await?;
    let password = attempt.password.clone();
    let (decoy, outcome) = tokio::join!(turn.compare(&password, None), ask(app, visitor, attempt));
    decoy?;
    outcome
}

async fn ask(app: &Arc<App>, visitor: &Visitor, attempt: Attempt) -> Result<Outcome, Error> {
    match candidate::in_directories(app, &attempt).await? {
        Candidate::Ambiguous(ldap) => {
            tracing::warn!(source = %ldap.name(), "more than one person of the directory has the name that was typed; nobody is let in");
            unknown(app, visitor, &attempt, Why::Ambiguous).await
        }
        Candidate::InDirectory(candidate) => try_candidate(app, visitor, attempt, *candidate).await,
        Candidate::Nobody => unknown(app, visitor, &attempt, Why::Unknown).await,
        Candidate::Unavailable(ldap, fault) => Ok(unavailable(&ldap, &fault)),
    }
}

/// A name that is nobody's, or not one person's, behaves like one that is.
async fn unknown(app: &Arc<App>, visitor: &Visitor, attempt: &Attempt, why: Why) -> Result<Outcome, Error> {
    if let Gate::Closed(until) = gate(app, visitor, None).await? {
        return Ok(Outcome::TooMany { until });
    }
    let reserved = reserve(app, visitor, nobody(app, attempt)).await?;
    let why = if matches!(reserved, Reservation::Paused(_)) { Why::Paused } else { why };
    let rejected = Rejected { realm: &attempt.realm, account: None, reserved, why, detail: json!({}) };
    reject::record(app, visitor, rejected).await?;
    Ok(Outcome::NotRecognised)
}

/// A directory that cannot be asked; told once, here.
fn unavailable(ldap: &Ldap, fault: &Fault) -> Outcome {
    tracing::warn!(source = %ldap.name(), %fault, "a directory cannot be asked, so nobody of it can sign in");
    Outcome::Unavailable
}

/// One attempt at the password of one person of a directory.
struct Trial<'a> {
    app: &'a Arc<App>,
    visitor: &'a Visitor,
    attempt: Attempt,
    candidate: InDirectory,
    device: Option<DeviceRow>,
    bucket: String,
    reserved: Reservation,
}

async fn try_candidate(
    app: &Arc<App>,
    visitor: &Visitor,
    attempt: Attempt,
    candidate: InDirectory,
) -> Result<Outcome, Error> {
    let device = match gate(app, visitor, candidate.account.as_ref().map(|row| row.account.id)).await? {
        Gate::Closed(until) => return Ok(Outcome::TooMany { until }),
        Gate::Open(device) => device.map(|device| *device),
    };
    let bucket = device.as_ref().map_or_else(|| candidate.bucket(), |device| bucket::device(device.id));
    let reserved = reserve(app, visitor, bucket.clone()).await?;
    let trial = Trial { app, visitor, attempt, candidate, device, bucket, reserved };
    if matches!(reserved, Reservation::Paused(_)) {
        return trial.reject(Why::Paused).await;
    }
    if trial.candidate.account.as_ref().is_some_and(|row| row.account.disabled_at.is_some()) {
        return trial.reject(Why::Disabled).await;
    }
    trial.judge().await
}

impl Trial<'_> {
    async fn judge(self) -> Result<Outcome, Error> {
        let name = candidate::name_to_ask(&self.attempt.identifier);
        let question = Question {
            ldap: &self.candidate.ldap,
            name: &name,
            found: self.candidate.found.as_deref(),
            shielded: &self.candidate.shielded,
            password: &self.attempt.password,
            now: self.visitor.now,
        };
        match directory_password::judge(self.app, &question).await? {
            Judged::Another => self.reject(Why::Ambiguous).await,
            Judged::Locked => self.reject(Why::LockedInDirectory).await,
            Judged::Refused(standing, found) => self.refuse(standing, found).await,
            Judged::Right(found) => self.accept(found).await,
            Judged::Shielded => self.reject(Why::Shielded).await,
            Judged::Unavailable(fault) => self.give_back(&fault).await,
            Judged::Wrong => self.reject(Why::Password).await,
        }
    }

    async fn accept(self, found: Box<Found>) -> Result<Outcome, Error> {
        let Self { app, visitor, attempt, candidate, device, bucket, .. } = self;
        let proven = Proven::Directory {
            source: candidate.ldap.name().clone(),
            found,
            shielded: candidate.shielded,
            id_if_new: AccountId(app.entropy.uuid()?),
        };
        accept::proceed(app, Case::new(app, visitor, attempt, bucket, device, proven)?).await
    }

    /// The password is right, and the directory does not let the person in. Only now may they be told why.
    async fn refuse(self, standing: Standing, found: Option<Box<Found>>) -> Result<Outcome, Error> {
        let Some(refusal) = refusal(standing) else { return self.reject(Why::LockedInDirectory).await };
        let Self { app, visitor, attempt, candidate, bucket, .. } = self;
        let external_id = found.map_or(candidate.shielded.external_id.clone(), |found| found.stable_id.to_string());
        let refused = mirror::Refused {
            realm: attempt.realm.clone(),
            source: candidate.ldap.name().clone(),
            external_id,
            standing,
            now: visitor.now,
            ip: Some(visitor.ip.to_string()),
        };
        app.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.clear_lockout(&bucket).await?;
                    mirror::refuse_login(tx, &refused, refusal).await
                })
            })
            .await?;
        Ok(Outcome::Refused(refusal))
    }

    async fn reject(self, why: Why) -> Result<Outcome, Error> {
        let Self { app, visitor, attempt, candidate, reserved, .. } = self;
        let detail = json!({ "source": candidate.ldap.name(), "person": candidate.shielded.external_id });
        let account = candidate.account.as_ref();
        reject::record(app, visitor, Rejected { realm: &attempt.realm, account, reserved, why, detail }).await?;
        Ok(Outcome::NotRecognised)
    }

    /// Nothing was compared, so nothing counts against anybody.
    async fn give_back(self, fault: &Fault) -> Result<Outcome, Error> {
        let (bucket, rules) = (self.bucket, self.app.settings.lockout);
        self.app.store.write(move |tx| Box::pin(async move { tx.give_back_password(&bucket, &rules).await })).await?;
        if matches!(fault, Fault::Busy) {
            return Err(Error::Busy(fault.to_string()));
        }
        Ok(unavailable(&self.candidate.ldap, fault))
    }
}

/// What the person is told; `None` where the directory says so whatever the password is.
const fn refusal(standing: Standing) -> Option<Refusal> {
    match standing {
        Standing::Disabled => Some(Refusal::AccountDisabled),
        Standing::Expired => Some(Refusal::AccountExpired),
        Standing::Good | Standing::Locked => None,
        Standing::MustChange | Standing::PasswordExpired => Some(Refusal::PasswordExpired),
        Standing::NotInGroup => Some(Refusal::NotInGroup),
        Standing::OutsideHours => Some(Refusal::OutsideHours),
    }
}
