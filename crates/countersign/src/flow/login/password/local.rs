//! Passwords of Countersign's own accounts.

use std::sync::Arc;

use countersign_core::identifier::Identifier;
use countersign_core::lockout::Reservation;
use serde_json::json;

use super::accept::{self, Case, Proven};
use super::reject::{self, Rejected, Why};
use super::{Attempt, Gate, Outcome, gate, reserve};
use crate::app::App;
use crate::flow::{Error, Visitor, bucket};
use crate::store::accounts::AccountRow;
use crate::store::devices::DeviceRow;

/// Compares the password with the account's hash, or with a decoy where there is none.
pub(super) async fn submit(
    app: &Arc<App>,
    visitor: &Visitor,
    attempt: Attempt,
    account: Option<AccountRow>,
) -> Result<Outcome, Error> {
    let device = match gate(app, visitor, account.as_ref().map(|row| row.account.id)).await? {
        Gate::Closed(until) => return Ok(Outcome::TooMany { until }),
        Gate::Open(device) => device.map(|device| *device),
    };
    let turn = app.hasher.turn().await?;
    let bucket = bucket_of(app, &attempt, account.as_ref(), device.as_ref());
    let reserved = reserve(app, visitor, bucket.clone()).await?;
    let may_log_in = |row: &&AccountRow| row.account.disabled_at.is_none();
    let allowed = account.as_ref().filter(may_log_in).filter(|_| matches!(reserved, Reservation::Reserved(_)));
    let stored = allowed.and_then(|row| row.password_hash.clone());
    let compared = turn.compare(&attempt.password, stored.clone()).await?;
    let (true, Some(account), Some(stored)) = (compared.right, allowed, stored) else {
        let why = Why::of(account.as_ref(), reserved);
        let detail = json!({});
        reject::record(
            app,
            visitor,
            Rejected { realm: &attempt.realm, account: account.as_ref(), reserved, why, detail },
        )
        .await?;
        return Ok(Outcome::NotRecognised);
    };
    let proven = Proven::Hash { account: account.account.id, stored, rehashed: compared.rehashed };
    accept::proceed(app, Case::new(app, visitor, attempt, bucket, device, proven)?).await
}

/// Whom a failure counts against: the trusted device, so that strangers cannot lock its owner out; else the account;
/// else the name, by a keyed hash, so that a name that does not exist behaves like one that does.
fn bucket_of(app: &App, attempt: &Attempt, account: Option<&AccountRow>, device: Option<&DeviceRow>) -> String {
    match (account, device) {
        (Some(_), Some(device)) => bucket::device(device.id),
        (Some(row), None) => bucket::account(row.account.id),
        (None, _) => nobody(app, attempt),
    }
}

/// The bucket of a name that is nobody's.
pub(super) fn nobody(app: &App, attempt: &Attempt) -> String {
    let canonical = attempt.identifier.parse().map(|name: Identifier| name.to_string());
    bucket::name(&app.keys, &attempt.realm, &canonical.unwrap_or_else(|_| attempt.identifier.clone()))
}
