//! The tests of the whole, in one binary.

mod databases;
mod store;
