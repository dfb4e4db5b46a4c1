//! What holds for every page: its headers, and that looking at it changes nothing.

use crate::people::{ANA, PASSWORD};
use crate::world::{Setup, story};

/// Every address that answers, and some that do not.
const PATHS: [&str; 15] = [
    "/",
    "/login",
    "/login/internal",
    "/login/external?return_to=/account",
    "/login/nowhere",
    "/login/destination",
    "/login/code",
    "/login/code/resend",
    "/logout",
    "/account",
    "/account/devices/revoke",
    "/outbox",
    "/healthz",
    "/readyz",
    "/nothing/here?x=%00%ff",
];

story!(e_07_every_answer_carries_the_security_headers, Setup::required(), |world| {
    world.knows(ANA).await;
    let signed_in = world.signed_in(ANA).await;
    for mut browser in [world.browser(), signed_in] {
        for path in PATHS {
            browser.gets(path).await;
            let page = browser.page();
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("cache-control", "no-store"),
                ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ] {
                assert_eq!(page.header(name), Some(value), "{name} of {path}");
            }
            assert!(["no-referrer", "same-origin"].contains(&page.header("referrer-policy").unwrap()));
            let policy = page.header("content-security-policy").unwrap();
            for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "script-src 'self'"] {
                assert!(policy.contains(part), "{part} of {path}");
            }
            assert!(!policy.contains("unsafe"), "{policy}");
            assert!(page.header("access-control-allow-origin").is_none(), "E-11: {path}");
        }
    }
});

story!(no_page_has_script_or_style_of_its_own, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let mut pages = vec![ana.page().body.clone()];
    ana.enters(&code).await;
    for path in PATHS {
        ana.opens(path).await;
        pages.push(ana.page().body.clone());
    }
    for page in pages {
        assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains(" onclick="), "{page}");
        assert!(!page.contains("<script>"), "{page}");
        for link in crate::html::links(&page) {
            assert!(link.starts_with('/') || link.starts_with('#') || link.starts_with("mailto:"), "{link}");
        }
    }
});

story!(what_the_pages_load_is_there, Setup::new(), |world| {
    let mut browser = world.browser();
    browser.opens("/login/internal").await;
    let links = crate::html::links(&browser.page().body);
    let files: Vec<&String> = links.iter().filter(|link| link.starts_with("/static/")).collect();
    assert!(files.len() >= 3, "{links:?}");
    for file in files {
        browser.opens(file).await;
        browser.has_status(200);
        assert_eq!(browser.page().header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(browser.page().header("x-content-type-options"), Some("nosniff"));
    }
    browser.opens("/static/../Cargo.toml").await;
    browser.has_status(404);
});

story!(e_04_looking_changes_nothing, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    let (pending, code) = {
        let mut other = world.browser();
        other.signs_in(ANA).await;
        other.chooses("sms").await;
        (other, world.clicksend().next().await.code().to_owned())
    };
    world.settled().await;
    let events = world.events(id).await;
    for visitor in [&world.browser(), &ana, &pending] {
        for path in PATHS {
            for method in ["GET", "HEAD", "OPTIONS"] {
                let mut visitor = visitor.clone();
                let head = visitor.head(method, path, "Purpose: prefetch\r\nSec-Fetch-Site: cross-site\r\n");
                visitor.sends(path, &head, "").await;
                assert!(visitor.page().status < 500, "{method} {path}");
            }
        }
    }
    assert_eq!(world.events(id).await, events);
    assert_eq!(world.settled().await.len(), 2);
    ana.opens("/account").await;
    ana.is_signed_in();
    ana.sees("This browser");
    // The code page was looked at, and the code is as good as before.
    let mut pending = pending;
    pending.enters(&code).await;
    pending.is_signed_in();
});

story!(e_06_after_a_password_there_is_always_a_see_other, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens("/login/internal").await;
    ana.submits("/login/internal", &[("identifier", "ana"), ("password", PASSWORD)]).await;
    ana.has_status(303);
    ana.follows().await;
    ana.submits("/login/destination", &[("destination", "email")]).await;
    ana.has_status(303);
    ana.follows().await;
    let code = world.mail().next().await.code();
    ana.submits("/login/code", &[("code", &code)]).await;
    ana.has_status(303);
});

story!(the_inbox_of_the_sandbox_is_not_there_where_people_sign_in, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    ana.opens("/outbox").await;
    ana.has_status(404);
    assert!(!ana.page().body.contains(&code));
});

story!(a_missing_page_says_so, Setup::new(), |world| {
    let mut browser = world.browser();
    browser.opens("/nothing/here").await;
    browser.has_status(404);
    browser.sees("There is no such page");
    browser.sees("help@acme.example");
    let head = browser.head("DELETE", "/account", "Sec-Fetch-Site: same-origin\r\n");
    browser.sends("/account", &head, "").await;
    browser.has_status(405);
    browser.sees("This page cannot be opened like that");
});

story!(it_says_that_it_is_alive_and_ready, Setup::new(), |world| {
    let mut probe = world.browser();
    for path in ["/healthz", "/readyz"] {
        probe.opens(path).await;
        probe.has_status(200);
    }
});

story!(e_09_a_name_is_only_a_name, Setup::new(), |world| {
    let person = crate::people::Person { name: "</title><script>alert(1)</script>{{7*7}}\u{202e}", ..ANA };
    world.knows(person).await;
    let mut ana = world.browser();
    ana.signs_in(person).await;
    ana.is_signed_in();
    assert!(!ana.page().body.contains("<script>alert"));
    ana.sees("{{7*7}}");
});
