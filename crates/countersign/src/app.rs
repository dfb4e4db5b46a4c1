//! The one place that builds everything.
//!
//! [`App`] is a plain struct that is passed by reference: flows take all of it, helpers only the field that they need.
//! There are no statics.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_core::channel::Channel;
use countersign_core::id::InstanceId;
use countersign_core::seal::{Installation, Seal};
use countersign_core::settings::Settings;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::config::Config;
use crate::config::providers::{Channels, ProviderName, Providers};
use crate::config::server::Server;
use crate::courier::clicksend::ClickSend;
use crate::courier::roster::Roster;
use crate::courier::settings::Unusable;
use crate::courier::smtp::Smtp;
use crate::courier::textmagic::TextMagic;
use crate::courier::{Provider, sandbox};
use crate::directory::local::{HashFault, Hasher};
use crate::entropy::{Entropy, NoEntropy};
use crate::i18n::{BadLocale, Catalogue};
use crate::keys::Keys;
use crate::store::Store;
use crate::store::error::Error as StoreError;
use crate::store::instance::InstanceRow;
use crate::store::url::BadDatabaseUrl;

/// Everything that a request, a job or a command can reach.
pub struct App {
    /// What this process is and trusts.
    pub server: Server,
    /// What an administrator tunes.
    pub settings: Settings,
    /// The database.
    pub store: Store,
    /// The keys that are not in it.
    pub keys: Keys,
    /// The time.
    pub clock: Clock,
    /// Random bytes.
    pub entropy: Entropy,
    /// The providers.
    pub couriers: Roster,
    /// The languages.
    pub catalogue: Catalogue,
    /// Password hashes.
    pub hasher: Hasher,
    /// Wakes the outbox when a message was queued.
    pub outbox: Notify,
    /// The instance's epoch, which every code is bound to.
    pub epoch: u64,
    /// Whether the database came from another installation: then nothing leaves but to the sandbox inbox.
    pub quarantined: bool,
    /// The accounts of a demo, with their passwords; empty otherwise.
    pub demo: Vec<DemoAccount>,
}

/// An account that a demo made up.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DemoAccount {
    /// Its realm.
    pub realm: String,
    /// What to type as the name.
    pub identifier: String,
    /// What to type as the password.
    pub password: String,
}

/// What [`App::build`] puts together.
pub struct Parts {
    /// The configuration.
    pub config: Config,
    /// The keys.
    pub keys: Keys,
    /// The time.
    pub clock: Clock,
    /// Random bytes.
    pub entropy: Entropy,
}

/// Why Countersign cannot start, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The address of the database.
    #[error("server.database: {0}")]
    DatabaseUrl(#[from] BadDatabaseUrl),
    /// The database.
    #[error("the database: {0}{detail}", detail = cause(.0))]
    Store(#[from] StoreError),
    /// A provider's settings.
    #[error("providers: {0}")]
    Provider(#[from] Unusable),
    /// Random bytes.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// Password hashing.
    #[error(transparent)]
    Hash(#[from] HashFault),
    /// A locale file.
    #[error(transparent)]
    Locale(#[from] BadLocale),
}

impl App {
    /// Opens the database, holds its seal against this installation, and builds the rest.
    pub async fn build(parts: Parts) -> Result<Self, BuildError> {
        let Parts { config, keys, clock, entropy } = parts;
        let store = Store::open(&config.server.database.expose().parse()?).await?;
        let (instance, matches) = instance(&store, &config.server, &keys, &entropy).await?;
        let quarantined = !matches;
        if quarantined {
            tracing::error!(
                environment = config.server.environment,
                "the database was sealed by another installation (another public URL, environment or key): QUARANTINE, \
                 every message goes to the sandbox inbox at /outbox"
            );
        }
        let channels = if quarantined { Channels::sandbox() } else { config.channels };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            couriers: roster(&channels, &config.providers)?,
            catalogue: Catalogue::load()?,
            hasher: Hasher::new(cores)?,
            outbox: Notify::new(),
            epoch: instance.epoch,
            quarantined,
            demo: Vec::new(),
            server: config.server,
            settings: config.settings,
            store,
            keys,
            clock,
            entropy,
        })
    }

    /// Whether the sandbox inbox may be looked at: in a demo and in quarantine, never where real people log in.
    pub fn shows_inbox(&self) -> bool {
        self.quarantined || !self.demo.is_empty()
    }
}

/// Builds the providers in the order of the channels; one provider that serves two channels is built once.
pub fn roster(channels: &Channels, providers: &Providers) -> Result<Roster, Unusable> {
    let mut built: BTreeMap<&'static str, Arc<dyn Provider>> = BTreeMap::new();
    let mut order: BTreeMap<Channel, Vec<Arc<dyn Provider>>> = BTreeMap::new();
    for channel in Channel::ALL {
        for name in channels.providers(channel) {
            let key = name.as_str();
            let provider = match built.get(key) {
                Some(provider) => Some(Arc::clone(provider)),
                None => build(*name, providers)?,
            };
            if let Some(provider) = provider {
                built.insert(key, Arc::clone(&provider));
                order.entry(channel).or_default().push(provider);
            }
        }
    }
    Ok(Roster::new(order))
}

fn build(name: ProviderName, providers: &Providers) -> Result<Option<Arc<dyn Provider>>, Unusable> {
    let shared = |provider: Arc<dyn Provider>| Some(provider);
    Ok(match name {
        ProviderName::ClickSend => match &providers.clicksend {
            Some(settings) => shared(Arc::new(ClickSend::new(settings.clone())?)),
            None => None,
        },
        ProviderName::Sandbox => shared(Arc::new(sandbox::Sandbox)),
        ProviderName::Smtp => match &providers.smtp {
            Some(settings) => shared(Arc::new(Smtp::new(settings.clone())?)),
            None => None,
        },
        ProviderName::TextMagic => match &providers.textmagic {
            Some(settings) => shared(Arc::new(TextMagic::new(settings.clone())?)),
            None => None,
        },
    })
}

/// The database's instance and whether this installation sealed it. A new database is sealed now.
async fn instance(
    store: &Store,
    server: &Server,
    keys: &Keys,
    entropy: &Entropy,
) -> Result<(InstanceRow, bool), BuildError> {
    let installation = |instance| Installation {
        instance,
        environment: server.environment.clone(),
        public_url: server.public_url.as_str().to_owned(),
    };
    if store.instance().await?.is_none() {
        let new = installation(InstanceId(entropy.uuid()?));
        let row = InstanceRow {
            id: new.instance,
            epoch: 1,
            seal: new.seal(&keys.seal).0,
            environment: new.environment,
            public_url: new.public_url,
        };
        // Of two nodes that start at once, one seals.
        store.write(move |tx| Box::pin(async move { tx.insert_instance(&row).await })).await?;
    }
    let row = store.instance().await?.ok_or(StoreError::Corrupt("instance"))?;
    let matches = installation(row.id).matches(&Seal(row.seal), &keys.seal);
    Ok((row, matches))
}

fn cause(error: &StoreError) -> String {
    std::error::Error::source(error).map(|source| format!(" ({source})")).unwrap_or_default()
}
