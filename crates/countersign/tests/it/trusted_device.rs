//! The trusted device: a browser that need not give a code for a while.

use countersign::flow::account;
use countersign_core::secret::Secret;
use jiff::SignedDuration;

use crate::browser::CHROME;
use crate::people::{ANA, NOAH};
use crate::world::{Setup, story};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

story!(a_trusted_browser_is_not_asked_for_48_hours, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    ana.sees("Don’t ask for a code in this browser for 48 hours");
    ana.enters_and_trusts(&code).await;
    ana.is_signed_in();
    ana.sees("This browser");
    ana.closes();
    world.passes(HOUR * 48 - SignedDuration::from_secs(1)).await;
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    ana.sees("Your password, in a browser you trust");
    assert_eq!(world.messages().await.len(), 1);
});

story!(after_48_hours_without_a_login_it_is_asked_again, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    ana.closes();
    world.passes(HOUR * 48).await;
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
});

story!(g_05_each_login_renews_it_for_thirty_days_at_most, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    // 18 times 40 hours are 30 days.
    for _ in 0..17 {
        ana.closes();
        world.passes(HOUR * 40).await;
        ana.signs_in(ANA).await;
        ana.is_signed_in();
    }
    ana.closes();
    world.passes(HOUR * 40).await;
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
});

story!(
    fixed_trust_is_not_renewed,
    Setup::required().set("trusted_device.renewal", "fixed").set("trusted_device.life", "24h"),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.trusting(ANA).await;
        world.passes(HOUR * 23).await;
        ana.signs_in(ANA).await;
        ana.is_signed_in();
        world.passes(HOUR).await;
        ana.signs_in(ANA).await;
        ana.is_at("/login/destination");
    }
);

story!(without_the_tick_it_is_asked_again, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    assert_eq!(ana.cookie("device"), None);
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
});

story!(trust_that_is_switched_off_is_not_offered, Setup::required().set("trusted_device.enabled", "false"), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    ana.does_not_see("Don’t ask for a code");
    ana.enters_and_trusts(&code).await;
    ana.is_signed_in();
    assert_eq!(ana.cookie("device"), None);
});

story!(g_06_a_new_device_replaces_the_earlier_one, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut office = world.trusting(ANA).await;
    let mut home = world.browser();
    CHROME.clone_into(&mut home.user_agent);
    home.signs_in(ANA).await;
    home.chooses("email").await;
    home.sees("This replaces Firefox · Windows 10 (last used 2 Mar 2026, 09:00 UTC");
    // The script writes each <time> in the person's own zone, also one inside a sentence.
    let time = "<time datetime=\"2026-03-02T09:00:00Z\" data-local=\"date-time\">2 Mar 2026, 09:00 UTC</time>";
    assert!(home.page().body.contains(time), "{}", home.page().body);
    let code = world.mail().next().await.code();
    home.enters_and_trusts(&code).await;
    home.is_signed_in();
    home.signs_in(ANA).await;
    home.is_signed_in();
    office.signs_in(ANA).await;
    office.is_at("/login/destination");
});

story!(g_01_a_device_counts_for_its_own_account_only, Setup::required(), |world| {
    let ana_id = world.knows(ANA).await;
    world.knows(NOAH).await;
    let mut ana = world.trusting(ANA).await;
    let mut noah = ana.clone();
    noah.signs_in(NOAH).await;
    noah.is_at("/login/destination");
    assert!(world.events(ana_id).await.contains(&"authn_token_reuse".to_owned()));
    // Somebody else at the same browser is no reason to distrust its owner.
    ana.signs_in(ANA).await;
    ana.is_signed_in();
});

story!(g_02_an_old_token_that_comes_back_revokes_the_device, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    let mut thief = ana.clone();
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    assert_ne!(ana.cookie("device"), thief.cookie("device"), "the token is rotated");
    world.passes(SignedDuration::from_secs(61)).await;
    thief.signs_in(ANA).await;
    thief.is_at("/login/destination");
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
    assert!(world.events(id).await.contains(&"authn_token_reuse".to_owned()));
});

story!(logins_of_one_browser_at_the_same_time_do_not_revoke_it, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    let mut tab = ana.clone();
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    world.passes(SignedDuration::from_secs(59)).await;
    tab.signs_in(ANA).await;
    tab.is_signed_in();
    // The browser holds what the first answer gave it, and that goes on being good.
    world.passes(SignedDuration::from_secs(61)).await;
    ana.signs_in(ANA).await;
    ana.is_signed_in();
});

story!(g_03_a_device_is_no_login, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    ana.closes();
    ana.opens("/account").await;
    ana.is_at("/login");
    ana.tries(ANA, "wrong").await;
    ana.has_status(422);
    assert!(!ana.page().body.contains(ana.cookie("device").unwrap()));
});

story!(g_08_a_token_that_was_changed_counts_for_nothing, Setup::required(), |world| {
    world.knows(ANA).await;
    let ana = world.trusting(ANA).await;
    let token = ana.cookie("device").unwrap().to_owned();
    let flipped = token.replace(&token[5..6], if &token[5..6] == "A" { "B" } else { "A" });
    for made_up in [&token[..42], &format!("{token}A"), &flipped, "", "x", "%00"] {
        let mut other = world.browser();
        other.plants("device", made_up);
        other.signs_in(ANA).await;
        other.is_at("/login/destination");
    }
});

story!(g_09_the_tick_counts_only_with_the_code, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens("/login/internal").await;
    let form = ana.form("/login/internal");
    let fields = [("identifier", "ana"), ("password", crate::people::PASSWORD), ("trust", "on")];
    ana.sends_form("/login/internal", &form, &fields).await;
    ana.follows().await;
    ana.is_at("/login/destination");
    assert_eq!(ana.cookie("device"), None);
});

story!(g_04_a_new_password_ends_trust_and_sessions, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    let row = world.account(id).await;
    world.keeps_secret("nine purple tractors");
    account::set_password(&world.app, &row, &Secret::new("nine purple tractors")).await.unwrap();
    ana.opens("/account").await;
    ana.is_at("/login/internal?notice=session-ended");
    ana.tries(ANA, "nine purple tractors").await;
    ana.is_at("/login/destination");
});

story!(g_04_disabling_ends_everything, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    let (mut pending, code) = {
        let mut other = world.browser();
        other.signs_in(ANA).await;
        other.chooses("email").await;
        (other, world.mail().next().await.code())
    };
    account::disable(&world.app, &world.account(id).await).await.unwrap();
    ana.opens("/account").await;
    ana.is_at("/login/internal?notice=session-ended");
    pending.enters(&code).await;
    pending.is_at("/login/internal?notice=start-again");
    ana.signs_in(ANA).await;
    ana.has_status(422);
    ana.sees("We could not sign you in");
    account::enable(&world.app, &world.account(id).await).await.unwrap();
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
});

story!(g_04_an_unlock_by_an_administrator_ends_trust, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    account::unlock(&world.app, &world.account(id).await).await.unwrap();
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
});

story!(trust_can_be_ended_on_the_account_page, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    ana.sees("Browsers you trust");
    ana.submits("/account/devices/revoke", &[]).await;
    ana.follows().await;
    ana.sees("No browser is trusted any more.");
    assert_eq!(ana.cookie("device"), None);
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
});
