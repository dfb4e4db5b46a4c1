//! Changing the password, and what a new one must be.

use std::fmt::Write as _;

use countersign_core::secret::Secret;
use jiff::SignedDuration;
use sha1::{Digest as _, Sha1};

use super::NEW;
use crate::browser::Browser;
use crate::own_account::proves_it_by_mail;
use crate::people::{ANA, NOAH, PASSWORD, Person};
use crate::world::{Setup, story};

async fn changes(browser: &mut Browser, current: &str, new: &str) {
    browser.opens("/account/password").await;
    browser.submits("/account/password", &[("current", current), ("new", new)]).await;
}

story!(ana_changes_her_password_and_everything_else_ends, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut home = world.trusting(ANA).await;
    let mut office = world.signed_in(ANA).await;
    world.keeps_secret(NEW);
    changes(&mut office, PASSWORD, NEW).await;
    office.follows().await;
    office.is_signed_in_at_notice("Your password is changed.");
    home.opens("/account").await;
    home.is_at("/login/internal?notice=session-ended");
    home.tries(ANA, PASSWORD).await;
    home.sees("We could not sign you in");
    home.tries(ANA, NEW).await;
    home.is_at("/login/destination");
    assert!(world.app.store.devices(id).await.unwrap().is_empty(), "no browser is trusted any more");
    let told = world.mail().notice().await;
    assert_eq!(told.to, "ana.torres@example.com");
    assert!(told.read().contains("The password of your account was changed"), "{}", told.read());
    assert!(world.clicksend().received().iter().any(|sms| sms.found_code().is_none()), "the phone is told too");
    assert!(world.events(id).await.contains(&"authn_password_change".to_owned()));
});

story!(a_wrong_current_password_counts_as_at_the_door, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    for _ in 0..5 {
        changes(&mut ana, "not my password at all", NEW).await;
        ana.has_status(422);
        ana.sees("This is not your current password.");
    }
    changes(&mut ana, PASSWORD, NEW).await;
    ana.has_status(422);
    ana.sees("Too many wrong passwords.");
    ana.opens("/account").await;
    ana.is_signed_in();
    world.passes(SignedDuration::from_mins(29)).await;
    ana.opens("/account").await;
    world.passes(SignedDuration::from_mins(2)).await;
    ana.opens("/account/password").await;
    proves_it_by_mail(world, &mut ana).await;
    changes(&mut ana, PASSWORD, NEW).await;
    ana.has_status(303);
});

story!(a_new_password_is_held_against_every_rule, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    for (new, told) in [
        ("short", "at least 8 characters"),
        ("password1", "most common passwords"),
        ("my-acme-ana.torres", "must not contain your sign-in name"),
        ("qwertyuiopasdf", "easy to guess"),
        (PASSWORD, "The new password is the old one."),
    ] {
        changes(&mut ana, PASSWORD, new).await;
        ana.has_status(422);
        ana.sees(told);
    }
    ana.opens("/account").await;
    ana.is_signed_in();
    // With a second factor that the policy requires, eight characters are enough.
    world.keeps_secret("kw8+Zx2!");
    changes(&mut ana, PASSWORD, "kw8+Zx2!").await;
    ana.has_status(303);
});

story!(where_the_password_stands_alone_it_is_longer, Setup::new(), |world| {
    let person = Person { email: None, phone: None, ..ANA };
    world.knows(person).await;
    let mut ana = world.browser();
    ana.signs_in(person).await;
    changes(&mut ana, PASSWORD, "kw8+Zx2!").await;
    ana.has_status(422);
    ana.sees("at least 15 characters");
    changes(&mut ana, PASSWORD, NEW).await;
    ana.has_status(303);
});

/// A list as it is published, with one password that passes every other rule.
fn breached_list() -> tempfile::NamedTempFile {
    let mut lines: Vec<String> = (0..500)
        .map(|number| format!("filler {number}"))
        .chain([NEW.to_owned()])
        .map(|password| {
            let hash = Sha1::digest(password.as_bytes());
            hash.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02X}");
                text
            })
        })
        .map(|hash| format!("{hash}:3\r\n"))
        .collect();
    lines.sort_unstable();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), lines.concat()).unwrap();
    file
}

story!(
    a_password_known_from_a_breach_is_refused_everywhere,
    {
        let (_, path) = breached_list().keep().unwrap();
        Setup::new().set("passwords.breached_file", path.to_str().unwrap())
    },
    |world| {
        let id = world.knows(NOAH).await;
        let mut noah = world.browser();
        noah.signs_in(NOAH).await;
        noah.opens("/account/password").await;
        proves_it_by_mail(world, &mut noah).await;
        changes(&mut noah, PASSWORD, NEW).await;
        noah.has_status(422);
        noah.sees("known from a breach of another site");
        let link = world.link_for(NOAH).await;
        let mut noah = world.resets(&link, NEW).await;
        noah.has_status(422);
        noah.sees("known from a breach of another site");
        let row = world.account(id).await;
        let refused = countersign::flow::account::set_password(&world.app, &row, &Secret::new(NEW)).await;
        assert_eq!(refused.unwrap_err().to_string(), "unfit-breached");
        // The link goes on working.
        noah.submits(&link, &[("new", "another otter lampshade 42")]).await;
        noah.has_status(303);
        std::fs::remove_file(world.config().passwords.breached_file.unwrap()).unwrap();
    }
);
