//! Calls through ClickSend and TextMagic, which read the code to whatever answers, and the calls of the sandbox.

use countersign_core::channel::Channel;

use crate::people::{ANA, MARIA};
use crate::world::{Setup, story};

story!(ana_signs_in_with_a_call_by_clicksend, Setup::required().set("channels.voice", "clicksend"), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    assert_eq!(ana.offered(), ["email", "sms", "voice"]);
    ana.chooses("voice").await;
    let call = world.clicksend().next().await;
    assert_eq!((call.to.as_str(), call.call.as_deref()), ("+14165550142", Some("en-us")));
    assert!(call.body.starts_with("Hello. This is Acme, with your login code. Your code is: "), "{}", call.body);
    ana.enters(&call.any_code()).await;
    ana.is_signed_in();
});

story!(a_french_call_by_clicksend, Setup::required().set("channels.voice", "clicksend"), |world| {
    world.knows(MARIA).await;
    let mut maria = world.browser();
    maria.opens("/login/external").await;
    maria.submits("/language", &[("language", "fr")]).await;
    maria.signs_in(MARIA).await;
    maria.chooses("voice").await;
    let call = world.clicksend().next().await;
    assert_eq!(call.call.as_deref(), Some("fr-fr"));
    maria.enters(&call.any_code()).await;
    maria.is_signed_in();
});

story!(
    ana_signs_in_with_a_call_by_textmagic,
    Setup::required().with_textmagic_only().set("channels.voice", "textmagic"),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        ana.chooses("voice").await;
        let call = world.textmagic().next().await;
        assert_eq!((call.to.as_str(), call.call.as_deref()), ("14165550142", Some("")));
        ana.enters(&call.any_code()).await;
        ana.is_signed_in();
    }
);

story!(the_same_code_comes_by_call_after_a_message, Setup::required().set("channels.voice", "clicksend"), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    let message = world.clicksend().next().await;
    world.passes(jiff::SignedDuration::from_secs(31)).await;
    ana.opens("/login/destination").await;
    ana.chooses("voice").await;
    let call = world.clicksend().next().await;
    assert_eq!(call.any_code(), message.code());
    ana.enters(&call.any_code()).await;
    ana.is_signed_in();
});

story!(
    the_sandbox_inbox_shows_what_a_call_says,
    Setup::required()
        .without_sms()
        .without_mail()
        .set("providers.sandbox.enabled", "true")
        .set("server.environment", "test")
        .set("channels.voice", "sandbox"),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        ana.chooses("voice").await;
        world.settled().await;
        let mut inbox = world.browser();
        inbox.opens("/outbox").await;
        inbox.sees("Phone call");
        inbox.sees("Hello. This is Acme, with your login code. Your code is: ");
        let shown = countersign::flow::outbox::inbox(&world.app).await.unwrap();
        let call = shown.iter().find(|message| message.row.channel == Channel::Voice).unwrap();
        let code = crate::gateway::spoken_code(&call.text).unwrap();
        world.keeps_secret(&code);
        ana.enters(&code).await;
        ana.is_signed_in();
    }
);
