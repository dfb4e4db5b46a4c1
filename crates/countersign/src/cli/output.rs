//! What a command says: tables for people, JSON for scripts.

use jiff::Timestamp;
use serde_json::Value;

use super::Failure;
use crate::i18n::Texts;

/// Prints rows in columns, each as wide as its widest cell. Control characters cannot move the cursor.
pub(super) fn table(heads: &[String], rows: &[Vec<String>]) {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(column, head)| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain([head.chars().count()]).max().unwrap_or_default()
        })
        .collect();
    for row in std::iter::once(heads).chain(rows.iter().map(Vec::as_slice)) {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// Prints `name  value` lines.
pub(super) fn facts(facts: &[(String, String)]) {
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (name, value) in facts {
        println!("{name:width$}  {}", plain(value));
    }
}

/// Prints one JSON document.
pub(super) fn json(value: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::Failed(error.to_string()))?;
    println!("{text}");
    Ok(())
}

/// A moment, to the second.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A moment, or that there was none.
pub(super) fn moment_or_never(tx: &Texts, at: Option<Timestamp>) -> String {
    at.map_or_else(|| tx.t("command-never"), moment)
}

/// Yes or no.
pub(super) fn yes(tx: &Texts, is: bool) -> String {
    tx.t(if is { "command-yes" } else { "command-no" })
}

/// A text from the database, with nothing in it that a terminal would obey.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
