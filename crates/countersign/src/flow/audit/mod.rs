//! The audit log's chain: giving rows their place, and finding what was changed.

pub mod export;
mod record;
pub mod verify;

use std::sync::Arc;

use countersign_core::audit_chain::{ChainKey, Head};

use crate::app::App;
use crate::flow::Error;
use crate::store::audit_chain::StoredHead;
use crate::store::error::Error as StoreError;
use crate::store::tx::Tx;

/// How many rows get their place in one transaction.
const BATCH: u32 = 500;

/// What one transaction did.
enum Chained {
    /// So many rows have their place now.
    Rows(usize),
    /// The head is not the one that was left there.
    Broken,
}

/// Gives every row that has none its place. Returns how many there were.
pub async fn chain(app: &Arc<App>) -> Result<u64, Error> {
    let mut chained: u64 = 0;
    // Nearly always there is nothing, and then there is nothing to write.
    while app.store.audit_unchained().await? > 0 {
        let key = app.keys.audit.clone();
        let done = app.store.write(move |tx| Box::pin(async move { chain_batch(tx, &key).await })).await?;
        match done {
            Chained::Rows(rows) => chained = chained.saturating_add(u64::try_from(rows).unwrap_or_default()),
            Chained::Broken => {
                let text = "the audit log's chain does not end where it was left, or was made under another key: run \
                            `countersign audit verify --database`";
                return Err(Error::Internal(text.to_owned()));
            }
        }
    }
    Ok(chained)
}

/// Begins the chain anew where it ends, if it was not made under this key: the key before is not there to go on with it.
/// Returns after which place.
pub(super) async fn begin_anew(tx: &mut Tx, key: &ChainKey) -> Result<Option<u64>, StoreError> {
    let first = StoredHead { end: Head::START, seal: Head::START.seal(key) };
    let head = tx.lock_audit_head(&first).await?;
    if head.is_some_and(|head| head.end.seal(key) == head.seal) {
        return Ok(None);
    }
    let end = Head::anew(tx.last_audit_place().await?);
    tx.put_audit_head(&StoredHead { end, seal: end.seal(key) }).await?;
    Ok(Some(end.place))
}

async fn chain_batch(tx: &mut Tx, key: &ChainKey) -> Result<Chained, StoreError> {
    let first = StoredHead { end: Head::START, seal: Head::START.seal(key) };
    let Some(head) = tx.lock_audit_head(&first).await? else { return Ok(Chained::Broken) };
    if head.end.seal(key) != head.seal {
        return Ok(Chained::Broken);
    }
    // Read after the lock was taken: what another node has chained in the meantime is not among them.
    let rows = tx.unchained_audit_rows(BATCH).await?;
    let mut end = head.end;
    for row in &rows {
        end = end.next(record::canonical(row).as_bytes(), key);
        tx.chain_audit_row(row.id, &end).await?;
    }
    if !rows.is_empty() {
        tx.move_audit_head(&StoredHead { end, seal: end.seal(key) }).await?;
    }
    Ok(Chained::Rows(rows.len()))
}
