//! One challenge, one code: what happens to Twilio's verification when the login goes another way, or Twilio cannot be
//! asked (docs/decisions/0017).

use jiff::SignedDuration;

use super::{at_the_code_page, statuses, verify};
use crate::gateway::Mode;
use crate::people::{ANA, wrong};
use crate::world::{story, until};

story!(a_code_by_mail_instead_is_ours_and_ends_the_one_of_twilio, verify(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    let twilios = world.twilio().verification_code();
    ana.enters(&wrong(&twilios, 1)).await;
    world.passes(SignedDuration::from_secs(31)).await;
    ana.opens("/login/destination").await;
    ana.chooses("email").await;
    let mail = world.mail().next().await;
    assert_ne!(mail.code(), twilios);
    ana.sees("4 tries");
    ana.enters(&twilios).await;
    ana.sees("you have 3 tries left");
    assert_eq!(world.twilio().verifications()[0].checks, 1, "its code is asked about no more");
    ana.enters(&mail.code()).await;
    ana.is_signed_in();
    world.passes(SignedDuration::from_secs(16)).await;
    until("Twilio knows that it was not needed", async || (statuses(world) == ["canceled"]).then_some(())).await;
});

story!(a_code_by_message_after_one_by_mail_is_twilios, verify(), |world| {
    world.knows(ANA).await;
    let (mut ana, ours) = world.at_the_code_page(ANA).await;
    world.passes(SignedDuration::from_secs(31)).await;
    ana.opens("/login/destination").await;
    ana.chooses("sms").await;
    world.settled().await;
    ana.enters(&ours).await;
    ana.sees("you have 4 tries left");
    ana.enters(&world.twilio().verification_code()).await;
    ana.is_signed_in();
    assert_eq!(statuses(world), ["approved"]);
});

story!(when_twilio_cannot_be_asked_the_try_counts_and_the_person_is_told, verify(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    let code = world.twilio().verification_code();
    world.twilio().set_mode(Mode::Error(500));
    ana.enters(&code).await;
    ana.is_at("/login/code");
    ana.sees("could not be checked just now");
    ana.sees("you have 4 tries left");
    world.twilio().set_mode(Mode::Accept);
    ana.enters(&code).await;
    ana.is_signed_in();
    assert!(world.events(id).await.contains(&"authn_code_unchecked".to_owned()));
});

story!(five_tries_that_nobody_could_check_end_the_login, verify(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    let code = world.twilio().verification_code();
    world.twilio().set_mode(Mode::Error(503));
    for _ in 0..5 {
        ana.enters(&code).await;
    }
    ana.is_at("/login/internal?notice=start-again");
    world.twilio().set_mode(Mode::Accept);
    ana.opens("/login/code").await;
    ana.is_at("/login/internal?notice=start-again");
    assert_eq!(world.twilio().verifications()[0].checks, 0);
});

story!(a_yes_that_is_lost_on_the_way_lets_nobody_in, verify(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    let code = world.twilio().verification_code();
    world.twilio().set_mode(Mode::Break);
    ana.enters(&code).await;
    ana.sees("could not be checked just now");
    assert_eq!(statuses(world), ["approved"]);
    world.twilio().set_mode(Mode::Accept);
    // Twilio knows nothing of it any more, and its silence is no yes.
    ana.enters(&code).await;
    ana.is_at("/login/internal?notice=code-expired");
    let mut again = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    again.enters(&world.twilio().verification_code()).await;
    again.is_signed_in();
});

story!(a_login_that_is_replaced_ends_its_verification_before_the_next_begins, verify(), |world| {
    world.knows(ANA).await;
    let mut first = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    let old = world.twilio().verification_code();
    let mut second = at_the_code_page(world, ANA, "sms").await;
    world.settled().await;
    assert_eq!(statuses(world), ["canceled", "pending"]);
    assert_ne!(world.twilio().verification_code(), old);
    first.enters(&old).await;
    first.is_at("/login/internal?notice=start-again");
    second.enters(&world.twilio().verification_code()).await;
    second.is_signed_in();
});
