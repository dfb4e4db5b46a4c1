//! H-04 to H-11: what a reset and a recovery code are worth, and what they are not.

use countersign::flow::password_reset::{self, Sent};
use countersign_core::id::AccountId;

use crate::attacks::count;
use crate::attacks::sql::Sql;
use crate::passwords::{ANA_BY_MAIL, NEW};
use crate::people::{ANA, NOAH, PASSWORD, Person, wrong};
use crate::world::{Setup, World, story};

story!(h04_a_reset_signs_nobody_in_and_ends_everything, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut home = world.trusting(ANA).await;
    let mut desk = world.signed_in(ANA).await;
    let (mut half_way, code) = world.at_the_code_page(ANA).await;
    let other_link = world.link_for(ANA).await;
    let link = world.link_for(ANA).await;
    let reset = world.resets(&link, NEW).await;
    assert_eq!((reset.cookie("session"), reset.cookie("login"), reset.cookie("device")), (None, None, None));
    for browser in [&mut home, &mut desk] {
        browser.opens("/account").await;
        browser.is_at("/login/internal?notice=session-ended");
    }
    half_way.submits("/login/code", &[("code", &code)]).await;
    half_way.follows().await;
    assert!(half_way.path().starts_with("/login/internal"), "{}", half_way.path());
    assert!(world.app.store.devices(id).await.unwrap().is_empty());
    let mut dead = world.browser();
    dead.opens(&other_link).await;
    dead.has_status(404);
    // The code is asked for all the same, also where the browser was trusted.
    home.tries(ANA, NEW).await;
    home.is_at("/login/destination");
    let told = world.settled_notices().await;
    let told = told.iter().filter(|mail| mail.read().contains("A new password was set for your account")).count();
    assert_eq!(told, 1, "by mail");
    let texts = world.clicksend().received();
    assert!(texts.iter().any(|sms| sms.body.contains("a new password was set")), "and by text message");
});

story!(h05_the_mailbox_that_got_the_link_is_not_the_second_factor, Setup::required(), |world| {
    world.knows(ANA).await;
    let link = world.link_for(ANA).await;
    world.resets(&link, NEW).await.has_status(303);
    let mut eve = world.browser();
    eve.tries(ANA, NEW).await;
    assert_eq!(eve.offered(), ["sms"]);
    let before = world.messages().await.len();
    // Whoever sends the field all the same is sent nothing.
    eve.submits("/login/destination", &[("destination", "email")]).await;
    eve.has_status(400);
    assert_eq!(world.messages().await.len(), before);
});

story!(h05_with_nothing_but_that_mailbox_it_is_refused, Setup::required(), |world| {
    let id = world.knows(ANA_BY_MAIL).await;
    let link = world.link_for(ANA_BY_MAIL).await;
    world.resets(&link, NEW).await.has_status(303);
    let mut eve = world.browser();
    eve.tries(ANA_BY_MAIL, NEW).await;
    eve.has_status(403);
    eve.sees("Until 3 Mar 2026, 09:00 UTC we send no code to that same mailbox");
    assert_eq!(eve.cookie("session"), None);
    for path in ["/login/destination", "/login/code", "/login/recovery", "/account"] {
        eve.opens(path).await;
        assert!(eve.path().starts_with("/login") && eve.cookie("session").is_none(), "{}", eve.path());
    }
    assert_eq!(count(world, id, "authn_login_refused").await, 1);
    world.passes(jiff::SignedDuration::from_hours(24)).await;
    eve.tries(ANA_BY_MAIL, NEW).await;
    assert_eq!(eve.offered(), ["email"]);
});

story!(
    // The gateway takes the second notice of a reset for a repetition of the first, and gets it again later.
    h06_a_reset_forgives_no_wrong_code_and_turns_no_factor_on,
    Setup::required().set("lockout.code_failures", "6").expecting("too many wrong codes").leaving_messages(),
    |world| {
        let id = world.knows(ANA).await;
        let (mut eve, code) = world.at_the_code_page(ANA).await;
        for number in 1..=4 {
            eve.enters(&wrong(&code, number)).await;
        }
        let link = world.link_for(ANA).await;
        world.resets(&link, NEW).await.has_status(303);
        assert_eq!(world.account(id).await.account.code_failures, 4);
        eve.tries(ANA, NEW).await;
        eve.chooses("sms").await;
        let code = world.clicksend().next().await.code().to_owned();
        for number in 1..=2 {
            eve.enters(&wrong(&code, number)).await;
        }
        eve.sees("Codes are switched off for your account");
        let link = world.link_for(ANA).await;
        world.resets(&link, "another otter lampshade 43").await.has_status(303);
        let account = world.account(id).await.account;
        assert!(account.factor_disabled_at.is_some() && account.code_failures == 6);
        eve.tries(ANA, "another otter lampshade 43").await;
        eve.has_status(403);
        eve.sees("Codes are switched off for your account");
    }
);

story!(h07_a_thousand_wishes_are_three_mails_and_lock_nobody_out, Setup::new(), |world| {
    let id = world.knows(ANA).await;
    // From two hundred networks, so that it is the account's own limit that holds.
    for round in 0..200_u16 {
        let mut eve = world.browser().at(&format!("198.51.{}.{}", 100 + round / 100, round % 100));
        eve.opens("/forgot?realm=internal").await;
        let body = crate::attacks::filled(&eve.form("/forgot"), &[("identifier", "ana")]);
        for _ in 0..5 {
            let mut copy = eve.clone();
            copy.posts("/forgot", &body).await;
            copy.has_status(303);
        }
    }
    world.dealt_with_all().await;
    let mails = world.settled_notices().await;
    // One that had not gone out when the next was asked for does not go at all: its link has ended.
    assert!((1..=3).contains(&mails.len()), "{}", mails.len());
    assert!(mails.iter().all(|mail| mail.to == "ana.torres@example.com"));
    let mut working = 0;
    // One that was being written while its link ended says so, and has none.
    for mail in mails.iter().filter(|mail| !mail.tokens().is_empty()) {
        let mut ana = world.browser();
        ana.opens(&mail.link()).await;
        working += u32::from(ana.page().status == 200);
    }
    assert_eq!(working, 1, "the last link works, and no other");
    // And so does the password.
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    assert_eq!(count(world, id, "authn_login_lock").await, 0);
});

story!(h07_one_network_has_to_wait, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut eve = world.browser();
    eve.opens("/forgot?realm=internal").await;
    let mut statuses = Vec::new();
    for number in 0..40 {
        let mut copy = eve.clone();
        copy.submits("/forgot", &[("identifier", format!("name{number}").as_str())]).await;
        statuses.push(copy.page().status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 30);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 10);
    world.dealt_with_all().await;
});

impl World {
    /// Waits until no request for a link is under way.
    pub(crate) async fn dealt_with_all(&self) {
        crate::world::until("every request is dealt with", async || {
            (self.app.resets.available_permits() == 64).then_some(())
        })
        .await;
    }

    /// The account's password is kept in a directory from now on.
    pub(crate) async fn moves_to_a_directory(&self, id: AccountId) {
        let mut sql = Sql::open(self).await;
        let who = crate::attacks_more::id(&sql, id);
        sql.run(&format!("update account set source = 'ad', password_hash = null where id = {who}")).await;
    }
}

const MIKE: Person = Person {
    realm: "internal",
    identifiers: &["mike@example.org"],
    name: "Mike Moss",
    email: Some("mike@example.org"),
    phone: None,
    opted_in: false,
};

story!(h08_a_name_that_looks_like_another_is_another, Setup::new(), |world| {
    world.knows(MIKE).await;
    let mut eve = world.browser();
    for typed in [
        "m\u{131}ke@example.org",
        "mike@ex\u{e4}mple.org",
        "mike@xn--exmple-cua.org",
        "mike@example.org@evil.example",
        "mike@example.org\u{200b}",
        "mike@example.org, eve@evil.example",
        "mike@example.org\r\nBcc: eve@evil.example",
        "a@b@c",
    ] {
        world.asks_for_a_link(&mut eve, "internal", typed).await;
    }
    assert!(world.settled_notices().await.is_empty());
    // What RFC 8265 takes for the same name finds the account; the mail goes where it always goes.
    for typed in ["\u{ff2d}IKE@example.org", "mike@EXAMPLE.org"] {
        world.asks_for_a_link(&mut eve, "internal", typed).await;
    }
    let mails = world.settled_notices().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["mike@example.org"; 2]);
});

story!(h09_a_directorys_account_is_told_where_its_password_lives, Setup::new(), |world| {
    let id = world.knows(ANA).await;
    world.knows(NOAH).await;
    let before_the_move = world.link_for(ANA).await;
    world.moves_to_a_directory(id).await;
    let mut ana = world.browser();
    ana.opens(&before_the_move).await;
    ana.has_status(404);
    world.asks_for_a_link(&mut ana, "internal", "ana").await;
    let for_ana = ana.text();
    let mail = world.mail().notice().await;
    assert!(mail.read().contains("keeps it in its own directory"), "{}", mail.read());
    assert!(!mail.read().contains("/reset/"));
    assert_eq!(world.account(id).await.password_hash, None);
    let mut noah = world.browser();
    world.asks_for_a_link(&mut noah, "internal", "T-1001").await;
    assert_eq!(noah.text(), for_ana);
});

story!(h10_an_administrator_sends_the_link_and_never_sees_it, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let sent = password_reset::send_for_administrator(&world.app, world.account(id).await).await.unwrap();
    assert_eq!(sent, Sent::Link);
    let link = world.next_link().await;
    let before = world.account(id).await.password_hash;
    assert_eq!(before, world.account(id).await.password_hash, "nothing changes until the person chooses");
    let asked = world.links_asked_for().await;
    assert_eq!(asked[0].detail["by"], "command");
    assert!(!asked[0].detail.to_string().contains(link.rsplit('/').next().unwrap()));
    world.resets(&link, NEW).await.has_status(303);
    assert_ne!(before, world.account(id).await.password_hash);
    let told = world.settled_notices().await;
    assert!(told.iter().any(|mail| mail.read().contains("A new password was set for your account")));
});

story!(h11_a_recovery_code_is_one_accounts, Setup::required(), |world| {
    let id = world.knows(ANA_BY_MAIL).await;
    world.knows(NOAH).await;
    let codes = world.signed_in(ANA_BY_MAIL).await.makes_recovery_codes(world).await;
    let mut noah = world.signed_in(NOAH).await;
    noah.makes_recovery_codes(world).await;
    noah.signs_in(NOAH).await;
    noah.recovers(&codes[0]).await;
    noah.has_status(422);
    noah.sees("That code is wrong");
    assert_eq!(world.app.store.recovery_codes(id).await.unwrap().left, 10);
    // Without the password it is nothing at all.
    let mut eve = world.browser();
    eve.opens("/login/recovery").await;
    assert!(eve.path().starts_with("/login") && eve.path() != "/login/recovery");
    eve.posts("/login/recovery", &format!("code={}", codes[0])).await;
    eve.has_status(303);
    assert_eq!(eve.cookie("session"), None);
});

story!(
    h11_wrong_recovery_codes_count_with_the_wrong_codes,
    Setup::required().set("lockout.code_failures", "6").expecting("too many wrong codes"),
    |world| {
        let id = world.knows(ANA_BY_MAIL).await;
        world.signed_in(ANA_BY_MAIL).await.makes_recovery_codes(world).await;
        let (mut eve, code) = world.at_the_code_page(ANA_BY_MAIL).await;
        for number in 1..=3 {
            eve.enters(&wrong(&code, number)).await;
        }
        for _ in 0..3 {
            eve.recovers("23456-789AB-CDEFG-HJKMN-PQRST").await;
            eve.has_status(422);
        }
        let account = world.account(id).await.account;
        assert_eq!((account.code_failures, account.factor_disabled_at.is_some()), (6, true));
        assert_eq!(count(world, id, "authn_recovery_code_rejected").await, 3);
        assert_eq!(count(world, id, "authn_factor_disabled").await, 1);
        let told = world.settled_notices().await;
        assert!(told.iter().any(|mail| mail.read().contains("too many wrong codes")), "the owner is told");
        // Codes are off: the right one of the challenge that lives is refused.
        eve.posts("/login/code", &format!("code={code}")).await;
        assert_eq!(eve.cookie("session"), None);
    }
);

story!(h11_a_login_that_was_used_up_takes_no_other_recovery_code, Setup::required(), |world| {
    world.knows(ANA_BY_MAIL).await;
    let codes = world.signed_in(ANA_BY_MAIL).await.makes_recovery_codes(world).await;
    let mut ana = world.browser();
    ana.signs_in(ANA_BY_MAIL).await;
    ana.opens("/login/recovery").await;
    let mut copy = ana.clone();
    ana.recovers(&codes[0]).await;
    ana.is_signed_in();
    copy.submits("/login/recovery", &[("code", &codes[1])]).await;
    copy.follows().await;
    assert!(copy.cookie("session").is_none() && copy.path().starts_with("/login"), "{}", copy.path());
    ana.opens("/account/recovery-codes").await;
    ana.sees("You have 9 left.");
    ana.does_not_see(PASSWORD);
});
