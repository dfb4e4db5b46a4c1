//! Two-step login, where the policy leaves it to the person: turning it on and off.

use std::sync::Arc;

use countersign_core::account::Account;
use countersign_core::audit::Event;
use countersign_core::notice::Notice;
use countersign_core::own::{self, TwoStep};
use countersign_core::session::{HasFactor, Missing};
use serde_json::json;

use crate::app::App;
use crate::flow::login::finish::entry;
use crate::flow::notice::{Whom, tell};
use crate::flow::session::Current;
use crate::flow::{Error, Visitor, reach};

/// What the person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// No code any more.
    Off,
    /// A code from now on.
    On,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is as the person wants.
    Done,
    /// The session has to prove something again first.
    Missing(Missing),
    /// Not allowed, for the reason that the page shows.
    Refused(TwoStep),
}

/// Where two-step login stands for this account.
pub fn standing(app: &App, account: &Account) -> TwoStep {
    let mode = app.settings.policy(&account.realm, &account.source).mode;
    own::two_step(mode, account, &reach::carried(app))
}

/// Turns it on or off. Either way a code must have been received a moment ago: turning it on, it shows that codes arrive;
/// turning it off, that it is the owner who does.
pub async fn turn(app: &Arc<App>, visitor: &Visitor, current: &Current, wish: Wish) -> Result<Outcome, Error> {
    let standing = standing(app, &current.account.account);
    match (wish, standing) {
        (Wish::On, TwoStep::On) | (Wish::Off, TwoStep::Off | TwoStep::NotReady { .. }) => return Ok(Outcome::Done),
        (Wish::On, TwoStep::Off) | (Wish::Off, TwoStep::On) => {}
        (_, refused) => return Ok(Outcome::Refused(refused)),
    }
    // Whoever turns it off without a contact left has nothing but the password to show.
    let without = wish == Wish::Off && current.account.account.contacts.is_empty();
    let factor = if without { HasFactor::No } else { HasFactor::Yes };
    if let Some(missing) = app.settings.session.missing(&current.session.evidence, factor, visitor.now) {
        return Ok(Outcome::Missing(missing));
    }
    let (account, session) = (current.account.account.id, current.session.id);
    let work = Arc::new((Arc::clone(app), visitor.clone()));
    let outcome = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let (app, visitor) = &*work;
                let Some(row) = tx.lock_account(account).await? else { return Ok(Outcome::Refused(standing)) };
                // A contact may have gone since.
                let now_standing = self::standing(app, &row.account);
                if now_standing != standing || !tx.session_is_open(session).await? {
                    return Ok(Outcome::Refused(now_standing));
                }
                let (event, notice) = match wish {
                    Wish::Off => (Event::FactorTurnedOff, Notice::FactorTurnedOff),
                    Wish::On => (Event::FactorTurnedOn, Notice::FactorTurnedOn),
                };
                tx.set_opted_in(account, wish == Wish::On).await?;
                tx.end_devices(account, "two-step login was turned on or off", visitor.now).await?;
                tx.audit(&entry(visitor, &row, event, json!({ "by": "the person" }))).await?;
                tell(tx, app, &row, notice, Whom::EveryAddress, visitor.now).await?;
                Ok(Outcome::Done)
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(outcome)
}
