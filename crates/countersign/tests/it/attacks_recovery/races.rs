//! A: a hundred hands at the same door.

use countersign::flow::account;

use crate::attacks::{Shot, all_at_once, count, filled, two_nodes, with_a_session};
use crate::browser::Browser;
use crate::passwords::ANA_BY_MAIL;
use crate::people::PASSWORD;
use crate::world::{Setup, World, story};

/// How often each race is run: each time it may be decided another way.
const ROUNDS: u32 = 8;

// The ceiling is out of the way: each of the fifty counts against it until one has won.
story!(
    a12_a_recovery_code_fifty_times_at_once_is_one_login,
    Setup::required().set("lockout.code_failures", "100"),
    |world| {
        let id = world.knows(ANA_BY_MAIL).await;
        let codes = world.signed_in(ANA_BY_MAIL).await.makes_recovery_codes(world).await;
        let nodes = two_nodes(world).await;
        // Five logins, each with the same code ten times.
        let mut shots = Vec::new();
        for number in 0..50 {
            if number % 10 == 0 {
                let mut ana = world.browser();
                ana.signs_in(ANA_BY_MAIL).await;
                ana.opens("/login/recovery").await;
                shots.push(ana);
            } else {
                shots.push(shots.last().unwrap().clone());
            }
            shots.last_mut().unwrap().moves_to(nodes[number % 2]);
        }
        let shots = shots.into_iter().map(|browser| {
            let body = filled(&browser.form("/login/recovery"), &[("code", codes[0].as_str())]);
            Shot { browser, path: "/login/recovery", body }
        });
        let before = count(world, id, "authn_login_success").await;
        let answers = all_at_once(shots.collect()).await;
        assert_eq!(with_a_session(&answers), 1);
        assert_eq!(count(world, id, "authn_recovery_code_accepted").await, 1);
        assert_eq!(count(world, id, "authn_login_success").await, before + 1);
        assert_eq!(world.app.store.recovery_codes(id).await.unwrap().left, 9);
    }
);

story!(a13_a_reset_link_fifty_times_at_once_is_one_change, Setup::required(), |world| {
    let id = world.knows(ANA_BY_MAIL).await;
    let link: &'static str = world.link_for(ANA_BY_MAIL).await.leak();
    let nodes = two_nodes(world).await;
    let mut ana = world.browser();
    ana.opens(link).await;
    let form = ana.form(link);
    let password = |number: usize| format!("lampshade {number} vexed otter {}", number * 7919);
    let shots = (0..50).map(|number| {
        let mut browser = ana.clone();
        browser.moves_to(nodes[number % 2]);
        Shot { browser, path: link, body: filled(&form, &[("new", password(number).as_str())]) }
    });
    let answers = all_at_once(shots.collect()).await;
    let won: Vec<usize> = (0..50).filter(|number| answers[*number].page().status == 303).collect();
    assert_eq!(won.len(), 1, "{won:?}");
    assert_eq!(count(world, id, "authn_password_reset").await, 1);
    assert_eq!(with_a_session(&answers), 0);
    let right = async |password: &str| {
        let stored = world.account(id).await.password_hash;
        let turn = world.app.hasher.turn().await.unwrap();
        turn.compare(&countersign_core::secret::Secret::new(password), stored).await.unwrap().right
    };
    assert!(right(&password(won[0])).await);
    assert!(!right(&password((won[0] + 1) % 50)).await && !right(PASSWORD).await);
});

/// What somebody does to the account at the same moment.
#[derive(Clone, Copy, Debug)]
enum Deed {
    ChangesPassword,
    Disables,
    RevokesFactor,
}

async fn at_once(world: &World, ana: Browser, code: String, deed: Deed) -> Browser {
    let body = filled(&ana.form("/login/code"), &[("code", code.as_str())]);
    let row = world.account(world.account_of(ANA_BY_MAIL).await).await;
    let app = world.app.clone();
    let doing = tokio::spawn(async move {
        match deed {
            Deed::ChangesPassword => {
                // Hashing comes first, so that the change itself meets the code.
                let new = countersign_core::secret::Secret::new("vexed otter lampshade 42");
                account::set_password(&app, &row, &new).await.unwrap();
            }
            Deed::Disables => account::disable(&app, &row).await.unwrap(),
            Deed::RevokesFactor => {
                let changes = countersign::flow::factor_reset::Changes::default();
                countersign::flow::factor_reset::reset(&app, &row, changes).await.unwrap();
            }
        }
    });
    let answers = all_at_once(vec![Shot { browser: ana, path: "/login/code", body }]).await;
    doing.await.unwrap();
    answers.into_iter().next().unwrap()
}

story!(a10_no_session_outlives_what_happens_at_the_same_moment, Setup::required(), |world| {
    let id = world.knows(ANA_BY_MAIL).await;
    for round in 0..ROUNDS {
        for deed in [Deed::Disables, Deed::ChangesPassword, Deed::RevokesFactor] {
            let mut ana = world.browser();
            ana.signs_in(ANA_BY_MAIL).await;
            ana.chooses("email").await;
            world.settled().await;
            let code = world.mail().received().iter().rev().find_map(super::super::gateway::mail::Mail::found_code);
            let mut ana = at_once(world, ana, code.unwrap(), deed).await;
            ana.opens("/account").await;
            assert!(ana.path().starts_with("/login"), "round {round}: {deed:?} left a session: {}", ana.path());
            // Ready for the next round.
            let row = world.account(id).await;
            account::enable(&world.app, &row).await.unwrap();
            let new = countersign_core::secret::Secret::new(PASSWORD);
            account::set_password(&world.app, &row, &new).await.unwrap();
            world.jumps(jiff::SignedDuration::from_hours(25));
        }
    }
});
