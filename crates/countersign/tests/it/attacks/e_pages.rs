//! E: what pages carry and load, and what names on them can do.

use countersign::flow::account::Person as NewPerson;
use countersign_core::id::AccountId;
use countersign_core::role::Role;

use super::{at_the_destinations, with_many_messages};
use crate::browser::Browser;
use crate::html;
use crate::people::{ANA, Person};
use crate::world::{Setup, World, story};

/// A page of every kind, with what it is.
async fn pages(world: &World) -> Vec<(&'static str, Browser)> {
    let mut pages = Vec::new();
    for (what, path) in [
        ("the choice of a realm", "/login"),
        ("the login form", "/login/internal"),
        ("nothing there", "/nowhere"),
        ("no such realm", "/login/nowhere"),
        ("a start again", "/login/internal?notice=start-again"),
        ("a bad query", "/login/internal?notice=1&notice=2"),
    ] {
        let mut browser = world.browser();
        browser.gets(path).await;
        pages.push((what, browser));
    }
    let mut browser = world.browser();
    browser.tries(ANA, "wrong").await;
    pages.push(("a wrong password", browser));
    for (what, method, path, headers, body) in [
        ("a foreign form", "POST", "/login/internal", "Sec-Fetch-Site: cross-site\r\n", ""),
        ("the wrong method", "DELETE", "/login/internal", "Sec-Fetch-Site: same-origin\r\n", ""),
        ("no form", "POST", "/login/internal", "Sec-Fetch-Site: same-origin\r\nContent-Type: text/plain\r\n", "x"),
    ] {
        let mut browser = world.browser();
        let head = browser.head(method, path, &format!("{headers}Content-Length: {}\r\n", body.len()));
        browser.sends(path, &head, body).await;
        pages.push((what, browser));
    }
    let mut browser = world.browser();
    browser.posts("/login/internal", &"x".repeat(10_000)).await;
    pages.push(("too large a form", browser));
    let ana = at_the_destinations(world, ANA).await;
    pages.push(("the destinations", ana.clone()));
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    pages.push(("the code page", ana.clone()));
    ana.enters(&code).await;
    pages.push(("the account page", ana.clone()));
    ana.opens("/logout").await;
    pages.push(("the question", ana));
    pages
}

story!(e07_every_page_and_every_error_carries_the_security_headers, Setup::required(), |world| {
    world.knows(ANA).await;
    let pages = pages(world).await;
    let statuses: Vec<u16> = pages.iter().map(|(_, browser)| browser.page().status).collect();
    for status in [200, 400, 403, 404, 405, 413, 422] {
        assert!(statuses.contains(&status), "no page of {status} among {statuses:?}");
    }
    for (what, browser) in &pages {
        let header = |name: &str| {
            let values: Vec<&str> = browser.page().all(name).collect();
            assert_eq!(values.len(), 1, "{what}: {name} {values:?}");
            values[0].to_owned()
        };
        let csp = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(csp.contains(part), "{what}: {part} is not in {csp}");
        }
        assert!(!csp.contains("unsafe") && !csp.contains('*') && !csp.contains("http:"), "{what}: {csp}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(header("x-frame-options"), "DENY", "{what}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{what}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{what}");
        // Nothing to other sites, as `no-referrer`; why not that is in web/dress.rs.
        assert_eq!(header("referrer-policy"), "same-origin", "{what}");
        assert_eq!(header("strict-transport-security"), "max-age=31536000; includeSubDomains", "{what}");
        assert_eq!(header("cache-control"), "no-store", "{what}");
        assert!(header("content-type").starts_with("text/html; charset=utf-8"), "{what}");
        assert_eq!(browser.page().all("access-control-allow-origin").count(), 0, "{what}");
        // Nothing inline, which is why no nonce is needed.
        let body = &browser.page().body;
        assert!(!body.contains("<style") && !body.contains(" style=") && !body.contains(" onclick="), "{what}");
        assert!(body.matches("<script").count() == body.matches("<script src=\"/static/").count(), "{what}");
    }
});

story!(e07_after_signing_out_the_back_button_shows_nothing, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    assert_eq!(ana.page().header("cache-control"), Some("no-store"));
    ana.submits("/logout", &[]).await;
    assert_eq!(ana.page().header("clear-site-data"), Some("\"cache\""));
    ana.gets("/account").await;
    ana.has_status(303);
});

story!(e08_no_page_loads_anything_from_elsewhere_or_tells_where_it_was, Setup::required(), |world| {
    world.knows(ANA).await;
    for (what, browser) in pages(world).await {
        for link in html::links(&browser.page().body) {
            let ours = link.starts_with('/') && !link.starts_with("//");
            assert!(ours || link.starts_with('#') || link == "mailto:help@acme.example", "{what}: {link}");
            // No token travels in an address, so none can be told to anybody.
            assert!(!link.contains("token") && !link.contains("csrf") && !link.contains("code="), "{what}: {link}");
        }
        let body = &browser.page().body;
        assert!(!body.contains("http-equiv") && !body.contains("<iframe") && !body.contains("url("), "{what}");
    }
    // Nor do the files that pages load reach out.
    let mut browser = world.browser();
    browser.gets("/login/internal").await;
    let files: Vec<String> =
        html::links(&browser.page().body).into_iter().filter(|link| link.starts_with("/static/")).collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        browser.gets(&file).await;
        browser.has_status(200);
        let body = browser.page().body.replace("http://www.w3.org/2000/svg", "");
        assert!(!body.contains("http:") && !body.contains("https:") && !body.contains("@import"), "{file}");
    }
});

/// Names that would do something if they were not made inert.
const NAMES: [&str; 8] = [
    "</script><img hx-get=/x onerror=alert(1) src=x>",
    "\"><svg onload=alert(1)>",
    "'-alert(1)-'",
    "{{7*7}}${7*7}<%=7*7%>{% include \"x\" %}",
    "{ $code } { MESSAGE() }",
    "=cmd|' /C calc'!A0",
    "Ana \u{202e}nimdA",
    "&lt;b&gt;",
];

/// Leaves what a page shows of a name, as it is written.
fn around<'p>(browser: &'p Browser, text: &str) -> &'p str {
    browser.page().body.split("<h1>").nth(1).unwrap_or_else(|| panic!("{text:?}")).split("</h1>").next().unwrap()
}

story!(e09_a_display_name_is_text_wherever_it_is_shown, with_many_messages(Setup::required()), |world| {
    for (number, name) in NAMES.into_iter().enumerate() {
        let identifiers: &'static [&'static str] =
            [&["n0"], &["n1"], &["n2"], &["n3"], &["n4"], &["n5"], &["n6"], &["n7"]][number];
        let person = Person { identifiers, name, ..ANA };
        world.knows(person).await;
        let mut browser = at_the_destinations(world, person).await;
        let (html, visible) = (browser.page().body.clone(), browser.text());
        assert!(!html.contains(name) && !visible.contains(name), "{visible}");
        browser.chooses("email").await;
        let mail = world.mail().next().await;
        for part in ["onerror", "onload", "7*7", "49", "cmd", "\u{202e}"] {
            assert!(!mail.text.replace(&mail.code(), "").contains(part) || part == "49", "{part} in a mail");
        }
        browser.enters(&mail.code()).await;
        browser.is_signed_in();
        browser.sees(name.trim());
        let shown = around(&browser, name);
        assert!(!shown.contains(['<', '>', '"', '\'']), "{shown}");
        assert!(!browser.page().body.contains("<img") && !browser.page().body.contains("onload=alert(1)>"));
        assert!(!browser.text().contains("49"), "{}", browser.text());
        // A name is nothing that is logged, so it can do nothing there. It is exported by no command yet.
        assert!(!crate::logs::heard().iter().any(|line| line.contains(name)));
    }
});

story!(e09_what_was_typed_as_a_name_is_text_too, Setup::required(), |world| {
    for name in NAMES {
        let mut browser = world.browser();
        browser.opens("/login/internal").await;
        browser.gives("internal", name, "wrong").await;
        browser.has_status(422);
        let form = browser.form("/login/internal");
        let again = form.fields.iter().find(|(field, _)| field == "identifier").unwrap();
        assert_eq!(again.1.replace("&#x27;", "'"), name, "it comes back as it was typed");
        assert!(!browser.page().body.contains("<img") && !browser.page().body.contains("<svg onload"));
        assert!(!crate::logs::heard().iter().any(|line| line.contains("alert(1)") || line.contains("\u{202e}")));
    }
});

story!(
    e09_the_sites_own_name_is_text_too,
    Setup::required().change(|parts| {
        // The configuration refuses such a name; this is what would happen if it came in another way.
        "A\u{202e}c</b><script>x{{7*7}} https://evil.example @evil #1".clone_into(&mut parts.config.settings.site.name);
    }),
    |world| {
        world.knows(ANA).await;
        let mut ana = at_the_destinations(world, ANA).await;
        assert!(!ana.page().body.contains("<script>x"), "{}", ana.page().body);
        ana.chooses("sms").await;
        let sms = world.clicksend().next().await;
        assert!(!sms.body.contains("://") && !sms.body.contains('\u{202e}'), "{}", sms.body);
        assert_eq!(sms.body.lines().count(), 2);
        assert_eq!(sms.body.lines().last(), Some(format!("@login.example.com #{}", sms.code()).as_str()));
        let mut ana = at_the_destinations(world, ANA).await;
        ana.chooses("email").await;
        let mail = world.mail().next().await;
        let html = mail.text.split("text/html").nth(1).unwrap();
        assert!(!html.contains("<script>") && !mail.text.contains('\u{202e}'), "{}", mail.text);
        assert_eq!(mail.text.lines().filter(|line| line.starts_with("Subject:")).count(), 1);
    }
);

story!(e09_a_name_that_turns_the_text_around_it_is_refused, Setup::new(), |world| {
    let check = |name: &str| {
        let person = NewPerson {
            realm: "internal".parse().unwrap(),
            identifiers: vec!["ana".to_owned()],
            name: name.to_owned(),
            email: None,
            email_is_verified: true,
            phone: None,
            role: Role::User,
            second_factor: false,
        };
        let id = AccountId(world.app.entropy.uuid().unwrap());
        person.check(id, None).is_ok()
    };
    for name in ["Ana \u{202e}nimdA", "Ana\u{2066}x", "Ana\u{200f}", "Ana\u{feff}", "Ana\nx", "Ana\u{0}", "\u{1b}[31m"]
    {
        assert!(!check(name), "{name:?}");
    }
    for name in ["Ana Torres", "José Ñandú", "李小龍", "عمر", "O'Neil <Bob>", "=cmd"] {
        assert!(check(name), "{name:?}");
    }
});
