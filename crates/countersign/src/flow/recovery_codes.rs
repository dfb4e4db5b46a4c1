//! Making recovery codes. They are shown to the person once, here is nothing to show them again from.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::id::RecoveryCodeId;
use countersign_core::notice::Notice;
use countersign_core::recovery::{CODES, RecoveryCode};
use countersign_core::secret::Secret;
use serde_json::json;
use zeroize::Zeroizing;

use crate::app::App;
use crate::flow::notice::{Whom, tell};
use crate::flow::session::Current;
use crate::flow::{Error, Visitor, step_up};
use crate::store::recovery_codes::CodesLeft;

/// What is left of the account's codes.
pub async fn left(app: &App, current: &Current) -> Result<CodesLeft, Error> {
    Ok(app.store.recovery_codes(current.account.account.id).await?)
}

/// Makes new codes, ends those before, and tells the account's addresses. `None`: the session has to prove again who it
/// is, because whoever has these codes needs no phone any more.
pub async fn make(app: &Arc<App>, visitor: &Visitor, current: &Current) -> Result<Option<Vec<Secret>>, Error> {
    if step_up::missing(app, current, visitor.now).is_some() {
        return Ok(None);
    }
    let (account, now) = (current.account.account.id, visitor.now);
    let mut shown = Vec::with_capacity(CODES);
    let mut stored = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let code = RecoveryCode::new(&Zeroizing::new(app.entropy.bytes()?));
        stored.push((RecoveryCodeId(app.entropy.uuid()?), code.hash(account)));
        shown.push(Secret::new(code.groups()));
    }
    let told = current.entry(visitor, Event::RecoveryCodesMade, json!({ "codes": CODES }));
    let work = Arc::clone(app);
    app.store
        .write(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.lock_account(account).await? else { return Ok(()) };
                tx.replace_recovery_codes(account, &stored, now).await?;
                tx.audit(&told).await?;
                tell(tx, &work, &row, Notice::RecoveryCodesMade, Whom::EveryAddress, now).await
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(Some(shown))
}
