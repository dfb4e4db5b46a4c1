//! F: what proxies say. Forward-auth, and the headers that it gives and takes, come later.

use countersign_core::lockout::Bucket;

use super::{Shot, all_at_once, filled};
use crate::browser::Browser;
use crate::people::{ANA, NOAH, PASSWORD};
use crate::world::{Setup, World, story};

/// Asked of whoever comes from another network than the last time.
fn on_a_new_network() -> Setup {
    Setup::new()
        .set("realms.internal.policy.local.mode", "required")
        .set("realms.internal.policy.local.triggers.untrusted_device", "false")
        .set("realms.internal.policy.local.triggers.new_network", "true")
}

/// Behind no proxy that is trusted: the default.
fn without_proxies(setup: Setup) -> Setup {
    setup.change(|parts| parts.config.server.trusted_proxies.clear())
}

/// Logs in with these headers instead of the one of the proxy.
async fn logs_in_with(world: &World, headers: &str) -> Browser {
    let mut browser = world.browser();
    browser.opens("/login/internal").await;
    let body = filled(&browser.form("/login/internal"), &[("identifier", "ana"), ("password", PASSWORD)]);
    let kind = "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let head = browser.head("POST", "/login/internal", &format!("{kind}Content-Length: {}\r\n", body.len()));
    let own = format!("X-Forwarded-For: {}\r\n", browser.ip);
    assert!(head.contains(&own));
    browser.sends("/login/internal", &head.replace(&own, headers), &body).await;
    browser
}

/// The address of the newest event.
async fn last_address(world: &World) -> String {
    world.app.store.audit_entries(None, 1).await.unwrap().remove(0).ip.unwrap()
}

story!(f04_a_list_that_cannot_be_read_is_no_way_around_a_rule, on_a_new_network(), |world| {
    world.knows(ANA).await;
    // The network that is known is that of the people behind the proxy.
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    ana.enters(&code).await;
    ana.is_signed_in();
    assert_eq!(last_address(world).await, "203.0.113.7");
    let long = vec!["198.51.100.9"; 200].join(", ");
    let proxies = vec!["127.0.0.1"; 200].join(",");
    for (headers, address) in [
        ("X-Forwarded-For: 198.51.100.9\r\n".to_owned(), "198.51.100.9"),
        ("X-Forwarded-For: a\r\n".to_owned(), "127.0.0.1"),
        ("X-Forwarded-For: 203.0.113.7, a\r\n".to_owned(), "127.0.0.1"),
        ("X-Forwarded-For: 203.0.113.7:4711\r\n".to_owned(), "127.0.0.1"),
        ("X-Forwarded-For: [2001:db8::1]:443\r\n".to_owned(), "127.0.0.1"),
        ("X-Forwarded-For: fe80::1%eth0\r\n".to_owned(), "127.0.0.1"),
        ("X-Forwarded-For: 203.0.113.7/24\r\n".to_owned(), "127.0.0.1"),
        ("X-Forwarded-For: 0203.0.113.7\r\n".to_owned(), "127.0.0.1"),
        ("X-Forwarded-For: 203.0.113\r\n".to_owned(), "127.0.0.1"),
        ("X-Forwarded-For: \r\n".to_owned(), "127.0.0.1"),
        ("X-Forwarded-For: ,\r\n".to_owned(), "127.0.0.1"),
        ("X-Forwarded-For: 203.0.113.7,\r\n".to_owned(), "127.0.0.1"),
        (String::new(), "127.0.0.1"),
        ("X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-For: 198.51.100.9\r\n".to_owned(), "198.51.100.9"),
        ("X-Forwarded-For: 203.0.113.7, 198.51.100.9\r\n".to_owned(), "198.51.100.9"),
        (
            "Forwarded: for=203.0.113.7\r\nX-Real-IP: 203.0.113.7\r\nCF-Connecting-IP: 203.0.113.7\r\n".to_owned(),
            "127.0.0.1",
        ),
        (format!("X-Forwarded-For: {long}\r\n"), "198.51.100.9"),
        (format!("X-Forwarded-For: 203.0.113.7,{proxies}\r\n"), "127.0.0.1"),
        ("X-Forwarded-For: ::ffff:198.51.100.9\r\n".to_owned(), "198.51.100.9"),
    ] {
        let browser = logs_in_with(world, &headers).await;
        let to = (browser.page().status, browser.page().header("location"));
        assert_eq!(to, (303, Some("/login/destination")), "{headers:.60}");
        assert_eq!(last_address(world).await, address, "{headers:.60}");
    }
});

story!(f05_a_peer_that_nobody_trusts_is_itself_whatever_it_says, without_proxies(on_a_new_network()), |world| {
    world.knows(ANA).await;
    // Not even a peer of this machine is trusted unless somebody says so.
    assert!(!world.app.server.trusts_proxy("127.0.0.1".parse().unwrap()));
    assert!(!world.app.server.trusts_proxy("172.17.0.1".parse().unwrap()));
    for headers in [
        "X-Forwarded-For: 203.0.113.7\r\n",
        "X-Forwarded-For: 203.0.113.7, 127.0.0.1\r\n",
        "X-Real-IP: 203.0.113.7\r\n",
        "Forwarded: for=203.0.113.7\r\n",
        "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\n",
    ] {
        let browser = logs_in_with(world, headers).await;
        assert_eq!(browser.page().status, 303, "{headers}");
        assert_eq!(last_address(world).await, "127.0.0.1", "{headers}");
        assert!(!browser.page().location().contains("evil"));
    }
});

/// The case says ten thousand guesses. A guess costs a whole comparison, so they are a thousand, at a fifth of the cost.
const GUESSES_AT_COST: (u32, u32) = (8_192, 1);

story!(
    f06_another_address_with_each_guess_moves_no_limit,
    Setup::required().with_hashes_of(GUESSES_AT_COST),
    |world| {
        let id = world.knows(ANA).await;
        let mut browser = world.browser();
        browser.opens("/login/internal").await;
        let form = browser.form("/login/internal");
        let shot = |number: usize| {
            let mut copy = browser.clone().at(&format!("198.51.{}.{}", number / 250, number % 250));
            copy.user_agent = format!("Guess/{number}");
            let body = filled(&form, &[("identifier", "ana"), ("password", &format!("wrong {number}"))]);
            Shot { browser: copy, path: "/login/internal", body }
        };
        for round in 0..25 {
            all_at_once((round * 40..round * 40 + 40).map(shot).collect()).await;
        }
        let Bucket { failures, paused_until } = world.app.store.lockout(&format!("account:{id}")).await.unwrap();
        assert_eq!((failures, paused_until.is_some()), (5, true));
        assert_eq!(world.account(id).await.account.history.failures, 5);
        let mut late = world.browser().at("198.51.100.200");
        late.signs_in(ANA).await;
        late.has_status(422);
    }
);

story!(
    f06_another_address_with_each_wish_moves_no_limit_on_messages,
    without_proxies(Setup::required()).set("send_limits.network.per_hour", "2").set("send_limits.network.per_day", "2"),
    |world| {
        // The peer is counted, not what it says: the third message is one too many, whoever it is for.
        let people =
            [ANA, NOAH, crate::people::Person { identifiers: &["third"], email: Some("t@example.com"), ..NOAH }];
        for (number, person) in people.into_iter().enumerate() {
            world.knows(person).await;
            let mut browser = world.browser().at(&format!("198.51.100.{number}"));
            browser.signs_in(person).await;
            browser.submits("/login/destination", &[("destination", "email")]).await;
            assert_eq!(browser.page().status, if number < 2 { 303 } else { 429 }, "{number}");
        }
        assert_eq!(world.settled().await.len(), 2);
    }
);
