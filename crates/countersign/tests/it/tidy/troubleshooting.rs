//! Every refusal that an administrator can meet has a line in the guide.

use super::files::{Faults, files_below, numbered, shell_sources};
use super::languages::texts_of;

/// Where the guide is.
const GUIDE: &str = "docs/guide/troubleshooting.md";

/// What begins a sentence that an administrator reads.
const REFUSALS: [&str; 3] = ["#[error(", "Failure::Failed(", "Failure::Usage("];

/// How the keys of refusals begin, whether a command refuses or a flow; those of passwords are a page's too.
const REFUSED: [&str; 2] = ["command-refused-", "unfit-"];

/// How much of a sentence the guide has at least, so that it is found by searching for what was read.
const WORDS: usize = 4;

/// The folders whose refusals have a page for the person, or the provider's own words in the outbox, and no line of text.
const ELSEWHERE: [&str; 2] = ["courier/", "web/"];

#[test]
fn every_refusal_has_its_line_in_the_guide() {
    let guide = files_below("docs/guide", "md").into_iter().find(|file| file.path == GUIDE).expect("the guide");
    let guide = plain(&guide.text);
    let mut faults = Faults::default();
    for file in shell_sources() {
        if ELSEWHERE.iter().any(|folder| file.path_in_src().starts_with(folder)) {
            continue;
        }
        for (number, sentence) in refusals(&file.product_lines().collect::<Vec<_>>().join("\n")) {
            if !guide.contains(&sentence) {
                faults.add(&file.path, number, &format!("{GUIDE} has no line with: {sentence}"));
            }
        }
    }
    faults.assert_none();
}

/// What commands and flows say when they refuse is a text of the locale files.
#[test]
fn every_refusal_in_the_texts_has_its_line_in_the_guide() {
    let guide = files_below("docs/guide", "md").into_iter().find(|file| file.path == GUIDE).expect("the guide");
    let guide = plain(&guide.text);
    let mut faults = Faults::default();
    let mut seen = 0;
    let texts = texts_of("en");
    for (key, text) in texts.iter().filter(|(key, _)| REFUSED.iter().any(|refused| key.starts_with(refused))) {
        let Some(sentence) = stable(&text.body) else { continue };
        seen += 1;
        if !guide.contains(&sentence) {
            faults.add(&text.path, text.line, &format!("`{key}`: {GUIDE} has no line with: {sentence}"));
        }
    }
    faults.assert_none();
    assert!(seen > 50, "only {seen} refusals were found");
}

/// The stable beginning of each sentence, with its line.
fn refusals(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for opening in REFUSALS {
        for (at, _) in text.match_indices(opening) {
            let number = numbered(text.get(..at).unwrap_or_default()).count().max(1);
            if let Some(stable) = literal(&text[at + opening.len()..]).and_then(|literal| stable(&literal)) {
                found.push((number, stable));
            }
        }
    }
    found
}

/// The string that follows, if one follows at once or in `format!`.
fn literal(after: &str) -> Option<String> {
    let after = after.trim_start();
    let after = after.strip_prefix("format!(").unwrap_or(after).trim_start();
    let inside = after.strip_prefix('"')?;
    let mut text = String::new();
    let mut letters = inside.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return Some(text),
            '\\' if letters.peek() == Some(&'\n') => while letters.next_if(|next| next.is_whitespace()).is_some() {},
            '\\' => text.extend(letters.next()),
            other => text.push(other),
        }
    }
    None
}

/// The first words of the longest part without a placeholder; `None` when there are too few to search for.
fn stable(literal: &str) -> Option<String> {
    let longest = literal.split(['{', '}']).step_by(2).max_by_key(|part| part.len())?;
    let plain = plain(longest);
    let words: Vec<&str> = plain.split_whitespace().take(WORDS).collect();
    (words.len() == WORDS).then(|| words.join(" "))
}

/// Without the marks of Markdown, in single blanks.
fn plain(text: &str) -> String {
    text.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ")
}
