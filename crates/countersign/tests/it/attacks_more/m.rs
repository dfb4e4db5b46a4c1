//! M. Secrets and time: what a log, a stolen database and a browser's clock are worth.

use countersign::entropy::Entropy;
use countersign::keys::{Keys, Token};
use countersign::store::values::TokenHash;
use countersign_core::challenge::{Binding, Code, CodeKey, Guess};
use countersign_core::recovery::RecoveryCode;
use countersign_core::seal::SealKey;
use countersign_core::secret::Secret;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use jiff::SignedDuration;
use zeroize::ZeroizeOnDrop;

use super::program::{Installation, PASSWORD as ADAS_PASSWORD};
use super::{at_the_destinations, id, product_code};
use crate::attacks::challenge_of;
use crate::attacks::sql::Sql;
use crate::browser::Browser;
use crate::gateway::Mode;
use crate::people::{ANA, MARIA, NOAH, wrong};
use crate::tidy::files::{Faults, files_below};
use crate::world::{Setup, World, story};

/// Nobody types this into the right field.
const CANARY: &str = "canary-7f3a9e51c2d84b06";

// The world of each story looks into its log at the most talkative level when it ends; here is everything that could put
// a secret there in one story: mistakes of people, of gateways, and of us.
story!(
    m01_whatever_goes_wrong_no_secret_is_in_the_log,
    Setup::required().with_both_gateways().expecting("message given up").expecting("a session is unreadable"),
    |world| {
        world.knows(ANA).await;
        world.knows(MARIA).await;
        world.keeps_secret(CANARY);
        let mut ana = world.browser();
        // A password in the field of the name, and in every other place that takes a text.
        ana.tries(ANA, CANARY).await;
        ana.opens("/login/internal").await;
        ana.gives("internal", CANARY, CANARY).await;
        ana.opens(&format!("/login?return_to=https://erp.example.com/?token={CANARY}&notice={CANARY}")).await;
        ana.posts("/login/internal", &format!("csrf={CANARY}&identifier=ana&password={CANARY}")).await;
        ana.posts("/login/internal", &format!("{CANARY}&password={CANARY}&password={CANARY}")).await;
        ana.plants("session", CANARY);
        ana.plants("device", CANARY);
        ana.opens("/account").await;
        ana.loses("session");
        ana.loses("device");
        // Gateways that repeat what they were sent, or break.
        for mode in [Mode::NotJson, Mode::HugeBody, Mode::Break, Mode::Error(500)] {
            world.clicksend().set_mode(mode);
            world.textmagic().set_mode(mode);
            ana.signs_in(ANA).await;
            ana.submits("/login/destination", &[("destination", "sms")]).await;
            ana.follows().await;
            world.passes(SignedDuration::from_mins(11)).await;
        }
        let mut maria = world.browser();
        maria.signs_in(MARIA).await;
        maria.chooses("email").await;
        let code = world.mail().next().await.code();
        maria.enters(&wrong(&code, 1)).await;
        maria.enters(CANARY).await;
        maria.enters_and_trusts(&code).await;
        maria.is_signed_in();
        // A row that cannot be read is an error of ours.
        let mut sql = Sql::open(world).await;
        sql.run(&format!("update session set evidence = '\"{CANARY}\"'")).await;
        maria.gets("/account").await;
        assert_ne!(maria.page().status, 200, "{}", maria.text());
    }
);

#[test]
fn m01_nor_in_the_log_of_the_program() {
    let installation = Installation::new();
    let mut service = installation.serve(&[("COUNTERSIGN__LOG__LEVEL", "trace")]);
    let form = service.asks(b"GET /login/internal HTTP/1.1\r\nHost: login.example.com\r\nConnection: close\r\n\r\n");
    let cookie = form.split("__Host-cs-form=").nth(1).and_then(|rest| rest.split(';').next()).unwrap().to_owned();
    let csrf = crate::html::forms(&form).into_iter().find(|form| form.action == "/login/internal").unwrap();
    let csrf = csrf.fields.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let body: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("csrf", csrf.as_str()), ("identifier", "ada"), ("password", ADAS_PASSWORD)])
        .finish();
    let answer = service.asks(
        format!(
            "POST /login/internal HTTP/1.1\r\nHost: login.example.com\r\nConnection: close\r\n\
             Origin: https://login.example.com\r\nCookie: __Host-cs-form={cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .as_bytes(),
    );
    let session = answer.split("__Host-cs-session=").nth(1).and_then(|rest| rest.split(';').next());
    let session = session.unwrap_or_else(|| panic!("nobody is signed in: {answer}")).to_owned();
    let key = std::fs::read_to_string(installation.path("countersign.key")).unwrap();
    let log = service.stops();
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "{log}");
    let key = key.trim().rsplit(':').next().unwrap().to_owned();
    for secret in [ADAS_PASSWORD, &csrf, &cookie, &session, &key, "ada@example.com"] {
        assert!(!log.contains(secret), "{log}");
    }
}

// Seeds of authenticator apps come later; codes, forms and cookies are what there is.
story!(m02_a_stolen_database_without_the_key_opens_nothing, Setup::required(), |world| {
    world.knows(ANA).await;
    let owner = world.signed_in(ANA).await;
    world.knows(NOAH).await;
    let mut noah = at_the_destinations(world, NOAH).await;
    noah.chooses("email").await;
    let code = world.mail().next().await.code();
    let challenge = challenge_of(world, &noah).await;
    // The thief has every row, and derives with whatever key there may be.
    let binding = Binding {
        epoch: world.app.epoch(),
        challenge: challenge.id,
        account: challenge.account,
        purpose: challenge.purpose,
    };
    for master in [[0; 32], [0xff; 32], *b"countersign countersign counters"] {
        let keys = Keys::from_master(&master);
        assert_ne!(Code::derive(&keys.code, &binding).digits(), code);
        // A form of his own making is refused.
        let (mut copy, login) = (noah.clone(), noah.cookie("login").unwrap().to_owned());
        for kind in ["login", "code", "destination", "session"] {
            let csrf = keys.form_token(kind, &login);
            copy.posts("/login/code", &format!("csrf={csrf}&code={code}")).await;
            copy.has_status(403);
        }
    }
    // What is stored of a token is no token.
    let stored = TokenHash(Token::parse(owner.cookie("session").unwrap()).unwrap().hash());
    assert!(world.app.store.session_by_token(&stored).await.unwrap().is_some());
    let mut thief = world.browser();
    for cookie in [BASE64URL_NOPAD.encode(&stored.0), HEXLOWER.encode(&stored.0)] {
        thief.plants("session", &cookie);
        thief.opens("/account").await;
        assert_ne!(thief.path(), "/account");
    }
    noah.enters(&code).await;
    noah.is_signed_in();
});

#[test]
fn m02_the_configuration_holds_no_key() {
    let installation = Installation::new();
    let key = std::fs::read_to_string(installation.path("countersign.key")).unwrap();
    let key = key.trim().rsplit(':').next().unwrap().as_bytes().to_vec();
    let raw = BASE64URL_NOPAD.decode(&key).unwrap();
    for name in ["countersign.toml", "countersign.db", "countersign.db-wal"] {
        let Ok(bytes) = std::fs::read(installation.path(name)) else { continue };
        for secret in [key.as_slice(), raw.as_slice(), ADAS_PASSWORD.as_bytes()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{name}");
        }
    }
}

// Nothing is encrypted in a column yet. What is protected is the code, and it belongs to its account and its challenge.
story!(m03_a_challenge_moved_to_another_account_has_another_code, Setup::required(), |world| {
    world.knows(ANA).await;
    let noah_id = world.knows(NOAH).await;
    let (ana, anas_code) = world.at_the_code_page(ANA).await;
    let anas = challenge_of(world, &ana).await.id;
    let (mut noah, noahs_code) = world.at_the_code_page(NOAH).await;
    let noahs = challenge_of(world, &noah).await;
    let (login, noahs) = (noahs.login.unwrap(), noahs.id);
    let mut sql = Sql::open(world).await;
    let [account, anas, noahs, login] =
        [noah_id.to_string(), anas.to_string(), noahs.to_string(), login.to_string()].map(|text| id(&sql, text));
    sql.run(&format!("update challenge set ended_at = 1 where id = {noahs}")).await;
    sql.run(&format!("update challenge set account_id = {account}, login_id = {login} where id = {anas}")).await;
    sql.run(&format!("update login set challenge_id = {anas} where id = {login}")).await;
    for code in [&anas_code, &noahs_code] {
        noah.enters(code).await;
        noah.is_at("/login/code");
        noah.sees("That is not the code.");
        assert_eq!(noah.cookie("session"), None);
    }
});

async fn enters_at(world: &World, browser: &mut Browser, code: &str, date: &str) {
    let form = browser.form("/login/code");
    let csrf = &form.fields.iter().find(|(name, _)| name == "csrf").unwrap().1;
    let origin = world.app.server.public_url.as_str().trim_end_matches('/').to_owned();
    let headers = format!("Origin: {origin}\r\nDate: {date}\r\nIf-Modified-Since: {date}\r\nX-Client-Time: 0\r\n");
    browser.posts_with("/login/code", &headers, &format!("csrf={csrf}&code={code}&time=0&now=0")).await;
    browser.follows().await;
}

story!(m07_what_time_the_browser_thinks_it_is_changes_nothing, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    for form in crate::html::forms(&ana.page().body) {
        let timely = |name: &String| ["time", "date", "now", "expire", "valid"].iter().any(|word| name.contains(word));
        assert!(!form.fields.iter().any(|(name, _)| timely(name)), "{form:?}");
    }
    world.passes(SignedDuration::from_secs(601)).await;
    enters_at(world, &mut ana, &code, "Mon, 02 Mar 2026 09:00:00 GMT").await;
    assert_eq!(ana.cookie("session"), None);
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    enters_at(world, &mut ana, &code, "Mon, 02 Mar 2099 09:00:00 GMT").await;
    ana.is_signed_in();
    // The scripts count down on the page, and tell nobody: what they ask for is the page's own address, without a word more.
    for script in files_below("crates/countersign/static", "js") {
        let asks = script.text.replace("fetch(delivery.dataset.state)", "");
        for way in ["fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket", "EventSource"] {
            assert!(!asks.contains(way), "{} in {}", way, script.path);
        }
    }
});

/// Fails to compile when a secret can be compared with `==`, printed or taken for text: with two ways to read `probe`, the
/// compiler cannot choose.
macro_rules! has_no {
    ($trait:path: $($secret:ty),+ $(,)?) => {$({
        trait Probe<Way> {
            fn probe() {}
        }
        struct Other;
        impl<T: ?Sized> Probe<()> for T {}
        impl<T: ?Sized + $trait> Probe<Other> for T {}
        <$secret as Probe<_>>::probe();
    })+};
}

#[test]
fn m09_a_secret_has_no_comparison_but_the_one_in_constant_time() {
    has_no!(PartialEq: RecoveryCode, Secret, Keys, Token, Code, CodeKey, Guess, SealKey);
    has_no!(std::fmt::Display: RecoveryCode, Secret, Keys, Token, Code, CodeKey, Guess, SealKey);
    has_no!(serde::Serialize: RecoveryCode, Secret, Keys, Token, Code, CodeKey, Guess, SealKey);
}

/// Comparisons that tell a stranger nothing: what one person has typed twice, and a new password with a public list.
const NOT_A_GUESS: &[&str] = &["cli/input.rs", "flow/new_password/mod.rs"];

/// What hands out the text or the bytes of a secret.
const OPENERS: &[&str] = &["expose()", ".digits()", "form_token(", ".hash()", "csrf"];

#[test]
fn m09_nothing_that_a_secret_hands_out_is_compared_plainly() {
    let mut faults = Faults::default();
    let mut compared = 0;
    let sources = ["crates/countersign/src", "crates/countersign-core/src"].map(|folder| files_below(folder, "rs"));
    for file in sources.iter().flatten().filter(|file| !NOT_A_GUESS.contains(&file.path_in_src())) {
        for (number, line) in product_code(file) {
            compared += line.matches(".ct_eq(").count();
            let plainly = [" == ", " != ", ".eq(", ".cmp("];
            if OPENERS.iter().any(|opener| line.contains(opener)) && plainly.iter().any(|way| line.contains(way)) {
                faults.add(&file.path, number, "a secret is compared plainly: use subtle::ConstantTimeEq");
            }
        }
    }
    faults.assert_none();
    assert!(compared >= 3, "codes, seals and forms are compared in constant time: {compared}");
}

#[test]
fn m10_secrets_are_wiped_when_they_are_dropped() {
    fn wiped<T: ZeroizeOnDrop>() {}
    wiped::<RecoveryCode>();
    wiped::<Secret>();
    wiped::<Token>();
    wiped::<Keys>();
    wiped::<Code>();
    wiped::<CodeKey>();
    wiped::<SealKey>();
    // And a new key is one of random bytes, not of what memory held.
    let [one, other] = [0, 1].map(|_| Token::new(&Entropy::System).unwrap().hash());
    assert_ne!(one, other);
}
