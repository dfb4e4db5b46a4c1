//! Which providers serve which channel, in which order, and which of them are stopped.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_core::channel::Channel;
use jiff::{SignedDuration, Timestamp};

use crate::courier::Provider;

/// How long a provider is left alone after it refused our credentials. An administrator who has corrected them restarts
/// the service; this is for a fault on the other side that heals by itself.
const STOP: SignedDuration = SignedDuration::from_mins(15);

/// The providers of an installation.
pub struct Roster {
    order: BTreeMap<Channel, Vec<Arc<dyn Provider>>>,
    stopped: Mutex<BTreeMap<&'static str, Timestamp>>,
}

impl Roster {
    /// Takes the providers of each channel, the first to be tried first.
    pub fn new(order: BTreeMap<Channel, Vec<Arc<dyn Provider>>>) -> Self {
        Self { order, stopped: Mutex::default() }
    }

    /// The channels that have a provider which is not stopped.
    pub fn working(&self, now: Timestamp) -> Vec<Channel> {
        Channel::ALL.into_iter().filter(|channel| self.next(*channel, &[], now).is_some()).collect()
    }

    /// The first provider of a channel that is neither stopped nor among those that refused.
    pub fn next(&self, channel: Channel, refused_by: &[String], now: Timestamp) -> Option<Arc<dyn Provider>> {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let usable = |provider: &&Arc<dyn Provider>| {
            let name = provider.name();
            let resting = stopped.get(name).is_some_and(|until| now < *until);
            !resting && !refused_by.iter().any(|refuser| refuser == name)
        };
        self.of(channel).iter().find(usable).map(Arc::clone)
    }

    /// All providers of a channel, in order.
    pub fn of(&self, channel: Channel) -> &[Arc<dyn Provider>] {
        self.order.get(&channel).map_or(&[], Vec::as_slice)
    }

    /// The provider with this name, stopped or not.
    pub fn named(&self, name: &str) -> Option<Arc<dyn Provider>> {
        self.order.values().flatten().find(|provider| provider.name() == name).map(Arc::clone)
    }

    /// Stops using a provider for a while.
    pub fn stop(&self, name: &'static str, now: Timestamp) {
        let until = now.saturating_add(STOP).unwrap_or(Timestamp::MAX);
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).insert(name, until);
    }
}
