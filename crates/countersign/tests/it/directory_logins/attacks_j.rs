//! Attack cases of security.md, family J, that need more than the client: one identity, one counter, bounded waits.

use std::time::Duration;

use crate::directory_logins::company::{JOHN, THEIR_PASSWORD};
use crate::directory_logins::company_story;
use crate::directory_logins::standing::look;
use crate::people::{ANA, PASSWORD};
use crate::world::{Setup, story};

/// Every way to type one person's name.
const SPELLINGS: [&str; 8] = [
    "john",
    "JOHN",
    "ｊｏｈｎ",
    " john ",
    r"CORP\john",
    r"corp\John",
    "john@corp.example.com",
    "John.Marsh@example.com",
];

company_story!(j06_every_spelling_is_one_account, Setup::new(), |world, company| {
    company.hires(JOHN);
    let mut ids = Vec::new();
    for spelling in SPELLINGS {
        let mut john = world.browser();
        john.comes_as(spelling, THEIR_PASSWORD).await;
        john.is_signed_in();
        ids.push(world.account_called("john").await.unwrap().account.id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let events = world.events(ids[0]).await;
    assert_eq!(events.iter().filter(|event| *event == "authn_login_success").count(), SPELLINGS.len());
});

company_story!(j06_every_spelling_is_one_counter, Setup::new().set("lockout.failures", "3"), |world, company| {
    company.hires(JOHN);
    for spelling in &SPELLINGS[1..] {
        let mut stranger = world.browser();
        stranger.comes_as(spelling, "wrong").await;
        stranger.has_status(422);
    }
    assert_eq!(company.counted("john"), 3);
    let entries = world.app.store.audit_entries(None, 20).await.unwrap();
    let why: Vec<&str> = entries.iter().rev().filter_map(|entry| entry.detail["why"].as_str()).collect();
    assert_eq!(why, ["password", "password", "password", "paused", "paused", "paused", "paused"]);
    let mut people: Vec<&str> = entries.iter().filter_map(|entry| entry.detail["person"].as_str()).collect();
    people.dedup();
    assert_eq!(people.len(), 1, "one person in the audit log");
});

company_story!(c01_unknown_wrong_paused_and_shielded_look_alike, Setup::new(), |world, company| {
    company.hires(JOHN);
    world.knows(ANA).await;
    let mut looks = Vec::new();
    for name in ["nobody", "john", "ana"] {
        for _ in 0..7 {
            let mut browser = world.browser();
            let before = world.app.hasher.comparisons();
            browser.comes_as(name, "wrong").await;
            browser.has_status(422);
            assert_eq!(world.app.hasher.comparisons(), before + 1, "{name}");
            let headers: Vec<&str> = browser.page().headers.iter().map(|(name, _)| name.as_str()).collect();
            looks.push((look(&browser, name), headers.join(" ")));
        }
    }
    looks.dedup();
    assert_eq!(looks.len(), 1, "{looks:#?}");
});

company_story!(
    j08_a_person_without_an_identity_is_not_let_in,
    Setup::new().set("directories.corp.attributes.id", "employeeNumber"),
    |world, company| {
        company.hires(JOHN);
        let mut john = world.browser();
        john.comes_as("john", THEIR_PASSWORD).await;
        john.has_status(503);
        assert_eq!(john.cookie("session"), None);
        assert!(world.account_called("john").await.is_none());
        company.sets("john", "employeeNumber", "4711");
        john.comes_as("john", THEIR_PASSWORD).await;
        john.is_signed_in();
    }
);

company_story!(
    j09_a_directory_that_hangs_holds_up_nobody_else,
    Setup::new()
        .set("directories.corp.connect_timeout", "500ms")
        .set("directories.corp.answer_timeout", "500ms")
        .set("lockout.network_failures", "10000"),
    |world, company| {
        company.hires(JOHN);
        world.knows(ANA).await;
        company.wall.hangs();
        let mut people = Vec::new();
        for _ in 0..200 {
            let mut browser = world.browser();
            browser.opens("/login/internal").await;
            people.push(browser);
        }
        let mut ana = world.browser();
        ana.opens("/login/internal").await;
        let mut under_way = tokio::task::JoinSet::new();
        for mut browser in people {
            under_way.spawn(async move {
                browser.gives("internal", "john", THEIR_PASSWORD).await;
                browser.has_status(503);
            });
        }
        // Two hundred waits one after the other would be a hundred seconds.
        tokio::time::timeout(Duration::from_mins(1), under_way.join_all()).await.unwrap();
        // Ours, while the directory hangs.
        ana.gives("internal", "ana", PASSWORD).await;
        ana.is_signed_in();
        assert_eq!(company.counted("john"), 0);
    }
);

story!(without_a_directory_nothing_is_asked_of_one, Setup::new(), |world| {
    let mut stranger = world.browser();
    stranger.comes_as("nobody", "wrong").await;
    stranger.has_status(422);
});
