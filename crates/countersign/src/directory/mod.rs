//! Who proves a password.
//!
//! A directory answers one question, *is this the password of that account?*, and knows nothing of counters, codes or
//! pages. `local` is Countersign's own hashes, `scheme` the kinds of hashes that it compares.

pub mod local;
pub mod scheme;
