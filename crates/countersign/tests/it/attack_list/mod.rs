//! The list of attack cases, and `docs/security/attacks.md`, which says which test stands for which case.
//!
//! A test belongs to a case by its name: `a01_…` or `a_01_…` is for A-01, `d01_d07_…` for both. The page is written from
//! the names that are found in the sources, so it cannot claim a test that is not there; and a required case without a
//! test fails here.

mod cases;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use self::cases::{FAMILIES, REQUIRED};
use crate::tidy::files::{File, files_below, root};

/// Where the page is, from the root of the repository.
const PAGE: &str = "docs/security/attacks.md";

/// This file, whose own examples are no cases.
const HERE: &str = "tests/it/attack_list/mod.rs";

/// A test that stands for a case.
struct Found {
    /// Its name without the ids, as words.
    says: String,
    /// Its file, from the root of the repository.
    path: String,
}

#[test]
fn every_required_attack_case_has_a_test() {
    let found = found();
    let missing: Vec<&str> = REQUIRED.iter().map(|(id, _)| *id).filter(|id| !found.contains_key(*id)).collect();
    assert!(missing.is_empty(), "no test is named for {}", missing.join(", "));
}

#[test]
fn the_page_of_attack_cases_is_up_to_date() {
    let (path, text) = (root().join(PAGE), page(&found()));
    #[expect(clippy::disallowed_methods, reason = "COUNTERSIGN_BLESS belongs to the tests, not to the configuration")]
    if std::env::var_os("COUNTERSIGN_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{PAGE} is out of date: run the tests once with COUNTERSIGN_BLESS=1");
}

#[test]
fn a_name_tells_its_cases() {
    for (name, ids, says) in [
        ("a01_five_are_reserved", &["A-01"][..], "five are reserved"),
        ("k_03_a_json_line", &["K-03"][..], "a json line"),
        ("d01_d07_a_planted_cookie", &["D-01", "D-07"][..], "a planted cookie"),
        ("a_code_is_six_digits", &[][..], "a code is six digits"),
        ("b1_five", &[][..], "b1 five"),
        ("é01_five", &[][..], "é01 five"),
    ] {
        assert_eq!(cases_of(name), (ids.iter().map(ToString::to_string).collect(), says.to_owned()), "{name}");
    }
}

/// Every test whose name begins with the id of a case, by case.
fn found() -> BTreeMap<String, Vec<Found>> {
    let mut found: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for file in files_below("crates", "rs").iter().filter(|file| !file.path.ends_with(HERE)) {
        for name in names(file) {
            let (ids, says) = cases_of(&name);
            for id in ids {
                found.entry(id).or_default().push(Found { says: says.clone(), path: file.path.clone() });
            }
        }
    }
    found
}

/// The names of the functions and of the stories of a file.
fn names(file: &File) -> Vec<String> {
    let code: Vec<&str> = file.code_lines().map(|(_, line)| line.trim_start()).collect();
    // A long story has its name on a line of its own.
    let code = code.join("\n").replace("story!(\n", "story!(");
    let after = |line: &str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        let story =
            || line.split_once("story!(").filter(|(kind, _)| kind.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        let after = line.strip_prefix("fn ").or_else(|| story().map(|(_, after)| after))?;
        Some(after.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect())
    };
    code.lines().filter_map(after).collect()
}

/// The cases that a name begins with, and the words that follow.
fn cases_of(name: &str) -> (Vec<String>, String) {
    let mut ids = Vec::new();
    let mut rest = name;
    while let Some((id, after)) = leading_case(rest) {
        ids.push(id);
        rest = after;
    }
    (ids, rest.replace('_', " "))
}

/// `a01_…` or `a_01_…`: a letter, two digits and a stroke.
fn leading_case(name: &str) -> Option<(String, &str)> {
    let letter = name.chars().next().filter(char::is_ascii_lowercase)?;
    let rest = name.strip_prefix(letter)?;
    let rest = rest.strip_prefix('_').unwrap_or(rest);
    let (number, rest) = rest.split_once('_')?;
    let is_number = number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| (format!("{}-{number}", letter.to_ascii_uppercase()), rest))
}

fn page(found: &BTreeMap<String, Vec<Found>>) -> String {
    let mut text = String::from(
        "# Attack cases\n\n<!-- Generated from the names of the tests by `COUNTERSIGN_BLESS=1 cargo test -p countersign \
         --test it attack_list`. Do not edit. -->\n\nWhat was tried on Countersign, and the tests that try it each time \
         the tests run. A test carries the id of its case in its name; the list of cases is in \
         [`cases.rs`](../../crates/countersign/tests/it/attack_list/cases.rs), and a case without a test fails the \
         build.\n",
    );
    for (letter, family) in FAMILIES {
        let cases: Vec<_> = REQUIRED.iter().filter(|(id, _)| id.starts_with(*letter)).collect();
        if cases.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {letter}. {family}\n\n| case | what is tried | tests |\n|---|---|---|\n");
        for (id, tried) in cases {
            let _ = writeln!(text, "| {id} | {tried} | {} |", tests(found.get(*id)));
        }
    }
    others(&mut text, found);
    text
}

/// Cases that nobody required, and that have a test all the same.
fn others(text: &mut String, found: &BTreeMap<String, Vec<Found>>) {
    let others: Vec<_> = found.iter().filter(|(id, _)| REQUIRED.iter().all(|(required, _)| required != id)).collect();
    if others.is_empty() {
        return;
    }
    text.push_str("\n## Beyond the list\n\n| case | tests |\n|---|---|\n");
    for (id, tests_of) in others {
        let _ = writeln!(text, "| {id} | {} |", tests(Some(tests_of)));
    }
}

fn tests(found: Option<&Vec<Found>>) -> String {
    let Some(found) = found else { return "**none yet**".to_owned() };
    let linked = found.iter().map(|Found { says, path }| format!("[{says}](../../{path})"));
    linked.collect::<Vec<_>>().join("<br>")
}
