//! C: finding out who exists.

use argon2::password_hash::PasswordHasher as _;
use argon2::{Algorithm, Argon2, Params, Version};
use countersign_core::id::AccountId;

use super::{Shot, all_at_once, filled};
use crate::browser::Browser;
use crate::http::Answer;
use crate::people::{ANA, MARIA, NOAH, PASSWORD, Person};
use crate::world::{Setup, World, story};

/// Everybody who cannot log in with what is typed, each with what that is. Names are equally long: the form shows again
/// what was typed as the name.
pub(super) const LOCKED: Person = Person { identifiers: &["locked"], email: None, ..NOAH };
pub(super) const DISABLED: Person = Person { identifiers: &["offoff"], email: None, ..NOAH };
pub(super) const WITHOUT_PASSWORD: Person = Person { identifiers: &["nopass"], email: None, ..NOAH };
const OLD_HASH: Person = Person { identifiers: &["oldold"], email: None, ..NOAH };
const NO_CONTACT: Person = Person { identifiers: &["nocont"], email: None, phone: None, ..NOAH };
const KNOWN: Person = Person { identifiers: &["known1"], email: None, ..NOAH };

/// Makes one account of each kind.
pub(super) async fn everybody(world: &World) -> AccountId {
    let known = world.knows(KNOWN).await;
    world.knows(NO_CONTACT).await;
    let id = world.knows(LOCKED).await;
    for _ in 0..5 {
        reserve(world, id).await;
    }
    let disabled = world.knows(DISABLED).await;
    let row = world.account(disabled).await;
    countersign::flow::account::disable(&world.app, &row).await.unwrap();
    set_hash(world, WITHOUT_PASSWORD, None).await;
    set_hash(world, OLD_HASH, Some(old_hash())).await;
    known
}

async fn reserve(world: &World, id: AccountId) {
    let (rules, now, bucket) = (world.app.settings.lockout, world.now(), format!("account:{id}"));
    let write =
        world.app.store.write(move |tx| Box::pin(async move { tx.reserve_password(&bucket, &rules, now).await }));
    write.await.unwrap();
}

async fn set_hash(world: &World, person: Person, hash: Option<String>) {
    let id = world.knows(person).await;
    let mut sql = super::sql::Sql::open(world).await;
    let value = hash.map_or_else(|| "null".to_owned(), |hash| format!("'{hash}'"));
    let column = if super::on_sqlite(world) { "hex(id)" } else { "upper(encode(uuid_send(id), 'hex'))" };
    let id = id.0.simple().to_string().to_uppercase();
    sql.run(&format!("update account set password_hash = {value} where {column} = '{id}'")).await;
}

/// A hash of the password with fewer passes, as an older version would have left it.
fn old_hash() -> String {
    let params = Params::new(19_456, 1, 1, None).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_with_salt(PASSWORD.as_bytes(), b"salt of long ago").unwrap().to_string()
}

async fn answer(world: &World, identifier: &str, password: &str) -> Browser {
    let mut browser = world.browser();
    browser.opens("/login/internal").await;
    browser.submits("/login/internal", &[("identifier", identifier), ("password", password)]).await;
    browser
}

/// What an answer shows, less what may differ: the form's token and the name that was typed.
fn told(answer: &Answer, identifier: &str) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
    let token =
        crate::html::forms(&answer.body).into_iter().flat_map(|form| form.fields).find(|(name, _)| name == "csrf");
    let body = answer.body.replace(&token.unwrap().1, "…").replace(&format!("value=\"{identifier}\""), "value=\"…\"");
    (answer.status, headers, body)
}

const CASES: &[(&str, &str)] = &[
    ("nobody", "wrong password"),
    ("known1", "wrong password"),
    ("locked", "wrong password"),
    ("locked", PASSWORD),
    ("offoff", PASSWORD),
    ("offoff", "wrong password"),
    ("nopass", PASSWORD),
    ("oldold", "wrong password"),
    ("nocont", "wrong password"),
    ("a b\u{7}c", "wrong password"),
];

story!(c01_c07_nobody_can_tell_why_a_login_was_not_recognised, Setup::required(), |world| {
    everybody(world).await;
    let first = answer(world, "nobody", "wrong password").await;
    let expected = told(first.page(), "nobody");
    assert_eq!(expected.0, 422);
    // An account of a directory is another kind of the same, when there is one.
    for (identifier, password) in CASES {
        let browser = answer(world, identifier, password).await;
        let got = told(browser.page(), &identifier.replace('\u{7}', "&#7;"));
        if identifier.contains('\u{7}') {
            assert_eq!(got.0, expected.0, "{identifier}");
            continue;
        }
        assert_eq!(got, expected, "{identifier} {password}");
        assert_eq!((browser.cookie("login"), browser.cookie("session")), (None, None), "{identifier}");
    }
});

story!(c03_every_kind_of_failure_costs_one_comparison, Setup::required(), |world| {
    everybody(world).await;
    let long = "x".repeat(600);
    let cases = CASES.iter().copied().chain([("known1", long.as_str()), ("nobody", long.as_str())]);
    for (identifier, password) in cases {
        let before = world.app.hasher.comparisons();
        let browser = answer(world, identifier, password).await;
        browser.has_status(422);
        assert_eq!(world.app.hasher.comparisons() - before, 1, "{identifier}");
    }
    // An outdated hash is brought up to date at the next login, so it is cheaper to compare with once at most.
    let before = world.app.hasher.comparisons();
    let browser = answer(world, "oldold", PASSWORD).await;
    browser.has_status(303);
    assert_eq!(world.app.hasher.comparisons() - before, 1);
    let old = countersign::flow::account::find(&world.app, &"internal".parse().unwrap(), "oldold").await.unwrap();
    assert!(old.password_hash.unwrap().contains("m=19456,t=2,p=1"));
});

story!(c04_what_leads_away_from_the_form_asks_for_no_name, Setup::required(), |world| {
    world.knows(ANA).await;
    // What is asked without the page's own form is refused before any name is looked at.
    for (path, status, says) in [("/forgot", 403, "This form is out of date"), ("/reset", 404, "There is no such page")]
    {
        for name in ["ana", "nobody"] {
            let mut browser = world.browser();
            browser.opens("/login/internal").await;
            browser.posts(path, &format!("identifier={name}")).await;
            browser.has_status(status);
            browser.sees(says);
        }
    }
});

story!(c05_what_sends_a_code_does_not_say_whether_a_password_is_right, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    for path in ["/login/destination", "/login/code/resend", "/login/code"] {
        let mut answers = Vec::new();
        for password in [PASSWORD, "wrong password"] {
            let mut browser = world.browser();
            browser.opens("/login/internal").await;
            let fields = [("identifier", "ana"), ("password", password), ("destination", "email"), ("code", "123456")];
            let body = filled(&browser.form("/login/internal"), &fields);
            browser.posts(path, &body).await;
            answers.push((browser.page().status, browser.page().location().to_owned(), browser.page().body.clone()));
        }
        assert_eq!(answers[0], answers[1], "{path}");
        assert_eq!((answers[0].0, answers[0].1.as_str()), (303, "/login"), "{path}");
    }
    assert_eq!((world.messages().await.len(), world.app.hasher.comparisons()), (0, 0));
    assert_eq!(world.account(id).await.account.history.failures, 0);
});

story!(c06_a_trusted_devices_cookie_does_not_tell_who_exists, Setup::required(), |world| {
    world.knows(ANA).await;
    let ana = world.trusting(ANA).await;
    let mut answers = Vec::new();
    for (identifier, with_device) in [("ana", true), ("bob", true), ("ana", false), ("bob", false)] {
        let mut thief = world.browser();
        if with_device {
            thief.plants("device", ana.cookie("device").unwrap());
        }
        thief.opens("/login/internal").await;
        thief.submits("/login/internal", &[("identifier", identifier), ("password", "wrong password")]).await;
        answers.push(told(thief.page(), identifier));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    // Nor does the form itself, before anything is typed.
    let mut thief = world.browser();
    thief.plants("device", ana.cookie("device").unwrap());
    thief.opens("/login/internal").await;
    assert!(!thief.page().body.contains("Ana") && !thief.page().body.contains("value=\"ana\""));
});

story!(c07_a_pause_answers_right_and_wrong_alike_also_in_parallel, Setup::required(), |world| {
    everybody(world).await;
    world.knows(MARIA).await;
    let mut browser = world.browser();
    browser.opens("/login/internal").await;
    let form = browser.form("/login/internal");
    let shot = |number: usize| {
        let password = if number.is_multiple_of(2) { PASSWORD } else { "wrong password" };
        let body = filled(&form, &[("identifier", "locked"), ("password", password)]);
        Shot { browser: browser.clone(), path: "/login/internal", body }
    };
    let answers = all_at_once((0..20).map(shot).collect()).await;
    let first = told(answers[0].page(), "locked");
    assert!(answers.iter().all(|answer| told(answer.page(), "locked") == first));
    assert_eq!(first.0, 422);
});
