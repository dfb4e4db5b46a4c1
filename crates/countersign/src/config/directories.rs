//! The sections `[directories.…]`, and which of them the realms use.

use std::collections::BTreeMap;
use std::path::Path;

use countersign_core::realm::SourceName;
use countersign_core::settings::Settings;

use crate::config::keys::Given;
use crate::config::table;
use crate::config::tree::Tree;
use crate::directory::ldap::settings::DirectorySettings;

/// The most sources of a realm: each is asked in turn, and a person waits.
const SOURCES_MAX: usize = 4;

/// The directories that are configured, by their name as a source.
pub type DirectoriesSettings = BTreeMap<SourceName, DirectorySettings>;

/// Reads the sections and notes every fault.
pub(super) fn read(tree: &mut Tree, folder: &Path, settings: &Settings) -> DirectoriesSettings {
    let mut directories = BTreeMap::new();
    let mut names = vec![SourceName::local()];
    for name in tree.names("directories") {
        let path = format!("directories.{name}");
        match name.parse::<SourceName>() {
            Ok(source) if source == SourceName::local() => {
                let origin = tree.origin(&path);
                tree.refuse(&path, "\"local\"".to_owned(), origin, "another name: local is Countersign's own database");
            }
            Ok(source) => {
                // A directory whose settings have faults counts as configured, so that its name is not a fault as well.
                names.push(source.clone());
                let country = settings.site.country.clone();
                if let Some(directory) = section(tree, &path, folder) {
                    let country = directory.country.clone().or(country);
                    directories.insert(source, DirectorySettings { country, ..directory });
                }
            }
            Err(bad) => {
                let origin = tree.origin(&path);
                tree.refuse(&path, format!("{name:?}"), origin, bad.to_string());
            }
        }
    }
    check_realms(tree, settings, &names);
    directories
}

fn section(tree: &mut Tree, path: &str, folder: &Path) -> Option<DirectorySettings> {
    let ca_file = format!("{path}.ca_file");
    if let Some(file) = tree.text(&ca_file) {
        tree.replace_text(&ca_file, &folder.join(file).display().to_string());
    }
    let given = tree.table(path);
    let section = table::sections().find(|section| section.path == "directories.*")?;
    for key in section.keys {
        if matches!(key.given, Given::Refused(_)) && !given.contains_key(key.name) {
            tree.missing(&format!("{path}.{}", key.name), key.about);
        }
    }
    if tree.was_refused(path) {
        return None;
    }
    // Every type was checked before; what is left is a key that is missing, which was noted.
    let settings: DirectorySettings = given.try_into().ok()?;
    for fault in settings.faults() {
        let key = format!("{path}.{}", fault.key);
        let origin = tree.origin(&key).or_else(|| tree.origin(path));
        tree.refuse(&key, fault.value, origin, fault.allowed);
    }
    Some(settings)
}

/// Each realm names sources that are there, each once; and has policies of its own sources only.
fn check_realms(tree: &mut Tree, settings: &Settings, names: &[SourceName]) {
    let known = names.iter().map(SourceName::as_str).collect::<Vec<_>>().join(", ");
    for (realm, rules) in &settings.realms {
        let key = format!("realms.{realm}.sources");
        let sources = &rules.sources;
        for (at, source) in sources.iter().enumerate() {
            if !names.contains(source) {
                let allowed = format!("a source that is there: {known}; add [directories.{source}]");
                tree.refuse_text(&key, source.as_str(), allowed);
            } else if sources.iter().take(at).any(|before| before == source) {
                tree.refuse_text(&key, source.as_str(), "each source once");
            }
        }
        if !(1..=SOURCES_MAX).contains(&sources.len()) {
            tree.refuse_text(
                &key,
                &format!("{} sources", sources.len()),
                "1 to 4 sources, in the order in which they are asked",
            );
        }
        // A policy for local logins may stay while a realm has none.
        let of_realm = |source: &&SourceName| sources.contains(source) || **source == SourceName::local();
        let strangers: Vec<&SourceName> = rules.policy.keys().filter(|source| !of_realm(source)).collect();
        for source in strangers {
            let path = format!("realms.{realm}.policy.{source}");
            let origin = tree.origin(&path);
            let own = sources.iter().map(SourceName::as_str).collect::<Vec<_>>().join(", ");
            let allowed = format!("the policy of one of the realm's sources: {own} (realms.{realm}.sources)");
            tree.refuse(&path, "of no source".to_owned(), origin, allowed);
        }
    }
}
