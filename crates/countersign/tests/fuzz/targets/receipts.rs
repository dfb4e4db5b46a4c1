//! What gateways push, and what strangers who know the address could: forms, JSON, parts and signatures.
//!
//! An input is a line with the content type, a line with the signature, and the body.

use countersign::courier::receipt::{self, News, Pushed, Receipt, Unreadable};
use countersign_core::delivery::Delivery;
use url::Url;

use super::roughly;

pub(super) const WORDS: &[&[u8]] = &[
    b"application/x-www-form-urlencoded\n",
    b"application/json\n",
    b"multipart/form-data; boundary=x\n",
    b"--x\r\n",
    b"\r\n--x--\r\n",
    b"Content-Disposition: form-data; name=\"id\"\r\n\r\n",
    b"message_id=A",
    b"&status_code=201",
    b"&status_code=301",
    b"id=1&status=d",
    b"&MessageSid=SM1",
    b"&MessageStatus=delivered",
    b"&body=STOP&from=%2B14165550142",
    b"{\"id\":1}",
    b"%00",
    b"&",
    b"=",
];

pub(super) fn clicksend(input: &[u8]) -> String {
    check(input, receipt::read_clicksend)
}

pub(super) fn textmagic(input: &[u8]) -> String {
    check(input, receipt::read_textmagic)
}

/// Whatever the signature is, an input that nobody finds right is not believed.
pub(super) fn twilio(input: &[u8]) -> String {
    let refused = check(input, |pushed| {
        let read = receipt::twilio::read(pushed, |_| false);
        assert!(matches!(read, Err(Unreadable::Signature | Unreadable::Malformed)), "{read:?}");
        read
    });
    let read = check(input, |pushed| receipt::twilio::read(pushed, |callback| callback.signature == "right"));
    format!("{refused} {read}")
}

/// What is kept of a receipt may be stored and shown: it is short and plain. Nothing else is kept.
fn check(input: &[u8], read: impl FnOnce(&Pushed<'_>) -> Result<News, Unreadable>) -> String {
    let url: Url = "https://login.example.com/hooks/x/y".parse().unwrap();
    let mut lines = input.splitn(3, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (content_type, signature, body) = (line(), line(), line());
    let pushed = Pushed {
        url: &url,
        content_type: str::from_utf8(content_type).unwrap_or_default(),
        signature: str::from_utf8(signature).ok().filter(|text| !text.is_empty()),
        body,
    };
    match read(&pushed) {
        Ok(News::Receipt(receipt)) => {
            is_plain(&receipt);
            format!("{:?} {:?} {}", receipt.delivery, receipt.reason, roughly(receipt.provider_id.len()))
        }
        Ok(News::Answer { from, word }) => {
            assert!(from.as_str().starts_with('+'));
            format!("{word:?}")
        }
        Ok(News::Nothing) => "nothing".to_owned(),
        Err(unreadable) => format!("{unreadable:?}"),
    }
}

fn is_plain(receipt: &Receipt) {
    let graphic = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    assert!(!receipt.provider_id.is_empty() && receipt.provider_id.len() <= 128 && graphic(&receipt.provider_id));
    assert!(receipt.code.as_deref().is_none_or(|code| code.len() <= 32 && graphic(code)), "{:?}", receipt.code);
    if let Some(price) = &receipt.price {
        assert!(price.to_string().len() <= 32 && !price.to_string().chars().any(char::is_control), "{price}");
    }
    assert_eq!(receipt.reason.is_some(), receipt.delivery == Delivery::Failed);
}
