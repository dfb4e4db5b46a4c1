//! The servers of a directory: which one is asked, and that a slow one holds up nothing else.
//!
//! A bounded number of connections is open at a time, and whoever comes beyond that is told so at once and does not wait.
//! A server that failed rests for a while, so only the first logins wait for it; the next server is asked meanwhile.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustls::ClientConfig;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::clock::Clock;
use crate::directory::Fault;
use crate::directory::ldap::settings::{DirectorySettings, Security, Server};
use crate::directory::ldap::wire::Wire;

/// How long a server rests after it failed.
const REST: SignedDuration = SignedDuration::from_secs(30);

/// The servers of a directory.
pub(super) struct Servers {
    all: Vec<Server>,
    resting: Mutex<Vec<Option<Timestamp>>>,
    security: Security,
    tls: Arc<ClientConfig>,
    connect_limit: Duration,
    answer_limit: Duration,
    places: Semaphore,
    clock: Clock,
}

/// A server, by its place in the list.
#[derive(Clone, Copy)]
pub(super) struct At(usize);

impl Servers {
    pub(super) fn new(settings: &DirectorySettings, tls: Arc<ClientConfig>, clock: Clock) -> Self {
        let all = settings.servers();
        Self {
            resting: Mutex::new(vec![None; all.len()]),
            all,
            security: settings.security,
            tls,
            connect_limit: settings.connect_limit(),
            answer_limit: settings.answer_limit(),
            places: Semaphore::new(usize::try_from(settings.connections).unwrap_or(1)),
            clock,
        }
    }

    /// A place among those who may ask at the same time; for as long as it is held.
    pub(super) fn place(&self) -> Result<SemaphorePermit<'_>, Fault> {
        self.places.try_acquire().map_err(|_| Fault::Busy)
    }

    /// The servers that do not rest, in order; a fault if there is none.
    pub(super) fn ready(&self) -> Result<Vec<At>, Fault> {
        let now = self.clock.now();
        let resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = resting.iter().enumerate().filter(|(_, until)| until.is_none_or(|until| until <= now));
        let ready: Vec<At> = ready.map(|(at, _)| At(at)).collect();
        if ready.is_empty() {
            let first = resting.iter().flatten().min().map_or(0, |until| until.duration_since(now).as_secs());
            return Err(Fault::Resting(first + 1));
        }
        Ok(ready)
    }

    /// Opens a connection to a server, and lets it rest if there is none.
    pub(super) async fn connect(&self, at: At) -> Result<Wire, Fault> {
        let Some(server) = self.all.get(at.0) else { return Err(Fault::NoConnection("no such server".to_owned())) };
        let opened = self.open(server).await;
        if opened.is_err() {
            self.rest(at);
        }
        opened
    }

    /// Opens a connection within the time for it.
    pub(super) async fn open(&self, server: &Server) -> Result<Wire, Fault> {
        // The state of a handshake is large, and lives only as long as that.
        let opened = Box::pin(Wire::open(server, self.security, &self.tls));
        within(self.connect_limit, opened).await
    }

    /// Waits for what is asked, for as long as is allowed.
    pub(super) async fn answer<T>(&self, asked: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        within(self.answer_limit, asked).await
    }

    /// Leaves a server alone for a while.
    pub(super) fn rest(&self, at: At) {
        self.set(at, self.clock.now().checked_add(REST).ok());
    }

    /// A server answered.
    pub(super) fn works(&self, at: At) {
        self.set(at, None);
    }

    fn set(&self, at: At, until: Option<Timestamp>) {
        if let Some(resting) = self.resting.lock().unwrap_or_else(PoisonError::into_inner).get_mut(at.0) {
            *resting = until;
        }
    }

    pub(super) fn all(&self) -> &[Server] {
        &self.all
    }
}

impl Fault {
    /// Whether another server may do better.
    pub(super) const fn is_of_server(&self) -> bool {
        match self {
            Self::BrokenAnswer(_) | Self::NoConnection(_) | Self::TimedOut(_) | Self::Tls(_) => true,
            // Busy and unavailable.
            Self::Refused { code, .. } => matches!(code, 51 | 52),
            Self::Busy | Self::NoIdentity(_) | Self::Resting(_) | Self::ServiceAccount(_) => false,
        }
    }
}

async fn within<T>(limit: Duration, asked: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    // Rounded up, for whoever reads it.
    let seconds = limit.as_secs() + u64::from(limit.subsec_nanos() > 0);
    timeout(limit, asked).await.unwrap_or(Err(Fault::TimedOut(seconds)))
}
