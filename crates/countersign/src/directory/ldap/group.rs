//! Whether somebody is in the group that is required, directly or through other groups.

use crate::directory::Fault;
use crate::directory::ldap::filter::Filter;
use crate::directory::ldap::message::{Scope, Search};
use crate::directory::ldap::settings::Kind;
use crate::directory::ldap::wire::{Hits, Wire};

/// How many groups may stand between a person and the group, and how many are followed at each step.
const DEPTH_MAX: usize = 5;
const WIDTH_MAX: u32 = 64;

const WHAT: &str = "the required group";

/// Whether the entry `dn` is in the group. The server compares the names: two texts may be one name.
pub(super) async fn has(wire: &mut Wire, kind: Kind, group: &str, dn: &str, names: &[String]) -> Result<bool, Fault> {
    match kind {
        Kind::ActiveDirectory => {
            let filter = Filter::in_chain("memberOf", group);
            is_there(wire, dn, &filter).await
        }
        Kind::Openldap | Kind::Other => climb(wire, group, dn, names).await,
    }
}

/// Climbs from the person to the groups that hold them, to the groups that hold those, until the group is among them.
async fn climb(wire: &mut Wire, group: &str, dn: &str, names: &[String]) -> Result<bool, Fault> {
    // posixGroup has the bare name of a member (RFC 2307).
    let by_name = names.iter().map(|name| Filter::equal("memberUid", name.as_bytes()));
    let mut holds = Filter::Or(holding(dn).into_iter().chain(by_name).collect());
    let mut seen = vec![dn.to_owned()];
    for _ in 0..=DEPTH_MAX {
        if is_there(wire, group, &holds).await? {
            return Ok(true);
        }
        // Nested groups are looked for beside the required one and below.
        let Some((_, beside)) = split_first(group) else { return Ok(false) };
        let search = Search {
            base: beside,
            scope: Scope::Subtree,
            filter: &holds,
            attributes: &["1.1"],
            limit: WIDTH_MAX,
            seconds: 5,
        };
        let (found, _) = wire.find(WHAT, &search).await?;
        let next: Vec<String> = found.into_iter().map(|entry| entry.dn).filter(|dn| !seen.contains(dn)).collect();
        if next.is_empty() {
            return Ok(false);
        }
        holds = Filter::Or(next.iter().flat_map(|dn| holding(dn)).collect());
        seen.extend(next);
    }
    Ok(false)
}

/// A group that holds this entry.
fn holding(dn: &str) -> [Filter; 2] {
    ["member", "uniqueMember"].map(|attribute| Filter::equal(attribute, dn.as_bytes()))
}

async fn is_there(wire: &mut Wire, base: &str, filter: &Filter) -> Result<bool, Fault> {
    let search = Search { base, scope: Scope::Base, filter, attributes: &["1.1"], limit: 1, seconds: 5 };
    Ok(matches!(wire.find_one(WHAT, &search).await?, Hits::One(_)))
}

/// The first part of a distinguished name, and the rest. A comma after a backslash is part of a value.
fn split_first(dn: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let at = dn.char_indices().find_map(|(at, letter)| {
        let splits = letter == ',' && !escaped;
        escaped = letter == '\\' && !escaped;
        splits.then_some(at)
    })?;
    Some((dn.get(..at)?, dn.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_of_a_name_may_hold_commas() {
        assert_eq!(split_first("cn=a,dc=b,dc=c"), Some(("cn=a", "dc=b,dc=c")));
        assert_eq!(split_first("cn=Ruiz\\, Ana,dc=b"), Some(("cn=Ruiz\\, Ana", "dc=b")));
        assert_eq!(split_first("cn=a\\\\,dc=b"), Some(("cn=a\\\\", "dc=b")));
        assert_eq!(split_first("dc=b"), None);
    }
}
