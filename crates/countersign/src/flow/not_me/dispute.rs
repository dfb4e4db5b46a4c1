//! Taking out the contact that a message told of, when its receiver says that it was not they who put it in. Otherwise the
//! link to a new password would go to whoever did.
//!
//! The contact of before is not put back: the one who gets that message may be whom the owner has just shut out. Who is
//! right is for an administrator to find out, who is told of it.

use jiff::Timestamp;

use super::Said;
use crate::store::accounts::AccountRow;
use crate::store::error::Error as StoreError;
use crate::store::messages::Says;
use crate::store::tx::Tx;

/// Takes the contact out, and returns the account as it is then, and whether there was one.
pub(super) async fn take_out(
    tx: &mut Tx,
    mut row: AccountRow,
    said: &Said,
    now: Timestamp,
) -> Result<(AccountRow, bool), StoreError> {
    let Said::ByLink(_, Some(message)) = said else { return Ok((row, false)) };
    let Says::Notice(notice) = &message.says else { return Ok((row, false)) };
    let before = row.account.contacts.clone();
    let after = notice.without_disputed(&message.destination, &before);
    if after.email != before.email {
        tx.set_email(&row, after.email.as_ref(), now).await?;
    }
    if after.phone != before.phone {
        tx.set_phone(row.account.id, after.phone.as_ref(), now).await?;
    }
    let taken_out = after != before;
    row.account.contacts = after;
    Ok((row, taken_out))
}
