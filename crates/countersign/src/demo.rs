//! `countersign demo`: the main job in one command, with made-up accounts and the sandbox inbox.
//!
//! It needs no file and no flag, sends nothing anywhere, and forgets everything when it stops.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use countersign_core::contact::{EmailAddress, Phone};
use countersign_core::id::AccountId;
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::role::Role;
use countersign_core::secret::Secret;
use data_encoding::BASE32_NOPAD;
use tokio::sync::watch;

use crate::app::{App, DemoAccount, Parts};
use crate::clock::Clock;
use crate::config::Config;
use crate::directory::local;
use crate::entropy::Entropy;
use crate::keys::Keys;
use crate::service::{self, StartError};
use crate::store::accounts::NewAccount;

/// Where the demo listens unless told otherwise.
pub const LISTEN: &str = "127.0.0.1:8180";

/// Who lives in the demo: realm, identifiers, name, address, number (of the ranges kept for fiction).
const PEOPLE: [(&str, [&str; 2], &str, &str, &str); 4] = [
    ("internal", ["ana", "ana@example.com"], "Ana Torres", "ana@example.com", "+14165550142"),
    ("internal", ["T-1001", "noah"], "Noah Kim", "noah.kim@example.com", "+14165550178"),
    ("external", ["C-2001", "maria@example.org"], "Maria Rossi", "maria@example.org", "+442079460321"),
    ("external", ["C-2002", "li@example.org"], "Li Wei", "li@example.org", "+442079460654"),
];

/// A demo that is ready to run.
pub struct Demo {
    /// The application.
    pub app: Arc<App>,
    listener: tokio::net::TcpListener,
    stop: watch::Receiver<bool>,
    folder: Folder,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// It would show passwords and codes to a network.
    #[error(
        "a demo shows its passwords and codes, so it listens on this machine only: use 127.0.0.1:PORT or [::1]:PORT"
    )]
    NotLoopback,
    /// It could not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A part of it could not be made.
    #[error("the demo could not be made: {0}")]
    Made(String),
}

impl Demo {
    /// Makes a demo that listens on `listen`: a new database, a new key, the accounts.
    pub async fn prepare(listen: SocketAddr) -> Result<Self, DemoError> {
        if !is_loopback(listen.ip()) {
            return Err(DemoError::NotLoopback);
        }
        let entropy = Entropy::System;
        let made = |error: &dyn std::fmt::Display| DemoError::Made(error.to_string());
        // From here on a signal to stop is heeded: the folder below goes away with the demo.
        let stop = service::told_to_stop();
        let listener = service::listen(listen).await?;
        let listen = listener.local_addr().map_err(|error| made(&error))?;
        let folder = Folder::make(&entropy).map_err(|error| made(&error))?;
        let config = Config::demo(listen, &folder.0.join("demo.db"));
        let keys = Keys::random(&entropy).map_err(|error| made(&error))?;
        let parts = Parts { config, keys, clock: Clock::system(), entropy };
        let mut app = App::build(parts).await.map_err(StartError::from)?;
        app.demo = people(&app).await?;
        Ok(Self { app: Arc::new(app), listener, stop, folder })
    }

    /// Where to click.
    pub fn url(&self) -> &str {
        self.app.server.public_url.as_str()
    }

    /// Where the messages land.
    pub fn outbox_url(&self) -> String {
        self.app.server.public_url.at("/outbox")
    }

    /// Runs until the process is told to stop, and removes what was made.
    pub async fn run(self) -> Result<(), StartError> {
        let outcome = service::run(self.app, self.listener, self.stop).await;
        drop(self.folder);
        outcome
    }
}

/// Makes the accounts; each password is new, so that a demo left running opens no other one.
async fn people(app: &App) -> Result<Vec<DemoAccount>, DemoError> {
    let made = |error: &dyn std::fmt::Display| DemoError::Made(error.to_string());
    let mut accounts = Vec::new();
    for (realm, identifiers, name, email, phone) in PEOPLE {
        let random = app.entropy.bytes().map_err(|error| made(&error))?;
        let password = BASE32_NOPAD.encode(&random).to_ascii_lowercase();
        let password = format!("{}-{}", password.get(..5).unwrap_or_default(), password.get(5..10).unwrap_or_default());
        let hash = app.hasher.hash(&Secret::new(password.clone())).await;
        let new = NewAccount {
            id: AccountId(app.entropy.uuid().map_err(|error| made(&error))?),
            realm: realm.parse::<RealmName>().map_err(|error| made(&error))?,
            source: SourceName::local(),
            role: Role::User,
            display_name: name.to_owned(),
            email: Some(email.parse::<EmailAddress>().map_err(|error| made(&error))?),
            phone: Some(Phone::parse(phone, None).map_err(|error| made(&error))?),
            opted_in: true,
            password_hash: Some(hash.map_err(|error: local::HashFault| made(&error))?),
            identifiers: identifiers
                .iter()
                .map(|typed| typed.parse().map(|canonical| (canonical, (*typed).to_owned())))
                .collect::<Result<_, _>>()
                .map_err(|error| made(&error))?,
        };
        let now = app.clock.now();
        let taken = app.store.write(move |tx| Box::pin(async move { tx.insert_account(&new, now).await })).await;
        if taken.map_err(|error| made(&error))?.is_some() {
            return Err(DemoError::Made(format!("the name {} is taken", identifiers.concat())));
        }
        let [identifier, _] = identifiers;
        accounts.push(DemoAccount { realm: realm.to_owned(), identifier: identifier.to_owned(), password });
    }
    Ok(accounts)
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

/// A folder of our own that goes away with the demo.
struct Folder(PathBuf);

impl Folder {
    fn make(entropy: &Entropy) -> std::io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt as _;
        let id = entropy.uuid().map_err(|error| std::io::Error::other(error.to_string()))?;
        let path = std::env::temp_dir().join(format!("countersign-demo-{}", id.simple()));
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, folder = %self.0.display(), "the demo's folder could not be removed");
        }
    }
}
