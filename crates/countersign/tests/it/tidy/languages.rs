//! The languages: each has the texts of English, with the same arguments, written as the language is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::files::{Faults, File, files_below, is_word, numbered, root};

/// Texts that may leave out arguments of the English one: how a date is written is the language's own business.
const FREE_ARGUMENTS: &str = "moment-";

/// What goes out by SMS, where typography costs money.
const SMS: [&str; 2] = ["sms-", "message-number"];

/// A text of a locale file: a message, a term (`-name`) or an attribute (`key.name`).
pub(super) struct Text {
    pub(super) path: String,
    pub(super) line: usize,
    /// Everything up to the next text.
    pub(super) body: String,
}

#[test]
fn every_language_has_every_text() {
    let english = texts_of("en");
    let mut faults = Faults::default();
    for tag in translations() {
        let texts = texts_of(&tag);
        for (key, text) in english.iter().filter(|(key, _)| !texts.contains_key(*key)) {
            faults.add(&text.path, text.line, &format!("the text `{key}` is missing from locales/{tag}"));
        }
        for (key, text) in texts.iter().filter(|(key, _)| !english.contains_key(*key)) {
            faults.add(&text.path, text.line, &format!("the text `{key}` does not exist in locales/en"));
        }
    }
    faults.assert_none();
}

#[test]
fn every_text_stands_in_the_file_where_english_has_it() {
    let english = texts_of("en");
    let mut faults = Faults::default();
    for tag in translations() {
        for (key, text) in texts_of(&tag) {
            let place = english.get(&key).map(|text| text.path.replace("/en/", &format!("/{tag}/")));
            if place.is_some_and(|place| place != text.path) {
                faults.add(&text.path, text.line, &format!("the text `{key}` stands in another file in locales/en"));
            }
        }
    }
    faults.assert_none();
}

#[test]
fn every_text_uses_the_arguments_of_the_english_one() {
    let english = texts_of("en");
    let mut faults = Faults::default();
    for tag in translations() {
        for (key, text) in texts_of(&tag) {
            let Some(original) = english.get(&key) else { continue };
            let (given, used) = (arguments(&original.body), arguments(&text.body));
            let free = key.starts_with(FREE_ARGUMENTS);
            for missing in given.difference(&used).filter(|_| !free) {
                faults.add(&text.path, text.line, &format!("`{key}` leaves out ${missing}"));
            }
            for unknown in used.difference(&given).filter(|_| !free) {
                faults.add(&text.path, text.line, &format!("`{key}` uses ${unknown}, which nobody gives it"));
            }
        }
    }
    faults.assert_none();
}

#[test]
fn no_text_comes_twice() {
    let mut faults = Faults::default();
    for tag in languages() {
        let mut seen = BTreeSet::new();
        for (key, text) in locale_files(&tag).iter().flat_map(texts_in) {
            if !seen.insert(key.clone()) {
                faults.add(&text.path, text.line, &format!("the text `{key}` comes a second time"));
            }
        }
    }
    faults.assert_none();
}

/// A French mark of two parts never begins a line, so its space does not break; the tests of the courier see to it that
/// no such space is in an SMS.
#[test]
fn french_marks_keep_to_their_word() {
    let mut faults = Faults::default();
    for (key, text) in texts_of("fr") {
        if SMS.iter().any(|sms| key.starts_with(sms)) {
            continue;
        }
        let said: Vec<char> = text.body.chars().collect();
        for (at, pair) in said.windows(2).enumerate() {
            // The colon of an address is no mark of a sentence.
            let is_address = said.get(at + 2) == Some(&'/');
            let fault = match pair {
                [_, ':'] if is_address => continue,
                [before, ':' | '»'] if *before != '\u{a0}' => "before `:` and `»` stands U+00A0",
                [before, ';' | '!' | '?'] if *before != '\u{202f}' => "before `;`, `!` and `?` stands U+202F",
                ['«', after] if *after != '\u{a0}' => "after `«` stands U+00A0",
                [_, '\''] => "the apostrophe is ’",
                _ => continue,
            };
            faults.add(&text.path, text.line, &format!("`{key}`: {fault}"));
        }
    }
    faults.assert_none();
}

/// The texts of a language, by key.
pub(super) fn texts_of(tag: &str) -> BTreeMap<String, Text> {
    locale_files(tag).iter().flat_map(texts_in).collect()
}

pub(super) fn locale_files(tag: &str) -> Vec<File> {
    files_below(&format!("crates/countersign/locales/{tag}"), "ftl")
}

/// Every language but English.
fn translations() -> Vec<String> {
    let translations: Vec<String> = languages().into_iter().filter(|tag| tag != "en").collect();
    assert!(!translations.is_empty(), "there is at least French");
    translations
}

fn languages() -> Vec<String> {
    let folder = root().join("crates/countersign/locales");
    let entries = fs::read_dir(folder).expect("locales/ is there");
    entries.map(|entry| entry.expect("a folder").file_name().to_string_lossy().into_owned()).collect()
}

fn texts_in(file: &File) -> Vec<(String, Text)> {
    let mut texts: Vec<(String, Text)> = Vec::new();
    let mut message = String::new();
    for (line, written) in numbered(&file.text) {
        if written.starts_with('#') {
            continue;
        }
        let (key, body) = match head(written) {
            Some((name, body)) if written.starts_with(' ') => (format!("{message}.{name}"), body),
            Some((name, body)) => {
                name.clone_into(&mut message);
                (name.to_owned(), body)
            }
            None => {
                if let Some((_, text)) = texts.last_mut() {
                    text.body.push_str(written);
                    text.body.push('\n');
                }
                continue;
            }
        };
        texts.push((key, Text { path: file.path.clone(), line, body: format!("{body}\n") }));
    }
    texts
}

/// The name that a line gives to a text, without the dot of an attribute, and what follows it.
fn head(line: &str) -> Option<(&str, &str)> {
    let (name, body) = line.split_once('=')?;
    let name = match name.strip_prefix(' ') {
        Some(indented) => indented.trim().strip_prefix('.')?,
        None => name.trim_end(),
    };
    let whole = !name.is_empty() && name.chars().all(|character| is_word(character) || character == '-');
    whole.then_some((name, body))
}

/// The names after `$`.
fn arguments(body: &str) -> BTreeSet<String> {
    let after = body.split('$').skip(1);
    after.map(|rest| rest.chars().take_while(|&character| is_word(character) || character == '-').collect()).collect()
}
