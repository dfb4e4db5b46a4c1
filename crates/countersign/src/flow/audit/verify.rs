//! Whether anybody changed the audit log, in the database or in an exported file.

use std::io::{self, BufRead, Read as _};

use countersign_core::audit_chain::{ChainKey, Head};
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::flow::audit::record::{self, Closing, Line};
use crate::flow::{Error, Refused};
use crate::store::audit::AuditRow;

/// How many rows are read at a time.
const PAGE: u32 = 1_000;
/// The longest line of a file.
const LINE_LEN_MAX: u64 = 1024 * 1024;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something was changed, from here on.
    Changed {
        /// The first line or row that does not fit.
        place: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Nothing was changed.
    Whole {
        /// How many entries are in the chain.
        entries: u64,
        /// How many before them are of a chain under another key, and cannot be checked with this one.
        earlier: u64,
        /// How many wait for their place: they are not protected yet.
        waiting: u64,
    },
}

impl Verdict {
    fn changed(place: impl Into<String>, why: &'static str) -> Self {
        Self::Changed { place: place.into(), why }
    }
}

/// A walk along entries. What does not fit is forgiven where the chain begins anew under the key: before that it is another
/// key's, which nobody without the key can pretend.
struct Walk<'k> {
    key: &'k ChainKey,
    last: Head,
    entries: u64,
    earlier: u64,
    fault: Option<Verdict>,
}

impl<'k> Walk<'k> {
    const fn new(key: &'k ChainKey) -> Self {
        Self { key, last: Head::START, entries: 0, earlier: 0, fault: None }
    }

    /// Goes on to an entry that says where it stands.
    fn step(&mut self, row: &AuditRow, before: Head, own: Head, told: Told<'_>) {
        let canonical = record::canonical(row);
        let begins_anew = before.place > 0 && Head::anew(before.place).next(canonical.as_bytes(), self.key) == own;
        if begins_anew {
            (self.earlier, self.entries, self.fault) = (self.earlier.saturating_add(self.entries), 0, None);
        } else if let Some(why) = told.misplaced {
            self.fault.get_or_insert_with(|| Verdict::changed(told.place, why));
        } else if before.next(canonical.as_bytes(), self.key) != own {
            let why = "it was changed, or its link was made under another key";
            self.fault.get_or_insert_with(|| Verdict::changed(told.place, why));
        }
        self.entries = self.entries.saturating_add(1);
        self.last = own;
    }
}

/// How an entry is named, and what is wrong with where it stands.
#[derive(Clone, Copy)]
struct Told<'t> {
    place: &'t str,
    misplaced: Option<&'static str>,
}

/// Walks the chain in the database from its beginning to its head.
pub async fn database(app: &App) -> Result<Verdict, Error> {
    let key = &app.keys.audit;
    // Read first: what is chained while the walk goes on is beyond it.
    let head = app.store.audit_head().await?;
    let mut walk = Walk::new(key);
    loop {
        let page = app.store.audit_chain(walk.last.place, PAGE).await?;
        if page.is_empty() {
            break;
        }
        for chained in page {
            let place = format!("entry {} (place {})", chained.row.id, chained.end.place);
            let before = Head { place: chained.end.place.saturating_sub(1), link: walk.last.link };
            let missing = before.place != walk.last.place;
            let misplaced = missing.then_some("one or more entries before it are missing");
            walk.step(&chained.row, before, chained.end, Told { place: &place, misplaced });
        }
    }
    if let Some(fault) = walk.fault {
        return Ok(fault);
    }
    let waiting = app.store.audit_unchained().await?;
    let Some(head) = head else {
        let gone = Verdict::changed("the head of the chain", "it is missing, although there are entries");
        let whole = Verdict::Whole { entries: 0, earlier: 0, waiting };
        return Ok(if walk.last.place == 0 { whole } else { gone });
    };
    if head.end.seal(key) != head.seal {
        return Ok(Verdict::changed("the head of the chain", "it was changed, or made under another key"));
    }
    if walk.last.place < head.end.place {
        let place = format!("place {}", walk.last.place.saturating_add(1));
        return Ok(Verdict::changed(place, "the entries from here to the end of the chain are missing"));
    }
    Ok(Verdict::Whole { entries: walk.entries, earlier: walk.earlier, waiting })
}

/// Goes through an exported file. It needs the key and nothing of the database.
pub fn file(key: &ChainKey, mut from: impl BufRead) -> Result<Verdict, Error> {
    let mut digest = Sha256::new();
    let mut number: u64 = 0;
    let mut walk = Walk::new(key);
    let mut is_contiguous = true;
    loop {
        let mut bytes = Vec::new();
        let read = from.by_ref().take(LINE_LEN_MAX).read_until(b'\n', &mut bytes);
        read.map_err(|error| unreadable(&error))?;
        number = number.saturating_add(1);
        let place = format!("line {number}");
        // What does not fit comes before what is missing, because it comes before it in the file.
        let mut refused = |why| walk.fault.take().unwrap_or_else(|| Verdict::changed(place.as_str(), why));
        if bytes.is_empty() {
            return Ok(refused("the closing line is missing: the end of the file was cut off"));
        }
        let Ok(line) = serde_json::from_slice::<Line>(&bytes) else {
            return Ok(refused("it is no line of an exported audit log"));
        };
        let entry = match line {
            Line::Entry(entry) => entry,
            Line::Closing(closing) => {
                let digest: [u8; 32] = digest.finalize().into();
                return end(walk, &closing, is_contiguous, &digest, from);
            }
        };
        digest.update(&bytes);
        let Some((row, before, own)) = entry.parts() else {
            return Ok(refused("its links are no links"));
        };
        let last = walk.last;
        let own = Head { place: before.place.saturating_add(1), link: own };
        let follows = before.place > last.place || (before.place == last.place && before.link == last.link);
        let misplaced = (!follows).then_some("it does not follow the line before");
        walk.step(&row, before, own, Told { place: &place, misplaced });
        is_contiguous &= before.place == last.place;
    }
}

fn unreadable(error: &io::Error) -> Error {
    Error::Invalid(Refused::new("command-refused-file-unreadable").arg("why", error))
}

/// The closing line, and what is after it.
fn end(
    walk: Walk<'_>,
    closing: &Closing,
    is_contiguous: bool,
    digest: &[u8; 32],
    mut rest: impl BufRead,
) -> Result<Verdict, Error> {
    if let Some(fault) = walk.fault {
        return Ok(fault);
    }
    let lines = walk.earlier.saturating_add(walk.entries);
    let place = format!("line {}", lines.saturating_add(1));
    let sealed = record::link(&closing.mac) == Some(walk.key.closing(lines, closing.selected, digest));
    if closing.lines != lines || !sealed {
        return Ok(Verdict::changed(place, "lines before the closing line were removed, added or moved"));
    }
    if !closing.selected && !is_contiguous {
        return Ok(Verdict::changed(place, "entries are missing in the database that this was exported from"));
    }
    let more = rest.fill_buf().map_err(|error| unreadable(&error))?;
    if !more.is_empty() {
        return Ok(Verdict::changed(place, "there is something after the closing line"));
    }
    Ok(Verdict::Whole { entries: walk.entries, earlier: walk.earlier, waiting: 0 })
}
