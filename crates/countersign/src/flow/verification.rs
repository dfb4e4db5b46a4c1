//! Whose code a challenge has: ours, which is derived, or that of a gateway which makes one itself (docs/decisions/0017).
//!
//! One challenge has one code. It is claimed before the first message is handed over, and from then on only providers with
//! the same maker carry its messages; so nobody ever holds two codes of which one is silently dead. The tries, the life
//! and the end of a challenge are ours whoever made its code.

use std::sync::Arc;

use countersign_core::challenge::{Binding, Code, Guess};
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::id::{AccountId, ChallengeId};
use jiff::Timestamp;

use crate::app::App;
use crate::courier::verification::{CodeBy, Ending, Verdict};
use crate::courier::{Action, Provider, Refusal};
use crate::flow::Error;
use crate::store::challenges::{ChallengeRow, OURS, USED};
use crate::store::messages::{MessageRow, Says};

/// How often a challenge is read again because another message claimed it in between.
const CLAIMS_MAX: u32 = 3;

/// How many verifications are closed in one go.
const CLOSED_AT_ONCE: u32 = 50;

/// What a typed code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// The gateway knows nothing of it any more.
    Gone,
    /// It is the code.
    Right,
    /// The gateway takes no more tries.
    TriesUsed,
    /// It could not be found out.
    Unchecked,
    /// It is another code.
    Wrong,
}

/// Who makes the codes that a provider carries.
fn maker(provider: &dyn Provider) -> &'static str {
    match provider.code_by() {
        CodeBy::Provider => provider.name(),
        CodeBy::Us => OURS,
    }
}

/// The provider to try next for a message: not stopped, not among those that refused it, and with the code that the
/// challenge has, if it has one.
pub fn carrier(
    app: &App,
    (channel, address): (Channel, &str),
    refused_by: &[String],
    code_by: Option<&str>,
    now: Timestamp,
) -> Option<Arc<dyn Provider>> {
    let mut passed_over = refused_by.to_vec();
    loop {
        let provider = app.couriers.next(channel, address, &passed_over, now)?;
        if code_by.is_none_or(|made_by| made_by == maker(provider.as_ref())) {
            return Some(provider);
        }
        passed_over.push(provider.name().to_owned());
    }
}

/// Whether a provider of the destination's channel carries the code that the challenge has.
pub fn is_carried(app: &App, live: &ChallengeRow, to: &Destination, now: Timestamp) -> bool {
    carrier(app, (to.channel(), to.address()), &[], live.code_by.as_deref(), now).is_some()
}

/// Who carries a message.
pub enum Carrier {
    /// Its challenge is gone.
    Gone,
    /// No provider is left that could carry it.
    Nobody,
    /// Its code is no longer good.
    Over,
    /// This provider, and the challenge of a code is claimed for the code that it carries.
    Provider(Arc<dyn Provider>, Option<Box<ChallengeRow>>),
}

/// Chooses the provider of a message and claims its challenge for the code that the provider carries.
pub async fn choose(app: &App, message: &MessageRow) -> Result<Carrier, Error> {
    let to = (message.channel, message.destination.as_str());
    if let Says::Notice(_) = message.says {
        // A gateway that makes codes carries nothing else.
        let chosen = carrier(app, to, &message.refused_by, Some(OURS), app.clock.now());
        return Ok(chosen.map_or(Carrier::Nobody, |provider| Carrier::Provider(provider, None)));
    }
    let Some(id) = message.challenge else { return Ok(Carrier::Gone) };
    for _ in 0..CLAIMS_MAX {
        let now = app.clock.now();
        let Some(challenge) = app.store.challenge(id).await? else { return Ok(Carrier::Gone) };
        let chosen = carrier(app, to, &message.refused_by, challenge.code_by.as_deref(), now);
        let Some(provider) = chosen else { return Ok(Carrier::Nobody) };
        if challenge.verification.is_none() {
            // Left open, an old one would give its code to this challenge.
            close_over(app, message.account).await?;
        }
        let maker = maker(provider.as_ref());
        if app.store.write(move |tx| Box::pin(async move { tx.claim_code(id, maker, now).await })).await? {
            return Ok(Carrier::Provider(provider, Some(Box::new(challenge))));
        }
    }
    Ok(Carrier::Over)
}

/// After a refusal: gives the claim up if nothing was sent, and returns whose code the challenge has now.
pub async fn refused(app: &App, id: ChallengeId, by: &dyn Provider, action: Action) -> Result<Option<String>, Error> {
    if sent_nothing(action) {
        let maker = maker(by);
        app.store.write(move |tx| Box::pin(async move { tx.unclaim_code(id, maker).await })).await?;
    }
    Ok(app.store.challenge(id).await?.and_then(|challenge| challenge.code_by))
}

/// Whether a refusal leaves no doubt that nothing was sent.
const fn sent_nothing(action: Action) -> bool {
    match action {
        Action::FailOver | Action::GiveUp | Action::Retry | Action::Stop => true,
        Action::RetryOnce => false,
    }
}

/// Whether the code of a challenge is derived by us, so that it can be compared without asking anybody.
pub fn is_ours(challenge: &ChallengeRow) -> bool {
    challenge.code_by.as_deref().is_none_or(|maker| maker == OURS)
}

/// Compares what was typed with the challenge's code, wherever that is. The try was counted before, and is not given back
/// when the gateway cannot be asked: whether it counted the try itself is then not known.
pub async fn compare(app: &App, challenge: &ChallengeRow, guess: &Guess) -> Compared {
    let Some(maker) = challenge.code_by.as_deref().filter(|maker| *maker != OURS) else {
        let right = code(app, challenge).matches(guess);
        return if right { Compared::Right } else { Compared::Wrong };
    };
    let (Some(provider), Some(verification)) = (app.couriers.gateway(maker), &challenge.verification) else {
        tracing::error!(provider = maker, challenge.id = %challenge.id, "a code could not be checked: the provider is not configured any more, or did not say what it sent");
        return Compared::Unchecked;
    };
    match provider.verify(verification, &guess.digits()).await {
        Ok(Verdict::Gone) => Compared::Gone,
        Ok(Verdict::Right) => Compared::Right,
        Ok(Verdict::TriesUsed) => Compared::TriesUsed,
        Ok(Verdict::Wrong) => Compared::Wrong,
        Err(refusal) => {
            report(app, provider.as_ref(), &refusal);
            Compared::Unchecked
        }
    }
}

/// Closes verifications whose challenges are over, of one account or of all: whatever is left open at the gateway would
/// give its old code to the next challenge.
///
/// Each is told once. If that fails, the gateway ends it by itself after ten minutes.
pub async fn close_over(app: &App, account: Option<AccountId>) -> Result<(), Error> {
    let now = app.clock.now();
    for challenge in app.store.open_verifications(account, now, CLOSED_AT_ONCE).await? {
        let id = challenge.id;
        let ours = app.store.write(move |tx| Box::pin(async move { tx.close_verification(id, now).await })).await?;
        let provider = challenge.verifier.as_deref().and_then(|name| app.couriers.gateway(name));
        let (true, Some(provider), Some(verification)) = (ours, provider, &challenge.verification) else { continue };
        let used = challenge.end_reason.as_deref() == Some(USED);
        let ending = if used { Ending::Approved } else { Ending::Canceled };
        if let Err(refusal) = provider.close(verification, ending).await {
            report(app, provider.as_ref(), &refusal);
        }
    }
    Ok(())
}

/// The code that is derived for a challenge.
pub fn code(app: &App, challenge: &ChallengeRow) -> Code {
    let binding =
        Binding { epoch: app.epoch(), challenge: challenge.id, account: challenge.account, purpose: challenge.purpose };
    Code::derive(&app.keys.code, &binding)
}

fn report(app: &App, provider: &dyn Provider, refusal: &Refusal) {
    let (name, Refusal { action, code, detail, .. }) = (provider.name(), refusal);
    if *action == Action::Stop {
        tracing::error!(
            provider = name,
            code,
            detail,
            "this provider is stopped: correct its settings, then `countersign delivery test`"
        );
        app.couriers.stop(name, app.clock.now());
    } else {
        tracing::warn!(provider = name, code, detail, "a verification could not be checked or closed");
    }
}
