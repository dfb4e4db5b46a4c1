//! I-06 and I-07. What gateways tell comes from outside: anybody may try to tell it.

use countersign::flow::receipts;
use countersign_core::delivery::Delivery;
use jiff::SignedDuration;

use crate::gateway::Mode;
use crate::gateway::twilio::TOKEN;
use crate::gateway::twilio::calls::KeyPress;
use crate::people::ANA;
use crate::receipts::{FORM, clicksend, posts, tells, the_message, waits_for_sms};
use crate::world::{Setup, World, story};

story!(i06_whoever_does_not_know_the_address_changes_nothing, Setup::required().with_both_gateways(), |world| {
    let (_, message) = waits_for_sms(world).await;
    let right = receipts::path(&world.app, "clicksend");
    let secret = right.rsplit('/').next().unwrap();
    let of_another = receipts::path(&world.app, "textmagic");
    let of_another = of_another.rsplit('/').next().unwrap();
    assert_ne!(secret, of_another);
    let kind = format!("Content-Type: {FORM}\r\n");
    for path in [
        "/hooks/clicksend/x".to_owned(),
        format!("/hooks/clicksend/{}", &secret[1..]),
        format!("/hooks/clicksend/{secret}A"),
        format!("/hooks/clicksend/{}", secret.to_lowercase()),
        format!("/hooks/clicksend/{of_another}"),
        format!("/hooks/textmagic/{secret}"),
        format!("/hooks/twilio/{secret}"),
        format!("/hooks/smtp/{secret}"),
        format!("/hooks/nobody/{secret}"),
    ] {
        let status = posts(world, &path, &kind, &clicksend(&message, "201")).await;
        assert_eq!(status, 404, "{path}");
        assert_eq!(the_message(world).await.delivery, None, "{path}");
    }
    // The address is no page either, and not in the log.
    world.keeps_secret(secret);
    let mut browser = world.browser();
    browser.gets(&right).await;
    browser.has_status(405);
});

story!(i06_what_is_not_a_receipt_changes_nothing, Setup::required(), |world| {
    let (_, message) = waits_for_sms(world).await;
    let good = clicksend(&message, "201");
    let twice = format!("{good}&message_id=another");
    let huge = format!("{good}&status_text={}", "x".repeat(20_000));
    for (kind, body, status) in [
        ("text/plain", good.as_str(), 422),
        ("application/json", good.as_str(), 422),
        ("multipart/form-data; boundary=x", good.as_str(), 422),
        (FORM, "", 422),
        (FORM, twice.as_str(), 422),
        (FORM, huge.as_str(), 413),
        // Read, and of no consequence.
        (FORM, "message_id=nobodys&status_code=201", 200),
        (FORM, "message_id=nobodys&status_code=201&custom_string=not-an-id", 200),
    ] {
        assert_eq!(tells(world, "clicksend", kind, body).await, status, "{kind} {}", &body[..body.len().min(60)]);
        assert_eq!(the_message(world).await.delivery, None, "{kind}");
    }
    // Our own id alone does not open a message that the gateway has answered for.
    let other_id = format!("message_id=other&status_code=301&custom_string={}", message.id);
    assert_eq!(tells(world, "clicksend", FORM, &other_id).await, 200);
    assert_eq!(the_message(world).await.delivery, None);
});

story!(i06_a_known_message_and_an_unknown_one_are_answered_alike, Setup::required(), |world| {
    let (_, message) = waits_for_sms(world).await;
    let path = receipts::path(&world.app, "clicksend");
    let mut answers = Vec::new();
    for body in
        [clicksend(&message, "201"), clicksend(&message, "201"), "message_id=nobodys&status_code=201".to_owned()]
    {
        let mut gateway = world.browser();
        let headers = format!("Content-Type: {FORM}\r\nContent-Length: {}\r\n", body.len());
        let head = gateway.head("POST", &path, &headers);
        gateway.sends(&path, &head, &body).await;
        let page = gateway.page().clone();
        let headers: Vec<_> = page.headers.into_iter().filter(|(name, _)| name != "date").collect();
        answers.push((page.status, headers, page.body));
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0] && answer.0 == 200 && answer.2.is_empty()),
        "{answers:#?}"
    );
});

// Even the gateway itself says only what became of a message.
story!(i06_no_receipt_ever_stands_for_a_code, Setup::required(), |world| {
    let (mut ana, message) = waits_for_sms(world).await;
    let account = message.account.unwrap();
    for code in ["200", "201"] {
        assert_eq!(tells(world, "clicksend", FORM, &clicksend(&message, code)).await, 200);
    }
    assert_eq!(the_message(world).await.delivery, Some(Delivery::Delivered));
    ana.opens("/account").await;
    ana.is_at("/login");
    assert_eq!(ana.cookie("session"), None);
    let row = world.account(account).await;
    assert_eq!(row.account.history.second_factor_at, None);
    let challenge = world.app.store.challenge(message.challenge.unwrap()).await.unwrap().unwrap();
    assert_eq!((challenge.tries, challenge.ended_at), (0, None));
    // Nor does a failure end the challenge: the code that was sent before still works.
    let events = world.events(account).await;
    assert!(!events.contains(&"authn_code_accepted".to_owned()));
});

story!(i07_stop_suspends_the_text_messages_and_not_the_second_factor, Setup::required(), |world| {
    let (mut ana, message) = waits_for_sms(world).await;
    let code = world.clicksend().next().await.code().to_owned();
    let account = message.account.unwrap();
    let stop = "timestamp=1&to=%2B447860021130&from=%2B14165550142&body=STOP&original_message_id=&message_id=X";
    // Once, and as often as the gateway repeats it.
    for _ in 0..3 {
        assert_eq!(tells(world, "clicksend", FORM, stop).await, 200);
    }
    let suspended = world.events(account).await.into_iter().filter(|event| event == "destination_suspended").count();
    assert_eq!(suspended, 1);
    // The code that is there already is good; the next one needs another way.
    ana.enters(&code).await;
    ana.is_signed_in();
    world.passes(SignedDuration::from_mins(1)).await;
    let mut again = world.browser();
    again.signs_in(ANA).await;
    again.is_at("/login/destination");
    assert_eq!(again.offered(), ["email"]);
    again.submits("/login/destination", &[("destination", "sms")]).await;
    again.has_status(400);
    assert_eq!(world.clicksend().attempts(), 1);
    // START brings it back.
    assert_eq!(tells(world, "clicksend", FORM, &stop.replace("STOP", "START")).await, 200);
    again.signs_in(ANA).await;
    assert_eq!(again.offered(), ["email", "sms"]);
});

story!(i07_with_no_other_way_nobody_comes_in, Setup::required(), |world| {
    let only_phone = crate::people::Person { email: None, ..ANA };
    let id = world.knows(only_phone).await;
    let stop = "from=14165550142&to=447860021130&body=stop&message_id=X";
    assert_eq!(tells(world, "clicksend", FORM, stop).await, 200);
    let mut ana = world.browser();
    ana.signs_in(only_phone).await;
    ana.has_status(403);
    ana.sees("We have nowhere to send your code");
    assert_eq!(ana.cookie("session"), None);
    assert_eq!(world.clicksend().attempts(), 0);
    // A number of nobody is not remembered.
    let strangers = "from=%2B442079460999&to=447860021130&body=stop&message_id=X";
    assert_eq!(tells(world, "clicksend", FORM, strangers).await, 200);
    let phone = countersign_core::contact::Phone::parse("+14165550142", None).unwrap();
    assert!(receipts::resume(&world.app, &phone, "administrator").await.unwrap());
    assert!(!receipts::resume(&world.app, &phone, "administrator").await.unwrap());
    ana.signs_in(only_phone).await;
    assert_eq!(ana.offered(), ["sms"]);
    assert!(world.events(id).await.contains(&"destination_resumed".to_owned()));
});

story!(i07_a_gateway_that_says_unsubscribed_is_heard, Setup::required().with_textmagic_only(), |world| {
    let (mut ana, message) = waits_for_sms(world).await;
    let id = message.provider_id.as_deref().unwrap();
    assert_eq!(tells(world, "textmagic", FORM, &format!("id={id}&status=g")).await, 200);
    assert!(world.events(message.account.unwrap()).await.contains(&"destination_suspended".to_owned()));
    ana.opens("/login/destination").await;
    assert_eq!(ana.offered(), ["email"]);
    world.textmagic().set_mode(Mode::Accept);
});

/// Twilio's callback for a message, signed.
fn twilio(world: &World, id: &str, status: &str, error: &str) -> KeyPress {
    let fields = [
        ("AccountSid", "AC0123456789abcdef0123456789abcdef"),
        ("ApiVersion", "2010-04-01"),
        ("ErrorCode", error),
        ("From", "+14155550100"),
        ("MessageSid", id),
        ("MessageStatus", status),
        ("SmsSid", id),
        ("SmsStatus", status),
        ("To", "+14165550142"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let url = receipts::url(&world.app, "twilio").unwrap().to_string();
    KeyPress { url, fields, signature: String::new() }.signed(TOKEN)
}

/// Twilio, or somebody, posts it: the status of the answer.
async fn calls_back(world: &World, callback: &KeyPress) -> u16 {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&callback.fields).finish();
    let signature = &callback.signature;
    // What it says of hosts is not believed.
    let headers = format!(
        "Content-Type: {FORM}\r\nX-Twilio-Signature: {signature}\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n"
    );
    posts(world, &receipts::path(&world.app, "twilio"), &headers, &body).await
}

fn by_twilio() -> Setup {
    Setup::required().with_twilio_only(&[("sender", "+14155550100")])
}

story!(i06_a_signature_over_anything_else_is_refused, by_twilio(), |world| {
    let (_, message) = waits_for_sms(world).await;
    let id = message.provider_id.clone().unwrap();
    let good = || twilio(world, &id, "delivered", "");
    let mut elsewhere = good();
    elsewhere.url = elsewhere.url.replace("login.example.com", "evil.example");
    let mut plain = good();
    plain.url = plain.url.replace("https://", "http://");
    let mut unsigned = good();
    unsigned.signature.clear();
    let mut added = good();
    added.fields.push(("MessageStatus".to_owned(), "failed".to_owned()));
    for (what, callback) in [
        ("no signature", unsigned),
        ("another token", good().signed("5f2a1c3be4d6978012345678deadbeee")),
        ("an empty token", good().signed("")),
        ("another address", elsewhere.signed(TOKEN)),
        ("an address without encryption", plain.signed(TOKEN)),
        ("an altered field", good().with("MessageStatus", "failed")),
        ("another message's", good().with("MessageSid", "SM00000000000000000000000000000009")),
        ("a field more", added),
    ] {
        assert_eq!(calls_back(world, &callback).await, 401, "{what}");
        assert_eq!(the_message(world).await.delivery, None, "{what}");
    }
    assert_eq!(calls_back(world, &good()).await, 200);
    let told = the_message(world).await;
    assert_eq!(told.delivery, Some(Delivery::Delivered));
    // Replayed, and followed by an older one: nothing goes back.
    world.passes(SignedDuration::from_secs(1)).await;
    for callback in [good(), twilio(world, &id, "sent", ""), twilio(world, &id, "undelivered", "30003")] {
        assert_eq!(calls_back(world, &callback).await, 200);
        assert_eq!(the_message(world).await, told);
    }
});

story!(
    i06_without_the_token_nothing_that_is_signed_is_believed,
    Setup::required().with_twilio_only(&[
        ("sender", "+14155550100"),
        ("api_key", crate::gateway::twilio::KEY),
        ("api_key_secret", crate::gateway::twilio::KEY_SECRET),
    ]),
    |world| {
        let (_, message) = waits_for_sms(world).await;
        let id = message.provider_id.clone().unwrap();
        let callback = twilio(world, &id, "delivered", "");
        for token in ["", crate::gateway::twilio::KEY_SECRET] {
            assert_eq!(calls_back(world, &callback.clone().signed(token)).await, 401, "{token}");
            assert_eq!(the_message(world).await.delivery, None);
        }
    }
);

story!(i07_a_gateway_that_refuses_because_of_stop_is_heard, by_twilio().expecting("message given up"), |world| {
    world.twilio().set_mode(Mode::Refuse("21610"));
    let (mut ana, message) = waits_for_sms(world).await;
    assert!(world.events(message.account.unwrap()).await.contains(&"destination_suspended".to_owned()));
    ana.opens("/login/destination").await;
    assert_eq!(ana.offered(), ["email"]);
    // She is told by mail, which STOP does not stop.
    let mail = world.mail().notice().await;
    assert!(mail.read().contains("Somebody answered STOP to a message at +1 •••• 0142"), "{}", mail.read());
});
