//! Whose connection it is, as Active Directory itself says.

use crate::directory::Fault;
use crate::directory::ldap::filter::Filter;
use crate::directory::ldap::message::{Entry, Scope, Search};
use crate::directory::ldap::wire::{Hits, Wire};

/// Whether the entry is that of the person who bound: its objectSid is among the identifiers that the server gave the
/// connection (MS-ADTS 3.1.1.3.2.26, `tokenGroups` of the root).
pub(super) async fn has_bound(wire: &mut Wire, entry: &Entry) -> Result<bool, Fault> {
    let filter = Filter::anything();
    let search =
        Search { base: "", scope: Scope::Base, filter: &filter, attributes: &["tokenGroups"], limit: 1, seconds: 5 };
    let Hits::One(root) = wire.find_one("who is connected", &search).await? else { return Ok(false) };
    let Some(sid) = entry.values("objectSid").next() else { return Ok(false) };
    Ok(root.values("tokenGroups").any(|group| group == sid))
}
