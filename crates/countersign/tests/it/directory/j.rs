//! Attacks on and by way of a directory (security.md, family J), as far as the client alone stands against them.

use std::sync::Arc;

use countersign::directory::ldap::Ldap;
use countersign::directory::{Answer, LookUp};
use countersign_core::secret::Secret;
use tokio::task::JoinSet;

use super::stand_in::{Asked, Behaviour, StandIn, element, entry, entry_with, message_of, outcome, referral};
use super::{Section, found, login, looked, said, variable};

#[tokio::test]
async fn j01_an_empty_password_never_reaches_the_wire() {
    // It says yes to everything, as servers do to a bind without a password.
    let server = StandIn::start(Behaviour::default()).await;
    let direct = server.section().direct("uid={name},dc=example,dc=test").build();
    let searching = server.section().build();
    let ana = found(&searching, "ana").await;
    let connections = server.connections();
    for password in ["", " ", "\t \n", "\u{3000}", "\0", "\0secret", "secret\0"] {
        let password = Secret::new(password);
        assert!(!Ldap::could_be_password(&password));
        assert_eq!(said(&direct.prove("ana", None, &password).await), "wrong");
        assert_eq!(said(&searching.prove("ana", None, &password).await), "wrong");
        assert_eq!(said(&searching.prove("ana", Some(&ana), &password).await), "wrong");
    }
    for name in ["", " ", "\0", "a\0b", "a\nb"] {
        assert_eq!(said(&direct.prove(name, None, &Secret::new("a password")).await), "wrong", "{name:?}");
        assert_eq!(looked(&searching.look_up(name).await), "nobody", "{name:?}");
    }
    assert_eq!(server.connections(), connections);
    // The same server lets a real one in, so it was asked nothing because of the password.
    assert_eq!(said(&searching.prove("ana", Some(&ana), &Secret::new("a password")).await), "right");
}

#[tokio::test]
async fn j01_an_entry_without_a_name_is_never_bound_as() {
    let server =
        StandIn::start(Behaviour { to_search: vec![entry(""), outcome(0x65, 0)], ..Behaviour::default() }).await;
    let directory = server.section().build();
    let ana = found(&directory, "ana").await;
    let asked = server.asked();
    assert_eq!(said(&directory.prove("ana", Some(&ana), &Secret::new("a password")).await), "wrong");
    assert_eq!(server.asked(), asked);
}

#[tokio::test]
async fn j02_a_name_that_is_a_filter_is_only_a_name() {
    let password = variable("DIRECTORY_PASSWORD");
    for directory in [Section::openldap().build(), Section::active_directory().build()] {
        for name in
            ["*", "an*", "ana)(|(uid=*", "a\\6ea", "\\61na", "ana)(objectClass=*)", "(uid=ana)", "&", "an\u{3b1}"]
        {
            assert_eq!(looked(&directory.look_up(name).await), "nobody", "{name:?}");
            assert_eq!(said(&login(&directory, name, &password).await), "wrong", "{name:?}");
        }
    }
}

#[tokio::test]
async fn j02_more_than_one_match_is_none() {
    // Also from a server that does not keep to the limit it was given.
    let many: Vec<Vec<u8>> = (0..50).map(|at| entry(&format!("uid=ana{at},dc=example"))).collect();
    let server = StandIn::start(Behaviour { to_search: many, ..Behaviour::default() }).await;
    let directory = server.section().build();
    assert_eq!(looked(&directory.look_up("ana").await), "ambiguous");
    assert_eq!(said(&login(&directory, "ana", "a password").await), "wrong");
    assert!(!server.asked().is_empty());
}

#[tokio::test]
async fn j03_a_name_that_is_part_of_a_dn_is_only_a_name() {
    let password = variable("DIRECTORY_PASSWORD");
    let directory = Section::openldap().direct("uid={name},ou=people,dc=example,dc=test").build();
    for name in ["ana,ou=people", "x+uid=ana", "ana\\", "#616e61", "ana,ou=people,dc=example,dc=test", "\"ana\""] {
        assert_eq!(said(&login(&directory, name, &password).await), "wrong", "{name:?}");
    }
    // The service account's own name cannot be reached from within the template.
    assert_eq!(said(&login(&directory, "x,cn=reader", &password).await), "wrong");
    assert_eq!(said(&login(&directory, "ana", &password).await), "right");
}

#[tokio::test]
async fn j04_a_referral_is_not_followed_and_no_password_goes_after_it() {
    let evil = StandIn::start(Behaviour::default()).await;
    let url = format!("ldaps://localhost:{}/dc=example,dc=test", evil.port());
    let reference = element(0x73, &element(4, url.as_bytes()));
    // A bind, a search, and a search with continuation references only.
    for behaviour in [
        Behaviour { to_bind: referral(0x61, &url), ..Behaviour::default() },
        Behaviour { to_search: vec![referral(0x65, &url)], ..Behaviour::default() },
        Behaviour { to_search: vec![reference.clone(), reference, outcome(0x65, 0)], ..Behaviour::default() },
    ] {
        let server = StandIn::start(behaviour).await;
        let looked_up = server.section().build().look_up("ana").await;
        assert!(matches!(looked_up, LookUp::Nobody | LookUp::Unavailable(_)), "{}", looked(&looked_up));
        let direct = server.section().direct("uid={name},dc=example,dc=test").build();
        let answer = direct.prove("ana", None, &Secret::new("a password")).await;
        assert!(!matches!(answer, Answer::Right(_)), "{}", said(&answer));
        assert!(server.asked().contains(&Asked::Bind));
    }
    assert_eq!(evil.connections(), 0);
}

#[tokio::test]
async fn j08_a_right_password_without_a_readable_entry_lets_nobody_in() {
    let nameless = entry_with("uid=ana,dc=example,dc=test", &[("uid", &[b"ana"])]);
    for to_search in
        [vec![outcome(0x65, 0)], vec![outcome(0x65, 50)], vec![outcome(0x65, 80)], vec![nameless, outcome(0x65, 0)]]
    {
        let server = StandIn::start(Behaviour { to_search, ..Behaviour::default() }).await;
        let direct = server.section().direct("uid={name},dc=example,dc=test").build();
        let answer = direct.prove("ana", None, &Secret::new("a password")).await;
        assert!(matches!(answer, Answer::Refused(_, None) | Answer::Unavailable(_)), "{}", said(&answer));
    }
}

/// Two hundred logins at a server that never answers: as many as may wait do, everybody else is told at once, and after
/// that the server is left alone.
#[tokio::test]
async fn j09_a_server_that_hangs_is_waited_for_by_few_and_then_by_nobody() {
    let server = StandIn::start(Behaviour { hangs: true, ..Behaviour::default() }).await;
    let section = server.section().set("connections", "4").text("answer_timeout", "300ms");
    let (directory, _) = section.client();
    let directory = Arc::new(directory);
    let mut logins = JoinSet::new();
    for _ in 0..200 {
        let directory = Arc::clone(&directory);
        logins.spawn(async move { looked(&directory.look_up("ana").await) });
    }
    let told = logins.join_all().await;
    let count = |words: &str| told.iter().filter(|told| told.contains(words)).count();
    assert_eq!(count("as many questions are under way"), 196, "{told:?}");
    assert_eq!(count("no answer within 1 seconds"), 4, "{told:?}");
    assert!(looked(&directory.look_up("ana").await).contains("every server failed a moment ago"));
    assert_eq!(server.connections(), 4);
}

#[tokio::test]
async fn j12_answers_that_are_no_answers_stop_nothing() {
    let mut deep = element(4, b"");
    for _ in 0..10_000 {
        deep = element(0x30, &deep);
    }
    let huge = [&[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff][..], &[0; 64]].concat();
    for (what, raw) in [
        ("not LDAP", b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
        ("an indefinite length", vec![0x30, 0x80, 2, 1, 1, 0, 0]),
        ("a length of 127 bytes", [&[0x30, 0xff][..], &[1; 127]].concat()),
        ("two gigabytes", huge),
        ("nothing in it", vec![0x30, 0]),
        ("no operation", element(0x30, &[2, 1, 1])),
        ("an unknown operation", message_of(1, &[0x7e, 0])),
        ("another question's", message_of(99, &outcome(0x61, 0))),
        ("a bind that is the end of a search", message_of(1, &outcome(0x65, 0))),
        ("the notice of disconnection", message_of(0, &outcome(0x78, 52))),
        ("a structure in a structure, 10,000 times", message_of(1, &deep)),
        ("a negative number", element(0x30, &[2, 1, 0xff, 0x61, 7, 10, 1, 0, 4, 0, 4, 0])),
    ] {
        let server = StandIn::start(Behaviour { raw: Some(raw), ..Behaviour::default() }).await;
        let directory = server.section().text("answer_timeout", "2s").build();
        let told = looked(&directory.look_up("ana").await);
        assert!(
            told.starts_with("unavailable: the answer cannot be read") || told.contains("the server ended it"),
            "{what}: {told}"
        );
    }
}

#[tokio::test]
async fn j12_large_and_binary_attributes_are_taken_or_left() {
    let groups: Vec<Vec<u8>> = (0..3000).map(|at| format!("cn=group {at},ou=groups,dc=example").into_bytes()).collect();
    let groups: Vec<&[u8]> = groups.iter().map(Vec::as_slice).collect();
    let attributes: &[(&str, &[&[u8]])] = &[
        ("entryUUID", &[b"0ab1c2d3-0000-4000-8000-000000000001"]),
        ("uid", &[b"\xff\xfe\x00", b"ana"]),
        ("memberOf", &groups),
        ("displayName", &[b"\x1b[2J", &[b'x'; 5000]]),
        ("mail", &[b"\xff@example.test"]),
    ];
    let to_search = vec![entry_with("uid=ana,dc=example,dc=test", attributes), outcome(0x65, 0)];
    let server = StandIn::start(Behaviour { to_search, ..Behaviour::default() }).await;
    let ana = found(&server.section().build(), "ana").await.person;
    assert_eq!(ana.names, ["ana"]);
    assert_eq!(ana.groups.len(), 1000);
    assert_eq!(ana.display_name.unwrap().len(), 120);
    assert!(ana.email.is_none());
    // More than a mebibyte is not read at all.
    let blob = vec![7; 1024 * 1024];
    let to_search = vec![entry_with("uid=ana", &[("uid", &[&blob])])];
    let server = StandIn::start(Behaviour { to_search, ..Behaviour::default() }).await;
    assert!(looked(&server.section().build().look_up("ana").await).contains("larger than 1 MiB"));
}

/// Active Directory binds by several names, so a bind that succeeds may be that of somebody whose principal name looks like
/// another's short name. Who bound is asked of the server, and must be the entry that was found.
#[tokio::test]
async fn j06_a_bind_as_one_person_is_never_a_login_as_another() {
    for (groups, expected) in [
        (&[&b"sid-of-a-group"[..], b"sid-of-ana"][..], "right"),
        (&[b"sid-of-a-group", b"sid-of-mallory"], "unavailable: the entry has no objectSid"),
        (&[], "unavailable: the entry has no objectSid"),
    ] {
        let attributes: &[(&str, &[&[u8]])] = &[
            ("objectGUID", &[b"0123456789abcdef"]),
            ("objectSid", &[b"sid-of-ana"]),
            ("sAMAccountName", &[b"ana"]),
            ("tokenGroups", groups),
        ];
        let to_search = vec![entry_with("CN=Ana,DC=corp", attributes), outcome(0x65, 0)];
        let server = StandIn::start(Behaviour { to_search, ..Behaviour::default() }).await;
        let section = server.section().text("kind", "active-directory").direct("CORP\\{name}");
        let answer = section.build().prove("ana", None, &Secret::new("a password")).await;
        assert!(said(&answer).starts_with(expected), "{groups:?}: {}", said(&answer));
    }
}
