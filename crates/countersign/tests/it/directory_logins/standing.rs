//! What the directory says of a person besides the password: at the login, and while they are signed in.

use jiff::SignedDuration;

use crate::browser::Browser;
use crate::directory_logins::company::{JOHN, ROSA, THEIR_PASSWORD};
use crate::directory_logins::{Company, company_story};
use crate::people::{ANA, PASSWORD};
use crate::world::{Setup, World, until};

/// How soon a directory is asked again at the latest.
const LATEST: SignedDuration = SignedDuration::from_mins(5);

company_story!(j07_standings_are_told_after_the_right_password_only, Setup::new(), |world, company| {
    company.hires(JOHN);
    let mut stranger = world.browser();
    stranger.comes_as("nobody", THEIR_PASSWORD).await;
    let unknown = look(&stranger, "nobody");
    for (attribute, value, told, outcome) in [
        ("pwdReset", "TRUE", "Your password has to be changed first", "password-expired"),
        ("shadowExpire", "1", "Your account has expired", "account-expired"),
    ] {
        if attribute == "shadowExpire" {
            company.sets("john", "objectClass", "inetOrgPerson\nobjectClass: shadowAccount");
        }
        company.sets("john", attribute, value);
        let mut john = world.browser();
        john.comes_as("john", "wrong").await;
        john.has_status(422);
        assert_eq!(look(&john, "john"), unknown, "{attribute}");
        john.comes_as("john", THEIR_PASSWORD).await;
        john.has_status(403);
        john.sees(told);
        assert_eq!(john.cookie("session"), None);
        let entries = world.app.store.audit_entries(None, 1).await.unwrap();
        assert_eq!(entries[0].detail["outcome"], outcome);
        company.clears("john", attribute);
    }
    // A lock is told to anybody by the directory, so it is told to nobody here.
    company.sets("john", "pwdAccountLockedTime", "000001010000Z");
    let mut john = world.browser();
    john.comes_as("john", THEIR_PASSWORD).await;
    john.has_status(422);
    assert_eq!(look(&john, "john"), unknown);
    let entries = world.app.store.audit_entries(None, 1).await.unwrap();
    assert_eq!(entries[0].detail["why"], "locked in the directory");
    company.clears("john", "pwdAccountLockedTime");
    let mut john = world.browser();
    john.comes_as("john", THEIR_PASSWORD).await;
    john.is_signed_in();
});

/// What a refused login shows, without what differs in each.
pub(super) fn look(browser: &Browser, name: &str) -> String {
    let mut body = browser.page().body.clone();
    for (_, value) in browser.form("/login/internal").fields.iter().filter(|(name, _)| name == "csrf") {
        body = body.replace(value, "CSRF");
    }
    body.replace(&format!("value=\"{name}\""), "value=\"NAME\"")
}

async fn with_a_required_group(kind: crate::databases::Kind) -> (World, Company) {
    let company = Company::found().await;
    let setup = Setup::new().set("directories.corp.required_group", &company.group("helpdesk"));
    let world = World::start(kind, company.setup(setup)).await;
    (world, company)
}

async fn a_group_can_be_required(kind: crate::databases::Kind) {
    let (world, company) = with_a_required_group(kind).await;
    for employee in [JOHN, ROSA] {
        company.hires(employee);
    }
    let mut john = world.browser();
    // J-08: a group that is not there, or may not be read, admits nobody.
    john.comes_as("john", THEIR_PASSWORD).await;
    assert_eq!(john.cookie("session"), None, "{}", john.text());
    assert_ne!(john.page().status, 200);
    company.has_group("helpdesk", &["john"]);
    john.comes_as("john", THEIR_PASSWORD).await;
    john.is_signed_in();
    let mut rosa = world.browser();
    rosa.comes_as("rosa", "wrong").await;
    rosa.has_status(422);
    rosa.comes_as("rosa", THEIR_PASSWORD).await;
    rosa.has_status(403);
    rosa.sees("Your account is not admitted here");
    assert!(world.account_called("rosa").await.is_none(), "whoever may not log in gets no account");
    // Out of the group, out of the session.
    company.sets_members("helpdesk", &["rosa"]);
    world.passes(LATEST).await;
    out(&mut john).await;
    world.finish().await;
}

mod a_group_can_be_required {
    #[tokio::test]
    async fn sqlite() {
        super::a_group_can_be_required(crate::databases::Kind::Sqlite).await;
    }

    #[tokio::test]
    async fn postgres() {
        super::a_group_can_be_required(crate::databases::Kind::Postgres).await;
    }
}

/// Waits until a person who was signed in is not any more.
pub(super) async fn out(browser: &mut Browser) {
    for _ in 0..400 {
        browser.opens("/account").await;
        if browser.path().starts_with("/login") {
            return;
        }
        #[expect(clippy::disallowed_methods, reason = "a job of the product is waited for")]
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("still signed in: {}", browser.text());
}

/// Waits until the directory was asked after somebody once more.
async fn asked_again(world: &World, name: &str) {
    let row = world.account_called(name).await.unwrap();
    let now = world.now();
    until("the directory was asked again", async || (world.entry_of(&row).await.asked_at == now).then_some(())).await;
}

company_story!(j10_whoever_is_dismissed_is_out_within_five_minutes, Setup::new(), |world, company| {
    for employee in [JOHN, ROSA] {
        company.hires(employee);
    }
    world.knows(ANA).await;
    let (mut john, mut rosa, mut ana) = (world.browser(), world.browser(), world.browser());
    john.comes_as("john", THEIR_PASSWORD).await;
    rosa.comes_as("rosa", THEIR_PASSWORD).await;
    ana.comes_as("ana", PASSWORD).await;
    // Nothing has changed: nobody is out.
    world.passes(LATEST).await;
    asked_again(world, "john").await;
    for browser in [&mut john, &mut rosa, &mut ana] {
        browser.opens("/account").await;
        browser.is_signed_in();
    }
    company.dismisses("john");
    company.sets("rosa", "pwdAccountLockedTime", "000001010000Z");
    world.passes(LATEST).await;
    out(&mut john).await;
    out(&mut rosa).await;
    ana.opens("/account").await;
    ana.is_signed_in();
    for (name, why) in [("john", "gone"), ("rosa", "disabled")] {
        let row = world.account_called(name).await.unwrap();
        assert!(world.events(row.account.id).await.contains(&"account_closed".to_owned()));
        assert_eq!(world.entry_of(&row).await.refused.as_deref(), Some(why));
    }
    // Let in again, she is in again.
    company.clears("rosa", "pwdAccountLockedTime");
    rosa.comes_as("rosa", THEIR_PASSWORD).await;
    rosa.is_signed_in();
});

company_story!(a_directory_that_is_silent_ends_sessions_after_an_hour, Setup::new(), |world, company| {
    company.hires(JOHN);
    world.knows(ANA).await;
    let mut john = world.browser();
    john.comes_as("john", THEIR_PASSWORD).await;
    company.wall.closes();
    for minutes in [20, 20, 19] {
        world.passes(SignedDuration::from_mins(minutes)).await;
        asked_again(world, "john").await;
        john.opens("/account").await;
        john.is_signed_in();
    }
    world.passes(LATEST).await;
    out(&mut john).await;
    let id = world.account_called("john").await.unwrap().account.id;
    assert!(!world.events(id).await.contains(&"account_closed".to_owned()));
    company.wall.opens();
    // A server that did not answer is left alone for half a minute.
    world.passes(SignedDuration::from_secs(31)).await;
    john.comes_as("john", THEIR_PASSWORD).await;
    john.is_signed_in();
});

company_story!(a_directory_that_is_down_is_told_as_such_and_counts_nothing, Setup::new(), |world, company| {
    company.hires(JOHN);
    world.knows(ANA).await;
    company.wall.closes();
    for _ in 0..7 {
        let mut john = world.browser();
        john.comes_as("john", THEIR_PASSWORD).await;
        john.has_status(503);
        john.sees("Signing in is not possible right now");
        assert!(!john.page().all("retry-after").collect::<Vec<_>>().is_empty());
    }
    let mut ana = world.browser();
    ana.comes_as("ana", PASSWORD).await;
    ana.is_signed_in();
    company.wall.opens();
    world.passes(SignedDuration::from_secs(31)).await;
    let mut john = world.browser();
    john.comes_as("john", THEIR_PASSWORD).await;
    john.is_signed_in();
});
