//! Twilio: what it is sent, what its answers mean, and logins with its messages, calls and verifications.

mod calls;
mod contract;
mod messages;
mod verify;
mod verify_ends;

use crate::browser::Browser;
use crate::gateway::twilio::SERVICE;
use crate::people::Person;
use crate::world::{Setup, World};

/// Text messages through Programmable Messaging alone.
fn messaging() -> Setup {
    Setup::required().with_twilio_only(&[("sender", "+14155550100")])
}

/// Calls through Programmable Voice, and nothing else on the telephone.
fn voice() -> Setup {
    Setup::required().with_twilio_only(&[("caller", "+14155550100")])
}

/// Text messages and calls through Verify alone, with Twilio's codes.
fn verify() -> Setup {
    Setup::required().with_twilio_only(&[("verify_service", SERVICE)])
}

/// The same with our codes.
fn custom() -> Setup {
    verify().set("providers.twilio.verify_custom_code", "true")
}

/// A person at the code page, whose code goes by this channel.
async fn at_the_code_page(world: &World, person: Person, channel: &str) -> Browser {
    let mut browser = world.browser();
    browser.signs_in(person).await;
    browser.chooses(channel).await;
    browser.is_at("/login/code");
    browser
}

/// The statuses of the verifications at Twilio, the oldest first.
fn statuses(world: &World) -> Vec<&'static str> {
    world.twilio().verifications().iter().map(|verification| verification.status).collect()
}
