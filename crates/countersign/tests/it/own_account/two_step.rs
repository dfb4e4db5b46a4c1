//! Turning two-step login on and off, where the policy leaves it to the person.

use super::{STALE, proves_it_by_mail};
use crate::people::{ANA, Person};
use crate::world::{Setup, story};

fn optional() -> Setup {
    Setup::new().set("realms.internal.policy.local.mode", "optional")
}

story!(it_is_turned_on_with_a_code_that_came_and_off_again, optional(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.sees("It is off: your password alone opens your account.");
    ana.submits("/account/two-step", &[("turn", "on")]).await;
    ana.follows().await;
    assert!(!world.account(id).await.account.opted_in, "a code has to have come first");
    proves_it_by_mail(world, &mut ana).await;
    ana.is_at("/account?notice=confirmed");
    ana.submits("/account/two-step", &[("turn", "on")]).await;
    ana.follows().await;
    ana.sees("Two-step sign-in is on.");
    assert!(world.account(id).await.account.opted_in);
    assert_eq!(world.notices().await, ["factor-turned-on", "factor-turned-on"]);

    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    ana.enters(&code).await;
    ana.is_signed_in();
    world.passes(STALE).await;
    ana.opens("/account").await;
    ana.submits("/account/two-step", &[("turn", "off")]).await;
    ana.follows().await;
    assert!(world.account(id).await.account.opted_in, "turning it off takes a fresh code");
    proves_it_by_mail(world, &mut ana).await;
    ana.submits("/account/two-step", &[("turn", "off")]).await;
    ana.follows().await;
    ana.sees("Two-step sign-in is off.");
    assert!(!world.account(id).await.account.opted_in);
    let events = world.events(id).await;
    assert!(events.contains(&"authn_factor_on".to_owned()) && events.contains(&"authn_factor_off".to_owned()));
});

story!(one_way_to_be_reached_is_not_enough, optional(), |world| {
    for (name, email, phone, told) in [
        ("a-none", None, None, "add two ways to be reached"),
        ("a-mail", ANA.email, None, "add a second way to be reached"),
        ("a-call", None, ANA.phone, "add a second way to be reached"),
    ] {
        let identifiers: &'static [&'static str] = Box::leak(Box::new([name]));
        let person = Person { identifiers, email, phone, ..ANA };
        let id = world.knows(person).await;
        let mut browser = world.browser();
        browser.signs_in(person).await;
        browser.sees(told);
        // The page has no such button; whoever sends the form all the same is refused.
        let form = browser.form("/logout");
        browser.sends_form("/account/two-step", &form, &[("turn", "on")]).await;
        browser.follows().await;
        assert!(!world.account(id).await.account.opted_in, "{name}");
    }
});

story!(what_is_forced_is_shown_as_such_and_cannot_be_turned, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    ana.sees("It is on for everybody here");
    let form = ana.form("/logout");
    ana.sends_form("/account/two-step", &form, &[("turn", "off")]).await;
    ana.follows().await;
    ana.sees("It is on for everybody here");
    ana.sends_form("/account/two-step", &form, &[("turn", "sideways")]).await;
    ana.has_status(400);
    assert!(!world.events(id).await.contains(&"authn_factor_off".to_owned()));
});
