//! Taking back what a message told of, when its receiver says that it was not they who did it: a contact that was put in,
//! because the link to a new password would go to whoever did, and two-step login that was turned off.
//!
//! The contact of before is not put back: the one who gets that message may be whom the owner has just shut out. Who is
//! right is for an administrator to find out, who is told of it.

use countersign_core::notice::Notice;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Said;
use crate::store::accounts::AccountRow;
use crate::store::error::Error as StoreError;
use crate::store::messages::Says;
use crate::store::tx::Tx;

/// What was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TakenBack {
    /// A contact is out.
    Contact,
    /// The message told of nothing that can be.
    Nothing,
    /// Two-step login is on again.
    TwoStep,
}

impl TakenBack {
    /// What the audit log says of it beside how it was said.
    pub(super) fn told(self, mut detail: Value) -> Value {
        let (key, what) = match self {
            Self::Contact => ("contact", "taken out"),
            Self::Nothing => return detail,
            Self::TwoStep => ("two_step", "on again"),
        };
        if let Value::Object(detail) = &mut detail {
            detail.insert(key.to_owned(), json!(what));
        }
        detail
    }
}

/// Takes it back, and returns the account as it is then.
pub(super) async fn take_back(
    tx: &mut Tx,
    mut row: AccountRow,
    said: &Said,
    now: Timestamp,
) -> Result<(AccountRow, TakenBack), StoreError> {
    let Said::ByLink(_, Some(message)) = said else { return Ok((row, TakenBack::Nothing)) };
    let Says::Notice(notice) = &message.says else { return Ok((row, TakenBack::Nothing)) };
    if *notice == Notice::FactorTurnedOff && !row.account.opted_in && !row.account.contacts.is_empty() {
        tx.set_opted_in(row.account.id, true).await?;
        row.account.opted_in = true;
        return Ok((row, TakenBack::TwoStep));
    }
    let before = row.account.contacts.clone();
    let after = notice.without_disputed(&message.destination, &before);
    if after.email != before.email {
        tx.set_email(&row, after.email.as_ref(), now).await?;
    }
    if after.phone != before.phone {
        tx.set_phone(row.account.id, after.phone.as_ref(), now).await?;
    }
    let taken_back = if after == before { TakenBack::Nothing } else { TakenBack::Contact };
    row.account.contacts = after;
    Ok((row, taken_back))
}
