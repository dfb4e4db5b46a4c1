//! One entry as text: the canonical form that links are made over, and the line of an exported file.

use std::collections::BTreeMap;

use countersign_core::audit_chain::{ChainKey, Head, Link};
use countersign_core::id::AccountId;
use countersign_core::realm::RealmName;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::store::audit::AuditRow;
use crate::store::audit_chain::ChainedRow;

/// A line of an exported file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Line {
    /// The last one.
    Closing(Closing),
    /// An entry.
    Entry(Box<Entry>),
}

/// An entry with its place in the chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) place: u64,
    id: i64,
    at: Timestamp,
    event: String,
    account: Option<AccountId>,
    realm: Option<RealmName>,
    ip: Option<String>,
    detail: Value,
    previous: String,
    link: String,
}

/// What the last line says about those before it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Closing {
    /// How many entries there are.
    pub(super) lines: u64,
    /// Whether entries were left out on purpose.
    pub(super) selected: bool,
    /// The MAC over all of this and the digest of the lines.
    pub(super) mac: String,
}

impl Entry {
    pub(super) fn new(chained: &ChainedRow, previous: Link) -> Self {
        let row = chained.row.clone();
        Self {
            place: chained.end.place,
            id: row.id,
            at: row.at,
            event: row.event,
            account: row.account,
            realm: row.realm,
            ip: row.ip,
            detail: row.detail,
            previous: text(previous),
            link: text(chained.end.link),
        }
    }

    /// The row, the head before it and its own link, as the line gives them.
    pub(super) fn parts(self) -> Option<(AuditRow, Head, Link)> {
        let before = Head { place: self.place.checked_sub(1)?, link: link(&self.previous)? };
        let own = link(&self.link)?;
        let Self { id, at, event, account, realm, ip, detail, .. } = self;
        Some((AuditRow { id, at, event, account, realm, ip, detail }, before, own))
    }
}

/// The text that a row's link is made over. It is the same whatever the database and its JSON do with blanks and the
/// order of keys, and an instant is the number that the row holds.
pub(super) fn canonical(row: &AuditRow) -> String {
    let fields = json!({
        "id": row.id,
        "at": row.at.as_microsecond(),
        "event": row.event,
        "account": row.account,
        "realm": row.realm,
        "ip": row.ip,
        "detail": row.detail,
    });
    sorted(fields).to_string()
}

/// The link that a row's own was made over: that of the row before, or none where the chain begins anew under this key.
pub(super) fn previous(chained: &ChainedRow, last: Head, key: &ChainKey) -> Link {
    let anew = Head::anew(last.place);
    if anew.next(canonical(&chained.row).as_bytes(), key) == chained.end { anew.link } else { last.link }
}

/// A link as hexadecimal.
pub(super) fn text(link: Link) -> String {
    HEXLOWER.encode(&link.0)
}

/// A link from hexadecimal.
pub(super) fn link(text: &str) -> Option<Link> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok().map(Link)
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(sorted).collect(),
        Value::Object(fields) => {
            let fields: BTreeMap<String, Value> = fields.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(fields.into_iter().collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_does_not_depend_on_the_order_of_keys() {
        let row = |detail: &str| AuditRow {
            id: 7,
            at: Timestamp::from_microsecond(1_800_000_000_000_001).unwrap(),
            event: "authn_login_fail".to_owned(),
            account: None,
            realm: Some(RealmName::internal()),
            ip: None,
            detail: serde_json::from_str(detail).unwrap(),
        };
        let one = canonical(&row(r#"{"b": [{"y": 1, "x": 2}], "a": null}"#));
        assert_eq!(one, canonical(&row(r#"{"a":null,"b":[{"x":2,"y":1}]}"#)));
        assert_eq!(
            one,
            r#"{"account":null,"at":1800000000000001,"detail":{"a":null,"b":[{"x":2,"y":1}]},"event":"authn_login_fail","id":7,"ip":null,"realm":"internal"}"#
        );
    }
}
