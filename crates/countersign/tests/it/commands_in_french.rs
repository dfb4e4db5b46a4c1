//! Commands in the person's language: what a person reads is translated, what a script reads is not.

use serde_json::Value;

use crate::commands::{Place, run};

#[test]
fn the_environment_chooses_the_language_of_what_people_read() {
    let place = Place::new();
    for (name, value) in [("LANG", "fr_CA.UTF-8"), ("LC_MESSAGES", "fr"), ("LC_ALL", "fr_FR.UTF-8@euro")] {
        let mut command = place.command(&["account", "list"]);
        let told = run(command.env(name, value)).done();
        assert!(told.contains("IDENTIFIANTS") && told.contains("jamais"), "{name}: {told}");
    }
    for (name, value) in [("LANG", "C.UTF-8"), ("LANG", "de_DE.UTF-8"), ("LC_ALL", "POSIX")] {
        let mut command = place.command(&["account", "list"]);
        let told = run(command.env(name, value)).done();
        assert!(told.contains("IDENTIFIERS") && told.contains("never"), "{name}={value}: {told}");
    }
}

#[test]
fn an_option_chooses_it_before_and_after_the_command() {
    let place = Place::new();
    let told = place.run(&["account", "disable", "internal", "ada", "--language", "fr"]).done();
    assert!(told.contains("Le compte est désactivé."), "{told}");
    let told = place.run(&["--language", "fr", "account", "show", "internal", "ada"]).done();
    assert!(told.contains("désactivé depuis le") && told.contains("téléphone"), "{told}");
    let mut english = place.command(&["account", "enable", "internal", "ada", "--language", "en"]);
    assert!(run(english.env("LANG", "fr_FR.UTF-8")).done().contains("The account can log in again."));
    place.run(&["account", "list", "--language", "tlh"]).refused(2, "--language is one of: en, fr");
}

#[test]
fn refusals_and_warnings_are_translated_and_json_is_not() {
    let place = Place::new();
    let french = |words: &[&str]| run(place.command(words).env("LANG", "fr_FR.UTF-8"));
    french(&["seal", "adopt"]).refused(1, "ce n’est pas son nom\u{202f}; rien n’a été changé");
    french(&["account", "set-password", "internal", "ada"]).refused(2, "il n’y a pas de terminal");
    let told = french(&["seal", "status"]).done();
    assert!(told.contains("scellée pour cette installation") && told.contains("continue telle quelle"), "{told}");
    let told = french(&["audit", "verify", "--database"]).done();
    assert!(told.contains("Rien n’a été changé"), "{told}");
    let told = french(&["check"]).out;
    assert!(told.contains("ÉTAT") && told.contains("avertissement"), "{told}");
    let explained = ["policy", "explain", "--realm", "internal", "--account", "ada", "--address", "192.0.2.1"];
    let told = french(&explained).done();
    assert!(told.contains("Autorisé\u{a0}: le mot de passe suffit"), "{told}");
    // The same for a script, whatever the language.
    let (mut spoken, mut plain): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for words in
        [&["account", "list", "--json"][..], &["seal", "status", "--json"], &[&explained[..], &["--json"]].concat()]
    {
        spoken.push(french(words).json());
        plain.push(place.run(words).json());
    }
    assert_eq!(spoken, plain);
}

#[test]
fn what_a_flow_refuses_is_told_in_french_and_in_a_report_for_scripts_in_english() {
    let place = Place::new();
    let french = |words: &[&str]| run(place.command(words).env("LANG", "fr_FR.UTF-8"));
    french(&["account", "show", "internal", "nobody"]).refused(1, "il n’y a pas de compte \"nobody\" dans internal");
    french(&["account", "export", "--realm", "nowhere"])
        .refused(1, "il n’y a pas de domaine nowhere\u{202f}; il y a\u{a0}:");
    french(&["account", "enrolment-code", "internal", "ada"]).refused(1, "est pour un compte sans e-mail");
    let reset = ["account", "reset-second-factor", "internal", "ada", "--phone", "12"];
    french(&reset).refused(2, "--phone: un numéro de téléphone s’écrit avec +");
    let password = place.file("short", "abc\n");
    let set = ["account", "set-password", "internal", "ada", "--password-file", password.to_str().unwrap()];
    french(&set).refused(1, "Ce mot de passe est trop court\u{a0}: il faut au moins");
    let file = place.file("a.csv", "username,name,second_factor\na,A,maybe\n");
    let import = ["account", "import", "--realm", "internal", file.to_str().unwrap(), "--dry-run"];
    let told = french(&import).out;
    assert!(told.contains("NON CRÉÉ\u{a0}: second_factor est yes ou no"), "{told}");
    let told: Value = serde_json::from_str(&french(&[&import[..], &["--json"]].concat()).out).unwrap();
    assert_eq!(told["lines"][0]["fault"], "second_factor is yes or no");
}

#[test]
fn an_import_is_reported_in_french() {
    let place = Place::new();
    let file = place.file("a.csv", "username,name\na,A\nb,B\na,C\n");
    let words = ["account", "import", "--realm", "internal", file.to_str().unwrap(), "--language", "fr"];
    let dry = place.run(&[&words[..], &["--dry-run"]].concat());
    assert!(
        dry.out.contains("ligne 2\u{a0}: a\u{a0}: serait créé, sans mot de passe, e-mail ni téléphone"),
        "{}",
        dry.out
    );
    assert!(dry.out.contains("ligne 4\u{a0}: a\u{a0}: NON CRÉÉ"), "{}", dry.out);
    assert!(dry.out.contains("2 comptes à créer, 1 non."), "{}", dry.out);
    let real = place.run(&words);
    assert!(real.out.contains("2 comptes créés, 1 non."), "{}", real.out);
}
