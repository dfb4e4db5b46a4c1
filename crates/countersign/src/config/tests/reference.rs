//! The table of keys, the example and the reference page agree with the settings.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use countersign_core::settings::Settings;
use jiff::SignedDuration;

use super::Case;
use crate::config::keys::{self, Given};
use crate::config::{Config, reference};

#[test]
fn every_default_in_the_table_is_the_default() {
    let defaults = toml::Table::try_from(Settings::default()).unwrap();
    for (path, key) in keys::all() {
        let written: toml::Table = format!("v = {}", key.given.example()).parse().unwrap();
        assert!(key.kind.fits(&written["v"]), "{path}");
        let Given::Default(_) = key.given else { continue };
        if path.contains("policy") || path.contains("triggers") {
            continue;
        }
        let path = reference::example_path(&path);
        let mut value = toml::Value::Table(defaults.clone());
        let found = path.split('.').all(|name| value.get(name).cloned().map(|inner| value = inner).is_some());
        let same = match (found, value.as_str(), written["v"].as_str()) {
            (true, Some(one), Some(other)) => {
                one == other || one.parse::<SignedDuration>().ok() == other.parse::<SignedDuration>().ok()
            }
            (true, _, _) => value == written["v"],
            (false, _, _) => {
                ["directories", "server", "log", "providers", "routes"].contains(&path.split('.').next().unwrap())
            }
        };
        assert!(same, "{path} is {value} and not {}", written["v"]);
    }
}

#[test]
fn the_example_and_the_reference_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    for (file, text) in [
        ("countersign.example.toml", reference::example(&BTreeMap::new())),
        ("docs/reference/config.md", reference::page()),
    ] {
        bless_or_compare(&root.join(file), &text);
    }
}

#[expect(clippy::disallowed_methods, reason = "COUNTERSIGN_BLESS belongs to the tests and not to the configuration")]
fn bless_or_compare(path: &Path, text: &str) {
    if std::env::var_os("COUNTERSIGN_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(written == text, "{} is out of date: run the tests once with COUNTERSIGN_BLESS=1", path.display());
}

#[test]
fn the_example_without_its_comment_marks_holds_only_settings() {
    let example = reference::example(&BTreeMap::new());
    let uncommented: Vec<&str> = example
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
        .collect();
    let case = Case::new(&uncommented.join("\n"));
    let errors =
        Config::load(Some(&case.path()), std::iter::empty()).map_or_else(|errors| errors.faults, |_| Vec::new());
    // A preset and triggers are alternatives, and so are the two ways to ask a directory; days go with some presets.
    // Nothing else may be wrong.
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let starts = [
        "realms.internal.policy.local = preset and triggers",
        "realms.internal.policy.local.days = 30",
        "directories.corp.service_account = given",
    ];
    assert_eq!(told.len(), starts.len(), "{told:?}");
    assert!(starts.iter().all(|start| told.iter().any(|told| told.starts_with(start))), "{told:?}");
}
