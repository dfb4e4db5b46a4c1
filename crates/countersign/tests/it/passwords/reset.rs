//! A forgotten password.

use jiff::SignedDuration;

use super::{ANA_BY_MAIL, NEW};
use crate::people::{ANA, MARIA, PASSWORD};
use crate::world::{Setup, story};

story!(ana_has_forgotten_her_password, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens("/login/internal").await;
    ana.sees("Forgot your password?");
    ana.opens("/forgot?realm=internal").await;
    ana.submits("/forgot", &[("identifier", "Ana.Torres@example.com")]).await;
    ana.follows().await;
    ana.sees("If there is an account with that name, a message is on its way");
    let mail = world.mail().notice().await;
    assert_eq!(mail.to, "ana.torres@example.com");
    assert!(mail.read().contains("works once, for 30 minutes"), "{}", mail.read());
    let link = mail.link();
    world.keeps_secret(link.rsplit('/').next().unwrap());
    let mut ana = world.resets(&link, "qwertyuiopasdf").await;
    ana.has_status(422);
    ana.sees("easy to guess");
    world.keeps_secret(NEW);
    ana.submits(&link, &[("new", NEW)]).await;
    ana.follows().await;
    ana.is_at("/login/internal?notice=password-changed");
    ana.sees("Your password has been changed. Sign in with the new one.");
    assert_eq!(ana.cookie("session"), None);
    ana.tries(ANA, PASSWORD).await;
    ana.sees("We could not sign you in");
    ana.tries(ANA, NEW).await;
    assert_eq!(ana.offered(), ["sms"], "not the mailbox that got the link");
    ana.chooses("sms").await;
    let code = world.clicksend().next().await.code().to_owned();
    ana.enters(&code).await;
    ana.is_signed_in();
    ana.sees("A new password was set by a link in a mail");
    // A day later the mailbox serves again.
    world.passes(SignedDuration::from_hours(24)).await;
    ana.tries(ANA, NEW).await;
    assert!(ana.offered().contains(&"email".to_owned()));
});

story!(where_no_code_is_asked_for_the_link_is_enough, Setup::new(), |world| {
    world.knows(MARIA).await;
    let link = world.link_for(MARIA).await;
    let mut maria = world.resets(&link, NEW).await;
    maria.follows().await;
    maria.is_at("/login/external?notice=password-changed");
    maria.tries(MARIA, NEW).await;
    maria.is_signed_in();
});

story!(
    a_reset_is_followed_by_a_code_whatever_the_triggers_say,
    Setup::new()
        .set("realms.internal.policy.local.mode", "required")
        .set("realms.internal.policy.local.triggers.failures_at_least", "3"),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        ana.is_signed_in();
        let link = world.link_for(ANA).await;
        world.resets(&link, NEW).await.has_status(303);
        ana.tries(ANA, NEW).await;
        ana.is_at("/login/destination");
        ana.chooses("sms").await;
        let code = world.clicksend().next().await.code().to_owned();
        ana.enters(&code).await;
        ana.is_signed_in();
        // Once it was given, the rules are what they were.
        ana.tries(ANA, NEW).await;
        ana.is_signed_in();
    }
);

story!(who_has_only_that_mailbox_waits_or_uses_a_recovery_code, Setup::required(), |world| {
    world.knows(ANA_BY_MAIL).await;
    let codes = world.signed_in(ANA_BY_MAIL).await.makes_recovery_codes(world).await;
    let link = world.link_for(ANA_BY_MAIL).await;
    world.resets(&link, NEW).await.has_status(303);
    let mut ana = world.browser();
    ana.tries(ANA_BY_MAIL, NEW).await;
    ana.is_at("/login/recovery");
    ana.sees("Until 3 Mar 2026, 09:00 UTC we send no code to that same mailbox");
    ana.recovers(&codes[0]).await;
    ana.is_signed_in();
});

story!(the_page_of_a_link_that_does_not_work_says_so, Setup::new(), |world| {
    world.knows(ANA).await;
    for path in ["/reset/x", &format!("/reset/{}", "A".repeat(43)), "/reset/%00"] {
        let mut ana = world.browser();
        ana.opens(path).await;
        ana.has_status(404);
        ana.sees("This link does not work");
        ana.sees("Ask for a new link");
    }
});

story!(resets_by_mail_can_be_turned_off, Setup::new().set("recovery.reset_by_mail", "false"), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens("/login/internal").await;
    ana.does_not_see("Forgot your password?");
    ana.opens("/forgot?realm=internal").await;
    ana.has_status(404);
});

story!(the_realm_has_to_be_known, Setup::new(), |world| {
    let mut ana = world.browser();
    ana.opens("/forgot").await;
    ana.is_at("/login");
    ana.opens("/forgot?realm=nowhere").await;
    ana.has_status(404);
    ana.opens("/forgot?realm=external").await;
    ana.submits("/forgot", &[("identifier", " ")]).await;
    ana.has_status(422);
    ana.sees("Fill in the name you sign in with.");
});
