//! The rules of the house, read off the files themselves.
//!
//! What the compiler and clippy cannot see: where things are, which way they depend, and that the texts are complete.
//! Each test collects every fault, with file and line, before it fails. A rule that is wrong is changed here, with its
//! reason, and not worked around.

pub(crate) mod files;
mod languages;
mod texts;
mod troubleshooting;

use files::{Faults, File, files_below, numbered, rust_files, shell_sources};

/// What a room of `crates/countersign/src` may not know (docs/architecture.md: the direction of dependency is downward).
const MAY_NOT_USE: &[(&str, &[&str])] = &[
    ("store", &["app", "cli", "courier", "directory", "flow", "jobs", "web"]),
    ("courier", &["app", "cli", "directory", "flow", "jobs", "store", "web"]),
    ("directory", &["app", "cli", "courier", "flow", "jobs", "store", "web"]),
    ("flow", &["cli", "jobs", "web"]),
    ("web", &["cli", "jobs"]),
];

/// A tool, where it may be used, and why not elsewhere.
const ROOMS_OF_TOOLS: &[(&str, &[&str], &str)] = &[
    ("sqlx::", &["store/"], "all SQL is in store/"),
    ("axum::", &["web/", "app.rs", "cli/serve.rs"], "HTTP types stay in web/; flows take and give plain values"),
    ("println!(", &["cli/"], "only commands talk to a terminal; everything else uses tracing"),
    ("eprintln!(", &["cli/"], "only commands talk to a terminal; everything else uses tracing"),
];

/// What the standard library offers that a pure rule must not touch.
const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io",
    "std::process",
    "std::thread",
    "Instant",
    "SystemTime",
    "TcpListener",
    "TcpStream",
    "UdpSocket",
];

const MAX_LINES: usize = 400;

#[test]
fn every_module_begins_by_saying_what_it_owns() {
    let mut faults = Faults::default();
    for file in rust_files() {
        let first = file.text.lines().next().unwrap_or_default();
        if !first.starts_with("//! ") {
            faults.add(&file.path, 1, "the first line is not `//! …`: what the module owns, and what it never does");
        }
    }
    faults.assert_none();
}

#[test]
fn no_file_is_too_long_to_be_read_at_once() {
    let mut faults = Faults::default();
    for file in rust_files() {
        let length = file.product_lines().count();
        if length > MAX_LINES {
            let fault = format!("{length} lines before the tests, {MAX_LINES} at most: split it by what it owns");
            faults.add(&file.path, length, &fault);
        }
    }
    faults.assert_none();
}

#[test]
fn no_lint_is_silenced_without_a_reason() {
    let mut faults = Faults::default();
    for file in rust_files() {
        for (number, line) in file.code_lines() {
            let attribute = line.trim_start().trim_start_matches("#![").trim_start_matches("#[");
            if line.trim_start().starts_with('#') && attribute.starts_with("allow(") {
                faults.add(&file.path, number, "`allow`: write #[expect(lint, reason = \"…\")]");
            }
            if attribute.starts_with("expect(") && attribute.ends_with(")]") && !attribute.contains("reason") {
                faults.add(&file.path, number, "`expect` without a reason");
            }
        }
    }
    faults.assert_none();
}

#[test]
fn dependencies_point_downward() {
    let mut faults = Faults::default();
    for file in shell_sources() {
        let Some((_, forbidden)) = MAY_NOT_USE.iter().find(|(room, _)| *room == file.room()) else { continue };
        for (number, module) in file.modules_used() {
            if forbidden.contains(&module.as_str()) {
                let fault = format!("{}/ uses crate::{module}, which stands above or beside it", file.room());
                faults.add(&file.path, number, &fault);
            }
        }
    }
    faults.assert_none();
}

#[test]
fn every_tool_stays_in_its_room() {
    let mut faults = Faults::default();
    for file in shell_sources() {
        let inside = file.path_in_src();
        for (number, line) in file.code_lines() {
            for (tool, rooms, reason) in ROOMS_OF_TOOLS {
                if mentions(line, tool) && !rooms.iter().any(|room| inside.starts_with(room)) {
                    faults.add(&file.path, number, &format!("`{tool}` here: {reason}"));
                }
            }
        }
    }
    faults.assert_none();
}

#[test]
fn the_rules_touch_nothing_outside() {
    let mut faults = Faults::default();
    for file in files_below("crates/countersign-core/src", "rs") {
        for (number, line) in file.code_lines() {
            for outside in IMPURE.iter().filter(|outside| mentions(line, outside)) {
                faults.add(&file.path, number, &format!("`{outside}` in countersign-core, which is pure"));
            }
        }
    }
    faults.assert_none();
}

#[test]
fn every_dependency_is_there_for_a_reason() {
    let mut faults = Faults::default();
    for file in manifests() {
        let mut in_dependencies = false;
        let mut explained = false;
        for (number, line) in numbered(&file.text) {
            match line.trim_start().chars().next() {
                Some('[') => in_dependencies = line.contains("dependencies"),
                Some('#') => explained = true,
                None => explained = false,
                // The crates of this workspace explain themselves.
                Some(_) if in_dependencies && !explained && !line.contains("path = ") => {
                    faults.add(&file.path, number, "a dependency without a comment that says what it is for");
                }
                Some(_) => {}
            }
        }
    }
    faults.assert_none();
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    // Put together here, so that this file does not name them either.
    let traces = [concat!("/wo", "rk/"), concat!("index", ".crates.io")];
    let mut faults = Faults::default();
    for file in repository() {
        for (number, line) in numbered(&file.text) {
            for trace in traces.iter().filter(|trace| line.contains(**trace)) {
                faults.add(&file.path, number, &format!("`{trace}` is a place on one machine"));
            }
        }
    }
    faults.assert_none();
}

fn manifests() -> Vec<File> {
    files_below("crates", "toml").into_iter().filter(|file| file.path.ends_with("/Cargo.toml")).collect()
}

/// Every text file of the repository, but for what is built and what git keeps.
fn repository() -> Vec<File> {
    files_below("", "")
}

/// Whether the line has the word, not as the end of a longer one.
fn mentions(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(files::is_word))
}
