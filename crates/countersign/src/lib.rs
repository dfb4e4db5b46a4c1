//! The shell of Countersign: everything that reads a clock, a socket, a file or a database.
//!
//! `cli` starts, `app` builds, `web` and `jobs` call `flow`, and `flow` asks `countersign-core` what to do and saves what
//! it said. See `docs/architecture.md`.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod courier;
pub mod demo;
pub mod directory;
pub mod entropy;
pub mod epoch_file;
pub mod flow;
pub mod i18n;
pub mod jobs;
pub mod keys;
pub mod seal;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod web;
