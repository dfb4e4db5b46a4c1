//! Which language is chosen, and whether its numbers and plurals are right.

use fluent_bundle::FluentValue;

use super::Catalogue;

fn catalogue() -> Catalogue {
    Catalogue::load().unwrap()
}

#[test]
fn the_language_follows_the_header_with_its_weights() {
    let catalogue = catalogue();
    let cases = [
        (None, "en"),
        (Some(""), "en"),
        (Some("fr"), "fr"),
        (Some("FR"), "fr"),
        (Some("fr-CA,fr;q=0.9"), "fr"),
        (Some("fr-CA"), "fr"),
        (Some("fr-Latn-CH"), "fr"),
        (Some("en-GB,en;q=0.9,fr;q=0.8"), "en"),
        (Some("de"), "en"),
        (Some("de,fr;q=0.5"), "fr"),
        (Some("de;q=0.9, fr;q=0.8, en;q=0.7"), "fr"),
        (Some("en;q=0.1, fr;q=0.9"), "fr"),
        (Some("en;q=0.899,fr;q=0.9"), "fr"),
        (Some("en;q=0.5,fr;q=0.50"), "en"),
        (Some("fr;q=0"), "en"),
        (Some("fr;q=0.000,en;q=0.001"), "en"),
        (Some("fr;q=1.000"), "fr"),
        (Some("fr ; Q=0.7 , en;q=0.3"), "fr"),
        (Some("*"), "en"),
        (Some("*;q=0.5, fr;q=0.1"), "fr"),
        // What cannot be read is passed over, and the rest counts.
        (Some("fr;q=2, en"), "en"),
        (Some("fr;q=, en"), "en"),
        (Some("fr;q=0.1234, en;q=0.1"), "en"),
        (Some("fr;q=-1, en;q=0.1"), "en"),
        (Some("français, fr;q=0.2"), "fr"),
        (Some(",,;;q=1,fr"), "fr"),
        (Some("\u{0}"), "en"),
    ];
    for (header, expected) in cases {
        assert_eq!(catalogue.negotiate(header).tag(), expected, "{header:?}");
    }
}

#[test]
fn only_the_first_languages_of_a_long_header_are_looked_at() {
    let catalogue = catalogue();
    assert_eq!(catalogue.negotiate(Some(&format!("{}fr", "de,".repeat(15)))).tag(), "fr");
    assert_eq!(catalogue.negotiate(Some(&format!("{}fr", "de,".repeat(16)))).tag(), "en");
}

#[test]
fn a_language_is_found_by_its_exact_tag_only() {
    let catalogue = catalogue();
    assert_eq!(catalogue.find("fr").map(|texts| texts.tag().to_owned()).as_deref(), Some("fr"));
    for none in ["", "FR", "fr-CA", "de", "../fr", "fr/"] {
        assert!(catalogue.find(none).is_none(), "{none}");
    }
    assert_eq!(catalogue.texts("de").tag(), "en");
}

/// In English only one is singular; in French nought is, too (CLDR).
#[test]
fn plurals_follow_each_language() {
    let catalogue = catalogue();
    let cases: [(&str, &str, &str, [&str; 4]); 6] = [
        ("en", "duration-hours", "hours", ["0 hours", "one hour", "2 hours", "5 hours"]),
        ("fr", "duration-hours", "hours", ["0 heure", "une heure", "2 heures", "5 heures"]),
        ("en", "duration-days", "days", ["0 days", "one day", "2 days", "5 days"]),
        ("fr", "duration-days", "days", ["0 jour", "un jour", "2 jours", "5 jours"]),
        ("en", "code-tries", "tries", ["no tries left", "one try left", "2 tries", "5 tries"]),
        ("fr", "code-tries", "tries", ["aucun essai restant", "un seul essai restant", "2 essais", "5 essais"]),
    ];
    for (tag, key, argument, expected) in cases {
        let texts = catalogue.texts(tag);
        assert_eq!([0, 1, 2, 5].map(|number| texts.t1(key, argument, number)), expected, "{tag} {key}");
    }
}

/// The sentences around a number agree with it, not only the noun.
#[test]
fn sentences_agree_with_their_number() {
    let catalogue = catalogue();
    let said = |tag, key: &str, argument, number: u32| catalogue.texts(tag).t1(key, argument, number);
    for (tag, number, part) in [
        ("en", 1, "was one failed sign-in to"),
        ("en", 2, "were 2 failed sign-ins to"),
        ("fr", 1, "Une tentative de connexion à votre compte a échoué"),
        ("fr", 5, "5 tentatives de connexion à votre compte ont échoué"),
    ] {
        let text = said(tag, "reason-recent-failures", "failures", number);
        assert!(text.contains(part), "{text}");
    }
    for (tag, number, part) in [
        ("en", 1, "more than a day since"),
        ("en", 30, "more than 30 days since"),
        ("fr", 1, "depuis plus d’un jour."),
        ("fr", 30, "depuis plus de 30 jours."),
    ] {
        let text = said(tag, "reason-factor-too-old", "days", number);
        assert!(text.contains(part), "{text}");
    }
    for (tag, number, part) in [
        ("en", 1, "one minute"),
        ("en", 10, "10 minutes"),
        ("fr", 1, "valable une minute"),
        ("fr", 10, "valable 10 minutes"),
    ] {
        let text = said(tag, "mail-code-login-valid", "minutes", number);
        assert!(text.contains(part), "{text}");
    }
}

/// No number up to a million falls out of the rules, and none is written with marks that nobody asked for.
#[test]
fn a_large_number_is_a_plural() {
    let catalogue = catalogue();
    for tag in catalogue.tags() {
        let texts = catalogue.texts(tag);
        for number in [1_000, 1_000_000] {
            let text = texts.with("duration-days", &[("days", FluentValue::from(number))]);
            assert!(text.starts_with(&number.to_string()) && !text.contains('⟦'), "{tag}: {text}");
        }
    }
}
