//! K. Injection: into mails, texts and the log.

use countersign::flow::Error;
use countersign::flow::account::{self, Person as NewPerson};
use countersign_core::role::Role;
use countersign_core::secret::Secret;

use super::at_the_destinations;
use super::program::Installation;
use crate::logs;
use crate::people::ANA;
use crate::world::{Setup, story};

/// What breaks a header, a mail or an SMTP dialogue in a less careful program.
const BREAKERS: &[&str] = &[
    "ana@example.com\r\nBcc: eve@example.com",
    "ana@example.com\nRCPT TO:<eve@example.com>",
    "ana@example.com\r\n.\r\nMAIL FROM:<eve@example.com>",
    "\"ana\r\n\"@example.com",
    "ana@example.com,eve@example.com",
    "ana@example.com> <eve@example.com",
    "Ana <ana@example.com>",
    "ana\u{0}@example.com",
    "-oQ/tmp@example.com",
    "-froot@localhost",
    "ana@exam\u{2028}ple.com",
    "ana@[127.0.0.1]\r\nBcc:x",
];

story!(k01_no_name_and_no_address_with_a_line_break_is_taken, Setup::required(), |world| {
    let person = |name: &str, email: &str, identifier: &str| NewPerson {
        realm: "internal".parse().unwrap(),
        identifiers: vec![identifier.to_owned()],
        name: name.to_owned(),
        email: Some(email.to_owned()),
        email_is_verified: true,
        phone: None,
        role: Role::User,
        second_factor: true,
    };
    let long = "y".repeat(10_000);
    for text in BREAKERS.iter().copied().chain([long.as_str()]) {
        let people = [person("Eve", text, "eve"), person(&format!("{text}\r\nX: y"), "eve@example.com", "eve")];
        for person in people {
            let refused = account::add(&world.app, &person, &Secret::new("violet otter 77")).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{person:?}");
        }
    }
});

// A leading dot ends a mail and a bracket ends an address, where either is put together from text. The configuration
// refuses such a name, so here it gets past it.
story!(
    k01_whatever_the_site_is_called_a_code_is_one_mail_to_one_person,
    Setup::required().change(|parts| {
        ". <eve@example.com>, \"Bcc: eve@example.com; {$code}\\".clone_into(&mut parts.config.settings.site.name);
    }),
    |world| {
        world.knows(ANA).await;
        let (mut ana, code) = world.at_the_code_page(ANA).await;
        let mails = world.mail().received();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].to, "ana.torres@example.com");
        assert_eq!(mails[0].header("To").as_deref(), Some("ana.torres@example.com"));
        assert_eq!((mails[0].header("Bcc"), mails[0].header("Cc")), (None, None));
        assert!(mails[0].header("From").unwrap().ends_with("<login@example.com>"));
        ana.enters(&code).await;
        ana.is_signed_in();
    }
);

/// A site's name that would be a program in any of the languages our pages and messages are written with.
const PROGRAM: &str = "{{ 7*7 }} {% include \"/etc/hostname\" %} { $code } {\"x\"} ${7*7} <b>x</b>";

// There are no templates that an administrator edits yet; these are the texts that can be set, past what the configuration
// refuses.
story!(
    k02_the_texts_of_an_administrator_are_shown_and_never_run,
    Setup::required().set("site.contact", PROGRAM).set("realms.internal.title", PROGRAM).change(|parts| {
        PROGRAM.clone_into(&mut parts.config.settings.site.name);
    }),
    |world| {
        world.knows(ANA).await;
        let mut ana = world.browser();
        ana.opens("/login/internal").await;
        for part in ["{{ 7*7 }}", "{% include", "{ $code }", "${7*7}", "<b>x</b>"] {
            ana.sees(part);
        }
        assert!(!ana.page().body.contains("<b>x"), "it is text, and no markup");
        ana.signs_in(ANA).await;
        ana.chooses("sms").await;
        let sms = world.clicksend().next().await;
        assert_eq!(
            sms.body.matches(sms.code()).count(),
            2,
            "once for the person and once for the browser: {}",
            sms.body
        );
        assert_eq!(sms.body.lines().count(), 2, "{}", sms.body);
        let code = sms.code().to_owned();
        ana.enters(&code).await;
        ana.is_signed_in();
    }
);

/// Line breaks, terminal codes and marks that turn the text around, and what would end a JSON string.
const FORGERIES: &[&str] = &[
    "ana\r\nERROR countersign: forged",
    "ana\nERROR countersign: forged",
    "ana\u{1b}[2J\u{1b}[1;1HERROR forged",
    "ana\u{9b}2J",
    "ana\u{2028}ERROR forged",
    "ana\u{202e}degrof",
    "ana\",\"level\":\"ERROR\",\"forged\":\"",
    "ana\u{0}\u{8}\u{7f}",
];

story!(k03_what_is_typed_cannot_write_a_line_of_the_log, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut eve = world.browser();
    for forgery in FORGERIES {
        eve.opens("/login/internal").await;
        eve.submits("/login/internal", &[("identifier", forgery), ("password", forgery)]).await;
        eve.has_status(422);
        let path: String = url::form_urlencoded::byte_serialize(forgery.as_bytes()).collect();
        eve.opens(&format!("/login/{path}")).await;
        eve.opens(&format!("/login?return_to={path}&notice={path}")).await;
    }
    let mut ana = at_the_destinations(world, ANA).await;
    ana.submits("/login/destination", &[("destination", FORGERIES[0])]).await;
    for line in logs::heard() {
        assert!(!line.starts_with("ERROR"), "{line}");
        assert!(line.chars().all(|letter| !letter.is_control() && !"\u{2028}\u{202e}".contains(letter)), "{line:?}");
    }
});

#[test]
fn k03_every_line_of_the_json_log_is_one_object() {
    let installation = Installation::new();
    let mut service = installation.serve(&[("COUNTERSIGN__LOG__FORMAT", "json"), ("COUNTERSIGN__LOG__LEVEL", "trace")]);
    for forgery in FORGERIES {
        let typed: String = url::form_urlencoded::byte_serialize(forgery.as_bytes()).collect();
        let header: String = forgery.chars().filter(|letter| !"\r\n\0".contains(*letter)).collect();
        let request = format!(
            "GET /login/{typed}?return_to={typed} HTTP/1.1\r\nHost: x\r\nUser-Agent: {header}\r\n\
             X-Forwarded-For: {header}\r\nConnection: close\r\n\r\n"
        );
        service.asks(request.as_bytes());
    }
    let log = service.stops();
    assert!(log.lines().count() > FORGERIES.len(), "{log}");
    for line in log.lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        assert!(object["level"] != "ERROR" && object.get("forged").is_none(), "{line}");
    }
}
