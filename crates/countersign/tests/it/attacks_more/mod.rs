//! The attack cases of security.md, families I to N: telephony, injection, availability, secrets and routes.
//!
//! A test carries the id of its case in its name (`l03_…`); `attack_list/cases.rs` holds the list. Where a case speaks of a part
//! that does not exist yet, the part that exists is tested, and the test says so.

mod i;
mod i_receipts;
mod k;
mod l;
mod l_store;
mod m;
mod m_files;
mod n;
mod program;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::attacks::sql::Sql;
use crate::browser::Browser;
use crate::people::Person;
use crate::tidy::files::File;
use crate::world::World;

/// Long enough for a slow machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_mins(1);

/// A UUID as both databases take it in a statement: PostgreSQL reads the text, SQLite holds the bytes.
pub(crate) fn id(sql: &Sql, id: impl std::fmt::Display) -> String {
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

/// The lines of code before the tests of a file; none of a file that is all tests.
fn product_code(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let all_tests = file.path.ends_with("/tests.rs") || file.path.contains("/tests/");
    let lines = if all_tests { 0 } else { file.product_lines().count() };
    file.code_lines().take_while(move |(number, _)| *number <= lines)
}
