//! The commands. Each file is one; what it does is in `flow`, and here is only what is asked and what is said.
//!
//! Exit codes: 0 done, 1 failed, 2 bad usage or configuration. Answers go to standard output, everything else to standard
//! error. No secret is ever taken from the command line, which other users of the machine can read.

mod account;
mod audit;
mod backup;
mod check;
mod delivery;
mod demo;
mod directory;
mod enrolment_code;
mod export;
mod factor_reset;
mod import;
mod init;
mod input;
mod outbox;
mod output;
mod policy;
mod providers;
mod restore;
mod seal;
mod serve;
mod speech;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use speech::{Environment, UnknownLanguage};

use crate::app::{App, BuildError, Parts};
use crate::clock::Clock;
use crate::config::Config;
use crate::config::fault::ConfigErrors;
use crate::entropy::Entropy;
use crate::flow::{self, Refused};
use crate::i18n::Texts;
use crate::keys::{KeyError, Keys};
use crate::telemetry::{self, AlreadyStarted, LogFormat, LogSettings};

/// Where the configuration is looked for when nothing else is said.
const CONFIG_PLACES: [&str; 2] = ["countersign.toml", "/etc/countersign/countersign.toml"];

/// Login and second factor for web applications that already exist.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, about, propagate_version = true)]
struct Cli {
    /// The language of what the command says, such as fr; by default that of LC_ALL, LC_MESSAGES or LANG. JSON stays as it is
    #[arg(long, global = true, value_name = "TAG")]
    language: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make and change accounts
    #[command(subcommand)]
    Account(account::Command),
    /// Write the audit log out, and check that nobody changed it
    #[command(subcommand)]
    Audit(audit::Command),
    /// Copy the database into a file, while the service goes on
    Backup(backup::Command),
    /// Check configuration, key, database, clock, providers and directories, without starting
    Check(check::Command),
    /// Test that messages arrive
    #[command(subcommand)]
    Delivery(delivery::Command),
    /// Start with demo accounts and a sandbox inbox; needs no file, sends nothing, forgets everything
    Demo(demo::Command),
    /// The directories that prove passwords, and whether they work
    #[command(subcommand)]
    Directory(directory::Command),
    /// Write a configuration and a key, and make the first administrator
    Init(init::Command),
    /// Ask the policy
    #[command(subcommand)]
    Policy(policy::Command),
    /// Put a copy in the place of the database; everybody has to log in again
    Restore(restore::Command),
    /// Whose the database is, and making it this installation's
    #[command(subcommand)]
    Seal(seal::Command),
    /// Start
    Serve(serve::Command),
}

/// Which configuration a command uses.
#[derive(Args, Clone, Debug)]
struct ConfigArgs {
    /// The configuration; by default ./countersign.toml or /etc/countersign/countersign.toml, if there is one
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Why a command ends early, with what the person is told.
#[derive(Debug)]
enum Failure {
    /// It was tried and did not work: exit code 1.
    Failed(String),
    /// A flow refused it, and whoever shows it says why in the person's language: exit code 1.
    Refused(Refused),
    /// It was not asked for rightly, or the configuration is wrong: exit code 2.
    Usage(String),
}

/// Runs the command line of the process.
pub fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    let environment = std::env::vars_os();
    let environment =
        environment.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    run(std::env::args_os(), environment.collect())
}

/// Every command with its options, for whatever checks or lists them.
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

fn run(arguments: impl Iterator<Item = OsString>, variables: Vec<(String, String)>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        // Help and version are answers; everything else is bad usage. Clap knows which stream each belongs to.
        Err(told) => {
            let _ = told.print();
            return ExitCode::from(if told.use_stderr() { 2 } else { 0 });
        }
    };
    let environment = match speaking(variables, cli.language.as_deref()) {
        Ok(environment) => environment,
        Err(failure) => return tell(failure, None),
    };
    dispatch(cli.command, &environment).unwrap_or_else(|failure| tell(failure, Some(environment.texts())))
}

fn speaking(variables: Vec<(String, String)>, asked: Option<&str>) -> Result<Environment, Failure> {
    let environment = Environment::new(variables, asked).map_err(|bad| Failure::Failed(bad.to_string()))?;
    // Whoever asked for a language that is none is told in the one that every administrator can look up.
    environment
        .map_err(|UnknownLanguage { known }| Failure::Usage(format!("--language is one of: {}", known.join(", "))))
}

/// Says why a command ended early; without texts where the language itself is what is wrong.
fn tell(failure: Failure, tx: Option<&Texts>) -> ExitCode {
    let (code, text) = match failure {
        Failure::Failed(text) => (1, text),
        Failure::Refused(refused) => (1, tx.map_or_else(|| refused.to_string(), |tx| refused.text(tx))),
        Failure::Usage(text) => (2, text),
    };
    eprintln!("countersign: {text}");
    ExitCode::from(code)
}

fn dispatch(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Failed(format!("the program cannot start: {error}")))?;
    runtime.block_on(async {
        match command {
            Command::Account(command) => account::run(command, environment).await,
            Command::Audit(command) => audit::run(command, environment).await,
            Command::Backup(command) => backup::run(command, environment).await,
            Command::Check(command) => check::run(command, environment).await,
            Command::Delivery(command) => delivery::run(command, environment).await,
            Command::Demo(command) => demo::run(command, environment).await,
            Command::Directory(command) => directory::run(command, environment).await,
            Command::Init(command) => init::run(command, environment).await,
            Command::Policy(command) => policy::run(command, environment).await,
            Command::Restore(command) => restore::run(command, environment).await,
            Command::Seal(command) => seal::run(command, environment).await,
            Command::Serve(command) => serve::run(command, environment).await,
        }
    })
}

impl ConfigArgs {
    /// The file: the one named, or the first that is there.
    fn path(&self) -> Option<PathBuf> {
        self.config.clone().or_else(|| CONFIG_PLACES.iter().map(PathBuf::from).find(|place| place.is_file()))
    }

    /// Reads the configuration.
    fn load(&self, environment: &[(String, String)]) -> Result<Config, ConfigErrors> {
        Config::load(self.path().as_deref(), environment.iter().cloned())
    }

    /// Builds everything, for a command that works on the database and ends.
    async fn open(&self, environment: &Environment) -> Result<Arc<App>, Failure> {
        quiet_log()?;
        Ok(Arc::new(build(self.load(environment)?).await?))
    }
}

/// Builds everything from a configuration, with the real clock and the real randomness.
async fn build(config: Config) -> Result<App, Failure> {
    let keys = keys(config.server.key_file.as_deref())?;
    Ok(App::build(Parts { config, keys, clock: Clock::system(), entropy: Entropy::System }).await?)
}

fn keys(file: Option<&Path>) -> Result<Keys, Failure> {
    let file = file.ok_or_else(|| Failure::Usage("server.key_file is missing".to_owned()))?;
    Ok(Keys::read(file)?)
}

/// The log of a command that ends: only what is wrong.
fn quiet_log() -> Result<(), Failure> {
    Ok(telemetry::init(&LogSettings { level: "warn".to_owned(), format: LogFormat::Text })?)
}

impl From<AlreadyStarted> for Failure {
    fn from(error: AlreadyStarted) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ConfigErrors> for Failure {
    fn from(errors: ConfigErrors) -> Self {
        Self::Usage(format!("{errors}\nEvery setting is explained in countersign.example.toml."))
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<flow::Error> for Failure {
    fn from(error: flow::Error) -> Self {
        match error {
            flow::Error::Invalid(refused) | flow::Error::NotFound(refused) => Self::Refused(refused),
            fault => Self::Failed(fault.to_string()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::fs;

    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_option_takes_a_secret() {
        fn walk(command: &clap::Command) {
            for argument in command.get_arguments() {
                let name = argument.get_id().as_str();
                assert!(!["password", "secret", "key", "token", "code"].contains(&name), "--{name} takes a secret");
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
    }

    /// `docs/reference/cli.md`, from the commands themselves.
    fn page() -> String {
        fn walk(command: &mut clap::Command, page: &mut String) {
            if !command.has_subcommands() {
                let help = command.render_long_help().to_string();
                let help: Vec<&str> = help.lines().map(str::trim_end).collect();
                let name = command.get_bin_name().unwrap_or_default();
                let _ = write!(page, "\n## `{name}`\n\n```text\n{}\n```\n", help.join("\n").trim_end());
            }
            command
                .get_subcommands_mut()
                .filter(|inner| inner.get_name() != "help")
                .for_each(|inner| walk(inner, page));
        }
        let mut page = String::from(
            "# Command reference\n\n<!-- Generated from crates/countersign/src/cli by `COUNTERSIGN_BLESS=1 cargo test -p \
             countersign --lib cli`. Do not edit. -->\n\nExit codes: 0 done, 1 failed, 2 bad usage or configuration. \
             Answers go to standard output, everything else to standard error. No secret is taken from the command line.\n",
        );
        let mut command = Cli::command().term_width(100);
        command.build();
        walk(&mut command, &mut page);
        page
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "COUNTERSIGN_BLESS belongs to the tests and not to the configuration"
    )]
    fn the_reference_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/cli.md");
        if std::env::var_os("COUNTERSIGN_BLESS").is_some() {
            fs::write(&path, page()).unwrap();
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(written == page(), "docs/reference/cli.md is out of date: run this test with COUNTERSIGN_BLESS=1");
    }
}
