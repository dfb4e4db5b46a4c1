//! The client of directories against a real OpenLDAP and a real Samba domain controller (`scripts/directory-services`),
//! and against a stand-in where a fault is wanted that neither would make.

mod active_directory;
mod command;
mod j;
mod openldap;
mod stand_in;
mod standing;
mod tls;

use std::process::{Command, Stdio};

use countersign::clock::Clock;
use countersign::directory::ldap::Ldap;
use countersign::directory::ldap::settings::DirectorySettings;
use countersign::directory::{Answer, Fault, Found, LookUp};
use countersign_core::secret::Secret;
use jiff::Timestamp;

/// A variable that `scripts/with-services` sets.
#[expect(clippy::disallowed_methods, reason = "the tests have no configuration file")]
pub(crate) fn variable(name: &str) -> String {
    let name = format!("COUNTERSIGN_TEST_{name}");
    // A missing server fails the test: a login that was skipped is no login.
    std::env::var(&name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `make test`, which starts the directories (Samba only as root)")
    })
}

/// The password of everybody in both directories.
pub(crate) fn password() -> Secret {
    Secret::new(variable("DIRECTORY_PASSWORD"))
}

/// A file of the run's certificates.
pub(crate) fn tls_file(name: &str) -> String {
    format!("{}/{name}", variable("DIRECTORY_TLS"))
}

/// The settings of a directory, as lines of its section.
#[derive(Clone)]
pub(crate) struct Section(Vec<(String, String)>);

impl Section {
    /// OpenLDAP by LDAPS, asked by its service account.
    pub(crate) fn openldap() -> Self {
        Self(Vec::new())
            .text("kind", "openldap")
            .set("servers", &format!("[\"localhost:{}\"]", variable("LDAPS_PORT")))
            .text("ca_file", &tls_file("ca.pem"))
            .text("base", "dc=example,dc=test")
            .text("service_account", "cn=reader,dc=example,dc=test")
            .text("service_password", password().expose())
            .text("password_policy", "cn=default,ou=policies,dc=example,dc=test")
            .text("country", "CA")
    }

    /// Samba by LDAPS, asked by its service account.
    pub(crate) fn active_directory() -> Self {
        Self(Vec::new())
            .text("kind", "active-directory")
            .set("servers", &format!("[{:?}]", variable("AD_HOST")))
            .text("ca_file", &tls_file("ca.pem"))
            .text("base", "DC=corp,DC=example,DC=test")
            .text("service_account", "svc-countersign@corp.example.test")
            .text("service_password", password().expose())
            .text("netbios_domain", "CORP")
            .text("dns_domain", "corp.example.test")
            .text("country", "CA")
    }

    /// Instead of the service account, each person binds themselves.
    pub(crate) fn direct(self, template: &str) -> Self {
        self.without("service_account").without("service_password").text("bind_as", template)
    }

    pub(crate) fn text(self, key: &str, value: &str) -> Self {
        self.set(key, &format!("{value:?}"))
    }

    /// Sets a key to a value of TOML.
    pub(crate) fn set(self, key: &str, value: &str) -> Self {
        let mut section = self.without(key);
        section.0.push((key.to_owned(), value.to_owned()));
        section
    }

    pub(crate) fn without(mut self, key: &str) -> Self {
        self.0.retain(|(known, _)| known != key);
        self
    }

    /// The section as it stands in a file.
    pub(crate) fn toml(&self) -> String {
        self.0.iter().map(|(key, value)| format!("{key} = {value}\n")).collect()
    }

    /// The client, with a clock that moves when a test moves it. It begins today: the servers have the real time.
    pub(crate) fn client(&self) -> (Ldap, Clock) {
        let clock = Clock::manual(now());
        let settings: DirectorySettings = toml::from_str(&self.toml()).unwrap();
        (Ldap::new("corp".parse().unwrap(), settings, clock.clone()).unwrap(), clock)
    }

    pub(crate) fn build(&self) -> Ldap {
        self.client().0
    }
}

/// The real time.
#[expect(clippy::disallowed_methods, reason = "the real servers have no other")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// The person with this name; a story that needs one cannot go on without.
pub(crate) async fn found(directory: &Ldap, name: &str) -> Found {
    match directory.look_up(name).await {
        LookUp::Found(found) => *found,
        other => panic!("{name}: {}", looked(&other)),
    }
}

/// What a search came to, in a word.
pub(crate) fn looked(look_up: &LookUp) -> String {
    match look_up {
        LookUp::Ambiguous => "ambiguous".to_owned(),
        LookUp::Found(_) => "found".to_owned(),
        LookUp::NeedsBind => "needs a bind".to_owned(),
        LookUp::Nobody => "nobody".to_owned(),
        LookUp::Unavailable(fault) => format!("unavailable: {fault}"),
    }
}

/// What a bind came to, in a word.
pub(crate) fn said(answer: &Answer) -> String {
    match answer {
        Answer::Locked => "locked".to_owned(),
        Answer::Refused(standing, _) => format!("refused: {standing:?}"),
        Answer::Right(_) => "right".to_owned(),
        Answer::Unavailable(fault) => format!("unavailable: {fault}"),
        Answer::Wrong => "wrong".to_owned(),
    }
}

/// The whole login: looked up where that is possible, then proved.
pub(crate) async fn login(directory: &Ldap, name: &str, password: &str) -> Answer {
    let found = match directory.look_up(name).await {
        LookUp::Found(found) => Some(found),
        _ => None,
    };
    directory.prove(name, found.as_deref(), &Secret::new(password)).await
}

/// Why a search could not be made.
pub(crate) async fn fault(directory: &Ldap, name: &str) -> Fault {
    match directory.look_up(name).await {
        LookUp::Unavailable(fault) => fault,
        other => panic!("{name}: {}", looked(&other)),
    }
}

/// Changes the directory as its administrator does: LDIF for `ldapmodify` (RFC 2849).
pub(crate) fn change(at: &str, administrator: &str, ldif: &str) {
    let mut command = Command::new("ldapmodify");
    command.args(["-H", at, "-x", "-D", administrator, "-w", password().expose()]);
    // It asks the name service what localhost is called, and the certificate does not carry that.
    command.env("LDAPTLS_REQCERT", "never").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), ldif.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Changes OpenLDAP.
pub(crate) fn change_openldap(ldif: &str) {
    change(&format!("ldaps://localhost:{}", variable("LDAPS_PORT")), "cn=admin,dc=example,dc=test", ldif);
}

/// Changes Active Directory.
pub(crate) fn change_active_directory(ldif: &str) {
    change(&format!("ldaps://{}", variable("AD_HOST")), "administrator@corp.example.test", ldif);
}
