//! The one place that builds everything.
//!
//! [`App`] is a plain struct that is passed by reference: flows take all of it, helpers only the field that they need.
//! There are no statics.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use countersign_core::channel::Channel;
use countersign_core::seal::Doubt;
use countersign_core::settings::Settings;
use tokio::sync::{Notify, Semaphore};

use crate::clock::Clock;
use crate::config::Config;
use crate::config::directories::DirectoriesSettings;
use crate::config::providers::{Channels, ProviderName, Providers};
use crate::config::server::Server;
use crate::courier::clicksend::ClickSend;
use crate::courier::dispatch::Dispatch;
use crate::courier::roster::Roster;
use crate::courier::settings::Unusable;
use crate::courier::smtp::Smtp;
use crate::courier::textmagic::TextMagic;
use crate::courier::twilio::messaging::TwilioMessaging;
use crate::courier::twilio::verify::TwilioVerify;
use crate::courier::twilio::voice::TwilioVoice;
use crate::courier::{Provider, sandbox};
use crate::directory::Directories;
use crate::directory::ldap::{Ldap, Unusable as UnusableDirectory};
use crate::directory::local::{HashFault, Hasher};
use crate::entropy::{Entropy, NoEntropy};
use crate::epoch_file::EpochFileError;
use crate::flow::new_password::breached::{BadList, Breached};
use crate::i18n::{BadLocale, Catalogue};
use crate::keys::Keys;
use crate::seal::{self, InUse, Opener};
use crate::store::Store;
use crate::store::claim::Claim;
use crate::store::error::Error as StoreError;
use crate::store::instance::InstanceRow;
use crate::store::url::BadDatabaseUrl;

/// How many forgotten passwords are dealt with at once; more are passed over.
const RESETS_MAX: usize = 64;

/// The name of the environment where real people log in.
pub const PRODUCTION: &str = "production";

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
    /// The providers, and whether messages reach them.
    pub couriers: Dispatch,
    /// The languages.
    pub catalogue: Catalogue,
    /// Password hashes.
    pub hasher: Hasher,
    /// The list of breached passwords, if there is one.
    pub breached: Option<Breached>,
    /// The directories that prove passwords, by their name as a source.
    pub directories: Directories,
    /// How many forgotten passwords may be dealt with at once; each is, after its answer.
    pub resets: Arc<Semaphore>,
    /// Wakes the outbox when a message was queued.
    pub outbox: Notify,
    /// The accounts of a demo, with their passwords; empty otherwise.
    pub demo: Vec<DemoAccount>,
    epoch: AtomicU64,
    /// For as long as it is held, nothing replaces the database.
    claim: Mutex<Option<Claim>>,
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
    /// The list of breached passwords.
    #[error(transparent)]
    Breached(#[from] BadList),
    /// A directory's settings.
    #[error(transparent)]
    Directory(#[from] UnusableDirectory),
    /// Password hashing.
    #[error(transparent)]
    Hash(#[from] HashFault),
    /// A locale file.
    #[error(transparent)]
    Locale(#[from] BadLocale),
    /// The note of how far the database has come.
    #[error(transparent)]
    EpochFile(#[from] EpochFileError),
    /// Somebody is replacing the database.
    #[error("the database is being restored or taken over by another process; start again when that is done")]
    TakenAway,
    /// What is live in it has to end, and somebody uses it.
    #[error(
        "{}; but it is in use: stop every Countersign that uses it, or, if this is another installation, let \
         server.database name a copy of its own", seal::explained(*.0)
    )]
    UsedByOthers(Doubt),
}

impl App {
    /// Opens the database, holds its seal against this installation, and builds the rest.
    pub async fn build(parts: Parts) -> Result<Self, BuildError> {
        let Parts { config, keys, clock, entropy } = parts;
        let opener = Opener { server: &config.server, keys: &keys, entropy: &entropy, now: clock.now() };
        let InUse { store, row, claim } = opener.open().await?;
        clock.not_before(row.clock_at);
        let sandbox = roster(&Channels::sandbox(), &config.providers)?;
        let gateways = roster(&config.channels, &config.providers)?;
        let gateways = gateways.guided_by(config.routes, config.settings.delivery.breaker());
        let couriers = Dispatch::new(gateways, sandbox, config.quarantine);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let app = Self {
            couriers,
            catalogue: Catalogue::load()?,
            hasher: Hasher::new(cores)?,
            breached: config.passwords.breached_file.as_deref().map(Breached::open).transpose()?,
            directories: directories(&config.directories, &clock)?,
            resets: Arc::new(Semaphore::new(RESETS_MAX)),
            outbox: Notify::new(),
            demo: Vec::new(),
            epoch: AtomicU64::new(row.at.epoch),
            claim: Mutex::new(Some(claim)),
            server: config.server,
            settings: config.settings,
            store,
            keys,
            clock,
            entropy,
        };
        app.stand_by(&row);
        if app.quarantined() {
            app.announce_quarantine(&row);
        }
        Ok(app)
    }

    /// Takes over what the database says of its seal and its epoch.
    pub fn stand_by(&self, row: &InstanceRow) {
        let sealed = self.opener().sealed(row);
        let was_quarantined = self.couriers.quarantined();
        self.epoch.store(row.at.epoch, Ordering::Release);
        self.couriers.quarantine(!sealed);
        match (was_quarantined, sealed) {
            (true, true) => tracing::info!(
                environment = row.environment,
                public_url = row.public_url,
                "the seal is ours: messages leave"
            ),
            (false, false) => self.announce_quarantine(row),
            _ => {}
        }
    }

    fn announce_quarantine(&self, row: &InstanceRow) {
        let (here, differs) = (&self.server, self.opener().differs(row));
        tracing::error!(
            sealed.environment = row.environment,
            sealed.public_url = row.public_url,
            here.environment,
            here.public_url = here.public_url.as_str(),
            ?differs,
            "QUARANTINE: the database was sealed by another installation; every message goes to the sandbox inbox at \
             /outbox, but for quarantine.allow; `countersign seal adopt` makes the database this installation's"
        );
    }

    /// Who this process is to a database.
    pub fn opener(&self) -> Opener<'_> {
        Opener { server: &self.server, keys: &self.keys, entropy: &self.entropy, now: self.clock.now() }
    }

    /// Closes the database and gives up the claim on it.
    pub async fn close(&self) {
        self.store.close().await;
        drop(self.claim.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// The instance's epoch, which every code is bound to.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Whether the database came from another installation: then nothing leaves but to the sandbox inbox.
    pub fn quarantined(&self) -> bool {
        self.couriers.quarantined()
    }

    /// Whether the sandbox inbox may be looked at, by somebody who sits at this machine or not: in a demo, in quarantine, and
    /// where the sandbox is a provider, which production refuses; never where real people log in. A copy that calls itself production shows it at the machine alone: it
    /// may be the real thing with a mistake in its configuration, and the inbox holds codes.
    pub fn shows_inbox(&self, at_machine: bool) -> bool {
        let in_quarantine = self.quarantined() && (at_machine || self.server.environment != PRODUCTION);
        let is_sandbox = |provider: &Arc<dyn Provider>| provider.name() == sandbox::NAME;
        let for_trying_out =
            Channel::ALL.into_iter().any(|channel| self.couriers.gateways(channel).iter().any(is_sandbox));
        in_quarantine || !self.demo.is_empty() || (for_trying_out && self.server.environment != PRODUCTION)
    }
}

/// Builds the directories. Nothing is connected yet.
pub fn directories(settings: &DirectoriesSettings, clock: &Clock) -> Result<Directories, UnusableDirectory> {
    let built = settings.iter().map(|(name, each)| Ldap::new(name.clone(), each.clone(), clock.clone()));
    Ok(Directories::new(built.collect::<Result<Vec<_>, _>>()?))
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
        ProviderName::Twilio => match &providers.twilio {
            Some(settings) => shared(Arc::new(TwilioMessaging::new(settings.clone())?)),
            None => None,
        },
        ProviderName::TwilioVerify => match &providers.twilio {
            Some(settings) => shared(Arc::new(TwilioVerify::new(settings)?)),
            None => None,
        },
        ProviderName::TwilioVoice => match &providers.twilio {
            Some(settings) => shared(Arc::new(TwilioVoice::new(settings.clone())?)),
            None => None,
        },
    })
}

fn cause(error: &StoreError) -> String {
    std::error::Error::source(error).map(|source| format!(" ({source})")).unwrap_or_default()
}
