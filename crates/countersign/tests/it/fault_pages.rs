//! What a person sees when something failed: a whole page in their language that says what happened and what to do.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use countersign::app::App;
use countersign::web;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::browser::Browser;
use crate::people::{ANA, PASSWORD};
use crate::world::{Setup, World, story};

/// A page with its frame: site, contact, languages, the way back, and the number under which the log has it.
fn is_whole(browser: &Browser, status: u16, tag: &str, words: &[&str]) {
    browser.has_status(status);
    let page = browser.page();
    assert_eq!(page.header("content-language"), Some(tag));
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(page.header("content-security-policy").is_some());
    for part in [
        &format!("<html lang=\"{tag}\">"),
        "<h1>",
        "href=\"/login\"",
        "mailto:help@acme.example",
        "action=\"/language\"",
    ] {
        assert!(page.body.contains(part), "{status} has no {part}: {}", page.body);
    }
    for words in words {
        browser.sees(words);
    }
}

fn speaking(world: &World, language: &str) -> Browser {
    let mut browser = world.browser();
    language.clone_into(&mut browser.language);
    browser
}

story!(too_many_requests_have_a_whole_page, Setup::new().set("lockout.network_failures", "10"), |world| {
    world.knows(ANA).await;
    let mut eve = world.browser();
    for number in 0..10 {
        eve.opens("/login/internal").await;
        eve.gives("internal", &format!("nobody-{number}"), "wrong").await;
    }
    for (language, tag, words) in [
        ("en", "en", ["Please slow down", "Wait a few minutes and try again."]),
        ("fr-CA", "fr", ["Moins vite, s’il vous plaît", "Attendez quelques minutes, puis réessayez."]),
    ] {
        let mut browser = speaking(world, language);
        browser.opens("/login/internal").await;
        browser.gives("internal", "ana", PASSWORD).await;
        is_whole(&browser, 429, tag, &words);
        let wait: u64 = browser.page().header("retry-after").unwrap().parse().unwrap();
        assert!((1..=3600).contains(&wait), "{wait}");
    }
});

story!(
    a_database_that_is_away_has_a_whole_page,
    Setup::new().expecting("a request failed").expecting("could not be"),
    |world| {
        world.knows(ANA).await;
        let signed_in = {
            let mut ana = world.browser();
            ana.signs_in(ANA).await;
            ana
        };
        world.app.store.close().await;
        for (language, tag, words) in [
            ("en", "en", ["Too busy just now", "Wait half a minute and try again."]),
            ("fr", "fr", ["Trop de monde en ce moment", "Attendez une demi-minute, puis réessayez."]),
        ] {
            let mut ana = signed_in.clone();
            language.clone_into(&mut ana.language);
            ana.gets("/account").await;
            is_whole(&ana, 503, tag, &words);
        }
        world.crashes_and_restarts().await;
    }
);

story!(a_fault_of_ours_has_a_whole_page, Setup::new().expecting("panick"), |world| {
    let breaks: fn() -> std::future::Ready<&'static str> = || panic!("broken on purpose");
    let routes: Router<Arc<App>> = Router::new().route("/breaks", get(breaks));
    let service = web::layered(Arc::clone(&world.app), routes).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(web::server::serve(listener, service, stopped));
    for (language, tag, words) in [
        ("en", "en", ["Something went wrong here", "Try again in a few minutes."]),
        ("fr", "fr", ["Un problème est survenu de notre côté", "Réessayez dans quelques minutes."]),
    ] {
        let mut browser = speaking(world, language);
        browser.moves_to(address);
        browser.gets("/breaks").await;
        is_whole(&browser, 500, tag, &words);
        browser.does_not_see("broken on purpose");
    }
    stop.send_replace(true);
    serving.await.unwrap();
});
