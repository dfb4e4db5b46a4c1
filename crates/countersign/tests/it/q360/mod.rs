//! Q360's set-ups: one switch for internal users and one for external ones, and trusted devices. Each is the recipe that the
//! guide gives for it (`docs/guide/policies.md`).

use jiff::SignedDuration;

use crate::browser::Browser;
use crate::people::{ANA, MARIA, Person};
use crate::setup::Setup;
use crate::world::{World, story};

/// Signs in, and tells whether a code was asked for. It gives none.
async fn is_asked(browser: &mut Browser, person: Person) -> bool {
    browser.signs_in(person).await;
    browser.path() == "/login/destination"
}

/// A code, then none for 48 hours from each login of the trusted browser, then one again.
async fn asked_unless_the_device_is_trusted(world: &World, person: Person) {
    let mut trusted = world.trusting(person).await;
    assert!(is_asked(&mut world.browser(), person).await, "another browser is not trusted");
    for _ in 0..2 {
        world.passes(SignedDuration::from_hours(47)).await;
        assert!(!is_asked(&mut trusted, person).await, "each login begins the 48 hours anew");
    }
    world.passes(SignedDuration::from_hours(48)).await;
    assert!(is_asked(&mut trusted, person).await, "48 hours without a login");
}

async fn is_not_asked(world: &World, person: Person) {
    assert!(!is_asked(&mut world.browser(), person).await);
    assert!(!is_asked(&mut world.browser().at("198.51.100.9"), person).await);
}

story!(q360_internal_users, Setup::recipe("Q360: internal users"), |world| {
    world.knows(ANA).await;
    world.knows(MARIA).await;
    asked_unless_the_device_is_trusted(world, ANA).await;
    is_not_asked(world, MARIA).await;
});

story!(q360_external_users, Setup::recipe("Q360: external users"), |world| {
    world.knows(ANA).await;
    world.knows(MARIA).await;
    asked_unless_the_device_is_trusted(world, MARIA).await;
    is_not_asked(world, ANA).await;
});

story!(q360_both, Setup::recipe("Q360: both"), |world| {
    world.knows(ANA).await;
    world.knows(MARIA).await;
    asked_unless_the_device_is_trusted(world, ANA).await;
    asked_unless_the_device_is_trusted(world, MARIA).await;
});

story!(q360_one_device_for_each_person, Setup::recipe("Q360: internal users"), |world| {
    world.knows(ANA).await;
    let mut first = world.trusting(ANA).await;
    let mut second = world.trusting(ANA).await;
    assert!(!is_asked(&mut second, ANA).await);
    assert!(is_asked(&mut first, ANA).await, "the second took its place");
});

story!(
    q360_offices_never_count_as_new,
    Setup::recipe("Q360: two offices, and everybody else from anywhere"),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.trusting(ANA).await;
        for office in ["10.1.2.3", "203.0.113.64", "2001:db8:ffff:1::5", "10.200.0.9"] {
            ana = ana.at(office);
            assert!(!is_asked(&mut ana, ANA).await, "{office}");
        }
        assert!(is_asked(&mut ana.at("203.0.113.128"), ANA).await, "beside an office is not in it");
    }
);
