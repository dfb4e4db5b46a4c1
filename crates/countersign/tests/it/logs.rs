//! What the product logs while a story is told, at the most talkative level.
//!
//! One subscriber serves the whole binary. A story runs on a thread of its own (a runtime of one thread), so what is
//! logged on that thread belongs to that story.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use countersign::telemetry::{LogFormat, LogSettings, subscriber};

thread_local! {
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Begins to listen; what was logged on this thread before is forgotten.
pub(crate) fn listen() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let settings = LogSettings { level: "trace".to_owned(), format: LogFormat::Text };
        tracing::subscriber::set_global_default(subscriber(&settings, || ThisThread)).unwrap();
    });
    LOGGED.take();
}

/// Everything that was logged on this thread, without the times: their digits could pass for a code.
pub(crate) fn heard() -> Vec<String> {
    let text = LOGGED.with_borrow(|bytes| String::from_utf8_lossy(bytes).into_owned());
    text.lines().map(|line| line.split_once(' ').map_or(line, |(_, rest)| rest).trim_start().to_owned()).collect()
}

/// M-01: no secret of the story is in what was logged.
pub(crate) fn assert_silent_about(secrets: &[String], log: &[String]) {
    for line in log {
        let told = secrets.iter().find(|secret| holds_word(line, secret));
        assert!(told.is_none(), "a secret is in the log: {line}");
    }
}

fn holds_word(line: &str, word: &str) -> bool {
    let joins = |c: char| c.is_ascii_alphanumeric();
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(joins) && !line[at + word.len()..].starts_with(joins))
}

struct ThisThread;

impl io::Write for ThisThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // While the thread ends there is nobody left to listen.
        let _ = LOGGED.try_with(|logged| logged.borrow_mut().extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
