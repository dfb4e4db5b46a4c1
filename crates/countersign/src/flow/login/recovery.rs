//! A recovery code in place of the second factor, for whoever has lost the phone or was locked out by wrong codes.
//!
//! It is tried after a right password, as any code is, and counts against the same ceiling. Where that ceiling is reached
//! and the code factor is off, a recovery code is what turns it on again (docs/decisions/0020); tries then have a pause of
//! their own. A try is reserved and committed before the code is looked for, and looking for it is using it up.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::challenge::Purpose;
use countersign_core::channel::Channel;
use countersign_core::lockout::{self, Reservation};
use countersign_core::notice::Notice as Tell;
use countersign_core::realm::RealmName;
use countersign_core::recovery::RecoveryCode;
use countersign_core::session::{Evidence, Proof};
use jiff::Timestamp;
use serde_json::json;

use super::finish::{self, Completed, DeviceStep, Finish, entry};
use super::{Bearer, current};
use crate::app::App;
use crate::flow::challenge::close;
use crate::flow::notice::{Whom, tell};
use crate::flow::{Error, Visitor, bucket, reach};
use crate::store::accounts::AccountRow;
use crate::store::error::Error as StoreError;
use crate::store::logins::{LoginRow, Stage};
use crate::store::tx::Tx;

/// What the page shows.
pub struct Offer {
    /// The realm of the login.
    pub realm: RealmName,
    /// Why no other way is left; `None` when there is one.
    pub only_way: Option<OnlyWay>,
}

/// Why a recovery code is the only way on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnlyWay {
    /// Codes do not go to the mailbox that got the link for the password.
    EmailRests {
        /// Until when.
        until: Timestamp,
    },
    /// Too many wrong codes have turned codes off.
    FactorDisabled,
    /// There is nowhere to send a code.
    NoDestination,
}

/// What became of a try.
pub enum Outcome {
    /// The login is complete.
    Completed(Completed),
    /// What was typed is no recovery code; it cost no try.
    Format,
    /// Too many wrong ones.
    Paused {
        /// Until when.
        until: Timestamp,
    },
    /// No login in progress.
    Start,
    /// Wrong, used before, or another account's.
    Wrong,
}

/// What the page shows; `None` without a login in progress.
pub async fn offer(app: &App, visitor: &Visitor) -> Result<Option<Offer>, Error> {
    let Some(login) = current(app, visitor).await? else { return Ok(None) };
    let Some(row) = app.store.account(login.account).await? else { return Ok(None) };
    let reachable = reach::channels(app, &row, visitor.now).await?;
    Ok(Some(Offer { only_way: only_way(app, &row, &reachable, visitor.now), realm: login.realm }))
}

/// Why an account can get no code, if it cannot; `reachable` are the channels that one could take.
pub fn only_way(app: &App, row: &AccountRow, reachable: &[Channel], now: Timestamp) -> Option<OnlyWay> {
    if row.account.factor_disabled_at.is_some() {
        return Some(OnlyWay::FactorDisabled);
    }
    if !row.account.destinations(reachable).is_empty() {
        return None;
    }
    let contacts = &row.account.contacts;
    let rests = app.settings.recovery.email_rests_until(row.mail_reset_at, now).filter(|_| contacts.email.is_some());
    Some(rests.map_or(OnlyWay::NoDestination, |until| OnlyWay::EmailRests { until }))
}

/// Tries what was typed.
pub async fn submit(app: &Arc<App>, visitor: &Visitor, typed: &str) -> Result<Outcome, Error> {
    let Some(login) = current(app, visitor).await? else { return Ok(Outcome::Start) };
    let Some(code) = RecoveryCode::parse(typed) else { return Ok(Outcome::Format) };
    let reserved = match reserve(app, visitor, &login).await? {
        Reserved::Closed => {
            // What closing tells people is in the outbox.
            app.outbox.notify_one();
            return Ok(Outcome::Wrong);
        }
        Reserved::Gone => return Ok(Outcome::Start),
        Reserved::Paused(until) => return Ok(Outcome::Paused { until }),
        Reserved::Try(reserved) => reserved,
    };
    let case = Arc::new(Case {
        app: Arc::clone(app),
        visitor: visitor.clone(),
        hash: code.hash(login.account),
        login,
        reserved,
        session: Bearer::new(app)?,
    });
    let work = Arc::clone(&case);
    let done = app.store.write(move |tx| Box::pin(async move { redeem(tx, &work).await })).await?;
    app.outbox.notify_one();
    match done {
        Done::Completed => {
            finish::told(case.login.account, visitor.ip);
            let (session, return_to) = (case.session.token.clone(), case.login.return_to.clone());
            Ok(Outcome::Completed(Completed { session, device: None, return_to }))
        }
        Done::Gone => Ok(Outcome::Start),
        Done::Wrong => {
            tracing::info!(event = Event::RecoveryCodeRejected.as_str(), account.id = %case.login.account, client.ip = %visitor.ip, "wrong recovery code");
            Ok(Outcome::Wrong)
        }
    }
}

/// A try, with everything that its transaction needs.
struct Case {
    app: Arc<App>,
    visitor: Visitor,
    hash: [u8; 32],
    login: LoginRow,
    reserved: Counted,
    session: Bearer,
}

/// What a try was counted against.
#[derive(Clone, Copy)]
enum Counted {
    /// The pause of recovery codes, while the code factor is off.
    Apart,
    /// The consecutive wrong codes of the account: so many with this one.
    WithCodes(u32),
}

enum Reserved {
    /// The account's ceiling is reached.
    Closed,
    Gone,
    Paused(Timestamp),
    Try(Counted),
}

enum Done {
    Completed,
    Gone,
    Wrong,
}

async fn reserve(app: &Arc<App>, visitor: &Visitor, login: &LoginRow) -> Result<Reserved, Error> {
    let (account, rules, visitor) = (login.account, app.settings.lockout, visitor.clone());
    let work = Arc::clone(app);
    let reserved = app.store.write(move |tx| {
        Box::pin(async move {
            let Some(row) = tx.lock_account(account).await? else { return Ok(Reserved::Gone) };
            if row.account.factor_disabled_at.is_some() {
                let reserved = tx.reserve_password(&bucket::recovery(account), &rules, visitor.now).await?;
                return Ok(match reserved {
                    Reservation::Paused(until) => Reserved::Paused(until),
                    Reservation::Reserved(_) => Reserved::Try(Counted::Apart),
                });
            }
            if let Some(failures) = tx.reserve_code_failure(account, rules.code_failures).await? {
                return Ok(Reserved::Try(Counted::WithCodes(failures)));
            }
            close(tx, &work, &visitor, &row, json!({ "ceiling": rules.code_failures })).await?;
            Ok(Reserved::Closed)
        })
    });
    Ok(reserved.await?)
}

/// One transaction: the code is used up, and with it, or not at all, everything that it gives.
async fn redeem(tx: &mut Tx, case: &Case) -> Result<Done, StoreError> {
    let (visitor, now) = (&case.visitor, case.visitor.now);
    let account = case.login.account;
    let Some(row) = tx.lock_account(account).await? else { return Ok(Done::Gone) };
    // Read again under the lock: another request may have completed it.
    let login = tx.login_by_token(&case.login.token).await?;
    let over = login.is_none_or(|login| login.stage == Stage::Ended || now >= login.expires_at);
    if over || row.account.disabled_at.is_some() {
        return Ok(Done::Gone);
    }
    if !tx.use_recovery_code(account, &case.hash, now).await? {
        wrong(tx, case, &row).await?;
        return Ok(Done::Wrong);
    }
    let left = tx.recovery_codes(account).await?.left;
    let detail = json!({ "left": left, "factor_was_off": row.account.factor_disabled_at.is_some() });
    tx.audit(&entry(visitor, &row, Event::RecoveryCodeAccepted, detail)).await?;
    tx.enable_factor(account).await?;
    tx.clear_lockout(&bucket::recovery(account)).await?;
    if let Some(challenge) = case.login.challenge {
        tx.drop_messages_of(challenge, now).await?;
    }
    tx.end_live_challenges(account, Purpose::Login, "recovery code", now).await?;
    tx.end_login(case.login.id, now).await?;
    tell(tx, &case.app, &row, Tell::RecoveryCodeUsed { left }, Whom::EveryAddress, now).await?;
    let evidence = vec![
        Evidence { proof: Proof::Password, at: case.login.created_at },
        Evidence { proof: Proof::RecoveryCode, at: now },
    ];
    let why = json!({ "reasons": case.login.reasons });
    let finish = Finish { session: &case.session, evidence, device: DeviceStep::Nothing, why };
    finish::complete(tx, &case.app, visitor, &row, &finish).await?;
    Ok(Done::Completed)
}

async fn wrong(tx: &mut Tx, case: &Case, row: &AccountRow) -> Result<(), StoreError> {
    let consecutive = match case.reserved {
        Counted::Apart => None,
        Counted::WithCodes(failures) => Some(failures),
    };
    let detail = json!({ "consecutive": consecutive });
    tx.audit(&entry(&case.visitor, row, Event::RecoveryCodeRejected, detail.clone())).await?;
    if consecutive.is_some_and(|failures| !lockout::code_factor_open(failures, &case.app.settings.lockout)) {
        close(tx, &case.app, &case.visitor, row, detail).await?;
    }
    Ok(())
}
