//! A: races, and the counting of tries.

use jiff::SignedDuration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::sql::Sql;
use super::{
    Numbers, Shot, all_at_once, at_the_destinations, challenge_of, compared, count, filled, two_nodes, with_a_session,
    with_many_failures, with_many_messages, with_the_newest_code,
};
use crate::browser::Browser;
use crate::people::{ANA, PASSWORD, wrong};
use crate::world::{Setup, World, story};

const COOLDOWN: SignedDuration = SignedDuration::from_secs(30);

/// The same browser once for each of these codes, from both nodes in turn.
async fn guesses(world: &mut World, browser: &Browser, codes: &[String]) -> Vec<Shot> {
    let nodes = two_nodes(world).await;
    let form = browser.form("/login/code");
    let shot = |(number, code): (usize, &String)| {
        let mut copy = browser.clone();
        copy.moves_to(nodes[number % 2]);
        Shot { browser: copy, path: "/login/code", body: filled(&form, &[("code", code)]) }
    };
    codes.iter().enumerate().map(shot).collect()
}

/// Where an answer leads; nowhere, if the machine had too much to do and said so.
fn led(answer: &Browser) -> Option<&str> {
    let status = answer.page().status;
    assert!(matches!(status, 303 | 503), "{status}");
    (status == 303).then(|| answer.page().location())
}

story!(a01_two_hundred_wrong_codes_at_once_on_two_nodes_are_five_comparisons, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let codes: Vec<String> = (1..=200).map(|number| wrong(&code, number)).collect();
    let shots = guesses(world, &ana, &codes).await;
    let answers = all_at_once(shots).await;
    assert_eq!(compared(world, id).await, 5);
    assert_eq!(challenge_of(world, &ana).await.tries, 5);
    assert_eq!(world.account(id).await.account.code_failures, 5);
    // A wrong code that was compared and one that was not end alike: on the way to a form, with nothing in hand.
    for answer in &answers {
        let Some(to) = led(answer) else { continue };
        assert!(to == "/login/code" || to.starts_with("/login/internal?notice="), "{to}");
    }
    assert_eq!(with_a_session(&answers), 0);
    ana.enters(&code).await;
    assert_eq!(ana.cookie("session"), None, "the challenge is dead");
});

/// The case names 1000 seeds; the time of a test run has room for a hundred, and each is another order of the same requests.
const SEEDS: u64 = 100;

story!(a02_the_right_code_among_forty_counts_only_within_the_five, with_many_messages(Setup::required()), |world| {
    let id = world.knows(ANA).await;
    let (mut won, mut lost) = (0, 0);
    for seed in 0..SEEDS {
        let (ana, code) = world.at_the_code_page(ANA).await;
        let mut codes: Vec<String> = (1..40).map(|number| wrong(&code, number)).collect();
        // In every fourth round the right one is early enough to have a chance.
        let place = Numbers(seed).below(if seed.is_multiple_of(4) { 4 } else { 40 });
        codes.insert(place, code);
        let before = (compared(world, id).await, count(world, id, "authn_code_accepted").await);
        let shots = guesses_from_one_node(&ana, &codes);
        let answers = all_at_once(shots).await;
        let tried = compared(world, id).await - before.0;
        let accepted = count(world, id, "authn_code_accepted").await - before.1;
        assert!((1..=5).contains(&tried), "seed {seed}: {tried} comparisons");
        assert_eq!(with_a_session(&answers), accepted, "seed {seed}");
        assert_eq!(
            answers[place].cookie("session").is_some(),
            accepted == 1,
            "seed {seed}: not the one that was right"
        );
        if accepted == 1 {
            won += 1;
        } else {
            lost += 1;
        }
        forgive(world, id).await;
    }
    assert!(won > 0 && lost > 0, "{won} won, {lost} lost: the rounds show nothing");
});

fn guesses_from_one_node(browser: &Browser, codes: &[String]) -> Vec<Shot> {
    let form = browser.form("/login/code");
    let shot =
        |code: &String| Shot { browser: browser.clone(), path: "/login/code", body: filled(&form, &[("code", code)]) };
    codes.iter().map(shot).collect()
}

/// An administrator forgets the wrong codes.
async fn forgive(world: &World, id: countersign_core::id::AccountId) {
    let forget = world.app.store.write(move |tx| Box::pin(async move { tx.enable_factor(id).await }));
    forget.await.unwrap();
}

story!(a03_the_right_code_a_hundred_times_at_once_on_two_nodes_is_one_session, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (ana, code) = world.at_the_code_page(ANA).await;
    let shots = guesses(world, &ana, &vec![code; 100]).await;
    let answers = all_at_once(shots).await;
    assert_eq!(with_a_session(&answers), 1);
    let sessions = Sql::open(world).await.dump().await.remove("session").unwrap();
    assert_eq!(sessions.len(), 1);
    for event in ["authn_code_accepted", "authn_login_success"] {
        assert_eq!(count(world, id, event).await, 1, "{event}");
    }
    for answer in answers.iter().filter(|answer| answer.cookie("session").is_none()) {
        let Some(to) = led(answer) else { continue };
        assert!(to.starts_with("/login/internal?notice="), "{to}");
    }
});

story!(
    a04_a_fault_after_the_comparison_does_not_give_the_try_back,
    Setup::required().expecting("a request failed"),
    |world| {
        world.knows(ANA).await;
        let (ana, code) = world.at_the_code_page(ANA).await;
        let form = ana.form("/login/code");
        let mut sql = Sql::open(world).await;
        // What a wrong code writes after the comparison cannot be written.
        sql.run("alter table audit rename to audit_away").await;
        let mut unlucky = ana.clone();
        unlucky.sends_form("/login/code", &form, &[("code", &wrong(&code, 1))]).await;
        assert!(unlucky.page().status >= 500, "{}", unlucky.page().status);
        sql.run("alter table audit_away rename to audit").await;
        assert_eq!(challenge_of(world, &ana).await.tries, 1);
        // Nor what a right one writes; it stays unused, and the try is gone.
        sql.run("alter table session rename to session_away").await;
        let mut unlucky = ana.clone();
        unlucky.sends_form("/login/code", &form, &[("code", &code)]).await;
        assert!(unlucky.page().status >= 500, "{}", unlucky.page().status);
        assert_eq!(unlucky.cookie("session"), None);
        sql.run("alter table session_away rename to session").await;
        let challenge = challenge_of(world, &ana).await;
        assert_eq!((challenge.tries, challenge.ended_at), (2, None));
        let mut lucky = ana.clone();
        lucky.sends_form("/login/code", &form, &[("code", &code)]).await;
        lucky.follows().await;
        lucky.is_signed_in();
    }
);

story!(a04_a_client_that_goes_away_gets_no_comparison_for_nothing, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let form = ana.form("/login/code");
    for number in 1..=20 {
        let body = filled(&form, &[("code", &wrong(&code, number))]);
        let kind = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n";
        let head = ana.head("POST", "/login/code", &format!("{kind}Content-Length: {}\r\n", body.len()));
        let mut stream = TcpStream::connect(world.address()).await.unwrap();
        stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.unwrap();
        // Some go at once, some after the server has begun.
        for _ in 0..number * 3 {
            tokio::task::yield_now().await;
        }
    }
    for number in 21..=26 {
        ana.sends_form("/login/code", &form, &[("code", &wrong(&code, number))]).await;
    }
    let tries = challenge_of(world, &ana).await.tries;
    assert_eq!(tries, 5);
    assert!(compared(world, id).await <= 5);
    assert_eq!(world.account(id).await.account.code_failures, 5);
});

story!(a05_neither_a_resend_nor_a_new_challenge_forgets_wrong_codes, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    for number in 1..=3 {
        ana.enters(&wrong(&code, number)).await;
    }
    world.passes(COOLDOWN).await;
    ana.asks_again().await;
    assert_eq!(world.mail().next().await.code(), code);
    ana.sees("2 tries");
    for number in 4..=5 {
        ana.enters(&wrong(&code, number)).await;
    }
    ana.is_at("/login/internal?notice=tries-used");
    assert_eq!(world.account(id).await.account.code_failures, 5);
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    for number in 1..=5 {
        ana.enters(&wrong(&code, number)).await;
    }
    assert_eq!(world.account(id).await.account.code_failures, 10);
    assert_eq!(compared(world, id).await, 10);
});

story!(
    a06_the_ceiling_of_an_account_holds_over_forty_parallel_logins,
    with_many_messages(Setup::required()).expecting("too many wrong codes").set("lockout.code_failures", "20"),
    |world| {
        let id = world.knows(ANA).await;
        let mut round = 0;
        // One challenge lives at a time, so one round of forty logins is worth five tries at most: the rounds go on
        // until the ceiling is reached, and once more.
        while world.account(id).await.account.factor_disabled_at.is_none() {
            round += 1;
            assert!(round < 10, "the ceiling is never reached");
            let mut logins = tokio::task::JoinSet::new();
            for _ in 0..40 {
                let mut thief = world.browser();
                logins.spawn(async move {
                    thief.signs_in(ANA).await;
                    if thief.path() == "/login/destination" {
                        thief.chooses("email").await;
                    }
                    thief
                });
            }
            let thieves = logins.join_all().await;
            let ready = thieves.iter().filter(|thief| thief.path() == "/login/code" && thief.page().status == 200);
            let shots = ready.flat_map(|thief| guesses_from_one_node(thief, &codes_of_nobody())).collect();
            all_at_once(shots).await;
            world.settled().await;
        }
        assert_eq!(compared(world, id).await, 20);
        assert_eq!(world.account(id).await.account.code_failures, 20);
        // The twenty-first is refused everywhere: there is not even a page for it.
        let mut late = world.browser();
        late.signs_in(ANA).await;
        late.has_status(403);
        assert_eq!(compared(world, id).await, 20);
    }
);

/// Codes that a challenge has with a chance of one in 200 000.
fn codes_of_nobody() -> Vec<String> {
    (0..5).map(|number| format!("90817{number}")).collect()
}

story!(a08_fifty_resends_at_once_are_one_message_and_one_code, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let form = ana.form("/login/code");
    let body = filled(&form, &[("code", "")]);
    let shots = |ana: &Browser| {
        (0..50).map(|_| Shot { browser: ana.clone(), path: "/login/code/resend", body: body.clone() }).collect()
    };
    // Within the cool-down: none. The answer is the same to all.
    let answers = all_at_once(shots(&ana)).await;
    assert!(answers.iter().all(|answer| answer.page().location() == "/login/code"));
    assert_eq!(world.settled().await.len(), 1);
    // After it: one.
    world.passes(COOLDOWN).await;
    let answers = all_at_once(shots(&ana)).await;
    assert!(answers.iter().all(|answer| answer.page().location() == "/login/code"));
    assert_eq!(world.settled().await.len(), 2);
    // A resend repeats the code, so there is no older one that could be good beside it.
    assert!(world.mail().received().iter().all(|mail| mail.code() == code));
    ana.sends_form("/login/code", &form, &[("code", &code)]).await;
    ana.follows().await;
    ana.is_signed_in();
});

story!(
    a09_a_new_code_and_a_try_at_the_same_moment_are_never_two_sessions,
    with_many_messages(Setup::required()).set("send_limits.cooldown", "10s"),
    |world| {
        let id = world.knows(ANA).await;
        for _ in 0..6 {
            world.passes(COOLDOWN * 40).await;
            let (ana, code) = with_the_newest_code(world, ANA).await;
            let other = at_the_destinations(world, ANA).await;
            world.passes(COOLDOWN * 10).await;
            let before = count(world, id, "authn_code_accepted").await;
            // The same browser asks again, another browser asks for its own code, and the old code is tried.
            let form = ana.form("/login/code");
            let elsewhere = filled(&other.form("/login/destination"), &[("destination", "email")]);
            let shots = vec![
                Shot { browser: other, path: "/login/destination", body: elsewhere },
                Shot { browser: ana.clone(), path: "/login/code", body: filled(&form, &[("code", &code)]) },
                Shot { browser: ana.clone(), path: "/login/code/resend", body: filled(&form, &[("code", "")]) },
            ];
            let mut answers = all_at_once(shots).await;
            let accepted = count(world, id, "authn_code_accepted").await - before;
            assert_eq!(with_a_session(&answers), accepted);
            assert!(accepted <= 1);
            // Whatever came first, the old code is worth nothing now, neither where it was asked for nor elsewhere.
            let mut again = ana.clone();
            again.sends_form("/login/code", &form, &[("code", &code)]).await;
            let other = &mut answers[0];
            other.follows().await;
            // If the resend came first, the other browser has to wait for its own message.
            if other.path() == "/login/code" {
                other.enters(&code).await;
            }
            assert_eq!((again.cookie("session"), other.cookie("session")), (None, None));
            assert!(live_challenges(world).await <= 1);
        }
    }
);

async fn live_challenges(world: &World) -> usize {
    let mut sql = Sql::open(world).await;
    sql.texts("select cast(count(*) as text) from challenge where ended_at is null").await[0].parse().unwrap()
}

story!(
    a15_twenty_browsers_that_become_trusted_at_once_are_no_more_than_allowed,
    with_many_messages(Setup::required()).set("trusted_device.per_account", "2"),
    |world| {
        let id = world.knows(ANA).await;
        // One code, twenty times.
        let (ana, code) = world.at_the_code_page(ANA).await;
        let body = filled(&ana.form("/login/code"), &[("code", &code), ("trust", "on")]);
        let shots = (0..20).map(|_| Shot { browser: ana.clone(), path: "/login/code", body: body.clone() }).collect();
        let answers = all_at_once(shots).await;
        assert_eq!(answers.iter().filter(|answer| answer.cookie("device").is_some()).count(), 1);
        assert_eq!(world.app.store.devices(id).await.unwrap().len(), 1);
        // One login after the other, each with its own code.
        let mut trusted = Vec::new();
        for _ in 0..6 {
            let (mut browser, code) = world.at_the_code_page(ANA).await;
            browser.enters_and_trusts(&code).await;
            browser.is_signed_in();
            trusted.push(browser);
            world.passes(SignedDuration::from_secs(1)).await;
        }
        assert_eq!(world.app.store.devices(id).await.unwrap().len(), 2);
        for (number, browser) in trusted.iter_mut().enumerate() {
            browser.loses("session");
            browser.signs_in(ANA).await;
            let still = browser.path() == "/account";
            assert_eq!(still, number >= 4, "browser {number} is at {}", browser.path());
        }
    }
);

story!(
    a16_five_hundred_wrong_passwords_at_once_are_five_comparisons_with_the_real_hash,
    with_many_failures(Setup::new()),
    |world| {
        let id = world.knows(ANA).await;
        let mut crowd = world.browser();
        crowd.opens("/login/internal").await;
        let form = crowd.form("/login/internal");
        let shot = |number: usize| {
            let wrong = format!("wrong {number}");
            let password = if number == 499 { PASSWORD } else { wrong.as_str() };
            let body = filled(&form, &[("identifier", "ana"), ("password", password)]);
            Shot { browser: crowd.clone(), path: "/login/internal", body }
        };
        let before = world.app.hasher.comparisons();
        let answers = all_at_once((0..500).map(shot).collect()).await;
        let answered = answers.iter().filter(|answer| answer.page().status == 422).count();
        let busy = answers.iter().filter(|answer| answer.page().status == 503).count();
        assert_eq!((answered + busy, with_a_session(&answers)), (500, 0));
        // Five are held against the account's hash; each further answer costs a comparison with the decoy, as an unknown
        // name does (C-03), and no more wait for it than the queue has places.
        assert_eq!(world.account(id).await.account.history.failures, 5);
        assert_eq!(world.app.hasher.comparisons() - before, answered as u64);
        let places = 33 * std::thread::available_parallelism().unwrap().get();
        assert!(answered <= 2 * places && busy > 0, "{answered} answered, {busy} turned away");
        // A directory's password is asked for behind the same counter, when there is one.
    }
);
