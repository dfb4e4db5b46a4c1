//! Which provider and sender serve which country, and what is not offered because nobody does.

use countersign::flow::routing;
use countersign_core::channel::Channel;

use crate::people::{ANA, MARIA, NOAH, Person};
use crate::world::{Setup, World, story};

/// Somebody in the United States.
const JILL: Person = Person { identifiers: &["jill"], phone: Some("+12125550142"), ..NOAH };

/// Somebody in the United Kingdom without a mailbox.
const UMA: Person = Person { identifiers: &["uma"], email: None, phone: Some("+442079460123"), ..NOAH };

/// North America by TextMagic from a number of the USA; the rest by ClickSend.
fn two_ways() -> Setup {
    Setup::required()
        .with_both_gateways()
        .set("routes.america.countries", "US,CA")
        .set("routes.america.provider", "textmagic")
        .set("routes.america.sender", "+12125550123")
        .set("routes.rest.countries", "*")
        .set("routes.rest.provider", "clicksend")
}

async fn offered(world: &World, person: Person) -> Vec<String> {
    world.knows(person).await;
    let mut browser = world.browser();
    browser.signs_in(person).await;
    browser.offered()
}

story!(each_country_goes_by_its_way, two_ways(), |world| {
    for person in [ANA, JILL] {
        world.knows(person).await;
        let mut browser = world.browser();
        browser.signs_in(person).await;
        browser.chooses("sms").await;
        let message = world.textmagic().next().await;
        assert_eq!(message.from.as_deref(), Some("12125550123"), "the sender is the route's");
        browser.enters(message.code()).await;
        browser.is_signed_in();
    }
    world.knows(MARIA).await;
    let mut maria = world.browser();
    maria.signs_in(MARIA).await;
    maria.chooses("sms").await;
    let message = world.clicksend().next().await;
    assert_eq!(message.from.as_deref(), Some("+447860021130"), "the sender is the provider's own");
    maria.enters(message.code()).await;
    maria.is_signed_in();
    assert_eq!((world.textmagic().attempts(), world.clicksend().attempts()), (2, 1));
});

story!(a_canadian_number_is_for_canada, two_ways().set("routes.america.sender", "+14165550123"), |world| {
    assert_eq!(offered(world, ANA).await, ["email", "sms"]);
    assert_eq!(offered(world, JILL).await, ["email"]);
    assert_eq!(offered(world, MARIA).await, ["email", "sms"]);
    let mut jill = world.browser();
    jill.signs_in(JILL).await;
    jill.submits("/login/destination", &[("destination", "sms")]).await;
    jill.has_status(400);
    assert_eq!(world.textmagic().attempts() + world.clicksend().attempts(), 0);
    let gaps = routing::survey(&world.app.store, &world.app.settings.phones, world.app.couriers.roster()).await;
    let gaps: Vec<String> = gaps.unwrap().iter().map(routing::Gap::sentence).collect();
    assert_eq!(gaps, ["sms to US is not offered (1 account): a Canadian number reaches Canada only"]);
    let warned = world.config().warnings.iter().any(|warning| {
        warning.to_string()
            == "routes.america: text messages to US are not offered: a Canadian number reaches Canada only"
    });
    assert!(warned);
});

story!(
    shared_numbers_and_names_do_not_reach_north_america,
    two_ways().set("routes.america.provider", "clicksend").set("routes.america.sender", "Acme"),
    |world| {
        assert_eq!(offered(world, ANA).await, ["email"]);
        assert_eq!(offered(world, MARIA).await, ["email", "sms"]);
        let gaps = routing::survey(&world.app.store, &world.app.settings.phones, world.app.couriers.roster()).await;
        let gaps: Vec<String> = gaps.unwrap().iter().map(routing::Gap::sentence).collect();
        assert_eq!(gaps, ["sms to CA is not offered (1 account): a sender name reaches neither the USA nor Canada"]);
    }
);

story!(
    i03_a_country_that_is_not_on_the_list_is_refused_before_any_gateway_is_asked,
    Setup::required().set("phones.countries", "CA,US"),
    |world| {
        assert_eq!(offered(world, ANA).await, ["email", "sms"]);
        assert_eq!(offered(world, JILL).await, ["email", "sms"]);
        assert_eq!(offered(world, MARIA).await, ["email"]);
        // With no other way there is none, and the person is told whom to ask.
        world.knows(UMA).await;
        let mut uma = world.browser();
        uma.signs_in(UMA).await;
        uma.has_status(403);
        uma.sees("We have nowhere to send your code");
        world.settled().await;
        assert_eq!(world.clicksend().attempts(), 0);
        let gaps = routing::survey(&world.app.store, &world.app.settings.phones, world.app.couriers.roster()).await;
        let gaps = gaps.unwrap();
        let left_out: Vec<_> = gaps.iter().filter(|gap| gap.country.as_str() == "GB").collect();
        assert!(left_out.iter().all(|gap| gap.channel == Channel::Sms && gap.accounts == 2), "{left_out:?}");
        assert_eq!(left_out.len(), 1);
    }
);
