//! H-01, H-02, H-03, H-12, H-13: the link itself.

use countersign::flow::account;
use countersign_core::secret::Secret;
use jiff::SignedDuration;

use crate::attacks::sql::{Sql, holds};
use crate::passwords::{ANA_BY_MAIL, NEW};
use crate::people::{ANA, NOAH, PASSWORD};
use crate::setup::PUBLIC_URL;
use crate::world::{Setup, World, story};

const OTHER: &str = "another otter lampshade 43";

/// A link that does not work, neither to look at nor to use, and says no more than that.
async fn does_nothing(world: &World, link: &str) {
    let mut browser = world.browser();
    browser.opens(link).await;
    browser.has_status(404);
    browser.sees("This link does not work");
    // With a form that this browser got somewhere else.
    browser.opens("/forgot?realm=internal").await;
    let csrf = browser.form("/forgot").fields.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    browser.posts(link, &format!("csrf={csrf}&new={}", OTHER.replace(' ', "+"))).await;
    browser.has_status(404);
    browser.sees("This link does not work");
}

story!(h01_whatever_the_request_says_the_link_leads_to_the_configured_address, Setup::new(), |world| {
    world.knows(ANA).await;
    let host = PUBLIC_URL.split("//").nth(1).unwrap();
    let forged = [
        ("", "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\n"),
        ("", "Forwarded: host=evil.example;proto=http\r\n"),
        ("", "X-Original-Host: evil.example\r\nX-Host: evil.example\r\nX-Forwarded-Server: evil.example\r\n"),
        ("Host: evil.example\r\n", ""),
        ("Host: login.example.com:@evil.example\r\n", ""),
        ("Host: login.example.com\r\nHost: evil.example\r\n", ""),
    ];
    for (number, (host_header, more)) in forged.into_iter().enumerate() {
        // Three mails an hour are enough for anybody; the seventh case is the absolute form.
        world.passes(SignedDuration::from_hours(25)).await;
        let mut eve = world.browser();
        eve.opens("/forgot?realm=internal").await;
        let body = crate::attacks::filled(&eve.form("/forgot"), &[("identifier", "ana")]);
        let before = world.links_asked_for().await.len();
        let length = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", body.len());
        let own = format!("Origin: {PUBLIC_URL}\r\nSec-Fetch-Site: same-origin\r\n");
        let path = if number == 3 { "http://evil.example/forgot" } else { "/forgot" };
        let mut head = eve.head("POST", path, &format!("{own}{more}{length}"));
        if !host_header.is_empty() {
            head = head.replace(&format!("Host: {host}\r\n"), host_header);
        }
        eve.sends("/forgot", &head, &body).await;
        if eve.page().status != 303 {
            // Refused outright is fine too.
            assert!((400..500).contains(&eve.page().status), "{}", eve.page().status);
            continue;
        }
        crate::world::until("it is dealt with", async || (world.links_asked_for().await.len() > before).then_some(()))
            .await;
        let mail = world.mail().notice().await;
        let text = mail.read();
        assert!(!text.contains("evil") && !text.contains("http://"), "case {number}: {text}");
        assert!(text.contains(&format!("{PUBLIC_URL}/reset/")), "case {number}: {text}");
    }
});

story!(h02_a_link_works_once, Setup::new(), |world| {
    world.knows(ANA).await;
    let link = world.link_for(ANA).await;
    // Looking at it uses nothing up, however often a scanner does it.
    for _ in 0..3 {
        let mut scanner = world.browser();
        scanner.opens(&link).await;
        scanner.has_status(200);
        let head = scanner.head("HEAD", &link, "");
        scanner.sends(&link, &head, "").await;
        scanner.has_status(200);
    }
    world.resets(&link, NEW).await.has_status(303);
    does_nothing(world, &link).await;
});

story!(h02_a_newer_link_ends_the_older_one, Setup::new(), |world| {
    world.knows(ANA).await;
    let older = world.link_for(ANA).await;
    let newer = world.link_for(ANA).await;
    assert_ne!(older, newer);
    does_nothing(world, &older).await;
    world.resets(&newer, NEW).await.has_status(303);
});

story!(h02_a_link_ends_after_half_an_hour, Setup::new(), |world| {
    world.knows(ANA).await;
    let link = world.link_for(ANA).await;
    world.passes(SignedDuration::from_secs(30 * 60 - 1)).await;
    let mut ana = world.browser();
    ana.opens(&link).await;
    ana.has_status(200);
    world.passes(SignedDuration::from_secs(1)).await;
    does_nothing(world, &link).await;
    ana.submits(&link, &[("new", NEW)]).await;
    ana.has_status(404);
    ana.tries(ANA, PASSWORD).await;
    ana.is_signed_in();
});

story!(h02_a_change_of_the_password_ends_the_link, Setup::required(), |world| {
    let id = world.knows(ANA_BY_MAIL).await;
    let mut ana = world.signed_in(ANA_BY_MAIL).await;
    let link = world.link_for(ANA_BY_MAIL).await;
    ana.opens("/account/password").await;
    world.keeps_secret(NEW);
    ana.submits("/account/password", &[("current", PASSWORD), ("new", NEW)]).await;
    ana.has_status(303);
    does_nothing(world, &link).await;
    let link = world.link_for(ANA_BY_MAIL).await;
    let row = world.account(id).await;
    account::set_password(&world.app, &row, &Secret::new(PASSWORD)).await.unwrap();
    does_nothing(world, &link).await;
});

story!(h02_a_change_of_the_address_ends_the_link, Setup::required(), |world| {
    let id = world.knows(ANA_BY_MAIL).await;
    let link = world.link_for(ANA_BY_MAIL).await;
    let row = world.account(id).await;
    let now = world.now();
    let new = "ana@elsewhere.example".parse().unwrap();
    let work = world.app.store.write(move |tx| Box::pin(async move { tx.set_email(&row, Some(&new), now).await }));
    work.await.unwrap();
    let mut ana = world.browser();
    ana.opens(&link).await;
    if ana.page().status == 200 {
        ana.submits(&link, &[("new", NEW)]).await;
    }
    ana.has_status(404);
    ana.tries(ANA_BY_MAIL, PASSWORD).await;
    ana.is_at("/login/destination");
});

story!(h02_a_link_of_a_disabled_account_does_nothing, Setup::new(), |world| {
    let id = world.knows(ANA).await;
    let link = world.link_for(ANA).await;
    account::disable(&world.app, &world.account(id).await).await.unwrap();
    does_nothing(world, &link).await;
});

story!(h03_whose_link_it_is_follows_from_the_link_alone, Setup::new(), |world| {
    world.knows(ANA).await;
    let noahs = world.knows(NOAH).await;
    let before = world.account(noahs).await.password_hash;
    let link = world.link_for(ANA).await;
    let mut ana = world.browser();
    ana.opens(&link).await;
    let claims = [("user", "T-1001"), ("identifier", "T-1001"), ("account", "T-1001"), ("realm", "external")];
    let fields: Vec<(&str, &str)> = claims.into_iter().chain([("new", NEW)]).collect();
    ana.submits(&link, &fields).await;
    ana.follows().await;
    ana.is_at("/login/internal?notice=password-changed");
    assert_eq!(world.account(noahs).await.password_hash, before);
    ana.tries(ANA, NEW).await;
    ana.is_signed_in();
});

story!(h12_a_link_is_good_for_its_own_flow_only, Setup::required(), |world| {
    world.knows(ANA_BY_MAIL).await;
    let link = world.link_for(ANA_BY_MAIL).await;
    let token = link.rsplit('/').next().unwrap();
    for cookie in ["session", "login", "device", "form"] {
        let mut eve = world.browser();
        eve.plants(cookie, token);
        eve.opens("/account").await;
        eve.is_at("/login");
        eve.opens("/login/recovery").await;
        assert!(eve.path().starts_with("/login"), "{}", eve.path());
        eve.has_status(200);
        assert!(!eve.page().body.contains("/login/recovery\""));
    }
    // The link of another mail is none.
    world.resets(&link, NEW).await.has_status(303);
    let mut not_me = None;
    for mail in world.settled_notices().await {
        if mail.read().contains("/not-me/") {
            not_me = Some(mail.link().replace("/not-me/", "/reset/"));
        }
    }
    does_nothing(world, &not_me.expect("a mail said what happened, with a link to object")).await;
});

impl World {
    /// All mails without a code, once nothing is under way.
    pub(crate) async fn settled_notices(&self) -> Vec<crate::gateway::mail::Mail> {
        self.settled().await;
        self.mail().notices()
    }
}

story!(h13_a_dump_holds_no_link_and_no_recovery_code, Setup::required(), |world| {
    world.knows(ANA_BY_MAIL).await;
    let codes = world.signed_in(ANA_BY_MAIL).await.makes_recovery_codes(world).await;
    let link = world.link_for(ANA_BY_MAIL).await;
    let token = link.rsplit('/').next().unwrap();
    assert!(token.len() >= 43, "256 bits");
    world.settled().await;
    let dump = Sql::open(world).await.dump().await;
    let bytes = data_encoding::BASE64URL_NOPAD.decode(token.as_bytes()).unwrap();
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    for text in [token, &hex, &hex.to_uppercase()] {
        assert!(!holds(&dump, text));
    }
    for code in codes {
        assert!(!holds(&dump, &code) && !holds(&dump, &code.replace('-', "")));
    }
});
