//! `countersign backup`

use std::path::PathBuf;
use std::process::ExitCode;

use super::speech::Environment;
use super::{ConfigArgs, Failure, quiet_log};
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::flow::backup::{self, Wish};

#[derive(clap::Args, Debug)]
pub(super) struct Command {
    #[command(flatten)]
    config: ConfigArgs,
    /// The new file; one that exists is not overwritten
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    quiet_log()?;
    let config = command.config.load(environment)?;
    let now = Clock::system().now();
    backup::backup(Wish { server: &config.server, file: &command.to, entropy: &Entropy::System, now }).await?;
    println!("{}", environment.texts().t1("command-copied", "file", command.to.display().to_string()));
    Ok(ExitCode::SUCCESS)
}
