//! The completed login: how long it lives, what ends it, and what is no login.

use jiff::SignedDuration;

use crate::browser::CHROME;
use crate::people::{ANA, MARIA, NOAH};
use crate::world::{Setup, story};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

story!(d_05_half_an_hour_without_a_request_ends_it, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    world.passes(MINUTE * 29).await;
    ana.opens("/account").await;
    ana.is_signed_in();
    world.passes(MINUTE * 29).await;
    ana.opens("/account").await;
    ana.is_signed_in();
    world.passes(MINUTE * 30).await;
    ana.opens("/account").await;
    ana.is_at("/login/internal?notice=session-ended");
    ana.sees("your session reached its time limit");
    assert_eq!(ana.cookie("session"), None);
});

story!(d_05_twelve_hours_end_it_whatever_happens, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    for _ in 0..24 {
        world.passes(MINUTE * 29).await;
        ana.opens("/account").await;
        ana.is_signed_in();
    }
    world.passes(MINUTE * 24).await;
    ana.opens("/account").await;
    ana.is_at("/login/internal?notice=session-ended");
});

story!(the_limits_are_settings, Setup::new().set("session.idle", "2m").set("session.absolute", "5m"), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    world.passes(MINUTE * 2).await;
    ana.opens("/account").await;
    ana.is_at("/login/internal?notice=session-ended");
});

story!(d_05_a_clock_that_goes_back_revives_nothing, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    let copy = ana.clone();
    ana.signs_out().await;
    world.jumps(-MINUTE * 60);
    let mut copy = copy;
    copy.opens("/account").await;
    copy.is_at("/login/internal?notice=session-ended");
});

story!(d_04_signing_out_ends_it_on_the_server, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    let mut copy = ana.clone();
    ana.opens("/logout").await;
    ana.sees("Sign out?");
    ana.opens("/account").await;
    ana.is_signed_in();
    ana.submits("/logout", &[]).await;
    assert_eq!(ana.page().header("clear-site-data"), Some("\"cache\""));
    ana.follows().await;
    ana.is_at("/login/internal?notice=signed-out");
    ana.sees("You are signed out.");
    assert_eq!(ana.cookie("session"), None);
    copy.opens("/account").await;
    copy.is_at("/login/internal?notice=session-ended");
});

story!(d_03_the_cookie_ends_with_the_browser, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens("/login/internal").await;
    ana.submits("/login/internal", &[("identifier", "ana"), ("password", crate::people::PASSWORD)]).await;
    let cookies: Vec<&str> = ana.page().all("set-cookie").collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("__Host-cs-session=")).unwrap();
    let mut attributes: Vec<&str> = session.split("; ").skip(1).collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-cs-") && cookie.contains("; HttpOnly") && cookie.contains("; Secure"));
        assert!(!cookie.contains("Domain") && cookie.len() < 4096, "{cookie}");
    }
    ana.closes();
    ana.opens("/account").await;
    ana.is_at("/login");
});

story!(d_01_a_new_login_ends_the_session_before_it, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.signed_in(ANA).await;
    let old = ana.cookie("session").unwrap().to_owned();
    let mut copy = ana.clone();
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    // Until the code is given, the old one goes on.
    copy.opens("/account").await;
    copy.is_signed_in();
    ana.enters(&code).await;
    ana.is_signed_in();
    assert_ne!(ana.cookie("session"), Some(old.as_str()));
    copy.opens("/account").await;
    copy.is_at("/login/internal?notice=session-ended");
});

story!(d_01_a_planted_cookie_is_never_adopted, Setup::required(), |world| {
    world.knows(ANA).await;
    world.knows(NOAH).await;
    // Eve plants the cookies of her own login, and hopes that Ana completes it.
    let (eve, _) = world.at_the_code_page(NOAH).await;
    let mut ana = world.browser();
    let planted = "B".repeat(43);
    ana.plants("login", eve.cookie("login").unwrap());
    ana.plants("session", &planted);
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
    assert_ne!(ana.cookie("login"), eve.cookie("login"));
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    ana.enters(&code).await;
    ana.is_signed_in();
    assert_ne!(ana.cookie("session"), Some(planted.as_str()));
});

story!(b_12_a_login_in_progress_is_no_session, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, _) = world.at_the_code_page(ANA).await;
    let token = ana.cookie("login").unwrap().to_owned();
    ana.plants("session", &token);
    for path in ["/account", "/logout"] {
        ana.opens(path).await;
        ana.is_at("/login");
    }
    ana.plants("device", &token);
    ana.signs_in(ANA).await;
    ana.is_at("/login/code");
});

story!(d_02_a_token_that_was_changed_is_no_session, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    let token = ana.cookie("session").unwrap().to_owned();
    let flipped = token.replace(&token[7..8], if &token[7..8] == "A" { "B" } else { "A" });
    for made_up in [&token[..token.len() - 1], &format!("{token}A"), &format!("{token}="), &flipped, "", "null"] {
        let mut other = world.browser();
        other.plants("session", made_up);
        other.opens("/account").await;
        other.is_at("/login");
    }
});

story!(d_03_a_cookie_that_comes_twice_is_refused, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    let twice = format!("Cookie: __Host-cs-session={}\r\n", "A".repeat(43));
    let head = ana.head("GET", "/account", &twice);
    ana.sends("/account", &head, "").await;
    ana.has_status(400);
});

story!(the_account_page_tells_of_the_login_before, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser().at("198.51.100.4");
    ana.signs_in(ANA).await;
    ana.sees("This is the first time you signed in.");
    world.passes(SignedDuration::from_hours(24)).await;
    let mut home = world.browser().at("2001:db8::9");
    CHROME.clone_into(&mut home.user_agent);
    home.signs_in(ANA).await;
    home.sees("2 Mar 2026, 09:00 UTC");
    home.sees("Firefox · Windows 10");
    home.sees("198.51.100.4");
    world.passes(SignedDuration::from_hours(1)).await;
    ana.signs_in(ANA).await;
    ana.sees("3 Mar 2026, 09:00 UTC");
    ana.sees("2001:db8::9");
});

story!(d_07_two_people_at_one_browser, Setup::new(), |world| {
    world.knows(ANA).await;
    world.knows(MARIA).await;
    let mut browser = world.browser();
    browser.signs_in(ANA).await;
    browser.sees("Ana Torres");
    browser.signs_in(MARIA).await;
    browser.sees("Maria Rossi");
    browser.does_not_see("Ana Torres");
    browser.signs_out().await;
    browser.is_at("/login/external?notice=signed-out");
});
