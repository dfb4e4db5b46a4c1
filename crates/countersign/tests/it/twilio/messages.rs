//! Logins with a text message by Programmable Messaging.

use super::{at_the_code_page, messaging};
use crate::gateway::Mode;
use crate::people::ANA;
use crate::world::{Setup, story};

story!(ana_signs_in_with_a_text_message_by_twilio, messaging(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    let message = world.twilio().next().await;
    assert_eq!((message.to.as_str(), message.from.as_deref()), ("+14165550142", Some("+14155550100")));
    world.keeps_secret(message.code());
    let seconds: u32 = message.reference.parse().unwrap();
    assert!((1..=600).contains(&seconds), "{seconds}");
    ana.enters(message.code()).await;
    ana.is_signed_in();
    let row = world.settled().await.remove(0);
    assert_eq!(row.provider.as_deref(), Some("twilio"));
    assert!(row.provider_id.unwrap().starts_with("SM"));
});

story!(
    a_number_that_takes_no_text_messages_is_told_to_the_person,
    messaging().expecting("message given up"),
    |world| {
        world.knows(ANA).await;
        world.twilio().set_mode(Mode::Refuse("21614"));
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        ana.submits("/login/destination", &[("destination", "sms")]).await;
        let row = world.settled().await.remove(0);
        assert_eq!(row.outcome.as_deref(), Some("21614"));
        ana.follows().await;
        ana.sees("The message could not be sent.");
        world.passes(jiff::SignedDuration::from_secs(31)).await;
        ana.opens("/login/destination").await;
        ana.chooses("email").await;
        let code = world.mail().next().await.code();
        ana.enters(&code).await;
        ana.is_signed_in();
    }
);

story!(
    one_country_that_is_not_allowed_does_not_stop_twilio_for_everybody,
    Setup::required().with_twilio(&[("sender", "+14155550100")]).set("channels.sms", "twilio,clicksend"),
    |world| {
        world.knows(ANA).await;
        world.twilio().set_mode(Mode::Refuse("21408"));
        let mut ana = at_the_code_page(world, ANA, "sms").await;
        let message = world.clicksend().next().await;
        ana.enters(message.code()).await;
        ana.is_signed_in();
        world.twilio().set_mode(Mode::Accept);
        let mut again = at_the_code_page(world, ANA, "sms").await;
        let message = world.twilio().next().await;
        world.keeps_secret(message.code());
        again.enters(message.code()).await;
        again.is_signed_in();
    }
);
