//! The example file and the reference page, written from the table of keys.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::config::keys::{Given, Key, Section};
use crate::config::kind::Kind;
use crate::config::overlay::variable_of;
use crate::config::table;

/// The width of a comment in the example.
const WIDTH: usize = 100;

/// The names that stand for all in the example, by what comes before them.
const EXAMPLE_NAMES: [(&str, &str); 4] =
    [("directories", "corp"), ("policy", "local"), ("realms", "internal"), ("routes", "canada")];

/// `countersign.example.toml`: every key, commented out. `given` are paths (with `internal` for the realm) whose value is
/// set instead; their section is then set too. Values are TOML.
pub fn example(given: &BTreeMap<&str, String>) -> String {
    let mut text = String::from(
        "# The configuration of Countersign.\n#\n# Every key is here with its default (or, where there is none, with a \
         value it could have). Remove the # before a key\n# and before its [section] to change it. An unknown key or a \
         bad value is refused when Countersign starts.\n# `countersign check` tells what is wrong, without starting.\n#\n\
         # Every key can also be an environment variable: server.listen is COUNTERSIGN__SERVER__LISTEN. Every secret can\n\
         # also be in a file of its own: password_file instead of password.\n",
    );
    for section in table::sections() {
        let path = example_path(section.path);
        let used = given.keys().any(|key| key.strip_prefix(&path).is_some_and(|rest| rest.starts_with('.')));
        text.push('\n');
        comment(&mut text, section.about);
        let _ = writeln!(text, "{}[{path}]", if used { "" } else { "#" });
        for key in section.keys {
            text.push('\n');
            comment(&mut text, key.about);
            if matches!(key.given, Given::Refused(_)) {
                comment(&mut text, "It must be given.");
            }
            let name = key.name;
            let _ = match given.get(format!("{path}.{name}").as_str()) {
                Some(value) => writeln!(text, "{name} = {value}"),
                None => writeln!(text, "#{name} = {}", key.given.example()),
            };
        }
    }
    text
}

/// The path of a section with names in it.
pub(super) fn example_path(pattern: &str) -> String {
    let mut before = "";
    let named = pattern.split('.').map(|segment| {
        let name = EXAMPLE_NAMES.iter().find(|(known, _)| segment == "*" && *known == before).map(|(_, name)| *name);
        before = segment;
        name.unwrap_or(segment)
    });
    named.collect::<Vec<_>>().join(".")
}

/// `docs/reference/config.md`: every key with its kind, default and variable.
pub fn page() -> String {
    let mut text = String::from(
        "# Configuration reference\n\n<!-- Generated from crates/countersign/src/config/table by `COUNTERSIGN_BLESS=1 cargo \
         test -p countersign config`. Do not edit. -->\n\nCountersign reads one TOML file \
         ([`countersign.example.toml`](../../countersign.example.toml)), and over it the environment. Every fault is told \
         at once, with the key, the value and what is allowed; an unknown key is a fault.\n\n- A **length of time** is \
         written like `30s`, `10m`, `48h`.\n- A **secret** is never shown. It can be in a file of its own: `KEY_file` \
         names the file (variable: `…_FILE`). Giving both is a fault.\n- A **variable** overrides the file. In the name of \
         a realm or a directory, `_` stands for `-`. A list is written with commas.\n- A **relative path** starts at the folder of the \
         file.\n",
    );
    for section in table::sections() {
        section_text(&mut text, section);
    }
    text
}

fn section_text(text: &mut String, section: &Section) {
    let path = section.path.replace("policy.*", "policy.SOURCE").replace('*', "NAME");
    let _ = writeln!(text, "\n## `[{path}]`\n\n{}\n", section.about);
    text.push_str("| key | value | default | what it is for |\n|---|---|---|---|\n");
    for key in section.keys {
        let name = key.name;
        let variable = variable_of(&format!("{path}.{name}"));
        let _ = writeln!(
            text,
            "| `{name}`<br><sub>`{variable}`</sub> | {} | {} | {} |",
            kind(key.kind),
            default(key),
            key.about.replace('|', "\\|")
        );
    }
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Kind::Duration => "a length of time".to_owned(),
        Kind::Flag => "`true`, `false`".to_owned(),
        Kind::List => "a list of texts".to_owned(),
        Kind::Secret => "a secret".to_owned(),
        Kind::Text => "a text".to_owned(),
        Kind::Url => "an address".to_owned(),
        Kind::Whole(_) => "a whole number".to_owned(),
    }
}

fn default(key: &Key) -> String {
    match key.given {
        Given::Default(value) => format!("`{value}`"),
        Given::Nothing(_) => "none".to_owned(),
        Given::Refused(_) => "must be given".to_owned(),
    }
}

fn comment(text: &mut String, about: &str) {
    let mut line = String::from("#");
    for word in about.split(' ') {
        if line.len() + word.len() >= WIDTH {
            let _ = writeln!(text, "{line}");
            "#".clone_into(&mut line);
        }
        let _ = write!(line, " {word}");
    }
    let _ = writeln!(text, "{line}");
}
