//! Networks end to end: what is new, what never is, what is remembered, and what the person is shown.

use jiff::SignedDuration;

use crate::browser::{Browser, CHROME};
use crate::people::ANA;
use crate::world::{Setup, World, story};

fn new_network() -> Setup {
    Setup::required().set("realms.internal.policy.local.triggers.new_network", "true")
}

fn with_offices() -> Setup {
    new_network().set("networks.never_new", "10.0.0.0/8, 2001:db8:ffff::/48")
}

/// Signs in from an address, gives a code if one is asked for, and tells whether it was.
async fn asked_at(world: &World, ana: &mut Browser, address: &str) -> bool {
    address.clone_into(&mut ana.ip);
    ana.signs_in(ANA).await;
    if ana.path() == "/account" {
        return false;
    }
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    ana.enters(&code).await;
    ana.is_signed_in();
    true
}

story!(an_office_is_never_new_and_takes_no_place, with_offices(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    assert!(!asked_at(world, &mut ana, "10.0.0.7").await, "not even the first time");
    assert!(asked_at(world, &mut ana, "198.51.100.1").await, "home is new");
    for address in ["10.9.9.9", "2001:db8:ffff:4::1", "198.51.100.1", "10.0.0.7", "198.51.100.1"] {
        assert!(!asked_at(world, &mut ana, address).await, "{address}");
    }
    assert!(asked_at(world, &mut ana, "198.51.100.2").await, "a hotel is new");
    assert!(asked_at(world, &mut ana, "198.51.100.1").await, "and took the place of home");
});

story!(a_forged_office_counts_for_nothing, with_offices(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    assert!(asked_at(world, &mut ana, "198.51.100.1").await);
    // The proxy appends what it saw to what the client wrote.
    assert!(asked_at(world, &mut ana, "10.0.0.7, 198.51.100.66").await);
});

story!(
    an_office_silences_no_other_trigger,
    with_offices().set("realms.internal.policy.local.triggers.changed_browser", "true"),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.browser();
        assert!(asked_at(world, &mut ana, "10.0.0.7").await, "nothing is known of the browser");
        assert!(!asked_at(world, &mut ana, "10.0.0.8").await);
        CHROME.clone_into(&mut ana.user_agent);
        assert!(asked_at(world, &mut ana, "10.0.0.7").await);
    }
);

story!(the_person_sees_when_and_from_where_the_last_login_came, with_offices(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    assert!(asked_at(world, &mut ana, "198.51.100.1").await);
    ana.sees("This is the first time you signed in.");
    world.passes(SignedDuration::from_mins(90)).await;
    assert!(!asked_at(world, &mut ana, "10.0.0.7").await);
    ana.sees("2 Mar 2026, 09:00 UTC");
    ana.sees("198.51.100.1");
    // What is shown is the last login, remembered as a network or not.
    world.passes(SignedDuration::from_mins(90)).await;
    assert!(!asked_at(world, &mut ana, "198.51.100.1").await);
    ana.sees("2 Mar 2026, 10:30 UTC");
    ana.sees("10.0.0.7");
    // A login that was not completed is none.
    "198.51.100.2".clone_into(&mut ana.ip);
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
    assert!(!asked_at(world, &mut ana, "198.51.100.1").await);
    ana.sees("2 Mar 2026, 12:00 UTC");
    let page = ana.text();
    let (_, after) = page.split_once("The sign-in before this one").unwrap();
    let (last_login, _) = after.split_once("Where we can reach you").unwrap();
    assert!(!last_login.contains("198.51.100.2"), "{last_login}");
});
