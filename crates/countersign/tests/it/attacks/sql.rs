//! The database behind the product's back: to break it, and to read all of it.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::world::World;

/// A connection of our own.
pub(crate) enum Sql {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Every table as text, one text a row, in an order that does not depend on the database.
pub(crate) type Dump = BTreeMap<String, Vec<String>>;

impl Sql {
    pub(crate) async fn open(world: &World) -> Self {
        let url = world.app.server.database.expose();
        match url.strip_prefix("sqlite:") {
            Some(path) => Self::Sqlite(SqliteConnection::connect(&format!("sqlite:{path}")).await.unwrap()),
            None => Self::Postgres(PgConnection::connect(url).await.unwrap()),
        }
    }

    /// Runs a statement. Its text is the case's own.
    pub(crate) async fn run(&mut self, text: &str) {
        let statement = AssertSqlSafe(text.to_owned());
        match self {
            Self::Postgres(conn) => drop(sqlx::raw_sql(statement).execute(conn).await.unwrap()),
            Self::Sqlite(conn) => drop(sqlx::raw_sql(statement).execute(conn).await.unwrap()),
        }
    }

    pub(crate) async fn texts(&mut self, text: &str) -> Vec<String> {
        let statement = AssertSqlSafe(text.to_owned());
        match self {
            Self::Postgres(conn) => sqlx::query_scalar(statement).fetch_all(conn).await.unwrap(),
            Self::Sqlite(conn) => sqlx::query_scalar(statement).fetch_all(conn).await.unwrap(),
        }
    }

    /// Everything that is in it.
    pub(crate) async fn dump(&mut self) -> Dump {
        let tables = match self {
            Self::Postgres(_) => "select table_name::text from information_schema.tables where table_schema = 'public'",
            Self::Sqlite(_) => "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
        };
        let mut dump = Dump::new();
        for table in self.texts(tables).await {
            let mut rows = self.rows(&table).await;
            rows.sort_unstable();
            dump.insert(table, rows);
        }
        dump
    }

    async fn rows(&mut self, table: &str) -> Vec<String> {
        if let Self::Postgres(_) = self {
            return self.texts(&format!("select t::text from \"{table}\" t")).await;
        }
        let columns = self.texts(&format!("select name from pragma_table_info('{table}')")).await;
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        self.texts(&format!("select {} from \"{table}\"", quoted.join(" || ' ' || "))).await
    }
}

/// Whether a text is anywhere in a dump.
pub(crate) fn holds(dump: &Dump, text: &str) -> bool {
    dump.values().flatten().any(|row| row.contains(text))
}
