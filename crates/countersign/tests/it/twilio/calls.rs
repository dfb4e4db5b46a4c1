//! Calls by Programmable Voice: the code only for somebody who presses a key.

use countersign::flow::delivery_test::{self, Answer};
use countersign_core::channel::Channel;
use jiff::SignedDuration;

use super::{at_the_code_page, voice};
use crate::gateway::spoken_code;
use crate::gateway::twilio::TOKEN;
use crate::gateway::twilio::calls::{KeyPress, is_twiml, said};
use crate::http::{Answer as HttpAnswer, exchange};
use crate::people::{ANA, MARIA, wrong};
use crate::world::{Setup, World, story};

/// Sends the request as it stands, to the path of its address.
async fn asks(world: &World, press: &KeyPress) -> HttpAnswer {
    let path = press.url.strip_prefix("https://login.example.com").unwrap_or(&press.url);
    let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&press.fields).finish();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: login.example.com\r\nX-Forwarded-For: 54.172.60.0\r\nX-Forwarded-Proto: https\r\n\
         User-Agent: TwilioProxy/1.1\r\nContent-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n\
         X-Twilio-Signature: {}\r\nContent-Length: {}\r\nConnection: close\r\n",
        press.signature,
        body.len()
    );
    exchange(world.address(), &head, &body).await
}

/// What the one who pressed the key hears.
async fn hears(world: &World, press: &KeyPress) -> String {
    let answer = asks(world, press).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.header("content-type").unwrap().starts_with("text/xml"));
    assert!(is_twiml(&answer.body), "{}", answer.body);
    said(&answer.body)
}

/// The code that somebody who presses a key in the newest call is told.
async fn heard_code(world: &World) -> String {
    let words = hears(world, &world.twilio().last_call().pressed("5")).await;
    let code = spoken_code(&words).unwrap_or_else(|| panic!("no code in {words}"));
    world.keeps_secret(&code);
    code
}

story!(ana_signs_in_with_a_call, voice(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    assert_eq!(ana.offered(), ["email", "voice"]);
    ana.sees("Phone call");
    ana.sees("+1 •••• 0142");
    ana.chooses("voice").await;
    ana.sees("Answer the phone and listen");
    world.settled().await;
    let call = world.twilio().last_call();
    assert_eq!((call.to.as_str(), call.from.as_str(), call.language()), ("+14165550142", "+14155550100", "en-US"));
    let words = hears(world, &call.pressed("5")).await;
    let code = spoken_code(&words).unwrap();
    world.keeps_secret(&code);
    let digits = code.chars().map(String::from).collect::<Vec<_>>().join(", ");
    assert_eq!(words.matches(&digits).count(), 2, "twice: {words}");
    assert!(!call.pressed("5").url.contains(&code));
    ana.enters(&code).await;
    ana.is_signed_in();
    let row = world.messages().await.remove(0);
    assert_eq!((row.provider.as_deref(), row.provider_id), (Some("twilio-voice"), Some(call.sid)));
    assert!(world.events(id).await.contains(&"authn_login_success".to_owned()));
});

story!(every_key_counts_and_a_second_request_hears_the_same, voice(), |world| {
    world.knows(ANA).await;
    at_the_code_page(world, ANA, "voice").await;
    world.settled().await;
    let call = world.twilio().last_call();
    let code = heard_code(world).await;
    for key in ["0", "#", "*"] {
        assert_eq!(spoken_code(&hears(world, &call.pressed(key)).await), Some(code.clone()), "{key}");
    }
});

story!(i10_a_mailbox_that_answers_keeps_no_code, voice(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "voice").await;
    world.settled().await;
    let call = world.twilio().last_call();
    // The stand-in has refused the call already if there was a code in it.
    let recorded = call.unanswered();
    assert!(
        recorded.contains("This is Acme, with your login code") && recorded.contains("Press any key"),
        "{recorded}"
    );
    assert!(recorded.ends_with("No key was pressed. Goodbye."), "{recorded}");
    assert!(!recorded.chars().any(|letter| letter.is_ascii_digit()), "{recorded}");
    // Nor when Twilio says itself that it was a machine, or that no key was pressed.
    for press in [
        call.pressed("5").with("AnsweredBy", "machine_start").signed(TOKEN),
        call.pressed("5").with("AnsweredBy", "fax").signed(TOKEN),
        call.pressed("").signed(TOKEN),
    ] {
        let answer = asks(world, &press).await;
        assert_eq!(answer.status, 400);
        assert!(!answer.body.contains("<Say"), "{}", answer.body);
    }
    // The person who comes back in time calls again, and hears the same code.
    world.passes(SignedDuration::from_secs(31)).await;
    ana.asks_again().await;
    world.settled().await;
    let code = heard_code(world).await;
    ana.enters(&code).await;
    ana.is_signed_in();
});

story!(i06_only_twilio_is_told_the_code_of_a_call, voice(), |world| {
    world.knows(ANA).await;
    at_the_code_page(world, ANA, "voice").await;
    world.settled().await;
    let call = world.twilio().last_call();
    let good = call.pressed("5");
    let elsewhere = KeyPress { url: good.url.replace("login.example.com", "login.example.org"), ..good.clone() };
    for (what, press) in [
        ("no signature", KeyPress { signature: String::new(), ..good.clone() }),
        ("another token", good.clone().signed("another-token-of-another-account")),
        ("another field", good.clone().with("Digits", "6")),
        ("another address", KeyPress { url: good.url.clone(), ..elsewhere.signed(TOKEN) }),
        ("another call of the same account", {
            let other =
                KeyPress { url: good.url.replace("hooks/twilio-voice/", "hooks/twilio-voice/test/"), ..good.clone() };
            KeyPress { url: good.url.clone(), ..other.signed(TOKEN) }
        }),
    ] {
        let answer = asks(world, &press).await;
        assert_eq!(answer.status, 401, "{what}");
        assert!(!answer.body.contains("<Say"), "{what}: {}", answer.body);
    }
    // Signed, but for another call or number than this message's.
    for press in [
        good.clone().with("CallSid", "CA00000000000000000000000000000000").signed(TOKEN),
        good.clone().with("To", "+14165550178").signed(TOKEN),
    ] {
        let answer = asks(world, &press).await;
        assert_eq!(answer.status, 404);
        assert!(!answer.body.contains("<Say"), "{}", answer.body);
    }
    assert_eq!(spoken_code(&hears(world, &good).await).map(|code| code.len()), Some(6), "nothing has changed");
    world.keeps_secret(&spoken_code(&hears(world, &good).await).unwrap());
});

story!(a_key_that_is_pressed_too_late_says_so, voice(), |world| {
    world.knows(ANA).await;
    let mut ana = at_the_code_page(world, ANA, "voice").await;
    world.settled().await;
    let call = world.twilio().last_call();
    let code = heard_code(world).await;
    ana.enters(&code).await;
    ana.is_signed_in();
    let words = hears(world, &call.pressed("5")).await;
    assert!(words.starts_with("This code is no longer good.") && spoken_code(&words).is_none(), "{words}");
});

story!(a_french_call_speaks_french, voice(), |world| {
    world.knows(MARIA).await;
    let mut maria = world.browser();
    maria.opens("/login/external").await;
    maria.submits("/language", &[("language", "fr")]).await;
    maria.signs_in(MARIA).await;
    maria.chooses("voice").await;
    maria.sees("Décrochez et écoutez");
    world.settled().await;
    let call = world.twilio().last_call();
    assert_eq!(call.language(), "fr-FR");
    assert!(
        call.unanswered().starts_with("Bonjour. Ici Acme, avec votre code de connexion. Appuyez"),
        "{}",
        call.unanswered()
    );
    let words = hears(world, &call.pressed("1")).await;
    assert!(words.starts_with("Votre code est : ") && words.ends_with("Au revoir."), "{words}");
    let code = spoken_code(&words).unwrap();
    world.keeps_secret(&code);
    maria.enters(&code).await;
    maria.is_signed_in();
});

story!(a_test_call_says_its_code_when_a_key_is_pressed, voice(), |world| {
    let to = delivery_test::destination(&world.app, Channel::Voice, "+14165550142").unwrap();
    let mut trial = delivery_test::send(&world.app, &to).await.unwrap();
    let call = world.twilio().last_call();
    assert!(call.unanswered().contains("with a test call"), "{}", call.unanswered());
    let code = heard_code(world).await;
    assert_eq!(trial.answer(&world.app, &wrong(&code, 1)).await, Answer::Wrong { tries_left: 4 });
    assert_eq!(trial.answer(&world.app, &code).await, Answer::Right);
    // What is signed for one test is not for another.
    let elsewhere = call.pressed("5");
    let last = if elsewhere.url.ends_with('0') { "1" } else { "0" };
    let other = format!("{}{last}", &elsewhere.url[..elsewhere.url.len() - 1]);
    let answer = asks(world, &KeyPress { url: other, ..elsewhere }).await;
    assert_eq!(answer.status, 401);
});

story!(without_a_provider_for_calls_none_is_offered, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    assert_eq!(ana.offered(), ["email", "sms"]);
});
