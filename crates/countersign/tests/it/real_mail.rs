//! Mail through a real server (Debian's Exim): the message that arrives in the mailbox signs its reader in.

use std::sync::atomic::{AtomicU32, Ordering};

use countersign::store::messages::MessageState;

use crate::gateway::mail::Mail;
use crate::people::{ANA, Person};
use crate::world::{Setup, story, until};

/// A variable that `scripts/with-services` sets.
#[expect(clippy::disallowed_methods, reason = "the tests have no configuration file")]
fn variable(name: &str) -> String {
    let name = format!("COUNTERSIGN_TEST_{name}");
    // A missing server fails the test: a delivery that was skipped is no delivery.
    std::env::var(&name).unwrap_or_else(|_| panic!("{name} is not set: run `make test`, which starts a mail server"))
}

/// Mail goes through the server, with a user name and a password, over STARTTLS.
fn through_the_server() -> Setup {
    Setup::required()
        .without_mail()
        .set("providers.smtp.host", &variable("SMTP_HOST"))
        .set("providers.smtp.port", &variable("SMTP_PORT"))
        .set("providers.smtp.security", "starttls")
        .set("providers.smtp.username", &variable("SMTP_USERNAME"))
        .set("providers.smtp.password", &variable("SMTP_PASSWORD"))
        .set("providers.smtp.ca_file", &variable("SMTP_CA"))
        .set("providers.smtp.from", "Acme Login <login@example.com>")
}

/// Ana with a mailbox of her own: all stories share the server.
fn ana_with_a_mailbox() -> Person {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let address = format!("ana-{}-{number}@example.com", std::process::id());
    Person { email: Some(Box::leak(address.into_boxed_str())), ..ANA }
}

/// The mail in the mailbox of this address, if there is one.
fn delivered(to: &str) -> Option<Mail> {
    let folder = std::path::PathBuf::from(variable("MAILDIR")).join("new");
    let files = std::fs::read_dir(folder).unwrap().flatten();
    // A file may be on its way from `tmp` while it is read.
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    let mut ours = texts.filter(|text| text.contains(&format!("Envelope-to: {to}")));
    // The server writes lines as Unix does, and long ones came in pieces (RFC 2045, 6.7).
    ours.next().map(|text| Mail { to: to.to_owned(), text: text.replace("=\n", "").replace('\n', "\r\n") })
}

story!(the_code_in_the_mailbox_completes_the_login, through_the_server(), |world| {
    let person = ana_with_a_mailbox();
    world.knows(person).await;
    let mut ana = world.browser();
    ana.signs_in(person).await;
    ana.chooses("email").await;
    let mail = until("the mail is in the mailbox", async || delivered(person.email.unwrap())).await;
    assert_eq!(mail.header("Subject").as_deref(), Some("Acme: your login code"));
    assert_eq!(mail.header("From").as_deref(), Some("\"Acme Login\" <login@example.com>"));
    assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert!(mail.text.contains("Type it only at login.example.com."), "{}", mail.text);
    world.keeps_secret(&mail.code());
    ana.enters(&mail.code()).await;
    ana.is_signed_in();
});

story!(
    tls_from_the_first_byte_will_do_too,
    through_the_server().set("providers.smtp.security", "tls").set("providers.smtp.port", &variable("SMTPS_PORT")),
    |world| {
        let person = ana_with_a_mailbox();
        world.knows(person).await;
        let mut ana = world.browser();
        ana.signs_in(person).await;
        ana.chooses("email").await;
        let mail = until("the mail is in the mailbox", async || delivered(person.email.unwrap())).await;
        world.keeps_secret(&mail.code());
        ana.enters(&mail.code()).await;
        ana.is_signed_in();
    }
);

story!(
    k_06_a_server_that_cannot_prove_its_name_gets_nothing,
    through_the_server().set("providers.smtp.host", "127.0.0.1").leaving_messages(),
    |world| {
        let person = ana_with_a_mailbox();
        world.knows(person).await;
        let mut ana = world.browser();
        ana.signs_in(person).await;
        ana.chooses("email").await;
        let message = world.settled().await.remove(0);
        assert_eq!((message.state, message.outcome.as_deref()), (MessageState::Queued, Some("bad-certificate")));
        assert!(message.detail.unwrap().contains("nothing was sent"));
        assert!(delivered(person.email.unwrap()).is_none());
    }
);

story!(
    k_06_a_certificate_of_an_unknown_authority_is_not_trusted,
    through_the_server()
        .change(|parts| {
            parts.config.providers.smtp.as_mut().unwrap().ca_file = None;
        })
        .leaving_messages(),
    |world| {
        let person = ana_with_a_mailbox();
        world.knows(person).await;
        let mut ana = world.browser();
        ana.signs_in(person).await;
        ana.chooses("email").await;
        let message = world.settled().await.remove(0);
        assert_eq!((message.state, message.outcome.as_deref()), (MessageState::Queued, Some("bad-certificate")));
        assert!(delivered(person.email.unwrap()).is_none());
    }
);

story!(
    a_mailbox_that_does_not_exist_is_given_up_at_once,
    through_the_server().expecting("message given up"),
    |world| {
        let person = Person { email: Some("refused@example.com"), ..ANA };
        world.knows(person).await;
        let mut ana = world.browser();
        ana.signs_in(person).await;
        ana.chooses("email").await;
        let message = world.settled().await.remove(0);
        assert_eq!((message.state, message.attempts), (MessageState::Failed, 1));
    }
);

story!(a_mailbox_that_is_full_for_now_is_tried_again, through_the_server().leaving_messages(), |world| {
    let person = Person { email: Some("later@example.com"), ..ANA };
    world.knows(person).await;
    let mut ana = world.browser();
    ana.signs_in(person).await;
    ana.chooses("email").await;
    let message = world.settled().await.remove(0);
    assert_eq!((message.state, message.attempts), (MessageState::Queued, 1));
});
