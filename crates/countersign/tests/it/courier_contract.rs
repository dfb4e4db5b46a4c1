//! The contract of the SMS providers with their gateways, in good days and bad.

use countersign::courier::clicksend::{ClickSend, ClickSendSettings};
use countersign::courier::textmagic::{TextMagic, TextMagicSettings, reference_number};
use countersign::courier::{Action, Content, Outgoing, Price, Provider, Refusal};
use countersign_core::contact::Phone;
use countersign_core::secret::Secret;
use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::gateway::{API_KEY, Gateway, Mode, Received, USERNAME};

const TO: &str = "+61411111111";
const TEXT: &str = "Acme: 042617 is your login code.\n@login.example.com #042617";
const REFERENCE: Uuid = Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab);

fn clicksend(base_url: Url, sender: Option<&str>, api_key: &str) -> ClickSend {
    let settings = ClickSendSettings {
        username: USERNAME.into(),
        api_key: Secret::new(api_key),
        sender: sender.map(Into::into),
        base_url: Some(base_url),
    };
    ClickSend::new(settings).unwrap()
}

fn textmagic(base_url: Url, api_key: &str) -> TextMagic {
    let settings = TextMagicSettings {
        username: USERNAME.into(),
        api_key: Secret::new(api_key),
        sender: "+447860021130".into(),
        base_url: Some(base_url),
    };
    TextMagic::new(settings).unwrap()
}

fn message(text: &str) -> Outgoing {
    let content = Content::Sms { to: Phone::parse(TO, None).unwrap(), text: text.into() };
    Outgoing { reference: REFERENCE, now: Timestamp::UNIX_EPOCH, code: None, receipt_url: None, sender: None, content }
}

/// Every bad day that both gateways have in common, with what it calls for and whether the message was taken.
const TROUBLES: [(Mode, Action, bool); 12] = [
    (Mode::Error(400), Action::GiveUp, false),
    (Mode::Error(401), Action::Stop, false),
    (Mode::Error(403), Action::Stop, false),
    (Mode::Error(404), Action::Stop, false),
    (Mode::Error(500), Action::RetryOnce, false),
    (Mode::Error(503), Action::Retry, false),
    (Mode::TooMany("retry-after", "30"), Action::Retry, false),
    (Mode::TooMany("ratelimit-reset", "47"), Action::Retry, false),
    (Mode::Redirect, Action::Stop, false),
    (Mode::Break, Action::RetryOnce, true),
    (Mode::HugeBody, Action::RetryOnce, true),
    (Mode::NotJson, Action::RetryOnce, true),
];

/// A refusal may be logged, so nothing of the message or the credentials is in it.
fn assert_discreet(refusal: &Refusal) {
    let printed = format!("{refusal} {refusal:?}");
    for secret in ["042617", "61411111111", API_KEY, USERNAME, "127.0.0.1"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

async fn assert_troubles(provider: &dyn Provider, gateway: &Gateway) {
    for (mode, action, taken) in TROUBLES {
        gateway.set_mode(mode);
        let (attempts, received) = (gateway.attempts(), gateway.received().len());
        let refusal = provider.send(&message(TEXT)).await.unwrap_err();
        assert_eq!(refusal.action, action, "{mode:?}: {refusal}");
        assert_discreet(&refusal);
        let wait = if let Mode::TooMany(_, seconds) = mode { seconds.parse().ok() } else { None };
        assert_eq!(refusal.retry_after.map(|wait| wait.as_secs()), wait, "{mode:?}");
        // No retry of its own: whatever happened, one request went out.
        assert_eq!(gateway.attempts(), attempts + 1, "{mode:?}");
        assert_eq!(gateway.received().len(), received + usize::from(taken), "{mode:?}");

        let refusal = provider.check().await.unwrap_err();
        assert_discreet(&refusal);
        assert!(provider.price(&message(TEXT)).await.is_err(), "{mode:?}");
    }
}

#[tokio::test]
async fn clicksend_takes_a_message() {
    let gateway = Gateway::clicksend().await;
    for (mode, sender, text) in [(Mode::Accept, None, "one 042617"), (Mode::AcceptOldStyle, Some("Acme"), "two 042617")]
    {
        gateway.set_mode(mode);
        let accepted = clicksend(gateway.base_url(), sender, API_KEY).send(&message(text)).await.unwrap();
        assert!(accepted.provider_id.is_some_and(|id| id.starts_with("BF7AD270-0DE2-418B-B606-00000000000")));
        let price = Price { amount: "0.0792".into(), currency: Some("AUD".into()), parts: Some(1) };
        assert_eq!((accepted.parts, accepted.price), (Some(1), Some(price)), "{mode:?}");
        let received = gateway.next().await;
        assert_eq!(received.code(), "042617");
        let expected = Received {
            to: TO.into(),
            body: text.into(),
            from: sender.map(Into::into),
            reference: REFERENCE.to_string(),
            call: None,
        };
        assert_eq!(received, expected);
    }
}

#[tokio::test]
async fn clicksend_refuses_one_message_under_http_200() {
    let gateway = Gateway::clicksend().await;
    let provider = clicksend(gateway.base_url(), None, API_KEY);
    for (mode, action, code) in [
        (Mode::Refuse("INVALID_RECIPIENT"), Action::GiveUp, "INVALID_RECIPIENT"),
        (Mode::Refuse("INSUFFICIENT_CREDIT"), Action::FailOver, "INSUFFICIENT_CREDIT"),
        (Mode::Refuse("INVALID_CREDENTIALS"), Action::Stop, "INVALID_CREDENTIALS"),
        (Mode::Refuse("INTERNAL_ERROR"), Action::FailOver, "INTERNAL_ERROR"),
        (Mode::Refuse("NEVER_HEARD_OF_IT"), Action::FailOver, "NEVER_HEARD_OF_IT"),
        (Mode::Refuse("your code 042617 is bad"), Action::FailOver, "NO_STATUS"),
        (Mode::Blocked, Action::FailOver, "BLOCKED"),
    ] {
        gateway.set_mode(mode);
        let refusal = provider.send(&message(TEXT)).await.unwrap_err();
        assert_eq!((refusal.action, refusal.code.as_str()), (action, code));
        assert_discreet(&refusal);
    }
    assert_eq!(gateway.received(), []);
}

#[tokio::test]
async fn clicksend_drops_a_text_it_has_just_sent() {
    let gateway = Gateway::clicksend().await;
    let provider = clicksend(gateway.base_url(), None, API_KEY);
    provider.send(&message(TEXT)).await.unwrap();
    let refusal = provider.send(&message(TEXT)).await.unwrap_err();
    assert_eq!((refusal.action, refusal.code.as_str()), (Action::Retry, "THROTTLED"));
    provider.send(&message(&TEXT.replace("code.", "code. (message 2)"))).await.unwrap();
    assert_eq!(gateway.received().len(), 2);
}

#[tokio::test]
async fn i_05_clicksend_troubles_are_sorted_and_never_retried() {
    let gateway = Gateway::clicksend().await;
    assert_troubles(&clicksend(gateway.base_url(), None, API_KEY), &gateway).await;
}

#[tokio::test]
async fn clicksend_is_checked_and_priced_without_sending() {
    let gateway = Gateway::clicksend().await;
    let provider = clicksend(gateway.base_url(), None, API_KEY);
    for mode in [Mode::Accept, Mode::AcceptOldStyle] {
        gateway.set_mode(mode);
        let health = provider.check().await.unwrap();
        let facts: Vec<_> = health.facts.iter().map(|fact| (fact.name, fact.value.as_str())).collect();
        assert!(facts.contains(&("currency", "AUD")) && facts.contains(&("sender", "shared number")), "{facts:?}");
        assert!(facts.iter().any(|(name, value)| *name == "balance" && value.starts_with("4.998")), "{facts:?}");
        assert!(!format!("{facts:?}").contains("this-is-a-secret"), "{facts:?}");
        let price = provider.price(&message(TEXT)).await.unwrap().unwrap();
        assert_eq!((price.amount.as_str(), price.currency.as_deref()), ("0.0792", Some("AUD")));
    }
    for word in ["BANNED", "ACCOUNT_NOT_ACTIVATED"] {
        gateway.set_mode(Mode::Refuse(word));
        let refusal = provider.check().await.unwrap_err();
        assert_eq!((refusal.action, refusal.code.as_str()), (Action::Stop, word));
    }
    let wrong = clicksend(gateway.base_url(), None, "wrong").check().await.unwrap_err();
    assert_eq!((wrong.action, wrong.code.as_str()), (Action::Stop, "UNAUTHORIZED"));
    assert_eq!(gateway.attempts(), 0);
}

#[tokio::test]
async fn textmagic_takes_a_message() {
    let gateway = Gateway::textmagic().await;
    for (mode, id) in [(Mode::Accept, "1"), (Mode::AcceptOldStyle, "2")] {
        gateway.set_mode(mode);
        let accepted = textmagic(gateway.base_url(), API_KEY).send(&message(TEXT)).await.unwrap();
        assert_eq!(accepted.provider_id.as_deref(), Some(id), "{mode:?}");
        let expected = Received {
            to: "61411111111".into(),
            body: TEXT.into(),
            from: Some("447860021130".into()),
            reference: reference_number(REFERENCE).to_string(),
            call: None,
        };
        assert_eq!(gateway.next().await, expected);
    }
}

#[tokio::test]
async fn textmagic_names_the_field_at_fault() {
    let gateway = Gateway::textmagic().await;
    let provider = textmagic(gateway.base_url(), API_KEY);
    for (field, action) in [
        ("phones", Action::GiveUp),
        ("from", Action::Stop),
        ("text", Action::GiveUp),
        ("unheard-of", Action::GiveUp),
        ("balance", Action::FailOver),
    ] {
        gateway.set_mode(Mode::Refuse(field));
        let refusal = provider.send(&message(TEXT)).await.unwrap_err();
        assert_eq!((refusal.action, refusal.code.as_str()), (action, "400"), "{field}");
        assert_discreet(&refusal);
    }
    assert_eq!(gateway.received(), []);
}

#[tokio::test]
async fn i_05_textmagic_troubles_are_sorted_and_never_retried() {
    let gateway = Gateway::textmagic().await;
    assert_troubles(&textmagic(gateway.base_url(), API_KEY), &gateway).await;
}

#[tokio::test]
async fn textmagic_is_checked_and_priced_without_sending() {
    let gateway = Gateway::textmagic().await;
    let provider = textmagic(gateway.base_url(), API_KEY);
    for mode in [Mode::Accept, Mode::AcceptOldStyle] {
        gateway.set_mode(mode);
        let health = provider.check().await.unwrap();
        let facts: Vec<_> = health.facts.iter().map(|fact| (fact.name, fact.value.as_str())).collect();
        assert_eq!(facts, [("balance", "12.5"), ("currency", "EUR"), ("trial", "false"), ("sender", "+447860021130")]);
    }
    let price = provider.price(&message(TEXT)).await.unwrap().unwrap();
    assert_eq!((price.amount.as_str(), price.parts), ("0.05", Some(1)));
    let wrong = textmagic(gateway.base_url(), "wrong").check().await.unwrap_err();
    assert_eq!((wrong.action, wrong.code.as_str()), (Action::Stop, "401"));
    assert_eq!(gateway.attempts(), 0);
}

#[tokio::test]
async fn a_slow_gateway_is_waited_for() {
    let gateway = Gateway::textmagic().await;
    gateway.set_mode(Mode::Hang);
    let provider = textmagic(gateway.base_url(), API_KEY);
    let sending = tokio::spawn(async move { provider.send(&message(TEXT)).await });
    gateway.next().await;
    gateway.set_mode(Mode::Accept);
    assert!(sending.await.unwrap().is_ok());
    assert_eq!(gateway.received().len(), 1);
}

#[tokio::test]
async fn nothing_listens() {
    let gateway = Gateway::clicksend().await;
    let base_url = gateway.base_url();
    drop(gateway);
    tokio::task::yield_now().await;
    let refusal = clicksend(base_url, None, API_KEY).send(&message(TEXT)).await.unwrap_err();
    assert_eq!((refusal.action, refusal.code.as_str()), (Action::Retry, "no-connection"));
    assert_discreet(&refusal);
}
