//! A new contact whose code came back: it becomes the account's, and what rested on the old one ends.

use countersign_core::audit::Event;
use countersign_core::challenge::Purpose;
use countersign_core::contact::{ContactKind, Contacts, Destination, Phone};
use countersign_core::notice::Notice;
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::flow::Visitor;
use crate::flow::challenge::parse_destination;
use crate::flow::login::finish::entry;
use crate::flow::notice::{Whom, tell};
use crate::store::accounts::AccountRow;
use crate::store::challenges::ChallengeRow;
use crate::store::error::Error as StoreError;
use crate::store::tx::Tx;

/// What a proven contact did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// There was none of its kind.
    Added,
    /// It took the place of another.
    Replaced,
}

/// Makes the contact of a consumed challenge the account's, whose row is locked. `None`: too many accounts have the number.
/// Everybody who could be reached before is told.
pub(in crate::flow) async fn take(
    tx: &mut Tx,
    app: &App,
    visitor: &Visitor,
    row: &AccountRow,
    challenge: &ChallengeRow,
) -> Result<Option<Change>, StoreError> {
    let (id, now) = (row.account.id, visitor.now);
    let Some(destination) = parse_destination(challenge) else { return Ok(None) };
    let kind = ContactKind::of(destination.channel());
    match &destination {
        Destination::Email(email) => tx.set_email(row, Some(email), now).await?,
        Destination::Sms(phone) | Destination::Voice(phone) => {
            if is_full(tx, app, visitor, row, phone).await? {
                return Ok(None);
            }
            tx.set_phone(id, Some(phone), now).await?;
        }
    }
    let change = if row.account.contacts.has(kind) { Change::Replaced } else { Change::Added };
    let (event, why) = match change {
        Change::Added => (Event::ContactAdded, "a contact was added"),
        Change::Replaced => (Event::ContactChanged, "a contact was changed"),
    };
    void(tx, row, why, now).await?;
    let detail = json!({ "by": "the person", "kind": kind.as_str(), "channel": destination.channel() });
    tx.audit(&entry(visitor, row, event, detail)).await?;
    tracing::info!(event = event.as_str(), account.id = %id, kind = kind.as_str(), client.ip = %visitor.ip, "contact proven");
    let (channel, mask) = (destination.channel(), destination.mask());
    let notice = match change {
        Change::Added => Notice::ContactAdded { channel, mask },
        Change::Replaced => Notice::ContactChanged { channel, new_mask: mask },
    };
    tell(tx, app, row, notice, Whom::Old(all_of(&row.account.contacts)), now).await?;
    Ok(Some(change))
}

/// Ends what rested on the contacts as they were: codes on their way to them, logins that wait for those, and the trust in
/// every device (security.md N-02, G-04).
pub(super) async fn void(tx: &mut Tx, row: &AccountRow, why: &str, now: Timestamp) -> Result<(), StoreError> {
    let id = row.account.id;
    tx.end_live_challenges(id, Purpose::Login, why, now).await?;
    tx.end_live_challenges(id, Purpose::StepUp, why, now).await?;
    tx.end_logins(id, now).await?;
    tx.end_devices(id, why, now).await?;
    Ok(())
}

/// One destination for each contact.
pub(super) fn all_of(contacts: &Contacts) -> Vec<Destination> {
    let email = contacts.email.clone().map(Destination::Email);
    email.into_iter().chain(contacts.phone.clone().map(Destination::Sms)).collect()
}

/// Whether as many accounts as are allowed have the number already. An alarm: it may be one person behind many accounts.
async fn is_full(
    tx: &mut Tx,
    app: &App,
    visitor: &Visitor,
    row: &AccountRow,
    phone: &Phone,
) -> Result<bool, StoreError> {
    let most = app.settings.contacts.accounts_per_number;
    let subject = app.keys.pseudonym("number", phone.as_str());
    let sharers = tx.sharers_of(phone, &subject, row.account.id).await?;
    if sharers < most {
        return Ok(false);
    }
    tracing::warn!(event = Event::ContactShared.as_str(), account.id = %row.account.id, sharers, most, "too many accounts have the same phone number");
    let detail = json!({ "kind": "phone", "accounts": sharers, "most": most });
    tx.audit(&entry(visitor, row, Event::ContactShared, detail)).await?;
    Ok(true)
}
