//! Everything a user can see, tested through the public surface, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod attack_list;
mod attacks;
mod browser;
mod code_page;
mod commands;
mod courier_contract;
mod databases;
mod destinations;
mod gateway;
mod html;
mod http;
mod lockout;
mod logs;
mod outbox;
mod parallel;
mod people;
mod policy;
mod resend;
mod return_to;
mod send_limits;
mod session;
mod sign_in;
mod store;
mod tidy;
mod trusted_device;
mod world;
