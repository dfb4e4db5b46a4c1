//! SQLite's one writer: it takes the writes that wait, runs each in a savepoint of its own and commits them together.
//!
//! A commit with `synchronous=FULL` waits for the disk; sharing it among up to [`GROUP_MAX`] writes is what makes a
//! login that was answered a login that was kept, at thousands a second. Nobody is answered before the commit.
//!
//! ```text
//!  begin immediate ─► savepoint ─► job ─┬─ Ok ──────────► release ──┬─► next job … ─► commit ─► everyone is answered
//!                                       └─ Err or panic ► roll back ┘
//! ```

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot, watch};

use crate::store::db::run;
use crate::store::error::Error;
use crate::store::tx::{BoxFuture, Tx};

/// How many writes share one commit.
const GROUP_MAX: usize = 64;

/// The way to the writer task.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
    /// Nothing is ever sent on it; it breaks when the writer has closed its connection.
    ended: watch::Receiver<()>,
}

impl Writer {
    /// Starts the writer on its connection. It ends when the last handle is dropped or after [`Writer::close`].
    pub(super) fn start(conn: SqliteConnection, waiting_max: usize) -> Self {
        let (queue, jobs) = mpsc::channel(waiting_max);
        let (ending, ended) = watch::channel(());
        tokio::spawn(async move {
            let mut tx = Tx::sqlite(conn);
            serve(&mut tx, jobs).await;
            tx.close().await;
            drop(ending);
        });
        Self { queue, ended }
    }

    /// Runs the work. Once it is in the queue it runs to its end, whether or not the caller still waits.
    pub(super) async fn write<T, W>(&self, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + 'static,
    {
        let (waiter, answer) = oneshot::channel();
        let job = Box::new(Write { work: Some(work), value: None, waiter });
        self.queue.try_send(job).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => Error::Busy,
            mpsc::error::TrySendError::Closed(_) => sqlx::Error::PoolClosed.into(),
        })?;
        answer.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }

    /// Lets the writes that wait finish, and returns when the file is closed.
    pub(super) async fn close(&self) {
        // Both are errors when the writer has ended: the first if it had before, the second always.
        drop(self.queue.send(Box::new(Close)).await);
        drop(self.ended.clone().changed().await);
    }
}

/// One thing for the writer to do.
trait Job: Send {
    /// Does it, inside the group's transaction.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), Error>>;

    /// Tells the one who waits, after the commit.
    fn answer(self: Box<Self>, outcome: Result<(), Error>);

    /// Whether the writer ends after it.
    fn is_last(&self) -> bool {
        false
    }
}

struct Write<T, W> {
    work: Option<W>,
    value: Option<T>,
    waiter: oneshot::Sender<Result<T, Error>>,
}

impl<T, W> Job for Write<T, W>
where
    T: Send,
    W: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), Error>> {
        Box::pin(async move {
            if let Some(work) = self.work.take() {
                self.value = Some(work(tx).await?);
            }
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<(), Error>) {
        let Self { value, waiter, .. } = *self;
        let result = outcome.and_then(|()| value.ok_or_else(|| sqlx::Error::WorkerCrashed.into()));
        // The one who asked may have gone; the write stands all the same.
        drop(waiter.send(result));
    }
}

struct Close;

impl Job for Close {
    fn run<'t>(&'t mut self, _tx: &'t mut Tx) -> BoxFuture<'t, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }

    fn answer(self: Box<Self>, _outcome: Result<(), Error>) {}

    fn is_last(&self) -> bool {
        true
    }
}

async fn serve(tx: &mut Tx, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
    let mut group = Vec::with_capacity(GROUP_MAX);
    while jobs.recv_many(&mut group, GROUP_MAX).await > 0 {
        if group.iter().any(|job| job.is_last()) {
            // What is already in the queue is still written; what comes later is refused.
            jobs.close();
        }
        let outcomes = write_group(tx, &mut group).await;
        if outcomes.is_err() {
            // SQLite may have rolled back by itself (a full disk); then this fails, and that is as good.
            drop(control(tx, "rollback").await);
        }
        answer(group.drain(..), outcomes);
    }
}

/// Writes the group and commits it. An `Err` means that nothing of it was kept.
async fn write_group(tx: &mut Tx, group: &mut [Box<dyn Job>]) -> Result<Vec<Result<(), Error>>, Error> {
    let mut outcomes = Vec::with_capacity(group.len());
    control(tx, "begin immediate").await?;
    for job in group {
        control(tx, "savepoint job").await?;
        let outcome = without_panic(job.run(tx)).await;
        if outcome.is_err() {
            control(tx, "rollback to job").await?;
        }
        control(tx, "release job").await?;
        outcomes.push(outcome);
    }
    control(tx, "commit").await?;
    Ok(outcomes)
}

fn answer(group: impl Iterator<Item = Box<dyn Job>>, outcomes: Result<Vec<Result<(), Error>>, Error>) {
    match outcomes {
        Ok(outcomes) => group.zip(outcomes).for_each(|(job, outcome)| job.answer(outcome)),
        Err(error) => group.for_each(|job| job.answer(Err(error.clone()))),
    }
}

async fn control(tx: &mut Tx, text: &'static str) -> Result<(), Error> {
    run!(tx.conn(), execute text).map(drop)
}

/// A panic in one job is that job's failure: its neighbours, and the writer, go on.
async fn without_panic(mut job: BoxFuture<'_, Result<(), Error>>) -> Result<(), Error> {
    poll_fn(|cx| {
        catch_unwind(AssertUnwindSafe(|| job.as_mut().poll(cx)))
            .unwrap_or_else(|_| Poll::Ready(Err(sqlx::Error::WorkerCrashed.into())))
    })
    .await
}
