//! `countersign directory`: which directories there are, and whether they work, step by step.
//!
//! It needs the configuration and no database, so it works before anything else does.

use std::process::ExitCode;

use countersign_core::realm::SourceName;
use countersign_core::settings::Settings;
use serde_json::json;

use super::speech::Environment;
use super::{ConfigArgs, Failure, input, output, quiet_log};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::directory::{Directories, Outcome, Step};
use crate::i18n::Texts;

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// List the directories, their servers and the realms that use them
    List(List),
    /// Try a directory step by step, and say what to do about what fails; nothing is changed
    Test(Test),
}

#[derive(clap::Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    config: ConfigArgs,
    /// For a script
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
pub(super) struct Test {
    #[command(flatten)]
    config: ConfigArgs,
    /// Which one, where there are several
    #[arg(long, value_name = "NAME")]
    directory: Option<SourceName>,
    /// Look this person up too, by the name they log in with
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Try their password, the first line of standard input; a wrong one counts in the directory
    #[arg(long, requires = "account")]
    password_stdin: bool,
    /// For a script
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    quiet_log()?;
    match command {
        Command::List(list) => {
            let config = list.config.load(environment)?;
            let directories = build(&config)?;
            show(environment.texts(), &list, &directories, &config.settings)
        }
        Command::Test(test) => {
            let config = test.config.load(environment)?;
            let directories = build(&config)?;
            examine(environment.texts(), &test, &directories).await
        }
    }
}

fn build(config: &Config) -> Result<Directories, Failure> {
    app::directories(&config.directories, &Clock::system()).map_err(|error| Failure::Usage(error.to_string()))
}

fn show(tx: &Texts, list: &List, directories: &Directories, settings: &Settings) -> Result<ExitCode, Failure> {
    let realms = |source: &SourceName| -> Vec<&str> {
        let used = settings.realms.iter().filter(|(_, realm)| realm.sources.contains(source));
        used.map(|(name, _)| name.as_str()).collect()
    };
    if list.json {
        let each = directories.iter().map(|directory| {
            json!({
                "name": directory.name(),
                "servers": directory.addresses(),
                "realms": realms(directory.name()),
            })
        });
        output::json(&each.collect())?;
        return Ok(ExitCode::SUCCESS);
    }
    let row =
        |name: &SourceName, servers: &[String]| vec![name.to_string(), servers.join(", "), realms(name).join(", ")];
    let rows: Vec<Vec<String>> = directories.iter().map(|each| row(each.name(), &each.addresses())).collect();
    if rows.is_empty() {
        println!("{}", tx.t("command-directory-none"));
    } else {
        let heads = [tx.t("command-column-directory"), tx.t("command-column-servers"), tx.t("command-column-realms")];
        output::table(&heads, &rows);
    }
    Ok(ExitCode::SUCCESS)
}

async fn examine(tx: &Texts, test: &Test, directories: &Directories) -> Result<ExitCode, Failure> {
    let chosen = if let Some(name) = &test.directory {
        directories.get(name).cloned()
    } else {
        let mut all = directories.iter();
        let first = all.next().cloned();
        if all.next().is_some() {
            return Err(Failure::Usage(tx.t("command-refused-which-directory")));
        }
        first
    };
    let directory = chosen.ok_or_else(|| Failure::Usage(tx.t("command-refused-no-such-directory")))?;
    let password = if test.password_stdin { Some(input::line_of_stdin(tx)?) } else { None };
    let steps = directory.examine(test.account.as_deref(), password.as_ref()).await;
    if test.json {
        output::json(&steps.iter().map(|step| {
            json!({ "step": step.what, "outcome": word(step.outcome), "told": step.told, "advice": step.advice })
        }).collect())?;
    } else {
        for step in &steps {
            report(tx, step);
        }
    }
    let failed = steps.iter().filter(|step| step.outcome == Outcome::Failed).count();
    match failed {
        0 => Ok(ExitCode::SUCCESS),
        count => Err(Failure::Failed(tx.t1("command-refused-steps-failed", "count", count))),
    }
}

fn report(tx: &Texts, step: &Step) {
    let outcome = match step.outcome {
        Outcome::Failed => "command-directory-failed",
        Outcome::Noted => "command-directory-noted",
        Outcome::Passed => "command-directory-passed",
    };
    println!("{:6}  {}: {}", tx.t(outcome), output::plain(&step.what), output::plain(&step.told));
    if let Some(advice) = &step.advice {
        println!("        → {}", output::plain(advice));
    }
}

/// The name of an outcome for a script.
const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Failed => "failed",
        Outcome::Noted => "note",
        Outcome::Passed => "ok",
    }
}
