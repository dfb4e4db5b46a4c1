//! The main job: a password, a choice, a code.

use std::time::Duration;

use crate::people::{ANA, MARIA, PASSWORD};
use crate::world::{Setup, story};

story!(a_code_by_mail_completes_the_login, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
    ana.sees("We do not know this browser yet, so we want to be sure it is you.");
    ana.chooses("email").await;
    ana.is_at("/login/code");
    ana.sees("We sent a six-digit code by e-mail to");
    let mail = world.mail().next().await;
    assert_eq!(mail.to, "ana.torres@example.com");
    assert_eq!(mail.header("Subject").as_deref(), Some("Acme: your login code"));
    ana.enters(&mail.code()).await;
    ana.is_signed_in();
    ana.sees("Ana Torres");
    ana.sees("Your password and a code by e-mail");
});

story!(a_code_by_sms_completes_the_login_through_clicksend, Setup::required(), |world| {
    world.knows(MARIA).await;
    let mut maria = world.browser();
    maria.signs_in(MARIA).await;
    maria.chooses("sms").await;
    maria.sees("We sent a six-digit code by text message to");
    let message = world.clicksend().next().await;
    assert_eq!(message.to, "+442079460321");
    let last = message.body.lines().last().unwrap();
    assert_eq!(last, format!("@login.example.com #{}", message.code()));
    maria.enters(message.code()).await;
    maria.is_signed_in();
    maria.sees("Your password and a code by text message");
});

story!(a_code_by_sms_completes_the_login_through_textmagic, Setup::required().with_textmagic_only(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    let message = world.textmagic().next().await;
    assert_eq!(message.to, "14165550142");
    ana.enters(message.code()).await;
    ana.is_signed_in();
});

story!(any_identifier_of_the_account_will_do, Setup::new(), |world| {
    world.knows(ANA).await;
    for typed in ["ana", "ANA", " ana ", "ana.torres@example.com", "Ana.Torres@Example.COM"] {
        let mut ana = world.browser();
        ana.opens("/login/internal").await;
        ana.gives("internal", typed, PASSWORD).await;
        ana.is_signed_in();
    }
    let mut stranger = world.browser();
    stranger.opens("/login/external").await;
    stranger.gives("external", "ana", PASSWORD).await;
    stranger.has_status(422);
    stranger.sees("We could not sign you in");
});

story!(a_password_is_taken_exactly_as_it_is, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    for other in ["Correct horse battery staple", " correct horse battery staple", "correct horse battery stapl"] {
        ana.tries(ANA, other).await;
        ana.has_status(422);
    }
    ana.tries(ANA, "").await;
    ana.sees("Fill in both your name and your password.");
    ana.signs_in(ANA).await;
    ana.is_signed_in();
});

story!(nothing_is_sent_before_the_choice, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
    ana.sees("Nothing is sent until you choose.");
    ana.opens("/login/destination").await;
    assert_eq!(world.messages().await.len(), 0);
    ana.chooses("sms").await;
    assert_eq!(world.settled().await.len(), 1);
    assert_eq!((world.clicksend().attempts(), world.mail().received().len()), (1, 0));
});

story!(a_message_is_with_the_gateway_within_a_second, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.submits("/login/destination", &[("destination", "sms")]).await;
    let message = tokio::time::timeout(Duration::from_secs(1), world.clicksend().next()).await;
    assert_eq!(message.unwrap().to, "+14165550142");
});

story!(
    where_the_sandbox_is_a_provider_its_inbox_shows_the_codes,
    Setup::required()
        .without_mail()
        .without_sms()
        .set("server.environment", "test")
        .set("providers.sandbox.enabled", "true"),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        ana.chooses("sms").await;
        ana.is_at("/login/code");
        world.settled().await;
        let mut inbox = world.browser();
        inbox.opens("/outbox").await;
        let shown = inbox.text();
        let code = shown.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).unwrap().to_owned();
        world.keeps_secret(&code);
        ana.enters(&code).await;
        ana.is_signed_in();
    }
);
