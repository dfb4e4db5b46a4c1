//! N and G-04: what somebody with a stolen session, or an old code, can do to the contacts.

use jiff::SignedDuration;

use super::{NEW_EMAIL, NEW_PHONE, STALE, new_phone_typed, proves_it_by_mail, types_phone, types_phone_code};
use crate::people::{ANA, NOAH, PASSWORD};
use crate::world::{Setup, story};

story!(n01_a_new_phone_takes_the_code_and_the_password_and_the_old_one_is_told, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    world.passes(STALE).await;
    // The session alone: not the form, and not what it sends.
    ana.opens("/account/contacts/phone").await;
    ana.is_at("/account/confirm?then=phone");
    let form = ana.form("/account/confirm");
    let fields = [("contact", NEW_PHONE), ("country", "CA"), ("channel", "sms"), ("password", PASSWORD)];
    ana.sends_form("/account/contacts/phone", &form, &fields).await;
    assert_eq!(ana.page().location(), "/account/confirm?then=phone");
    ana.opens("/account/confirm?then=phone").await;
    proves_it_by_mail(world, &mut ana).await;
    // The code alone.
    for password in ["", "wrong"] {
        ana.opens("/account/contacts/phone").await;
        types_phone(&mut ana, NEW_PHONE, password).await;
        ana.has_status(422);
        ana.sees("That is not your password");
    }
    assert!(world.clicksend().received().is_empty());
    let code = new_phone_typed(world, &mut ana).await;
    assert_eq!(world.clicksend().received()[0].to, NEW_PHONE);
    assert_eq!(world.account(id).await.account.contacts.phone.unwrap().as_str(), ANA.phone.unwrap());
    types_phone_code(&mut ana, &code).await;
    ana.sees("It is confirmed.");
    assert_eq!(world.account(id).await.account.contacts.phone.unwrap().as_str(), NEW_PHONE);
    assert_eq!(world.notices().await, ["contact-changed", "contact-changed"]);
    let told: Vec<String> = world.clicksend().received().into_iter().skip(1).map(|message| message.to).collect();
    assert_eq!(told, [ANA.phone.unwrap()], "the old number, and not the new one");
});

story!(c08_somebody_elses_contact_gets_the_answer_of_nobodys, Setup::required(), |world| {
    world.knows(ANA).await;
    let noah = world.knows(NOAH).await;
    let before = world.account(noah).await.account.contacts;
    let mut ana = world.signed_in(ANA).await;
    world.keeps_secret(NEW_PHONE);
    world.keeps_secret(NEW_EMAIL);
    let mut answers = Vec::new();
    for (kind, channel, taken, free) in
        [("phone", "sms", NOAH.phone.unwrap(), NEW_PHONE), ("email", "email", NOAH.email.unwrap(), NEW_EMAIL)]
    {
        for contact in [taken, free] {
            let form = format!("/account/contacts/{kind}");
            ana.opens(&form).await;
            let fields = [("contact", contact), ("country", "CA"), ("channel", channel), ("password", PASSWORD)];
            ana.submits(&form, &fields).await;
            ana.follows().await;
            assert!(ana.path().starts_with(&format!("/account/contacts/{kind}/code")), "{} {}", ana.path(), ana.text());
            // The time of day on it is another each time.
            let told = ana.text().replace(&shown(contact), "THERE");
            answers.push(told.chars().filter(|letter| !letter.is_ascii_digit()).collect::<String>());
            world.passes(SignedDuration::from_mins(2)).await;
        }
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[2], answers[3]);
    // The message itself is what its owner hears: that somebody wants to have their codes sent there, and what not to do.
    let mail = world.mail().received().into_iter().find(|mail| mail.to == NOAH.email.unwrap()).unwrap();
    assert!(!mail.read().contains(ANA.name) && !mail.read().contains("/not-me/"), "{}", mail.read());
    assert_eq!(world.account(noah).await.account.contacts, before);
    assert!(!world.events(noah).await.iter().any(|event| event.starts_with("contact")));
});

/// A contact as the page for its code shows it.
fn shown(contact: &str) -> String {
    countersign_core::contact::Phone::parse(contact, None)
        .map_or_else(|_| contact.to_owned(), |phone| phone.international())
}

story!(n02_a_phone_that_changes_during_a_login_voids_its_code, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    let mut thief = world.browser().at("198.51.100.9");
    thief.signs_in(ANA).await;
    thief.chooses("sms").await;
    let old = world.clicksend().next().await.code().to_owned();
    let code = new_phone_typed(world, &mut ana).await;
    types_phone_code(&mut ana, &code).await;
    ana.sees("It is confirmed.");
    thief.enters(&old).await;
    thief.is_at("/login/internal?notice=start-again");
    assert_eq!(thief.cookie("session"), None);
});

story!(
    n03_a_stolen_session_changes_no_factor,
    Setup::new().set("realms.internal.policy.local.mode", "optional"),
    |world| {
        let id = world.knows(crate::people::Person { opted_in: true, ..ANA }).await;
        let thief = world.signed_in(ANA).await;
        world.passes(STALE).await;
        let before = world.account(id).await;
        let (before, hash) = (before.account, before.password_hash);
        for (action, fields) in [
            ("/account/two-step", vec![("turn", "off")]),
            ("/account/contacts/phone", vec![("contact", NEW_PHONE), ("channel", "sms"), ("password", PASSWORD)]),
            (
                "/account/contacts/email",
                vec![("contact", "eve@example.com"), ("channel", "email"), ("password", PASSWORD)],
            ),
            ("/account/password", vec![("current", PASSWORD), ("new", "vexed otter lampshade 42")]),
            ("/account/recovery-codes", vec![]),
            ("/account/contacts/phone/remove", vec![("password", PASSWORD)]),
            ("/account/contacts/email/remove", vec![("password", PASSWORD)]),
        ] {
            let mut thief = thief.clone();
            thief.opens("/account").await;
            let form = thief.form("/logout");
            thief.sends_form(action, &form, &fields).await;
            assert!(thief.page().location().starts_with("/account/confirm?then="), "{action}: {}", thief.text());
        }
        // Neither does a browser that is trusted: it stands in for a code, and proves nothing.
        let after = world.account(id).await.account;
        assert_eq!((after.contacts, after.opted_in), (before.contacts, before.opted_in));
        let row = world.account(id).await;
        assert_eq!(row.password_hash, hash, "the password is as it was");
        assert_eq!(world.app.store.recovery_codes(id).await.unwrap().left, 0);
        assert_eq!(world.settled().await.len(), 1, "the login's own");
    }
);

story!(n03_a_login_from_a_trusted_browser_changes_no_factor, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    ana.closes();
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    ana.opens("/account/contacts/phone").await;
    ana.is_at("/account/confirm?then=phone");
});

story!(n06_a_code_for_a_contact_is_good_for_ten_minutes_and_once, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    let late = new_phone_typed(world, &mut ana).await;
    let form = ana.form("/account/contacts/phone/code");
    world.passes(SignedDuration::from_mins(10)).await;
    ana.sends_form("/account/contacts/phone/code", &form, &[("code", &late)]).await;
    ana.has_status(422);
    ana.sees("That code has ended");
    let code = new_phone_typed(world, &mut ana).await;
    types_phone_code(&mut ana, &code).await;
    ana.sees("It is confirmed.");
    // Again, after the phone was set back.
    let phone = countersign_core::contact::Phone::parse(ANA.phone.unwrap(), None).unwrap();
    let now = world.now();
    let set = world.app.store.write(move |tx| Box::pin(async move { tx.set_phone(id, Some(&phone), now).await }));
    set.await.unwrap();
    ana.sends_form("/account/contacts/phone/code", &form, &[("code", &code)]).await;
    ana.sees("That code does not work any more");
    assert_eq!(world.account(id).await.account.contacts.phone.unwrap().as_str(), ANA.phone.unwrap());
});

story!(n06_a_code_of_one_purpose_or_session_is_worth_nothing_elsewhere, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    let mut other = world.signed_in(ANA).await;
    let code = new_phone_typed(world, &mut ana).await;
    // Another session of the same account has no such challenge.
    other.opens("/account/contacts/phone/code").await;
    other.is_at("/account/contacts/phone");
    world.passes(STALE).await;
    other.opens("/account/confirm?then=phone").await;
    other.submits("/account/confirm", &[("destination", "email")]).await;
    other.follows().await;
    other.submits("/account/confirm/code", &[("code", &code)]).await;
    other.has_status(422);
    other.sees("That is not the code");
    assert_eq!(world.account(id).await.account.contacts.phone.unwrap().as_str(), ANA.phone.unwrap());
});

story!(n07_a_device_of_somebody_else_is_not_found, Setup::required(), |world| {
    let ana_id = world.knows(ANA).await;
    let noah_id = world.knows(NOAH).await;
    world.trusting(ANA).await;
    let mut noah = world.trusting(NOAH).await;
    let hers = world.app.store.devices(ana_id).await.unwrap()[0].id.to_string();
    noah.opens("/account").await;
    assert!(!noah.page().body.contains(&hers));
    let form = noah.form("/account/devices/revoke");
    noah.sends_form(&format!("/account/devices/{hers}/revoke"), &form, &[]).await;
    noah.has_status(404);
    assert_eq!(world.app.store.devices(ana_id).await.unwrap().len(), 1);
    assert!(world.events(noah_id).await.contains(&"authz_fail".to_owned()));
    assert!(!world.events(ana_id).await.contains(&"authz_fail".to_owned()));
    for nonsense in ["x", "00000000-0000-0000-0000-000000000000"] {
        noah.sends_form(&format!("/account/devices/{nonsense}/revoke"), &form, &[]).await;
        noah.has_status(404);
    }
    assert_eq!(world.app.store.devices(noah_id).await.unwrap().len(), 1);
});

story!(g04_a_changed_phone_ends_the_trust_in_every_browser, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut trusted = world.trusting(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    let code = new_phone_typed(world, &mut ana).await;
    assert_eq!(world.app.store.devices(id).await.unwrap().len(), 1, "not before it is proven");
    types_phone_code(&mut ana, &code).await;
    assert!(world.app.store.devices(id).await.unwrap().is_empty());
    trusted.signs_in(ANA).await;
    trusted.is_at("/login/destination");
});
