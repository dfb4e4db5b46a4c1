//! The rules of Countersign.
pub mod channel;
pub mod secret;
