//! The blocks of `docs/guide/policies.md` as set-ups, so that a story is told of what the guide says and of nothing else.

use std::fs;

use toml::{Table, Value};

use crate::setup::Setup;
use crate::tidy::files::root;

/// Where the recipes are.
const GUIDE: &str = "docs/guide/policies.md";

impl Setup {
    /// The same without the directory that the guide names: the story has one of its own, by the same name.
    pub(crate) fn recipe_for_a_directory(heading: &str) -> Self {
        let mut setup = Self::recipe(heading);
        setup.settings.retain(|(key, _)| !key.starts_with("directories."));
        setup
    }

    /// The defaults, with the block that follows this heading of the guide.
    pub(crate) fn recipe(heading: &str) -> Self {
        let text = fs::read_to_string(root().join(GUIDE)).unwrap();
        let block = block(&text, heading).unwrap_or_else(|| panic!("{GUIDE} has no block of TOML after {heading:?}"));
        keys("", &block.parse().unwrap()).into_iter().fold(Self::new(), |setup, (key, value)| setup.set(&key, &value))
    }
}

/// The headings that a block follows, as they are written.
pub(crate) fn headings() -> Vec<String> {
    let text = fs::read_to_string(root().join(GUIDE)).unwrap();
    let all = text.lines().filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#').trim());
    all.filter(|heading| block(&text, heading).is_some()).map(str::to_owned).collect()
}

/// The first block of TOML after a heading and before the next.
fn block(text: &str, heading: &str) -> Option<String> {
    let is_heading = |line: &&str| line.starts_with('#');
    let mut lines = text.lines().skip_while(|line| !is_heading(line) || line.trim_start_matches('#').trim() != heading);
    lines.next()?;
    let section: Vec<&str> = lines.take_while(|line| !is_heading(line)).collect();
    let begin = section.iter().position(|line| *line == "```toml")?;
    let end = section.iter().skip(begin).position(|line| *line == "```")?;
    Some(section[begin + 1..begin + end].join("\n"))
}

/// Each key with its whole path, and its value as a variable has it.
fn keys(path: &str, table: &Table) -> Vec<(String, String)> {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let written = |name: &str, value: &Value| match value {
        Value::Table(table) => keys(&below(name), table),
        Value::String(text) => vec![(below(name), text.clone())],
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().map(|item| item.as_str().unwrap()).collect();
            vec![(below(name), items.join(","))]
        }
        other => vec![(below(name), other.to_string())],
    };
    table.iter().flat_map(|(name, value)| written(name, value)).collect()
}
