//! Whether anybody changed the audit log, in the database or in an exported file.

use std::io::{BufRead, Read as _};

use countersign_core::audit_chain::{ChainKey, Head};
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::flow::Error;
use crate::flow::audit::record::{self, Closing, Line};

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
        /// How many wait for their place: they are not protected yet.
        waiting: u64,
    },
}

impl Verdict {
    fn changed(place: impl Into<String>, why: &'static str) -> Self {
        Self::Changed { place: place.into(), why }
    }
}

/// Walks the chain in the database from its beginning to its head.
pub async fn database(app: &App) -> Result<Verdict, Error> {
    let key = &app.keys.audit;
    // Read first: what is chained while the walk goes on is beyond it.
    let head = app.store.audit_head().await?;
    let mut last = Head::START;
    loop {
        let page = app.store.audit_chain(last.place, PAGE).await?;
        if page.is_empty() {
            break;
        }
        for chained in page {
            let place = || format!("entry {} (place {})", chained.row.id, chained.end.place);
            let expected = last.next(record::canonical(&chained.row).as_bytes(), key);
            if chained.end.place != expected.place {
                return Ok(Verdict::changed(place(), "one or more entries before it are missing"));
            }
            if chained.end.link != expected.link {
                return Ok(Verdict::changed(place(), "it was changed, or its link was made under another key"));
            }
            last = chained.end;
        }
    }
    let Some(head) = head else {
        let whole = Verdict::Whole { entries: 0, waiting: app.store.audit_unchained().await? };
        let gone = Verdict::changed("the head of the chain", "it is missing, although there are entries");
        return Ok(if last.place == 0 { whole } else { gone });
    };
    if head.end.seal(key) != head.seal {
        return Ok(Verdict::changed("the head of the chain", "it was changed, or made under another key"));
    }
    if last.place < head.end.place {
        let place = format!("place {}", last.place.saturating_add(1));
        return Ok(Verdict::changed(place, "the entries from here to the end of the chain are missing"));
    }
    Ok(Verdict::Whole { entries: last.place, waiting: app.store.audit_unchained().await? })
}

/// Goes through an exported file. It needs the key and nothing of the database.
pub fn file(key: &ChainKey, mut from: impl BufRead) -> Result<Verdict, Error> {
    let mut digest = Sha256::new();
    let mut number: u64 = 0;
    let mut last: Option<Head> = None;
    let mut is_contiguous_from_start = true;
    loop {
        let mut bytes = Vec::new();
        let read = from.by_ref().take(LINE_LEN_MAX).read_until(b'\n', &mut bytes);
        read.map_err(|error| Error::Invalid(format!("the file cannot be read: {error}")))?;
        number = number.saturating_add(1);
        let place = || format!("line {number}");
        if bytes.is_empty() {
            return Ok(Verdict::changed(place(), "the closing line is missing: the end of the file was cut off"));
        }
        let Ok(line) = serde_json::from_slice::<Line>(&bytes) else {
            return Ok(Verdict::changed(place(), "it is no line of an exported audit log"));
        };
        let entry = match line {
            Line::Entry(entry) => entry,
            Line::Closing(closing) => {
                let whole = Counted { lines: number.saturating_sub(1), is_contiguous_from_start };
                let digest: [u8; 32] = digest.finalize().into();
                return end(key, &closing, &whole, &digest, from);
            }
        };
        digest.update(&bytes);
        let Some((row, before, own)) = entry.parts() else {
            return Ok(Verdict::changed(place(), "its links are no links"));
        };
        let expected = before.next(record::canonical(&row).as_bytes(), key);
        if expected.link != own {
            return Ok(Verdict::changed(place(), "it was changed, or its link was made under another key"));
        }
        let previous = last.unwrap_or(Head::START);
        if before.place < previous.place || (before.place == previous.place && before.link != previous.link) {
            return Ok(Verdict::changed(place(), "it does not follow the line before"));
        }
        is_contiguous_from_start &= before.place == previous.place;
        last = Some(expected);
    }
}

/// What was counted of a file.
struct Counted {
    lines: u64,
    is_contiguous_from_start: bool,
}

fn end(
    key: &ChainKey,
    closing: &Closing,
    counted: &Counted,
    digest: &[u8; 32],
    mut rest: impl BufRead,
) -> Result<Verdict, Error> {
    let place = || format!("line {}", counted.lines.saturating_add(1));
    let sealed = record::link(&closing.closing) == Some(key.closing(counted.lines, digest));
    if closing.lines != counted.lines || !sealed {
        return Ok(Verdict::changed(place(), "lines before the closing line were removed, added or moved"));
    }
    if !closing.selected && !counted.is_contiguous_from_start {
        return Ok(Verdict::changed(place(), "entries are missing in the database that this was exported from"));
    }
    let more = rest.fill_buf().map_err(|error| Error::Invalid(format!("the file cannot be read: {error}")))?;
    if !more.is_empty() {
        return Ok(Verdict::changed(place(), "there is something after the closing line"));
    }
    Ok(Verdict::Whole { entries: counted.lines, waiting: 0 })
}
