//! N. Routes: each is on a list that says what it asks for, and does ask for it.

use super::{at_the_destinations, product_code};
use crate::browser::Browser;
use crate::people::ANA;
use crate::tidy::files::files_below;
use crate::world::{Setup, World, story};

/// What a request must bring for an address to do anything for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Nothing: it shows a page or a form, or speaks of the process.
    Nothing,
    /// A form that this browser got, and a name and a password in it.
    Password,
    /// A login whose password was right.
    Login,
    /// A signature of the gateway that it belongs to.
    Gateway,
    /// A link from a mail.
    Link,
    /// A code that was sent, and where to.
    Code,
    /// A completed login.
    Session,
    /// That the installation is a demo or in quarantine.
    Sandbox,
    /// The secret in the address, which a gateway was given.
    Secret,
}

/// Every address, with what it asks for. A route that is not here fails the tests until somebody has thought about it.
const ROUTES: &[(&str, &str, Needs)] = &[
    ("GET", "/", Needs::Nothing),
    ("POST", "/language", Needs::Nothing),
    ("GET", "/login", Needs::Nothing),
    ("GET", "/login/{realm}", Needs::Nothing),
    ("POST", "/login/{realm}", Needs::Password),
    ("GET", "/login/destination", Needs::Login),
    ("POST", "/login/destination", Needs::Login),
    ("GET", "/login/code", Needs::Login),
    ("POST", "/login/code", Needs::Login),
    ("POST", "/login/code/resend", Needs::Login),
    ("POST", "/login/code/check", Needs::Login),
    ("GET", "/login/code/state", Needs::Login),
    ("GET", "/login/recovery", Needs::Login),
    ("POST", "/login/recovery", Needs::Login),
    ("GET", "/forgot", Needs::Nothing),
    ("POST", "/forgot", Needs::Nothing),
    ("GET", "/reset/{token}", Needs::Link),
    ("POST", "/reset/{token}", Needs::Link),
    ("GET", "/login/enrol", Needs::Login),
    ("POST", "/login/enrol", Needs::Login),
    ("POST", "/login/enrol/mail", Needs::Login),
    ("GET", "/login/enrol/contact/{kind}", Needs::Login),
    ("POST", "/login/enrol/contact/{kind}", Needs::Login),
    ("GET", "/login/enrol/code", Needs::Login),
    ("POST", "/login/enrol/code", Needs::Login),
    ("POST", "/login/enrol/resend", Needs::Login),
    ("GET", "/logout", Needs::Session),
    ("POST", "/logout", Needs::Session),
    ("GET", "/account/activity/{entry}/not-me", Needs::Session),
    ("POST", "/account/activity/{entry}/not-me", Needs::Session),
    ("GET", "/not-me", Needs::Nothing),
    ("POST", "/not-me", Needs::Code),
    ("GET", "/not-me/{token}", Needs::Link),
    ("POST", "/not-me/{token}", Needs::Link),
    ("GET", "/account", Needs::Session),
    ("GET", "/account/activity", Needs::Session),
    ("POST", "/account/devices/revoke", Needs::Session),
    ("POST", "/account/devices/{id}/rename", Needs::Session),
    ("POST", "/account/devices/{id}/revoke", Needs::Session),
    ("GET", "/account/password", Needs::Session),
    ("POST", "/account/password", Needs::Session),
    ("GET", "/account/recovery-codes", Needs::Session),
    ("POST", "/account/recovery-codes", Needs::Session),
    ("POST", "/account/sessions/end-others", Needs::Session),
    ("POST", "/account/sessions/{id}/end", Needs::Session),
    ("GET", "/account/confirm", Needs::Session),
    ("POST", "/account/confirm", Needs::Session),
    ("GET", "/account/confirm/code", Needs::Session),
    ("POST", "/account/confirm/code", Needs::Session),
    ("POST", "/account/confirm/resend", Needs::Session),
    ("GET", "/account/contacts/{kind}", Needs::Session),
    ("POST", "/account/contacts/{kind}", Needs::Session),
    ("GET", "/account/contacts/{kind}/code", Needs::Session),
    ("POST", "/account/contacts/{kind}/code", Needs::Session),
    ("POST", "/account/contacts/{kind}/resend", Needs::Session),
    ("GET", "/account/contacts/{kind}/remove", Needs::Session),
    ("POST", "/account/contacts/{kind}/remove", Needs::Session),
    ("POST", "/account/two-step", Needs::Session),
    ("GET", "/outbox", Needs::Sandbox),
    ("POST", "/hooks/twilio-voice/{message}", Needs::Gateway),
    ("POST", "/hooks/twilio-voice/test/{challenge}/{account}", Needs::Gateway),
    ("GET", "/static/{*path}", Needs::Nothing),
    ("POST", "/hooks/{provider}/{secret}", Needs::Secret),
    ("GET", "/healthz", Needs::Nothing),
    ("GET", "/readyz", Needs::Nothing),
];

/// The routers of the product, by their source: `.route("/path", get(…).post(…))`.
fn registered() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in files_below("crates/countersign/src", "rs") {
        let code: Vec<&str> = product_code(&file).map(|(_, line)| line.trim()).collect();
        let code = code.join(" ");
        for (at, _) in code.match_indices(".route(") {
            let call = arguments(&code[at + ".route(".len()..]);
            let path = call.split('"').nth(1).unwrap_or_else(|| panic!("no path in {}: {call}", file.path));
            let before = found.len();
            for method in ["get", "post", "put", "patch", "delete", "any", "options", "connect", "trace"] {
                if call.match_indices(&format!("{method}(")).any(|(at, _)| !call[..at].ends_with(char::is_alphanumeric))
                {
                    found.push((method.to_ascii_uppercase(), path.to_owned()));
                }
            }
            assert!(found.len() > before, "no method in {}: {call}", file.path);
        }
    }
    found
}

/// The text up to the bracket that closes what was open at its beginning.
fn arguments(code: &str) -> &str {
    let mut open = 1;
    let end = code.char_indices().find(|(_, letter)| {
        open += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open == 0
    });
    &code[..end.map_or(code.len(), |(at, _)| at)]
}

#[test]
fn n12_every_route_is_classified() {
    let registered = registered();
    for (method, path) in &registered {
        let known = ROUTES.iter().any(|(verb, route, _)| (*verb, *route) == (method.as_str(), path.as_str()));
        assert!(known, "{method} {path} is not in ROUTES: what does it ask for?");
    }
    for (verb, route, _) in ROUTES {
        let there = registered.iter().any(|(method, path)| (method.as_str(), path.as_str()) == (*verb, *route));
        assert!(there, "{verb} {route} is in ROUTES and in no router");
    }
}

/// Another way in than `.route`, or another listener, would be an address that nobody has classified.
#[test]
fn n12_there_is_no_other_way_in() {
    for file in files_below("crates/countersign/src", "rs") {
        for (number, line) in product_code(&file) {
            for way in [".route_service(", ".nest(", ".nest_service(", ".merge(", "WebSocketUpgrade", "UnixListener"] {
                assert!(!line.contains(way), "{}:{number}: {way}", file.path);
            }
            let listens = line.contains("TcpListener::bind(");
            assert!(!listens || file.path.ends_with("src/service.rs"), "{}:{number}: another listener", file.path);
        }
    }
}

/// An address of a route.
fn address(route: &str) -> String {
    let id = "01901234-5678-7abc-8def-0123456789ab";
    let ids = ["{message}", "{challenge}", "{account}", "{id}"];
    let route = ids.iter().fold(route.to_owned(), |route, name| route.replace(name, id));
    let route = route.replace("{realm}", "internal").replace("{*path}", "nothing.css").replace("{token}", "nothing");
    route
        .replace("{provider}", "clicksend")
        .replace("{secret}", "a-secret")
        .replace("{entry}", "1")
        .replace("{kind}", "phone")
}

async fn asks(browser: &mut Browser, method: &str, route: &str) {
    let path = address(route);
    if method == "GET" {
        browser.gets(&path).await;
    } else {
        browser
            .posts(&path, "csrf=x&identifier=ana&name=ana&password=x&code=000000&destination=email&language=en")
            .await;
    }
}

/// What the one who asks has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Has {
    Nothing,
    Login,
    Session,
}

/// The request is turned away: to the login, or without a page, and nothing came of it.
fn is_turned_away(browser: &Browser, what: &str) {
    let page = browser.page();
    let leads_to_login = page.status == 303 && page.location().starts_with("/login");
    assert!(leads_to_login || [401, 403, 404].contains(&page.status), "{what}: {} {}", page.status, browser.text());
}

async fn lower_credentials_are_turned_away(world: &World, has: Has, holder: &Browser) {
    for (method, route, needs) in ROUTES {
        let enough = match needs {
            Needs::Nothing | Needs::Password => true,
            Needs::Login => has == Has::Login,
            Needs::Session => has == Has::Session,
            Needs::Code | Needs::Gateway | Needs::Link | Needs::Sandbox | Needs::Secret => false,
        };
        let mut copy = holder.clone();
        asks(&mut copy, method, route).await;
        let what = format!("{method} {route} with {has:?}");
        assert!(copy.page().status < 500, "{what}");
        if enough {
            continue;
        }
        is_turned_away(&copy, &what);
        for cookie in ["session", "login", "device"] {
            let gained = copy.cookie(cookie).is_some_and(|value| holder.cookie(cookie) != Some(value));
            assert!(!gained, "{what} gives a {cookie}");
        }
    }
    assert!(world.app.demo.is_empty());
}

story!(n12_every_route_turns_lower_credentials_away, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let owner = world.signed_in(ANA).await;
    let sent = world.settled().await.len();
    lower_credentials_are_turned_away(world, Has::Nothing, &world.browser()).await;
    lower_credentials_are_turned_away(world, Has::Session, &owner).await;
    assert_eq!(world.settled().await.len(), sent, "nobody was sent anything");
    let choosing = at_the_destinations(world, ANA).await;
    lower_credentials_are_turned_away(world, Has::Login, &choosing).await;
    assert!(world.app.store.devices(id).await.unwrap().is_empty());
    // A session whose forms were asked for without their token is still alive.
    let mut owner = owner;
    owner.opens("/account").await;
    owner.is_signed_in();
});

story!(n12_a_method_that_a_route_has_not_is_no_way_in, Setup::required(), |world| {
    world.knows(ANA).await;
    let owner = world.signed_in(ANA).await;
    for (_, route, _) in ROUTES {
        for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
            let mut copy = owner.clone();
            let path = address(route);
            let head = copy.head(method, &path, "Origin: https://login.example.com\r\nContent-Length: 0\r\n");
            copy.sends(&path, &head, "").await;
            copy.has_status(405);
        }
    }
});
