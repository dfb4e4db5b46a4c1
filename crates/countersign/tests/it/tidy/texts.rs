//! The texts that people read: each one that is asked for exists, in every language, and none is left over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::files::{Faults, File, files_below, numbered, root, shell_sources};

/// Methods of `Texts`, and of what wraps it, whose first argument is the key of a text.
const TEXT_CALLS: &[&str] = &[".t(", ".t1(", ".with("];

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
    for (key, (path, number)) in texts_of("en") {
        let computed = prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()));
        if !mentioned.contains(&key) && !computed && !in_other_texts(&key) {
            faults.add(&path, number, &format!("the text `{key}` is used by no template and no source file"));
        }
    }
    faults.assert_none();
}

#[test]
fn every_language_has_every_text() {
    let english = texts_of("en");
    let mut faults = Faults::default();
    for tag in languages().iter().filter(|tag| *tag != "en") {
        let texts = texts_of(tag);
        for (key, (path, number)) in english.iter().filter(|(key, _)| !texts.contains_key(*key)) {
            faults.add(path, *number, &format!("the text `{key}` is missing from locales/{tag}"));
        }
        for (key, (path, number)) in texts.iter().filter(|(key, _)| !english.contains_key(*key)) {
            faults.add(path, *number, &format!("the text `{key}` does not exist in locales/en"));
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

fn locale_files(tag: &str) -> Vec<File> {
    files_below(&format!("crates/countersign/locales/{tag}"), "ftl")
}

/// The keys of a language, each with where it stands.
fn texts_of(tag: &str) -> BTreeMap<String, (String, usize)> {
    let mut texts = BTreeMap::new();
    for file in locale_files(tag) {
        for (number, line) in numbered(&file.text) {
            let Some((key, _)) = line.split_once('=') else { continue };
            // Terms (`-site`), attributes and continued lines are not messages.
            if key.starts_with(|character: char| character.is_ascii_alphabetic()) && !key.trim_end().contains(' ') {
                texts.insert(key.trim_end().to_owned(), (file.path.clone(), number));
            }
        }
    }
    texts
}

fn languages() -> Vec<String> {
    let folder = root().join("crates/countersign/locales");
    let entries = fs::read_dir(folder).expect("locales/ is there");
    entries.map(|entry| entry.expect("a folder").file_name().to_string_lossy().into_owned()).collect()
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

/// What stands between quotes on a line; good enough for keys, which hold no quotes.
fn literals(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}
