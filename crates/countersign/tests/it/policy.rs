//! When a code is asked for: the modes, and each trigger from end to end.

use jiff::SignedDuration;

use crate::browser::{Browser, CHROME, FIREFOX};
use crate::people::{ANA, MARIA, Person};
use crate::world::{Setup, World, story};

/// A code is required of staff if this trigger fires.
fn trigger(name: &str, value: &str) -> Setup {
    Setup::required().set(&format!("realms.internal.policy.local.triggers.{name}"), value)
}

/// Ana signs in, gives a code if she is asked for one, and tells whether she was.
async fn was_asked(world: &World, ana: &mut Browser) -> bool {
    ana.signs_in(ANA).await;
    if ana.path() == "/account" {
        return false;
    }
    ana.is_at("/login/destination");
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    ana.enters(&code).await;
    ana.is_signed_in();
    true
}

story!(off_asks_nobody, Setup::new(), |world| {
    let person = Person { opted_in: true, ..ANA };
    world.knows(person).await;
    let mut ana = world.browser();
    ana.signs_in(person).await;
    ana.is_signed_in();
    ana.sees("Your password");
    ana.does_not_see("a code by");
});

story!(
    b_13_optional_asks_those_who_turned_it_on,
    Setup::new().set("realms.internal.policy.local.mode", "optional"),
    |world| {
        let willing = Person { identifiers: &["willing"], opted_in: true, ..ANA };
        world.knows(willing).await;
        world.knows(ANA).await;
        let mut browser = world.browser();
        browser.signs_in(willing).await;
        browser.is_at("/login/destination");
        browser.opens("/account").await;
        browser.is_at("/login");
        browser.signs_in(ANA).await;
        browser.is_signed_in();
    }
);

story!(each_realm_has_its_own_mode, Setup::new().set("realms.internal.policy.local.mode", "required"), |world| {
    world.knows(ANA).await;
    world.knows(MARIA).await;
    let mut browser = world.browser();
    browser.signs_in(MARIA).await;
    browser.is_signed_in();
    browser.signs_in(ANA).await;
    browser.is_at("/login/destination");
});

story!(a_new_network_asks, trigger("new_network", "true"), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser().at("198.51.100.1");
    assert!(was_asked(world, &mut ana).await, "nothing is known of the first login");
    assert!(!was_asked(world, &mut ana).await);
    let mut ana = ana.at("198.51.100.2");
    ana.signs_in(ANA).await;
    ana.sees("You are signing in from a different network than last time, so we want to be sure it is you.");
    assert!(was_asked(world, &mut ana).await);
    assert!(!was_asked(world, &mut ana).await);
    // One network is remembered: going back is new again.
    assert!(was_asked(world, &mut ana.at("198.51.100.1")).await);
});

story!(the_64_of_an_ipv6_address_is_the_network, trigger("new_network", "true"), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser().at("2001:db8:1:2::5");
    assert!(was_asked(world, &mut ana).await);
    let mut ana = ana.at("2001:db8:1:2:aaaa:bbbb:cccc:dddd");
    assert!(!was_asked(world, &mut ana).await);
    assert!(was_asked(world, &mut ana.at("2001:db8:1:3::5")).await);
});

story!(
    two_networks_are_remembered_where_that_is_set,
    trigger("new_network", "true").set("realms.internal.policy.local.triggers.remembered_networks", "2"),
    |world| {
        world.knows(ANA).await;
        let ana = world.browser();
        for (ip, asked) in [("198.51.100.1", true), ("198.51.100.2", true), ("198.51.100.1", false)] {
            assert_eq!(was_asked(world, &mut ana.clone().at(ip)).await, asked, "{ip}");
        }
    }
);

story!(
    f_05_an_address_that_no_trusted_proxy_saw_counts_for_nothing,
    trigger("new_network", "true").set("server.trusted_proxies", ""),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.browser().at("198.51.100.1");
        assert!(was_asked(world, &mut ana).await);
        assert!(!was_asked(world, &mut ana.at("198.51.100.2")).await, "everybody comes from the real peer");
    }
);

story!(f_06_a_client_cannot_choose_its_address, trigger("new_network", "true"), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser().at("198.51.100.1");
    assert!(was_asked(world, &mut ana).await);
    // What the client wrote stands left of what the proxy saw.
    let mut eve = world.browser().at("198.51.100.1, 203.0.113.66");
    eve.signs_in(ANA).await;
    eve.is_at("/login/destination");
});

story!(a_changed_browser_asks, trigger("changed_browser", "true"), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    assert!(was_asked(world, &mut ana).await);
    ana.user_agent = FIREFOX.replace("128.0", "141.0");
    assert!(!was_asked(world, &mut ana).await, "a new version is the same browser");
    CHROME.clone_into(&mut ana.user_agent);
    ana.signs_in(ANA).await;
    ana.sees("You are using a different browser than last time, so we want to be sure it is you.");
    assert!(was_asked(world, &mut ana).await);
    assert!(!was_asked(world, &mut ana).await);
    "fr-CA,fr;q=0.8".clone_into(&mut ana.language);
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
});

story!(a_code_that_is_too_long_ago_asks, trigger("factor_older_than_days", "7"), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.sees("You have not confirmed a sign-in with a code yet.");
    assert!(was_asked(world, &mut ana).await);
    world.passes(SignedDuration::from_hours(7 * 24)).await;
    assert!(!was_asked(world, &mut ana).await, "seven days are not more than seven days");
    world.passes(SignedDuration::from_secs(1)).await;
    ana.signs_in(ANA).await;
    ana.sees("It has been more than 7 days since you last confirmed with a code.");
    assert!(was_asked(world, &mut ana).await);
    assert!(!was_asked(world, &mut ana).await);
});

story!(recent_failures_ask, trigger("failures_at_least", "3"), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    for failures in 0..3 {
        for _ in 0..failures {
            world.browser().tries(ANA, "wrong").await;
        }
        assert!(!was_asked(world, &mut ana).await, "after {failures} failures");
    }
    for _ in 0..3 {
        world.browser().at("192.0.2.66").tries(ANA, "wrong").await;
    }
    ana.signs_in(ANA).await;
    ana.sees("There were 3 failed sign-ins to your account, so we want to be sure it is you.");
    assert!(was_asked(world, &mut ana).await);
    assert!(!was_asked(world, &mut ana).await, "the login forgot the failures");
});

story!(
    a_trusted_device_silences_only_the_first_trigger,
    trigger("new_network", "true").set("realms.internal.policy.local.triggers.untrusted_device", "true"),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.trusting(ANA).await;
        assert!(!was_asked(world, &mut ana).await);
        let mut ana = ana.at("198.51.100.77");
        assert!(was_asked(world, &mut ana).await);
        assert!(!was_asked(world, &mut ana).await, "the device is trusted still");
    }
);

story!(
    something_changed_is_a_preset,
    Setup::required().set("realms.internal.policy.local.preset", "when-something-changed"),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.browser();
        assert!(was_asked(world, &mut ana).await);
        assert!(!was_asked(world, &mut ana).await);
        assert!(was_asked(world, &mut ana.at("198.51.100.78")).await);
    }
);
