//! The log: to standard error, as text for people or as JSON lines for programs.
//!
//! What must not be logged cannot be: secrets, codes and addresses are types that print `…` or a mask. Two more guards
//! stand here. Libraries whose messages repeat what passes through them (queries with their values, requests with their
//! headers, SMTP dialogues) never say more than warnings, whatever level is asked for (security.md M-01). And no value
//! can end a line or colour a terminal: control characters are written as escapes (K-03).

use std::fmt::{self, Write};
use std::io;

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::field::{MakeVisitor as _, VisitOutput as _};
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, LevelFilter, filter_fn};
use tracing_subscriber::fmt::format::{DefaultFields, Writer};
use tracing_subscriber::fmt::{FormatFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer as _, Registry};

/// Crates that may repeat what passes through them, with their parts (`sqlx_core`, `hyper_util`, …).
const TALKATIVE: &[&str] = &["h2", "hyper", "lettre", "reqwest", "rustls", "sqlx", "tower"];

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// A level, or levels by module (`info,countersign::courier=debug`).
    pub level: String,
    /// For people or for programs.
    pub format: LogFormat,
}

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Text for people.
    Text,
}

impl LogSettings {
    /// Whether the level can be understood.
    pub fn level_is_valid(&self) -> bool {
        !self.level.trim().is_empty() && EnvFilter::builder().parse(&self.level).is_ok()
    }
}

/// The log is running already.
#[derive(Debug, thiserror::Error)]
#[error("the log was started twice")]
pub struct AlreadyStarted;

/// Starts the log of the process.
pub fn init(settings: &LogSettings) -> Result<(), AlreadyStarted> {
    tracing::subscriber::set_global_default(subscriber(settings, io::stderr)).map_err(|_| AlreadyStarted)
}

/// The log, written to `writer`.
pub fn subscriber<W>(settings: &LogSettings, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let level = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).parse_lossy(&settings.level);
    let filter = level.and(filter_fn(may_speak));
    match settings.format {
        LogFormat::Json => {
            let layer = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(writer);
            Box::new(Registry::default().with(layer.with_filter(filter)))
        }
        LogFormat::Text => {
            let layer = tracing_subscriber::fmt::layer().with_ansi(false).fmt_fields(EscapedFields).with_writer(writer);
            Box::new(Registry::default().with(layer.with_filter(filter)))
        }
    }
}

fn may_speak(metadata: &Metadata<'_>) -> bool {
    let krate = metadata.target().split("::").next().unwrap_or_default();
    let family = krate.split('_').next().unwrap_or_default();
    *metadata.level() <= Level::WARN || !TALKATIVE.contains(&family)
}

/// The usual `name=value`, with nothing in it that could end the line or move a cursor.
struct EscapedFields;

impl<'writer> FormatFields<'writer> for EscapedFields {
    fn format_fields<R: tracing_subscriber::field::RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        let mut plain = String::new();
        let mut visitor = DefaultFields::new().make_visitor(Writer::new(&mut plain));
        fields.record(&mut visitor);
        visitor.finish()?;
        plain.chars().try_for_each(|letter| write_escaped(&mut writer, letter))
    }
}

/// Control characters, and the marks that turn or end a line where Unicode is shown.
fn write_escaped(writer: &mut impl Write, letter: char) -> fmt::Result {
    let turns = matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if letter.is_control() || turns { write!(writer, "{}", letter.escape_default()) } else { writer.write_char(letter) }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::{debug, info, trace, warn};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(level: &str, format: LogFormat, work: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let settings = LogSettings { level: level.to_owned(), format };
        tracing::subscriber::with_default(subscriber(&settings, move || writer.clone()), work);
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    const FORGED: &str = "ana\r\nERROR forged: all is lost \u{1b}[2J\u{2028}";

    #[test]
    fn k_03_a_value_cannot_forge_a_line_or_move_the_cursor() {
        let text = logged("info", LogFormat::Text, || {
            let _span = tracing::info_span!("login", identifier = %FORGED).entered();
            info!(identifier = FORGED, other = %FORGED, "failed for {FORGED}");
        });
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.chars().all(|letter| !letter.is_control() || letter == '\n'), "{text:?}");
        assert!(!text.contains('\u{2028}') && text.contains("failed for ana\\r\\nERROR"), "{text}");
    }

    #[test]
    fn k_03_a_json_line_stays_one_object() {
        let text = logged("info", LogFormat::Json, || info!(other = %FORGED, quote = "\"}", "failed for {FORGED}"));
        assert_eq!(text.lines().count(), 1, "{text}");
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["other"], FORGED);
        assert_eq!(line["quote"], "\"}");
    }

    #[test]
    fn m_01_talkative_crates_say_only_warnings_whatever_is_asked_for() {
        let text = logged("trace,sqlx=trace,lettre::transport=trace", LogFormat::Text, || {
            trace!(target: "sqlx", "canary");
            debug!(target: "lettre::transport", "canary");
            info!(target: "hyper", "canary");
            warn!(target: "sqlx_core", "slow");
            trace!(target: "countersign::flow", "ours");
        });
        assert!(!text.contains("canary") && text.contains("slow") && text.contains("ours"), "{text}");
    }

    #[test]
    fn a_level_is_a_level_or_directives() {
        let valid = |level: &str| LogSettings { level: level.to_owned(), format: LogFormat::Text }.level_is_valid();
        assert!(["info", "WARN", "off", "info,countersign::courier=debug"].into_iter().all(valid));
        assert!(!["", "a=b=c", "info,countersign=loud"].into_iter().any(valid));
    }
}
