//! Directories, and the realms that use them.

use std::fs;

use countersign_core::realm::{RealmName, SourceName};

use super::Case;

const CORP: &str = "[directories.corp]\nkind = \"active-directory\"\nservers = [\"dc1.corp.example.com\"]\n\
                    base = \"DC=corp,DC=example,DC=com\"\nservice_account = \"svc@corp.example.com\"\n";

#[test]
fn a_directory_is_read_and_a_realm_uses_it() {
    let case = Case::with(&format!(
        "[site]\ncountry = \"CA\"\n{CORP}service_password_file = \"ad.secret\"\nca_file = \"ca.pem\"\n\
         [realms.internal]\nsources = [\"local\", \"corp\"]\n[realms.internal.policy.corp]\nmode = \"required\"\n"
    ));
    fs::write(case.path().with_file_name("ad.secret"), "a password\n").unwrap();
    let config = case.load();
    let corp: SourceName = "corp".parse().unwrap();
    let directory = &config.directories[&corp];
    assert_eq!(directory.service_password.as_ref().unwrap().expose(), "a password");
    assert_eq!(directory.country.as_deref(), Some("CA"));
    assert!(directory.ca_file.as_ref().unwrap().is_absolute());
    assert_eq!(config.settings.sources(&RealmName::internal()), [SourceName::local(), corp.clone()]);
    assert_eq!(config.settings.sources(&RealmName::external()), [SourceName::local()]);
    let mode = |source| config.settings.policy(&RealmName::internal(), source).mode;
    assert_ne!(mode(&corp), mode(&SourceName::local()));
}

#[test]
fn what_is_wrong_with_a_directory_is_told_key_by_key() {
    Case::with("[directories.corp]\nkind = \"novell\"\nservers = [\"ldap://dc1\"]\nbase = \"\"\nbind_as = \"ana\"\n")
        .fails(&[
            "directories.corp.kind = \"novell\" (line 8); allowed: \"active-directory\", \"openldap\", \"other\"",
        ]);
    let rest = "service_password = \" \"\nfilter = \"uid=x\"\nconnect_timeout = \"1m\"\n";
    let text = format!("{CORP}{rest}[directories.corp.attributes]\nemail = [\"mail box\"]\n");
    Case::with(&text.replace("dc1.corp", "ldaps://dc1.corp")).fails(&[
        "directories.corp.servers = \"ldaps://dc1.corp.example.com\" (line 9); allowed: host or host:port, such as \"dc1.corp.example.com\"; no ldap:// before it",
        "directories.corp.service_password = empty (line 12); allowed: the password of service_account: without one it is nobody",
        "directories.corp.filter = \"uid=x\" (line 13); allowed: a search filter (RFC 4515), such as \"(objectClass=person)\"; the name is searched for besides it",
        "directories.corp.connect_timeout = \"1m\" (line 14); allowed: 100ms to 15s: a person waits for it",
        "directories.corp.attributes.email = \"mail box\" (line 16); allowed: 1 to 8 names of attributes, such as \"mail\"",
    ]);
    Case::with("[directories.local]\n[directories.Corp]\n").fails(&[
        "directories.local = \"local\" (line 7); allowed: another name: local is Countersign's own database",
        "directories.Corp = \"Corp\" (line 8); allowed: a name is 1 to 32 of a-z, 0-9 and '-', and starts with a letter",
    ]);
}

#[test]
fn who_asks_the_directory_is_never_left_open() {
    let open = "directories.corp.service_account = given, or not, in a way that leaves it open who asks";
    let openldap = CORP.replace("active-directory", "openldap");
    for (text, starts) in [
        (CORP.to_owned(), "directories.corp.service_password = not given"),
        (format!("{CORP}service_password = \"x\"\nbind_as = \"{{name}}\"\n"), open),
        (CORP.replace("service_account", "dns_domain"), open),
        (openldap.replace("service_account", "bind_as"), "directories.corp.bind_as = \"svc@corp.example.com\""),
    ] {
        let told = Case::with(&text).faults();
        assert!(told.len() == 1 && told[0].starts_with(starts), "{told:?}");
    }
}

#[test]
fn a_realm_has_only_sources_that_are_there() {
    Case::with("[realms.internal]\nsources = [\"local\", \"corp\", \"local\"]\n[realms.external]\nsources = []\n").fails(&[
        "realms.internal.sources = \"corp\" (line 8); allowed: a source that is there: local; add [directories.corp]",
        "realms.internal.sources = \"local\" (line 8); allowed: each source once",
        "realms.external.sources = \"0 sources\" (line 10); allowed: 1 to 4 sources, in the order in which they are asked",
    ]);
    Case::with("[realms.internal]\nsources = [\"Corp AD\"]\n").fails(&[
        "realms.internal.sources = \"Corp AD\" (line 8); allowed: a name is 1 to 32 of a-z, 0-9 and '-', and starts with a letter",
    ]);
}

#[test]
fn a_directory_that_no_realm_uses_is_worth_a_warning() {
    let told = Case::with(&format!("{CORP}service_password = \"x\"\n")).warnings();
    assert!(told.iter().any(|told| told.starts_with("directories.corp: no realm uses it")), "{told:?}");
}
