//! A login that was not recognised: what is counted, and what is written down.

use countersign_core::audit::Event;
use countersign_core::id::AccountId;
use countersign_core::lockout::Reservation;
use countersign_core::realm::RealmName;
use serde_json::{Value, json};
use uuid::Uuid;

use super::network_quota;
use crate::app::App;
use crate::flow::{Error, Visitor};
use crate::store::accounts::AccountRow;
use crate::store::audit::AuditEntry;

/// Why a login was not recognised, as the audit log has it. The public is told the same in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// More than one person of the directory has the name.
    Ambiguous,
    /// The account is disabled here.
    Disabled,
    /// The directory says that the account is locked, and nothing of the password.
    LockedInDirectory,
    /// The password is wrong.
    Password,
    /// Too many failures before this one.
    Paused,
    /// The directory was not asked, lest it locks the account.
    Shielded,
    /// There is nobody with this name.
    Unknown,
}

impl Why {
    /// Why the hash of an account was not found to be that of the password.
    pub(super) fn of(account: Option<&AccountRow>, reserved: Reservation) -> Self {
        match (account, reserved) {
            (_, Reservation::Paused(_)) => Self::Paused,
            (None, _) => Self::Unknown,
            (Some(row), _) if row.account.disabled_at.is_some() => Self::Disabled,
            (Some(_), _) => Self::Password,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Ambiguous => "ambiguous",
            Self::Disabled => "disabled",
            Self::LockedInDirectory => "locked in the directory",
            Self::Password => "password",
            Self::Paused => "paused",
            Self::Shielded => "shielded",
            Self::Unknown => "unknown",
        }
    }
}

/// A login that was not recognised.
pub(super) struct Rejected<'a> {
    /// The realm of the form.
    pub(super) realm: &'a RealmName,
    /// The account, if there is one.
    pub(super) account: Option<&'a AccountRow>,
    /// What was counted beforehand.
    pub(super) reserved: Reservation,
    /// Why.
    pub(super) why: Why,
    /// What else the audit log should know: an object.
    pub(super) detail: Value,
}

/// Writes down a login that was not recognised. The name of an unknown account is not kept: it may be a password typed
/// into the wrong field.
pub(super) async fn record(app: &App, visitor: &Visitor, rejected: Rejected<'_>) -> Result<(), Error> {
    let Rejected { realm, account, reserved, why, mut detail } = rejected;
    let pause = match reserved {
        Reservation::Paused(until) => Some(until),
        Reservation::Reserved(bucket) => bucket.paused_until,
    };
    let id = account.map(|row| row.account.id);
    let begins = why != Why::Paused && pause.is_some();
    let event = if begins { Event::LoginPaused } else { Event::LoginFailed };
    tracing::info!(event = event.as_str(), account.id = id.map(tracing::field::display), %realm, client.ip = %visitor.ip, why = why.as_str(), "login failed");
    if let Some(object) = detail.as_object_mut() {
        object.insert("why".to_owned(), json!(why.as_str()));
        object.insert("paused_until".to_owned(), json!(pause));
        object.insert("browser".to_owned(), json!(visitor.browser_name()));
    }
    let entry = AuditEntry {
        at: visitor.now,
        event,
        account: id,
        realm: Some(realm.clone()),
        ip: Some(visitor.ip.to_string()),
        detail,
    };
    let quota = network_quota(app, visitor);
    let now = visitor.now;
    // A nobody's row is counted too, so that a name that exists costs nothing more.
    let failed = id.unwrap_or(AccountId(Uuid::nil()));
    app.store
        .write(move |tx| {
            Box::pin(async move {
                if why != Why::Paused {
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
