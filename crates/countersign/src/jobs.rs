//! What goes on beside requests: the outbox and tidying up. Each job calls a flow, and survives its failure.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::flow::{outbox, seal};

/// How long the outbox rests when nothing wakes it: another node may have queued a message that nobody took.
const OUTBOX_REST_MAX: SignedDuration = SignedDuration::from_secs(30);

/// How long it rests after the database did not answer.
const OUTBOX_REST_AFTER_FAULT: SignedDuration = SignedDuration::from_secs(5);

/// How often what is over is deleted.
const PURGE_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// How often the database beats. An older copy that is put in its place is found out if a beat came after it; and this
/// long it takes until a running service notices that the database was adopted.
const BEAT_EVERY: SignedDuration = SignedDuration::from_secs(15);

/// Starts the jobs; they end when their handles are aborted.
pub fn start(app: &Arc<App>) -> Vec<JoinHandle<()>> {
    vec![
        tokio::spawn(run_beat(Arc::clone(app))),
        tokio::spawn(run_outbox(Arc::clone(app))),
        tokio::spawn(run_purge(Arc::clone(app))),
    ]
}

async fn run_beat(app: Arc<App>) {
    loop {
        if let Err(error) = seal::beat(&app).await {
            tracing::error!(%error, "it could not be noted how far the database has come; trying again");
        }
        app.clock.sleep_until(app.clock.now().saturating_add(BEAT_EVERY).unwrap_or(Timestamp::MAX)).await;
    }
}

/// Sends what is due, and rests until a message is queued or the next one is due.
async fn run_outbox(app: Arc<App>) {
    loop {
        let due = outbox::deliver_due(&app).await;
        let now = app.clock.now();
        let latest = |rest| now.saturating_add(rest).unwrap_or(Timestamp::MAX);
        let until = match due {
            Ok(next) => next.unwrap_or(Timestamp::MAX).min(latest(OUTBOX_REST_MAX)),
            Err(error) => {
                tracing::error!(%error, "the outbox could not be read; trying again");
                latest(OUTBOX_REST_AFTER_FAULT)
            }
        };
        tokio::select! {
            () = app.outbox.notified() => {}
            () = app.clock.sleep_until(until) => {}
        }
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
