//! Providers that fail rest, and those that are asked in time are known to fail before anybody waits.

use countersign_core::channel::Channel;
use jiff::SignedDuration;

use crate::browser::Browser;
use crate::gateway::Mode;
use crate::people::{ANA, Person};
use crate::world::{Setup, World, story, until};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// One of many people.
fn person(number: usize) -> Person {
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let identifiers: &'static [&'static str] = Box::leak(Box::new([leak(format!("person-{number}"))]));
    let phone = leak(format!("+1416555{number:04}"));
    Person { identifiers, email: Some(leak(format!("person-{number}@example.com"))), phone: Some(phone), ..ANA }
}

async fn asks_for_sms(world: &World, number: usize) -> Browser {
    world.knows(person(number)).await;
    let mut browser = world.browser();
    browser.signs_in(person(number)).await;
    browser.chooses("sms").await;
    browser
}

async fn gets_the_code_from_textmagic(world: &World, browser: &mut Browser) {
    browser.enters(world.textmagic().next().await.code()).await;
    browser.is_signed_in();
}

/// People whose numbers are a thousand apart, so that no limit of a range is in the way.
const PEOPLE: [usize; 8] = [100, 1100, 2100, 3100, 4100, 5100, 6100, 7100];

story!(
    a_gateway_that_fails_again_and_again_rests_and_is_tried_again,
    Setup::required().with_both_gateways().expecting("this provider fails and rests"),
    |world| {
        world.clicksend().set_mode(Mode::Refuse("INTERNAL_ERROR"));
        for (failures, number) in (1..=5).zip(PEOPLE) {
            let mut browser = asks_for_sms(world, number).await;
            gets_the_code_from_textmagic(world, &mut browser).await;
            assert_eq!(world.clicksend().attempts(), failures);
        }
        // The sixth does not wait for it.
        let mut sixth = asks_for_sms(world, PEOPLE[5]).await;
        gets_the_code_from_textmagic(world, &mut sixth).await;
        assert_eq!(world.clicksend().attempts(), 5);
        let states = world.app.store.provider_states().await.unwrap();
        let [state] = states.as_slice() else { panic!("{states:?}") };
        assert_eq!((state.name.as_str(), state.resting, state.cause.as_deref()), ("clicksend", true, Some("failures")));
        assert_eq!(state.until, Some(world.now() + SECOND * 60));
        // A minute later one message tries it, and it is back.
        world.clicksend().set_mode(Mode::Accept);
        world.passes(SECOND * 60).await;
        let mut seventh = asks_for_sms(world, PEOPLE[6]).await;
        seventh.enters(world.clicksend().next().await.code()).await;
        seventh.is_signed_in();
        let states = world.app.store.provider_states().await.unwrap();
        assert!(!states[0].resting, "{states:?}");
    }
);

story!(
    the_only_gateway_is_tried_while_it_rests_and_offered_to_those_who_have_no_other_way,
    Setup::required()
        .set("delivery.failures", "2")
        .expecting("this provider fails and rests")
        .expecting("message given up"),
    |world| {
        world.clicksend().set_mode(Mode::Refuse("INTERNAL_ERROR"));
        for number in [PEOPLE[0], PEOPLE[1]] {
            asks_for_sms(world, number).await;
            world.settled().await;
        }
        // Whoever has a mailbox is not led to a gateway that fails.
        world.knows(person(PEOPLE[2])).await;
        let mut browser = world.browser();
        browser.signs_in(person(PEOPLE[2])).await;
        assert_eq!(browser.offered(), ["email"]);
        // Whoever has none is not turned away: it may work again.
        let only_phone = Person { email: None, ..person(PEOPLE[3]) };
        world.knows(only_phone).await;
        world.clicksend().set_mode(Mode::Accept);
        let mut browser = world.browser();
        browser.signs_in(only_phone).await;
        browser.chooses("sms").await;
        browser.enters(world.clicksend().next().await.code()).await;
        browser.is_signed_in();
    }
);

story!(
    an_outage_is_known_before_a_person_waits,
    Setup::required()
        .with_both_gateways()
        .set("delivery.canary", "5m")
        .set("delivery.rest", "15m")
        .expecting("this provider fails and rests"),
    |world| {
        world.clicksend().set_mode(Mode::Error(503));
        until("the canary fell silent", async || {
            world.passes(SECOND * 30).await;
            let states = world.app.store.provider_states().await.unwrap();
            states.iter().any(|state| state.resting && state.cause.as_deref() == Some("check")).then_some(())
        })
        .await;
        let mut ana = asks_for_sms(world, PEOPLE[0]).await;
        gets_the_code_from_textmagic(world, &mut ana).await;
        assert_eq!(world.clicksend().attempts(), 0, "nobody had to find out");
        world.clicksend().set_mode(Mode::Accept);
        until("it sings again", async || {
            world.passes(SECOND * 30).await;
            let states = world.app.store.provider_states().await.unwrap();
            states.iter().all(|state| !state.resting).then_some(())
        })
        .await;
        let mut noah = asks_for_sms(world, PEOPLE[1]).await;
        noah.enters(world.clicksend().next().await.code()).await;
        noah.is_signed_in();
        assert!(world.app.couriers.working(world.now()).contains(&Channel::Sms));
    }
);
