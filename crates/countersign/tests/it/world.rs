//! An installation of its own for each story: a database, the product with its listener and its jobs, stand-ins for the
//! gateways, and a clock that only the story moves.
//!
//! When a story is over, its world looks at what is left: a message that nobody dealt with, an error that nobody
//! expected, or a secret in the log fails the story.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign::app::{App, Parts};
use countersign::clock::Clock;
use countersign::config::Config;
use countersign::directory::local::Hasher;
use countersign::entropy::Entropy;
use countersign::keys::Keys;
use countersign::store::messages::{MessageRow, MessageState, Says};
use countersign::{jobs, web};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::browser::Browser;
use crate::databases::{Database, Kind};
use crate::gateway::mail::MailServer;
use crate::gateway::twilio::{ACCOUNT, TOKEN};
use crate::gateway::{API_KEY, Gateway, Received, USERNAME};
use crate::logs;
pub(crate) use crate::setup::{PUBLIC_URL, Setup};

/// When every story begins.
const BEGINNING: &str = "2026-03-02T09:00:00Z";

/// Long enough for a slow machine; only a failing story waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running installation.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    address: SocketAddr,
    running: Running,
    /// Further nodes on the same database.
    others: Vec<(Arc<App>, Running)>,
    around: Surroundings,
    /// What must not be in the log.
    secrets: Arc<Mutex<Vec<String>>>,
}

/// What an installation is built from, and what outlives it.
struct Surroundings {
    setup: Setup,
    database: Database,
    clicksend: Gateway,
    textmagic: Gateway,
    twilio: Gateway,
    mail: MailServer,
    clock: Clock,
    keys: Keys,
    /// What this installation keeps outside of the database.
    folder: TempDir,
}

/// The listener and the jobs.
struct Running {
    stop: watch::Sender<bool>,
    listener: JoinHandle<()>,
    jobs: Vec<JoinHandle<()>>,
}

impl World {
    /// Starts an installation on an empty database.
    pub(crate) async fn start(kind: Kind, setup: Setup) -> Self {
        logs::listen();
        let mut around = Surroundings {
            setup,
            database: Database::fresh(kind).await,
            clicksend: Gateway::clicksend().await,
            textmagic: Gateway::textmagic().await,
            twilio: Gateway::twilio().await,
            mail: MailServer::start().await,
            clock: Clock::manual(BEGINNING.parse().unwrap()),
            keys: Keys::random(&Entropy::System).unwrap(),
            folder: tempfile::tempdir().unwrap(),
        };
        let app = around.build().await;
        let (address, running) = run(&app).await;
        Self { app, address, running, others: Vec::new(), around, secrets: Arc::default() }
    }

    /// Starts another node on the same database, which has to be PostgreSQL. It runs until the story ends.
    pub(crate) async fn another_node(&mut self) -> SocketAddr {
        let app = self.around.build().await;
        let (address, running) = run(&app).await;
        self.others.push((app, running));
        address
    }

    /// Everything stops at once, whatever is under way, and starts again on the same database.
    pub(crate) async fn crashes_and_restarts(&mut self) {
        self.stops().await;
        self.starts().await;
    }

    /// Everything stops at once, whatever is under way.
    pub(crate) async fn stops(&mut self) {
        self.running.listener.abort();
        for job in &self.running.jobs {
            job.abort();
        }
        self.app.close().await;
    }

    /// It starts again.
    pub(crate) async fn starts(&mut self) {
        self.app = self.around.build().await;
        (self.address, self.running) = run(&self.app).await;
    }

    /// A copy of the stopped installation's database.
    pub(crate) async fn copies_database(&self) -> Database {
        self.around.database.copy().await
    }

    /// The stopped installation has another database from now on.
    pub(crate) fn has_database(&mut self, database: Database) {
        self.around.database = database;
    }

    /// The stopped installation has another key from now on.
    pub(crate) fn has_another_key(&mut self) {
        self.around.keys = Keys::random(&Entropy::System).unwrap();
    }

    /// The stopped installation is configured otherwise from now on.
    pub(crate) fn becomes(&mut self, key: &str, value: &str) {
        let setup = &mut self.around.setup;
        setup.settings.retain(|(known, _)| known != key);
        setup.settings.push((key.to_owned(), value.to_owned()));
    }

    /// The stopped installation is on another machine: nothing is there but what its administrator copied.
    pub(crate) fn moves_to_another_machine(&mut self) {
        self.around.folder = tempfile::tempdir().unwrap();
    }

    /// The configuration of this installation.
    pub(crate) fn config(&self) -> Config {
        self.around.config()
    }

    /// The stand-in for ClickSend.
    pub(crate) fn clicksend(&self) -> &Gateway {
        &self.around.clicksend
    }

    /// The stand-in for TextMagic.
    pub(crate) fn textmagic(&self) -> &Gateway {
        &self.around.textmagic
    }

    /// The stand-in for Twilio.
    pub(crate) fn twilio(&self) -> &Gateway {
        &self.around.twilio
    }

    /// The mail server.
    pub(crate) fn mail(&self) -> &MailServer {
        &self.around.mail
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.around.clock.now()
    }

    /// Lets time pass, once the outbox has done what it has to do: a moment of the machine must not be taken for hours.
    pub(crate) async fn passes(&self, time: SignedDuration) {
        self.settled().await;
        self.jumps(time);
    }

    /// Lets time pass, whatever is under way.
    pub(crate) fn jumps(&self, time: SignedDuration) {
        self.around.clock.advance(time);
    }

    /// Where the product listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Fails the story if this is in the log at its end.
    pub(crate) fn keeps_secret(&self, secret: &str) {
        self.secrets.lock().unwrap().push(secret.to_owned());
    }

    /// A browser that was never here before.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.address, self.app.server.public_url.as_str(), Arc::clone(&self.secrets))
    }

    /// Every message of the outbox, the newest first.
    pub(crate) async fn messages(&self) -> Vec<MessageRow> {
        self.app.store.messages(1000, None).await.unwrap()
    }

    /// Waits until the outbox has nothing more to do at the time it is, and returns its messages that carry a code.
    pub(crate) async fn settled(&self) -> Vec<MessageRow> {
        let messages = self.all_settled().await;
        messages.into_iter().filter(|message| matches!(message.says, Says::Code(_))).collect()
    }

    /// The same, with what it told besides: the kinds of the notices, in alphabetical order.
    pub(crate) async fn notices(&self) -> Vec<&'static str> {
        let messages = self.all_settled().await;
        let said = messages.iter().filter_map(|message| match &message.says {
            Says::Code(_) => None,
            Says::Notice(notice) => Some(notice.as_str()),
        });
        let mut said: Vec<_> = said.collect();
        said.sort_unstable();
        said
    }

    async fn all_settled(&self) -> Vec<MessageRow> {
        until("the outbox has nothing to do", async || {
            let messages = self.messages().await;
            let now = self.now();
            let idle = messages.iter().all(|message| match message.state {
                MessageState::Leased => message.lease_until.is_some_and(|until| until < now),
                MessageState::Queued => message.next_at > now,
                MessageState::Dropped | MessageState::Failed | MessageState::Sent => true,
            });
            idle.then_some(messages)
        })
        .await
    }

    /// Stops the installation and looks at what is left.
    pub(crate) async fn finish(mut self) {
        let messages = self.all_settled().await;
        for (app, running) in self.others.drain(..) {
            running.stop.send_replace(true);
            running.listener.await.unwrap();
            for job in &running.jobs {
                job.abort();
            }
            app.store.close().await;
        }
        self.running.stop.send_replace(true);
        (&mut self.running.listener).await.unwrap();
        for job in &self.running.jobs {
            job.abort();
        }
        self.app.close().await;
        let waiting: Vec<&MessageRow> = messages.iter().filter(|message| message.finished_at.is_none()).collect();
        assert!(self.around.setup.unfinished || waiting.is_empty(), "nobody dealt with {waiting:#?}");
        let log = logs::heard();
        let unexpected: Vec<&String> = log
            .iter()
            .filter(|line| {
                line.starts_with("ERROR") && !self.around.setup.errors.iter().any(|text| line.contains(text))
            })
            .collect();
        assert!(unexpected.is_empty(), "nobody expected {unexpected:#?}");
        let mut secrets = self.secrets.lock().unwrap().clone();
        for gateway in [self.clicksend(), self.textmagic()] {
            secrets.extend(gateway.received().iter().filter_map(Received::maybe_code));
        }
        secrets.extend(self.twilio().codes());
        secrets.extend(self.mail().received().iter().flat_map(super::gateway::mail::Mail::tokens));
        secrets.extend(self.mail().received().iter().filter_map(super::gateway::mail::Mail::found_code));
        logs::assert_silent_about(&secrets, &log);
    }
}

impl Surroundings {
    async fn build(&mut self) -> Arc<App> {
        let mut parts = Parts {
            config: self.config(),
            keys: self.keys.clone(),
            clock: self.clock.clone(),
            entropy: Entropy::System,
        };
        for change in self.setup.changes.drain(..) {
            change(&mut parts);
        }
        let mut app = App::build(parts).await.unwrap();
        if self.setup.one_comparison {
            app.hasher = Hasher::new(1).unwrap();
        }
        if let Some((memory_kib, passes)) = self.setup.hash_cost {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            app.hasher = Hasher::of_cost(cores, memory_kib, passes).unwrap();
        }
        Arc::new(app)
    }

    /// The configuration, read as the product reads it: each key from its variable.
    fn config(&self) -> Config {
        let mut settings = self.setup.settings.clone();
        let mut set = |key: &str, value: &str| {
            if settings.iter().all(|(known, _)| known != key) {
                settings.push((key.to_owned(), value.to_owned()));
            }
        };
        set("server.database", self.database.url());
        set("server.epoch_file", &self.folder.path().join("epoch").display().to_string());
        if self.setup.mail {
            set("providers.smtp.host", "127.0.0.1");
            set("providers.smtp.port", &self.mail.port().to_string());
            set("providers.smtp.security", "none");
            set("providers.smtp.from", "Acme Login <login@example.com>");
        }
        for (name, gateway, used) in
            [("clicksend", &self.clicksend, self.setup.clicksend), ("textmagic", &self.textmagic, self.setup.textmagic)]
        {
            if used {
                set(&format!("providers.{name}.username"), USERNAME);
                set(&format!("providers.{name}.api_key"), API_KEY);
                set(&format!("providers.{name}.sender"), "+447860021130");
                set(&format!("providers.{name}.base_url"), gateway.base_url().as_str());
            }
        }
        if self.setup.twilio {
            set("providers.twilio.account_sid", ACCOUNT);
            set("providers.twilio.auth_token", TOKEN);
            set("providers.twilio.base_url", self.twilio.base_url().as_str());
            set("providers.twilio.verify_base_url", self.twilio.base_url().as_str());
        }
        let variable = |key: &str| format!("COUNTERSIGN__{}", key.replace('.', "__").to_ascii_uppercase());
        let variables = settings.iter().map(|(key, value)| (variable(key), value.clone()));
        Config::load(None, variables).unwrap()
    }
}

/// Starts what `service::run` starts, in pieces that can be broken off one by one.
async fn run(app: &Arc<App>) -> (SocketAddr, Running) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = web::router(Arc::clone(app)).unwrap();
    let (stop, stopped) = watch::channel(false);
    let listener = tokio::spawn(web::server::serve(listener, router, stopped));
    (address, Running { stop, listener, jobs: jobs::start(app) })
}

/// Asks again and again until there is an answer. For what the product does by itself and tells nobody.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            #[expect(clippy::disallowed_methods, reason = "the one place where a story waits, and never for long")]
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let answer = tokio::time::timeout(PATIENCE, asking).await;
    answer.unwrap_or_else(|_| panic!("within {PATIENCE:?} it did not come about that {what}"))
}

/// Tells a story on both databases: `name::sqlite` and `name::postgres`.
macro_rules! story {
    ($name:ident, $setup:expr, |$world:ident| $tale:block) => {
        async fn $name(kind: $crate::databases::Kind) {
            let mut world = $crate::world::World::start(kind, $setup).await;
            {
                let $world = &mut world;
                $tale
            }
            world.finish().await;
        }

        mod $name {
            #[tokio::test]
            async fn sqlite() {
                super::$name($crate::databases::Kind::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$name($crate::databases::Kind::Postgres).await;
            }
        }
    };
}
pub(crate) use story;
