//! The options for customers, separately for logins by Countersign's own database and by a directory.

use super::{asked_again_after, each_turns_it_on, everybody_is_asked, nobody_is_asked};
use crate::people::{ANA, MARIA, Person};
use crate::setup::Setup;
use crate::world::story;

/// A customer who types a customer number.
const JUN: Person = Person {
    realm: "external",
    identifiers: &["C-20417"],
    name: "Jun Mori",
    email: Some("jun@example.net"),
    phone: None,
    opted_in: true,
};

story!(database_customers_none, Setup::new(), |world| {
    world.knows(MARIA).await;
    world.knows(JUN).await;
    nobody_is_asked(world, MARIA).await;
    nobody_is_asked(world, JUN).await;
});

story!(database_customers_each_turns_it_on, Setup::recipe("Database customers: each turns it on"), |world| {
    world.knows(JUN).await;
    world.knows(MARIA).await;
    each_turns_it_on(world, JUN, MARIA).await;
});

story!(database_customers_forced_for_all, Setup::recipe("Database customers: forced for all"), |world| {
    world.knows(MARIA).await;
    everybody_is_asked(world, MARIA).await;
    // The other realm has a policy of its own.
    world.knows(ANA).await;
    nobody_is_asked(world, ANA).await;
});

story!(database_customers_again_after_x_days, Setup::recipe("Database customers: again after X days"), |world| {
    world.knows(MARIA).await;
    asked_again_after(world, MARIA, 14).await;
});
