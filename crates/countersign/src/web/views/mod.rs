//! Every page a person sees, as plain data.
//!
//! A view is a struct with what the page shows and nothing else: no store, no clock, no request. A handler fills it and
//! calls `render()`; escaping is askama's, and every text comes from `locales/` by key. Each view lists samples of all
//! its states, and one test renders them all.

pub mod account;
pub mod code;
pub mod delivery;
pub mod destination;
pub mod enrol;
pub mod fault;
pub mod forgot;
pub mod login;
pub mod logout;
pub mod mask;
pub mod moment;
pub mod not_me;
pub mod outbox;
pub mod password_change;
pub mod realm_choice;
pub mod recovery;
pub mod recovery_codes;
pub mod refused;
pub mod reset;
pub mod shell;
pub mod unfit;
pub mod welcome;

#[cfg(test)]
mod tests;
