//! A new start for the second factor of a person who lost the phone or was locked out by wrong codes.
//!
//! An administrator does it after finding out that the person is who they say, as carefully as when the account was made
//! (OWASP ASVS 5.0, 6.4.4): it is the way in for whoever has only the password.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::channel::Channel;
use countersign_core::contact::{Contacts, Destination, EmailAddress, Phone};
use countersign_core::notice::Notice;
use serde_json::json;

use crate::app::App;
use crate::flow::Error;
use crate::flow::account::{end_everything, entry};
use crate::flow::notice::{self, Whom};
use crate::store::accounts::AccountRow;

/// What becomes of a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays.
    #[default]
    Keep,
    /// No code goes there any more.
    Remove,
    /// Codes go to this one.
    Set(T),
}

/// What becomes of an account's contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The e-mail address.
    pub email: Change<EmailAddress>,
    /// The phone.
    pub phone: Change<Phone>,
}

impl<T> Change<T> {
    /// What there is afterwards.
    fn over(&self, before: Option<T>) -> Option<T>
    where
        T: Clone,
    {
        match self {
            Self::Keep => before,
            Self::Remove => None,
            Self::Set(new) => Some(new.clone()),
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::Keep => "kept",
            Self::Remove => "removed",
            Self::Set(_) => "replaced",
        }
    }
}

/// Forgets wrong codes, turns the factor on again, ends trusted devices, sessions and everything in progress, and changes the
/// contacts. Returns the contacts that are left. The password stays.
pub async fn reset(app: &Arc<App>, row: &AccountRow, changes: Changes) -> Result<Contacts, Error> {
    let (id, now) = (row.account.id, app.clock.now());
    let before = row.account.contacts.clone();
    let after = Contacts { email: changes.email.over(before.email), phone: changes.phone.over(before.phone) };
    let detail = json!({
        "by": "command",
        "email": changes.email.word(),
        "phone": changes.phone.word(),
        "factor_was_off": row.account.factor_disabled_at.is_some(),
    });
    let entry = entry(Event::FactorReset, id, &row.account.realm, now, detail);
    let left = after.clone();
    let (row, work) = (row.clone(), Arc::clone(app));
    app.store
        .write(move |tx| {
            Box::pin(async move {
                tx.lock_account(id).await?;
                tx.enable_factor(id).await?;
                tx.forget_second_factor(id).await?;
                if changes.email != Change::Keep {
                    tx.set_email(&row, after.email.as_ref(), now).await?;
                }
                if changes.phone != Change::Keep {
                    tx.set_phone(id, after.phone.as_ref(), now).await?;
                }
                end_everything(tx, id, "second factor reset", now).await?;
                // The person may have lost one of the old places, and an impostor may have named the new one.
                let told = Whom::Old(places(&row.account.contacts, &after));
                notice::tell(tx, &work, &row, Notice::SecondFactorReset, told, now).await?;
                tx.audit(&entry).await
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(left)
}

/// Every place that was or is the account's, each once.
fn places(before: &Contacts, after: &Contacts) -> Vec<Destination> {
    let mut places: Vec<Destination> = Vec::new();
    for contacts in [before, after] {
        let here = [Channel::Email, Channel::Sms].into_iter().filter_map(|channel| contacts.destination(channel));
        places.extend(here.filter(|place| !places.contains(place)).collect::<Vec<_>>());
    }
    places
}
