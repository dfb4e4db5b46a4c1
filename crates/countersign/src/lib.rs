//! The shell of Countersign.
pub mod courier;
pub mod i18n;
