//! One file a use case. Pages, interfaces, jobs and commands all call these, so a rule exists once.
//!
//! Every flow reads the same way: begin, load, ask core, save what core said, queue what must be sent, commit. What can
//! happen is an enum with a page for each value; what cannot be helped is an [`Error`].

pub mod account;
pub mod activity;
pub mod audit;
pub mod backup;
pub mod browser;
mod bucket;
pub mod call;
pub mod challenge;
pub mod confirmation;
pub mod contact;
mod content;
pub mod delivery_test;
pub mod device;
pub mod directory_password;
pub mod enrolment_code;
pub mod explain;
pub mod factor_reset;
pub mod import;
pub mod link;
pub mod login;
mod mirror;
pub mod new_password;
pub mod not_me;
pub mod notice;
pub mod outbox;
pub mod own_password;
pub mod password_change;
pub mod password_reset;
pub mod provider_health;
pub mod reach;
pub mod receipts;
pub mod recovery_codes;
mod refused;
pub mod routing;
pub mod seal;
pub mod session;
pub mod step_up;
pub mod two_step;
pub mod verification;
mod visitor;
pub mod watch;

pub use refused::Refused;
pub use visitor::{Visitor, browser_name};

use crate::directory::local;
use crate::entropy::NoEntropy;
use crate::store::error::Error as StoreError;

/// Why a flow could not be carried out. Each kind has one page and one status, in `web::error`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too much is going on; trying again in a moment will do.
    #[error("{0}")]
    Busy(String),
    /// A fault of the program or the machine.
    #[error("{0}")]
    Internal(String),
    /// What was asked for is not allowed, with the reason.
    #[error("{0}")]
    Invalid(Refused),
    /// There is no such thing.
    #[error("{0}")]
    NotFound(Refused),
    /// The database cannot be reached.
    #[error("{0}")]
    Unavailable(String),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy(error.to_string()),
            StoreError::Unavailable(_) => Self::Unavailable(error.to_string()),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<local::Busy> for Error {
    fn from(error: local::Busy) -> Self {
        Self::Busy(error.to_string())
    }
}

impl From<local::HashFault> for Error {
    fn from(error: local::HashFault) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<NoEntropy> for Error {
    fn from(error: NoEntropy) -> Self {
        Self::Internal(error.to_string())
    }
}
