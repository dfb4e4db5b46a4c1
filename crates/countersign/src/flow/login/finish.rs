//! The last step, the same for every way to it: the session, the device, the history and the audit log, at once.

use std::net::IpAddr;

use countersign_core::audit::Event;
use countersign_core::device::Trust;
use countersign_core::id::{AccountId, DeviceId, SessionId};
use countersign_core::session::{Evidence, assurance, last_code};
use serde_json::{Value, json};

use super::Bearer;
use crate::app::App;
use crate::flow::Visitor;
use crate::keys::Token;
use crate::store::accounts::{AccountRow, LoginRecord};
use crate::store::audit::AuditEntry;
use crate::store::devices::DeviceRow;
use crate::store::error::Error as StoreError;
use crate::store::sessions::SessionRow;
use crate::store::tx::Tx;
use crate::store::values::TokenHash;

/// What a completed login gives to the browser.
pub struct Completed {
    /// The session's token.
    pub session: Token,
    /// The trusted device's new token; `None` leaves the browser's cookie as it is.
    pub device: Option<Token>,
    /// Where to go.
    pub return_to: Option<String>,
}

/// What completes a login.
pub(super) struct Finish<'a> {
    pub(super) session: &'a Bearer,
    pub(super) evidence: Vec<Evidence>,
    pub(super) device: DeviceStep,
    pub(super) why: Value,
}

/// What happens to the trusted device.
pub(super) enum DeviceStep {
    /// The browser is trusted from now on, and replaces the account's oldest if there are too many.
    Begin { id: DeviceId, token: TokenHash },
    /// Nothing.
    Nothing,
    /// The device gets a new token and, if trust is sliding, a new time.
    Renew { device: Box<DeviceRow>, token: TokenHash },
}

/// The line in the log, once the login is saved.
pub(super) fn told(account: AccountId, client: IpAddr) {
    tracing::info!(event = Event::LoginSucceeded.as_str(), account.id = %account, client.ip = %client, "login completed");
}

/// Saves the completed login. Returns whether the device's new token is the one that counts.
pub(super) async fn complete(
    tx: &mut Tx,
    app: &App,
    visitor: &Visitor,
    row: &AccountRow,
    finish: &Finish<'_>,
) -> Result<bool, StoreError> {
    let now = visitor.now;
    let account = &row.account;
    // A session that this browser still holds, whoever's it is, does not live on beside the new one (D-01, D-07).
    if let Some(old) = &visitor.session {
        tx.end_session_by_token(&TokenHash(old.hash()), "replaced by a new login", now).await?;
    }
    let rotated = step_device(tx, app, visitor, row, &finish.device).await?;
    tx.insert_session(&SessionRow {
        id: SessionId(finish.session.id),
        token: finish.session.hash(),
        account: account.id,
        realm: account.realm.clone(),
        created_at: now,
        seen_at: now,
        ip: visitor.ip.to_string(),
        browser: visitor.browser.clone(),
        evidence: finish.evidence.clone(),
        device: device_of(&finish.device),
        previous_login: row.last_login.clone(),
        ended_at: None,
        end_reason: None,
    })
    .await?;
    let policy = app.settings.policy(&account.realm, &account.source);
    let record = LoginRecord {
        now,
        ip: visitor.ip.to_string(),
        browser: visitor.browser.clone(),
        language: visitor.language.clone(),
        networks: policy.networks_after(&account.history, visitor.network()),
        second_factor_at: last_code(&finish.evidence),
    };
    tx.record_login(account.id, &record).await?;
    let assurance = assurance(&finish.evidence);
    let detail = json!({ "assurance": assurance, "policy": finish.why, "failures_before": account.history.failures });
    tx.audit(&entry(visitor, row, Event::LoginSucceeded, detail)).await?;
    Ok(rotated)
}

async fn step_device(
    tx: &mut Tx,
    app: &App,
    visitor: &Visitor,
    row: &AccountRow,
    step: &DeviceStep,
) -> Result<bool, StoreError> {
    let (rules, now, account) = (&app.settings.trusted_device, visitor.now, row.account.id);
    match step {
        DeviceStep::Begin { id, token } => {
            let trust = rules.begin(now);
            tx.end_oldest_devices(account, rules.per_account.saturating_sub(1), "replaced by a new device", now)
                .await?;
            tx.insert_device(&new_device(*id, *token, row, visitor, trust)).await?;
            tx.audit(&entry(visitor, row, Event::DeviceTrusted, json!({ "device": id, "until": trust.until }))).await?;
            Ok(true)
        }
        DeviceStep::Nothing => Ok(false),
        // Only the token that counts is rotated away. A login of the same browser at the same time may have been first:
        // then its token counts and goes on counting, and ours is not given out.
        DeviceStep::Renew { device, token } => {
            let presented = visitor.device.as_ref().map_or(device.token, |token| TokenHash(token.hash()));
            let renewed = rules.renew(device.trust, now);
            tx.note_device_address(device.id, &visitor.ip.to_string()).await?;
            tx.rotate_device(device.id, &presented, token, renewed, now).await
        }
    }
}

fn new_device(id: DeviceId, token: TokenHash, row: &AccountRow, visitor: &Visitor, trust: Trust) -> DeviceRow {
    DeviceRow {
        id,
        account: row.account.id,
        token,
        previous: None,
        rotated_at: None,
        name: visitor.browser_name(),
        trust,
        seen_at: visitor.now,
        ip: Some(visitor.ip.to_string()),
        ended_at: None,
        end_reason: None,
    }
}

fn device_of(step: &DeviceStep) -> Option<DeviceId> {
    match step {
        DeviceStep::Begin { id, .. } => Some(*id),
        DeviceStep::Nothing => None,
        DeviceStep::Renew { device, .. } => Some(device.id),
    }
}

/// An entry of the audit log. The person sees it too, and knows the browser better than the address.
pub(in crate::flow) fn entry(visitor: &Visitor, row: &AccountRow, event: Event, mut detail: Value) -> AuditEntry {
    if let Value::Object(fields) = &mut detail {
        fields.insert("browser".to_owned(), visitor.browser_name().into());
    }
    AuditEntry {
        at: visitor.now,
        event,
        account: Some(row.account.id),
        realm: Some(row.account.realm.clone()),
        ip: Some(visitor.ip.to_string()),
        detail,
    }
}
