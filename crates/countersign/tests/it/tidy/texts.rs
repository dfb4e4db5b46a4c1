//! The texts that people read: each one that is asked for exists in English, and none is left over.

use std::collections::BTreeSet;

use super::files::{Faults, File, files_below, shell_sources};
use super::languages::{locale_files, texts_of};

/// Methods of `Texts`, of what wraps it and of what a flow refuses with, whose first argument is the key of a text.
const TEXT_CALLS: &[&str] = &[".t(", ".t1(", ".with(", "Refused::new("];

/// What is said before there is a language, or is a command to be typed.
const SAID_BY_THE_PROGRAM: [&str; 4] =
    ["the program cannot start", "--language is one of", "server.key_file is missing", "countersign "];

#[test]
fn every_text_that_is_asked_for_exists() {
    let english = texts_of("en");
    let mut faults = Faults::default();
    for file in text_users() {
        for (number, key) in keys_asked_for(&file) {
            if !english.contains_key(&key) {
                faults.add(&file.path, number, &format!("no text `{key}` in locales/en"));
            }
        }
    }
    faults.assert_none();
}

#[test]
fn every_text_is_asked_for_somewhere() {
    let mut mentioned = BTreeSet::new();
    let mut prefixes = BTreeSet::new();
    for file in text_users() {
        for literal in file.product_lines().flat_map(literals) {
            // `format!("reason-{name}")`: every text that begins so may be meant.
            match literal.split_once('{') {
                Some((prefix, _)) if prefix.ends_with('-') => _ = prefixes.insert(prefix.to_owned()),
                _ => _ = mentioned.insert(literal.to_owned()),
            }
        }
    }
    let english = locale_files("en");
    let in_other_texts = |key: &str| {
        let reference = |line: &str| line.contains(&format!("{{ {key} }}"));
        english.iter().any(|file| file.text.lines().any(reference))
    };
    let mut faults = Faults::default();
    for (key, text) in texts_of("en") {
        let computed = prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()));
        if !mentioned.contains(&key) && !computed && !in_other_texts(&key) {
            faults.add(&text.path, text.line, &format!("the text `{key}` is used by no template and no source file"));
        }
    }
    faults.assert_none();
}

/// What a command says to a person is a text, so that every language has it (CONTRIBUTING, *a command*), and so is what a
/// flow refuses. The sentences that clap prints (`#[error`, help) and what the layers below say of faults are not the
/// command's.
#[test]
fn no_command_has_a_sentence_of_its_own() {
    let mut faults = Faults::default();
    for file in shell_sources().iter().filter(|file| file.path_in_src().starts_with("cli/")) {
        let product: String = file.product_lines().flat_map(|line| [line, "\n"]).collect();
        for call in ["println!(", "eprint!(", "Failure::Failed(", "Failure::Usage("] {
            for (at, _) in product.match_indices(call) {
                let said = product[at + call.len()..].trim_start();
                let said = said.strip_prefix("format!(").unwrap_or(said).trim_start();
                let said = said.strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap_or_default();
                let words = said.split(['{', '}']).step_by(2).flat_map(str::split_whitespace);
                let words = words.filter(|word| word.chars().all(char::is_alphabetic)).count();
                if words >= 2 && !SAID_BY_THE_PROGRAM.iter().any(|exempt| said.contains(exempt)) {
                    faults.add(&file.path, 1 + product[..at].matches('\n').count(), &format!("says {said:?}"));
                }
            }
        }
    }
    faults.assert_none();
}

/// Every file that may ask for a text.
fn text_users() -> Vec<File> {
    let mut files = shell_sources();
    files.extend(files_below("crates/countersign/templates", ""));
    files
}

/// The keys of texts that the file asks for, with their lines. rustfmt may put the key on the line after the call.
fn keys_asked_for(file: &File) -> Vec<(usize, String)> {
    let product: String = file.product_lines().flat_map(|line| [line, "\n"]).collect();
    let mut keys = Vec::new();
    for call in TEXT_CALLS {
        for (at, _) in product.match_indices(call) {
            let argument = product[at + call.len()..].trim_start();
            let literal = argument.strip_prefix('"').and_then(|rest| rest.split_once('"'));
            if let Some((key, _)) = literal {
                keys.push((1 + product[..at].matches('\n').count(), key.to_owned()));
            }
        }
    }
    keys
}

/// What stands between two quotes on a line, be it inside or between literals: in `data-text="{{ shell.t("key") }}"` the
/// quotes of a template and of its argument cannot be told apart, and no key looks like anything else.
fn literals(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1)
}
