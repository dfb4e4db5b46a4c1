//! The corpus: a file for each target, an input a line, so that a change of it can be read.

use std::fs;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus")
}

/// The targets that have a file.
pub(crate) fn names() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

/// The inputs of a target; lines that begin with `# ` are comments.
pub(crate) fn read(name: &str) -> Vec<Vec<u8>> {
    let path = folder().join(format!("{name}.txt"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().filter(|line| !line.starts_with("# ")).map(unescape).collect()
}

/// An input as it stands in its file.
pub(crate) fn escape(input: &[u8]) -> String {
    input.escape_ascii().to_string()
}

/// The reverse of `escape`; other bytes stand for themselves.
fn unescape(line: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = line.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next() {
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'x') => {
                let digits = [rest.next(), rest.next()].map(|digit| char::from(digit.expect("two digits after \\x")));
                let high = digits[0].to_digit(16).expect("a digit");
                let low = digits[1].to_digit(16).expect("a digit");
                u8::try_from(high * 16 + low).unwrap()
            }
            Some(other) => other,
            None => b'\\',
        });
    }
    bytes
}

#[test]
fn what_is_escaped_comes_back() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(unescape(&escape(&all)), all);
    assert_eq!(unescape("é\\"), "é\\".as_bytes());
}
