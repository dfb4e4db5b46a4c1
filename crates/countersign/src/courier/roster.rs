//! Which providers serve which channel and country, in which order, and which of them rest.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_core::breaker::{Breaker, BreakerRules, Cause, Change, Standing};
use countersign_core::channel::Channel;
use countersign_core::contact::Phone;
use countersign_core::country::Country;
use countersign_core::delivery::DeliveryRules;
use countersign_core::route::{Gateway, Leg, Reach, Routes, Sender};
use jiff::Timestamp;

use crate::courier::Provider;

/// How well a destination can be served now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// By nobody.
    None,
    /// By providers that have failed lately, and may fail again.
    Troubled,
    /// As usual.
    Good,
}

/// The providers of an installation.
pub struct Roster {
    order: BTreeMap<Channel, Vec<Arc<dyn Provider>>>,
    senders: BTreeMap<&'static str, Sender>,
    routes: Routes,
    rules: BreakerRules,
    breakers: Mutex<BTreeMap<&'static str, Breaker>>,
}

impl Roster {
    /// Takes the providers of each channel, the first to be tried first.
    pub fn new(order: BTreeMap<Channel, Vec<Arc<dyn Provider>>>) -> Self {
        let senders = order.values().flatten().map(|provider| (provider.name(), provider.sender())).collect();
        let rules = DeliveryRules::default().breaker();
        Self { order, senders, routes: Routes::default(), rules, breakers: Mutex::default() }
    }

    /// With the country table and the figures of the breakers.
    #[must_use]
    pub fn guided_by(self, routes: Routes, rules: BreakerRules) -> Self {
        Self { routes, rules, ..self }
    }

    /// The channels that have a provider which has not refused us.
    pub fn working(&self, now: Timestamp) -> Vec<Channel> {
        let breakers = self.breakers();
        let usable = |provider: &Arc<dyn Provider>| standing(&breakers, provider.name(), now) != REFUSED;
        Channel::ALL.into_iter().filter(|channel| self.of(*channel).iter().any(usable)).collect()
    }

    /// How well this address can be served on a channel.
    pub fn service(&self, channel: Channel, address: &str, now: Timestamp) -> Service {
        let breakers = self.breakers();
        let of = |leg: &Leg<'_>| match standing(&breakers, leg.provider, now) {
            Standing::Closed | Standing::HalfOpen => Service::Good,
            Standing::Open { cause: Cause::Refused } => Service::None,
            Standing::Open { .. } => Service::Troubled,
        };
        self.legs(channel, address).iter().map(of).max().unwrap_or(Service::None)
    }

    /// The first provider on the way to an address that does not rest and is not among those that refused; if all that are
    /// left rest, the first of them that only failed: what has no other way may try.
    pub fn next(
        &self,
        channel: Channel,
        address: &str,
        refused_by: &[String],
        now: Timestamp,
    ) -> Option<Arc<dyn Provider>> {
        let legs = self.legs(channel, address);
        let breakers = self.breakers();
        let left = || legs.iter().filter(|leg| !refused_by.iter().any(|refuser| refuser == leg.provider));
        let ready = |leg: &&Leg<'_>| !matches!(standing(&breakers, leg.provider, now), Standing::Open { .. });
        let usable = |leg: &&Leg<'_>| standing(&breakers, leg.provider, now) != REFUSED;
        let leg = left().find(ready).or_else(|| left().find(usable))?;
        self.of(channel).iter().find(|provider| provider.name() == leg.provider).map(Arc::clone)
    }

    /// The first provider on the way to an address, resting or not.
    pub fn first(&self, channel: Channel, address: &str) -> Option<Arc<dyn Provider>> {
        self.named(self.legs(channel, address).first()?.provider)
    }

    /// What a provider sends from to an address, where a route says another sender than its own.
    pub fn sender(&self, name: &str, channel: Channel, address: &str) -> Option<String> {
        let legs = self.legs(channel, address);
        match legs.iter().find(|leg| leg.provider == name)?.sender? {
            Sender::Name(text) | Sender::Number { number: text, .. } => Some(text.clone()),
            Sender::Shared | Sender::Unknown => None,
        }
    }

    /// Every way to a country, whether or not messages arrive that way.
    pub fn ways(&self, channel: Channel, to: Option<Country>) -> Vec<Leg<'_>> {
        let gateways: Vec<Gateway<'_>> = self
            .of(channel)
            .iter()
            .filter_map(|provider| Some(Gateway { name: provider.name(), sender: self.senders.get(provider.name())? }))
            .collect();
        self.routes.legs(channel, to, &gateways)
    }

    /// The ways to an address on which messages may arrive.
    fn legs(&self, channel: Channel, address: &str) -> Vec<Leg<'_>> {
        let phone = (channel != Channel::Email).then(|| Phone::parse(address, None).ok()).flatten();
        let mut legs = self.ways(channel, phone.and_then(|phone| phone.country()));
        legs.retain(|leg| !matches!(leg.reach, Reach::Never(_)));
        legs
    }

    /// All providers of a channel, in order.
    pub fn of(&self, channel: Channel) -> &[Arc<dyn Provider>] {
        self.order.get(&channel).map_or(&[], Vec::as_slice)
    }

    /// The provider with this name, resting or not.
    pub fn named(&self, name: &str) -> Option<Arc<dyn Provider>> {
        self.order.values().flatten().find(|provider| provider.name() == name).map(Arc::clone)
    }

    /// The providers whose gateway tells at the address with this name.
    pub fn hooked(&self, hook: &str) -> Vec<Arc<dyn Provider>> {
        self.all().into_iter().filter(|provider| provider.hook() == hook).collect()
    }

    /// Every provider, each once.
    pub fn all(&self) -> Vec<Arc<dyn Provider>> {
        self.senders.keys().filter_map(|name| self.named(name)).collect()
    }

    /// A message is handed to a provider.
    pub fn begin(&self, name: &'static str, now: Timestamp) {
        self.breakers().entry(name).or_default().begin(now);
    }

    /// A provider has taken a message.
    pub fn succeeded(&self, name: &'static str) -> Option<Change> {
        self.breakers().entry(name).or_default().succeeded()
    }

    /// A provider has failed by a fault of its own.
    pub fn failed(&self, name: &'static str, now: Timestamp) -> Option<Change> {
        self.breakers().entry(name).or_default().failed(&self.rules, now)
    }

    /// A provider has answered a question that costs nothing, or has not.
    pub fn checked(&self, name: &'static str, answered: bool, now: Timestamp) -> Option<Change> {
        self.breakers().entry(name).or_default().checked(answered, &self.rules, now)
    }

    /// A provider has refused our credentials: it is left alone.
    pub fn stop(&self, name: &'static str, now: Timestamp) -> Change {
        self.breakers().entry(name).or_default().refused(now)
    }

    fn breakers(&self) -> MutexGuard<'_, BTreeMap<&'static str, Breaker>> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn standing(breakers: &BTreeMap<&'static str, Breaker>, name: &str, now: Timestamp) -> Standing {
    breakers.get(name).map_or(Standing::Closed, |breaker| breaker.standing(now))
}

const REFUSED: Standing = Standing::Open { cause: Cause::Refused };
