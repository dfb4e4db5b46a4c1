//! A fresh database of either kind for each test, and none left behind.

use std::sync::atomic::{AtomicU32, Ordering};

use countersign::store::Store;
use countersign::store::url::DatabaseUrl;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

/// The PostgreSQL server of the tests, as a superuser: `make test` starts one and sets this.
const POSTGRES_VARIABLE: &str = "COUNTERSIGN_TEST_POSTGRES";

/// Which kind of database.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Postgres,
    Sqlite,
}

/// An empty database. It is removed when this is dropped, whether the test passed or not.
pub(crate) struct Database {
    url: String,
    place: Place,
}

enum Place {
    Folder { _folder: TempDir },
    Server { database: OnServer },
}

impl Database {
    /// Makes one.
    pub(crate) async fn fresh(kind: Kind) -> Self {
        match kind {
            Kind::Postgres => {
                let database = OnServer::create("template template0").await;
                Self { url: database.url(), place: Place::Server { database } }
            }
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}", folder.path().join("countersign.db").display());
                Self { url, place: Place::Folder { _folder: folder } }
            }
        }
    }

    /// A copy of it, as an administrator makes one who knows the database and not the product. Nobody may be using it.
    pub(crate) async fn copy(&self) -> Self {
        match &self.place {
            Place::Server { database } => {
                let copy = OnServer::create(&format!("template {}", database.name)).await;
                Self { url: copy.url(), place: Place::Server { database: copy } }
            }
            Place::Folder { .. } => {
                let copy = Self::fresh(Kind::Sqlite).await;
                for ending in ["", "-wal", "-shm"] {
                    let [from, to] = [self, &copy].map(|database| format!("{}{ending}", database.path()));
                    if std::fs::exists(&from).unwrap() {
                        std::fs::copy(from, to).unwrap();
                    }
                }
                copy
            }
        }
    }

    /// The path of a SQLite file.
    pub(crate) fn path(&self) -> &str {
        self.url.strip_prefix("sqlite:").unwrap()
    }

    /// Its URL, as the configuration has it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Opens it.
    pub(crate) async fn open(&self) -> Store {
        let url: DatabaseUrl = self.url.parse().unwrap();
        Store::open(&url).await.unwrap()
    }
}

/// A database on the server, by its name.
struct OnServer {
    server: String,
    name: String,
}

impl OnServer {
    async fn create(template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = server();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let database = Self { server, name: format!("countersign_test_{}_{number}", std::process::id()) };
        // A database of this name can only be left over from a killed run whose process id has come round again.
        database.execute("drop database if exists", "").await;
        database.execute("create database", template).await;
        database
    }

    fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }

    /// A database's name cannot be a bound value; this one is made of letters, digits and underscores.
    async fn execute(&self, verb: &str, rest: &str) {
        let mut server = PgConnection::connect(&self.server).await.unwrap();
        let statement = AssertSqlSafe(format!("{verb} {} {rest}", self.name));
        sqlx::raw_sql(statement).execute(&mut server).await.unwrap();
        server.close().await.unwrap();
    }
}

impl Drop for OnServer {
    /// In a thread with a runtime of its own: the test's runtime may be the one that is unwinding.
    fn drop(&mut self) {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(self.execute("drop database if exists", "with (force)"));
            });
        });
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests have no configuration file")]
fn server() -> String {
    // A missing server fails the test: a contract that was skipped on one database is no contract.
    std::env::var(POSTGRES_VARIABLE).unwrap_or_else(|_| {
        panic!("{POSTGRES_VARIABLE} names no PostgreSQL server: run `make test`, which starts one and sets it")
    })
}
