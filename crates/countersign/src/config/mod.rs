//! What `countersign.toml` says, parsed and checked.
//!
//! The file and the environment are read once, when a command starts, and every fault is told at once: nothing unknown is
//! ignored and nothing wrong falls back to a default (security.md M-13). Nothing else reads the environment.

pub mod directories;
pub mod fault;
pub mod keys;
pub mod kind;
mod overlay;
pub mod passwords;
pub mod providers;
pub mod reference;
mod routes;
mod rules;
pub mod server;
pub mod table;
mod tree;
mod warnings;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use countersign_core::policy::Mode;
use countersign_core::policy_setting::PolicySetting;
use countersign_core::realm::SourceName;
use countersign_core::route::Routes;
use countersign_core::secret::Secret;
use countersign_core::settings::Settings;

use crate::config::directories::DirectoriesSettings;
use crate::config::fault::{ConfigErrors, Fault, Warning};
use crate::config::passwords::Passwords;
use crate::config::providers::{Channels, Providers};
use crate::config::server::{PublicUrl, Server};
use crate::config::tree::Tree;
use crate::courier::dispatch::Allowed;
use crate::telemetry::{LogFormat, LogSettings};

/// The largest configuration file that is read.
const FILE_LEN_MAX: u64 = 1024 * 1024;

/// A configuration without a fault.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the process needs to start.
    pub server: Server,
    /// What is logged.
    pub log: LogSettings,
    /// What an administrator tunes.
    pub settings: Settings,
    /// The directories that prove passwords.
    pub directories: DirectoriesSettings,
    /// What delivers messages.
    pub providers: Providers,
    /// Which of them deliver on which channel.
    pub channels: Channels,
    /// Which of them serve which country, and from what sender.
    pub routes: Routes,
    /// What new passwords are held against.
    pub passwords: Passwords,
    /// Who gets messages even in quarantine.
    pub quarantine: Allowed,
    /// What is allowed, and may still not be what was meant.
    pub warnings: Vec<Warning>,
}

impl Config {
    /// Reads the file, if there is one, and the environment over it.
    pub fn load(
        path: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let mut tree = Tree::default();
        let errors = |faults| ConfigErrors::new(path, faults);
        if let Some(path) = path {
            let text = read_file(path).map_err(|fault| errors(vec![fault]))?;
            tree.read(&text);
            if !tree.faults.is_empty() && tree.values.is_empty() {
                // With the text unreadable, whatever is in it would seem to be missing.
                return Err(errors(tree.faults));
            }
        }
        let folder = path.and_then(Path::parent).unwrap_or(Path::new(""));
        overlay::read_environment(&mut tree, environment);
        let mut files: Vec<PathBuf> = path.map(Path::to_owned).into_iter().collect();
        files.extend(overlay::read_secret_files(&mut tree, folder));
        Self::build(&mut tree, folder, &files).ok_or_else(|| errors(tree.faults))
    }

    /// The configuration of a demo: it sends nothing, and forgets everything when the file `database` is removed.
    pub fn demo(listen: SocketAddr, database: &Path) -> Self {
        let mut settings = Settings::default();
        let policy = PolicySetting { mode: Mode::Required, ..PolicySetting::default() };
        for realm in settings.realms.values_mut() {
            realm.policy.insert(SourceName::local(), policy.clone());
        }
        Self {
            server: Server {
                listen,
                public_url: PublicUrl::of_demo(listen),
                environment: "demo".to_owned(),
                database: Secret::new(format!("sqlite:{}", database.display())),
                key_file: None,
                epoch_file: None,
                trusted_proxies: Vec::new(),
                allowed_returns: Vec::new(),
            },
            log: LogSettings { level: "warn".to_owned(), format: LogFormat::Text },
            settings,
            directories: DirectoriesSettings::new(),
            providers: Providers { sandbox: true, ..Providers::default() },
            channels: Channels::sandbox(),
            routes: Routes::default(),
            passwords: Passwords::default(),
            quarantine: Allowed::default(),
            warnings: Vec::new(),
        }
    }

    fn build(tree: &mut Tree, folder: &Path, files: &[PathBuf]) -> Option<Self> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        if let Some(ca_file) = tree.text("providers.smtp.ca_file") {
            tree.replace_text("providers.smtp.ca_file", &folder.join(ca_file).display().to_string());
        }
        let server = server::read(tree, &folder);
        let log = log(tree);
        let settings = rules::read(tree);
        let directories = directories::read(tree, &folder, &settings);
        let (providers, channels) = providers::read(tree);
        let routes = routes::read(tree, &channels);
        let passwords = Passwords::read(tree, &folder);
        let quarantine = providers::allowed_in_quarantine(tree);
        if !tree.faults.is_empty() {
            return None;
        }
        let mut config = Self {
            server: server?,
            log,
            settings,
            directories,
            providers,
            channels,
            routes,
            passwords,
            quarantine,
            warnings: Vec::new(),
        };
        config.warnings = warnings::find(&config, files);
        Some(config)
    }
}

fn read_file(path: &Path) -> Result<String, Fault> {
    let unreadable = |detail: String| Fault::Unreadable { path: path.to_owned(), detail };
    let cannot = |error: std::io::Error| {
        unreadable(format!("cannot be read: {error}; make one with `countersign init`, or name another with --config"))
    };
    let mut text = String::new();
    let file = File::open(path).map_err(cannot)?;
    file.take(FILE_LEN_MAX + 1).read_to_string(&mut text).map_err(cannot)?;
    if u64::try_from(text.len()).is_ok_and(|length| length > FILE_LEN_MAX) {
        return Err(unreadable("is too large for a configuration (at most 1 MiB)".to_owned()));
    }
    Ok(text)
}

fn log(tree: &mut Tree) -> LogSettings {
    let level = tree.text("log.level").unwrap_or_else(|| "info".to_owned());
    let format = match tree.text("log.format").as_deref() {
        Some("json") => LogFormat::Json,
        _ => LogFormat::Text,
    };
    let settings = LogSettings { level, format };
    if !settings.level_is_valid() {
        let allowed = "error, warn, info, debug, trace or off; by module too, such as info,countersign::courier=debug";
        tree.refuse_text("log.level", &settings.level, allowed);
    }
    settings
}
