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
mod administrators;
mod attack_list;
mod attacks;
mod attacks_more;
mod attacks_recovery;
mod audit;
mod breaker;
mod browser;
mod code_page;
mod commands;
mod commands_in_french;
mod courier_contract;
mod databases;
mod destinations;
mod directory;
mod directory_logins;
mod docs;
mod fault_pages;
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
mod own_lists;
mod pages;
mod parallel;
mod passwords;
mod people;
mod policy;
mod policy_networks;
mod q360;
mod real_mail;
mod receipts;
mod recipe;
mod resend;
mod return_to;
mod routes;
mod seal;
mod seal_commands;
mod send_limits;
mod session;
mod setup;
mod sign_in;
mod store;
mod tidy;
mod trusted_device;
mod twilio;
mod voice;
mod web_center;
mod world;
