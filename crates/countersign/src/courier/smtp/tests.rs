//! Settings, and conversations with a scripted server; the real one (Postfix) is in `tests/it`.

use jiff::Timestamp;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::*;
use crate::courier::Mail;

fn settings(change: &serde_json::Value) -> SmtpSettings {
    let mut all = json!({ "host": "mail.example.com", "from": "Acme Login <login@example.com>" });
    for (key, value) in change.as_object().unwrap() {
        all.as_object_mut().unwrap().insert(key.clone(), value.clone());
    }
    serde_json::from_value(all).unwrap()
}

#[test]
fn the_defaults_are_encrypted() {
    let settings = settings(&json!({}));
    assert_eq!((settings.security, settings.validate()), (Security::StartTls, Vec::new()));
}

#[test]
fn each_bad_value_is_named() {
    let cases = [
        (json!({ "host": "mail example" }), "host"),
        (json!({ "security": "none" }), "security"),
        (json!({ "username": "u" }), "username"),
        (json!({ "password": "hunter2" }), "username"),
        (json!({ "from": "nobody" }), "from"),
        (json!({ "from": "a@example.com\r\nBcc: b@example.com" }), "from"),
        (json!({ "hello_name": "a b" }), "hello_name"),
        (json!({ "timeout_seconds": 0 }), "timeout_seconds"),
    ];
    for (change, key) in cases {
        let faults = settings(&change).validate();
        assert_eq!(faults.iter().map(|fault| fault.key).collect::<Vec<_>>(), [key], "{change}");
        assert!(!format!("{faults:?}").contains("hunter2"));
    }
    for host in ["localhost", "127.0.0.1", "::1", "[::1]"] {
        assert_eq!(settings(&json!({ "host": host, "security": "none" })).validate(), [], "{host}");
    }
}

#[test]
fn a_file_that_is_no_certificate_is_named() {
    let refused = Smtp::new(settings(&json!({ "ca_file": "/nowhere/ca.pem" }))).err().unwrap();
    assert!(refused.to_string().contains("ca_file"), "{refused}");
}

/// What the server answers differently, by verb.
type Script = &'static [(&'static str, &'static str)];

/// Answers by the verb of each command, or as `changes` say; an empty answer closes the connection.
/// Returns everything it was told.
async fn server(changes: Script) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = tokio::spawn(async move { converse(listener.accept().await.unwrap().0, changes).await });
    (port, told)
}

async fn converse(stream: TcpStream, changes: &[(&str, &str)]) -> String {
    let mut stream = BufReader::new(stream);
    let (mut told, mut verb, mut in_mail) = (String::new(), "greeting".to_owned(), false);
    loop {
        let usual = match verb.as_str() {
            "greeting" => "220 mail.example.com",
            "EHLO" => "250-mail.example.com\r\n250 AUTH PLAIN",
            "AUTH" => "235 2.7.0 welcome",
            "DATA" => "354 go ahead",
            "QUIT" => "221 bye",
            _ => "250 2.0.0 fine",
        };
        let answer = changes.iter().find(|(at, _)| *at == verb).map_or(usual, |(_, answer)| answer);
        if !in_mail && !answer.is_empty() {
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            in_mail = verb == "DATA" && answer.starts_with("354");
        }
        let mut line = String::new();
        if answer.is_empty() || stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return told;
        }
        told.push_str(&line);
        in_mail &= line != ".\r\n";
        verb = line.trim_end().chars().take(4).collect();
    }
}

fn mail_to(to: &str) -> Outgoing {
    let text = "Acme: 042617\n.\n..two dots\n".into();
    let mail = Mail { subject: "Acme: your login code".into(), text, html: "<p>042617</p>".into() };
    let content = Content::Mail { to: to.parse().unwrap(), mail };
    Outgoing {
        reference: Uuid::nil(),
        now: Timestamp::UNIX_EPOCH,
        code: None,
        receipt_url: None,
        sender: None,
        content,
    }
}

fn provider(port: u16, security: &str) -> Smtp {
    let login = json!({
        "host": "127.0.0.1", "port": port, "security": security, "username": "countersign", "password": "hunter2",
    });
    Smtp::new(settings(&login)).unwrap()
}

#[tokio::test]
async fn a_mail_is_one_conversation() {
    let (port, told) = server(&[]).await;
    provider(port, "none").send(&mail_to("ann@example.com")).await.unwrap();
    let told = told.await.unwrap();
    let commands =
        ["EHLO ", "AUTH PLAIN ", "MAIL FROM:<login@example.com>", "RCPT TO:<ann@example.com>", "DATA", "QUIT"];
    for command in commands {
        assert_eq!(told.lines().filter(|line| line.starts_with(command)).count(), 1, "{command} in {told}");
    }
    assert_eq!(told.matches("\r\n.\r\n").count(), 1, "{told}");
    assert!(told.contains("Acme: 042617\r\n..\r\n...two dots\r\n"), "{told}");
}

#[tokio::test]
async fn every_refusal_is_sorted_by_its_step() {
    let cases: [(Script, Action, &str); 14] = [
        (&[("greeting", "421 4.3.2 busy")], Action::Retry, "421 4.3.2"),
        (&[("greeting", "554 no")], Action::Stop, "554"),
        (&[("greeting", "")], Action::Retry, "no-connection"),
        (&[("EHLO", "250 mail.example.com")], Action::Stop, "no-auth"),
        (&[("AUTH", "454 4.7.0 later")], Action::Retry, "454 4.7.0"),
        (&[("AUTH", "535 5.7.8 no")], Action::Stop, "535 5.7.8"),
        (&[("AUTH", "250 slipped in")], Action::Retry, "out-of-step"),
        (&[("MAIL", "550 5.7.1 not your address")], Action::Stop, "550 5.7.1"),
        (&[("RCPT", "451 4.7.1 greylisted ann@example.com")], Action::Retry, "451 4.7.1"),
        (&[("RCPT", "550 5.1.1 ann@example.com unknown")], Action::GiveUp, "550 5.1.1"),
        (&[("DATA", "250 slipped in")], Action::Retry, "out-of-step"),
        (&[("DATA", "")], Action::Retry, "broken-answer"),
        (&[(".", "554 spam: 042617")], Action::GiveUp, "554"),
        (&[(".", "")], Action::RetryOnce, "broken-answer"),
    ];
    for (changes, action, code) in cases {
        let (port, told) = server(changes).await;
        let refusal = provider(port, "none").send(&mail_to("ann@example.com")).await.unwrap_err();
        assert_eq!((refusal.action, refusal.code.as_str()), (action, code), "{changes:?}");
        assert!(!format!("{refusal:?}").contains("ann@") && !format!("{refusal:?}").contains("042617"), "{refusal:?}");
        let sent = told.await.unwrap().contains("042617");
        assert_eq!(sent, changes.iter().any(|(at, _)| *at == "."), "{changes:?}");
    }
}

#[tokio::test]
async fn k_06_without_encryption_nothing_is_said() {
    let cases: [(Script, &str); 3] = [
        (&[], "no-starttls"),
        (
            &[("EHLO", "250-mail.example.com\r\n250-AUTH PLAIN\r\n250 STARTTLS"), ("STAR", "220 go\r\n250 slipped in")],
            "no-tls",
        ),
        (&[("EHLO", "250-mail.example.com\r\n250 STARTTLS"), ("STAR", "454 4.7.0 not now")], "454 4.7.0"),
    ];
    for (changes, code) in cases {
        let (port, told) = server(changes).await;
        let refusal = provider(port, "starttls").send(&mail_to("ann@example.com")).await.unwrap_err();
        assert_eq!((refusal.action, refusal.code.as_str()), (Action::Retry, code));
        let told = told.await.unwrap();
        assert!(!told.contains("AUTH") && !told.contains("MAIL") && !told.contains("042617"), "{told}");
    }
}

#[tokio::test]
async fn a_check_logs_in_and_sends_nothing() {
    let (port, told) = server(&[]).await;
    let health = provider(port, "none").check().await.unwrap();
    assert_eq!(health.facts.iter().map(|fact| fact.name).collect::<Vec<_>>(), ["server", "encryption", "sender"]);
    let told = told.await.unwrap();
    assert!(told.contains("AUTH PLAIN") && told.contains("NOOP") && !told.contains("MAIL"), "{told}");
}
