//! Logins whose code Twilio Verify makes and checks.

use countersign::flow::delivery_test::{self, Answer};
use countersign_core::channel::Channel;
use jiff::SignedDuration;

use super::{at_the_code_page, custom, statuses, verify};
use crate::gateway::Mode;
use crate::people::{ANA, MARIA, wrong};
use crate::world::story;

story!(ana_signs_in_with_a_code_of_twilio, verify(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    assert_eq!(ana.offered(), ["email", "sms", "voice"]);
    ana.chooses("sms").await;
    world.settled().await;
    let code = world.twilio().verification_code();
    ana.enters(&code).await;
    ana.is_signed_in();
    assert_eq!(statuses(world), ["approved"]);
    let row = world.messages().await.remove(0);
    assert_eq!(row.provider.as_deref(), Some("twilio-verify"));
    let events = world.events(id).await;
    assert!(events.ends_with(&["authn_code_accepted".into(), "authn_login_success".into()]), "{events:?}");
});

story!(maria_signs_in_with_a_call_of_twilio_in_french, verify(), |world| {
    world.knows(MARIA).await;
    let mut maria = world.browser();
    maria.opens("/login/external").await;
    maria.submits("/language", &[("language", "fr")]).await;
    maria.signs_in(MARIA).await;
    maria.chooses("voice").await;
    world.settled().await;
    let verification = world.twilio().verifications().remove(0);
    assert_eq!((verification.channels, verification.locale.as_deref()), (vec!["call".to_owned()], Some("fr")));
    maria.enters(&verification.code).await;
    maria.is_signed_in();
});

story!(a_wrong_code_of_twilio_costs_a_try_and_the_right_one_still_works, verify(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    let code = world.twilio().verification_code();
    ana.enters(&wrong(&code, 1)).await;
    ana.sees("you have 4 tries left");
    ana.enters("12345").await;
    ana.sees("six digits");
    assert_eq!(world.twilio().verifications()[0].checks, 1, "what is no code is asked of nobody");
    ana.enters(&code).await;
    ana.is_signed_in();
});

story!(five_wrong_codes_of_twilio_end_the_login_and_the_verification, verify(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    let code = world.twilio().verification_code();
    for number in 1..=5 {
        ana.enters(&wrong(&code, number)).await;
    }
    ana.is_at("/login/internal?notice=tries-used");
    assert_eq!(world.twilio().verifications()[0].checks, 5, "the sixth is asked of nobody");
});

story!(a_code_of_twilio_works_once, verify(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    let mut thief = ana.clone();
    world.settled().await;
    let code = world.twilio().verification_code();
    ana.enters(&code).await;
    ana.is_signed_in();
    thief.enters(&code).await;
    thief.is_at("/login/internal?notice=start-again");
    assert_eq!(world.twilio().verifications()[0].checks, 1);
});

story!(a_code_that_is_over_here_is_over_though_twilio_would_take_it, verify().set("code.life", "5m"), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    let code = world.twilio().verification_code();
    world.passes(SignedDuration::from_mins(5)).await;
    ana.enters(&code).await;
    ana.is_at("/login/internal?notice=code-expired");
    assert_eq!(world.twilio().verifications()[0].checks, 0);
    // The next login gets another code: the old verification was closed before.
    let mut again = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    assert_eq!(statuses(world), ["canceled", "pending"]);
    again.enters(&code).await;
    again.sees("you have 4 tries left");
    again.enters(&world.twilio().verification_code()).await;
    again.is_signed_in();
});

story!(a_code_that_is_over_at_twilio_leads_back_to_the_login, verify(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    let code = world.twilio().verification_code();
    world.twilio().verifications_expire();
    ana.enters(&code).await;
    ana.is_at("/login/internal?notice=code-expired");
    ana.opens("/login/code").await;
    ana.is_at("/login/internal?notice=start-again");
});

story!(the_same_code_comes_again_by_message_and_by_call, verify(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    world.passes(SignedDuration::from_secs(31)).await;
    ana.asks_again().await;
    world.passes(SignedDuration::from_secs(61)).await;
    ana.opens("/login/destination").await;
    ana.chooses("voice").await;
    world.settled().await;
    let [verification] = &world.twilio().verifications()[..] else { panic!("more than one verification") };
    assert_eq!(verification.channels, ["sms", "sms", "call"]);
    ana.enters(&verification.code).await;
    ana.is_signed_in();
});

story!(
    a_verify_service_that_refuses_us_is_passed_over_before_anything_was_sent,
    verify().with_both_gateways().set("channels.sms", "twilio-verify,textmagic").expecting("this provider is stopped"),
    |world| {
        world.knows(ANA).await;
        world.twilio().set_mode(Mode::Error(401));
        let mut ana = at_the_code_page(world, ANA, "sms").await;
        let message = world.textmagic().next().await;
        ana.enters(message.code()).await;
        ana.is_signed_in();
        assert!(world.twilio().verifications().is_empty());
    }
);

story!(with_a_custom_code_the_code_is_ours_and_twilio_is_told, custom(), |world| {
    world.knows(ANA).await;
    world.twilio().allows_custom_codes();
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    let code = world.twilio().verification_code();
    ana.enters(&wrong(&code, 1)).await;
    ana.sees("you have 4 tries left");
    ana.enters(&code).await;
    ana.is_signed_in();
    assert_eq!(world.twilio().verifications()[0].checks, 0, "nobody was asked");
    world.passes(SignedDuration::from_secs(16)).await;
    crate::world::until("Twilio knows that it was approved", async || (statuses(world) == ["approved"]).then_some(()))
        .await;
});

story!(a_test_asks_twilio_whether_its_code_is_right, verify(), |world| {
    let to = delivery_test::destination(&world.app, Channel::Sms, "+14165550142").unwrap();
    let mut trial = delivery_test::send(&world.app, &to).await.unwrap();
    let code = world.twilio().verification_code();
    assert_eq!(trial.answer(&world.app, &wrong(&code, 1)).await, Answer::Wrong { tries_left: 4 });
    world.twilio().set_mode(Mode::Error(500));
    assert_eq!(trial.answer(&world.app, &code).await, Answer::Unchecked);
    world.twilio().set_mode(Mode::Accept);
    assert_eq!(trial.answer(&world.app, &code).await, Answer::Right);
});

story!(a_custom_code_goes_by_mail_too, custom(), |world| {
    world.knows(ANA).await;
    world.twilio().allows_custom_codes();
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    world.passes(SignedDuration::from_secs(31)).await;
    ana.opens("/login/destination").await;
    ana.chooses("email").await;
    let mail = world.mail().next().await;
    assert_eq!(mail.code(), world.twilio().verification_code(), "one challenge, one code");
    ana.enters(&mail.code()).await;
    ana.is_signed_in();
});

story!(
    a_service_without_custom_codes_is_stopped_and_says_what_to_do,
    custom().expecting("this provider is stopped").expecting("message given up"),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        ana.submits("/login/destination", &[("destination", "sms")]).await;
        let row = world.settled().await.remove(0);
        assert_eq!(row.outcome.as_deref(), Some("60204"));
        assert!(row.detail.unwrap().contains("verify_custom_code = false"));
    }
);
