//! The attack cases of security.md, families I to N: telephony, injection, availability, secrets and routes.
//!
//! A test carries the id of its case in its name (`l03_…`); `attack_list.rs` holds the list. Where a case speaks of a part
//! that does not exist yet, the part that exists is tested, and the test says so.

mod i;
mod k;
mod l;
mod l_store;
mod m;
mod m_files;
mod n;
mod program;

use std::net::SocketAddr;
use std::time::Duration;

use countersign::keys::Token;
use countersign::store::challenges::ChallengeRow;
use countersign::store::values::TokenHash;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::browser::Browser;
use crate::people::Person;
use crate::tidy::files::File;
use crate::world::World;

/// Long enough for a slow machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to the database behind the product's back. The text of a statement is the case's own.
enum Sql {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Sql {
    async fn open(world: &World) -> Self {
        let url = world.app.server.database.expose();
        if url.starts_with("sqlite:") {
            Self::Sqlite(SqliteConnection::connect(url).await.unwrap())
        } else {
            Self::Postgres(PgConnection::connect(url).await.unwrap())
        }
    }

    async fn run(&mut self, text: &str) {
        let statement = AssertSqlSafe(text.to_owned());
        match self {
            Self::Postgres(conn) => drop(sqlx::raw_sql(statement).execute(conn).await.unwrap()),
            Self::Sqlite(conn) => drop(sqlx::raw_sql(statement).execute(conn).await.unwrap()),
        }
    }
}

/// A UUID as both databases take it in a statement: PostgreSQL reads the text, SQLite holds the bytes.
fn id(sql: &Sql, id: impl std::fmt::Display) -> String {
    match sql {
        Sql::Postgres(_) => format!("'{id}'"),
        Sql::Sqlite(_) => format!("x'{}'", id.to_string().replace('-', "")),
    }
}

/// Sends bytes as they are, and reads the status of the answer. A server may refuse before it has read everything, and its
/// kernel may then break the connection before the answer is read: `None`.
async fn status_of(address: SocketAddr, request: &[u8]) -> Option<u16> {
    let whole = async {
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut read, mut write) = stream.into_split();
        let mut answer = Vec::new();
        let sending = async {
            // The refusal may come first.
            let _ = write.write_all(request).await;
        };
        let reading = async {
            let _ = read.read_to_end(&mut answer).await;
        };
        tokio::join!(sending, reading);
        answer
    };
    let answer = tokio::time::timeout(PATIENCE, whole).await.expect("the connection ends");
    let line = String::from_utf8_lossy(&answer).lines().next().map(str::to_owned)?;
    line.split(' ').nth(1)?.parse().ok()
}

/// The service answers, and its database too.
async fn is_well(world: &World) {
    let mut probe = world.browser();
    for path in ["/healthz", "/readyz"] {
        probe.gets(path).await;
        probe.has_status(200);
    }
}

/// Somebody who has given the password and stands at the page of destinations.
async fn at_the_destinations(world: &World, person: Person) -> Browser {
    let mut browser = world.browser();
    browser.signs_in(person).await;
    browser.is_at("/login/destination");
    browser
}

/// The challenge of a login in progress.
async fn challenge_of(world: &World, browser: &Browser) -> ChallengeRow {
    let hash = TokenHash(Token::parse(browser.cookie("login").unwrap()).unwrap().hash());
    let login = world.app.store.login_by_token(&hash).await.unwrap().unwrap();
    world.app.store.challenge(login.challenge.unwrap()).await.unwrap().unwrap()
}

/// The lines of code before the tests of a file; none of a file that is all tests.
fn product_code(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let all_tests = file.path.ends_with("/tests.rs") || file.path.contains("/tests/");
    let lines = if all_tests { 0 } else { file.product_lines().count() };
    file.code_lines().take_while(move |(number, _)| *number <= lines)
}

/// A stream of numbers that a seed determines (SplitMix64).
struct Numbers(u64);

impl Numbers {
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }
}
