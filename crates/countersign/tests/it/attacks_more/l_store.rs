//! L-08: the database is locked, read-only or gone in the middle of things. Nobody is let in, and nothing is forgotten.

use super::is_well;
use crate::attacks::challenge_of;
use crate::attacks::sql::Sql;
use crate::browser::Browser;
use crate::people::{ANA, PASSWORD, wrong};
use crate::world::{Setup, World, story};

/// What is logged while the database does not do what it is asked for.
fn setup() -> Setup {
    let errors = [
        "a request failed",
        "the outbox could not be read",
        "the outcome of a delivery could not be saved",
        "what is over could not be deleted",
    ];
    errors.into_iter().fold(Setup::required(), Setup::expecting)
}

/// A login and a try of a code are refused, whatever is right about them.
async fn is_refused(world: &World, mut entering: Browser, code: &str) {
    let mut browser = world.browser();
    browser.opens("/login/internal").await;
    browser.submits("/login/internal", &[("identifier", "ana"), ("password", PASSWORD)]).await;
    assert!(browser.page().status >= 500, "{}", browser.text());
    assert_eq!((browser.cookie("login"), browser.cookie("session")), (None, None));
    entering.submits("/login/code", &[("code", code)]).await;
    assert!(entering.page().status >= 500, "{}", entering.text());
    assert_eq!(entering.cookie("session"), None);
    let mut probe = world.browser();
    probe.gets("/healthz").await;
    probe.has_status(200);
}

/// Afterwards the code that was refused is still good, and what was counted before is still counted.
async fn recovers(world: &World, entering: &mut Browser, code: &str) {
    is_well(world).await;
    assert_eq!(challenge_of(world, entering).await.tries, 2);
    entering.enters(code).await;
    entering.is_signed_in();
}

async fn l08_another_process_holds_the_file(world: &mut World) {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    for number in 1..=2 {
        ana.enters(&wrong(&code, number)).await;
    }
    let mut other = Sql::open(world).await;
    other.run("begin immediate").await;
    is_refused(world, ana.clone(), &code).await;
    other.run("rollback").await;
    recovers(world, &mut ana, &code).await;
}

async fn l08_the_server_fails_over_and_is_read_only_for_a_while(world: &mut World) {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    for number in 1..=2 {
        ana.enters(&wrong(&code, number)).await;
    }
    let mut other = Sql::open(world).await;
    let rest = "where datname = current_database() and pid <> pg_backend_pid()";
    let break_off = format!("select pg_terminate_backend(pid) from pg_stat_activity {rest}");
    let read_only = |value: &str| {
        format!(
            "do $$ begin execute format('alter database %I set default_transaction_read_only = {value}', \
                 current_database()); end $$"
        )
    };
    other.run(&read_only("on")).await;
    other.run(&break_off).await;
    is_refused(world, ana.clone(), &code).await;
    other.run("set default_transaction_read_only = off").await;
    other.run(&read_only("off")).await;
    other.run(&break_off).await;
    recovers(world, &mut ana, &code).await;
    // Connections that break while nobody looks are replaced, and nobody notices.
    other.run(&break_off).await;
    world.signed_in(ANA).await;
}

story!(l08_a_database_that_refuses_lets_nobody_in_and_forgets_nothing, setup(), |world| {
    if world.app.server.database.expose().starts_with("sqlite:") {
        l08_another_process_holds_the_file(world).await;
    } else {
        l08_the_server_fails_over_and_is_read_only_for_a_while(world).await;
    }
});

// A full disk is not made in a test; what SQLite and PostgreSQL say then is a failed statement, as here.
story!(l08_a_write_that_fails_is_a_login_that_fails, setup(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let mut sql = Sql::open(world).await;
    let (full, empty) = match &sql {
        Sql::Sqlite(_) => (
            "create trigger no_room before insert on session begin select raise(abort, 'disk full'); end",
            "drop trigger no_room",
        ),
        Sql::Postgres(_) => (
            "create function no_room() returns trigger language plpgsql as $$ begin raise disk_full; end $$; \
             create trigger no_room before insert on session for each row execute function no_room()",
            "drop trigger no_room on session",
        ),
    };
    sql.run(full).await;
    ana.submits("/login/code", &[("code", &code)]).await;
    assert!(ana.page().status >= 500, "{}", ana.text());
    assert_eq!(ana.cookie("session"), None);
    sql.run(empty).await;
    // The try was reserved and committed before; the code was not spent.
    ana.opens("/login/internal").await;
    ana.gives("internal", "ana", PASSWORD).await;
    ana.is_at("/login/code");
    assert_eq!(challenge_of(world, &ana).await.tries, 1);
    ana.enters(&code).await;
    ana.is_signed_in();
});
