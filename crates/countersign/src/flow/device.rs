//! Trusted devices: recognising one, and ending them.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::device::{TokenVerdict, judge};
use countersign_core::id::{AccountId, DeviceId};
use countersign_core::notice::Notice;
use serde_json::json;

use crate::app::App;
use crate::flow::account::is_plain;
use crate::flow::notice::{self, Whom};
use crate::flow::session::Current;
use crate::flow::{Error, Refused, Visitor};
use crate::store::audit::AuditEntry;
use crate::store::devices::DeviceRow;
use crate::store::values::TokenHash;

/// The longest name that a person gives a device, in characters.
const NAME_LEN_MAX: usize = 60;

/// The device whose token the visitor presented. A token that was rotated away more than a minute ago shows that there
/// is a copy: the device is revoked. One that belongs to another account than `expected` counts for nothing.
pub(super) async fn presented(
    app: &Arc<App>,
    visitor: &Visitor,
    expected: Option<AccountId>,
) -> Result<Option<DeviceRow>, Error> {
    let Some(token) = &visitor.device else { return Ok(None) };
    let Some((device, presented)) = app.store.device_by_token(&TokenHash(token.hash())).await? else { return Ok(None) };
    let reused = judge(presented, visitor.now) == TokenVerdict::Reused;
    if !reused && expected == Some(device.account) {
        return Ok(Some(device));
    }
    let why = if reused { "an old token came back" } else { "presented with another account's name" };
    tracing::warn!(event = Event::TokenReused.as_str(), device.id = %device.id, client.ip = %visitor.ip, why, "device token");
    let entry = AuditEntry {
        at: visitor.now,
        event: Event::TokenReused,
        account: Some(device.account),
        realm: None,
        ip: Some(visitor.ip.to_string()),
        detail: json!({ "device": device.id, "why": why, "revoked": reused }),
    };
    let (id, owner, now) = (device.id, device.account, visitor.now);
    let (work, told) = (Arc::clone(app), Notice::DeviceReused { name: device.name });
    app.store
        .write(move |tx| {
            Box::pin(async move {
                if reused {
                    if let Some(row) = tx.lock_account(owner).await? {
                        notice::tell(tx, &work, &row, told, Whom::Email, now).await?;
                    }
                    tx.end_device(id, "an old token came back", now).await?;
                    tx.end_sessions_of_device(id, "its trusted device has a copy", now).await?;
                }
                tx.audit(&entry).await
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(None)
}

/// The account's trusted devices that are still trusted, newest first.
pub async fn list(app: &App, account: AccountId, visitor: &Visitor) -> Result<Vec<DeviceRow>, Error> {
    let devices = app.store.devices(account).await?;
    Ok(devices.into_iter().filter(|device| app.settings.trusted_device.holds(device.trust, visitor.now)).collect())
}

/// The device of this browser, among those given.
pub fn own(devices: &[DeviceRow], visitor: &Visitor) -> Option<DeviceId> {
    let hash = TokenHash(visitor.device.as_ref()?.hash());
    devices.iter().find(|device| device.token == hash).map(|device| device.id)
}

/// Gives a device of the account another name.
pub async fn rename(
    app: &Arc<App>,
    visitor: &Visitor,
    current: &Current,
    id: DeviceId,
    name: &str,
) -> Result<(), Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_LEN_MAX || !name.chars().all(is_plain) {
        return Err(Error::Invalid(Refused::new("command-refused-device-name")));
    }
    let (account, name) = (current.account.account.id, name.to_owned());
    let told = current.entry(visitor, Event::DeviceRenamed, json!({ "device": id, "name": name }));
    let renamed = app.store.write(move |tx| {
        Box::pin(async move {
            let renamed = tx.rename_device(account, id, &name).await?;
            if renamed {
                tx.audit(&told).await?;
            }
            Ok(renamed)
        })
    });
    if renamed.await? { Ok(()) } else { current.refuse_access(app, visitor, "device").await }
}

/// Ends the trust in one device of the account.
pub async fn revoke(app: &Arc<App>, visitor: &Visitor, current: &Current, id: DeviceId) -> Result<(), Error> {
    let (account, now) = (current.account.account.id, visitor.now);
    let told = current.entry(visitor, Event::DevicesRevoked, json!({ "by": "the person", "device": id }));
    let revoked = app.store.write(move |tx| {
        Box::pin(async move {
            // A login from it that is under way looks again once it has this lock.
            tx.lock_account(account).await?;
            let revoked = tx.end_device_of(account, id, "revoked by the person", now).await?;
            if revoked {
                tx.audit(&told).await?;
            }
            Ok(revoked)
        })
    });
    if revoked.await? { Ok(()) } else { current.refuse_access(app, visitor, "device").await }
}

/// Ends the trust in every device of the account.
pub async fn revoke_all(app: &Arc<App>, visitor: &Visitor, current: &Current) -> Result<(), Error> {
    let (account, now) = (current.account.account.id, visitor.now);
    let entry = AuditEntry {
        at: now,
        event: Event::DevicesRevoked,
        account: Some(account),
        realm: Some(current.account.account.realm.clone()),
        ip: Some(visitor.ip.to_string()),
        detail: json!({ "by": "the person" }),
    };
    app.store
        .write(move |tx| {
            Box::pin(async move {
                // A login from one of them that is under way looks again once it has this lock.
                tx.lock_account(account).await?;
                tx.end_devices(account, "revoked by the person", now).await?;
                tx.audit(&entry).await
            })
        })
        .await?;
    Ok(())
}
