//! L. Availability: strangers, crowds, floods and slow clients.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use countersign::app::App;
use countersign::store::messages::{MessageState, Says};
use countersign::web;
use countersign_core::id::AccountId;
use jiff::SignedDuration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use url::form_urlencoded;

use super::{PATIENCE, at_the_destinations, is_well, status_of};
use crate::browser::Browser;
use crate::databases::Kind;
use crate::gateway::Mode;
use crate::people::ANA;
use crate::world::{Setup, World, story};

const HALF_AN_HOUR: SignedDuration = SignedDuration::from_mins(30);

async fn paused(world: &World, id: AccountId) -> bool {
    let state = countersign::flow::account::state(&world.app, world.account(id).await).await.unwrap();
    state.paused_until.is_some()
}

// An alarm to the administrators comes with the notices; the event is in the log and in the audit log.
story!(l01_a_pause_ends_however_long_strangers_go_on, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut hers = world.trusting(ANA).await;
    for round in 0..4_u8 {
        let mut stranger = world.browser().at(&format!("198.51.100.{round}"));
        for _ in 0..6 {
            stranger.tries(ANA, "wrong").await;
        }
        assert!(paused(world, id).await);
        hers.closes();
        hers.signs_in(ANA).await;
        hers.is_signed_in();
        // What is tried during the pause does not make it longer.
        world.passes(HALF_AN_HOUR).await;
        assert!(!paused(world, id).await);
    }
    at_the_destinations(world, ANA).await;
    let events = world.events(id).await;
    assert_eq!(events.iter().filter(|event| *event == "authn_login_lock").count(), 4, "{events:?}");
});

/// A request for the login form with a body of this length.
fn long_body(browser: &Browser, path: &str, body: &str) -> Vec<u8> {
    let kind = "Content-Type: application/x-www-form-urlencoded\r\nOrigin: https://login.example.com\r\n";
    let head = browser.head("POST", path, &format!("{kind}Content-Length: {}\r\n", body.len()));
    format!("{head}\r\n{body}").into_bytes()
}

story!(l03_what_is_too_large_is_refused_before_it_costs_anything, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let csrf = ana.form("/login/code").fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let compared = world.app.hasher.comparisons();
    let million = "9".repeat(1_000_000);
    let fields = |count: usize| (0..count).map(|number| format!("f{number}=x&")).collect::<String>();
    let login = "identifier=ana&password=";
    for (path, body, expected) in [
        ("/login/internal", format!("{login}{million}"), 413),
        ("/login/internal", format!("identifier={million}&password=x"), 413),
        ("/login/code", format!("csrf={csrf}&code={million}"), 413),
        ("/login/internal", fields(100_000), 413),
        ("/login/internal", fields(17), 400),
        ("/login/code", format!("csrf={csrf}&{}", fields(16)), 400),
        // One field without a name: what is missing is the form's token.
        ("/login/internal", "=".repeat(8000), 403),
    ] {
        let status = status_of(world.address(), &long_body(&ana, path, &body)).await;
        assert!(status.is_none_or(|status| status == expected), "{status:?} to {path} with {body:.20}…");
    }
    for (kind, body) in [
        ("application/json", "[".repeat(8000)),
        ("text/plain", format!("{login}x")),
        ("multipart/form-data; boundary=x", "--x".repeat(1000)),
    ] {
        let own = "Origin: https://login.example.com\r\n";
        let head = format!("{own}Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
        let request = format!("{}\r\n{body}", ana.head("POST", "/login/internal", &head));
        assert_eq!(status_of(world.address(), request.as_bytes()).await, Some(400), "{kind}");
    }
    for headers in [
        format!("Cookie: a={million}\r\n"),
        format!("X-Forwarded-For: {million}\r\n"),
        (0..100).map(|number| format!("X-{number}: y\r\n")).collect(),
    ] {
        let request = format!("{}\r\n", ana.head("GET", "/login/internal", &headers));
        let status = status_of(world.address(), request.as_bytes()).await;
        assert!(status.is_none_or(|status| status == 431), "{status:?}");
    }
    let path = format!("/login/{million}");
    let status = status_of(world.address(), format!("{}\r\n", ana.head("GET", &path, "")).as_bytes()).await;
    assert!(status.is_none_or(|status| [414, 431].contains(&status)), "{status:?}");
    assert_eq!(world.app.hasher.comparisons(), compared, "nothing was hashed");
    // Nor was a try spent.
    ana.enters(&code).await;
    ana.is_signed_in();
});

// A body that is announced as a gigabyte is refused at its 8193rd octet, whatever else was promised.
story!(l03_a_gigabyte_is_refused_at_its_beginning, Setup::required(), |world| {
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    for length in ["Content-Length: 1073741824\r\n", "Transfer-Encoding: chunked\r\n"] {
        let head = world.browser().head("POST", "/login/internal", &format!("{kind}{length}"));
        let beginning = "password=".repeat(2000);
        let chunk = if length.starts_with('T') { format!("{:x}\r\n", 1_u32 << 30) } else { String::new() };
        let request = format!("{head}\r\n{chunk}{beginning}");
        let status = status_of(world.address(), request.as_bytes()).await;
        assert!(status.is_none_or(|status| status == 413), "{status:?}");
    }
    is_well(world).await;
});

/// Sends the beginning of a request and waits for the other side to end it.
async fn dawdles(address: SocketAddr, beginning: String) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(beginning.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    ended.expect("nobody ended it").unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// The limits are of real time (ten seconds for the headers, thirty for a request), so this is the one slow test.
#[tokio::test]
async fn l04_slow_clients_are_shown_the_door() {
    let world = World::start(Kind::Sqlite, Setup::required()).await;
    let address = world.address();
    let browser = world.browser();
    let half = browser.head("GET", "/login", "");
    let body = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n";
    let half_a_body = format!("{}\r\nidentifier=", browser.head("POST", "/login/internal", body));
    let kept_alive = half.replace("Connection: close", "Connection: keep-alive");
    let mut slow = JoinSet::new();
    for number in 0..120 {
        let beginning = match number % 4 {
            0 => String::new(),
            1 => half.clone(),
            2 => half_a_body.clone(),
            _ => format!("{kept_alive}\r\n"),
        };
        slow.spawn(async move { (number % 4, dawdles(address, beginning).await) });
    }
    // While they dawdle, others are served.
    is_well(&world).await;
    let mut ended = 0;
    while let Some(done) = slow.join_next().await {
        let (kind, answer) = done.unwrap();
        match kind {
            2 => assert!(answer.starts_with("HTTP/1.1 408"), "{answer}"),
            3 => assert!(answer.starts_with("HTTP/1.1 200"), "{answer}"),
            _ => assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}"),
        }
        ended += 1;
    }
    assert_eq!(ended, 120);
    is_well(&world).await;
    world.finish().await;
}

/// As many connections as the listener holds at a time (`web/server.rs`).
const CONNECTIONS_MAX: usize = 900;

/// The cap itself: with all places taken the next client waits unanswered, and gets its answer when a place is free.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l04_one_client_more_than_there_are_places_waits_for_one() {
    let world = World::start(Kind::Sqlite, Setup::required()).await;
    let address = world.address();
    let asks = "GET /healthz HTTP/1.1\r\nHost: login.example.com\r\n\r\n";
    let mut opening = JoinSet::new();
    for _ in 0..CONNECTIONS_MAX {
        opening.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            // An answer shows that it has its place, which it keeps for as long as an idle connection may.
            assert!(is_answered(&mut stream, asks).await);
            stream
        });
    }
    let mut held = opening.join_all().await;
    let mut late = TcpStream::connect(address).await.unwrap();
    late.write_all(asks.as_bytes()).await.unwrap();
    // The listener is busy with others meanwhile, and would have had time for this one many times over.
    let busy = held.last_mut().unwrap();
    for _ in 0..50 {
        assert!(is_answered(busy, asks).await);
    }
    let mut byte = [0; 1];
    let early = late.try_read(&mut byte);
    assert!(early.as_ref().is_err_and(|error| error.kind() == ErrorKind::WouldBlock), "answered: {early:?}");
    drop(held.pop());
    let answered = tokio::time::timeout(PATIENCE, late.read_exact(&mut byte)).await;
    answered.expect("there is a place now").unwrap();
    drop(held);
    drop(late);
    is_well(&world).await;
    world.finish().await;
}

/// Sends a request over a connection that stays open, and reads the head of the answer.
async fn is_answered(stream: &mut TcpStream, request: &str) -> bool {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let reads = async {
        while !answer.windows(4).any(|window| window == b"\r\n\r\n") {
            if stream.read_buf(&mut answer).await.unwrap() == 0 {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, reads).await.expect("an answer");
    answer.starts_with(b"HTTP/1.1 200")
}

story!(l06_ten_thousand_levels_of_anything_are_an_error_and_no_more, Setup::required(), |world| {
    let mut browser = world.browser();
    for unit in ["(", "[", "{", "a[", "../", "%5B", "&", "=", ";", ",", "<a>", "\\", "+", "ﷺ"] {
        // As many as there is room for, wherever there is room.
        let deep = |bytes: usize| unit.repeat(bytes / unit.len());
        let encoded: String = form_urlencoded::byte_serialize(deep(9_000).as_bytes()).collect();
        let encoded = &encoded[..encoded.len().min(28_000)];
        for path in
            ["/login?return_to=", "/login/internal?notice=", "/login?", "/login/", "/static/", "/account?notice="]
        {
            browser.gets(&format!("{path}{encoded}")).await;
            assert!(browser.page().status < 500, "{path} {unit}");
        }
        let plain: String = deep(9_000).chars().filter(char::is_ascii).collect();
        for header in ["Cookie: __Host-cs-login=", "X-Forwarded-For: ", "Accept-Language: ", "User-Agent: ", "Origin: "]
        {
            let head = browser.head("GET", "/login/internal", &format!("{header}{plain}\r\n"));
            browser.sends("/login/internal", &head, "").await;
            assert!(browser.page().status < 500, "{header} {unit}");
        }
        browser.opens("/login/internal").await;
        let deep = deep(2_000);
        browser.submits("/login/internal", &[("identifier", &deep), ("password", &deep), ("return_to", &deep)]).await;
        assert!((400..500).contains(&browser.page().status), "{unit}");
    }
    is_well(world).await;
});

/// Odd bodies, whatever the form.
const ODD: &[&str] = &[
    "",
    "&",
    "=",
    "&&&&",
    "identifier=+&password=",
    "identifier=&password=&csrf=",
    "identifier=%00&password=%00",
    "identifier=%FF%FE&password=%C0%80",
    "password=x",
    "identifier=x",
    "identifier[]=x&password[]=y",
    "identifier=a&identifier=b&password=x",
    "code=",
    "code=%00%00%00%00%00%00",
    "code=1&code=2",
    "destination=",
    "destination=pigeon",
    "destination=sms&destination=email",
    "language=&back=%00",
    "language=en&back=//evil.example",
    "language=en&back=/%00",
    "page_size=0&page=-1&limit=99999999999999999999",
];

/// The address of every form.
const FORMS: &[&str] = &[
    "/language",
    "/login/internal",
    "/login/nowhere",
    "/login/destination",
    "/login/code",
    "/login/code/resend",
    "/logout",
    "/account/devices/revoke",
];

story!(l07_odd_and_missing_fields_get_an_answer, Setup::required(), |world| {
    world.knows(ANA).await;
    let anonymous = world.browser();
    let choosing = at_the_destinations(world, ANA).await;
    let (entering, _) = world.at_the_code_page(ANA).await;
    let signed_in = world.trusting(ANA).await;
    for browser in [anonymous, choosing, entering, signed_in] {
        for path in FORMS {
            for body in ODD {
                // Each from a copy, which keeps its place.
                let mut copy = browser.clone();
                copy.posts(path, body).await;
                let status = copy.page().status;
                assert!((300..500).contains(&status), "{status} to {body:?} at {path}");
            }
        }
        for query in ["?page_size=0", "?notice=%00", "?return_to=%FF", "?notice=a&notice=b", "?=", "?%", "?return_to"] {
            for path in ["/", "/login", "/login/internal", "/login/code", "/login/destination", "/account", "/logout"] {
                let mut copy = browser.clone();
                copy.gets(&format!("{path}{query}")).await;
                assert!(copy.page().status < 500, "{path}{query}");
            }
        }
    }
    is_well(world).await;
});

/// The product's own router has no address that panics, so one is put behind the same layers and the same listener.
#[tokio::test]
async fn l09_a_panic_is_one_bad_answer() {
    let world = World::start(Kind::Sqlite, Setup::required().expecting("panick")).await;
    world.knows(ANA).await;
    let breaks: fn() -> std::future::Ready<&'static str> = || panic!("broken on purpose");
    let routes: Router<Arc<App>> = Router::new().route("/breaks", get(breaks)).route("/works", get(async || "fine"));
    let service = web::layered(Arc::clone(&world.app), routes).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(web::server::serve(listener, service, stopped));
    let mut browser = world.browser();
    browser.moves_to(address);
    for _ in 0..20 {
        browser.gets("/breaks").await;
        browser.has_status(500);
        browser.does_not_see("broken on purpose");
        browser.sees("The fault is ours, not yours.");
        browser.gets("/works").await;
        browser.has_status(200);
    }
    // The listener ends as usual: no connection is held by what broke.
    stop.send_replace(true);
    tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap();
    // And what it shares with the product works.
    world.signed_in(ANA).await;
    world.finish().await;
}

story!(l10_an_hour_without_a_gateway_leaves_nothing_to_be_sent_late, Setup::required(), |world| {
    world.knows(ANA).await;
    world.clicksend().set_mode(Mode::Error(503));
    for _ in 0..6 {
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        ana.submits("/login/destination", &[("destination", "sms")]).await;
        world.passes(SignedDuration::from_mins(10)).await;
    }
    let messages = world.settled().await;
    assert!(messages.len() <= 5, "the queue is bounded by the limits: {}", messages.len());
    world.clicksend().set_mode(Mode::Accept);
    world.passes(SignedDuration::from_mins(1)).await;
    let messages = crate::world::until("what is over is dropped", async || {
        let mut messages = world.messages().await;
        // What is told by mail beside the codes goes out.
        messages.retain(|message| matches!(message.says, Says::Code(_)));
        messages.iter().all(|message| message.finished_at.is_some()).then_some(messages)
    })
    .await;
    let over = |state| matches!(state, MessageState::Dropped | MessageState::Failed);
    assert!(messages.iter().all(|message| over(message.state)), "{messages:#?}");
    assert_eq!(world.clicksend().received(), []);
    // What is asked for now goes out now.
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    ana.enters(world.clicksend().next().await.code()).await;
    ana.is_signed_in();
});
