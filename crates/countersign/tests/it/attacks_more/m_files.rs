//! M-10, M-11, M-13: what is on the disk, in the repository and in the configuration.

use std::fs;

use super::program::{Installation, PASSWORD, err, program, set_mode};
use crate::people::ANA;
use crate::tidy::files::{Faults, File, files_below, numbered, root};
use crate::world::{Setup, story};

#[test]
fn m10_a_key_that_others_can_read_is_refused_and_a_readable_configuration_warned_of() {
    let installation = Installation::new();
    let key = installation.path("countersign.key");
    for mode in [0o644, 0o604, 0o660, 0o666, 0o620] {
        set_mode(&key, mode);
        let said = installation.run(&["serve"]);
        assert!(!said.status.success(), "{mode:o}");
        assert!(err(&said).contains("chmod 600"), "{}", err(&said));
    }
    set_mode(&key, 0o600);
    set_mode(&installation.path("countersign.toml"), 0o644);
    let log = installation.serve(&[]).stops();
    assert!(log.contains("chmod 640") && log.contains("WARN"), "{log}");
    set_mode(&installation.path("countersign.toml"), 0o640);
    let log = installation.serve(&[]).stops();
    assert!(!log.contains("chmod"), "{log}");
}

#[test]
fn m10_the_service_unit_lets_no_memory_be_dumped() {
    let guide = fs::read_to_string(root().join("docs/guide/install.md")).unwrap();
    let unit = guide.split("[Service]").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    for line in ["LimitCORE=0", "UMask=0077", "NoNewPrivileges=yes", "ProtectProc=invisible"] {
        assert!(unit.lines().any(|found| found == line), "{line} is not in {unit}");
    }
}

/// How keys and credentials begin, each put together here, so that this file does not hold one.
const KEYS: &[&str] = &[
    concat!("-----BEGIN ", "PRIVATE KEY"),
    concat!("-----BEGIN ", "RSA PRIVATE KEY"),
    concat!("-----BEGIN ", "EC PRIVATE KEY"),
    concat!("-----BEGIN ", "OPENSSH PRIVATE KEY"),
    concat!("-----BEGIN ", "ENCRYPTED PRIVATE KEY"),
    concat!("-----BEGIN ", "CERTIFICATE"),
    concat!("AKIA", "IOSFODNN7"),
    concat!("xox", "b-"),
    concat!("ghp", "_"),
];

#[test]
fn m11_no_key_no_certificate_and_no_password_is_in_the_repository() {
    let mut faults = Faults::default();
    for file in files_below("", "") {
        for (number, line) in numbered(&file.text) {
            if KEYS.iter().any(|key| line.contains(key)) || holds_master_key(line) {
                faults.add(&file.path, number, "a key in the repository");
            }
        }
        check_name(&file, &mut faults);
    }
    faults.assert_none();
}

/// A master key as a key file holds it: the prefix and 43 letters.
fn holds_master_key(line: &str) -> bool {
    let rest = line.split("countersign-key-v1:").nth(1);
    let is_key = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    rest.is_some_and(|rest| rest.chars().take_while(is_key).count() >= 43)
}

fn check_name(file: &File, faults: &mut Faults) {
    let ending = file.path.rsplit('.').next().unwrap_or_default();
    if ["key", "pem", "p12", "pfx", "jks", "der", "env"].contains(&ending) {
        faults.add(&file.path, 1, "a file that is named like a key");
    }
}

#[test]
fn m11_the_set_up_happens_once() {
    let installation = Installation::new();
    let key = fs::read(installation.path("countersign.key")).unwrap();
    let disabled = installation.run(&["account", "disable", "internal", "ada"]);
    assert!(disabled.status.success(), "{}", err(&disabled));
    // Without an administrator, and without the file that says there was one.
    for gone in [None, Some("countersign.toml"), Some("countersign.key")] {
        if let Some(gone) = gone {
            fs::remove_file(installation.path(gone)).unwrap();
        }
        let again = installation.init();
        assert_eq!(again.status.code(), Some(1), "{gone:?}");
        assert!(err(&again).contains("exists already"), "{}", err(&again));
        if gone != Some("countersign.key") {
            assert_eq!(fs::read(installation.path("countersign.key")).unwrap(), key);
        }
    }
}

story!(m11_there_is_no_account_and_no_set_up_page_from_the_start, Setup::new(), |world| {
    let mut eve = world.browser();
    for path in ["/setup", "/init", "/install", "/first-run", "/register", "/admin", "/if/flow/initial-setup/"] {
        eve.opens(path).await;
        eve.has_status(404);
    }
    for name in ["admin", "administrator", "root", "countersign", "demo", "ana", "test"] {
        let mut eve = world.browser();
        for password in ["", "admin", "password", "changeme", "countersign", name, PASSWORD] {
            eve.opens("/login/internal").await;
            eve.submits("/login/internal", &[("identifier", name), ("password", password)]).await;
            eve.has_status(422);
        }
    }
    world.knows(ANA).await;
});

#[test]
fn m13_a_configuration_that_is_not_understood_is_no_configuration() {
    let installation = Installation::new();
    let path = installation.path("countersign.toml");
    let good = fs::read_to_string(&path).unwrap();
    let database = "database = \"sqlite:countersign.db\"";
    assert!(good.contains(database), "{good}");
    let with = |more: &str| format!("{good}\n{more}\n");
    let instead = |url: &str| good.replace(database, &format!("database = \"{url}\""));
    for (text, told) in [
        (with("[code]\ntrys = 5"), "code.tries"),
        (with("[code]\nlife = \"3m\""), "code.life"),
        (with("[code]\ntries = \"five\""), "code.tries"),
        (with("[lockout]\nfailures = 0"), "lockout.failures"),
        (with("[sesion]\nidle = \"30m\""), "session"),
        (with("[realms.internal.policy.local]\nmode = \"on\""), "mode"),
        (with("[code\nlife"), "countersign.toml"),
        (instead("mysql://localhost/countersign"), "server.database"),
        (instead("postgres://"), "server.database"),
        (instead("sqlite:"), "server.database"),
        (instead("countersign.db"), "server.database"),
        (instead(""), "server.database"),
    ] {
        fs::write(&path, &text).unwrap();
        set_mode(&path, 0o640);
        let said = installation.run(&["serve"]);
        assert_eq!(said.status.code(), Some(2), "{told}: {}", err(&said));
        assert!(err(&said).contains(told), "{told}: {}", err(&said));
    }
    fs::write(&path, &good).unwrap();
    for (variable, value) in [
        ("COUNTERSIGN__CODE__TRYS", "5"),
        ("COUNTERSIGN__CODE__LIFE", "3m"),
        ("COUNTERSIGN__SERVER__LISTEN", "everywhere"),
        ("COUNTERSIGN__SERVER__TRUSTED_PROXIES", "all"),
        ("COUNTERSIGN__SERVER__DATABASE", "postgresql//x"),
    ] {
        let said = installation.command(&["serve"]).env(variable, value).output().unwrap();
        assert_eq!(said.status.code(), Some(2), "{variable}: {}", err(&said));
    }
    // Without any configuration there is no default to start with.
    let empty = tempfile::tempdir().unwrap();
    let said = program().arg("serve").current_dir(empty.path()).output().unwrap();
    assert_eq!(said.status.code(), Some(2), "{}", err(&said));
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0, "nothing was made either");
}
