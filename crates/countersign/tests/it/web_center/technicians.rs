//! The four options for technicians.

use super::{asked_again_after, each_turns_it_on, everybody_is_asked, nobody_is_asked};
use crate::people::{ANA, MARIA, NOAH, Person};
use crate::setup::Setup;
use crate::world::story;

story!(technicians_none, Setup::recipe("Technicians: none"), |world| {
    world.knows(ANA).await;
    nobody_is_asked(world, ANA).await;
    // Turned on by whom it may, it changes nothing where it is off.
    let willing = Person { opted_in: true, ..NOAH };
    world.knows(willing).await;
    nobody_is_asked(world, willing).await;
});

story!(technicians_each_turns_it_on, Setup::recipe("Technicians: each turns it on"), |world| {
    let willing = Person { opted_in: true, ..NOAH };
    world.knows(willing).await;
    world.knows(ANA).await;
    each_turns_it_on(world, willing, ANA).await;
});

story!(technicians_forced_for_all, Setup::recipe("Technicians: forced for all"), |world| {
    world.knows(ANA).await;
    everybody_is_asked(world, ANA).await;
    world.knows(MARIA).await;
    nobody_is_asked(world, MARIA).await;
});

story!(technicians_again_after_x_days, Setup::recipe("Technicians: again after X days"), |world| {
    world.knows(ANA).await;
    asked_again_after(world, ANA, 30).await;
});
