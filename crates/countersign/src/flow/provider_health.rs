//! How the providers are: what messages and free questions say of them, in the log and in the list that an administrator
//! sees.
//!
//! The breakers are each node's own: a node that cannot reach a gateway must not keep the others from it.

use std::sync::Arc;

use countersign_core::breaker::{Cause, Change};
use jiff::Timestamp;

use crate::app::App;
use crate::courier::{Action, Provider, Refusal};
use crate::flow::Error;

/// A provider has taken a message.
pub(super) async fn succeeded(app: &App, name: &'static str, now: Timestamp) -> Result<(), Error> {
    tell(app, name, app.couriers.roster().succeeded(name), now).await
}

/// A provider has not taken a message. What is wrong with the message or its recipient says nothing of the provider.
pub(super) async fn refused(app: &App, name: &'static str, refusal: &Refusal, now: Timestamp) -> Result<(), Error> {
    let change = match refusal.action {
        Action::Stop => {
            stopped(name, refusal);
            Some(app.couriers.stop(name, now))
        }
        Action::FailOver | Action::Retry | Action::RetryOnce => app.couriers.roster().failed(name, now),
        Action::GiveUp => None,
    };
    tell(app, name, change, now).await
}

/// Asks every provider, at no cost, whether it is there and knows us: so that an outage is known before a person waits.
pub async fn check_all(app: &Arc<App>) -> Result<(), Error> {
    for provider in app.couriers.all() {
        check(app, provider.as_ref()).await?;
    }
    Ok(())
}

async fn check(app: &App, provider: &dyn Provider) -> Result<(), Error> {
    let (name, answer) = (provider.name(), provider.check().await);
    let now = app.clock.now();
    let change = match &answer {
        Err(refusal) if refusal.action == Action::Stop => {
            stopped(name, refusal);
            Some(app.couriers.stop(name, now))
        }
        Err(refusal) => {
            tracing::warn!(
                provider = name,
                code = refusal.code,
                detail = refusal.detail,
                "this provider does not answer"
            );
            app.couriers.roster().checked(name, false, now)
        }
        Ok(_) => app.couriers.roster().checked(name, true, now),
    };
    tell(app, name, change, now).await
}

fn stopped(name: &str, Refusal { code, detail, .. }: &Refusal) {
    tracing::error!(
        provider = name,
        code,
        detail,
        "this provider is stopped: correct its settings, then `countersign delivery test`"
    );
}

async fn tell(app: &App, name: &'static str, change: Option<Change>, now: Timestamp) -> Result<(), Error> {
    let rest = match change {
        None => return Ok(()),
        Some(Change::Closed) => {
            tracing::info!(provider = name, "this provider works again");
            None
        }
        Some(Change::Opened { cause, until }) => {
            if cause != Cause::Refused {
                tracing::error!(provider = name, cause = cause.as_str(), %until, "this provider fails and rests: others are used before it");
            }
            Some((cause.as_str(), until))
        }
    };
    Ok(app.store.write(move |tx| Box::pin(async move { tx.set_provider_state(name, rest, now).await })).await?)
}
