//! How many messages go out: they cost money, and they annoy.

use jiff::SignedDuration;

use crate::browser::Browser;
use crate::people::{ANA, NOAH, Person};
use crate::world::{Setup, World, story};

/// The longest wait between the first messages of a challenge; five of them fit into an hour.
const BEYOND_THE_COOLDOWN: SignedDuration = SignedDuration::from_mins(8);

/// A new browser asks for a code.
async fn asks(world: &World, person: Person, channel: &str) -> Browser {
    let mut browser = world.browser();
    browser.signs_in(person).await;
    browser.submits("/login/destination", &[("destination", channel)]).await;
    browser
}

story!(i_01_five_messages_an_hour_and_ten_a_day, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    for already in [0, 5] {
        for _ in 0..5 {
            asks(world, ANA, "email").await.has_status(303);
            world.passes(BEYOND_THE_COOLDOWN).await;
        }
        let mut ana = asks(world, ANA, "email").await;
        ana.has_status(429);
        ana.sees("Too many codes for now");
        ana.sees("contact help@acme.example");
        assert_eq!(world.settled().await.len(), already + 5);
        if already == 0 {
            ana.sees("The next code can go out at 10:00 UTC");
            // Another channel is the same account.
            ana.submits("/login/destination", &[("destination", "sms")]).await;
            ana.has_status(429);
            world.passes(SignedDuration::from_hours(1)).await;
        }
    }
    world.passes(SignedDuration::from_hours(21)).await;
    asks(world, ANA, "sms").await.has_status(429);
    world.passes(SignedDuration::from_hours(1)).await;
    asks(world, ANA, "sms").await.has_status(303);
    assert!(world.events(id).await.contains(&"excess_rate_limit_exceeded".to_owned()));
});

story!(the_limit_is_told_on_the_code_page_while_a_code_lives, Setup::required(), |world| {
    world.knows(ANA).await;
    for _ in 0..4 {
        asks(world, ANA, "email").await;
        world.passes(BEYOND_THE_COOLDOWN).await;
    }
    let mut ana = asks(world, ANA, "email").await;
    ana.follows().await;
    world.passes(BEYOND_THE_COOLDOWN).await;
    ana.asks_again().await;
    ana.is_at("/login/code");
    ana.sees("We cannot send you more messages for now. The code you already have still works.");
    let codes = world.mail().received();
    ana.enters(&codes.last().unwrap().code()).await;
    ana.is_signed_in();
});

story!(one_number_of_two_accounts_has_one_limit, Setup::required(), |world| {
    let twin = Person { phone: ANA.phone, ..NOAH };
    world.knows(ANA).await;
    world.knows(twin).await;
    for person in [ANA, twin, ANA, twin, ANA] {
        asks(world, person, "sms").await.has_status(303);
        world.passes(BEYOND_THE_COOLDOWN).await;
    }
    asks(world, twin, "sms").await.has_status(429);
    // The mailbox is another destination.
    asks(world, twin, "email").await.has_status(303);
});

story!(
    i_02_a_range_of_numbers_has_a_limit_of_its_own,
    Setup::required()
        .set("send_limits.number_range.per_hour", "2")
        .set("send_limits.number_range.per_day", "2")
        .expecting("spend_alarm"),
    |world| {
        world.knows(ANA).await;
        world.knows(NOAH).await;
        asks(world, ANA, "sms").await.has_status(303);
        asks(world, NOAH, "sms").await.has_status(303);
        asks(world, ANA, "sms").await.has_status(429);
        asks(world, NOAH, "sms").await.has_status(429);
    }
);

story!(
    one_network_and_the_whole_instance_have_limits,
    Setup::required()
        .set("send_limits.network.per_hour", "1")
        .set("send_limits.network.per_day", "1")
        .set("send_limits.instance.per_hour", "2")
        .set("send_limits.instance.per_day", "2")
        .expecting("spend_alarm"),
    |world| {
        world.knows(ANA).await;
        world.knows(NOAH).await;
        asks(world, ANA, "email").await.has_status(303);
        asks(world, NOAH, "email").await.has_status(429);
        let mut elsewhere = world.browser().at("198.51.100.9");
        elsewhere.signs_in(NOAH).await;
        elsewhere.submits("/login/destination", &[("destination", "email")]).await;
        elsewhere.has_status(303);
        let mut third = world.browser().at("198.51.100.10");
        third.signs_in(NOAH).await;
        third.submits("/login/destination", &[("destination", "email")]).await;
        third.has_status(429);
    }
);
