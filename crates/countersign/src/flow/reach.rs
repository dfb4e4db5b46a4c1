//! Where a code can go now: an account's contacts, less what is not allowed, cannot be served, or has said STOP.

use countersign_core::channel::Channel;
use countersign_core::contact::{Contacts, Destination, Phone};
use jiff::Timestamp;

use crate::app::App;
use crate::courier::roster::Service;
use crate::flow::{Error, Refused};
use crate::store::accounts::AccountRow;
use crate::store::error::Error as StoreError;
use crate::store::tx::Tx;

/// The channels that a code for this account can take. Whoever offers or sends one asks this.
pub async fn channels(app: &App, row: &AccountRow, now: Timestamp) -> Result<Vec<Channel>, Error> {
    let stopped = match &row.account.contacts.phone {
        Some(phone) => app.store.opted_out(&subject(app, phone)).await?.is_some(),
        None => false,
    };
    Ok(of_account(app, row, stopped, now))
}

/// The same inside a transaction, for what is decided in it.
pub async fn channels_in(tx: &mut Tx, app: &App, row: &AccountRow, now: Timestamp) -> Result<Vec<Channel>, StoreError> {
    let stopped = match &row.account.contacts.phone {
        Some(phone) => tx.opted_out(&subject(app, phone)).await?.is_some(),
        None => false,
    };
    Ok(of_account(app, row, stopped, now))
}

/// What can be reached, less e-mail while it rests after a reset by mail (security.md D2).
fn of_account(app: &App, row: &AccountRow, stopped: bool, now: Timestamp) -> Vec<Channel> {
    let reachable = reachable(app, &row.account.contacts, stopped, now);
    app.settings.recovery.channels(reachable, row.mail_reset_at, now)
}

/// Finds a number good for an account, or says that no code would ever go there.
pub(super) fn require_allowed(app: &App, phone: Option<&Phone>) -> Result<(), Error> {
    if phone.is_none_or(|phone| app.settings.phones.allow(phone)) {
        return Ok(());
    }
    Err(Error::Invalid(Refused::new("command-refused-country")))
}

/// The channels that have a provider at all: what a contact can be proven over that is not known yet. That a provider is
/// down for a while changes no page and no rule.
pub(super) fn carried(app: &App) -> Vec<Channel> {
    Channel::ALL.into_iter().filter(|channel| !app.couriers.gateways(*channel).is_empty()).collect()
}

/// Whether a message would reach this destination now.
pub async fn serves_in(tx: &mut Tx, app: &App, to: &Destination, now: Timestamp) -> Result<bool, StoreError> {
    let stopped = match to {
        Destination::Sms(phone) => tx.opted_out(&subject(app, phone)).await?.is_some(),
        Destination::Email(_) | Destination::Voice(_) => false,
    };
    Ok(!stopped && service(app, to, now) > Service::None)
}

/// How well a destination is served by its providers; not at all where its country is not allowed.
fn service(app: &App, to: &Destination, now: Timestamp) -> Service {
    match to {
        Destination::Sms(phone) | Destination::Voice(phone) if !app.settings.phones.allow(phone) => Service::None,
        _ => app.couriers.service(to.channel(), to.address(), now),
    }
}

/// What stands for a number in the list of those that have said STOP.
pub(super) fn subject(app: &App, phone: &Phone) -> String {
    app.keys.pseudonym("opt-out", phone.as_str())
}

/// Every destination that is served well; if none is, those whose providers have failed lately.
fn reachable(app: &App, contacts: &Contacts, stopped: bool, now: Timestamp) -> Vec<Channel> {
    let served = |channel: Channel| {
        let Some(to) = contacts.destination(channel) else { return Service::None };
        if stopped && channel == Channel::Sms { Service::None } else { service(app, &to, now) }
    };
    let all: Vec<_> = Channel::ALL.into_iter().map(|channel| (channel, served(channel))).collect();
    let best = all.iter().map(|(_, service)| *service).max().unwrap_or(Service::None);
    all.into_iter()
        .filter(|(_, service)| *service == best && best > Service::None)
        .map(|(channel, _)| channel)
        .collect()
}
