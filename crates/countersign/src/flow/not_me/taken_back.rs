//! Putting back the contact that a message told of, when its owner says that it was not they who changed it. Otherwise the
//! link to a new password would go to whoever put in the new address.

use countersign_core::channel::Channel;
use countersign_core::contact::{Destination, Phone};
use jiff::Timestamp;

use super::Said;
use crate::store::accounts::AccountRow;
use crate::store::error::Error as StoreError;
use crate::store::messages::{MessageRow, Says};
use crate::store::tx::Tx;

/// Puts the contact back, and returns the account as it is then, and whether there was anything to put back.
pub(super) async fn take_back(
    tx: &mut Tx,
    mut row: AccountRow,
    said: &Said,
    now: Timestamp,
) -> Result<(AccountRow, bool), StoreError> {
    let Said::ByLink(_, Some(message)) = said else { return Ok((row, false)) };
    let (Says::Notice(notice), Some(told)) = (&message.says, destination(message)) else { return Ok((row, false)) };
    let before = row.account.contacts.clone();
    let after = notice.taken_back(&told, &before);
    if after.email != before.email {
        tx.set_email(&row, after.email.as_ref(), now).await?;
    }
    if after.phone != before.phone {
        tx.set_phone(row.account.id, after.phone.as_ref(), now).await?;
    }
    row.account.contacts = after;
    let put_back = row.account.contacts != before;
    Ok((row, put_back))
}

/// Where the message went. A number that the numbering plan no longer allows is nowhere to go back to.
fn destination(message: &MessageRow) -> Option<Destination> {
    match message.channel {
        Channel::Email => message.destination.parse().ok().map(Destination::Email),
        Channel::Sms | Channel::Voice => Phone::parse(&message.destination, None).ok().map(Destination::Sms),
    }
}
