//! What Web+Center's administrators choose from, told by technicians and customers: each option is the recipe that the guide
//! gives for it (`docs/guide/policies.md`), and what it must do is told once for all sources of passwords.

mod customers;
mod technicians;

use jiff::SignedDuration;

use crate::browser::{Browser, CHROME};
use crate::people::{PASSWORD, Person};
use crate::recipe;
use crate::world::World;

/// Who signs in: with a password of our own database, or with one of a directory.
#[derive(Clone, Copy)]
struct Who {
    realm: &'static str,
    name: &'static str,
    password: &'static str,
}

impl From<Person> for Who {
    fn from(person: Person) -> Self {
        Self { realm: person.realm, name: person.identifiers[0], password: PASSWORD }
    }
}

impl Who {
    async fn signs_in(self, browser: &mut Browser) {
        self.tries(browser, self.password).await;
    }

    async fn tries(self, browser: &mut Browser, password: &str) {
        browser.opens(&format!("/login/{}", self.realm)).await;
        browser.gives(self.realm, self.name, password).await;
    }
}

/// Signs in from wherever the browser is, gives a code if one is asked for, and tells whether it was.
async fn was_asked(world: &World, browser: &mut Browser, person: Who) -> bool {
    person.signs_in(browser).await;
    if browser.path() == "/account" {
        return false;
    }
    browser.is_at("/login/destination");
    browser.chooses("email").await;
    let code = world.mail().next().await.code();
    browser.enters(&code).await;
    browser.is_signed_in();
    true
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

/// How long a directory is shielded after that many guesses, at most.
const SHIELDED: SignedDuration = SignedDuration::from_hours(1);

/// Somebody guesses, three times. A directory is not asked about the next password until it has forgotten these.
async fn is_guessed_at(world: &World, person: Who) {
    for _ in 0..3 {
        person.tries(&mut world.browser().at("192.0.2.66"), "wrong").await;
    }
    world.passes(SHIELDED).await;
}

/// *None*: whatever changes, the password is enough.
async fn nobody_is_asked(world: &World, person: impl Into<Who>) {
    let person = person.into();
    let mut browser = world.browser().at("198.51.100.1");
    assert!(!was_asked(world, &mut browser, person).await, "the first login");
    let mut browser = browser.at("198.51.100.2");
    CHROME.clone_into(&mut browser.user_agent);
    is_guessed_at(world, person).await;
    world.passes(days(400)).await;
    assert!(!was_asked(world, &mut browser, person).await, "everything changed");
}

/// *Each person turns it on*: who has is asked when something changed, who has not is never.
async fn each_turns_it_on(world: &World, willing: impl Into<Who>, other: impl Into<Who>) {
    let willing = willing.into();
    nobody_is_asked(world, other).await;
    let mut browser = world.browser().at("198.51.100.1");
    assert!(was_asked(world, &mut browser, willing).await, "nothing is known of the first login");
    assert!(!was_asked(world, &mut browser, willing).await, "nothing changed");
    assert!(was_asked(world, &mut browser.at("198.51.100.2"), willing).await, "a new network");
}

/// *Forced for all*: everybody is asked when something changed, each change by itself.
async fn everybody_is_asked(world: &World, person: impl Into<Who>) {
    let person = person.into();
    let mut browser = world.browser().at("198.51.100.1");
    assert!(was_asked(world, &mut browser, person).await, "nothing is known of the first login");
    assert!(!was_asked(world, &mut browser, person).await, "nothing changed");
    let mut browser = browser.at("198.51.100.2");
    assert!(was_asked(world, &mut browser, person).await, "a new network");
    CHROME.clone_into(&mut browser.user_agent);
    assert!(was_asked(world, &mut browser, person).await, "a changed browser");
    is_guessed_at(world, person).await;
    assert!(was_asked(world, &mut browser, person).await, "failed logins");
    world.passes(days(7)).await;
    assert!(!was_asked(world, &mut browser, person).await, "7 days are not more than 7 days");
    world.passes(SignedDuration::from_secs(1)).await;
    assert!(was_asked(world, &mut browser, person).await, "more than 7 days");
}

/// *Again after X days*: the first time, then when the days are over, and never for another reason.
async fn asked_again_after(world: &World, person: impl Into<Who>, count: i64) {
    let person = person.into();
    let mut browser = world.browser().at("198.51.100.1");
    assert!(was_asked(world, &mut browser, person).await, "there was no code yet");
    let mut browser = browser.at("198.51.100.2");
    CHROME.clone_into(&mut browser.user_agent);
    is_guessed_at(world, person).await;
    assert!(!was_asked(world, &mut browser, person).await, "only the days count");
    world.passes(days(count) - SHIELDED).await;
    assert!(!was_asked(world, &mut browser, person).await, "{count} days are not more than {count} days");
    world.passes(SignedDuration::from_secs(1)).await;
    person.signs_in(&mut browser).await;
    browser.sees(&format!("It has been more than {count} days since you last confirmed with a code."));
    assert!(was_asked(world, &mut browser, person).await);
    assert!(!was_asked(world, &mut browser, person).await, "the days begin anew");
}

/// A recipe without a story is a recipe that nobody tried.
#[test]
fn every_recipe_of_the_guide_has_a_story() {
    let stories =
        [include_str!("technicians.rs"), include_str!("customers.rs"), include_str!("../q360/mod.rs")].concat();
    let told = |heading: &String| {
        ["recipe", "recipe_for_a_directory"].iter().any(|call| stories.contains(&format!("{call}(\"{heading}\")")))
    };
    let untold: Vec<String> = recipe::headings().into_iter().filter(|heading| !told(heading)).collect();
    assert!(recipe::headings().len() >= 15, "the guide has lost recipes");
    assert_eq!(untold, [""; 0]);
}
