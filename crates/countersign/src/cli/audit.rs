//! `countersign audit`

use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use countersign_core::id::AccountId;
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;

use super::speech::Environment;
use super::{ConfigArgs, Failure, keys, output};
use crate::flow::audit::export::{self, Selection};
use crate::flow::audit::verify::{self, Verdict};
use crate::i18n::Texts;

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// Write the audit log to standard output, as JSON lines that `audit verify` can check
    Export(Export),
    /// Check that nobody changed the audit log, in an exported file or in the database
    Verify(Verify),
}

#[derive(clap::Args, Debug)]
pub(super) struct Export {
    #[command(flatten)]
    config: ConfigArgs,
    /// From this day (2026-11-30) or moment (2026-11-30T12:00:00Z) on
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    since: Option<Timestamp>,
    /// Before this day or moment
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    until: Option<Timestamp>,
    /// Of the account with this id; `account show` tells it
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
}

#[derive(clap::Args, Debug)]
pub(super) struct Verify {
    #[command(flatten)]
    config: ConfigArgs,
    /// A file that `audit export` wrote, or - for standard input; only the key file is needed, not the database
    #[arg(required_unless_present = "database", conflicts_with = "database")]
    file: Option<PathBuf>,
    /// Check the database
    #[arg(long)]
    database: bool,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    match command {
        Command::Export(command) => {
            let app = command.config.open(environment).await?;
            let Export { since, until, account, .. } = command;
            let mut out = BufWriter::new(io::stdout());
            let lines = export::export(&app, &Selection { since, until, account }, &mut out).await?;
            eprintln!("{}", environment.texts().t1("command-audit-entries", "entries", lines));
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify(command) => {
            let verdict = match &command.file {
                Some(file) => {
                    let config = command.config.load(environment)?;
                    in_file(&keys(config.server.key_file.as_deref())?.audit, file)?
                }
                None => verify::database(&*command.config.open(environment).await?).await?,
            };
            tell(environment.texts(), &verdict, command.json)
        }
    }
}

fn in_file(key: &countersign_core::audit_chain::ChainKey, file: &Path) -> Result<Verdict, Failure> {
    if file == Path::new("-") {
        return Ok(verify::file(key, io::stdin().lock())?);
    }
    let opened = File::open(file).map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
    Ok(verify::file(key, BufReader::new(opened))?)
}

fn tell(tx: &Texts, verdict: &Verdict, json: bool) -> Result<ExitCode, Failure> {
    let is_whole = matches!(verdict, Verdict::Whole { .. });
    match verdict {
        Verdict::Whole { entries, earlier, waiting } if json => {
            output::json(&json!({ "ok": true, "entries": entries, "earlier": earlier, "waiting": waiting }))?;
        }
        Verdict::Changed { place, why } if json => {
            output::json(&json!({ "ok": false, "place": place, "why": why }))?;
        }
        Verdict::Whole { entries, earlier, waiting } => {
            println!("{}", tx.t1("command-audit-whole", "entries", *entries));
            for (key, entries) in [("command-audit-earlier", *earlier), ("command-audit-waiting", *waiting)] {
                if entries > 0 {
                    println!("{}", tx.t1(key, "entries", entries));
                }
            }
        }
        Verdict::Changed { place, why } => {
            let found = [("place", place.as_str().into()), ("why", (*why).into())];
            println!("{}", tx.with("command-audit-changed", &found));
        }
    }
    Ok(ExitCode::from(u8::from(!is_whole)))
}

/// A day, which begins at midnight UTC, or a moment.
fn moment(text: &str) -> Result<Timestamp, String> {
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let moment = text.parse::<Timestamp>().ok().or_else(day);
    moment.ok_or_else(|| "a day such as 2026-11-30, or a moment such as 2026-11-30T12:00:00Z".to_owned())
}
