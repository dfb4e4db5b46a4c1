//! The shell of Countersign.
pub mod i18n;
pub mod store;
