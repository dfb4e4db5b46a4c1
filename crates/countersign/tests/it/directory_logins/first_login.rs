//! The account of somebody from a directory: how it comes into being, and how it follows the person.

use countersign::flow::directory_password::{self, Proved};
use countersign::flow::{account, explain};
use countersign_core::policy::Mode;
use countersign_core::secret::Secret;
use jiff::SignedDuration;

use crate::directory_logins::company::{JOHN, ROSA, THEIR_PASSWORD};
use crate::directory_logins::company_story;
use crate::people::{ANA, PASSWORD, Person};
use crate::world::{Setup, until};

/// A code for people of the directory, none for those of our own.
fn second_factor_for_the_directory() -> Setup {
    Setup::new().set("realms.internal.policy.corp.mode", "required")
}

company_story!(the_first_login_makes_the_account, Setup::new(), |world, company| {
    company.hires(JOHN);
    assert!(world.account_called("john").await.is_none());
    let mut john = world.browser();
    john.comes_as("john", THEIR_PASSWORD).await;
    john.is_signed_in();
    john.sees("John Marsh");
    let row = world.account_called("john").await.unwrap();
    assert_eq!(row.account.source.as_str(), "corp");
    assert_eq!(row.identifiers, ["john", "john.marsh@example.com"]);
    assert_eq!(row.password_hash, None, "no password of a directory is kept");
    let contacts = &row.account.contacts;
    assert_eq!(
        contacts.email.as_ref().map(countersign_core::contact::EmailAddress::as_str),
        Some("john.marsh@example.com")
    );
    assert_eq!(contacts.phone.as_ref().map(countersign_core::contact::Phone::as_str), Some("+14165550111"));
    let entry = world.entry_of(&row).await;
    assert!(entry.gives_email && entry.gives_phone);
    let events = world.events(row.account.id).await;
    assert_eq!(events, ["account_created", "account_refreshed", "authn_login_success"]);
    // The second login makes nothing.
    let mut again = world.browser();
    again.comes_as("john.marsh@example.com", THEIR_PASSWORD).await;
    again.is_signed_in();
    assert_eq!(world.account_called("john").await.unwrap().account.id, row.account.id);
    assert_eq!(world.events(row.account.id).await.len(), 4);
});

company_story!(parallel_first_logins_make_one_account, Setup::new(), |world, company| {
    company.hires(JOHN);
    let mut people = Vec::new();
    // As many at once as may reach the directory.
    for _ in 0..3 {
        let mut browser = world.browser();
        browser.opens("/login/internal").await;
        people.push(browser);
    }
    let mut under_way = tokio::task::JoinSet::new();
    for mut browser in people {
        under_way.spawn(async move {
            browser.gives("internal", "john", THEIR_PASSWORD).await;
            browser.is_signed_in();
        });
    }
    under_way.join_all().await;
    let id = world.account_called("john").await.unwrap().account.id;
    let events = world.events(id).await;
    assert_eq!(events.iter().filter(|event| *event == "account_created").count(), 1, "{events:?}");
    assert_eq!(events.iter().filter(|event| *event == "authn_login_success").count(), 3, "{events:?}");
});

company_story!(a_code_goes_to_the_address_in_the_directory, second_factor_for_the_directory(), |world, company| {
    company.hires(ROSA);
    let mut rosa = world.browser();
    rosa.comes_as("rosa", THEIR_PASSWORD).await;
    rosa.is_at("/login/destination");
    assert_eq!(rosa.offered(), ["email"]);
    rosa.sees("ro••••@example.com");
    rosa.chooses("email").await;
    let mail = world.mail().next().await;
    assert_eq!(mail.to, "rosa.lind@example.com");
    rosa.enters(&mail.code()).await;
    rosa.is_signed_in();
});

company_story!(each_source_has_its_own_policy, second_factor_for_the_directory(), |world, company| {
    company.hires(ROSA);
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    let mut rosa = world.browser();
    rosa.comes_as("rosa", THEIR_PASSWORD).await;
    rosa.is_at("/login/destination");
    let question = |identifier: &str| explain::Question {
        realm: "internal".parse().unwrap(),
        identifier: identifier.to_owned(),
        address: "203.0.113.7".parse().unwrap(),
        device: explain::Device::Untrusted,
        user_agent: None,
        language: None,
    };
    let of_rosa = explain::explain(&world.app, &question("rosa")).await.unwrap();
    assert_eq!((of_rosa.decision.mode, of_rosa.decision.applies), (Mode::Required, true));
    let of_ana = explain::explain(&world.app, &question("ana")).await.unwrap();
    assert_eq!((of_ana.decision.mode, of_ana.decision.applies), (Mode::Off, false));
});

company_story!(a_rename_keeps_the_account_and_its_device, second_factor_for_the_directory(), |world, company| {
    company.hires(ROSA);
    let mut rosa = world.browser();
    rosa.comes_as("rosa", THEIR_PASSWORD).await;
    rosa.chooses("email").await;
    let code = world.mail().next().await.code();
    rosa.enters_and_trusts(&code).await;
    rosa.is_signed_in();
    let before = world.account_called("rosa").await.unwrap();

    company.renames("rosa", "rosa-berg");
    company.sets("rosa-berg", "cn", "Rosa Berg");
    rosa.closes();
    rosa.comes_as("rosa-berg", THEIR_PASSWORD).await;
    rosa.is_signed_in();
    rosa.sees("Rosa Berg");
    let after = world.account_called("rosa-berg").await.unwrap();
    assert_eq!(after.account.id, before.account.id);
    assert!(world.account_called("rosa").await.is_none(), "the old name is nobody's");
    let mut stranger = world.browser();
    stranger.comes_as("rosa", THEIR_PASSWORD).await;
    stranger.has_status(422);
});

company_story!(
    j11_a_name_that_is_given_to_somebody_else_inherits_nothing,
    second_factor_for_the_directory(),
    |world, company| {
        company.hires(ROSA);
        let mut rosa = world.browser();
        rosa.comes_as("rosa", THEIR_PASSWORD).await;
        rosa.chooses("email").await;
        let code = world.mail().next().await.code();
        rosa.enters_and_trusts(&code).await;
        rosa.is_signed_in();
        let old = world.account_called("rosa").await.unwrap();

        company.dismisses("rosa");
        company.hires(JOHN);
        company.hires(ROSA);
        // Somebody else, at the browser that the first one trusted.
        let mut other = rosa;
        other.loses("session");
        other.comes_as("rosa", THEIR_PASSWORD).await;
        other.is_at("/login/destination");
        other.chooses("email").await;
        let code = world.mail().next().await.code();
        other.enters(&code).await;
        other.is_signed_in();
        let new = world.account_called("rosa").await.unwrap();
        assert_ne!(new.account.id, old.account.id);
        assert_eq!(new.account.history.failures, 0);
        // The old account is there, and nobody reaches it by a name.
        assert_eq!(world.account(old.account.id).await.identifiers, [""; 0]);
        let by_id = account::find(&world.app, &"internal".parse().unwrap(), &old.account.id.to_string()).await.unwrap();
        assert_eq!(by_id.account.id, old.account.id);
        // What it had open ends with the next look.
        world.passes(SignedDuration::from_mins(6)).await;
        until("the old account is closed", async || {
            world.events(old.account.id).await.contains(&"account_closed".to_owned()).then_some(())
        })
        .await;
        assert_eq!(world.app.store.devices(old.account.id).await.unwrap().len(), 0);
    }
);

company_story!(a_name_of_our_own_is_not_asked_of_the_directory, Setup::new(), |world, company| {
    company.hires(crate::directory_logins::Employee { uid: "ana", ..JOHN });
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    let mut other = world.browser();
    other.comes_as("ana", THEIR_PASSWORD).await;
    other.has_status(422);
    assert_eq!(company.counted("ana"), 0);
    // With the domain before it, it is theirs; the name itself stays ours.
    other.comes_as(r"CORP\ana", THEIR_PASSWORD).await;
    other.is_signed_in();
    let theirs = world.account_called("john.marsh@example.com").await.unwrap();
    assert_eq!(theirs.identifiers, ["john.marsh@example.com"]);
    let mut ana = world.browser();
    ana.comes_as("ana", PASSWORD).await;
    ana.is_signed_in();
});

company_story!(n02_a_changed_address_ends_the_code, second_factor_for_the_directory(), |world, company| {
    company.hires(ROSA);
    let mut rosa = world.browser();
    rosa.comes_as("rosa", THEIR_PASSWORD).await;
    rosa.chooses("email").await;
    let code = world.mail().next().await.code();
    company.sets("rosa", "mail", "rosa.berg@example.com");
    let mut elsewhere = world.browser();
    elsewhere.comes_as("rosa", THEIR_PASSWORD).await;
    elsewhere.sees("ro••••@example.com");
    rosa.enters(&code).await;
    assert_eq!(rosa.cookie("session"), None);
    elsewhere.chooses("email").await;
    let mail = world.mail().next().await;
    assert_eq!(mail.to, "rosa.berg@example.com");
    elsewhere.enters(&mail.code()).await;
    elsewhere.is_signed_in();
});

company_story!(what_was_set_here_stays_and_what_the_directory_takes_away_goes, Setup::new(), |world, company| {
    company.hires(JOHN);
    let mut john = world.browser();
    john.comes_as("john", THEIR_PASSWORD).await;
    let row = world.account_called("john").await.unwrap();
    let own: countersign_core::contact::EmailAddress = "john@private.example.com".parse().unwrap();
    let changes = countersign::flow::factor_reset::Changes {
        email: countersign::flow::factor_reset::Change::Set(own.clone()),
        ..Default::default()
    };
    countersign::flow::factor_reset::reset(&world.app, &row, changes).await.unwrap();
    company.sets("john", "mail", "john@new.example.com");
    company.clears("john", "mobile");
    let mut john = world.browser();
    john.comes_as("john", THEIR_PASSWORD).await;
    john.is_signed_in();
    let contacts = world.account(row.account.id).await.account.contacts;
    assert_eq!((contacts.email, contacts.phone), (Some(own), None));
});

company_story!(a_password_is_asked_for_once_more_within_the_shield, Setup::new(), |world, company| {
    company.hires(JOHN);
    let mut john = world.browser();
    john.comes_as("john", THEIR_PASSWORD).await;
    let row = world.account_called("john").await.unwrap();
    let (app, now) = (&world.app, world.now());
    let asked = async |password: &str| directory_password::prove(app, &row, &Secret::new(password), now).await.unwrap();
    assert_eq!(asked(THEIR_PASSWORD).await, Proved::Yes);
    for _ in 0..6 {
        assert_eq!(asked("wrong").await, Proved::No);
    }
    assert_eq!(company.counted("john"), 3);
    assert_eq!(asked(THEIR_PASSWORD).await, Proved::No, "the directory is not told of more");
    company.wall.closes();
    assert_eq!(asked(THEIR_PASSWORD).await, Proved::Unavailable);
});

company_story!(a_directory_keeps_its_passwords, Setup::new(), |world, company| {
    company.hires(JOHN);
    let mut john = world.browser();
    john.comes_as("john", THEIR_PASSWORD).await;
    let row = world.account_called("john").await.unwrap();
    let refused = account::set_password(&world.app, &row, &Secret::new("a whole new password")).await;
    let told = refused.err().unwrap().to_string();
    assert_eq!(told, "command-refused-password-in-directory source=\"corp\"");
    assert_eq!(world.account(row.account.id).await.password_hash, None);
});

company_story!(people_of_a_realm_without_the_directory_are_not_asked_for_there, Setup::new(), |world, company| {
    company.hires(JOHN);
    let customer = Person { realm: "external", identifiers: &["john"], ..ANA };
    let mut john = world.browser();
    john.tries(customer, THEIR_PASSWORD).await;
    john.has_status(422);
    assert_eq!(company.counted("john"), 0);
});
