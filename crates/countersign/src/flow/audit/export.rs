//! The audit log as a file of JSON lines, which can be checked without the database.
//!
//! Each line has its own link and the one before, so each can be checked alone; the last line binds all of them, so none
//! can be taken out.

use std::io::{self, Write};
use std::sync::Arc;

use countersign_core::audit_chain::Head;
use countersign_core::id::AccountId;
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::flow::Error;
use crate::flow::audit::record::{self, Closing, Entry};
use crate::store::audit::AuditRow;

/// How many rows are read at a time.
const PAGE: u32 = 1_000;

/// Which entries are exported.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// From this moment on.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Of this account.
    pub account: Option<AccountId>,
}

impl Selection {
    fn is_everything(&self) -> bool {
        self.since.is_none() && self.until.is_none() && self.account.is_none()
    }

    fn takes(&self, row: &AuditRow) -> bool {
        self.since.is_none_or(|since| row.at >= since)
            && self.until.is_none_or(|until| row.at < until)
            && (self.account.is_none() || self.account == row.account)
    }
}

/// A writer that keeps the digest of what went through it.
struct Digested<'a> {
    to: &'a mut (dyn Write + Send),
    digest: Sha256,
}

impl Digested<'_> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), Error> {
        let mut bytes = serde_json::to_vec(line).map_err(|error| Error::Internal(error.to_string()))?;
        bytes.push(b'\n');
        self.digest.update(&bytes);
        self.to.write_all(&bytes).map_err(|error| unwritten(&error))
    }
}

/// Chains what is new, and writes what is selected. Returns how many entries there were.
pub async fn export(app: &Arc<App>, selection: &Selection, to: &mut (dyn Write + Send)) -> Result<u64, Error> {
    super::chain(app).await?;
    let mut to = Digested { to, digest: Sha256::new() };
    let mut last = Head::START;
    let mut lines: u64 = 0;
    loop {
        let page = app.store.audit_chain(last.place, PAGE).await?;
        if page.is_empty() {
            break;
        }
        for chained in page {
            if selection.takes(&chained.row) {
                to.line(&Entry::new(&chained, record::previous(&chained, last, &app.keys.audit)))?;
                lines = lines.saturating_add(1);
            }
            last = chained.end;
        }
    }
    let selected = !selection.is_everything();
    let closing = app.keys.audit.closing(lines, selected, &to.digest.clone().finalize().into());
    to.line(&Closing { lines, selected, mac: record::text(closing) })?;
    to.to.flush().map_err(|error| unwritten(&error))?;
    Ok(lines)
}

fn unwritten(error: &io::Error) -> Error {
    Error::Internal(format!("the audit log could not be written: {error}"))
}
