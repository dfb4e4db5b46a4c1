//! The rules of Countersign: who may log in, when a code is asked for, how long anything lives.
//!
//! Everything here is a plain value or a pure function. There is no I/O, no clock and no randomness: `now` and random
//! bytes come in as arguments, and the manifest lists no crate that could do otherwise. So every rule is tested by table
//! and by property, and the shell (`countersign`) only loads, asks and saves.
//!
//! # The words
//!
//! | word | meaning |
//! |---|---|
//! | [realm] | a population of accounts with its own policy and login page (`internal`, `external`, …) |
//! | [account] | one person in one realm |
//! | [identifier] | what an account types to log in: login ID, username or e-mail |
//! | [source](realm::SourceName) | who proves the password: `local` or a named directory |
//! | [destination](contact::Destination) | where a code can go: an e-mail address, a phone by SMS, a phone by voice |
//! | login | an attempt in progress: password accepted, destination chosen, code accepted |
//! | [challenge] | one live code for one account and one purpose |
//! | [trusted device](device) | a browser that need not give a code for a while |
//! | [session] | a completed login |
//! | [notice] | a message that is no code: what changed, or who may be at the door |
//! | [policy] | the rules that ask for a code; a *trigger* fires, the *decision* says why |
//! | [seal] | what binds a database to the one installation that may send from it |
//!
//! # The life of one login
//!
//! ```text
//!  password ──► lockout::reserve ──► (hash compared) ──► policy::decide ─┬─► Allow ─────────────► session
//!                     │ locked: the same answer as a wrong password      ├─► Refuse
//!                                                                        └─► Challenge
//!                                                                              │ the person chooses a destination
//!                                              throttle::Quota ◄───────────────┤
//!                                                                              ▼
//!                       challenge::Guess ──► a try is reserved ──► Code::matches ──► session (+ trusted device)
//! ```

pub mod account;
pub mod audit;
pub mod audit_chain;
pub mod breaker;
pub mod challenge;
pub mod channel;
pub mod contact;
pub mod country;
pub mod delivery;
pub mod device;
pub mod facts;
pub mod id;
pub mod identifier;
pub mod lockout;
mod mac;
pub mod notice;
pub mod own;
pub mod phones;
pub mod policy;
pub mod policy_setting;
pub mod realm;
pub mod recovery;
pub mod role;
pub mod route;
pub mod seal;
pub mod secret;
pub mod session;
pub mod settings;
pub mod shield;
pub mod throttle;
