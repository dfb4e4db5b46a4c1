//! The environment, and the files that hold secrets.
//!
//! Every key is also a variable: `providers.smtp.password` is `COUNTERSIGN__PROVIDERS__SMTP__PASSWORD`. A variable that
//! begins like that and is no key is refused like any other unknown key: it was meant for us, and would be ignored.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use toml::Value;

use crate::config::fault::{Fault, NOT_SHOWN, Origin, shown};
use crate::config::keys::{self, Known};
use crate::config::tree::{Tree, kind_of};

/// How every variable begins.
pub(super) const PREFIX: &str = "COUNTERSIGN__";

/// The largest file that is read as a secret.
const SECRET_LEN_MAX: u64 = 64 * 1024;

/// Takes the variables of the environment in.
pub(super) fn read_environment(tree: &mut Tree, environment: impl Iterator<Item = (String, String)>) {
    let ours = environment.filter(|(name, _)| name.starts_with(PREFIX));
    for (name, text) in ours {
        let path = path_of(&name);
        let origin = Origin::Environment(name);
        let Some((kind, secret)) = kind_of(&path) else {
            tree.unknown(&path, Some(origin));
            continue;
        };
        if let Some(value) = kind.of_variable(&text) {
            tree.give(&path, value, origin);
        } else {
            let value = if secret { NOT_SHOWN.to_owned() } else { shown(&text) };
            tree.refuse(&path, value, Some(origin), kind.allowed());
        }
    }
}

/// The path that a variable stands for. A name (of a realm, of a source) may hold `-`, which a variable cannot: `_` stands for it.
fn path_of(name: &str) -> String {
    let rest = name.strip_prefix(PREFIX).unwrap_or(name).to_ascii_lowercase();
    let segments: Vec<&str> = rest.split("__").collect();
    match segments.as_slice() {
        ["realms", realm, "policy", source, rest @ ..] => {
            let (realm, source) = (realm.replace('_', "-"), source.replace('_', "-"));
            [&["realms", realm.as_str(), "policy", source.as_str()], rest].concat().join(".")
        }
        [section @ ("directories" | "realms"), name, rest @ ..] => {
            let name = name.replace('_', "-");
            [&[*section, name.as_str()], rest].concat().join(".")
        }
        _ => segments.join("."),
    }
}

/// The variable of a path.
pub(super) fn variable_of(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', "__").to_ascii_uppercase())
}

/// Reads every `…_file` of a secret and gives its content as the secret. Returns the files read.
pub(super) fn read_secret_files(tree: &mut Tree, folder: &Path) -> Vec<std::path::PathBuf> {
    let named: Vec<(String, Origin)> = tree
        .values
        .iter()
        .filter(|(path, _)| matches!(keys::find(path), Some(Known::FileOfSecret)))
        .map(|(path, given)| (path.clone(), given.origin.clone()))
        .collect();
    let mut files = Vec::new();
    for (path, origin) in named {
        let file = folder.join(tree.text(&path).unwrap_or_default());
        tree.values.remove(&path);
        let Some(secret) = path.strip_suffix("_file") else { continue };
        if let Some(other) = tree.origin(secret) {
            let value = format!("both {secret} ({other}) and {path} ({origin})");
            tree.refuse(secret, value, None, "one of the two");
            continue;
        }
        match read_secret(&file) {
            Ok(text) => tree.give(secret, Value::String(text), origin),
            Err(detail) => {
                tree.faults
                    .push(Fault::Unreadable { path: file, detail: format!("{detail} (named by {path}, {origin})") });
                tree.mark_refused(secret);
                continue;
            }
        }
        files.push(file);
    }
    files
}

fn read_secret(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    let read = file.take(SECRET_LEN_MAX + 1).read_to_string(&mut text);
    let length = read.map_err(|error| format!("cannot be read: {error}"))?;
    if u64::try_from(length).is_ok_and(|length| length > SECRET_LEN_MAX) {
        return Err("is too large for a secret (at most 64 KiB)".to_owned());
    }
    // Editors end a file with a new line, which is not part of the secret.
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_a_path() {
        assert_eq!(path_of("COUNTERSIGN__PROVIDERS__SMTP__PASSWORD_FILE"), "providers.smtp.password_file");
        assert_eq!(path_of("COUNTERSIGN__REALMS__FIELD_STAFF__TITLE"), "realms.field-staff.title");
        assert_eq!(path_of("COUNTERSIGN__DIRECTORIES__CORP_AD__SERVERS"), "directories.corp-ad.servers");
        assert_eq!(path_of("COUNTERSIGN__REALMS__A_B__POLICY__CORP_AD__MODE"), "realms.a-b.policy.corp-ad.mode");
        assert_eq!(variable_of("send_limits.account.per_day"), "COUNTERSIGN__SEND_LIMITS__ACCOUNT__PER_DAY");
    }
}
