//! What each gateway's documents show, in every encoding, and what nobody should believe.

use serde_json::json;

use super::*;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json; charset=utf-8";
const PARTS: &str = "multipart/form-data; boundary=\"--b0unda.ry\"";

fn url() -> Url {
    "https://login.example.com/hooks/x/y".parse().unwrap()
}

fn pushed<'a>(url: &'a Url, content_type: &'a str, body: &'a str) -> Pushed<'a> {
    Pushed { url, content_type, signature: None, body: body.as_bytes() }
}

fn receipt(news: Result<News, Unreadable>) -> Receipt {
    let Ok(News::Receipt(receipt)) = news else { panic!("{news:?}") };
    receipt
}

#[test]
fn clicksend_codes_as_texts_and_as_numbers() {
    let url = url();
    for (status, expected) in [
        ("200", Some(Delivery::Sent)),
        ("201", Some(Delivery::Delivered)),
        ("300", Some(Delivery::Sent)),
        ("301", Some(Delivery::Failed)),
        ("302", Some(Delivery::Sent)),
        ("999", None),
    ] {
        let form = format!(
            "timestamp_send=1&timestamp=2&message_id=BF7AD270-0DE2&status=x&status_code={status}&status_text=x\
             &error_code=&error_text=&custom_string=01901234-5678-7abc-8def-0123456789ab&user_id=1&subaccount_id=1\
             &message_type=sms"
        );
        let json =
            json!({"message_id": "BF7AD270-0DE2", "status_code": status.parse::<u32>().unwrap(), "error_code": null})
                .to_string();
        for (kind, body) in [(FORM, form.as_str()), (JSON, json.as_str())] {
            let news = read_clicksend(&pushed(&url, kind, body)).unwrap();
            let delivery = if let News::Receipt(receipt) = &news { Some(receipt.delivery) } else { None };
            assert_eq!(delivery, expected, "{status} {kind}");
            if let (News::Receipt(receipt), FORM) = (news, kind) {
                assert_eq!(receipt.provider_id, "BF7AD270-0DE2");
                assert!(receipt.reference.is_some());
            }
        }
        let asked = json!({"data": {"message_id": "BF7AD270-0DE2", "status_code": status}});
        assert_eq!(clicksend_answer(&asked).map(|receipt| receipt.delivery), expected);
    }
}

#[test]
fn textmagic_letters_in_all_three_encodings() {
    let url = url();
    for (letter, expected) in [
        ("q", Some((Delivery::Sent, None))),
        ("r", Some((Delivery::Sent, None))),
        ("a", Some((Delivery::Sent, None))),
        ("b", Some((Delivery::Sent, None))),
        ("s", Some((Delivery::Sent, None))),
        ("d", Some((Delivery::Delivered, None))),
        ("f", Some((Delivery::Failed, Some(Reason::Unreachable)))),
        ("j", Some((Delivery::Failed, Some(Reason::Blocked)))),
        ("u", Some((Delivery::Failed, Some(Reason::Other)))),
        ("e", Some((Delivery::Failed, Some(Reason::Other)))),
        ("g", Some((Delivery::Failed, Some(Reason::Unsubscribed)))),
        ("i", None),
        ("p", None),
        ("h", None),
    ] {
        let form =
            format!("id=49575710&sender=447860021130&receiver=14165550142&text=code+123456&price=0.05&status={letter}");
        let json = json!({"id": 49_575_710, "text": "code 123456", "price": 0.05, "status": letter}).to_string();
        let part = |name: &str, text: &str| {
            format!("----b0unda.ry\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let parts =
            [part("id", "49575710"), part("text", "code\r\n123456"), part("price", "0.05"), part("status", letter)];
        let parts = format!("{}----b0unda.ry--\r\n", parts.concat());
        for (kind, body) in [(FORM, &form), (JSON, &json), (PARTS, &parts)] {
            let news = read_textmagic(&pushed(&url, kind, body)).unwrap();
            match expected {
                None => assert_eq!(news, News::Nothing, "{letter} {kind}"),
                Some((delivery, reason)) => {
                    let receipt = receipt(Ok(news));
                    assert_eq!((receipt.delivery, receipt.reason), (delivery, reason), "{letter} {kind}");
                    assert_eq!(receipt.provider_id, "49575710");
                    assert_eq!(receipt.price.map(|price| price.amount), Some("0.05".to_owned()));
                }
            }
        }
        let asked = json!({"id": 49_575_710, "status": letter, "price": "0.05", "rejectReason": "a"});
        assert_eq!(textmagic_answer(&asked).map(|receipt| (receipt.delivery, receipt.reason)), expected);
    }
}

#[test]
fn twilio_words_of_messages_and_of_calls() {
    for (status, error, expected) in [
        ("queued", "", Some((Delivery::Sent, None))),
        ("sent", "", Some((Delivery::Sent, None))),
        ("delivered", "", Some((Delivery::Delivered, None))),
        ("undelivered", "30003", Some((Delivery::Failed, Some(Reason::Unreachable)))),
        ("undelivered", "30006", Some((Delivery::Failed, Some(Reason::Landline)))),
        ("failed", "21610", Some((Delivery::Failed, Some(Reason::Unsubscribed)))),
        ("failed", "30007", Some((Delivery::Failed, Some(Reason::Blocked)))),
        ("failed", "", Some((Delivery::Failed, Some(Reason::Other)))),
        ("ringing", "", Some((Delivery::Sent, None))),
        ("completed", "", Some((Delivery::Delivered, None))),
        ("no-answer", "", Some((Delivery::Failed, Some(Reason::NoAnswer)))),
        ("busy", "", Some((Delivery::Failed, Some(Reason::NoAnswer)))),
        ("partially_delivered", "", None),
    ] {
        let document =
            json!({"sid": "SM1", "status": status, "error_code": error, "price": "-0.00750", "price_unit": "usd"});
        let answer = twilio::answer(&document);
        assert_eq!(answer.as_ref().map(|receipt| (receipt.delivery, receipt.reason)), expected, "{status} {error}");
        if let Some(price) = answer.and_then(|receipt| receipt.price) {
            assert_eq!((price.amount.as_str(), price.currency.as_deref()), ("0.00750", Some("USD")));
        }
    }
}

#[test]
fn stop_is_heard_and_nothing_else_is() {
    let url = url();
    let answer = |text: &str| {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("from", "+14165550142"), ("body", text), ("to", "+447860021130"), ("message_id", "X")])
            .finish();
        read_clicksend(&pushed(&url, FORM, &body)).unwrap()
    };
    for (text, expected) in [
        ("STOP", Some(Word::Stop)),
        (" stop. ", Some(Word::Stop)),
        ("Unsubscribe", Some(Word::Stop)),
        ("arrêt", Some(Word::Stop)),
        ("START", Some(Word::Start)),
        ("stop it please", None),
        ("123456", None),
        ("", None),
    ] {
        let word = if let News::Answer { word, .. } = answer(text) { Some(word) } else { None };
        assert_eq!(word, expected, "{text:?}");
    }
    let inbound = "id=1&sender=14165550142&receiver=447860021130&messageTime=2012-11-28T18%3A38%3A28%2B0000&text=STOP";
    let News::Answer { from, word } = read_textmagic(&pushed(&url, FORM, inbound)).unwrap() else {
        panic!("an answer")
    };
    assert_eq!((from.as_str(), word), ("+14165550142", Word::Stop));
}

#[test]
fn what_is_no_receipt_is_refused() {
    let url = url();
    for (kind, body) in [
        (FORM, ""),
        (FORM, "status_code=201"),
        (FORM, "message_id=A&message_id=B&status_code=201"),
        (FORM, "message_id=A&status_code=201&status_code=301"),
        (FORM, "message_id=a%20b&status_code=201"),
        (JSON, "[]"),
        (JSON, "{"),
        ("text/plain", "message_id=A&status_code=201"),
        ("", "message_id=A&status_code=201"),
        ("multipart/form-data", "message_id=A&status_code=201"),
        (PARTS, "----b0unda.ry\r\nContent-Disposition: form-data; name=\"message_id\"\r\n\r\nA\r\n"),
    ] {
        assert_eq!(read_clicksend(&pushed(&url, kind, body)), Err(Unreadable::Malformed), "{kind} {body}");
    }
    let many = (0..65).map(|number| format!("f{number}=1")).collect::<Vec<_>>().join("&");
    let many = format!("{many}&message_id=A&status_code=201");
    assert_eq!(read_clicksend(&pushed(&url, FORM, &many)), Err(Unreadable::Malformed));
    // Twilio's is never believed without a signature that somebody found right.
    let body = "MessageSid=SM1&MessageStatus=delivered";
    let signed = Pushed { signature: Some("kvajT1Ptam85bY51eRf/AJRuM3w="), ..pushed(&url, FORM, body) };
    assert_eq!(twilio::read(&pushed(&url, FORM, body), |_| true), Err(Unreadable::Signature));
    assert_eq!(twilio::read(&signed, |_| false), Err(Unreadable::Signature));
    let read = twilio::read(&signed, |callback| callback.fields.len() == 2 && callback.signature.starts_with("kvaj"));
    assert_eq!(receipt(read).delivery, Delivery::Delivered);
}
