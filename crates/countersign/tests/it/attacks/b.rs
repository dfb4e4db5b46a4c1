//! B: the logic of one-time codes.

use countersign::entropy::Entropy;
use countersign::flow::delivery_test::{self, Answer};
use countersign::keys::Keys;
use countersign::store::challenges::ChallengeRow;
use countersign::store::logins::Stage;
use countersign::store::messages::NewMessage;
use countersign_core::challenge::{Binding, Code, Purpose};
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::id::{ChallengeId, MessageId};
use countersign_core::session::assurance;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use hkdf::Hkdf;
use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};

use super::sql::{Sql, holds};
use super::{challenge_of, compared, filled, on_sqlite, session_of, with_many_messages, with_the_newest_code};
use crate::browser::Browser;
use crate::people::{ANA, MARIA, NOAH, PASSWORD, Person, wrong};
use crate::world::{Setup, World, story};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

story!(b01_a_code_of_one_account_is_wrong_for_another, Setup::required(), |world| {
    let (ana_id, noah_id) = (world.knows(ANA).await, world.knows(NOAH).await);
    let (_ana, anas_code) = world.at_the_code_page(ANA).await;
    let (mut noah, noahs_code) = world.at_the_code_page(NOAH).await;
    assert_ne!(anas_code, noahs_code);
    noah.enters(&anas_code).await;
    noah.is_at("/login/code");
    assert_eq!(noah.cookie("session"), None);
    let failures =
        (world.account(ana_id).await.account.code_failures, world.account(noah_id).await.account.code_failures);
    assert_eq!(failures, (0, 1), "it counts for the account that was tried");
});

story!(b02_a_code_of_one_browser_is_wrong_in_another, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut first, first_code) = world.at_the_code_page(ANA).await;
    let (mut second, second_code) = world.at_the_code_page(ANA).await;
    assert_ne!(first_code, second_code);
    second.enters(&first_code).await;
    second.is_at("/login/code");
    assert_eq!(second.cookie("session"), None);
    // There is one live code for an account: the first browser's is over, whichever code it gives.
    let form = first.form("/login/code");
    for code in [&first_code, &second_code] {
        first.sends_form("/login/code", &form, &[("code", code)]).await;
        assert_eq!(first.cookie("session"), None);
    }
    second.enters(&second_code).await;
    second.is_signed_in();
});

story!(b03_a_code_for_one_purpose_is_wrong_for_another, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, login_code) = world.at_the_code_page(ANA).await;
    // There are two purposes so far: to log in, and to test that messages arrive.
    let to = delivery_test::destination(&world.app, Channel::Email, ANA.email.unwrap()).unwrap();
    let mut trial = delivery_test::send(&world.app, &to).await.unwrap();
    let test_code = world.mail().next().await.code();
    ana.enters(&test_code).await;
    ana.is_at("/login/code");
    assert_eq!(world.account(id).await.account.code_failures, 1);
    assert!(matches!(trial.answer(&world.app, &login_code).await, Answer::Wrong { .. }));
    // Even bound to the same challenge and account, the purpose makes another code.
    let row = challenge_of(world, &ana).await;
    let code = |purpose| {
        let binding = Binding { epoch: world.app.epoch(), challenge: row.id, account: row.account, purpose };
        Code::derive(&world.app.keys.code, &binding).digits()
    };
    assert_eq!(code(Purpose::Login), login_code);
    assert_ne!(code(Purpose::Test), login_code);
});

story!(b04_a_code_is_good_one_second_before_its_end_and_not_one_after, Setup::required(), |world| {
    world.knows(ANA).await;
    world.knows(NOAH).await;
    let life = world.app.settings.code.life;
    let (mut ana, in_time) = world.at_the_code_page(ANA).await;
    let (mut noah, too_late) = world.at_the_code_page(NOAH).await;
    world.passes(life - SECOND).await;
    ana.enters(&in_time).await;
    ana.is_signed_in();
    world.passes(SECOND + SECOND).await;
    noah.enters(&too_late).await;
    noah.is_at("/login/internal?notice=code-expired");
    noah.sees("Your code was not used in time");
    assert_eq!(noah.cookie("session"), None);
});

/// Gives the login of a browser another challenge, whose code begins with `start`, and sends it.
async fn with_a_code_that_begins(world: &World, browser: &Browser, start: &str) -> String {
    let old = challenge_of(world, browser).await;
    let (id, code) = (0..10_000_000)
        .map(|number: u128| {
            let id = ChallengeId(uuid::Uuid::from_u128(number));
            let binding =
                Binding { epoch: world.app.epoch(), challenge: id, account: old.account, purpose: old.purpose };
            (id, Code::derive(&world.app.keys.code, &binding).digits())
        })
        .find(|(_, code)| code.starts_with(start))
        .unwrap();
    let (login, account, now, expires_at) = (old.login.unwrap(), old.account, world.now(), old.expires_at);
    let new = ChallengeRow { id, tries: 0, ended_at: None, ..old.clone() };
    let message = NewMessage {
        id: MessageId(world.app.entropy.uuid().unwrap()),
        challenge: Some(id),
        account: Some(account),
        destination: Destination::Email(old.destination.parse().unwrap()),
        purpose: Purpose::Login,
        number: 1,
        language: "en".to_owned(),
        site: "Acme".to_owned(),
        expires_at,
    };
    let swap = world.app.store.write(move |tx| {
        Box::pin(async move {
            tx.end_challenge(old.id, "replaced", now).await?;
            tx.insert_challenge(&new).await?;
            tx.update_login(login, Stage::Entering, Some(id), expires_at).await?;
            tx.queue_message(&message, now).await
        })
    });
    swap.await.unwrap();
    world.app.outbox.notify_one();
    code
}

story!(b05_a_code_keeps_its_leading_zeros, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, _) = world.at_the_code_page(ANA).await;
    let form = ana.form("/login/code");
    let code = with_a_code_that_begins(world, &ana, "000").await;
    let mail = world.mail().next().await;
    assert_eq!((mail.code(), code.len()), (code.clone(), 6));
    // Fewer digits are no code, and cost no try.
    for short in [code.trim_start_matches('0'), &code[1..], &code[2..]] {
        ana.sends_form("/login/code", &form, &[("code", short)]).await;
        assert_eq!(ana.cookie("session"), None, "{short}");
    }
    assert_eq!(world.account(id).await.account.code_failures, 0);
    // There is no interface that takes JSON yet; a number in JSON is not even a form.
    let body = format!("{{\"code\":{}}}", code.trim_start_matches('0'));
    let headers =
        format!("Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    let head = ana.head("POST", "/login/code", &headers);
    ana.sends("/login/code", &head, &body).await;
    ana.has_status(400);
    ana.sends_form("/login/code", &form, &[("code", &code)]).await;
    ana.follows().await;
    ana.is_signed_in();
});

story!(b08_codes_are_even_and_come_from_the_systems_generator, Setup::new(), |world| {
    // The million codes are in countersign-core/tests/code.rs; this is the whole chain of the running product: ids of
    // its generator, the code key of its master key.
    assert!(matches!(world.app.entropy, Entropy::System));
    let account = world.knows(ANA).await;
    let mut digits = [[0_u32; 10]; 6];
    let rounds = 5_000_u32;
    for _ in 0..rounds {
        let challenge = ChallengeId(world.app.entropy.uuid().unwrap());
        let binding = Binding { epoch: world.app.epoch(), challenge, account, purpose: Purpose::Login };
        let code = Code::derive(&world.app.keys.code, &binding).digits();
        for (place, digit) in code.bytes().enumerate() {
            digits[place][usize::from(digit - b'0')] += 1;
        }
    }
    for (place, counts) in digits.iter().enumerate() {
        let expected = f64::from(rounds) / 10.0;
        let chi: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
        // Nine degrees of freedom: beyond 45 once in a million.
        assert!(chi < 45.0, "place {place}: chi² is {chi}");
    }
    // What `serve` builds with, read off its source: a seeded generator is for tests.
    let serve = include_str!("../../../src/service.rs");
    assert!(serve.contains("entropy: Entropy::System") && !serve.contains("seeded"));
});

/// Each person turns the second factor on, or does not.
fn optional() -> Setup {
    Setup::new().set("realms.internal.policy.local.mode", "optional")
}

story!(b13_who_has_turned_the_second_factor_on_gets_no_session_without_it, optional(), |world| {
    world.knows(ANA).await;
    let careful = Person { opted_in: true, ..NOAH };
    world.knows(careful).await;
    let mut noah = world.browser();
    noah.signs_in(careful).await;
    noah.is_at("/login/destination");
    assert_eq!(noah.cookie("session"), None);
    // Nothing that the browser sends turns it off.
    noah.opens("/login/internal").await;
    let fields = [("identifier", NOAH.identifiers[0]), ("password", PASSWORD), ("mfa", "off"), ("opted_in", "0")];
    noah.submits("/login/internal", &fields).await;
    assert_eq!(noah.page().location(), "/login/destination");
    assert_eq!(noah.cookie("session"), None);
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.is_signed_in();
});

story!(b14_a_code_without_a_password_is_nothing, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (ana, code) = world.at_the_code_page(ANA).await;
    let fields = filled(&ana.form("/login/code"), &[("code", &code), ("identifier", "ana")]);
    // Somebody who has read the mail, and even the page, but gave no password.
    let mut thief = world.browser();
    for path in ["/login/code", "/login/internal"] {
        thief.posts(path, &fields).await;
        assert_eq!(thief.cookie("session"), None, "{path}");
    }
    thief.opens("/login/internal").await;
    thief.submits("/login/internal", &[("identifier", "ana"), ("password", &code)]).await;
    thief.has_status(422);
    thief.submits("/login/internal", &[("identifier", "ana"), ("password", ""), ("code", &code)]).await;
    thief.has_status(422);
    assert_eq!(thief.cookie("session"), None);
    assert_eq!(compared(world, id).await, 0);
});

story!(b15_a_code_by_mail_is_never_a_second_factor_of_the_standard, Setup::required(), |world| {
    world.knows(ANA).await;
    let ana = world.signed_in(ANA).await;
    let by_mail = assurance(&session_of(world, &ana).await.evidence);
    assert_eq!(by_mail.acr, "aal1");
    assert!(!by_mail.amr.contains(&"mfa"), "{by_mail:?}");
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    let code = world.clicksend().next().await.code().to_owned();
    ana.enters(&code).await;
    ana.is_signed_in();
    assert_eq!(assurance(&session_of(world, &ana).await.evidence).acr, "aal2");
    // The same class twice: a mail changes nothing, however many codes came by it.
    let evidence = session_of(world, &ana).await.evidence;
    let twice: Vec<_> = by_mail_twice(&evidence);
    assert_eq!(assurance(&twice).acr, "aal1");
});

fn by_mail_twice(evidence: &[countersign_core::session::Evidence]) -> Vec<countersign_core::session::Evidence> {
    use countersign_core::session::{Evidence, Proof};
    let at = evidence[0].at;
    [Proof::Password, Proof::EmailCode, Proof::EmailCode].map(|proof| Evidence { proof, at }).to_vec()
}

/// The master key of the case, so that it can be looked for.
const MASTER: [u8; 32] = *b"a master key that is in no table";

story!(
    b19_the_database_holds_no_code_and_no_way_to_one,
    with_many_messages(Setup::required()).change(|parts| {
        parts.keys = Keys::from_master(&MASTER);
        // The same ids and tokens each time: six digits must not turn up in one of them by chance.
        parts.entropy = Entropy::seeded(19);
    }),
    |world| {
        world.knows(ANA).await;
        world.knows(MARIA).await;
        let mut codes = Vec::new();
        for person in [ANA, MARIA] {
            codes.push(with_the_newest_code(world, person).await.1);
        }
        let mut maria = world.browser();
        maria.signs_in(MARIA).await;
        maria.chooses("sms").await;
        codes.push(world.clicksend().next().await.code().to_owned());
        let (mut ana, code) = with_the_newest_code(world, ANA).await;
        ana.enters(&wrong(&code, 1)).await;
        ana.enters(&code).await;
        ana.is_signed_in();
        codes.push(code);
        assert_no_trace(world, &codes).await;
        // The rows of what is over are gone within the hour.
        world.passes(SignedDuration::from_mins(70)).await;
        crate::world::until("what is over is deleted", async || {
            let dump = Sql::open(world).await.dump().await;
            (dump["challenge"].is_empty() && dump["login"].is_empty()).then_some(())
        })
        .await;
    }
);

async fn assert_no_trace(world: &World, codes: &[String]) {
    let dump = Sql::open(world).await.dump().await;
    assert!(!dump["challenge"].is_empty() && !dump["message"].is_empty());
    let mut code_key = [0; 32];
    Hkdf::<Sha256>::new(None, &MASTER).expand(b"countersign/code", &mut code_key).unwrap();
    let mut bytes: Vec<Vec<u8>> = vec![MASTER.to_vec(), code_key.to_vec()];
    for code in codes {
        bytes.push(Sha256::digest(code).to_vec());
        assert!(!holds(&dump, code), "a code is in the database");
    }
    for secret in &bytes {
        for text in [HEXLOWER.encode(secret), BASE64.encode(secret), BASE64URL_NOPAD.encode(secret)] {
            assert!(!holds(&dump, &text) && !holds(&dump, &text.to_uppercase()), "a hash or a key is in the database");
        }
    }
    if on_sqlite(world) {
        let url = world.app.server.database.expose();
        let path = url.strip_prefix("sqlite:").unwrap();
        let files = [path.to_owned(), format!("{path}-wal")].map(|path| std::fs::read(path).unwrap_or_default());
        bytes.extend(codes.iter().map(|code| code.as_bytes().to_vec()));
        for secret in &bytes {
            let found = files.iter().any(|file| file.windows(secret.len()).any(|window| window == secret));
            assert!(!found, "a code, its hash or a key is in the file");
        }
    }
}
