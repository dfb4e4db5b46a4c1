//! Removing a contact.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::channel::Channel;
use countersign_core::contact::ContactKind;
use countersign_core::id::{AccountId, SessionId};
use countersign_core::notice::Notice;
use countersign_core::secret::Secret;
use countersign_core::session::Missing;
use serde_json::json;

use super::proven::{all_of, void};
use super::{Origin, is_removable, origin};
use crate::app::App;
use crate::flow::login::finish::entry;
use crate::flow::notice::{Whom, tell};
use crate::flow::own_password::{self, Answer};
use crate::flow::session::Current;
use crate::flow::{Error, Visitor, step_up};
use crate::store::error::Error as StoreError;
use crate::store::tx::Tx;

/// What became of a contact that was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// No code goes there any more.
    Done,
    /// It is looked after in the company directory.
    Managed,
    /// The session has to prove something again first.
    Missing(Missing),
    /// It is the last one, and logins need a code.
    Needed,
    /// There is none.
    None,
    /// The password was not right.
    Password(Answer),
}

/// Removes the contact of this kind, and tells it and the others.
pub async fn remove(
    app: &Arc<App>,
    visitor: &Visitor,
    current: &Current,
    kind: ContactKind,
    password: &Secret,
) -> Result<Removed, Error> {
    if let Some(missing) = step_up::missing(app, current, visitor.now) {
        return Ok(Removed::Missing(missing));
    }
    let row = &current.account;
    match (row.account.contacts.has(kind), origin(app, row, kind).await?) {
        (false, _) => return Ok(Removed::None),
        (true, Origin::Directory) => return Ok(Removed::Managed),
        (true, Origin::Here) if !is_removable(app, row, kind) => return Ok(Removed::Needed),
        (true, Origin::Here) => {}
    }
    let answer = own_password::prove(app, visitor, current, password).await?;
    if answer != Answer::Right {
        return Ok(Removed::Password(answer));
    }
    let case = Arc::new(Case {
        app: Arc::clone(app),
        visitor: visitor.clone(),
        account: row.account.id,
        session: current.session.id,
        kind,
    });
    let removed = app.store.write(move |tx| Box::pin(async move { take_away(tx, &case).await })).await?;
    app.outbox.notify_one();
    Ok(removed)
}

struct Case {
    app: Arc<App>,
    visitor: Visitor,
    account: AccountId,
    session: SessionId,
    kind: ContactKind,
}

async fn take_away(tx: &mut Tx, case: &Case) -> Result<Removed, StoreError> {
    let (kind, now) = (case.kind, case.visitor.now);
    let Some(row) = tx.lock_account(case.account).await? else { return Ok(Removed::None) };
    // Read again under the lock: of two that are removed at once, one stays.
    if !is_removable(&case.app, &row, kind) || !tx.session_is_open(case.session).await? {
        return Ok(Removed::Needed);
    }
    let channel = match kind {
        ContactKind::Email => Channel::Email,
        ContactKind::Phone => Channel::Sms,
    };
    let Some(gone) = row.account.contacts.destination(channel) else { return Ok(Removed::None) };
    match kind {
        ContactKind::Email => tx.set_email(&row, None, now).await?,
        ContactKind::Phone => tx.set_phone(row.account.id, None, now).await?,
    }
    void(tx, &row, "a contact was removed", now).await?;
    let detail = json!({ "by": "the person", "kind": kind.as_str() });
    tx.audit(&entry(&case.visitor, &row, Event::ContactRemoved, detail)).await?;
    let notice = Notice::ContactRemoved { channel, mask: gone.mask() };
    tell(tx, &case.app, &row, notice, Whom::Old(all_of(&row.account.contacts)), now).await?;
    Ok(Removed::Done)
}
