//! A list of passwords that became known in breaches, as a file: one line a password, its SHA-1 in hexadecimal, sorted.
//! It is what the downloader of Have I Been Pwned writes (`HASH:COUNT`, 38 GB at the time of writing), or any shorter
//! list of the same form.
//!
//! The file stays on the disk: a look-up is a binary search of some forty small reads. No part of a password leaves this
//! machine. SHA-1 is what the lists are made with, and protects nothing here.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use countersign_core::secret::Secret;
use data_encoding::HEXUPPER;
use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

/// The length of a hash in hexadecimal.
const HASH_LEN: usize = 40;
/// The longest line, with its end: a hash, a colon, a count of 19 digits at most, and the end of the line.
const LINE_LEN_MAX: u64 = 64;
/// How often the rest of a file is halved; a file of 2⁶⁴ bytes needs no more.
const STEPS_MAX: u32 = 64;

/// A list that can be looked into.
#[derive(Clone, Debug)]
pub struct Breached {
    path: PathBuf,
}

/// Why a list cannot be used, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum BadList {
    /// It is not such a list.
    #[error(
        "passwords.breached_file: {0} is not a sorted list of SHA-1 hashes, one a line (HASH or HASH:COUNT); get one with \
         the downloader of Have I Been Pwned, or remove the key"
    )]
    Malformed(PathBuf),
    /// It cannot be read.
    #[error("passwords.breached_file: {0} cannot be read: {1}; check the path, its owner and mode, or remove the key")]
    Unreadable(PathBuf, io::Error),
}

/// One line of the list.
struct Line {
    /// Where it begins.
    start: u64,
    /// Where the next one begins.
    end: u64,
    hash: [u8; HASH_LEN],
}

impl Breached {
    /// Takes a file, once its first and its last line have been looked at.
    pub fn open(path: &Path) -> Result<Self, BadList> {
        let list = Self { path: path.to_owned() };
        let malformed = || BadList::Malformed(path.to_owned());
        let (mut file, length) = list.file().map_err(|error| list.fault(error))?;
        let begin = line_at(&mut file, length, 0).map_err(|error| list.fault(error))?;
        let end = line_at(&mut file, length, length.saturating_sub(1)).map_err(|error| list.fault(error))?;
        if end.hash < begin.hash { Err(malformed()) } else { Ok(list) }
    }

    /// Whether a password is in the list.
    pub fn holds(&self, password: &Secret) -> Result<bool, BadList> {
        let wanted = Zeroizing::new(HEXUPPER.encode(&Sha1::digest(password.expose().as_bytes())));
        self.find(wanted.as_bytes()).map_err(|error| self.fault(error))
    }

    fn find(&self, wanted: &[u8]) -> io::Result<bool> {
        let (mut file, length) = self.file()?;
        let (mut low, mut high) = (0, length);
        for _ in 0..STEPS_MAX {
            if low >= high {
                return Ok(false);
            }
            let line = line_at(&mut file, length, low + (high - low) / 2)?;
            match line.hash.as_slice().cmp(wanted) {
                Ordering::Equal => return Ok(true),
                Ordering::Less => low = line.end,
                Ordering::Greater => high = line.start,
            }
        }
        Err(malformed())
    }

    fn file(&self) -> io::Result<(File, u64)> {
        let file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        if length == 0 { Err(malformed()) } else { Ok((file, length)) }
    }

    fn fault(&self, error: io::Error) -> BadList {
        match error.kind() {
            io::ErrorKind::InvalidData => BadList::Malformed(self.path.clone()),
            _ => BadList::Unreadable(self.path.clone(), error),
        }
    }
}

/// The line that the byte at `place` belongs to.
fn line_at(file: &mut File, length: u64, place: u64) -> io::Result<Line> {
    let start = place.saturating_sub(LINE_LEN_MAX);
    let mut window = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(2 * LINE_LEN_MAX).read_to_end(&mut window)?;
    let inside = usize::try_from(place - start).map_err(|_| malformed())?;
    let (before, after) = window.split_at_checked(inside).ok_or_else(malformed)?;
    let begins = match before.iter().rposition(|byte| *byte == b'\n') {
        Some(newline) => newline + 1,
        None if start == 0 => 0,
        None => return Err(malformed()),
    };
    let ends = match after.iter().position(|byte| *byte == b'\n') {
        Some(newline) => inside + newline + 1,
        None if start + offset(window.len())? == length => window.len(),
        None => return Err(malformed()),
    };
    let line = window.get(begins..ends).unwrap_or_default();
    Ok(Line { start: start + offset(begins)?, end: start + offset(ends)?, hash: hash(line).ok_or_else(malformed)? })
}

fn hash(line: &[u8]) -> Option<[u8; HASH_LEN]> {
    let (hash, rest) = line.split_first_chunk::<HASH_LEN>()?;
    let hexadecimal = hash.iter().all(u8::is_ascii_hexdigit);
    let ends = rest.first().is_none_or(|byte| matches!(byte, b':' | b'\r' | b'\n'));
    (hexadecimal && ends).then(|| hash.to_ascii_uppercase().try_into().ok()).flatten()
}

fn offset(length: usize) -> io::Result<u64> {
    u64::try_from(length).map_err(|_| malformed())
}

fn malformed() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn line(password: &str, ending: &str) -> String {
        format!("{}{ending}", HEXUPPER.encode(&Sha1::digest(password.as_bytes())))
    }

    /// A list of so many made-up passwords, with counts of different lengths.
    fn list(folder: &Path, count: usize, ending: &str) -> PathBuf {
        let count_of = |number: usize| 10_u64.pow(u32::try_from(number % 9).unwrap());
        let mut lines: Vec<String> = (0..count)
            .map(|number| line(&format!("password {number}"), &format!(":{}{ending}", count_of(number))))
            .collect();
        lines.sort_unstable();
        let path = folder.join(format!("list-{count}-{}", ending.len()));
        fs::write(&path, lines.concat()).unwrap();
        path
    }

    #[test]
    fn every_password_of_a_list_is_found_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        for (count, ending) in [(1, "\n"), (2, "\r\n"), (3, "\n"), (500, "\r\n"), (1000, "\n")] {
            let list = Breached::open(&list(folder.path(), count, ending)).unwrap();
            for number in 0..count {
                assert!(list.holds(&Secret::new(format!("password {number}"))).unwrap(), "{number} of {count}");
            }
            for number in count..count + 200 {
                assert!(!list.holds(&Secret::new(format!("password {number}"))).unwrap(), "{number} of {count}");
            }
        }
    }

    #[test]
    fn lower_case_no_counts_and_no_end_of_the_last_line_are_fine() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        let mut lines = ["one", "two", "three"].map(|password| line(password, "").to_lowercase());
        lines.sort_unstable();
        fs::write(&path, lines.join("\n")).unwrap();
        let list = Breached::open(&path).unwrap();
        for password in ["one", "two", "three"] {
            assert!(list.holds(&Secret::new(password)).unwrap());
        }
        assert!(!list.holds(&Secret::new("four")).unwrap());
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        let (low, high) = ("0".repeat(40), "F".repeat(40));
        for text in [
            String::new(),
            "password\n".to_owned(),
            "x".repeat(10_000),
            format!("{high}:1\n{low}:1\n"),
            format!("{low}0\n"),
        ] {
            fs::write(&path, &text).unwrap();
            assert!(matches!(Breached::open(&path), Err(BadList::Malformed(_))), "{text:.50}");
        }
        assert!(matches!(Breached::open(&folder.path().join("none")), Err(BadList::Unreadable(..))));
        // One that was damaged since is noticed when it is looked into, and lets nothing pass.
        fs::write(&path, format!("{low}:1\n")).unwrap();
        let list = Breached::open(&path).unwrap();
        fs::write(&path, "x".repeat(10_000)).unwrap();
        assert!(list.holds(&Secret::new("anything")).is_err());
    }
}
