//! Contacts: adding, changing and removing them.

use super::{NEW_EMAIL, NEW_PHONE, STALE, new_phone_typed, proves_it_by_mail, types_phone, types_phone_code};
use crate::people::{ANA, NOAH, PASSWORD, Person, wrong};
use crate::world::{Setup, story};

/// Ana without a phone.
const MAIL_ONLY: Person = Person { phone: None, ..ANA };

story!(a_phone_is_added_as_it_is_dialled_and_shown_as_the_world_writes_it, Setup::required(), |world| {
    let id = world.knows(MAIL_ONLY).await;
    let mut ana = world.trusting(MAIL_ONLY).await;
    ana.opens("/account").await;
    ana.sees("Phone None yet Add a phone");
    ana.opens("/account/contacts/phone").await;
    types_phone(&mut ana, "(416) 555-0199", "").await;
    ana.sees("+1 416-555-0199");
    assert_eq!(world.account(id).await.account.contacts.phone, None, "nothing is stored before it is proven");
    let message = world.clicksend().next().await;
    assert!(message.body.contains("confirms this phone number"), "{}", message.body);
    let code = message.code().to_owned();
    types_phone_code(&mut ana, &wrong(&code, 1)).await;
    ana.has_status(422);
    ana.sees("you have 4 tries left");
    types_phone_code(&mut ana, &code).await;
    ana.sees("It is confirmed.");
    ana.sees("Phone +1 416-555-0199 Confirmed");
    assert_eq!(world.account(id).await.account.contacts.phone.unwrap().as_str(), NEW_PHONE);
    assert_eq!(world.notices().await, ["contact-added"]);
    assert!(world.events(id).await.contains(&"contact_added".to_owned()));
    // A changed second factor ends the trust in every browser.
    assert!(world.app.store.devices(id).await.unwrap().is_empty());
    ana.signs_in(MAIL_ONLY).await;
    assert_eq!(ana.offered(), ["email", "sms"]);
});

story!(an_address_is_changed_and_the_old_one_works_until_then, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    world.keeps_secret(NEW_EMAIL);
    ana.opens("/account/contacts/email").await;
    ana.sees("It takes the place of ana.torres@example.com, which works until the new one is confirmed.");
    let fields = [("contact", NEW_EMAIL), ("channel", "email"), ("password", PASSWORD)];
    ana.submits("/account/contacts/email", &fields).await;
    ana.follows().await;
    let mail = world.mail().next().await;
    assert_eq!(mail.to, NEW_EMAIL);
    assert!(!mail.read().contains("not-me"), "a stranger who reads it can end nobody's sessions");
    let mut elsewhere = world.browser();
    elsewhere.signs_in(ANA).await;
    elsewhere.sees("an••••@example.com");
    ana.submits("/account/contacts/email/code", &[("code", &mail.code())]).await;
    ana.follows().await;
    ana.sees("no longer to the old one");
    let row = world.account(id).await;
    assert_eq!(row.account.contacts.email.unwrap().as_str(), NEW_EMAIL);
    // The old address and the phone are told, and the new one is not.
    assert_eq!(world.notices().await, ["contact-changed", "contact-changed"]);
    let told: Vec<String> = world.mail().notices().into_iter().map(|mail| mail.to).collect();
    assert_eq!(told, [ANA.email.unwrap()]);
});

story!(what_is_no_contact_is_said_and_costs_nothing, Setup::required().set("site.country", "CA"), |world| {
    world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    let sent = world.settled().await.len();
    ana.opens("/account/contacts/phone").await;
    assert!(ana.page().body.contains("<option value=\"CA\" selected>"), "the site's own country is chosen");
    for (number, told) in [
        ("12", "That is no phone number of this country"),
        ("+1 800 555 0199", "We cannot send codes to this kind of number"),
        ("+870 776 399 001", "kind of number"),
        ("+14165550142", "Your account has this already"),
    ] {
        types_phone(&mut ana, number, PASSWORD).await;
        ana.has_status(422);
        ana.sees(told);
    }
    ana.opens("/account/contacts/email").await;
    let fields = [("contact", "ana@"), ("channel", "email"), ("password", PASSWORD)];
    ana.submits("/account/contacts/email", &fields).await;
    ana.sees("That is no e-mail address");
    // The button of another kind of contact, and one that no page has.
    for channel in ["sms", "voice", "", "pigeon"] {
        ana.submits("/account/contacts/email", &[("contact", NEW_EMAIL), ("channel", channel)]).await;
        ana.has_status(400);
        ana.opens("/account/contacts/email").await;
    }
    ana.gets("/account/contacts/pigeon").await;
    ana.has_status(404);
    assert_eq!(world.settled().await.len(), sent);
});

story!(a_contact_is_removed_but_not_the_last_one, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    ana.opens("/account/contacts/phone/remove").await;
    ana.sees("No code will go to +1 416-555-0142 any more.");
    ana.submits("/account/contacts/phone/remove", &[("password", "wrong")]).await;
    ana.has_status(422);
    ana.sees("That is not your password");
    ana.submits("/account/contacts/phone/remove", &[("password", PASSWORD)]).await;
    ana.follows().await;
    ana.sees("It is removed.");
    assert_eq!(world.account(id).await.account.contacts.phone, None);
    assert_eq!(world.notices().await, ["contact-removed", "contact-removed"]);
    assert!(!ana.page().body.contains("/account/contacts/email/remove"), "the last one has no such link");
    ana.opens("/account/contacts/email/remove").await;
    ana.submits("/account/contacts/email/remove", &[("password", PASSWORD)]).await;
    ana.has_status(422);
    ana.sees("This is the only way we can reach you");
    assert!(world.account(id).await.account.contacts.email.is_some());
});

story!(without_a_second_factor_the_password_is_asked_for_again, Setup::new(), |world| {
    let person = Person { email: None, phone: None, ..ANA };
    let id = world.knows(person).await;
    let mut ana = world.browser();
    ana.signs_in(person).await;
    ana.is_signed_in();
    world.passes(STALE).await;
    ana.opens("/account/contacts/phone").await;
    ana.is_at("/account/confirm?then=phone");
    let session = ana.cookie("session").unwrap().to_owned();
    for _ in 0..2 {
        ana.submits("/account/confirm", &[("password", "wrong")]).await;
        ana.has_status(422);
        ana.sees("That is not your password");
    }
    ana.submits("/account/confirm", &[("password", PASSWORD)]).await;
    ana.follows().await;
    ana.is_at("/account/contacts/phone");
    assert_ne!(ana.cookie("session"), Some(session.as_str()), "the session has a new token");
    types_phone(&mut ana, NEW_PHONE, "").await;
    let code = world.clicksend().next().await.code().to_owned();
    types_phone_code(&mut ana, &code).await;
    ana.sees("It is confirmed.");
    assert!(world.account(id).await.account.contacts.phone.is_some());
});

story!(the_fifth_wrong_password_ends_the_session_and_leaves_the_login_open, Setup::new(), |world| {
    let person = Person { email: None, phone: None, ..ANA };
    world.knows(person).await;
    let mut thief = world.browser();
    thief.signs_in(person).await;
    world.passes(STALE).await;
    thief.opens("/account/confirm?then=phone").await;
    for _ in 0..5 {
        thief.has_status(if thief.text().contains("That is not") { 422 } else { 200 });
        thief.submits("/account/confirm", &[("password", "wrong")]).await;
    }
    thief.sees("There were too many wrong tries");
    thief.opens("/account").await;
    thief.is_at("/login/internal?notice=session-ended");
    let mut owner = world.browser();
    owner.signs_in(person).await;
    owner.is_signed_in();
});

story!(a_proof_counts_for_ten_minutes_and_the_old_token_is_worth_nothing, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    ana.opens("/account/contacts/phone").await;
    ana.is_at("/account/contacts/phone");
    world.passes(STALE).await;
    ana.opens("/account/contacts/phone").await;
    ana.is_at("/account/confirm?then=phone");
    ana.does_not_see("Your password");
    // The password is no way round the code.
    ana.submits("/account/confirm", &[("password", PASSWORD)]).await;
    ana.opens("/account/contacts/phone").await;
    ana.is_at("/account/confirm?then=phone");
    let mut copy = ana.clone();
    proves_it_by_mail(world, &mut ana).await;
    ana.is_at("/account/contacts/phone");
    copy.gets("/account").await;
    assert_eq!(copy.page().location(), "/login");
    assert!(world.events(id).await.contains(&"authn_step_up".to_owned()));
    world.passes(STALE).await;
    ana.opens("/account/contacts/phone").await;
    ana.is_at("/account/confirm?then=phone");
});

story!(a_word_that_no_page_has_leads_to_the_account, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    for then in ["https://evil.example", "//evil.example", "", "password%0d%0aSet-Cookie:x=y"] {
        ana.opens(&format!("/account/confirm?then={then}")).await;
        ana.is_at("/account?notice=confirmed");
    }
});

story!(the_code_is_sent_again_after_a_while, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    let code = new_phone_typed(world, &mut ana).await;
    let form = ana.form("/account/contacts/phone/code");
    ana.sends_form("/account/contacts/phone/resend", &form, &[("code", "")]).await;
    ana.follows().await;
    ana.sees("You can ask for another in");
    world.passes(jiff::SignedDuration::from_secs(31)).await;
    ana.sends_form("/account/contacts/phone/resend", &form, &[("code", "")]).await;
    ana.follows().await;
    ana.sees("We sent the same code again.");
    assert_eq!(world.clicksend().next().await.code(), code);
    types_phone_code(&mut ana, &code).await;
    ana.sees("It is confirmed.");
});

story!(an_unconfirmed_address_is_confirmed_in_the_account, Setup::new(), |world| {
    let id = world.knows_unconfirmed(MAIL_ONLY).await;
    let mut ana = world.browser();
    ana.signs_in(MAIL_ONLY).await;
    ana.sees("E-mail ana.torres@example.com Not confirmed yet");
    ana.opens("/account/contacts/email").await;
    ana.submits("/account/contacts/email", &[("contact", MAIL_ONLY.email.unwrap()), ("channel", "email")]).await;
    ana.follows().await;
    let code = world.mail().next().await.code();
    ana.submits("/account/contacts/email/code", &[("code", &code)]).await;
    ana.follows().await;
    ana.sees("It is confirmed.");
    assert!(world.account(id).await.account.contacts.email.is_some());
});

story!(
    n04_a_number_is_for_so_many_accounts_and_no_more,
    Setup::required().set("contacts.accounts_per_number", "1"),
    |world| {
        world.knows(Person { phone: Some(NEW_PHONE), ..NOAH }).await;
        let id = world.knows(ANA).await;
        let mut ana = world.signed_in(ANA).await;
        // Whoever cannot prove the number is not told that somebody has it.
        let code = new_phone_typed(world, &mut ana).await;
        types_phone_code(&mut ana, &wrong(&code, 1)).await;
        ana.does_not_see("as are allowed");
        types_phone_code(&mut ana, &code).await;
        ana.has_status(422);
        ana.sees("As many accounts as are allowed have it already.");
        assert_eq!(world.account(id).await.account.contacts.phone.unwrap().as_str(), ANA.phone.unwrap());
        assert!(world.events(id).await.contains(&"contact_shared".to_owned()));
        assert_eq!(world.notices().await, [""; 0]);
    }
);
