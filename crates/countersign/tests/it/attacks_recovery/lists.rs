//! N-07 and C-04: what is another's is as if it were not there.

use crate::attacks::count;
use crate::passwords::NEW;
use crate::people::{ANA, NOAH, Person};
use crate::world::{Setup, World, story};

story!(n07_another_accounts_sessions_and_devices_are_as_if_they_were_not, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let noahs = world.knows(NOAH).await;
    let mut ana = world.trusting(ANA).await;
    let mut noah = world.trusting(NOAH).await;
    let device = world.app.store.devices(noahs).await.unwrap()[0].id;
    let session = crate::attacks::session_of(world, &noah).await.id;
    ana.opens("/account").await;
    let csrf = ana.form("/account/devices/revoke").fields;
    let csrf = &csrf.iter().find(|(name, _)| name == "csrf").unwrap().1;
    let body = format!("csrf={csrf}&name=mine");
    let nothing = "00000000-0000-4000-8000-000000000000";
    let mut answers = Vec::new();
    for path in [
        format!("/account/devices/{device}/rename"),
        format!("/account/devices/{nothing}/rename"),
        format!("/account/devices/{device}/revoke"),
        format!("/account/devices/{nothing}/revoke"),
        format!("/account/sessions/{session}/end"),
        format!("/account/sessions/{nothing}/end"),
        "/account/sessions/1%20or%201=1/end".to_owned(),
    ] {
        ana.posts(&path, &body).await;
        ana.has_status(404);
        answers.push(ana.text().split("Number for support").next().unwrap().to_owned());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "they tell what exists: {answers:#?}");
    assert_eq!(count(world, id, "authz_fail").await, 6, "each is written down, but for what is no id at all");
    // Nothing happened to what is Noah's.
    let devices = world.app.store.devices(noahs).await.unwrap();
    assert_eq!((devices.len(), devices[0].name.as_str()), (1, "Firefox · Windows 10"));
    noah.opens("/account").await;
    noah.is_signed_in();
});

/// Accounts that each are something else to the one who deals with a forgotten password. Names are equally long.
const KINDS: [Person; 4] = [
    Person { identifiers: &["usual1"], ..NOAH },
    Person { identifiers: &["nomail"], email: None, ..NOAH },
    Person { identifiers: &["offoff"], ..NOAH },
    Person { identifiers: &["inldap"], ..NOAH },
];

async fn everybody(world: &World) {
    for person in KINDS {
        let id = world.knows(person).await;
        let row = world.account(id).await;
        match person.identifiers[0] {
            "offoff" => countersign::flow::account::disable(&world.app, &row).await.unwrap(),
            "inldap" => world.moves_to_a_directory(id).await,
            _ => {}
        }
    }
}

/// The whole of an answer, less what is another each time.
fn told(browser: &crate::browser::Browser) -> (u16, Vec<(String, String)>, String) {
    let page = browser.page();
    let headers = page.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
    (page.status, headers, page.body.clone())
}

story!(c04_who_asks_for_a_password_learns_nothing, Setup::required().leaving_messages(), |world| {
    everybody(world).await;
    let mut answers = Vec::new();
    // A mail server that is down changes nothing about it.
    world.mail().refuse(Some("451 not now"));
    let names = KINDS.map(|person| person.identifiers[0]);
    let mut browser = world.browser();
    browser.opens("/forgot?realm=internal").await;
    for name in names.into_iter().chain(["nobody", "a@b@c", "\u{202e}\u{feff}", "'or'1", &"x".repeat(250)]) {
        let mut asks = browser.clone();
        asks.submits("/forgot", &[("identifier", name)]).await;
        answers.push(told(&asks));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert_eq!(answers[0].0, 303);
    crate::world::until("all are dealt with", async || (world.links_asked_for().await.len() == 9).then_some(())).await;
    // What was typed is nowhere.
    let audit = world.app.store.audit_entries(None, 100).await.unwrap();
    assert!(audit.iter().all(|row| !row.detail.to_string().contains("nobody")));
});

// The answer is given before anybody is looked up, so it cannot take longer for one name than for another: while there
// is no place to deal with requests at all, it is the same.
story!(c04_the_answer_comes_before_the_name_is_looked_up, Setup::required(), |world| {
    world.knows(ANA).await;
    let places = u32::try_from(world.app.resets.available_permits()).unwrap();
    let all = world.app.resets.acquire_many(places).await.unwrap();
    let mut answers = Vec::new();
    for name in ["ana", "bob"] {
        let mut browser = world.browser();
        browser.opens("/forgot?realm=internal").await;
        browser.submits("/forgot", &[("identifier", name)]).await;
        let (status, _, body) = told(&browser);
        answers.push((status, body));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, 303);
    assert!(world.links_asked_for().await.is_empty());
    drop(all);
});

story!(c04_a_link_for_one_that_does_not_exist_looks_like_one_that_is_over, Setup::new(), |world| {
    world.knows(ANA).await;
    let used = world.link_for(ANA).await;
    world.resets(&used, NEW).await.has_status(303);
    let mut pages = Vec::new();
    for path in [used.as_str(), "/reset/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let mut browser = world.browser();
        browser.opens(path).await;
        browser.has_status(404);
        pages.push(browser.page().body.replace(path, "/reset"));
    }
    assert_eq!(pages[0], pages[1]);
});
