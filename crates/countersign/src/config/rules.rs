//! The sections that an administrator tunes, as [`Settings`] of the rules.

use countersign_core::settings::Settings;
use toml::{Table, Value};

use crate::config::tree::Tree;

/// The sections, by the name of their field in [`Settings`].
const SECTIONS: [&str; 7] = ["site", "realms", "code", "lockout", "send_limits", "trusted_device", "session"];

/// Reads the sections over their defaults and notes every fault.
pub(super) fn read(tree: &mut Tree) -> Settings {
    check_realm_names(tree);
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
            // The realms that are written are the realms there are.
            Some(Value::Table(default)) if section == "realms" => {
                if tree.has_section("realms") {
                    *default = realms(tree, given, default);
                }
            }
            Some(Value::Table(default)) => merge(default, given),
            _ => {
                table.insert(section.to_owned(), Value::Table(given));
            }
        }
    }
    table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
}

/// The realms given, each with a title: the usual one, or its name.
fn realms(tree: &Tree, mut given: Table, default: &Table) -> Table {
    for name in tree.names("realms") {
        let usual = default.get(&name).and_then(|realm| realm.get("title")).cloned();
        let realm = given.entry(name.clone()).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(realm) = realm {
            realm.entry("title").or_insert_with(|| usual.unwrap_or(Value::String(name)));
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

/// A realm's name is in URLs and variables; one that is not allowed is noted and its section left out.
fn check_realm_names(tree: &mut Tree) {
    for name in tree.names("realms") {
        if let Err(bad) = name.parse::<countersign_core::realm::RealmName>() {
            let path = format!("realms.{name}");
            let origin = tree.origin(&path);
            tree.forget_section(&path);
            tree.refuse(&path, format!("{name:?}"), origin, bad.to_string());
        }
    }
}
