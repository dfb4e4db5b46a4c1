//! E: forged forms, and where a login may lead.

use super::sql::{Dump, Sql};
use super::{at_the_destinations, compared, filled, token_of};
use crate::browser::Browser;
use crate::logs;
use crate::people::{ANA, NOAH, PASSWORD};
use crate::world::{PUBLIC_URL, Setup, World, story};

/// What a form of our own site is sent with.
const SAME_SITE: &str = "Origin: https://login.example.com\r\nSec-Fetch-Site: same-origin\r\n";

/// Every address that takes a form, but for `/language`, which changes nothing but what is shown.
const FORMS: [&str; 6] = [
    "/login/internal",
    "/login/destination",
    "/login/code",
    "/login/code/resend",
    "/logout",
    "/account/devices/revoke",
];

/// What would be sent if it counted.
const FIELDS: [(&str, &str); 4] =
    [("identifier", "ana"), ("password", PASSWORD), ("destination", "email"), ("code", "123456")];

/// A browser with everything that the forms ask for: a session, a login in progress, a form cookie.
async fn with_everything(world: &World) -> Browser {
    let mut browser = world.trusting(ANA).await;
    let device = browser.cookie("device").unwrap().to_owned();
    browser.loses("device");
    browser.signs_in(ANA).await;
    browser.is_at("/login/destination");
    browser.plants("device", &device);
    browser.plants("form", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    browser
}

/// All that a form could change.
async fn state(world: &World) -> Dump {
    world.settled().await;
    Sql::open(world).await.dump().await
}

story!(e01_a_form_without_its_own_token_is_refused, Setup::required(), |world| {
    world.knows(ANA).await;
    world.knows(NOAH).await;
    let ana = with_everything(world).await;
    let session_token = {
        let mut copy = ana.clone();
        copy.opens("/account").await;
        token_of(&copy, "/logout")
    };
    let step_token = {
        let mut copy = ana.clone();
        copy.opens("/login/destination").await;
        token_of(&copy, "/login/destination")
    };
    let noah = at_the_destinations(world, NOAH).await;
    let of_another = token_of(&noah, "/login/destination");
    let before = state(world).await;
    let cut = session_token[..session_token.len() - 1].to_owned();
    for path in FORMS {
        // The right token of the wrong kind, too: that of a login for a form of a session, and the reverse.
        let wrong_kind = if path.starts_with("/login/") { &session_token } else { &step_token };
        for token in [None, Some(""), Some(of_another.as_str()), Some(wrong_kind.as_str()), Some(cut.as_str())] {
            let mut forger = ana.clone();
            let form = crate::html::Form::default();
            let mut fields = FIELDS.to_vec();
            fields.extend(token.map(|token| ("csrf", token)));
            forger.posts(path, &filled(&form, &fields)).await;
            assert_eq!(forger.page().status, 403, "{path} {token:?}");
        }
    }
    assert_eq!(state(world).await, before);
    let told = logs::heard().iter().filter(|line| line.contains("malicious_csrf")).count();
    assert_eq!(told, FORMS.len() * 5);
});

story!(e01_the_token_of_an_earlier_step_is_worth_nothing_after_the_login, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let earlier = token_of(&ana, "/login/code");
    ana.enters(&code).await;
    ana.is_signed_in();
    let mut forger = ana.clone();
    forger.posts("/logout", &format!("csrf={earlier}")).await;
    forger.has_status(403);
    ana.opens("/account").await;
    ana.is_signed_in();
});

story!(e02_a_login_form_from_another_site_is_refused, Setup::new(), |world| {
    world.knows(NOAH).await;
    let mut victim = world.browser();
    victim.opens("/login/internal").await;
    // The attacker has a token of their own; it is bound to their own cookie.
    let mut attacker = world.browser();
    attacker.opens("/login/internal").await;
    let fields = [("identifier", NOAH.identifiers[0]), ("password", PASSWORD)];
    let theirs = filled(&attacker.form("/login/internal"), &fields);
    let right = filled(&victim.form("/login/internal"), &fields);
    for (headers, body) in [
        ("Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n", &right),
        ("Origin: https://evil.example\r\n", &right),
        (SAME_SITE, &theirs),
        ("", &theirs),
    ] {
        let mut copy = victim.clone();
        copy.posts_with("/login/internal", headers, body).await;
        assert_eq!((copy.page().status, copy.cookie("session")), (403, None), "{headers}");
    }
    // The browser that never saw the form has no cookie that any token could fit.
    let mut fresh = world.browser();
    fresh.posts_with("/login/internal", "", &theirs).await;
    fresh.has_status(403);
    victim.posts_with("/login/internal", SAME_SITE, &right).await;
    victim.has_status(303);
});

story!(e03_what_the_browser_says_of_the_sender_is_believed, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let ana = with_everything(world).await;
    let mut at_account = ana.clone();
    at_account.opens("/account").await;
    let mut at_destination = ana.clone();
    at_destination.opens("/login/destination").await;
    let right = [
        ("/account/devices/revoke", filled(&at_account.form("/account/devices/revoke"), &[])),
        ("/logout", filled(&at_account.form("/logout"), &[])),
        ("/login/destination", filled(&at_destination.form("/login/destination"), &[("destination", "email")])),
        ("/language", "language=en&back=/account".to_owned()),
    ];
    let before = state(world).await;
    for (path, body) in &right {
        for headers in [
            "Sec-Fetch-Site: cross-site\r\n",
            "Sec-Fetch-Site: same-site\r\n",
            "Sec-Fetch-Site: cross-site\r\nOrigin: https://erp.example.com\r\n",
            "Sec-Fetch-Site: nonsense\r\n",
            "Origin: https://evil.example\r\n",
            "Origin: null\r\n",
            "Origin: http://login.example.com\r\n",
            "Origin: https://login.example.com:444\r\n",
            "Origin: https://login.example.com.evil.example\r\n",
            "Origin: https://www.login.example.com\r\n",
            "Origin: https://erp.example.com\r\n",
            "Origin: nonsense\r\n",
        ] {
            let mut forger = ana.clone();
            forger.posts_with(path, headers, body).await;
            assert_eq!(forger.page().status, 403, "{path} {headers}");
        }
    }
    assert_eq!(state(world).await, before);
    let told = logs::heard().iter().filter(|line| line.contains("malicious_csrf")).count();
    assert_eq!(told, right.len() * 12);
    // A browser too old to say anything: the token is still asked for, and enough.
    let mut old = ana.clone();
    old.posts_with("/logout", "", "csrf=x").await;
    old.has_status(403);
    let mut old = ana.clone();
    old.posts_with("/logout", "", &right[1].1).await;
    old.has_status(303);
    old.opens("/account").await;
    old.is_at("/login");
    assert_eq!(compared(world, id).await, 1);
});

/// Every address there is, and some that are not.
const ADDRESSES: [&str; 26] = [
    "/",
    "/login",
    "/login/internal",
    "/login/internal?return_to=/account",
    "/login/internal?identifier=ana&password=correct%20horse%20battery%20staple",
    "/login/external",
    "/login/destination",
    "/login/destination?destination=email",
    "/login/code/resend",
    "/logout",
    "/logout?csrf=x",
    "/account",
    "/account/devices/revoke",
    "/account/devices/revoke?all=1",
    "/language",
    "/language?language=en",
    "/outbox",
    "/static/00000000/page.css",
    "/healthz",
    "/readyz",
    "/admin",
    "/forgot",
    "/reset",
    "/not-me",
    "/not-me/x",
    "/nowhere",
];

story!(e04_looking_at_every_address_changes_nothing, Setup::required(), |world| {
    world.knows(ANA).await;
    let noah = world.knows(NOAH).await;
    let signed_in = with_everything(world).await;
    let (at_code, code) = world.at_the_code_page(NOAH).await;
    let before = state(world).await;
    let link = world.mail().received().pop().unwrap().link(); // Mail scanners follow it; nothing comes of it.
    for browser in [&signed_in, &at_code, &world.browser()] {
        for method in ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH"] {
            for path in ADDRESSES.iter().copied().chain([link.as_str()]) {
                let mut crawler = browser.clone();
                let head = crawler.head(method, path, "Sec-Fetch-Site: cross-site\r\nPurpose: prefetch\r\n");
                crawler.sends(path, &head, "").await;
                assert!(crawler.page().status < 500, "{method} {path}: {}", crawler.page().status);
            }
        }
    }
    assert_eq!(state(world).await, before);
    // The code page is shown once, so looking at it takes that showing, and nothing else.
    let mut crawler = at_code.clone();
    for path in ["/login/code?code=000000", "/login/code"] {
        crawler.gets(path).await;
    }
    let mut after = state(world).await;
    after.insert("login".to_owned(), before["login"].clone());
    assert_eq!(after, before);
    assert_eq!(compared(world, noah).await, 0);
    let mut browser = at_code;
    browser.enters(&code).await;
    browser.is_signed_in();
});

/// Addresses in disguise. None of them is one of ours.
#[expect(clippy::too_many_lines, reason = "a list")]
fn disguised() -> Vec<String> {
    let mut corpus: Vec<String> = [
        "//evil.example",
        "///evil.example",
        "////evil.example/x",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "\t//evil.example",
        " //evil.example",
        "//evil.example\\@x",
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "https:\\\\evil.example",
        "HTTPS://evil.example",
        "hTTps://evil.example",
        "https://evil.example",
        "http://evil.example",
        "https://good@evil.example",
        "https://erp.example.com.evil.example",
        "https://erp.example.com@evil.example",
        "https://erp.example.com%40evil.example",
        "https://erp.example.com%2eevil.example",
        "https://erp.example.com\\.evil.example",
        "https://erp.example.com:443@evil.example",
        "https://user@erp.example.com",
        "https://user:pw@erp.example.com/",
        "https://:@evil.example",
        "https://erp.example.com:444",
        "https://erp.example.com:8443/x",
        "http://erp.example.com",
        "http://login.example.com/account",
        "https://login.example.com:444/",
        "https://xn--erp-example-com.evil.example",
        "https://еrp.example.com",
        "https://erp.example.com。evil.example",
        "https://erp.example.com#@evil.example\\",
        "https://evil.example#https://erp.example.com",
        "https://evil.example?https://erp.example.com",
        "https://evil.example/https://erp.example.com",
        "//erp.example.com@evil.example",
        "https://[::1]",
        "https://127.0.0.1",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "javascript://erp.example.com/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://erp.example.com/x",
        "about:blank",
        "ftp://erp.example.com",
        "ws://erp.example.com",
        "mailto:a@evil.example",
        "%2f%2fevil.example",
        "%5c%5cevil.example",
        "%252f%252fevil.example",
        "https%3a%2f%2fevil.example",
        "account",
        "./account",
        "../x",
        "?x=1",
        "#x",
        ".evil.example",
        "@evil.example",
        "null",
        "https://",
        "https://?",
        "https://erp.example.com:99999/",
        "\u{ff0f}\u{ff0f}evil.example",
        "https:\u{ff0f}\u{ff0f}evil.example",
        "/\u{0}/evil.example",
        "/a\r\nLocation: https://evil.example",
        "/%0d%0aX: 1\r\n",
        "https://erp.example.com/\r\nSet-Cookie: x=1",
        "https://erp.example.com evil.example",
    ]
    .map(str::to_owned)
    .to_vec();
    corpus.push(format!("https://erp.example.com/{}", "a".repeat(3_000)));
    corpus.push(format!("/{}", "/".repeat(2_500)));
    corpus
}

/// Addresses of ours, or of an application, with what they become.
const HONEST: [(&str, &str); 9] = [
    ("/account", "https://login.example.com/account"),
    ("/account?x=//evil.example", "https://login.example.com/account?x=//evil.example"),
    ("/%2fevil.example", "https://login.example.com/%2fevil.example"),
    ("/%0d%0aX:1", "https://login.example.com/%0d%0aX:1"),
    ("/./../%2e%2e//x", "https://login.example.com//x"),
    ("https://erp.example.com", "https://erp.example.com/"),
    ("https://erp.example.com:443/a?b=c#d", "https://erp.example.com/a?b=c#d"),
    ("https://ERP.example.com/A", "https://erp.example.com/A"),
    ("https://erp.example.com/?u=https://evil.example", "https://erp.example.com/?u=https://evil.example"),
];

story!(e05_a_login_leads_to_allowed_origins_only, Setup::required(), |world| {
    world.knows(ANA).await;
    // What the form takes along is what was allowed; what it does not show again is dropped.
    let kept = async |world: &World, wanted: &str| {
        let mut browser = world.browser();
        let encoded: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
        browser.gets(&format!("/login/internal?return_to={encoded}")).await;
        browser.has_status(200);
        let form = browser.form("/login/internal");
        form.fields.into_iter().find(|(name, _)| name == "return_to").map(|(_, value)| value)
    };
    for wanted in disguised() {
        assert_eq!(kept(world, &wanted).await, None, "{wanted:?}");
    }
    for (wanted, becomes) in HONEST {
        assert_eq!(kept(world, wanted).await.as_deref(), Some(becomes), "{wanted:?}");
    }
    // The choice of a realm passes it on by the same rule.
    let mut browser = world.browser();
    browser.gets("/login?return_to=//evil.example").await;
    let links = crate::html::links(&browser.page().body);
    assert!(
        links.contains(&"/login/internal".to_owned()) && !links.iter().any(|link| link.contains("evil")),
        "{links:?}"
    );
});

story!(e05_e06_a_form_that_was_tampered_with_leads_nowhere_else, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut form = world.browser();
    form.opens("/login/internal").await;
    for wanted in disguised().iter().step_by(4) {
        let mut browser = form.clone();
        let fields = [("identifier", "ana"), ("password", PASSWORD), ("return_to", wanted.as_str())];
        browser.submits("/login/internal", &fields).await;
        // 303 and nothing else: a 307 would send the password on (RFC 9700, 4.12).
        assert_eq!((browser.page().status, browser.page().location()), (303, "/account"), "{wanted:?}");
        assert!(browser.page().all("set-cookie").all(|cookie| cookie.starts_with("__Host-cs-")));
    }
    let mut browser = form.clone();
    let fields = [("identifier", "ana"), ("password", PASSWORD), ("return_to", "https://erp.example.com/t")];
    browser.submits("/login/internal", &fields).await;
    assert_eq!((browser.page().status, browser.page().location()), (303, "https://erp.example.com/t"));
});

story!(e06_every_redirect_after_a_form_is_303, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_destinations(world, ANA).await;
    ana.submits("/login/destination", &[("destination", "email")]).await;
    ana.has_status(303);
    ana.follows().await;
    let code = world.mail().next().await.code();
    ana.submits("/login/code", &[("code", "x")]).await;
    ana.has_status(303);
    ana.follows().await;
    ana.submits("/login/code", &[("code", &code)]).await;
    ana.has_status(303);
    assert_eq!(ana.page().location(), "/account");
    ana.follows().await;
    ana.submits("/logout", &[]).await;
    ana.has_status(303);
    assert!(PUBLIC_URL.starts_with("https://"));
});
