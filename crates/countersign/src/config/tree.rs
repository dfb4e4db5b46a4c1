//! What was given, as a flat list: every value with its path and where it stands.
//!
//! The file is read first, then the environment, which overrides it; then the files that hold secrets. Whatever is no
//! setting or of the wrong kind is noted as a fault and left out, so that one pass finds everything.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use crate::config::fault::{Fault, NOT_SHOWN, Origin, nearest, shown};
use crate::config::keys::{self, Known};
use crate::config::kind::Kind;
use crate::config::table;

/// Sections that hold only other sections.
const TOP_SECTIONS: [&str; 4] = ["directories", "providers", "realms", "routes"];

/// A value, and where it was given.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// Everything that was given.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// The values of known keys, of the right kind.
    pub(super) values: BTreeMap<String, Given>,
    /// The sections that were named, even without a value.
    sections: BTreeMap<String, Origin>,
    /// Where each key was given, refused ones included.
    origins: BTreeMap<String, Origin>,
    /// The keys whose value was refused.
    refused: Vec<String>,
    /// What is wrong so far.
    pub(super) faults: Vec<Fault>,
}

impl Tree {
    /// Reads the text of a file.
    pub(super) fn read(&mut self, text: &str) {
        let (spans, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            self.faults.extend(errors.iter().map(|error| syntax(text, error)));
            return;
        }
        match text.parse::<Table>() {
            Ok(table) => self.read_table("", &table, spans.get_ref(), text),
            Err(error) => self.faults.push(syntax(text, &error)),
        }
    }

    fn read_table(&mut self, path: &str, table: &Table, spans: &DeTable<'_>, text: &str) {
        for (name, span) in spans {
            let Some(value) = table.get(name.get_ref().as_ref()) else { continue };
            let path = join(path, name.get_ref());
            let origin = Origin::Line(line_and_column(text, name.span().start).0);
            match (value, span.get_ref()) {
                (Value::Table(table), DeValue::Table(spans)) if keys::find(&path).is_none() => {
                    self.name_section(&path, origin);
                    if keys::is_section(&path) {
                        self.read_table(&path, table, spans, text);
                    }
                }
                _ => self.give(&path, value.clone(), origin),
            }
        }
    }

    fn name_section(&mut self, path: &str, origin: Origin) {
        if keys::is_section(path) {
            self.sections.insert(path.to_owned(), origin);
        } else {
            self.unknown(path, Some(origin));
        }
    }

    /// Takes a value in, if there is such a key and the value is of its kind.
    pub(super) fn give(&mut self, path: &str, value: Value, origin: Origin) {
        self.origins.insert(path.to_owned(), origin.clone());
        let Some((kind, secret)) = kind_of(path) else {
            if keys::is_section(path) {
                let allowed = format!("a section: [{path}] with its keys below it");
                self.refuse(path, NOT_SHOWN.to_owned(), Some(origin), allowed);
            } else {
                self.unknown(path, Some(origin));
            }
            return;
        };
        if kind.fits(&value) {
            self.name_parents(path, &origin);
            self.values.insert(path.to_owned(), Given { value, origin });
            return;
        }
        let value = if secret { NOT_SHOWN.to_owned() } else { shown_value(&value) };
        self.refuse(path, value, Some(origin), kind.allowed());
    }

    /// Notes a value that is not allowed, and forgets it.
    pub(super) fn refuse(&mut self, path: &str, value: String, origin: Option<Origin>, allowed: impl Into<String>) {
        self.values.remove(path);
        self.refused.push(path.to_owned());
        self.faults.push(Fault::Value { key: path.to_owned(), value, origin, allowed: allowed.into() });
    }

    /// Remembers that a value was refused, where the fault is told otherwise.
    pub(super) fn mark_refused(&mut self, path: &str) {
        self.refused.push(path.to_owned());
    }

    /// Refuses the text that was given for a key.
    pub(super) fn refuse_text(&mut self, path: &str, text: &str, allowed: impl Into<String>) {
        let origin = self.origin(path);
        self.refuse(path, shown(text), origin, allowed);
    }

    /// Notes a key that must be given and was not; silent if its value was refused already.
    pub(super) fn missing(&mut self, path: &str, allowed: &str) {
        if !self.was_refused(path) {
            self.faults.push(Fault::Missing { key: path.to_owned(), allowed: allowed.to_owned() });
        }
    }

    pub(super) fn unknown(&mut self, path: &str, origin: Option<Origin>) {
        let nearest = suggestion(path);
        self.faults.push(Fault::Unknown { key: path.to_owned(), origin, nearest });
    }

    pub(super) fn text(&self, path: &str) -> Option<String> {
        Some(self.values.get(path)?.value.as_str()?.to_owned())
    }

    /// Puts another text in the place of one that was given.
    pub(super) fn replace_text(&mut self, path: &str, text: &str) {
        if let Some(given) = self.values.get_mut(path) {
            given.value = Value::String(text.to_owned());
        }
    }

    pub(super) fn list(&self, path: &str) -> Option<Vec<String>> {
        let items = self.values.get(path)?.value.as_array()?;
        Some(items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    pub(super) fn has_section(&self, path: &str) -> bool {
        self.sections.contains_key(path)
    }

    /// Whether the value of a key, or of one below it, was refused.
    pub(super) fn was_refused(&self, path: &str) -> bool {
        self.refused.iter().any(|refused| below(refused, path).is_some() || refused == path)
    }

    /// Where a key was given; for a section the first of its values.
    pub(super) fn origin(&self, path: &str) -> Option<Origin> {
        let given = self.origins.get(path).or_else(|| {
            let mut inside = self.origins.iter().filter(|(key, _)| below(key, path).is_some());
            inside.next().map(|(_, origin)| origin).or_else(|| self.sections.get(path))
        });
        given.cloned()
    }

    /// The values of a section as a TOML table.
    pub(super) fn table(&self, section: &str) -> Table {
        let mut table = Table::new();
        for (path, given) in &self.values {
            if let Some(rest) = below(path, section) {
                insert(&mut table, rest, given.value.clone());
            }
        }
        table
    }

    /// The names directly below a section.
    pub(super) fn names(&self, section: &str) -> Vec<String> {
        let below = self.sections.keys().filter_map(|path| below(path, section));
        let names: BTreeSet<&str> = below.filter_map(|rest| rest.split('.').next()).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// Leaves a section out, with everything in it.
    pub(super) fn forget_section(&mut self, path: &str) {
        self.sections.retain(|section, _| section != path && below(section, path).is_none());
        self.values.retain(|key, _| below(key, path).is_none());
    }

    fn name_parents(&mut self, path: &str, origin: &Origin) {
        for (at, _) in path.match_indices('.') {
            if let Some(parent) = path.get(..at) {
                self.sections.entry(parent.to_owned()).or_insert_with(|| origin.clone());
            }
        }
    }
}

/// The kind of the key at a path, and whether its value is a secret.
pub(super) fn kind_of(path: &str) -> Option<(Kind, bool)> {
    match keys::find(path)? {
        Known::Key(key) => Some((key.kind, key.kind == Kind::Secret)),
        Known::FileOfSecret => Some((Kind::Text, false)),
    }
}

/// The rest of a path below a section.
pub(super) fn below<'a>(path: &'a str, section: &str) -> Option<&'a str> {
    path.strip_prefix(section)?.strip_prefix('.')
}

/// The path that was probably meant: a similar key in the same section, a similar path, or the same key elsewhere.
fn suggestion(path: &str) -> Option<String> {
    // A pattern that ends in a name would be as good as any.
    let sections = table::sections().map(|section| section.path.to_owned()).filter(|path| !path.ends_with('*'));
    let paths = keys::all().map(|(path, _)| path).chain(sections).chain(TOP_SECTIONS.map(str::to_owned));
    let named: Vec<String> = paths.map(|pattern| with_names_of(&pattern, path)).collect();
    let known = || named.iter().map(String::as_str);
    let (section, last) = path.rsplit_once('.').unwrap_or(("", path));
    let siblings = known().filter_map(|known| known.rsplit_once('.').filter(|(of, _)| *of == section));
    if let Some(sibling) = nearest(last, siblings.map(|(_, name)| name)) {
        return Some(join(section, sibling));
    }
    let elsewhere = || known().find(|known| known.rsplit('.').next() == Some(last));
    let quoted = path.trim_matches('"');
    nearest(quoted, known()).or_else(elsewhere).map(str::to_owned)
}

/// The pattern with the names of `path` for its stars, so that the two can be compared.
fn with_names_of(pattern: &str, path: &str) -> String {
    let names = path.split('.').map(Some).chain(std::iter::repeat(None));
    let segments = pattern.split('.').zip(names).map(|(segment, name)| match (segment, name) {
        ("*", Some(name)) => name,
        ("*", None) => "NAME",
        _ => segment,
    });
    segments.collect::<Vec<_>>().join(".")
}

/// A quoted key with a dot in it stays one key, which no setting has.
fn join(path: &str, name: &str) -> String {
    let name = if name.contains('.') { format!("{name:?}") } else { name.to_owned() };
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

fn insert(table: &mut Table, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            table.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = table.entry(first).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

fn shown_value(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), shown)
}

fn syntax(text: &str, error: &toml::de::Error) -> Fault {
    let (line, column) = line_and_column(text, error.span().map_or(text.len(), |span| span.start));
    Fault::Syntax { line, column, detail: error.message().replace('\n', ", ") }
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before.get(line_start..).map_or(0, |part| part.chars().count());
    (before.matches('\n').count() + 1, column + 1)
}
