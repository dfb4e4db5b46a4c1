//! The connection is private and with the right server, or there is none (security.md J-05).

use super::stand_in::{Asked, Behaviour, StandIn};
use super::{Section, fault, login, said, tls_file, variable};

/// OpenLDAP by StartTLS.
fn by_starttls() -> Section {
    Section::openldap()
        .text("security", "starttls")
        .set("servers", &format!("[\"localhost:{}\"]", variable("LDAP_PORT")))
}

#[tokio::test]
async fn both_ways_to_encrypt_serve_with_a_private_authority() {
    let password = variable("DIRECTORY_PASSWORD");
    for section in [Section::openldap(), by_starttls()] {
        assert_eq!(said(&login(&section.build(), "ana", &password).await), "right");
    }
}

#[tokio::test]
async fn j05_another_authority_another_name_or_an_expired_certificate_is_refused() {
    for section in [Section::openldap(), by_starttls()] {
        let stranger = section.clone().text("ca_file", &tls_file("other-ca.pem"));
        let told = fault(&stranger.build(), "ana").await.to_string();
        assert!(told.starts_with("TLS: invalid peer certificate"), "{told}");
        // The operating system has never heard of the authority.
        let told = fault(&section.clone().without("ca_file").build(), "ana").await.to_string();
        assert!(told.starts_with("TLS: invalid peer certificate"), "{told}");
        // The certificate is for localhost.
        let numbers = section.toml().replace("localhost", "127.0.0.1");
        let port = numbers.split("127.0.0.1:").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let elsewhere = section.set("servers", &format!("[\"127.0.0.1:{port}\"]"));
        let told = fault(&elsewhere.build(), "ana").await.to_string();
        assert!(told.starts_with("TLS: invalid peer certificate"), "{told}");
    }
    let expired = StandIn::start(Behaviour { certificate: "expired", ..Behaviour::default() }).await;
    let told = fault(&expired.section().build(), "ana").await.to_string();
    assert!(told.contains("expired"), "{told}");
    assert_eq!(expired.asked(), []);
}

#[tokio::test]
async fn j05_a_server_without_starttls_gets_no_name_and_no_password() {
    let stripped = StandIn::start(Behaviour { plain: true, ..Behaviour::default() }).await;
    let section = stripped.section().text("security", "starttls");
    let told = fault(&section.build(), "ana").await.to_string();
    assert!(told.contains("refused StartTLS"), "{told}");
    assert_eq!(stripped.asked(), [Asked::Other]);
    let direct = stripped.section().text("security", "starttls").direct("uid={name},dc=example,dc=test");
    assert!(said(&login(&direct.build(), "ana", "a password").await).contains("refused StartTLS"));
    assert_eq!(stripped.asked(), [Asked::Other, Asked::Other]);
}

/// What was put in behind the answer to StartTLS, before TLS began, is never taken for the server's.
#[tokio::test]
async fn j05_nothing_said_before_the_encryption_counts_after_it() {
    let injected = StandIn::start(Behaviour { plain: true, injects: true, ..Behaviour::default() }).await;
    let section = injected.section().text("security", "starttls");
    let told = fault(&section.build(), "ana").await.to_string();
    assert!(told.starts_with("TLS: ") || told.starts_with("no connection"), "{told}");
    assert_eq!(injected.asked(), [Asked::Other]);
}
