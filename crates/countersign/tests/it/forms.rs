//! Forms that are not ours, or not this browser's, or not what we sent: nothing is done with them.

use crate::browser::Browser;
use crate::html::Form;
use crate::people::{ANA, NOAH, PASSWORD};
use crate::world::{PUBLIC_URL, Setup, World, story};

/// Somebody at every form there is: where it goes, the form, and who has it open.
async fn at_every_form(world: &World) -> Vec<(&'static str, Form, Browser)> {
    world.knows(ANA).await;
    world.knows(NOAH).await;
    let mut forms = Vec::new();
    let mut stranger = world.browser();
    stranger.opens("/login/internal").await;
    forms.push(("/login/internal", stranger.form("/login/internal"), stranger));
    let mut choosing = world.browser();
    choosing.signs_in(NOAH).await;
    forms.push(("/login/destination", choosing.form("/login/destination"), choosing));
    let (entering, _) = world.at_the_code_page(NOAH).await;
    let code = entering.form("/login/code");
    forms.push(("/login/code", code.clone(), entering.clone()));
    forms.push(("/login/code/resend", code, entering));
    let ana = world.trusting(ANA).await;
    forms.push(("/logout", ana.form("/logout"), ana.clone()));
    forms.push(("/account/devices/revoke", ana.form("/account/devices/revoke"), ana));
    forms
}

/// Fields that would do something in each of the forms.
const FIELDS: [(&str, &str); 4] =
    [("identifier", "ana"), ("password", PASSWORD), ("destination", "sms"), ("code", "123456")];

/// Ana is signed in still, and nobody was sent anything more.
async fn nothing_happened(world: &World, forms: &[(&str, Form, Browser)]) {
    assert_eq!(world.settled().await.len(), 2);
    let mut ana = forms.last().unwrap().2.clone();
    ana.opens("/account").await;
    ana.is_signed_in();
    ana.sees("This browser");
}

story!(e_01_a_form_needs_the_token_that_this_browser_was_given, Setup::required(), |world| {
    let forms = at_every_form(world).await;
    let tokens: Vec<String> = forms.iter().map(|(_, form, _)| form.fields[0].1.clone()).collect();
    for (action, form, browser) in &forms {
        assert_eq!(form.fields[0].0, "csrf");
        let own = &form.fields[0].1;
        let foreign = tokens.iter().filter(|token| *token != own).map(String::as_str);
        for token in foreign.chain(["", "x", &own[1..], &format!("{own}A")]) {
            let mut browser = browser.clone();
            browser.sends_form(action, form, &[&[("csrf", token)], &FIELDS[..]].concat()).await;
            browser.has_status(403);
            browser.sees("This form is out of date");
            assert!(browser.page().all("set-cookie").next().is_none());
        }
        let mut browser = browser.clone();
        browser.sends_form(action, &Form::default(), &FIELDS).await;
        browser.has_status(403);
    }
    nothing_happened(world, &forms).await;
});

story!(e_03_a_form_of_another_site_is_refused, Setup::required(), |world| {
    let forms = at_every_form(world).await;
    for (action, form, browser) in &forms {
        let token = &form.fields[0].1;
        let body = format!("csrf={token}&identifier=ana&password=x&destination=sms&code=123456");
        for headers in [
            "Sec-Fetch-Site: cross-site\r\n",
            "Sec-Fetch-Site: same-site\r\n",
            "Origin: https://evil.example\r\n",
            "Origin: https://login.example.com.evil.example\r\n",
            "Origin: null\r\n",
        ] {
            let mut browser = browser.clone();
            browser.posts_with(action, headers, &body).await;
            assert_eq!(browser.page().status, 403, "{action} with {headers:?}");
        }
    }
    nothing_happened(world, &forms).await;
});

story!(an_old_browser_that_says_nothing_of_origins_can_sign_in, Setup::new(), |world| {
    world.knows(ANA).await;
    for headers in [String::new(), format!("Origin: {PUBLIC_URL}\r\n"), "Sec-Fetch-Site: same-origin\r\n".to_owned()] {
        let mut ana = world.browser();
        ana.opens("/login/internal").await;
        let token = ana.form("/login/internal").fields[0].1.clone();
        let password = PASSWORD.replace(' ', "+");
        ana.posts_with("/login/internal", &headers, &format!("csrf={token}&identifier=ana&password={password}")).await;
        ana.follows().await;
        ana.is_signed_in();
    }
});

story!(e_02_a_login_that_somebody_else_began_cannot_be_pushed_on_anybody, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut eve = world.browser();
    eve.opens("/login/internal").await;
    let eves = eve.form("/login/internal");
    let mut victim = world.browser();
    victim.sends_form("/login/internal", &eves, &[("identifier", "ana"), ("password", PASSWORD)]).await;
    victim.has_status(403);
    assert_eq!(victim.cookie("session"), None);
});

story!(b_07_a_field_that_comes_twice_is_refused, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let token = ana.form("/login/code").fields[0].1.clone();
    for body in [
        format!("csrf={token}&code=000000&code={code}"),
        format!("csrf={token}&code={code}&code={code}"),
        format!("csrf={token}&csrf={token}&code={code}"),
        format!("csrf={token}&code%5B%5D={code}"),
        format!("csrf={token}"),
        format!("csrf={token}&code={code}{}", "&x=1".repeat(2)),
        format!("csrf={token}&code={code}&{}", (0..40).map(|n| format!("f{n}=1&")).collect::<String>()),
    ] {
        ana.posts("/login/code", &body).await;
        ana.has_status(400);
        ana.sees("Nothing has been changed.");
    }
    assert_eq!(world.account(id).await.account.code_failures, 0);
});

story!(b_07_only_a_form_is_a_form, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let token = ana.form("/login/code").fields[0].1.clone();
    for (kind, body) in [
        ("application/json", format!("{{\"csrf\":\"{token}\",\"code\":[\"{code}\"]}}")),
        ("text/plain", format!("csrf={token}&code={code}")),
        ("multipart/form-data; boundary=x", format!("--x\r\n\r\n{token}\r\n--x--")),
    ] {
        let head = ana.head(
            "POST",
            "/login/code",
            &format!("Sec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n", body.len()),
        );
        ana.sends("/login/code", &head, &body).await;
        ana.has_status(400);
    }
});

story!(l_03_what_is_too_large_is_refused_before_it_costs_anything, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens("/login/internal").await;
    let before = world.app.hasher.comparisons();
    let large = "x".repeat(9000);
    ana.submits("/login/internal", &[("identifier", "ana"), ("password", &large)]).await;
    ana.has_status(413);
    ana.sees("That is too much text");
    assert_eq!(world.app.hasher.comparisons(), before);
    // A long password that fits the form is wrong like any other.
    ana.opens("/login/internal").await;
    ana.submits("/login/internal", &[("identifier", "ana"), ("password", &large[..2000])]).await;
    ana.has_status(422);
});

story!(l_07_strange_names_are_nobodys, Setup::new(), |world| {
    let mut browser = world.browser();
    for name in [
        "\0",
        "a\0b",
        "\u{202e}ana",
        "' or 1=1 --",
        "*)(uid=*",
        "{{7*7}}",
        "<script>alert(1)</script>",
        "ａｎａ\u{200b}",
    ] {
        browser.opens("/login/internal").await;
        browser.submits("/login/internal", &[("identifier", name), ("password", "x")]).await;
        browser.has_status(422);
        assert!(!browser.page().body.contains("<script>alert"), "E-09: {name}");
    }
});
