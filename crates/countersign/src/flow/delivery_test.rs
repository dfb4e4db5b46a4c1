//! Testing that messages arrive: the providers' own no-cost checks, then a real message whose code is typed back.
//!
//! The message goes straight to the first provider of the channel and not through the outbox, so that whoever tests sees
//! what the provider answers. Its code is for the purpose *test*, so it opens nothing.

use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::challenge::{Binding, Code, Guess, Progress, Purpose, Standing};
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::id::{AccountId, ChallengeId};
use countersign_core::secret::Secret;
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::courier::segments::{self, Segments};
use crate::courier::text::CodeMessage;
use crate::courier::verification::{Carried, CodeBy, Ending, Verdict};
use crate::courier::{Accepted, Content, Health, Outgoing, Price, Provider, Refusal};
use crate::flow::{Error, Refused, call, reach};
use crate::store::audit::AuditEntry;

/// What a provider's no-cost check found.
pub struct Checked {
    /// The provider.
    pub provider: &'static str,
    /// What it told, or why not.
    pub health: Result<Health, Refusal>,
}

/// Checks every provider of a channel, or of all; one that serves two channels once. Nothing is sent.
pub async fn check(app: &App, channel: Option<Channel>) -> Vec<Checked> {
    let channels = Channel::ALL.into_iter().filter(|each| channel.is_none_or(|wanted| wanted == *each));
    let mut checked: Vec<Checked> = Vec::new();
    for provider in channels.flat_map(|channel| app.couriers.gateways(channel)) {
        if checked.iter().all(|known| known.provider != provider.name()) {
            checked.push(Checked { provider: provider.name(), health: provider.check().await });
        }
    }
    checked
}

/// A destination on a channel, from what was typed.
pub fn destination(app: &App, channel: Channel, to: &str) -> Result<Destination, Error> {
    let invalid = |bad: countersign_core::contact::BadContact| Error::Invalid(bad.into());
    let phone = || countersign_core::contact::Phone::parse(to, app.settings.site.country.as_deref()).map_err(invalid);
    Ok(match channel {
        Channel::Email => Destination::Email(to.parse().map_err(invalid)?),
        Channel::Sms => Destination::Sms(phone()?),
        Channel::Voice => Destination::Voice(phone()?),
    })
}

/// A test message that is on its way, and the tries that are left for its code.
pub struct Trial {
    binding: Binding,
    progress: Progress,
    tries: u32,
    sender: Arc<dyn Provider>,
    /// The provider that took it.
    pub provider: &'static str,
    /// What the provider said.
    pub accepted: Accepted,
    /// What the text takes, where it is billed by parts.
    pub segments: Option<Segments>,
}

/// What a typed code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is not six digits, and cost no try.
    NotACode,
    /// No try is left, or the time is over.
    Over,
    /// The message arrived.
    Right,
    /// The provider whose code it is could not be asked.
    Unchecked,
    /// It is another one.
    Wrong {
        /// How many tries are left.
        tries_left: u32,
    },
}

/// What the message would cost, if the provider tells; sends nothing.
pub async fn price(app: &App, to: &Destination) -> Result<Option<Price>, Error> {
    let provider = provider(app, to)?;
    let (_, outgoing) = message(app, to)?;
    provider.price(&outgoing).await.map_err(|refusal| refused(provider.name(), &refusal))
}

/// Sends a real message.
pub async fn send(app: &Arc<App>, to: &Destination) -> Result<Trial, Error> {
    let provider = provider(app, to)?;
    if app.couriers.trial(to).is_none() {
        return Err(Error::Invalid(Refused::new("command-refused-quarantine")));
    }
    let (binding, outgoing) = message(app, to)?;
    let segments = match &outgoing.content {
        Content::Sms { text, .. } => Some(segments::count(text)),
        Content::Call { .. } | Content::Mail { .. } => None,
    };
    let outcome = provider.send(&outgoing).await;
    write_down(app, to.channel(), provider.name(), &outcome).await?;
    let accepted = outcome.map_err(|refusal| refused(provider.name(), &refusal))?;
    let life = app.settings.code.life;
    let expires_at = outgoing.now.saturating_add(life).unwrap_or(Timestamp::MAX);
    let progress = Progress { tries: 0, expires_at, ended: false };
    let tries = app.settings.code.tries;
    Ok(Trial { binding, progress, tries, provider: provider.name(), sender: provider, accepted, segments })
}

impl Trial {
    /// Compares what was typed; a try is counted first, as at a login.
    pub async fn answer(&mut self, app: &App, typed: &str) -> Answer {
        let Standing::Live { tries_left } = self.progress.standing(self.tries, app.clock.now()) else {
            return Answer::Over;
        };
        let Ok(guess) = Guess::parse(typed) else { return Answer::NotACode };
        self.progress.tries += 1;
        let wrong = Answer::Wrong { tries_left: tries_left - 1 };
        let answer = match (self.sender.code_by(), &self.accepted.verification) {
            (CodeBy::Us, _) if Code::derive(&app.keys.code, &self.binding).matches(&guess) => Answer::Right,
            (CodeBy::Us, _) => wrong,
            (CodeBy::Provider, None) => Answer::Unchecked,
            (CodeBy::Provider, Some(verification)) => match self.sender.verify(verification, &guess.digits()).await {
                Ok(Verdict::Right) => Answer::Right,
                Ok(Verdict::Wrong) => wrong,
                Ok(Verdict::Gone | Verdict::TriesUsed) => Answer::Over,
                Err(_) => Answer::Unchecked,
            },
        };
        self.progress.ended = matches!(answer, Answer::Right | Answer::Over);
        if let (CodeBy::Us, Answer::Right, Some(verification)) =
            (self.sender.code_by(), answer, &self.accepted.verification)
        {
            // The message has arrived, which is all that is tested; a gateway that is not told closes it by itself.
            drop(self.sender.close(verification, Ending::Approved).await);
        }
        answer
    }
}

fn provider(app: &App, to: &Destination) -> Result<Arc<dyn Provider>, Error> {
    let channel = to.channel();
    if app.couriers.gateways(channel).is_empty() {
        return Err(Error::NotFound(Refused::new("command-refused-no-provider").arg("channel", channel)));
    }
    if let Destination::Sms(phone) | Destination::Voice(phone) = to {
        reach::require_allowed(app, Some(phone))?;
    }
    let none = || Error::Invalid(Refused::new("command-refused-no-route"));
    app.couriers.first(to).ok_or_else(none)
}

/// The message, and what its code is bound to: a challenge and an account that exist nowhere.
fn message(app: &App, to: &Destination) -> Result<(Binding, Outgoing), Error> {
    let binding = Binding {
        epoch: app.epoch(),
        challenge: ChallengeId(app.entropy.uuid()?),
        account: AccountId(app.entropy.uuid()?),
        purpose: Purpose::Test,
    };
    let code = Code::derive(&app.keys.code, &binding).digits();
    let texts = app.catalogue.negotiate(None);
    let words = CodeMessage {
        texts: &texts,
        site_name: &app.settings.site.name,
        purpose: Purpose::Test,
        code: &code,
        number: 1,
        host: Some(app.server.public_url.host()),
        valid_minutes: u32::try_from(app.settings.code.life.as_mins()).unwrap_or_default(),
        not_me: None,
    };
    let content = match to {
        Destination::Email(address) => {
            let mail = words.mail().map_err(|error| Error::Internal(error.to_string()))?;
            Content::Mail { to: address.clone(), mail }
        }
        Destination::Sms(phone) => Content::Sms { to: phone.clone(), text: words.sms() },
        Destination::Voice(phone) => {
            let key_url = call::test_key_url(app, binding.challenge, binding.account);
            Content::Call { to: phone.clone(), call: words.call(key_url) }
        }
    };
    let carried = Carried {
        valid_seconds: u32::try_from(app.settings.code.life.as_secs()).unwrap_or_default(),
        language: texts.tag().to_owned(),
        digits: Secret::new(code),
    };
    let (reference, now) = (app.entropy.uuid()?, app.clock.now());
    let first = app.couriers.first(to);
    let sender = first.and_then(|provider| app.couriers.sender(provider.name(), to.channel(), to.address()));
    // Nobody waits for the receipt of a test: whoever tests holds the telephone.
    Ok((binding, Outgoing { reference, now, code: Some(carried), receipt_url: None, sender, content }))
}

fn refused(provider: &str, refusal: &Refusal) -> Error {
    Error::Invalid(Refused::new("command-refused-by-provider").arg("provider", provider).arg("why", refusal))
}

async fn write_down(
    app: &Arc<App>,
    channel: Channel,
    provider: &'static str,
    outcome: &Result<Accepted, Refusal>,
) -> Result<(), Error> {
    let (event, detail) = match outcome {
        Ok(accepted) => (
            Event::MessageAccepted,
            json!({ "test": true, "channel": channel, "provider": provider, "provider_id": accepted.provider_id }),
        ),
        Err(refusal) => (
            Event::MessageFailed,
            json!({ "test": true, "channel": channel, "provider": provider, "outcome": refusal.code }),
        ),
    };
    let entry = AuditEntry { at: app.clock.now(), event, account: None, realm: None, ip: None, detail };
    app.store.write(move |tx| Box::pin(async move { tx.audit(&entry).await })).await?;
    Ok(())
}
