//! Everything a user can see, tested through the public surface, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod browser;
mod commands;
mod courier_contract;
mod databases;
mod gateway;
mod html;
mod http;
mod language;
mod logs;
mod people;
mod sign_in;
mod store;
mod tidy;
mod world;
