//! Which database to use, as one line of the configuration.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

/// A parsed `database` setting.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A PostgreSQL server; may hold a password.
    Postgres(Box<PgConnectOptions>),
    /// A file, created if there is none.
    Sqlite(PathBuf),
}

/// The text names no database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a database is sqlite:PATH, sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME")]
pub struct BadDatabaseUrl;

impl FromStr for DatabaseUrl {
    type Err = BadDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, BadDatabaseUrl> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            // The reader connections would each see an empty database of their own.
            let is_file = !path.is_empty() && !path.starts_with(':') && !path.contains(['?', '\0']);
            return is_file.then(|| Self::Sqlite(path.into())).ok_or(BadDatabaseUrl);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            if !names_server_and_database(text) {
                return Err(BadDatabaseUrl);
            }
            let options: PgConnectOptions = text.parse().map_err(|_| BadDatabaseUrl)?;
            return Ok(Self::Postgres(Box::new(encrypted(options, text))));
        }
        Err(BadDatabaseUrl)
    }
}

/// The library fills in what is missing: from the environment, or with a socket and a database named like the user. A URL
/// that was cut off must not lead to another database (security.md M-13).
fn names_server_and_database(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let host = url.host_str().is_some_and(|host| !host.is_empty());
    let socket = url.query_pairs().any(|(key, value)| key == "host" && !value.is_empty());
    (host || socket) && url.path().len() > 1
}

/// The library would fall back to an unencrypted connection when a server has no TLS. To another machine that is refused,
/// unless the administrator wrote down another `sslmode`.
fn encrypted(options: PgConnectOptions, text: &str) -> PgConnectOptions {
    let host = options.get_host();
    let here = host == "localhost" || host.starts_with('/') || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    if here || text.contains("sslmode=") || text.contains("ssl-mode=") {
        return options;
    }
    options.ssl_mode(PgSslMode::VerifyFull)
}

impl DatabaseUrl {
    /// How PostgreSQL's own programs are told of the database; they ask for the password. Nothing for a file.
    pub fn client_arguments(&self) -> String {
        let Self::Postgres(options) = self else { return String::new() };
        let (host, port, user) = (options.get_host(), options.get_port(), options.get_username());
        let name = options.get_database().unwrap_or(user);
        format!("--host={host} --port={port} --username={user} --dbname={name}")
    }
}

/// Prints the kind and the place, never the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres(options) => {
                let name = options.get_database().unwrap_or_default();
                write!(f, "postgres://{}:{}/{name}", options.get_host(), options.get_port())
            }
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_or_a_server_and_nothing_else() {
        for text in ["sqlite:a.db", "sqlite://a.db", "sqlite:///var/lib/a.db", "postgres://u:p@h/d", "postgresql://h/d"]
        {
            assert!(text.parse::<DatabaseUrl>().is_ok(), "{text}");
        }
        for text in [
            "",
            "a.db",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:a.db?mode=memory",
            "mysql://h/d",
            "postgres:h",
            "postgres://",
            "postgres://h",
            "postgres:///d",
        ] {
            assert!(text.parse::<DatabaseUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn another_machine_is_talked_to_under_verified_tls_unless_said_otherwise() {
        let mode = |text: &str| match text.parse() {
            Ok(DatabaseUrl::Postgres(options)) => format!("{:?}", options.get_ssl_mode()),
            _ => panic!("{text} is no server"),
        };
        assert_eq!(mode("postgres://u:p@db.example.com/d"), "VerifyFull");
        assert_eq!(mode("postgres://u:p@db.example.com/d?sslmode=require"), "Require");
        assert_eq!(mode("postgres://u:p@127.0.0.1/d"), "Prefer");
    }

    #[test]
    fn the_password_is_never_printed() {
        let url = "postgres://ana:hunter2@db.example:5432/countersign".parse::<DatabaseUrl>();
        let printed = url.map(|url| format!("{url} {url:?}"));
        assert!(printed.is_ok_and(|text| text.contains("db.example:5432/countersign") && !text.contains("hunter2")));
    }
}
