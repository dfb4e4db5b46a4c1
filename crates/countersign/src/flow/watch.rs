//! What is seen in the audit log beside requests, and told: accounts whose password is guessed at.
//!
//! It is not told in the request's path, where the time it takes would tell a stranger which names exist.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::contact::Destination;
use countersign_core::notice::Notice;
use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::flow::Error;
use crate::flow::notice::{self, Whom, subject};
use crate::store::accounts::AccountRow;

/// How long pauses are counted.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How many pauses of one account within a day administrators are told of (security.md L-01).
const PAUSES_MAX: u32 = 3;

/// How many accounts are looked at each time: those with the most pauses.
const ACCOUNTS_MAX: u32 = 100;

/// Tells the owners of accounts that were paused after `since`, once a day, by mail; and the administrators, of those that
/// are paused again and again. Returns how many accounts there were.
pub async fn look(app: &Arc<App>, since: Timestamp) -> Result<usize, Error> {
    let now = app.clock.now();
    let day_ago = now.saturating_sub(DAY).unwrap_or(Timestamp::MIN);
    let paused = app.store.accounts_with(Event::LoginPaused, since, day_ago, ACCOUNTS_MAX).await?;
    let accounts = paused.len();
    for (id, pauses) in paused {
        let work = Arc::clone(app);
        let told = app.store.write(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.lock_account(id).await? else { return Ok(()) };
                if let Some(to) = address(&row) {
                    notice::tell(tx, &work, &row, Notice::LoginPaused, Whom::Only(to), now).await?;
                }
                if pauses < PAUSES_MAX {
                    return Ok(());
                }
                notice::tell_administrators(tx, &work, Notice::AlarmLockout { about: subject(&row), pauses }, now).await
            })
        });
        told.await?;
    }
    if accounts > 0 {
        app.outbox.notify_one();
    }
    Ok(accounts)
}

/// By mail alone: a stranger who knows no more than a name must not cause what has to be paid for.
fn address(row: &AccountRow) -> Option<Destination> {
    row.account.contacts.email.clone().map(Destination::Email)
}
