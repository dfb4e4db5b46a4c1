//! D: sessions and cookies.

use countersign::flow::account;
use countersign_core::secret::Secret;
use jiff::SignedDuration;

use super::sql::{Sql, holds};
use super::{hash_of, session_of, two_nodes};
use crate::browser::Browser;
use crate::people::{ANA, MARIA, NOAH, PASSWORD};
use crate::world::{Setup, World, story};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

story!(d01_every_step_gives_a_new_token_and_a_planted_one_is_dead, Setup::required(), |world| {
    world.knows(ANA).await;
    world.knows(NOAH).await;
    // The attacker has a login in progress and a session of their own, and plants both.
    let thief_signed_in = world.signed_in(NOAH).await;
    let (thief_at_code, _) = world.at_the_code_page(NOAH).await;
    let planted_session = thief_signed_in.cookie("session").unwrap().to_owned();
    let planted_login = thief_at_code.cookie("login").unwrap().to_owned();
    let mut ana = world.browser();
    ana.plants("session", &planted_session);
    ana.plants("login", &planted_login);
    ana.opens("/login/internal").await;
    ana.gives("internal", "ana", PASSWORD).await;
    let at_password = ana.cookie("login").unwrap().to_owned();
    assert_ne!(at_password, planted_login);
    ana.chooses("email").await;
    let code = world.settled().await.len();
    assert!(code > 0);
    let code = world.mail().received().last().unwrap().code();
    ana.enters(&code).await;
    ana.is_signed_in();
    ana.sees("Ana Torres");
    let session = ana.cookie("session").unwrap().to_owned();
    assert!(![&planted_session, &planted_login, &at_password].contains(&&session));
    assert_eq!(ana.cookie("login"), None);
    // What the attacker kept is worth nothing, and never shows the victim.
    for (name, value) in [("session", &planted_session), ("session", &at_password), ("session", &planted_login)] {
        let mut thief = world.browser();
        thief.plants(name, value);
        thief.opens("/account").await;
        assert_ne!(thief.path(), "/account");
        thief.does_not_see("Ana Torres");
    }
});

story!(d01_a_login_of_the_victims_own_account_that_was_planted_is_dead_too, Setup::required(), |world| {
    world.knows(ANA).await;
    // The attacker knows the password, orders a code, and plants that login: the victim gets the code, and types it.
    let (mut thief, code) = world.at_the_code_page(ANA).await;
    let form = thief.form("/login/code");
    let mut ana = world.browser();
    ana.plants("login", thief.cookie("login").unwrap());
    ana.signs_in(ANA).await;
    ana.is_at("/login/code");
    assert_ne!(ana.cookie("login"), thief.cookie("login"));
    thief.sends_form("/login/code", &form, &[("code", &code)]).await;
    assert_eq!(thief.cookie("session"), None, "the copy ended when the victim logged in");
    ana.enters(&code).await;
    ana.is_signed_in();
    thief.opens("/account").await;
    thief.is_at("/login");
});

/// Everything that ends a session, with its name.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Disabled,
    NewPassword,
    SignedOut,
}

story!(d04_an_ended_session_is_dead_on_both_nodes_at_once, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let nodes = two_nodes(world).await;
    for ending in [Ending::SignedOut, Ending::NewPassword, Ending::Disabled] {
        world.passes(MINUTE).await;
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        ana.chooses("email").await;
        let code = world.mail().next().await.code();
        ana.enters(&code).await;
        let mut copies: Vec<Browser> = nodes.iter().map(|node| at(&ana, *node)).collect();
        for copy in &mut copies {
            copy.opens("/account").await;
            copy.is_signed_in();
        }
        let row = world.account(id).await;
        match ending {
            Ending::SignedOut => ana.signs_out().await,
            // The person's own change of password comes later; this is the administrator's. Nobody changes a factor yet.
            Ending::NewPassword => account::set_password(&world.app, &row, &Secret::new(PASSWORD)).await.unwrap(),
            Ending::Disabled => account::disable(&world.app, &row).await.unwrap(),
        }
        for copy in &mut copies {
            copy.gets("/account").await;
            assert_eq!(copy.page().status, 303, "{ending:?}");
            assert_eq!(copy.page().location(), "/login/internal?notice=session-ended", "{ending:?}");
        }
    }
    // Enabled again, the old cookie stays dead.
    let row = world.account(id).await;
    account::enable(&world.app, &row).await.unwrap();
    let sessions = Sql::open(world).await.dump().await.remove("session").unwrap();
    assert_eq!(sessions.len(), 3);
});

fn at(browser: &Browser, node: std::net::SocketAddr) -> Browser {
    let mut copy = browser.clone();
    copy.moves_to(node);
    copy
}

story!(d05_neither_activity_nor_a_clock_that_goes_back_stretches_a_session, Setup::new(), |world| {
    world.knows(ANA).await;
    world.knows(NOAH).await;
    let (mut idle, mut busy) = (world.browser(), world.browser());
    idle.signs_in(ANA).await;
    busy.signs_in(NOAH).await;
    // A request each twenty minutes keeps it alive, for twelve hours and no longer.
    for _ in 0..35 {
        world.passes(MINUTE * 20).await;
        busy.gets("/account").await;
        busy.has_status(200);
    }
    idle.gets("/account").await;
    assert_eq!(idle.page().status, 303, "half an hour without a request was too long");
    world.passes(MINUTE * 20).await;
    busy.gets("/account").await;
    assert_eq!(busy.page().status, 303, "twelve hours are over");
    // The browsers kept what they had; the clock goes back to when both were alive.
    world.jumps(-HOUR * 12);
    for browser in [&mut idle, &mut busy] {
        let mut copy = browser.clone();
        copy.gets("/account").await;
        assert_eq!(copy.page().status, 303);
    }
});

story!(d05_what_was_over_stays_over_when_the_clock_goes_back, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    let frozen = ana.clone();
    world.passes(HOUR).await;
    ana.gets("/account").await;
    ana.has_status(303);
    world.jumps(-HOUR);
    let mut frozen = frozen;
    frozen.gets("/account").await;
    frozen.has_status(303);
    frozen.does_not_see("Ana Torres");
});

story!(d06_d07_another_login_in_the_same_browser_inherits_nothing, Setup::required(), |world| {
    world.knows(ANA).await;
    world.knows(NOAH).await;
    let ana = world.signed_in(ANA).await;
    let anas = ana.cookie("session").unwrap().to_owned();
    // The sign-in page itself takes no notice of a session.
    let mut browser = ana.clone();
    browser.opens("/login/internal").await;
    browser.has_status(200);
    browser.does_not_see("Ana Torres");
    browser.gives("internal", NOAH.identifiers[0], PASSWORD).await;
    browser.chooses("email").await;
    let code = world.mail().next().await.code();
    browser.enters(&code).await;
    browser.is_signed_in();
    browser.sees("Noah Kim");
    browser.does_not_see("Ana Torres");
    let noahs = session_of(world, &browser).await;
    let old = world.app.store.session_by_token(&hash_of(&anas)).await.unwrap().unwrap();
    assert_ne!((noahs.id, noahs.account), (old.id, old.account));
    assert_eq!(old.end_reason.as_deref(), Some("replaced by a new login"));
    let mut ana = ana;
    ana.opens("/account").await;
    ana.is_at("/login/internal?notice=session-ended");
    // A login that stops half-way leaves the session of the browser alone.
    browser.opens("/login/internal").await;
    browser.gives("internal", "ana", PASSWORD).await;
    browser.opens("/account").await;
    browser.sees("Noah Kim");
});

story!(d09_many_requests_of_two_accounts_at_once_are_never_mixed_up, Setup::new(), |world| {
    world.knows(ANA).await;
    world.knows(MARIA).await;
    let nodes = two_nodes(world).await;
    let (mut ana, mut maria) = (world.browser(), world.browser());
    ana.signs_in(ANA).await;
    maria.signs_in(MARIA).await;
    let mut requests = tokio::task::JoinSet::new();
    for number in 0..400 {
        let (person, other, browser) = if number % 2 == 0 { (ANA, MARIA, &ana) } else { (MARIA, ANA, &maria) };
        let mut copy = at(browser, nodes[number / 2 % 2]);
        requests.spawn(async move {
            // Most only look; some log in again beside them.
            if number % 40 < 2 {
                copy.loses("session");
                copy.signs_in(person).await;
            } else {
                copy.gets("/account").await;
            }
            (copy, person, other)
        });
    }
    for (copy, person, other) in requests.join_all().await {
        copy.sees(person.name);
        copy.does_not_see(other.name);
    }
});

story!(
    d10_without_the_database_nobody_is_let_in,
    Setup::new().expecting("database").expecting("a request failed").expecting("outbox"),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        ana.is_signed_in();
        ana.opens("/login/internal").await;
        let form = ana.form("/login/internal");
        world.app.store.close().await;
        ana.gets("/account").await;
        ana.has_status(503);
        ana.does_not_see("Ana Torres");
        ana.sends_form("/login/internal", &form, &[("identifier", "ana"), ("password", PASSWORD)]).await;
        ana.has_status(503);
        world.crashes_and_restarts().await;
        ana.moves_to(world.address());
        ana.opens("/account").await;
        ana.is_signed_in();
    }
);

story!(d10_a_damaged_row_is_no_session, Setup::new().expecting("unreadable"), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    let mut sql = Sql::open(world).await;
    let damage = if super::on_sqlite(world) { "'{'" } else { "'{}'" };
    sql.run(&format!("update session set evidence = {damage}")).await;
    ana.gets("/account").await;
    assert_eq!((ana.page().status, ana.page().location()), (303, "/login"));
    ana.does_not_see("Ana Torres");
    ana.signs_in(ANA).await;
    ana.is_signed_in();
});

story!(d11_the_password_is_nowhere_while_the_code_is_awaited, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, _) = world.at_the_code_page(ANA).await;
    assert_nowhere(world).await;
    for (name, value) in ana.cookies() {
        assert!(!value.contains("horse"), "{name}");
    }
    assert!(!ana.page().body.contains("horse"));
    // A wrong one is not shown again either, and the log is looked at when the story ends.
    world.keeps_secret("staple battery horse correct");
    ana.opens("/login/internal").await;
    ana.gives("internal", "ana", "staple battery horse correct").await;
    ana.has_status(422);
    assert!(!ana.page().body.contains("horse"));
    assert_nowhere(world).await;
});

async fn assert_nowhere(world: &World) {
    let dump = Sql::open(world).await.dump().await;
    assert!(!dump["login"].is_empty());
    for text in [PASSWORD, "horse", &data_encoding::BASE64.encode(PASSWORD.as_bytes())] {
        assert!(!holds(&dump, text), "{text}");
    }
    assert!(!holds(&dump, &data_encoding::HEXLOWER.encode(PASSWORD.as_bytes())));
}
