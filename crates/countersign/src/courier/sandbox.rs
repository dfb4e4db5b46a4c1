//! The provider of a demo and of a quarantined instance: it takes every message and sends none.
//!
//! The inbox page shows what would have gone out, from the rows of the outbox; so nothing is kept here.

use countersign_core::channel::Channel;

use crate::courier::{Accepted, BoxFuture, Fact, Health, Outgoing, Provider, Refusal};

/// The name of the provider: the inbox shows the messages that carry it.
pub const NAME: &str = "sandbox";

/// Accepts everything, sends nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sandbox;

impl Provider for Sandbox {
    fn name(&self) -> &'static str {
        NAME
    }

    fn channels(&self) -> &'static [Channel] {
        &Channel::ALL
    }

    fn send<'a>(&'a self, _message: &'a Outgoing) -> BoxFuture<'a, Result<Accepted, Refusal>> {
        Box::pin(std::future::ready(Ok(Accepted::default())))
    }

    fn check(&self) -> BoxFuture<'_, Result<Health, Refusal>> {
        let fact = Fact { name: "sender", value: "nothing leaves this machine".to_owned() };
        Box::pin(std::future::ready(Ok(Health { facts: vec![fact] })))
    }
}
