//! The file of an import: which columns there are, and what each line says.
//!
//! Spreadsheets write it, so it is taken as they do: with or without a byte order mark, with commas, semicolons or tabs,
//! with quoted fields over several lines. Nothing is guessed beyond that: an unknown column is refused, because it may be a
//! misspelt one.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::flow::{Error, Refused};

/// The largest file.
pub const FILE_LEN_MAX: usize = 32 * 1024 * 1024;
/// The most lines of one import.
pub const LINES_MAX: usize = 100_000;
/// The longest line, all its fields together.
const LINE_LEN_MAX: usize = 16 * 1024;

/// A column that an import reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Whether it may not log in.
    Disabled,
    /// Where codes go by e-mail.
    Email,
    /// What the person types to log in; may be there several times, and hold several separated by spaces.
    Identifier,
    /// The person's name.
    Name,
    /// The hash of the password.
    PasswordHash,
    /// Where codes go by text message.
    Phone,
    /// The realm, which must be that of the import.
    Realm,
    /// What the account may do.
    Role,
    /// Whether the second factor is on where it is optional.
    SecondFactor,
}

/// The names of the columns.
const NAMES: [(&str, Column); 12] = [
    ("identifier", Column::Identifier),
    ("identifiers", Column::Identifier),
    ("login_id", Column::Identifier),
    ("username", Column::Identifier),
    ("name", Column::Name),
    ("email", Column::Email),
    ("phone", Column::Phone),
    ("role", Column::Role),
    ("second_factor", Column::SecondFactor),
    ("password_hash", Column::PasswordHash),
    ("disabled", Column::Disabled),
    ("realm", Column::Realm),
];

/// What `account export` writes and an import leaves alone: it belongs to the installation that the accounts come from.
const LEFT_ALONE: [&str; 6] = ["id", "source", "created_at", "password_set_at", "second_factor_at", "last_login_at"];

/// One line of the file.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its number in the file, from 1; the heads are line 1.
    pub number: u64,
    /// What it says, by column. A column that is there several times has all its values, separated by spaces.
    pub values: BTreeMap<Column, String>,
    /// Why it cannot be read.
    pub fault: Option<Refused>,
}

impl Line {
    /// What it says in a column, if anything.
    pub fn value(&self, column: Column) -> Option<&str> {
        self.values.get(&column).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Takes the file apart. What is wrong with all of it is refused; what is wrong with one line is noted at that line.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, Error> {
    // What is UTF-8 and may have lines of any length has no fault that the reader knows.
    let broken = |error: csv::Error| Error::Internal(error.to_string());
    if bytes.len() > FILE_LEN_MAX {
        return Err(Error::Invalid(Refused::new("command-refused-file-large")));
    }
    let text = text(bytes)?;
    let delimiter = delimiter(text.lines().next().unwrap_or_default());
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let heads = reader.headers().map_err(broken)?.clone();
    let columns = columns(&heads)?;
    let mut lines = Vec::new();
    let mut numbers = Numbers { text: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        let record = record.map_err(broken)?;
        if lines.len() >= LINES_MAX {
            return Err(Error::Invalid(Refused::new("command-refused-file-long").arg("most", LINES_MAX)));
        }
        lines.push(line(&record, &columns, &mut numbers));
    }
    if lines.is_empty() {
        return Err(Error::Invalid(Refused::new("command-refused-file-empty")));
    }
    Ok(lines)
}

fn text(bytes: &[u8]) -> Result<&str, Error> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Error::Invalid(Refused::new("command-refused-file-utf16")));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        Error::Invalid(Refused::new("command-refused-line-encoding").arg("line", line))
    })
}

/// What separates the heads. No head holds any of the three, so the first that is there is it.
fn delimiter(heads: &str) -> u8 {
    [b',', b';', b'\t'].into_iter().find(|candidate| heads.as_bytes().contains(candidate)).unwrap_or(b',')
}

fn columns(heads: &StringRecord) -> Result<Vec<Option<Column>>, Error> {
    let mut columns = Vec::new();
    for head in heads {
        let name = head.to_lowercase().replace([' ', '-'], "_");
        let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, column)| *column);
        if known.is_none() && !LEFT_ALONE.contains(&name.as_str()) {
            let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
            let refused = Refused::new("command-refused-no-column").arg("column", format!("{head:?}"));
            return Err(Error::Invalid(refused.arg("columns", names.join(", "))));
        }
        let twice = known.is_some_and(|column| column != Column::Identifier && columns.contains(&Some(column)));
        if twice {
            return Err(Error::Invalid(
                Refused::new("command-refused-column-twice").arg("column", format!("{head:?}")),
            ));
        }
        columns.push(known);
    }
    for (column, name) in [(Column::Identifier, "identifier"), (Column::Name, "name")] {
        if !columns.contains(&Some(column)) {
            return Err(Error::Invalid(Refused::new("command-refused-column-missing").arg("column", name)));
        }
    }
    Ok(columns)
}

/// Counts lines up to where a record begins. The reader's own count is one behind where lines end with CR LF, because it
/// takes the LF for the beginning of the next record.
struct Numbers<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Numbers<'_> {
    fn of(&mut self, record: &StringRecord) -> u64 {
        let begins = record.position().map_or(0, csv::Position::byte);
        let begins = usize::try_from(begins).unwrap_or(usize::MAX);
        while let Some(byte) = self.text.get(self.at) {
            if self.at >= begins && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

fn line(record: &StringRecord, columns: &[Option<Column>], numbers: &mut Numbers<'_>) -> Line {
    let number = numbers.of(record);
    let mut line = Line { number, ..Line::default() };
    if record.len() != columns.len() {
        let refused = Refused::new("command-refused-line-fields");
        line.fault = Some(refused.arg("fields", record.len()).arg("columns", columns.len()));
    } else if record.as_slice().len() > LINE_LEN_MAX {
        line.fault = Some(Refused::new("command-refused-line-long"));
    } else {
        for (value, column) in record.iter().zip(columns).filter_map(|(value, column)| Some((value, (*column)?))) {
            let into = line.values.entry(column).or_default();
            if !into.is_empty() && !value.is_empty() {
                into.push(' ');
            }
            into.push_str(plain(value));
        }
    }
    line
}

/// A value without the apostrophe that `account export` puts before what a spreadsheet would calculate.
fn plain(value: &str) -> &str {
    value.strip_prefix('\'').filter(|rest| rest.starts_with(is_formula)).unwrap_or(value)
}

/// Whether a spreadsheet would take a text that begins so for a formula (security.md E-09).
pub fn is_formula(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Catalogue;

    fn refused(bytes: &[u8]) -> String {
        match read(bytes) {
            Err(Error::Invalid(refused)) => refused.text(&Catalogue::load().unwrap().texts("en")),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn spreadsheets_write_it_in_many_ways() {
        for text in [
            "\u{feff}login_id,Name,Second Factor\r\nT-1,\"Smith, Ana\",yes\r\n",
            "login_id;name;second_factor\nT-1;\"Smith, Ana\";yes\n",
            "\"login_id\"\tname\tsecond-factor\n T-1 \tSmith, Ana\tyes",
        ] {
            let lines = read(text.as_bytes()).unwrap();
            assert_eq!(lines.len(), 1, "{text}");
            assert_eq!(lines[0].number, 2, "{text}");
            assert_eq!(lines[0].value(Column::Identifier), Some("T-1"), "{text}");
            assert_eq!(lines[0].value(Column::Name), Some("Smith, Ana"), "{text}");
            assert_eq!(lines[0].value(Column::SecondFactor), Some("yes"), "{text}");
        }
    }

    #[test]
    fn several_identifiers_are_one_list_and_an_apostrophe_goes() {
        let lines = read(b"login_id,username,name,id\nT-1,'@ana,'=Ana,7\n").unwrap();
        assert_eq!(lines[0].value(Column::Identifier), Some("T-1 @ana"));
        assert_eq!(lines[0].value(Column::Name), Some("=Ana"));
        assert_eq!(plain("'twas"), "'twas");
    }

    #[test]
    fn lines_are_counted_over_quoted_line_breaks() {
        let lines = read(b"username,name\na,\"x\ny\"\nb\nc,z,q\nd,w\n").unwrap();
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 4, 5, 6]);
        assert!(lines[0].fault.is_none() && lines[1].fault.is_some() && lines[2].fault.is_some());
    }

    #[test]
    fn a_file_that_is_no_list_of_accounts_is_refused_in_words() {
        assert!(refused(b"").contains("identifier is missing"));
        assert!(refused(b"username,nam\n").contains("no column \"nam\""));
        assert!(refused(b"username,password,name\n").contains("no column \"password\""));
        assert!(refused(b"username,name,phone,phone\n").contains("twice"));
        assert!(refused(b"username,name\n").contains("no account"));
        assert!(refused(b"username,name\na,b\nc,\xff\n").contains("line 3 is not UTF-8"));
        assert!(refused(b"\xff\xfeu\0").contains("UTF-16"));
        assert!(refused(&vec![b'a'; FILE_LEN_MAX + 1]).contains("32 MiB"));
    }
}
