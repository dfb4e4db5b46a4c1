//! The documents are true: links lead somewhere, paths exist, commands parse, and configurations are accepted.
//!
//! What a document says in words is for its reader to check; this is what a machine can.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use clap::error::ErrorKind;
use countersign::config::Config;

use crate::tidy::files::{Faults, File, files_below, numbered, root};

/// Documents at the root of the repository.
const AT_THE_ROOT: [&str; 4] = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];

/// What a path in a document may be relative to, besides the root.
const BASES: [&str; 4] = ["", "crates/", "crates/countersign/", "crates/countersign/src/"];

/// Folders that the documents on security write in short.
const SHORT: [(&str, &str); 2] =
    [("core/", "crates/countersign-core/src/"), ("tests/", "crates/countersign/tests/it/")];

/// What every installation must say, for blocks of TOML that show something else.
const NEEDED: [(&str, &str, &str); 3] = [
    ("public_url", "COUNTERSIGN__SERVER__PUBLIC_URL", "https://login.example.com"),
    ("database", "COUNTERSIGN__SERVER__DATABASE", "sqlite:countersign.db"),
    ("key_file", "COUNTERSIGN__SERVER__KEY_FILE", "countersign.key"),
];

/// A fenced block: the word after the fence, the line it begins on, and its text.
struct Block<'t> {
    language: &'t str,
    line: usize,
    text: String,
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut faults = Faults::default();
    let headings: BTreeMap<String, Vec<String>> =
        documents().iter().map(|file| (file.path.clone(), anchors(&file.text))).collect();
    for file in documents() {
        for (line, text) in numbered(&without_blocks(&file.text)) {
            for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                if target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
                let path = if path.is_empty() { file.path.clone() } else { beside(&file.path, path) };
                if !root().join(&path).exists() {
                    faults.add(&file.path, line, &format!("{target} is not there"));
                } else if !anchor.is_empty() && headings.get(&path).is_some_and(|known| !known.contains(&anchor.into()))
                {
                    faults.add(&file.path, line, &format!("{path} has no heading #{anchor}"));
                }
            }
        }
    }
    faults.assert_none();
}

#[test]
fn every_source_file_that_is_named_exists() {
    let sources: BTreeSet<String> = files_below("crates", "rs").iter().filter_map(|file| name(&file.path)).collect();
    let mut faults = Faults::default();
    for file in documents().iter().filter(|file| file.path.starts_with("docs/") || file.path == "README.md") {
        for (line, text) in numbered(&file.text) {
            for span in text.split('`').skip(1).step_by(2) {
                let place = ["crates/", "countersign-core/", "docs/", "scripts/"].iter().any(|it| span.starts_with(it));
                let plain = span.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
                // A name alone stands for the file that was named with its folder before.
                let short = SHORT.iter().any(|(short, long)| {
                    span.strip_prefix(short).is_some_and(|rest| root().join(format!("{long}{rest}")).exists())
                });
                let exists = short
                    || sources.contains(span)
                    || BASES.iter().any(|base| root().join(format!("{base}{span}")).exists());
                if plain && !exists && (place || Path::new(span).extension().is_some_and(|it| it == "rs")) {
                    faults.add(&file.path, line, &format!("{span} is not there"));
                }
            }
        }
    }
    faults.assert_none();
}

#[test]
fn every_command_in_a_block_can_be_typed() {
    let mut faults = Faults::default();
    let mut seen = 0;
    for file in documents() {
        for block in blocks(&file.text) {
            for command in typed(&block).iter().filter_map(|line| ours(line)) {
                seen += 1;
                if let Err(refused) = countersign::cli::command().try_get_matches_from(&command) {
                    let what = format!("{}: {}", command.join(" "), first_line(&refused));
                    faults.add(&file.path, block.line, &what);
                }
            }
        }
    }
    faults.assert_none();
    assert!(seen > 10, "only {seen} commands were found");
}

#[test]
fn every_command_in_a_sentence_is_one_of_ours() {
    // A sentence names a command without all that it needs.
    let incomplete = |kind| {
        use ErrorKind::{DisplayHelpOnMissingArgumentOrSubcommand, MissingRequiredArgument, MissingSubcommand};
        matches!(kind, DisplayHelpOnMissingArgumentOrSubcommand | MissingRequiredArgument | MissingSubcommand)
    };
    let mut faults = Faults::default();
    for file in documents() {
        for span in without_blocks(&file.text).split('`').skip(1).step_by(2) {
            let Some(mut command) = ours(span.split('…').next().unwrap_or_default()) else { continue };
            if command.last().is_some_and(|word| word.starts_with("--") && span.contains('…')) {
                command.pop();
            }
            // A word in capitals stands for what the reader puts in its place.
            let command: Vec<String> = command
                .into_iter()
                .map(|word| if word.bytes().all(|it| it.is_ascii_uppercase()) { word.to_lowercase() } else { word })
                .collect();
            match countersign::cli::command().try_get_matches_from(&command) {
                Err(refused) if !incomplete(refused.kind()) => {
                    faults.add(&file.path, 0, &format!("{}: {}", command.join(" "), first_line(&refused)));
                }
                _ => {}
            }
        }
    }
    faults.assert_none();
}

#[test]
fn every_block_of_toml_is_a_configuration() {
    let mut faults = Faults::default();
    let mut seen = 0;
    for file in documents() {
        for block in blocks(&file.text) {
            if block.language == "toml" && block.text.starts_with('[') {
                seen += 1;
                if let Err(refused) = load(&block.text) {
                    faults.add(&file.path, block.line, &refused);
                }
            }
        }
    }
    faults.assert_none();
    assert!(seen > 5, "only {seen} blocks were found");
}

/// Loads a block as the file of an installation that has whatever else is needed.
fn load(text: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
        let secret = if key.trim() == "database_file" { "postgres://u:p@db.example.com/c" } else { "a-secret" };
        let place = value.trim().trim_matches('"');
        // A secret's file is read with the configuration; the key, the epoch and certificates are only named there.
        if key.trim().ends_with("_file") && !place.starts_with('/') {
            fs::write(folder.path().join(place), secret).unwrap();
        }
    }
    let path = folder.path().join("countersign.toml");
    fs::write(&path, text).unwrap();
    let given = |key: &str| text.lines().any(|line| line.starts_with(key));
    let environment = NEEDED.iter().filter(|(key, ..)| !given(key)).map(|(_, name, value)| (*name, *value));
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Config::load(Some(&path), environment).map(drop).map_err(|errors| errors.to_string())
}

fn documents() -> Vec<File> {
    let at_the_root = AT_THE_ROOT.map(|name| File {
        path: name.to_owned(),
        text: fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}")),
    });
    at_the_root.into_iter().chain(files_below("docs", "md")).collect()
}

/// The blocks between fences.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut inside = false;
    for (line, text) in numbered(text) {
        match (text.trim_start().strip_prefix("```"), inside) {
            (Some(language), false) => {
                blocks.push(Block { language: language.trim(), line, text: String::new() });
                inside = true;
            }
            (Some(_), true) => inside = false,
            (None, true) => {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(text);
                block.text.push('\n');
            }
            (None, false) => {}
        }
    }
    blocks
}

/// The text with every fenced line empty, so that lines keep their numbers.
fn without_blocks(text: &str) -> String {
    let mut inside = false;
    let keep = |line: &str| {
        let fence = line.trim_start().starts_with("```");
        inside ^= fence;
        if fence || inside { String::new() } else { line.to_owned() }
    };
    text.lines().map(keep).collect::<Vec<_>>().join("\n")
}

/// The command lines of a block: of a session only what is typed, each in one piece.
fn typed(block: &Block<'_>) -> Vec<String> {
    let text = block.text.replace("\\\n", " ");
    match block.language {
        "sh" => text.lines().map(str::to_owned).collect(),
        "console" => text.lines().filter_map(|line| line.strip_prefix("$ ").map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// The words of a command line that runs Countersign; `None` for any other.
fn ours(line: &str) -> Option<Vec<String>> {
    let mut words = words(line);
    if words.first().is_some_and(|word| word == "sudo") {
        let as_user = words.get(1).is_some_and(|word| word == "-u");
        words.drain(..if as_user { words.len().min(3) } else { 1 });
    }
    // What comes after is the shell's: a file, or another program.
    let redirected = words.iter().position(|word| ["<", ">", "|"].contains(&word.as_str()));
    words.truncate(redirected.unwrap_or(words.len()));
    (words.len() > 1 && words[0] == "countersign").then_some(words)
}

/// Splits as a shell does, as far as the documents need it: quotes, and comments.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for letter in line.chars().chain([' ']) {
        match (letter, quote) {
            (_, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => quote = Some(letter),
            ('#', None) if word.is_empty() => break,
            (_, None) if letter.is_whitespace() => {
                words.extend(Some(std::mem::take(&mut word)).filter(|it| !it.is_empty()));
            }
            _ => word.push(letter),
        }
    }
    words
}

/// The anchors that a forge gives to headings: lower case, hyphens for spaces, no punctuation.
fn anchors(text: &str) -> Vec<String> {
    let without = without_blocks(text);
    let headings = without.lines().filter_map(|line| line.strip_prefix('#'));
    let anchor = |heading: &str| {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.chars().filter(|letter| letter.is_alphanumeric() || "-_ ".contains(*letter));
        kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
    };
    headings.map(anchor).collect()
}

/// A path that is written relative to a document, from the root.
fn beside(document: &str, path: &str) -> String {
    let folder = Path::new(document).parent().unwrap_or(Path::new(""));
    let mut parts: Vec<&str> = folder.iter().map(|part| part.to_str().unwrap()).collect();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// The last part of a path.
fn name(path: &str) -> Option<String> {
    Some(Path::new(path).file_name()?.to_str()?.to_owned())
}

fn first_line(error: &clap::Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
