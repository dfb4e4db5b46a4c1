//! The sections that an administrator tunes, as [`Settings`] of the rules.

use countersign_core::facts::NetworkRange;
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::settings::Settings;
use toml::{Table, Value};

use crate::config::tree::Tree;

/// The sections, by the name of their field in [`Settings`].
const SECTIONS: [&str; 12] = [
    "site",
    "realms",
    "networks",
    "code",
    "lockout",
    "send_limits",
    "phones",
    "delivery",
    "trusted_device",
    "session",
    "recovery",
    "contacts",
];

/// Reads the sections over their defaults and notes every fault.
pub(super) fn read(tree: &mut Tree) -> Settings {
    check_realm_names(tree);
    check_source_names(tree);
    check_ranges(tree);
    let settings = settings(tree).unwrap_or_else(|detail| {
        tree.refuse("settings", "what was given".to_owned(), None, detail);
        Settings::default()
    });
    for fault in settings.faults() {
        let origin = tree.origin(&fault.key);
        tree.refuse(&fault.key, fault.value, origin, fault.allowed);
    }
    settings
}

fn settings(tree: &Tree) -> Result<Settings, String> {
    let mut table = Table::try_from(Settings::default()).map_err(|error| error.to_string())?;
    for section in SECTIONS {
        let given = tree.table(section);
        match table.get_mut(section) {
            // The rules themselves put the given realms beside those that exist from the start.
            Some(Value::Table(default)) if section == "realms" => *default = titled(tree, given),
            Some(Value::Table(default)) => merge(default, given),
            _ => {
                table.insert(section.to_owned(), Value::Table(given));
            }
        }
    }
    table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
}

/// The realms given. One that is new and has no title is called by its name.
fn titled(tree: &Tree, mut given: Table) -> Table {
    for name in tree.names("realms") {
        let builtin = [RealmName::internal(), RealmName::external()].iter().any(|realm| realm.as_str() == name);
        let realm = given.entry(name.clone()).or_insert_with(|| Value::Table(Table::new()));
        if let (Value::Table(realm), false) = (realm, builtin) {
            realm.entry("title").or_insert_with(|| Value::String(name));
        }
    }
    given
}

fn merge(into: &mut Table, given: Table) {
    for (name, value) in given {
        match (into.get_mut(&name), value) {
            (Some(Value::Table(into)), Value::Table(given)) => merge(into, given),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

/// The same for the names of sources, which a policy and a realm's list have.
fn check_source_names(tree: &mut Tree) {
    for realm in tree.names("realms") {
        for name in tree.names(&format!("realms.{realm}.policy")) {
            if let Err(bad) = name.parse::<SourceName>() {
                let path = format!("realms.{realm}.policy.{name}");
                let origin = tree.origin(&path);
                tree.forget_section(&path);
                tree.refuse(&path, format!("{name:?}"), origin, bad.to_string());
            }
        }
        let key = format!("realms.{realm}.sources");
        let given = tree.list(&key).unwrap_or_default();
        if let Some((name, bad)) = given.iter().find_map(|name| Some((name, name.parse::<SourceName>().err()?))) {
            tree.refuse_text(&key, name, bad.to_string());
        }
    }
}

/// A realm's name is in URLs and variables; one that is not allowed is noted and its section left out.
fn check_realm_names(tree: &mut Tree) {
    for name in tree.names("realms") {
        if let Err(bad) = name.parse::<RealmName>() {
            let path = format!("realms.{name}");
            let origin = tree.origin(&path);
            tree.forget_section(&path);
            tree.refuse(&path, format!("{name:?}"), origin, bad.to_string());
        }
    }
}

/// Each network that is none is noted by itself, and the key left out.
fn check_ranges(tree: &mut Tree) {
    let key = "networks.never_new";
    for text in tree.list(key).unwrap_or_default() {
        if let Err(bad) = text.parse::<NetworkRange>() {
            tree.refuse_text(key, &text, bad.to_string());
        }
    }
}
