//! Which way a message goes: to the gateways, or, in quarantine, to the sandbox inbox.
//!
//! Everything that leaves asks here for its provider. A dispatch begins in quarantine, so that nothing leaves before
//! somebody has looked at the seal, and forgetting to look is safe.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use countersign_core::breaker::Change;
use countersign_core::channel::Channel;
use countersign_core::contact::{Destination, EmailAddress, Phone};
use jiff::Timestamp;

use crate::courier::Provider;
use crate::courier::roster::{Roster, Service};

/// The few real numbers and addresses that messages go to even in quarantine: those of the people who test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed(Vec<Allow>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Allow {
    Email(EmailAddress),
    Phone(Phone),
}

impl Allowed {
    /// Adds a number in full, or an address; `false` if it is neither.
    pub fn add(&mut self, text: &str) -> bool {
        let allow = if text.contains('@') {
            text.parse().ok().map(Allow::Email)
        } else {
            Phone::parse(text, None).ok().map(Allow::Phone)
        };
        let is_valid = allow.is_some();
        self.0.extend(allow);
        is_valid
    }

    /// Whether messages to this number or address leave.
    pub fn holds(&self, address: &str) -> bool {
        self.0.iter().any(|allow| match allow {
            Allow::Email(email) => email.as_str() == address,
            Allow::Phone(phone) => phone.as_str() == address,
        })
    }
}

/// The providers of an installation, and whether messages reach them.
pub struct Dispatch {
    gateways: Roster,
    sandbox: Roster,
    allowed: Allowed,
    quarantined: AtomicBool,
}

impl Dispatch {
    /// Takes the gateways, the sandbox, and who gets messages even in quarantine. It begins in quarantine.
    pub fn new(gateways: Roster, sandbox: Roster, allowed: Allowed) -> Self {
        Self { gateways, sandbox, allowed, quarantined: AtomicBool::new(true) }
    }

    /// Whether the database belongs to another installation.
    pub fn quarantined(&self) -> bool {
        self.quarantined.load(Ordering::Acquire)
    }

    /// Says whether it does.
    pub fn quarantine(&self, quarantined: bool) {
        self.quarantined.store(quarantined, Ordering::Release);
    }

    /// The channels on which something can be sent.
    pub fn working(&self, now: Timestamp) -> Vec<Channel> {
        self.usual().working(now)
    }

    /// How well this address can be served on a channel.
    pub fn service(&self, channel: Channel, address: &str, now: Timestamp) -> Service {
        self.usual().service(channel, address, now)
    }

    /// What a provider sends from to an address, where a route says another sender than its own.
    pub fn sender(&self, name: &str, channel: Channel, address: &str) -> Option<String> {
        self.gateways.sender(name, channel, address)
    }

    /// The provider to try next for a message to this address.
    pub fn next(
        &self,
        channel: Channel,
        address: &str,
        refused_by: &[String],
        now: Timestamp,
    ) -> Option<Arc<dyn Provider>> {
        // An allowed number without a gateway for its channel goes where all the others go.
        let gateways = self.reaches_gateway(channel, address).then_some(&self.gateways);
        gateways.unwrap_or(&self.sandbox).next(channel, address, refused_by, now)
    }

    /// The provider for a message that somebody sends on purpose, to try it; `None` when it may not leave.
    pub fn trial(&self, to: &Destination) -> Option<Arc<dyn Provider>> {
        let leaves = self.reaches_gateway(to.channel(), to.address());
        self.first(to).filter(|_| leaves)
    }

    /// The first gateway on the way to a destination, whether or not messages reach it now.
    pub fn first(&self, to: &Destination) -> Option<Arc<dyn Provider>> {
        self.gateways.first(to.channel(), to.address())
    }

    /// The gateways of a channel, in order, whether or not messages reach them now.
    pub fn gateways(&self, channel: Channel) -> &[Arc<dyn Provider>] {
        self.gateways.of(channel)
    }

    /// The gateway with this name, to be asked about what it sent; `None` in quarantine, when nobody is asked anything.
    pub fn gateway(&self, name: &str) -> Option<Arc<dyn Provider>> {
        if self.quarantined() { None } else { self.gateways.named(name) }
    }

    /// Every gateway, each once, to be asked whether it is there; none in quarantine.
    pub fn all(&self) -> Vec<Arc<dyn Provider>> {
        if self.quarantined() { Vec::new() } else { self.gateways.all() }
    }

    /// The gateways as they are configured, whether or not messages reach them now.
    pub fn roster(&self) -> &Roster {
        &self.gateways
    }

    /// Stops using a provider for a while.
    pub fn stop(&self, name: &'static str, now: Timestamp) -> Change {
        self.gateways.stop(name, now)
    }

    fn reaches_gateway(&self, channel: Channel, address: &str) -> bool {
        !self.quarantined() || (self.allowed.holds(address) && !self.gateways.of(channel).is_empty())
    }

    fn usual(&self) -> &Roster {
        if self.quarantined() { &self.sandbox } else { &self.gateways }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::courier::sandbox::Sandbox;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    /// Gateways for text messages alone, told apart from the sandbox by being another object.
    fn dispatch(allowed: &[&str]) -> (Dispatch, Arc<dyn Provider>) {
        let gateway: Arc<dyn Provider> = Arc::new(Sandbox);
        let sandbox: Arc<dyn Provider> = Arc::new(Sandbox);
        let all = Channel::ALL.map(|channel| (channel, vec![Arc::clone(&sandbox)]));
        let gateways = Roster::new(BTreeMap::from([(Channel::Sms, vec![Arc::clone(&gateway)])]));
        let mut list = Allowed::default();
        assert!(allowed.iter().all(|text| list.add(text)));
        (Dispatch::new(gateways, Roster::new(BTreeMap::from(all)), list), sandbox)
    }

    fn goes_to_sandbox(dispatch: &(Dispatch, Arc<dyn Provider>), channel: Channel, address: &str) -> bool {
        Arc::ptr_eq(&dispatch.0.next(channel, address, &[], NOW).unwrap(), &dispatch.1)
    }

    #[test]
    fn nothing_leaves_until_somebody_has_looked_at_the_seal() {
        let dispatch = dispatch(&[]);
        assert!(goes_to_sandbox(&dispatch, Channel::Sms, "+41446681800"));
        assert_eq!(dispatch.0.working(NOW), Channel::ALL);
        dispatch.0.quarantine(false);
        assert!(!goes_to_sandbox(&dispatch, Channel::Sms, "+41446681800"));
        assert_eq!(dispatch.0.working(NOW), [Channel::Sms]);
        dispatch.0.quarantine(true);
        assert!(goes_to_sandbox(&dispatch, Channel::Sms, "+41446681800"));
    }

    #[test]
    fn in_quarantine_messages_leave_for_the_allowed_ones_alone() {
        let dispatch = dispatch(&["+41 44 668 18 00", "qa@EXAMPLE.com"]);
        assert!(!goes_to_sandbox(&dispatch, Channel::Sms, "+41446681800"));
        assert!(goes_to_sandbox(&dispatch, Channel::Sms, "+41446681801"));
        // There is no gateway for mail.
        assert!(goes_to_sandbox(&dispatch, Channel::Email, "qa@example.com"));
        let trial = |number: &str| dispatch.0.trial(&Destination::Sms(Phone::parse(number, None).unwrap())).is_some();
        assert!(trial("+41446681800") && !trial("+41446681801"));
    }

    #[test]
    fn only_full_numbers_and_addresses_are_allowed() {
        let mut allowed = Allowed::default();
        for text in ["", "044 668 18 00", "*", "@example.com", "+41*", "example.com"] {
            assert!(!allowed.add(text), "{text}");
        }
        assert_eq!(allowed, Allowed::default());
    }
}
