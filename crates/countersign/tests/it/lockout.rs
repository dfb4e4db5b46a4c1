//! The counters that stop guessing: of passwords, and of codes.

use countersign::flow::account;
use jiff::SignedDuration;

use crate::browser::Browser;
use crate::people::{ANA, NOAH, PASSWORD, Person, wrong};
use crate::world::{Setup, story};

/// Somebody whom no world knows.
const NOBODY: Person = Person { identifiers: &["nobody"], ..ANA };

/// What a refused login shows, without what is different in each: the form's token and the name that was typed.
fn refusal(browser: &Browser, person: Person) -> String {
    let mut body = browser.page().body.clone();
    for (_, value) in browser.form("/login/internal").fields.iter().filter(|(name, _)| name == "csrf") {
        body = body.replace(value, "CSRF");
    }
    body.replace(&format!("value=\"{}\"", person.identifiers[0]), "value=\"NAME\"")
}

story!(five_failures_pause_the_account_for_half_an_hour, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut stranger = world.browser();
    for _ in 0..5 {
        stranger.tries(ANA, "wrong").await;
        stranger.has_status(422);
    }
    let told = refusal(&stranger, ANA);
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.has_status(422);
    assert_eq!(refusal(&ana, ANA), told, "the right password gets the same answer");
    world.passes(SignedDuration::from_secs(30 * 60 - 1)).await;
    ana.signs_in(ANA).await;
    ana.has_status(422);
    world.passes(SignedDuration::from_secs(1)).await;
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
    let events = world.events(id).await;
    assert_eq!(events.iter().filter(|event| *event == "authn_login_lock").count(), 1, "{events:?}");
});

story!(a_right_password_clears_the_count, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    for _ in 0..2 {
        for _ in 0..4 {
            ana.tries(ANA, "wrong").await;
        }
        ana.signs_in(ANA).await;
        ana.is_signed_in();
    }
});

story!(l_01_strangers_cannot_lock_the_owner_of_a_trusted_device_out, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    let mut stranger = world.browser();
    for _ in 0..12 {
        stranger.tries(ANA, "wrong").await;
    }
    ana.closes();
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    // Her own failures count, against her device.
    for _ in 0..5 {
        ana.tries(ANA, "wrong").await;
    }
    ana.signs_in(ANA).await;
    ana.has_status(422);
});

story!(c_01_unknown_wrong_paused_and_disabled_look_alike, Setup::required(), |world| {
    let gone = world.knows(NOAH).await;
    world.knows(ANA).await;
    account::disable(&world.app, &world.account(gone).await).await.unwrap();
    let mut looks = Vec::new();
    for (person, password) in [(NOBODY, "wrong"), (ANA, "wrong"), (NOAH, PASSWORD), (NOAH, "wrong")] {
        for _ in 0..7 {
            let mut browser = world.browser();
            let before = world.app.hasher.comparisons();
            browser.tries(person, password).await;
            browser.has_status(422);
            assert_eq!(world.app.hasher.comparisons(), before + 1, "C-03: {person:?}");
            let names: Vec<&str> = browser.page().headers.iter().map(|(name, _)| name.as_str()).collect();
            looks.push((refusal(&browser, person), names.join(" ")));
        }
    }
    looks.dedup();
    assert_eq!(looks.len(), 1, "{looks:#?}");
});

story!(an_unknown_name_is_paused_like_a_known_one, Setup::required(), |world| {
    let mut stranger = world.browser();
    for _ in 0..6 {
        stranger.tries(NOBODY, "wrong").await;
        stranger.has_status(422);
    }
    // The name comes into being while it is paused; the pause was for the name and not for the account.
    world.knows(NOBODY).await;
    stranger.signs_in(NOBODY).await;
    stranger.is_at("/login/destination");
});

story!(an_administrator_ends_the_pause, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.browser();
    for _ in 0..5 {
        ana.tries(ANA, "wrong").await;
    }
    account::unlock(&world.app, &world.account(id).await).await.unwrap();
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
});

story!(a_07_twenty_wrong_codes_switch_codes_off, Setup::required().expecting("too many wrong codes"), |world| {
    let id = world.knows(ANA).await;
    for round in 1..=4 {
        // Each in another browser: the ceiling holds over all of them.
        let (mut ana, code) = world.at_the_code_page(ANA).await;
        for number in 1..=5 {
            ana.enters(&wrong(&code, number)).await;
        }
        assert_eq!(world.account(id).await.account.code_failures, round * 5);
        if round == 4 {
            ana.has_status(403);
            ana.sees("Codes are switched off for your account");
            ana.sees("Contact help@acme.example.");
        }
    }
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.has_status(403);
    ana.sees("Codes are switched off for your account");
    let events = world.events(id).await;
    assert_eq!(events.iter().filter(|event| *event == "authn_factor_disabled").count(), 1);

    account::unlock(&world.app, &world.account(id).await).await.unwrap();
    world.passes(SignedDuration::from_hours(1)).await;
    world.signed_in(ANA).await;
});

story!(a_right_code_clears_the_count_of_wrong_ones, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    for number in 1..=4 {
        ana.enters(&wrong(&code, number)).await;
    }
    ana.enters(&code).await;
    ana.is_signed_in();
    assert_eq!(world.account(id).await.account.code_failures, 0);
});

story!(
    a_07_a_right_code_comes_too_late_at_the_ceiling,
    Setup::required().set("lockout.code_failures", "5").expecting("too many wrong codes"),
    |world| {
        let id = world.knows(ANA).await;
        let (mut first, old) = world.at_the_code_page(ANA).await;
        for number in 1..=3 {
            first.enters(&wrong(&old, number)).await;
        }
        let (mut second, new) = world.at_the_code_page(ANA).await;
        let form = second.form("/login/code");
        second.enters(&wrong(&new, 1)).await;
        second.enters(&wrong(&new, 2)).await;
        second.has_status(403);
        second.sends_form("/login/code", &form, &[("code", &new)]).await;
        second.follows().await;
        assert_eq!(second.cookie("session"), None);
        assert!(world.account(id).await.account.factor_disabled_at.is_some());
    }
);
