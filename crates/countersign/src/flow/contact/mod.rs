//! The contacts of a person's own account: where codes can go.
//!
//! ```text
//!   new address ──► code to it ──► proven: it takes the place of the old one, which worked until now
//! ```
//!
//! Nothing is stored of a new address but the challenge whose code went there; the right code makes it the account's. To
//! add one, the second factor has to be fresh; to change or remove one, the password is needed too (security.md N-01).

mod proven;
mod remove;

use std::sync::Arc;

use countersign_core::challenge::Purpose;
use countersign_core::channel::Channel;
use countersign_core::contact::{BadContact, ContactKind, Destination, EmailAddress, Phone};
use countersign_core::own;
use countersign_core::realm::SourceName;
use countersign_core::secret::Secret;
use countersign_core::session::Missing;

use crate::app::App;
use crate::flow::challenge::{self, Awaited, Judged, Order, Owner, Sent, spend};
use crate::flow::own_password::{self, Answer};
use crate::flow::session::Current;
use crate::flow::{Error, Visitor, reach, step_up};
use crate::store::accounts::AccountRow;
use crate::store::challenges::ChallengeRow;

pub use proven::Change;
pub(super) use proven::take;
pub use remove::{Removed, remove};

/// Who looks after a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The company directory: it is changed there, and comes over at the next login.
    Directory,
    /// The person, or an administrator.
    Here,
}

/// Who looks after the contact of this kind.
pub async fn origin(app: &App, row: &AccountRow, kind: ContactKind) -> Result<Origin, Error> {
    if row.account.source == SourceName::local() || !row.account.contacts.has(kind) {
        return Ok(Origin::Here);
    }
    let entry = app.store.directory_entry_of(row.account.id).await?;
    let given = entry.is_some_and(|entry| match kind {
        ContactKind::Email => entry.gives_email,
        ContactKind::Phone => entry.gives_phone,
    });
    Ok(if given { Origin::Directory } else { Origin::Here })
}

/// Whether the policy lets the contact of this kind be removed, whoever looks after it.
pub fn is_removable(app: &App, row: &AccountRow, kind: ContactKind) -> bool {
    let account = &row.account;
    let mode = app.settings.policy(&account.realm, &account.source).mode;
    own::may_remove(mode, account.opted_in, &account.contacts, kind)
}

/// The channels over which a new contact of this kind can be proven.
pub fn channels(app: &App, kind: ContactKind) -> Vec<Channel> {
    let mut carried = reach::carried(app);
    carried.retain(|channel| ContactKind::of(*channel) == kind);
    carried
}

/// What a person typed as a new contact.
pub struct Typed {
    /// The address or the number.
    pub text: String,
    /// The country of a number that is written without one (ISO 3166 alpha-2).
    pub country: Option<String>,
    /// How the code should travel.
    pub channel: Channel,
}

impl Typed {
    /// The destination that this writes down.
    pub fn parse(&self) -> Result<Destination, BadContact> {
        let phone = || Phone::parse(self.text.trim(), self.country.as_deref());
        Ok(match self.channel {
            Channel::Email => Destination::Email(self.text.parse::<EmailAddress>()?),
            Channel::Sms => Destination::Sms(phone()?),
            Channel::Voice => Destination::Voice(phone()?),
        })
    }
}

/// What became of a new contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// What was typed is no contact.
    Bad(BadContact),
    /// It is the account's already.
    Known,
    /// It is looked after in the company directory.
    Managed,
    /// The session has to prove something again first.
    Missing(Missing),
    /// There is no provider for this channel, or codes are off for the account.
    NoWay,
    /// The password was not right.
    Password(Answer),
    /// A code goes there, or not, and why.
    Order(Sent),
}

/// Sends a code to a new contact, which takes the place of the old one once the code came back. `password` counts only
/// where there is an old one.
pub async fn begin(
    app: &Arc<App>,
    visitor: &Visitor,
    current: &Current,
    typed: &Typed,
    password: &Secret,
) -> Result<Begun, Error> {
    let kind = ContactKind::of(typed.channel);
    if let Some(missing) = step_up::missing(app, current, visitor.now) {
        return Ok(Begun::Missing(missing));
    }
    if origin(app, &current.account, kind).await? == Origin::Directory {
        return Ok(Begun::Managed);
    }
    let destination = match typed.parse() {
        Ok(destination) => destination,
        Err(bad) => return Ok(Begun::Bad(bad)),
    };
    if !channels(app, kind).contains(&typed.channel) {
        return Ok(Begun::NoWay);
    }
    let contacts = &current.account.account.contacts;
    if contacts.destination(typed.channel).as_ref() == Some(&destination) {
        return Ok(Begun::Known);
    }
    if contacts.has(kind) {
        let answer = own_password::prove(app, visitor, current, password).await?;
        if answer != Answer::Right {
            return Ok(Begun::Password(answer));
        }
    }
    order(app, visitor, current, destination).await
}

/// Sends the code for a new contact again.
pub async fn resend(app: &Arc<App>, visitor: &Visitor, current: &Current, kind: ContactKind) -> Result<Begun, Error> {
    match awaited(app, visitor, current, kind).await? {
        Some(awaited) => order(app, visitor, current, awaited.destination).await,
        None => Ok(Begun::NoWay),
    }
}

async fn order(app: &Arc<App>, visitor: &Visitor, current: &Current, destination: Destination) -> Result<Begun, Error> {
    let (account, session) = (current.account.account.id, current.session.id);
    let purpose = Purpose::proving(ContactKind::of(destination.channel()));
    let order = Order::new(app, purpose, Owner::Session(session), destination)?;
    let work = Arc::new((Arc::clone(app), visitor.clone(), order));
    let begun = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let (app, visitor, order) = &*work;
                let Some(row) = tx.lock_account(account).await? else { return Ok(Begun::NoWay) };
                let open = row.account.disabled_at.is_none() && row.account.factor_disabled_at.is_none();
                let served = order.is_served(tx, app, visitor.now).await?;
                if !open || !served || !tx.session_is_open(session).await? {
                    return Ok(Begun::NoWay);
                }
                Ok(Begun::Order(order.send(tx, app, visitor, &row).await?.0))
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(begun)
}

/// The new contact of this kind that waits for its code, if there is one.
pub async fn awaited(
    app: &App,
    visitor: &Visitor,
    current: &Current,
    kind: ContactKind,
) -> Result<Option<Awaited>, Error> {
    match pending(app, current, kind).await? {
        Some(found) => challenge::awaited(app, &found, visitor.now).await,
        None => Ok(None),
    }
}

async fn pending(app: &App, current: &Current, kind: ContactKind) -> Result<Option<ChallengeRow>, Error> {
    let found = app.store.challenge_of_session(current.session.id, Purpose::proving(kind)).await?;
    Ok(found.filter(|challenge| challenge.account == current.account.account.id))
}

/// What became of a code that was sent to a new contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The code was not right.
    Code(Judged),
    /// Codes go there from now on.
    Done(Change),
    /// Too many accounts have this number.
    Shared,
}

/// Tries a code that was sent to a new contact.
pub async fn confirm(
    app: &Arc<App>,
    visitor: &Visitor,
    current: &Current,
    kind: ContactKind,
    typed: &str,
) -> Result<Confirmed, Error> {
    let Some(challenge) = pending(app, current, kind).await? else { return Ok(Confirmed::Code(Judged::Over)) };
    let judged = challenge::judge(app, visitor, &challenge, typed).await?;
    if judged != Judged::Right {
        return Ok(Confirmed::Code(judged));
    }
    let session = current.session.id;
    let work = Arc::new((Arc::clone(app), visitor.clone(), challenge));
    let confirmed = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let (app, visitor, challenge) = &*work;
                let Some(row) = tx.lock_account(challenge.account).await? else {
                    return Ok(Confirmed::Code(Judged::Over));
                };
                let open = row.account.disabled_at.is_none() && row.account.factor_disabled_at.is_none();
                if !open || !tx.session_is_open(session).await? || !spend(tx, challenge, visitor.now).await? {
                    return Ok(Confirmed::Code(Judged::Over));
                }
                let change = take(tx, app, visitor, &row, challenge).await?;
                Ok(change.map_or(Confirmed::Shared, Confirmed::Done))
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(confirmed)
}
