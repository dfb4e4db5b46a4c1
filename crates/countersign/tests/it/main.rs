//! Everything a user can see, tested through the public surface, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod courier_contract;
mod databases;
mod gateway;
mod store;
mod tidy;
