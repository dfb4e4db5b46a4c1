//! D: the tokens in the cookies.

use jiff::SignedDuration;

use super::{filled, hash_of};
use crate::browser::Browser;
use crate::people::{ANA, PASSWORD};
use crate::world::{Setup, World, story};

/// Ways to change a token so that it is another one.
fn spoiled(token: &str) -> Vec<String> {
    let last = if token.ends_with('A') { "B" } else { "A" };
    vec![
        String::new(),
        token[..token.len() - 1].to_owned(),
        token[1..].to_owned(),
        format!("{token}A"),
        format!("{token}="),
        format!("A{token}"),
        format!("{last}{}", &token[1..]),
        token.to_ascii_lowercase(),
        token.replacen(|c: char| c.is_ascii_alphanumeric(), "+", 1),
        format!("{token}%00"),
        format!("\"{token}x\""),
        data_encoding::HEXLOWER.encode(&hash_of(token).0),
        data_encoding::BASE64URL_NOPAD.encode(&hash_of(token).0),
        "A".repeat(43),
        "null".to_owned(),
    ]
}

story!(d02_a_token_that_is_not_exactly_ours_is_never_taken_over, Setup::required(), |world| {
    world.knows(ANA).await;
    let ana = world.trusting(ANA).await;
    let token = ana.cookie("session").unwrap().to_owned();
    for other in spoiled(&token).into_iter().filter(|other| *other != token) {
        let mut thief = world.browser();
        thief.plants("session", &other);
        thief.gets("/account").await;
        assert_eq!(thief.page().status, 303, "{other}");
        thief.plants("login", &other);
        thief.gets("/login/destination").await;
        assert_eq!(thief.page().status, 303, "{other}");
        // A login with it in hand gives a new one, and never this.
        thief.plants("device", &other);
        thief.signs_in(ANA).await;
        thief.is_at("/login/destination");
        assert_ne!(thief.cookie("login"), Some(other.as_str()));
    }
    // The real one works to the end, so the thieves failed for the right reason.
    let mut ana = ana;
    ana.opens("/account").await;
    ana.is_signed_in();
    world.passes(SignedDuration::from_hours(1)).await;
    ana.opens("/account").await;
    ana.is_at("/login/internal?notice=session-ended");
    assert_eq!(ana.cookie("session"), None, "the browser is told to forget it");
});

/// The cookies that a login sets over https, as they were set.
async fn cookies_of_a_login(world: &World) -> (Browser, Vec<String>) {
    let mut ana = world.browser();
    let mut set = Vec::new();
    let mut note = |browser: &Browser| set.extend(browser.page().all("set-cookie").map(str::to_owned));
    ana.gets("/login/internal").await;
    note(&ana);
    ana.submits("/login/internal", &[("identifier", "ana"), ("password", PASSWORD)]).await;
    note(&ana);
    ana.follows().await;
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    ana.submits("/login/code", &[("code", &code), ("trust", "on")]).await;
    note(&ana);
    (ana, set)
}

story!(d03_every_cookie_is_host_only_secure_and_out_of_reach_of_scripts, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, set) = cookies_of_a_login(world).await;
    for name in ["__Host-cs-form", "__Host-cs-login", "__Host-cs-session", "__Host-cs-device"] {
        assert!(set.iter().any(|cookie| cookie.starts_with(&format!("{name}="))), "{name} was never set");
    }
    for cookie in &set {
        let has = |attribute: &str| cookie.split("; ").any(|part| part.eq_ignore_ascii_case(attribute));
        assert!(cookie.starts_with("__Host-cs-") && cookie.len() <= 4096, "{cookie}");
        assert!(has("Secure") && has("HttpOnly") && has("Path=/"), "{cookie}");
        assert!(has("SameSite=Lax") || has("SameSite=Strict"), "{cookie}");
        assert!(!cookie.to_ascii_lowercase().contains("domain="), "{cookie}");
    }
    let total: usize = ana.cookies().map(|(name, value)| name.len() + value.len() + 3).sum();
    assert!(total <= 4096, "{total}");
    // A language is no secret, but it is set alike.
    let body = "language=en&back=%2Fa";
    ana.posts("/language", body).await;
    for cookie in ana.page().all("set-cookie") {
        assert!(cookie.starts_with("__Host-cs-") && cookie.contains("Secure"), "{cookie}");
    }
});

story!(d03_a_cookie_that_comes_twice_is_refused, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    for name in ["session", "login", "device", "form"] {
        let own = ana.cookie(name).unwrap_or("x").to_owned();
        for second in [own.as_str(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            // In one header, and in two.
            for between in ["; ", "\r\nCookie: "] {
                let full = format!("__Host-cs-{name}");
                let mut thief = ana.clone();
                thief.loses(name);
                let head = thief.head("GET", "/account", &format!("Cookie: {full}={own}{between}{full}={second}\r\n"));
                thief.sends("/account", &head, "").await;
                assert_eq!(thief.page().status, 400, "{name} {between:?}");
                thief.does_not_see("Ana Torres");
            }
        }
    }
    // Without its prefix a cookie is nobody's: a neighbouring subdomain can plant that one.
    let token = ana.cookie("session").unwrap().to_owned();
    let mut thief = world.browser();
    let head = thief.head("GET", "/account", &format!("Cookie: cs-session={token}; __host-cs-session={token}\r\n"));
    thief.sends("/account", &head, "").await;
    thief.has_status(303);
});

story!(d08_each_kind_of_token_is_good_for_its_own_step_only, Setup::required(), |world| {
    world.knows(ANA).await;
    let (at_code, code) = world.at_the_code_page(ANA).await;
    let form = at_code.form("/login/code");
    let mut done = at_code.clone();
    done.enters_and_trusts(&code).await;
    done.is_signed_in();
    let logout = done.form("/logout");
    let (mut next, ()) = {
        let mut browser = world.browser();
        browser.signs_in(ANA).await;
        browser.chooses("sms").await;
        (browser, ())
    };
    let kinds = [
        ("login", next.cookie("login").unwrap().to_owned()),
        ("session", done.cookie("session").unwrap().to_owned()),
        ("device", done.cookie("device").unwrap().to_owned()),
        ("form", next.cookie("form").unwrap_or("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").to_owned()),
    ];
    for (kind, token) in &kinds {
        for name in ["login", "session", "device"].into_iter().filter(|name| name != kind) {
            let mut thief = world.browser();
            thief.plants(name, token);
            for path in ["/account", "/logout", "/login/destination", "/login/code"] {
                thief.gets(path).await;
                assert_eq!(thief.page().status, 303, "a {kind} token as {name} at {path}");
            }
            for (path, form) in [("/login/code", &form), ("/logout", &logout), ("/account/devices/revoke", &logout)] {
                thief.posts(path, &filled(form, &[("code", "123456")])).await;
                assert!(matches!(thief.page().status, 303 | 403), "a {kind} token as {name} at {path}");
            }
        }
    }
    // All of them still are what they were.
    done.opens("/account").await;
    done.is_signed_in();
    next.opens("/login/destination").await;
    next.is_at("/login/destination");
});
