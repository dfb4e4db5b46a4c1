//! One transaction, and how PostgreSQL runs it. The functions on [`Tx`] are in the file of their table.

use std::pin::Pin;

use sqlx::{Connection, PgPool, Postgres, SqliteConnection, Transaction};

use crate::store::db::Conn;
use crate::store::error::Error;

/// A boxed future, as a write's closure returns it.
pub type BoxFuture<'t, T> = Pin<Box<dyn Future<Output = T> + Send + 't>>;

/// One transaction. It exists only inside the closure given to [`Store::write`](crate::store::Store::write).
pub struct Tx(Link);

enum Link {
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Box<SqliteConnection>),
}

impl Tx {
    /// The one writer connection of SQLite; the [`writer`](crate::store::writer) begins and ends its transactions.
    pub(super) fn sqlite(conn: SqliteConnection) -> Self {
        Self(Link::Sqlite(Box::new(conn)))
    }

    /// Closes the writer connection of SQLite, which moves the journal into the file.
    pub(super) async fn close(self) {
        if let Link::Sqlite(conn) = self.0 {
            // Every answered write is on the disk already; what fails here is only tidying.
            drop(conn.close().await);
        }
    }

    /// The connection underneath.
    pub(super) fn conn(&mut self) -> Conn<'_> {
        match &mut self.0 {
            Link::Postgres(conn) => Conn::Postgres(conn),
            Link::Sqlite(conn) => Conn::Sqlite(conn),
        }
    }
}

/// Runs the work in one transaction; a second time if PostgreSQL gave it up for another one's sake.
///
/// It must be called in a task of its own: a `begin` whose caller goes away can leave its connection inside an open
/// transaction (sqlx 0.9.0, issue 4385), and a half-finished write would wait for a caller that never comes back.
pub(super) async fn write_postgres<T, W>(pool: &PgPool, work: W) -> Result<T, Error>
where
    W: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Clone,
{
    match attempt(pool, work.clone()).await {
        Err(error) if error.is_conflict() => attempt(pool, work).await,
        outcome => outcome,
    }
}

async fn attempt<T, W>(pool: &PgPool, work: W) -> Result<T, Error>
where
    W: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>>,
{
    let mut tx = Tx(Link::Postgres(begin(pool).await?));
    let outcome = work(&mut tx).await;
    let Link::Postgres(transaction) = tx.0 else { return outcome };
    match outcome {
        Ok(value) => {
            transaction.commit().await?;
            Ok(value)
        }
        Err(error) => {
            transaction.rollback().await?;
            Err(error)
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place, and it runs in a task that nobody cancels")]
async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>, Error> {
    Ok(pool.begin().await?)
}
