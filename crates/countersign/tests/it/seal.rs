//! The seal: a copy of a database sends nothing, and neither a copy nor a backup brings anything back to life.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use countersign::entropy::Entropy;
use countersign::flow::backup::{Wish, backup, restore};
use countersign::flow::seal::adopt;
use jiff::SignedDuration;

use crate::browser::Browser;
use crate::databases::Kind;
use crate::gateway::Mode;
use crate::http::exchange;
use crate::people::{ANA, MARIA, NOAH, wrong};
use crate::world::{Setup, World, story};

const BANNER: &str = "Test copy of another installation";

/// What people had open: a session, a browser that is trusted, and a code that was not typed yet.
struct Open {
    session: Browser,
    device: Browser,
    challenge: Browser,
    code: String,
}

impl Open {
    async fn of(world: &World) -> Self {
        let (challenge, code) = world.at_the_code_page(NOAH).await;
        Self { session: world.signed_in(ANA).await, device: world.trusting(MARIA).await, challenge, code }
    }

    /// Nobody gets in with any of it.
    async fn is_void(&self, world: &World) {
        let mut session = carried(world, &self.session, "session");
        session.opens("/account").await;
        session.is_at("/login/internal?notice=session-ended");
        let mut device = carried(world, &self.device, "device");
        device.signs_in(MARIA).await;
        device.is_at("/login/destination");
        let mut challenge = carried(world, &self.challenge, "login");
        challenge.opens("/login/code").await;
        // To the login form of the realm; to the choice of one, once the row of the login has been deleted by time.
        assert!(["/login", "/login/internal?notice=start-again"].contains(&challenge.path()), "{}", challenge.path());
        let other = wrong(&self.code, 1);
        for code in [&self.code, &other] {
            challenge.posts("/login/code", &format!("code={code}")).await;
            challenge.opens("/account").await;
            assert_ne!(challenge.path(), "/account");
        }
    }
}

/// A browser at the address of the installation as it is now, with one cookie of before.
fn carried(world: &World, old: &Browser, cookie: &str) -> Browser {
    let mut browser = world.browser();
    browser.plants(cookie, old.cookie(cookie).unwrap());
    browser
}

async fn accounts(world: &World) {
    for person in [ANA, MARIA, NOAH] {
        world.knows(person).await;
    }
}

fn setup() -> Setup {
    Setup::required().expecting("QUARANTINE").leaving_messages()
}

/// Copies the database of a running installation to another machine, changes what is to be changed, and looks.
async fn a_copy_sends_nothing(world: &mut World, change: impl FnOnce(&mut World)) {
    accounts(world).await;
    let open = Open::of(world).await;
    // A message that nobody could send yet.
    world.clicksend().set_mode(Mode::Error(503));
    let mut noah = world.browser();
    noah.signs_in(ANA).await;
    noah.chooses("sms").await;
    world.stops().await;
    let copy = world.copies_database().await;
    world.has_database(copy);
    world.moves_to_another_machine();
    change(world);
    world.clicksend().set_mode(Mode::Accept);
    let sent = || (world.mail().received().len(), world.clicksend().received().len());
    let before = sent();
    world.starts().await;
    let sent = || (world.mail().received().len(), world.clicksend().received().len());

    assert!(world.messages().await.iter().all(|message| message.finished_at.is_some()));
    open.is_void(world).await;
    let mut maria = world.browser();
    for path in ["/login", "/login/external", "/nowhere"] {
        maria.opens(path).await;
        maria.sees(BANNER);
    }
    maria.signs_in(MARIA).await;
    maria.chooses("sms").await;
    maria.is_at("/login/code");
    maria.sees(BANNER);
    let messages = world.settled().await;
    assert_eq!(messages.iter().filter(|message| message.provider.as_deref() == Some("sandbox")).count(), 1);
    world.passes(SignedDuration::from_mins(2)).await;
    assert_eq!(sent(), before, "something left");

    // What is void stays void when the database is adopted, and what was begun with the copy ends too.
    adopt(&world.app).await.unwrap();
    open.is_void(world).await;
    maria.opens("/login/external").await;
    maria.does_not_see(BANNER);
    world.passes(SignedDuration::from_hours(1)).await;
    let ana = world.signed_in(ANA).await;
    assert_eq!(sent().0, before.0 + 1);
    world.crashes_and_restarts().await;
    let mut ana = carried(world, &ana, "session");
    ana.opens("/account").await;
    ana.is_signed_in();
}

story!(i_09_m_05_a_copy_under_another_url_sends_nothing, setup(), |world| {
    a_copy_sends_nothing(world, |world| world.becomes("server.public_url", "https://test.example.com")).await;
});

story!(i_09_m_05_a_copy_of_another_environment_sends_nothing, setup(), |world| {
    a_copy_sends_nothing(world, |world| world.becomes("server.environment", "test")).await;
});

story!(i_09_m_05_a_copy_with_another_key_sends_nothing, setup(), |world| {
    a_copy_sends_nothing(world, World::has_another_key).await;
});

story!(the_inbox_of_a_copy_shows_its_messages_and_allowed_numbers_get_theirs, setup(), |world| {
    accounts(world).await;
    let mut anybody = world.browser();
    anybody.opens("/outbox").await;
    anybody.has_status(404);
    world.stops().await;
    world.becomes("server.environment", "test");
    world.becomes("quarantine.allow", "+14165550142,qa@example.com");
    world.starts().await;
    let mut noah = world.browser();
    noah.signs_in(NOAH).await;
    noah.chooses("sms").await;
    world.settled().await;
    anybody.moves_to(world.address());
    anybody.opens("/outbox").await;
    anybody.has_status(200);
    anybody.sees("+14165550178");
    anybody.opens("/login").await;
    assert!(anybody.page().body.contains("href=\"/outbox\""));
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    let message = world.clicksend().next().await;
    ana.enters(message.code()).await;
    ana.is_signed_in();
    assert_eq!(world.clicksend().received().len(), 1);
    assert!(world.mail().received().is_empty());
});

story!(a_copy_that_calls_itself_production_shows_its_inbox_to_nobody_outside, setup(), |world| {
    world.stops().await;
    world.has_another_key();
    world.starts().await;
    let mut outside = world.browser();
    outside.opens("/outbox").await;
    outside.has_status(404);
    outside.sees(BANNER);
    for path in ["/login", "/login/internal", "/nowhere", "/outbox"] {
        outside.opens(path).await;
        outside.sees(BANNER);
        assert!(!outside.page().body.contains("href=\"/outbox\""), "{path} leads to a page that is not there");
    }
    // Whoever sits at the machine itself comes through no proxy.
    let address = world.address();
    for path in ["/login", "/nowhere"] {
        let head = format!("GET {path} HTTP/1.1\r\nHost: login.example.com\r\nConnection: close\r\n");
        let page = exchange(address, &head, "").await;
        assert!(page.body.contains("href=\"/outbox\""), "{path}: {}", page.body);
    }
});

story!(m_04_an_older_copy_of_the_database_revives_nothing, setup(), |world| {
    accounts(world).await;
    let open = Open::of(world).await;
    world.stops().await;
    let yesterday = world.copies_database().await;
    world.starts().await;
    let mut noah = open.challenge.clone();
    noah.moves_to(world.address());
    noah.signs_in(NOAH).await;
    noah.enters(&open.code).await;
    noah.is_signed_in();
    world.stops().await;
    world.has_database(yesterday);
    world.starts().await;
    assert!(!world.app.quarantined());
    let mut noah = carried(world, &noah, "session");
    noah.opens("/account").await;
    assert_ne!(noah.path(), "/account");
    let events = world.app.store.audit_entries(None, 1).await.unwrap();
    assert_eq!((events[0].event.as_str(), events[0].detail["why"].as_str()), ("database_voided", Some("older")));
    open.is_void(world).await;
    // It happens once: who logs in now stays logged in.
    world.passes(SignedDuration::from_hours(1)).await;
    let ana = world.signed_in(ANA).await;
    world.crashes_and_restarts().await;
    let mut ana = carried(world, &ana, "session");
    ana.opens("/account").await;
    ana.is_signed_in();
});

story!(m_05_a_clone_with_its_key_and_configuration_is_void, setup(), |world| {
    accounts(world).await;
    let open = Open::of(world).await;
    world.stops().await;
    let clone = world.copies_database().await;
    world.has_database(clone);
    world.moves_to_another_machine();
    world.starts().await;
    assert!(!world.app.quarantined());
    open.is_void(world).await;
});

story!(m_05_a_database_that_comes_back_from_a_test_is_void, setup(), |world| {
    accounts(world).await;
    let open = Open::of(world).await;
    world.stops().await;
    world.becomes("server.environment", "test");
    world.starts().await;
    let tester = {
        let mut tester = world.browser();
        tester.signs_in(ANA).await;
        tester
    };
    world.stops().await;
    world.becomes("server.environment", "production");
    world.starts().await;
    assert!(!world.app.quarantined());
    open.is_void(world).await;
    let mut tester = carried(world, &tester, "login");
    tester.opens("/login/destination").await;
    assert!(tester.path().starts_with("/login/internal"), "{}", tester.path());
});

story!(m_06_a_clock_set_back_between_two_starts_prolongs_nothing, setup(), |world| {
    accounts(world).await;
    let open = Open::of(world).await;
    let then = world.now();
    // A few minutes: time goes on from where it was.
    world.stops().await;
    world.jumps(-SignedDuration::from_mins(4));
    world.starts().await;
    assert_eq!(world.now(), then);
    let mut ana = carried(world, &open.session, "session");
    ana.opens("/account").await;
    ana.is_signed_in();
    // An hour: nobody can tell how long anything has lived.
    world.stops().await;
    world.jumps(-SignedDuration::from_hours(1));
    world.starts().await;
    assert!(world.now() < then);
    open.is_void(world).await;
});

/// What is asked of the flows that copy.
fn wish<'a>(server: &'a countersign::config::server::Server, file: &'a Path, world: &World) -> Wish<'a> {
    Wish { server, file, entropy: &Entropy::System, now: world.now() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m_04_a_backup_made_while_serving_brings_back_the_accounts_and_nothing_that_was_open() {
    let mut world = World::start(Kind::Sqlite, setup()).await;
    accounts(&world).await;
    let open = Open::of(&world).await;
    let config = world.config();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.db");
    let app = std::sync::Arc::clone(&world.app);
    let load = tokio::spawn(async move {
        loop {
            countersign::flow::seal::beat(&app).await.unwrap();
        }
    });
    backup(wish(&config.server, &file, &world)).await.unwrap();
    load.abort();
    drop(load.await);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing unfinished is left");
    let again = backup(wish(&config.server, &file, &world)).await.unwrap_err();
    assert!(again.to_string().starts_with("command-refused-copy-exists "), "{again}");
    let busy = restore(wish(&config.server, &file, &world)).await.err().unwrap();
    assert_eq!(busy.to_string(), "command-refused-database-in-use");

    world.stops().await;
    let rubbish = folder.path().join("rubbish");
    fs::write(&rubbish, "not a database").unwrap();
    assert!(restore(wish(&config.server, &rubbish, &world)).await.is_err());
    let restored = restore(wish(&config.server, &file, &world)).await.unwrap();
    assert!(restored.aside.unwrap().exists());
    world.starts().await;
    assert!(!world.app.quarantined());
    open.is_void(&world).await;
    world.passes(SignedDuration::from_hours(1)).await;
    world.signed_in(ANA).await;
    // The copy itself holds nothing that is open, wherever it is put.
    world.stops().await;
    let database = config.server.database.expose().strip_prefix("sqlite:").unwrap().to_owned();
    fs::copy(&file, &database).unwrap();
    world.moves_to_another_machine();
    world.starts().await;
    open.is_void(&world).await;
    world.finish().await;
}

#[tokio::test]
async fn a_postgresql_database_is_copied_by_its_own_program() {
    let world = World::start(Kind::Postgres, setup()).await;
    let config = world.config();
    for error in [
        backup(wish(&config.server, Path::new("copy.dump"), &world)).await.unwrap_err(),
        restore(wish(&config.server, Path::new("copy.dump"), &world)).await.err().unwrap(),
    ] {
        let told = error.to_string();
        assert!(told.contains("pg_") && told.contains("copy.dump") && told.contains("--dbname=countersign"), "{told}");
    }
    world.finish().await;
}

story!(nobody_takes_a_database_over_while_it_is_in_use, setup(), |world| {
    let mut foreign = world.config();
    "test".clone_into(&mut foreign.server.environment);
    let parts = countersign::app::Parts {
        config: foreign,
        keys: countersign::keys::Keys::random(&Entropy::System).unwrap(),
        clock: countersign::clock::Clock::manual(world.now()),
        entropy: Entropy::System,
    };
    let refused = countersign::app::App::build(parts).await.err().unwrap();
    assert!(refused.to_string().contains("it is in use"), "{refused}");
    assert!(!world.app.quarantined());
});
