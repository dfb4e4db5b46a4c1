//! What goes on beside requests: the outbox, the chain of the audit log, tidying up, and watching for guessed passwords. Each job calls a flow, and survives
//! its failure.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::task::{JoinHandle, JoinSet};

use crate::app::App;
use crate::flow::{audit, confirmation, outbox, provider_health, receipts, seal, verification, watch};

/// How many messages are under way at once on one node.
const DELIVERIES_MAX: usize = 32;

/// How often gateways are told of verifications that are over.
const CLOSE_EVERY: SignedDuration = SignedDuration::from_secs(15);

/// How long the outbox rests when nothing wakes it: another node may have queued a message that nobody took.
const OUTBOX_REST_MAX: SignedDuration = SignedDuration::from_secs(30);

/// How long it rests after the database did not answer.
const OUTBOX_REST_AFTER_FAULT: SignedDuration = SignedDuration::from_secs(5);

/// How often what is over is deleted.
const PURGE_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// How often the database beats. An older copy that is put in its place is found out if a beat came after it; and this
/// long it takes until a running service notices that the database was adopted.
const BEAT_EVERY: SignedDuration = SignedDuration::from_secs(15);

/// How long a new entry of the audit log waits for its place in the chain.
const CHAIN_EVERY: SignedDuration = SignedDuration::from_secs(1);

/// How long chaining rests when it failed: it needs somebody to look, and one line of log in a while is enough.
const CHAIN_REST_AFTER_FAULT: SignedDuration = SignedDuration::from_mins(10);

/// How often it is looked for accounts whose directory has to be asked again.
const CONFIRM_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How often it is looked whether a gateway has to be asked what became of a message.
const ASK_EVERY: SignedDuration = SignedDuration::from_secs(10);

/// How often it is looked whether passwords are guessed at.
const WATCH_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// What each look has in common with the one before: an entry is visible a moment after the time it bears. What is told
/// once a day is not told twice.
const WATCH_OVERLAP: SignedDuration = SignedDuration::from_mins(1);

/// Starts the jobs; they end when their handles are aborted.
pub fn start(app: &Arc<App>) -> Vec<JoinHandle<()>> {
    vec![
        tokio::spawn(run_ask(Arc::clone(app))),
        tokio::spawn(run_beat(Arc::clone(app))),
        tokio::spawn(run_canary(Arc::clone(app))),
        tokio::spawn(run_chain(Arc::clone(app))),
        tokio::spawn(run_confirmation(Arc::clone(app))),
        tokio::spawn(run_outbox(Arc::clone(app))),
        tokio::spawn(run_purge(Arc::clone(app))),
        tokio::spawn(run_verifications(Arc::clone(app))),
        tokio::spawn(run_watch(Arc::clone(app))),
    ]
}

/// Asks what became of messages whose gateways did not tell.
async fn run_ask(app: Arc<App>) {
    if !app.settings.delivery.poll {
        return;
    }
    loop {
        if let Err(error) = receipts::ask(&app).await {
            tracing::error!(%error, "what gateways say of messages could not be saved; trying again");
        }
        app.clock.sleep_until(app.clock.now().saturating_add(ASK_EVERY).unwrap_or(Timestamp::MAX)).await;
    }
}

/// Asks every provider whether it is there, as often as the settings say.
async fn run_canary(app: Arc<App>) {
    let Some(every) = app.settings.delivery.canary else { return };
    loop {
        if let Err(error) = provider_health::check_all(&app).await {
            tracing::error!(%error, "how the providers are could not be saved; trying again");
        }
        app.clock.sleep_until(app.clock.now().saturating_add(every).unwrap_or(Timestamp::MAX)).await;
    }
}

async fn run_beat(app: Arc<App>) {
    loop {
        if let Err(error) = seal::beat(&app).await {
            tracing::error!(%error, "it could not be noted how far the database has come; trying again");
        }
        app.clock.sleep_until(app.clock.now().saturating_add(BEAT_EVERY).unwrap_or(Timestamp::MAX)).await;
    }
}

/// Takes what is due and delivers it, many at a time: a provider that hangs holds up no message but its own. Rests until a
/// message is queued, the next one is due, or one is done and there is room again.
async fn run_outbox(app: Arc<App>) {
    let mut under_way = JoinSet::new();
    loop {
        let room = DELIVERIES_MAX.saturating_sub(under_way.len());
        let until = if room == 0 { Timestamp::MAX } else { take(&app, room, &mut under_way).await };
        tokio::select! {
            () = app.outbox.notified() => {}
            () = app.clock.sleep_until(until) => {}
            Some(done) = under_way.join_next() => {
                if let Err(error) = done {
                    tracing::error!(%error, "a delivery broke off; its message is taken again when the lease runs out");
                }
            }
        }
    }
}

/// Starts the delivery of what is due. Returns when to look again.
async fn take(app: &Arc<App>, room: usize, under_way: &mut JoinSet<()>) -> Timestamp {
    let rest = |rest| app.clock.now().saturating_add(rest).unwrap_or(Timestamp::MAX);
    match outbox::take_due(app, u32::try_from(room).unwrap_or(u32::MAX)).await {
        Ok(taken) => {
            for message in taken.messages {
                let app = Arc::clone(app);
                under_way.spawn(async move {
                    if let Err(error) = outbox::deliver(&app, message).await {
                        tracing::error!(%error, "the outcome of a delivery could not be saved");
                    }
                    // A retry or a fail-over may be due at once.
                    app.outbox.notify_one();
                });
            }
            taken.next_due.unwrap_or(Timestamp::MAX).min(rest(OUTBOX_REST_MAX))
        }
        Err(error) => {
            tracing::error!(%error, "the outbox could not be read; trying again");
            rest(OUTBOX_REST_AFTER_FAULT)
        }
    }
}

async fn run_chain(app: Arc<App>) {
    loop {
        let rest = match audit::chain(&app).await {
            Ok(_) => CHAIN_EVERY,
            // The log already says that the database is another installation's, and adopting it begins the chain anew.
            Err(error) if app.quarantined() => {
                tracing::debug!(%error, "the audit log is not chained in quarantine");
                CHAIN_EVERY
            }
            Err(error) => {
                tracing::error!(%error, "the audit log could not be chained; trying again later");
                CHAIN_REST_AFTER_FAULT
            }
        };
        app.clock.sleep_until(app.clock.now().saturating_add(rest).unwrap_or(Timestamp::MAX)).await;
    }
}

async fn run_confirmation(app: Arc<App>) {
    loop {
        let now = app.clock.now();
        if let Err(error) = confirmation::confirm_due(&app).await {
            tracing::error!(%error, "it could not be found out whether people of a directory may stay signed in; trying again");
        }
        app.clock.sleep_until(now.saturating_add(CONFIRM_EVERY).unwrap_or(Timestamp::MAX)).await;
    }
}

async fn run_verifications(app: Arc<App>) {
    loop {
        if let Err(error) = verification::close_over(&app, None).await {
            tracing::error!(%error, "the verifications that are over could not be read; trying again");
        }
        app.clock.sleep_until(app.clock.now().saturating_add(CLOSE_EVERY).unwrap_or(Timestamp::MAX)).await;
    }
}

async fn run_purge(app: Arc<App>) {
    loop {
        let now = app.clock.now();
        match app.store.write(move |tx| Box::pin(async move { tx.purge(now).await })).await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "deleted what is over"),
            Err(error) => tracing::error!(%error, "what is over could not be deleted; trying again later"),
        }
        app.clock.sleep_until(now.saturating_add(PURGE_EVERY).unwrap_or(Timestamp::MAX)).await;
    }
}

async fn run_watch(app: Arc<App>) {
    let mut since = app.clock.now();
    loop {
        let now = app.clock.now();
        match watch::look(&app, since.saturating_sub(WATCH_OVERLAP).unwrap_or(Timestamp::MIN)).await {
            Ok(_) => since = now,
            Err(error) => {
                tracing::error!(%error, "it could not be seen whether passwords are guessed at; trying again");
            }
        }
        app.clock.sleep_until(now.saturating_add(WATCH_EVERY).unwrap_or(Timestamp::MAX)).await;
    }
}
