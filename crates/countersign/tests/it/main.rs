//! Everything a user can see, tested through the public surface, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_collect,
    reason = "a test that cannot go on should stop"
)]

mod accounts;
mod attack_list;
mod attacks;
mod attacks_more;
mod audit;
mod browser;
mod code_page;
mod commands;
mod courier_contract;
mod databases;
mod destinations;
mod docs;
mod forms;
mod gateway;
mod html;
mod http;
mod language;
mod lockout;
mod logs;
mod model;
mod not_me;
mod notices;
mod outbox;
mod own_account;
mod pages;
mod parallel;
mod people;
mod policy;
mod real_mail;
mod resend;
mod return_to;
mod seal;
mod seal_commands;
mod send_limits;
mod session;
mod setup;
mod sign_in;
mod store;
mod tidy;
mod trusted_device;
mod world;
