//! The contract of the three providers with Twilio, in good days and bad.

use countersign::courier::call::Call;
use countersign::courier::twilio::TwilioSettings;
use countersign::courier::twilio::messaging::TwilioMessaging;
use countersign::courier::twilio::verify::TwilioVerify;
use countersign::courier::twilio::voice::TwilioVoice;
use countersign::courier::verification::{Carried, Ending, Verdict};
use countersign::courier::{Action, Content, Outgoing, Provider};
use countersign_core::contact::Phone;
use countersign_core::secret::Secret;
use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::gateway::twilio::{ACCOUNT, KEY, KEY_SECRET, SERVICE, TOKEN};
use crate::gateway::{Gateway, Mode};

const TO: &str = "+14165550142";
const SERVICE_OF_SENDERS: &str = "MG0123456789abcdef0123456789abcdef";

fn settings(base_url: &Url) -> TwilioSettings {
    TwilioSettings {
        account_sid: ACCOUNT.into(),
        auth_token: Some(Secret::new(TOKEN)),
        api_key: None,
        api_key_secret: None,
        sender: Some("+14155550100".into()),
        caller: Some("+14155550100".into()),
        verify_service: Some(SERVICE.into()),
        verify_custom_code: false,
        base_url: Some(base_url.clone()),
        verify_base_url: Some(base_url.clone()),
    }
}

fn outgoing(content: Content) -> Outgoing {
    let code = Carried { digits: Secret::new("042617"), valid_seconds: 600, language: "en".into() };
    let receipt_url = "https://login.example.com/hooks/twilio/secret".parse().ok();
    Outgoing {
        reference: Uuid::nil(),
        now: Timestamp::UNIX_EPOCH,
        code: Some(code),
        receipt_url,
        sender: None,
        content,
    }
}

fn to() -> Phone {
    Phone::parse(TO, None).unwrap()
}

fn text() -> Outgoing {
    outgoing(Content::Sms { to: to(), text: "Acme: 042617 is your login code.".into() })
}

fn call() -> Outgoing {
    let call = Call {
        language: "en-US".into(),
        greeting: "Hello. This is Acme & Sons.".into(),
        press: "Press any key.".into(),
        code: "Your code is: 0, 4, 2, 6, 1, 7.".into(),
        unheard: "Goodbye.".into(),
        over: "Too late.".into(),
        key_url: "https://login.example.com/hooks/twilio-voice/1".parse().ok(),
    };
    outgoing(Content::Call { to: to(), call })
}

#[tokio::test]
async fn a_text_message_is_taken_by_token_and_by_key() {
    let gateway = Gateway::twilio().await;
    let by_token = settings(&gateway.base_url());
    let by_key = TwilioSettings {
        auth_token: None,
        api_key: Some(KEY.into()),
        api_key_secret: Some(Secret::new(KEY_SECRET)),
        sender: Some(SERVICE_OF_SENDERS.into()),
        caller: None,
        ..settings(&gateway.base_url())
    };
    for (settings, sender) in [(by_token, "+14155550100"), (by_key, SERVICE_OF_SENDERS)] {
        let accepted = TwilioMessaging::new(settings).unwrap().send(&text()).await.unwrap();
        assert!(accepted.provider_id.unwrap().starts_with("SM"));
        assert_eq!((accepted.price, accepted.verification), (None, None));
        let received = gateway.next().await;
        assert_eq!((received.to.as_str(), received.code(), received.from.as_deref()), (TO, "042617", Some(sender)));
        assert_eq!(received.reference, "600", "the message waits no longer than its code lives");
    }
}

#[tokio::test]
async fn each_provider_refuses_what_is_not_its_own() {
    let gateway = Gateway::twilio().await;
    let settings = settings(&gateway.base_url());
    let messaging = TwilioMessaging::new(settings.clone()).unwrap();
    let voice = TwilioVoice::new(settings).unwrap();
    assert_eq!(messaging.send(&call()).await.unwrap_err().code, "wrong-channel");
    assert_eq!(voice.send(&text()).await.unwrap_err().code, "wrong-channel");
    assert_eq!(gateway.attempts(), 0);
}

/// The refusals that Twilio's test credentials give (reference/providers.md, 5.6), and what each calls for.
#[tokio::test]
async fn refusals_are_sorted_by_their_code() {
    let gateway = Gateway::twilio().await;
    let settings = settings(&gateway.base_url());
    let messaging = TwilioMessaging::new(settings.clone()).unwrap();
    let voice = TwilioVoice::new(settings.clone()).unwrap();
    let verify = TwilioVerify::new(&settings).unwrap();
    let cases: [(&dyn Provider, Outgoing, &'static str, Action); 14] = [
        (&messaging, text(), "21211", Action::GiveUp),
        (&messaging, text(), "21212", Action::Stop),
        (&messaging, text(), "21408", Action::FailOver),
        (&messaging, text(), "21606", Action::FailOver),
        (&messaging, text(), "21610", Action::GiveUp),
        (&messaging, text(), "21611", Action::FailOver),
        (&messaging, text(), "21612", Action::FailOver),
        (&messaging, text(), "21614", Action::GiveUp),
        (&voice, call(), "21210", Action::Stop),
        (&voice, call(), "21215", Action::FailOver),
        (&voice, call(), "21217", Action::GiveUp),
        (&verify, text(), "60203", Action::FailOver),
        (&verify, text(), "60410", Action::GiveUp),
        (&verify, call(), "60212", Action::Retry),
    ];
    for (provider, message, code, action) in cases {
        gateway.set_mode(Mode::Refuse(code));
        let refusal = provider.send(&message).await.unwrap_err();
        assert_eq!((refusal.action, refusal.code.as_str()), (action, code));
        let printed = format!("{refusal} {refusal:?}");
        assert!(!printed.contains("042617") && !printed.contains("4165550142"), "{printed}");
    }
    assert_eq!(gateway.received(), []);
}

#[tokio::test]
async fn i_05_twilio_troubles_are_sorted_and_never_retried() {
    let gateway = Gateway::twilio().await;
    let settings = settings(&gateway.base_url());
    let messaging = TwilioMessaging::new(settings.clone()).unwrap();
    let voice = TwilioVoice::new(settings.clone()).unwrap();
    let verify = TwilioVerify::new(&settings).unwrap();
    let providers: [(&dyn Provider, Outgoing); 3] = [(&messaging, text()), (&voice, call()), (&verify, text())];
    for (mode, action) in [
        (Mode::Error(401), Action::Stop),
        (Mode::Error(404), Action::Stop),
        (Mode::Error(500), Action::RetryOnce),
        (Mode::Error(503), Action::Retry),
        (Mode::TooMany("retry-after", "30"), Action::Retry),
        (Mode::Redirect, Action::Stop),
        (Mode::Break, Action::RetryOnce),
        (Mode::HugeBody, Action::RetryOnce),
        (Mode::NotJson, Action::RetryOnce),
    ] {
        gateway.set_mode(mode);
        for (provider, message) in &providers {
            let attempts = gateway.attempts();
            let refusal = provider.send(message).await.unwrap_err();
            assert_eq!(refusal.action, action, "{} {mode:?}: {refusal}", provider.name());
            assert_eq!(gateway.attempts(), attempts + 1);
            assert!(provider.check().await.is_err(), "{} {mode:?}", provider.name());
        }
        let typed = Secret::new("042617");
        assert!(verify.verify("VE0123456789abcdef0123456789abcdef", &typed).await.is_err() || mode == Mode::Error(404));
    }
}

#[tokio::test]
async fn the_account_is_checked_without_sending() {
    let gateway = Gateway::twilio().await;
    let settings = settings(&gateway.base_url());
    let messaging = TwilioMessaging::new(settings.clone()).unwrap();
    let facts: Vec<_> =
        messaging.check().await.unwrap().facts.into_iter().map(|fact| (fact.name, fact.value)).collect();
    let expected = [("balance", "12.50"), ("currency", "USD"), ("sender", "+14155550100")];
    assert_eq!(facts, expected.map(|(name, value)| (name, value.to_owned())));
    assert_eq!(messaging.price(&text()).await.unwrap(), None, "Twilio tells no price before");
    let wrong = TwilioSettings { auth_token: Some(Secret::new("wrong")), ..settings };
    let refusal = TwilioVoice::new(wrong).unwrap().check().await.unwrap_err();
    assert_eq!((refusal.action, refusal.code.as_str()), (Action::Stop, "20003"));
    assert_eq!(gateway.attempts(), 0);
}

#[tokio::test]
async fn a_verify_service_that_does_not_fit_is_found_by_the_check() {
    let gateway = Gateway::twilio().await;
    let settings = settings(&gateway.base_url());
    let own = TwilioVerify::new(&settings).unwrap();
    assert!(own.check().await.is_ok());
    gateway.has_code_length(4);
    assert_eq!(own.check().await.unwrap_err().code, "code-length");
    let custom = TwilioVerify::new(&TwilioSettings { verify_custom_code: true, ..settings }).unwrap();
    assert_eq!(custom.check().await.unwrap_err().code, "60204");
    let refusal = custom.send(&text()).await.unwrap_err();
    assert_eq!((refusal.action, refusal.code.as_str()), (Action::Stop, "60204"));
    gateway.allows_custom_codes();
    assert!(custom.check().await.is_ok());
}

#[tokio::test]
async fn a_verification_is_asked_and_ended() {
    let gateway = Gateway::twilio().await;
    let verify = TwilioVerify::new(&settings(&gateway.base_url())).unwrap();
    let sid = verify.send(&text()).await.unwrap().verification.unwrap();
    assert_eq!(verify.send(&call()).await.unwrap().verification.as_ref(), Some(&sid), "the same, by another channel");
    let code = Secret::new(gateway.verification_code());
    let wrong = Secret::new("000000");
    assert_eq!(verify.verify(&sid, &wrong).await, Ok(Verdict::Wrong));
    assert_eq!(verify.verify(&sid, &code).await, Ok(Verdict::Right));
    assert_eq!(verify.verify(&sid, &code).await, Ok(Verdict::Gone), "each code once");
    let next = verify.send(&text()).await.unwrap().verification.unwrap();
    for _ in 0..5 {
        assert_eq!(verify.verify(&next, &wrong).await, Ok(Verdict::Wrong));
    }
    assert_eq!(verify.verify(&next, &wrong).await, Ok(Verdict::TriesUsed));
    assert_eq!(verify.close(&next, Ending::Canceled).await, Ok(()));
    assert_eq!(verify.close(&next, Ending::Canceled).await, Ok(()), "it had ended");
    assert_eq!(gateway.verifications().last().unwrap().status, "canceled");
}
