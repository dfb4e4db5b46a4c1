//! The options for customers, separately for logins by Countersign's own database and by a directory.

use super::{Who, asked_again_after, each_turns_it_on, everybody_is_asked, nobody_is_asked};
use crate::attacks::sql::Sql;
use crate::directory_logins::company::{JOHN, ROSA, THEIR_PASSWORD};
use crate::directory_logins::{Employee, company_story};
use crate::people::{ANA, MARIA, Person};
use crate::setup::Setup;
use crate::world::{World, story};

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

/// A customer whose password the directory proves.
const fn by_directory(employee: Employee) -> Who {
    Who { realm: "external", name: employee.uid, password: THEIR_PASSWORD }
}

/// Somebody turns it on, after a first login that made the account.
async fn turns_it_on(world: &World, employee: Employee) {
    let mut browser = world.browser();
    by_directory(employee).signs_in(&mut browser).await;
    browser.is_signed_in();
    let mut sql = Sql::open(world).await;
    sql.run(&format!("update account set opted_in = true where display_name = '{}'", employee.name)).await;
}

company_story!(
    directory_customers_none,
    Setup::new().set("realms.external.sources", "local,corp"),
    |world, company| {
        company.hires(JOHN);
        nobody_is_asked(world, by_directory(JOHN)).await;
    }
);

company_story!(
    directory_customers_each_turns_it_on,
    Setup::recipe_for_a_directory("Directory customers: each turns it on"),
    |world, company| {
        company.hires(JOHN);
        company.hires(ROSA);
        turns_it_on(world, JOHN).await;
        each_turns_it_on(world, by_directory(JOHN), by_directory(ROSA)).await;
    }
);

company_story!(
    directory_customers_forced_for_all,
    Setup::recipe_for_a_directory("Directory customers: forced for all"),
    |world, company| {
        company.hires(JOHN);
        company.is_patient_with(JOHN.uid);
        everybody_is_asked(world, by_directory(JOHN)).await;
        // The same realm, with a password of our own: a policy of its own.
        world.knows(MARIA).await;
        nobody_is_asked(world, MARIA).await;
    }
);

company_story!(
    directory_customers_again_after_x_days,
    Setup::recipe_for_a_directory("Directory customers: again after X days"),
    |world, company| {
        company.hires(JOHN);
        company.is_patient_with(JOHN.uid);
        asked_again_after(world, by_directory(JOHN), 14).await;
    }
);

company_story!(
    each_source_of_customers_has_its_own_policy,
    Setup::recipe_for_a_directory("Customers: each source its own"),
    |world, company| {
        company.hires(JOHN);
        company.hires(ROSA);
        turns_it_on(world, JOHN).await;
        each_turns_it_on(world, by_directory(JOHN), by_directory(ROSA)).await;
        world.knows(MARIA).await;
        asked_again_after(world, MARIA, 30).await;
    }
);
