//! Saying it with the code of a text message, which can carry no link.
//!
//! Whoever got the code types it here instead of into the login form. Tries are counted for themselves: five for each
//! code, and a limit for each network, so that a stranger can neither guess here nor use up what the owner has left at the
//! login. A code that has expired, or was used by somebody else, says it just as well while its challenge is stored.

use std::sync::Arc;

use countersign_core::challenge::{Guess, TRIES_MAX};
use countersign_core::contact::{EmailAddress, Phone};
use countersign_core::identifier::Identifier;
use countersign_core::throttle::{Quota, Rate, Scope};
use jiff::Timestamp;

use super::{Done, Said, run};
use crate::app::App;
use crate::flow::verification::{self, code};
use crate::flow::{Error, Visitor, bucket};
use crate::store::challenges::ChallengeRow;
use crate::store::sends::SendVerdict;

/// How often it can be tried from one network.
const RATE: Rate = Rate { per_hour: 20, per_day: 60 };

/// How many codes are looked at: more than an account or a number gets in an hour.
const CODES_MAX: u32 = 12;

/// What was typed.
pub struct Typed {
    /// The number or address that the message came to, or what the person logs in with.
    pub name: String,
    /// The code in the message.
    pub code: String,
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub enum ByCode {
    /// It was done.
    Done(Done),
    /// The code is not six digits; it cost no try.
    Format,
    /// No such code was sent there, or it cannot be tried any more: one answer for all, so that it tells a stranger nothing.
    NotFound,
    /// Too many tries from this network.
    TooMany {
        /// Until when it has to wait.
        until: Timestamp,
    },
}

/// Tries what was typed.
pub async fn by_code(app: &Arc<App>, visitor: &Visitor, typed: &Typed) -> Result<ByCode, Error> {
    let Ok(guess) = Guess::parse(&typed.code) else { return Ok(ByCode::Format) };
    let candidates = candidates(app, &typed.name).await?;
    let open = match reserve(app, visitor, candidates).await? {
        Reserved::Open(open) => open,
        Reserved::TooMany(until) => return Ok(ByCode::TooMany { until }),
    };
    let Some(said) = open.into_iter().find(|challenge| code(app, challenge).matches(&guess)) else {
        tracing::info!(client.ip = %visitor.ip, "a code that says \"this was not me\" was not found");
        return Ok(ByCode::NotFound);
    };
    let done = run(app, visitor, said.account, Said::ByCode(said.id)).await?;
    Ok(done.map_or(ByCode::NotFound, ByCode::Done))
}

/// The codes that were sent to this number or address, or to the account that logs in by this name in any realm.
async fn candidates(app: &App, name: &str) -> Result<Vec<ChallengeRow>, Error> {
    let phone = Phone::parse(name.trim(), app.settings.site.country.as_deref()).ok();
    let email: Option<EmailAddress> = name.parse().ok();
    let address = phone.as_ref().map(Phone::as_str).or(email.as_ref().map(EmailAddress::as_str));
    let mut found = match address {
        Some(address) => app.store.challenges_sent_to(address, CODES_MAX).await?,
        None => Vec::new(),
    };
    let identifier: Option<Identifier> = name.parse().ok();
    for realm in app.settings.realms.keys() {
        let Some(identifier) = &identifier else { break };
        let Some(row) = app.store.account_by_identifier(realm, identifier).await? else { continue };
        let of_account = app.store.challenges_of(row.account.id, CODES_MAX).await?;
        found.extend(
            of_account
                .into_iter()
                .filter(|challenge| !found.iter().any(|known| known.id == challenge.id))
                .collect::<Vec<_>>(),
        );
    }
    // The tries of a code that a gateway made are counted by the gateway, for the login: a stranger could use them up here.
    found.retain(verification::is_ours);
    Ok(found)
}

enum Reserved {
    /// Those of the codes that may be compared.
    Open(Vec<ChallengeRow>),
    TooMany(Timestamp),
}

/// Counts the try, against the network and against each code, and commits before anything is compared.
async fn reserve(app: &Arc<App>, visitor: &Visitor, candidates: Vec<ChallengeRow>) -> Result<Reserved, Error> {
    let quota = Quota { scope: Scope::NotMe, subject: visitor.network().to_string(), rate: RATE };
    let (quota, now) = (bucket::hidden(&app.keys, &quota), visitor.now);
    Ok(app
        .store
        .write(move |tx| {
            Box::pin(async move {
                if let SendVerdict::Refused { until, .. } = tx.reserve_sends(&[quota], now).await? {
                    return Ok(Reserved::TooMany(until));
                }
                let mut open = Vec::new();
                for challenge in candidates {
                    if tx.reserve_not_me_try(challenge.id, TRIES_MAX).await? {
                        open.push(challenge);
                    }
                }
                Ok(Reserved::Open(open))
            })
        })
        .await?)
}
