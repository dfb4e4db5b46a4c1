//! The files of the repository, and the faults found in them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A text file, by its path from the root of the repository.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// What is wrong, a line each.
#[derive(Default)]
pub(crate) struct Faults(String);

impl Faults {
    pub(crate) fn add(&mut self, path: &str, line: usize, fault: &str) {
        writeln!(self.0, "  {path}:{line}: {fault}").expect("a String takes any text");
    }

    pub(crate) fn assert_none(&self) {
        assert!(self.0.is_empty(), "\n{}", self.0);
    }
}

impl File {
    /// The lines before the tests of the file.
    pub(crate) fn product_lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().take_while(|line| !is_tests(line))
    }

    /// The lines that are not comments, with their numbers.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(&self.text).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    pub(crate) fn path_in_src(&self) -> &str {
        self.path.split_once("/src/").map_or("", |(_, inside)| inside)
    }

    /// The module right under `src` that the file belongs to: `flow` for `flow/login.rs` and for `flow.rs`.
    pub(crate) fn room(&self) -> &str {
        let first = self.path_in_src().split('/').next().unwrap_or_default();
        first.trim_end_matches(".rs")
    }

    /// Every `x` of `crate::x` and of `crate::{x, …}`, with its line.
    pub(crate) fn modules_used(&self) -> Vec<(usize, String)> {
        let code: String = numbered(&self.text)
            .map(|(_, line)| if line.trim_start().starts_with("//") { "\n".to_owned() } else { format!("{line}\n") })
            .collect();
        let mut used = Vec::new();
        for (at, path) in code.match_indices("crate::") {
            let after = &code[at + path.len()..];
            let number = 1 + code[..at].matches('\n').count();
            if let Some(group) = after.strip_prefix('{') {
                used.extend(top_level_names(group).into_iter().map(|name| (number, name)));
            } else {
                used.push((number, identifier(after)));
            }
        }
        used
    }
}

pub(crate) fn rust_files() -> Vec<File> {
    files_below("crates", "rs")
}

pub(crate) fn shell_sources() -> Vec<File> {
    files_below("crates/countersign/src", "rs")
}

/// The text files below a folder with an extension (any, if it is empty), by path. A folder that is not there is empty.
pub(crate) fn files_below(folder: &str, extension: &str) -> Vec<File> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.expect("an entry of a folder").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if ["target", ".git", "node_modules"].contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if extension.is_empty() || path.extension().is_some_and(|found| found == extension) {
                // A picture or a database is not text.
                let Ok(text) = fs::read_to_string(&path) else { continue };
                files.push(File { path: relative(&path), text });
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().into_owned()
}

pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).expect("the package is two folders below the root").to_owned()
}

pub(crate) fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// The names at the top level of `a, b::{c, d}, e}…`.
fn top_level_names(group: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut names = Vec::new();
    let mut expect_name = true;
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expect_name = true,
            _ if expect_name && !character.is_whitespace() => {
                names.push(identifier(&group[at..]));
                expect_name = false;
            }
            _ => {}
        }
    }
    names
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|&character| is_word(character)).collect()
}

pub(crate) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn is_tests(line: &str) -> bool {
    line.starts_with("mod tests")
}
