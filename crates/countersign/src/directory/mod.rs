//! Who proves a password.
//!
//! A directory answers one question, *is this the password of that account?*, and knows nothing of counters, codes or
//! pages. `local` is Countersign's own hashes.

pub mod local;
