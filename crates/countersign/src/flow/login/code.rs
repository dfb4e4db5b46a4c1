//! The third step: the code.
//!
//! A try is reserved, against the challenge and against the account, in a transaction of its own that is committed before
//! the comparison: whatever is interrupted afterwards, the try is counted. The page is shown once for each time that
//! something led to it; a refresh finds nothing and goes back to the login form.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::challenge::{Guess, Standing};
use countersign_core::channel::Channel;
use countersign_core::id::DeviceId;
use countersign_core::lockout;
use countersign_core::notice as notices;
use countersign_core::session::{Evidence, Proof};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::finish::{self, Completed, DeviceStep, Finish, entry};
use super::progress::{self, Progress, Step};
use super::{Bearer, Notice, trusted};
use crate::app::App;
use crate::flow::challenge::{self, Reserved, Tried, spend, standing};
use crate::flow::device::presented;
use crate::flow::notice::{self, Whom};
use crate::flow::verification::{self, Compared};
use crate::flow::{Error, Visitor, reach};
use crate::store::accounts::AccountRow;
use crate::store::challenges::ChallengeRow;
use crate::store::devices::DeviceRow;
use crate::store::error::Error as StoreError;
use crate::store::logins::{LoginRow, Stage};
use crate::store::tx::Tx;
use crate::store::values::TokenHash;

/// What the code page shows.
pub struct CodePage {
    /// How the code travels.
    pub channel: Channel,
    /// Where it went, masked.
    pub masked: String,
    /// How many tries are left.
    pub tries_left: u32,
    /// Until when it is valid.
    pub valid_until: Timestamp,
    /// When it can be sent again.
    pub resend_at: Timestamp,
    /// How many messages there have been.
    pub sends: u32,
    /// Whether the person has recovery codes.
    pub recovery_codes: bool,
    /// Whether there is another destination.
    pub other_destinations: bool,
    /// What just happened.
    pub notice: Option<Notice>,
    /// What is known of the last message.
    pub progress: Option<Progress>,
    /// The offer to trust this browser.
    pub trust: Option<TrustOffer>,
}

/// The offer to trust this browser.
pub struct TrustOffer {
    /// For how long.
    pub life: SignedDuration,
    /// The device that it replaces.
    pub replaces: Option<DeviceRow>,
}

impl CodePage {
    /// Whether the last message was given up before any network had it.
    pub fn has_failed(&self) -> bool {
        self.progress.is_some_and(|progress| matches!(progress.step, Step::Failed { reason: None }))
    }
}

/// What a request for the code page finds.
pub enum Shown {
    /// The code has expired.
    Expired,
    /// The page.
    Page(Box<CodePage>),
    /// Nothing that leads to the page: the login form.
    Start,
}

/// What became of a try.
pub enum Outcome {
    /// The login is complete.
    Completed(Completed),
    /// The code has expired.
    Expired,
    /// Too many wrong codes over all challenges: the code factor is off.
    FactorDisabled,
    /// The page again: the code was wrong, or was none.
    Retry,
    /// No login in progress, or its challenge is over.
    Start,
    /// The last try was wrong.
    TriesUsed,
}

/// Takes the one showing of the code page that something led to.
pub async fn show(app: &Arc<App>, visitor: &Visitor) -> Result<Shown, Error> {
    let Some(login) = entering(app, visitor).await? else { return Ok(Shown::Start) };
    let Some((challenge, account)) = load(app, &login).await? else { return Ok(Shown::Start) };
    let tries_left = match standing(app, &challenge, visitor.now) {
        Standing::Live { tries_left } => tries_left,
        Standing::Expired => return Ok(Shown::Expired),
        Standing::TriesUsed | Standing::Ended => return Ok(Shown::Start),
    };
    let id = login.id;
    let taken = app.store.write(move |tx| Box::pin(async move { tx.take_page(id).await })).await?;
    let Some(notice) = taken else { return Ok(Shown::Start) };
    let reachable = reach::channels(app, &account, visitor.now).await?;
    let masked = account.account.contacts.destination(challenge.channel).map(|to| to.mask()).unwrap_or_default();
    let cooldown = app.settings.send_limits.cooldown_after(challenge.sends);
    Ok(Shown::Page(Box::new(CodePage {
        channel: challenge.channel,
        masked,
        tries_left,
        valid_until: challenge.expires_at,
        resend_at: challenge.last_sent_at.unwrap_or(visitor.now) + cooldown,
        sends: challenge.sends,
        recovery_codes: app.store.recovery_codes(challenge.account).await?.left > 0,
        other_destinations: progress::others(&account.account.destinations(&reachable), challenge.channel),
        notice: notice.as_deref().and_then(Notice::parse),
        progress: progress::of(app, &challenge, visitor.now).await?,
        trust: trust_offer(app, visitor, &account).await?,
    })))
}

/// Lets the code page be shown once more, to a person who asked for it in another language. It costs nothing and tells
/// nothing: the same is had by typing no code at all.
pub async fn offer_again(app: &Arc<App>, visitor: &Visitor) -> Result<(), Error> {
    let Some(LoginRow { id, .. }) = entering(app, visitor).await? else { return Ok(()) };
    Ok(app.store.write(move |tx| Box::pin(async move { tx.offer_page(id, None).await })).await?)
}

/// Tries what was typed. `trust` says that the person wants this browser to be trusted.
pub async fn submit(app: &Arc<App>, visitor: &Visitor, typed: &str, trust: bool) -> Result<Outcome, Error> {
    let Some(login) = entering(app, visitor).await? else { return Ok(Outcome::Start) };
    let Some((challenge, account)) = load(app, &login).await? else { return Ok(Outcome::Start) };
    match standing(app, &challenge, visitor.now) {
        Standing::Live { .. } => {}
        Standing::Expired => return Ok(Outcome::Expired),
        Standing::TriesUsed => return Ok(Outcome::TriesUsed),
        Standing::Ended => return Ok(Outcome::Start),
    }
    let Ok(guess) = Guess::parse(typed) else {
        let id = login.id;
        let format = Some(Notice::Format.as_str());
        app.store.write(move |tx| Box::pin(async move { tx.offer_page(id, format).await })).await?;
        return Ok(Outcome::Retry);
    };
    let tried = match challenge::reserve(app, visitor, &challenge).await? {
        Reserved::Try(tried) => tried,
        Reserved::Closed => return Ok(Outcome::FactorDisabled),
        Reserved::None => return Ok(Outcome::Start),
    };
    // Read again: the code may have become a gateway's since, and its messages come after that.
    let Some(challenge) = app.store.challenge(challenge.id).await? else { return Ok(Outcome::Start) };
    let compared = verification::compare(app, &challenge, &guess).await;
    let case = Case { app: Arc::clone(app), visitor: visitor.clone(), login, challenge };
    match compared {
        Compared::Right => accept(case, account, trust).await,
        Compared::Unchecked | Compared::Wrong => reject(case, tried, compared).await,
        Compared::Gone | Compared::TriesUsed => gone(case, compared).await,
    }
}

/// The login that waits for its code. It lives as long as its challenge, and is found for a while after that, so that the
/// person can be told that the code has expired.
pub(super) async fn entering(app: &App, visitor: &Visitor) -> Result<Option<LoginRow>, Error> {
    let Some(token) = &visitor.login else { return Ok(None) };
    let login = app.store.login_by_token(&TokenHash(token.hash())).await?;
    Ok(login.filter(|login| login.stage == Stage::Entering))
}

/// A try, with everything that its transactions need.
#[derive(Clone)]
struct Case {
    app: Arc<App>,
    visitor: Visitor,
    login: LoginRow,
    challenge: ChallengeRow,
}

/// The challenge of this login, and its account. A challenge that has moved to another login counts for nothing here.
pub(super) async fn load(app: &App, login: &LoginRow) -> Result<Option<(ChallengeRow, AccountRow)>, Error> {
    let Some(id) = login.challenge else { return Ok(None) };
    let Some(challenge) = app.store.challenge(id).await? else { return Ok(None) };
    if challenge.login != Some(login.id) || challenge.account != login.account {
        return Ok(None);
    }
    Ok(app.store.account(login.account).await?.map(|account| (challenge, account)))
}

async fn accept(case: Case, account: AccountRow, trust: bool) -> Result<Outcome, Error> {
    let app = Arc::clone(&case.app);
    let known = presented(&app, &case.visitor, Some(account.account.id)).await?;
    let known = trusted(&app, known, account.account.id, case.visitor.now);
    let bearers = Arc::new((Bearer::new(&app)?, Bearer::new(&app)?));
    let (session, device) = (bearers.0.token.clone(), bearers.1.token.clone());
    let return_to = case.login.return_to.clone();
    let (who, client) = (account.account.id, case.visitor.ip);
    let trust = trust && app.settings.trusted_device.enabled;
    Ok(
        match app
            .store
            .write(move |tx| Box::pin(async move { redeem(tx, &case, &bearers, trust, known).await }))
            .await?
        {
            Some(new_device) => {
                finish::told(who, client);
                Outcome::Completed(Completed { session, device: new_device.then_some(device), return_to })
            }
            None => Outcome::Start,
        },
    )
}

/// One transaction: the challenge is consumed, and with it, or not at all, everything that it gives.
async fn redeem(
    tx: &mut Tx,
    case: &Case,
    bearers: &(Bearer, Bearer),
    trust: bool,
    known: Option<DeviceRow>,
) -> Result<Option<bool>, StoreError> {
    let (visitor, now) = (&case.visitor, case.visitor.now);
    let Some(row) = tx.lock_account(case.challenge.account).await? else { return Ok(None) };
    let open = row.account.disabled_at.is_none() && row.account.factor_disabled_at.is_none();
    if !open || !spend(tx, &case.challenge, now).await? {
        return Ok(None);
    }
    tx.end_login(case.login.id, now).await?;
    let detail = json!({ "channel": case.challenge.channel, "tries": case.challenge.tries + 1 });
    tx.audit(&entry(visitor, &row, Event::CodeAccepted, detail)).await?;
    let token = bearers.1.hash();
    let device = match known {
        Some(device) => DeviceStep::Renew { device: Box::new(device), token },
        None if trust => DeviceStep::Begin { id: DeviceId(bearers.1.id), token },
        None => DeviceStep::Nothing,
    };
    let evidence = vec![
        Evidence { proof: Proof::Password, at: case.login.created_at },
        Evidence { proof: Proof::code_by(case.challenge.channel), at: now },
    ];
    let why = json!({ "reasons": case.login.reasons });
    let finish = Finish { session: &bearers.0, evidence, device, why };
    finish::complete(tx, &case.app, visitor, &row, &finish).await.map(Some)
}

/// The gateway whose code it is has ended the verification. It is never a yes: when its yes was lost on the way, what is left
/// is to begin anew.
async fn gone(case: Case, compared: Compared) -> Result<Outcome, Error> {
    let app = Arc::clone(&case.app);
    let (reason, outcome) = match compared {
        Compared::TriesUsed => ("the gateway takes no more tries", Outcome::TriesUsed),
        _ => ("over at the gateway", Outcome::Expired),
    };
    tracing::info!(event = Event::CodeRejected.as_str(), account.id = %case.login.account, reason, client.ip = %case.visitor.ip, "a code could not be used");
    app.store.write(move |tx| Box::pin(async move { record_gone(tx, &case, reason).await })).await?;
    Ok(outcome)
}

async fn record_gone(tx: &mut Tx, case: &Case, reason: &str) -> Result<(), StoreError> {
    let now = case.visitor.now;
    let Some(row) = tx.lock_account(case.login.account).await? else { return Ok(()) };
    tx.audit(&entry(&case.visitor, &row, Event::CodeRejected, json!({ "reason": reason }))).await?;
    tx.end_challenge(case.challenge.id, "gone", now).await?;
    tx.drop_messages_of(case.challenge.id, now).await?;
    tx.close_verification(case.challenge.id, now).await?;
    tx.end_login(case.login.id, now).await
}

/// The code was wrong, or nobody could say whether it was.
async fn reject(case: Case, tried: Tried, compared: Compared) -> Result<Outcome, Error> {
    let app = Arc::clone(&case.app);
    let used = tried.of_challenge >= app.settings.code.tries;
    let closed = !lockout::code_factor_open(tried.of_account, &app.settings.lockout);
    let missed = match compared {
        Compared::Unchecked => Missed { event: Event::CodeUnchecked, notice: Notice::Unchecked, used, closed },
        _ => Missed { event: Event::CodeRejected, notice: Notice::Wrong, used, closed },
    };
    tracing::info!(event = missed.event.as_str(), account.id = %case.login.account, tries = tried.of_challenge, client.ip = %case.visitor.ip, "not let in by a code");
    app.store.write(move |tx| Box::pin(async move { record_missed(tx, &case, tried, missed).await })).await?;
    app.outbox.notify_one();
    Ok(match (closed, used) {
        (true, _) => Outcome::FactorDisabled,
        // Nobody said that the code was wrong.
        (false, true) if compared == Compared::Unchecked => Outcome::Start,
        (false, true) => Outcome::TriesUsed,
        (false, false) => Outcome::Retry,
    })
}

/// A try that did not let anybody in.
#[derive(Clone, Copy)]
struct Missed {
    event: Event,
    notice: Notice,
    /// It was the last of its challenge.
    used: bool,
    /// It was the last of the account.
    closed: bool,
}

async fn record_missed(tx: &mut Tx, case: &Case, tried: Tried, missed: Missed) -> Result<(), StoreError> {
    let (now, account) = (case.visitor.now, case.login.account);
    let Some(row) = tx.lock_account(account).await? else { return Ok(()) };
    let detail = json!({ "tries": tried.of_challenge, "consecutive": tried.of_account });
    tx.audit(&entry(&case.visitor, &row, missed.event, detail.clone())).await?;
    if missed.closed {
        challenge::close(tx, &case.app, &case.visitor, &row, detail).await?;
    } else if missed.used {
        // The password was right: its owner should hear of it (OWASP ASVS 5.0, 6.3.5).
        notice::tell(tx, &case.app, &row, notices::Notice::WrongCode, Whom::Email, now).await?;
    }
    // The challenge itself is left alone: a right try that was reserved before this one may be on its way.
    if missed.used || missed.closed {
        tx.end_login(case.login.id, now).await
    } else {
        tx.offer_page(case.login.id, Some(missed.notice.as_str())).await
    }
}

/// What trusting this browser would mean; nothing is offered where it is trusted already, or trust is off.
async fn trust_offer(app: &App, visitor: &Visitor, account: &AccountRow) -> Result<Option<TrustOffer>, Error> {
    let rules = &app.settings.trusted_device;
    let devices = app.store.devices(account.account.id).await?;
    let live: Vec<DeviceRow> = devices.into_iter().filter(|device| rules.holds(device.trust, visitor.now)).collect();
    if !rules.enabled || crate::flow::device::own(&live, visitor).is_some() {
        return Ok(None);
    }
    let full = u32::try_from(live.len()).unwrap_or(u32::MAX) >= rules.per_account;
    let oldest = live.into_iter().min_by_key(|device| device.trust.since);
    Ok(Some(TrustOffer { life: rules.life, replaces: oldest.filter(|_| full) }))
}
