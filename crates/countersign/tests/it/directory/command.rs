//! `countersign directory`, run as the program itself.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{Section, change_openldap, variable};
use crate::commands::{Said, run};

/// A configuration with one directory or more, in a folder of its own.
struct Place(tempfile::TempDir);

impl Place {
    fn with(directories: &[(&str, Section)]) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let mut text = String::from(
            "[server]\npublic_url = \"https://login.example.com\"\ndatabase = \"sqlite:none.db\"\nkey_file = \"none.key\"\n",
        );
        for (name, section) in directories {
            write!(text, "[directories.{name}]\n{}", section.toml()).unwrap();
        }
        writeln!(text, "[realms.internal]\nsources = [\"local\", {:?}]", directories[0].0).unwrap();
        fs::write(place.0.path().join("countersign.toml"), text).unwrap();
        place
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.arg("directory").args(words).arg("--config").arg(self.0.path().join("countersign.toml"));
        command
    }

    fn run(&self, words: &[&str]) -> Said {
        run(&mut self.command(words))
    }

    fn with_password(&self, words: &[&str], password: &str) -> Said {
        let mut command = self.command(words);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
        Said::of(&child.wait_with_output().unwrap())
    }
}

#[test]
fn a_directory_is_tested_step_by_step() {
    for section in [Section::openldap(), Section::active_directory()] {
        let place = Place::with(&[("corp", section)]);
        let told = place.run(&["test"]).done();
        for step in
            ["ok      server ", "ok      service account:", "ok      base:", "ok      people:", "note    account:"]
        {
            assert!(told.contains(step), "{step}: {told}");
        }
        let words = ["test", "--directory", "corp", "--account", "ana", "--password-stdin"];
        let told = place.with_password(&words, &variable("DIRECTORY_PASSWORD")).done();
        for step in [
            "ok      account: exactly one entry",
            "e-mail: an••••@example.test; phone: +1 •••• 0123",
            "ok      standing:",
            "locks after 5 wrong passwords",
            "ok      password: it is right",
        ] {
            assert!(told.contains(step), "{step}: {told}");
        }
    }
}

#[test]
fn what_fails_is_told_with_what_to_do() {
    let place = |section: Section| Place::with(&[("corp", section)]);
    for (section, words, told, advice) in [
        (
            Section::openldap().set("servers", "[\"localhost:1\"]"),
            &["test"][..],
            "FAILED  server localhost:1: no connection",
            "check name and port",
        ),
        (
            Section::openldap().without("ca_file"),
            &["test"],
            "TLS: invalid peer certificate",
            "signed by the authority in ca_file",
        ),
        (
            Section::openldap().text("service_password", "x"),
            &["test"],
            "FAILED  service account:",
            "check service_account",
        ),
        (Section::openldap().text("base", "dc=exampel,dc=test"), &["test"], "FAILED  base:", "check its spelling"),
        (Section::openldap().text("filter", "(sn=nobody)"), &["test"], "FAILED  people:", "check `filter`"),
        (
            Section::openldap(),
            &["test", "--account", "twin"],
            "more than one entry",
            "take the attribute that is not unique",
        ),
        (Section::openldap(), &["test", "--account", "CORP\\ana"], "no entry has this name", "netbios_domain"),
    ] {
        let said = place(section).run(words);
        assert_eq!(said.code, 1, "{}", said.err);
        assert!(said.out.contains(told) && said.out.contains(advice), "{told}: {}", said.out);
        assert!(said.err.contains("step of the test failed"), "{}", said.err);
    }
    let said = place(Section::openldap())
        .with_password(&["test", "--account", "mia", "--password-stdin"], &variable("DIRECTORY_PASSWORD"));
    assert!(said.code == 1 && said.out.contains("it is right, but the password must be changed"), "{}", said.out);
}

#[test]
fn the_directories_are_listed_with_their_realms() {
    let place = Place::with(&[("corp", Section::openldap()), ("old", Section::openldap())]);
    let listed = place.run(&["list", "--json"]).json();
    assert_eq!(listed[0]["name"], "corp");
    assert_eq!(listed[0]["realms"][0], "internal");
    assert_eq!(listed[1]["realms"].as_array().unwrap().len(), 0);
    assert!(place.run(&["list"]).done().contains("internal"));
    place.run(&["test"]).refused(2, "there are several directories: say which with --directory NAME");
    place.run(&["test", "--directory", "new"]).refused(2, "there is no such directory");
}

/// Nothing of the entry, of a password, or of what the server explains is in what it prints (security.md J-13).
#[test]
fn j13_the_test_of_a_directory_shows_no_entry_and_no_credential() {
    change_openldap(
        "dn: uid=secretive,ou=people,dc=example,dc=test\nchangetype: add\nobjectClass: inetOrgPerson\nuid: secretive\n\
         cn: Secretive Person\nsn: Person\ndescription: likes figs\nmail: secretive@example.test\nmobile: +14165550155\n\
         userPassword: opensesame\n",
    );
    let place = Place::with(&[("corp", Section::openldap())]);
    for password in ["opensesame", "open barley"] {
        for json in [&[][..], &["--json"]] {
            let words = [&["test", "--account", "secretive", "--password-stdin"][..], json].concat();
            let said = place.with_password(&words, password);
            let all = format!("{}{}", said.out, said.err);
            for hidden in [
                password,
                &variable("DIRECTORY_PASSWORD"),
                "Secretive Person",
                "likes figs",
                "secretive@example",
                "4165550155",
                "ou=people",
                "cn=reader",
            ] {
                assert!(!all.contains(hidden), "{hidden}: {all}");
            }
            assert!(all.contains("password"), "{all}");
        }
    }
    // No option takes a password: other users of the machine could read it.
    place.run(&["test", "--account", "ana", "--password", "x"]).refused(2, "unexpected argument");
}
