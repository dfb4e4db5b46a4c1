//! Why the database did not do what was asked. No text here holds SQL or a value from a row.

use std::sync::Arc;

use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;

/// Why a read or a write failed. Nothing of a failed write is kept.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// More requests wait than there are places, or one waited too long for a connection.
    #[error("too many requests wait for the database; try again in a moment")]
    Busy,
    /// A column holds what no version of Countersign has written there.
    #[error("the database holds something unreadable in column {0}; restore a backup or correct the row")]
    Corrupt(&'static str),
    /// The database cannot be reached, or refused a statement. Shared, because one commit answers many writes.
    #[error("the database cannot be reached, or refused a statement")]
    Unavailable(#[source] Arc<sqlx::Error>),
    /// The database was migrated by a version that is newer than this one.
    #[error("the database belongs to a newer version of Countersign; start that version")]
    Unsupported,
}

impl Error {
    /// Whether PostgreSQL gave up this transaction in favour of another, so that running it again is the remedy.
    pub(super) fn is_conflict(&self) -> bool {
        let Self::Unavailable(error) = self else { return false };
        let code = error.as_database_error().and_then(DatabaseError::code);
        // serialization_failure and deadlock_detected (PostgreSQL documentation, appendix A).
        matches!(code.as_deref(), Some("40001" | "40P01"))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy;
        }
        Self::Unavailable(Arc::new(error))
    }
}

impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => Self::Unsupported,
            other => sqlx::Error::from(other).into(),
        }
    }
}
