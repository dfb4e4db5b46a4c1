//! Enrolling: a person who must have a second factor and has nowhere to send a code to.

use jiff::SignedDuration;

use super::{NEW_EMAIL, NEW_PHONE};
use crate::browser::Browser;
use crate::people::{ANA, Person, wrong};
use crate::world::{Setup, story};

/// Ana before anybody has written down how to reach her.
const NOBODY_KNOWS_HOW: Person = Person { email: None, phone: None, ..ANA };
/// Ana with an address on file.
const ON_FILE: Person = Person { phone: None, ..ANA };

async fn adds(browser: &mut Browser, kind: &str, contact: &str, channel: &str) {
    let action = format!("/login/enrol/contact/{kind}");
    browser.opens(&action).await;
    browser.submits(&action, &[("contact", contact), ("channel", channel), ("country", "CA")]).await;
    browser.follows().await;
}

async fn unlocks(browser: &mut Browser, code: &str) {
    browser.submits("/login/enrol", &[("enrolment", code)]).await;
    browser.follows().await;
}

story!(a_person_enrols_with_the_code_of_an_administrator, Setup::required(), |world| {
    let id = world.knows(NOBODY_KNOWS_HOW).await;
    world.keeps_secret(NEW_PHONE);
    let code = world.issues_enrolment_code(id).await;
    let mut ana = world.browser();
    ana.opens("/login/internal?return_to=https://erp.example.com/tickets").await;
    ana.gives("internal", "ana", crate::people::PASSWORD).await;
    ana.is_at("/login/enrol");
    ana.sees("One more step before you can sign in");
    ana.sees("help@acme.example can give you one.");
    unlocks(&mut ana, &code.to_lowercase().replace('-', " ")).await;
    ana.sees("The enrolment code is accepted.");
    adds(&mut ana, "phone", "416 555 0199", "sms").await;
    ana.sees("+1 416-555-0199");
    let code = world.clicksend().next().await.code().to_owned();
    ana.submits("/login/enrol/code", &[("code", &wrong(&code, 1))]).await;
    ana.sees("you have 4 tries left");
    ana.submits("/login/enrol/code", &[("code", &code)]).await;
    assert_eq!(ana.page().location(), "https://erp.example.com/tickets", "the login is complete");
    ana.opens("/account").await;
    ana.is_signed_in();
    ana.sees("Your password and a code by text message");
    assert_eq!(world.account(id).await.account.contacts.phone.unwrap().as_str(), NEW_PHONE);
    let events = world.events(id).await;
    let told = ["enrolment_code_issued", "enrolment_code_used", "contact_added", "authn_login_success"];
    let order: Vec<usize> = told.iter().map(|name| events.iter().position(|event| event == name).unwrap()).collect();
    assert!(order.is_sorted(), "{events:?}");
    ana.signs_in(NOBODY_KNOWS_HOW).await;
    assert_eq!(ana.offered(), ["sms"]);
});

story!(a_person_enrols_with_the_mailbox_on_file, Setup::required(), |world| {
    let id = world.knows_unconfirmed(ON_FILE).await;
    let mut ana = world.browser();
    ana.signs_in(ON_FILE).await;
    ana.is_at("/login/enrol");
    ana.sees("an••••@example.com");
    assert!(!ana.page().body.contains("ana.torres"), "masked");
    ana.submits("/login/enrol/mail", &[]).await;
    ana.follows().await;
    ana.sees("an••••@example.com");
    let mail = world.mail().next().await;
    assert_eq!(mail.to, ON_FILE.email.unwrap());
    ana.submits("/login/enrol/code", &[("code", &mail.code())]).await;
    ana.follows().await;
    ana.is_signed_in();
    assert!(world.account(id).await.account.contacts.email.is_some());
    ana.signs_in(ON_FILE).await;
    assert_eq!(ana.offered(), ["email"]);
});

story!(n05_the_password_alone_enrols_nothing, Setup::required(), |world| {
    let id = world.knows_unconfirmed(ON_FILE).await;
    let mut thief = world.browser();
    thief.signs_in(ON_FILE).await;
    let form = thief.form("/login/enrol");
    let typed = [("contact", NEW_EMAIL), ("channel", "email")];
    // The pages further on, with a form of this very login.
    thief.opens("/login/enrol/contact/email").await;
    thief.is_at("/login/enrol");
    thief.sends_form("/login/enrol/contact/email", &form, &typed).await;
    assert_eq!(thief.page().location(), "/login/internal?notice=start-again");
    thief.sends_form("/login/enrol/resend", &form, &[]).await;
    assert_eq!(thief.page().location(), "/login/internal?notice=start-again");
    thief.sends_form("/login/enrol/code", &form, &[("code", "000000")]).await;
    assert_eq!(thief.page().location(), "/login/internal?notice=start-again");
    // An address in the form of the one on file changes nothing about where the code goes.
    thief.sends_form("/login/enrol/mail", &form, &typed).await;
    assert_eq!(world.mail().next().await.to, ON_FILE.email.unwrap());
    // The steps of another login, and the account.
    for page in ["/login/destination", "/login/code", "/account", "/account/contacts/email"] {
        let mut copy = thief.clone();
        copy.opens(page).await;
        assert!(copy.path().starts_with("/login"), "{page}: {}", copy.path());
        assert_eq!(copy.cookie("session"), None);
    }
    thief.sends_form("/login/destination", &form, &[("destination", "email")]).await;
    assert_eq!(thief.page().location(), "/login/internal?notice=start-again");
    let row = world.account(id).await;
    assert!(row.account.contacts.is_empty() && row.unverified_email.is_some());
    assert_eq!(world.settled().await.len(), 1);
});

story!(n05_an_enrolment_code_is_one_account_s_for_a_day_and_once, Setup::required(), |world| {
    let id = world.knows(NOBODY_KNOWS_HOW).await;
    let other = Person { identifiers: &["other"], ..NOBODY_KNOWS_HOW };
    let other_id = world.knows(other).await;
    let refused = async |code: &str, person: Person| {
        let mut browser = world.browser();
        browser.signs_in(person).await;
        unlocks(&mut browser, code).await;
        browser.sees("That enrolment code does not work");
    };
    let theirs = world.issues_enrolment_code(other_id).await;
    refused(&theirs, NOBODY_KNOWS_HOW).await;
    let replaced = world.issues_enrolment_code(id).await;
    let old = world.issues_enrolment_code(id).await;
    refused(&replaced, NOBODY_KNOWS_HOW).await;
    world.passes(SignedDuration::from_hours(24)).await;
    refused(&old, NOBODY_KNOWS_HOW).await;
    let code = world.issues_enrolment_code(id).await;
    let mut ana = world.browser();
    ana.signs_in(NOBODY_KNOWS_HOW).await;
    unlocks(&mut ana, &code).await;
    ana.sees("The enrolment code is accepted.");
    refused(&code, NOBODY_KNOWS_HOW).await;
    let dump = crate::attacks::sql::Sql::open(world).await.dump().await;
    let plain = code.replace('-', "");
    assert!(!dump["enrolment_code"].iter().any(|row| row.to_uppercase().contains(&plain)), "only a hash is kept");
});

story!(n05_five_wrong_enrolment_codes_pause_them_and_not_the_login, Setup::required(), |world| {
    let id = world.knows(NOBODY_KNOWS_HOW).await;
    let code = world.issues_enrolment_code(id).await;
    let mut thief = world.browser();
    thief.signs_in(NOBODY_KNOWS_HOW).await;
    for _ in 0..5 {
        unlocks(&mut thief, "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY-Z").await;
        thief.has_status(422);
    }
    unlocks(&mut thief, &code).await;
    thief.sees("There were too many wrong tries");
    let mut ana = world.browser();
    ana.signs_in(NOBODY_KNOWS_HOW).await;
    ana.is_at("/login/enrol");
    world.passes(SignedDuration::from_mins(30)).await;
    ana.signs_in(NOBODY_KNOWS_HOW).await;
    unlocks(&mut ana, &code).await;
    ana.sees("The enrolment code is accepted.");
    assert_eq!(world.events(id).await.iter().filter(|event| *event == "enrolment_code_rejected").count(), 5);
});

story!(a_contact_that_an_administrator_adds_meanwhile_ends_enrolling, Setup::required(), |world| {
    let id = world.knows(NOBODY_KNOWS_HOW).await;
    let code = world.issues_enrolment_code(id).await;
    let mut thief = world.browser();
    thief.signs_in(NOBODY_KNOWS_HOW).await;
    unlocks(&mut thief, &code).await;
    adds(&mut thief, "phone", NEW_PHONE, "sms").await;
    let code = world.clicksend().next().await.code().to_owned();
    let email = ANA.email.unwrap().parse().unwrap();
    let (row, now) = (world.account(id).await, world.now());
    let set = world.app.store.write(move |tx| Box::pin(async move { tx.set_email(&row, Some(&email), now).await }));
    set.await.unwrap();
    let form = thief.form("/login/enrol/code");
    thief.sends_form("/login/enrol/code", &form, &[("code", &code)]).await;
    assert_eq!(thief.cookie("session"), None);
    assert_eq!(world.account(id).await.account.contacts.phone, None);
});
