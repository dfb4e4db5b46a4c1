//! `countersign backup`

use std::path::PathBuf;
use std::process::ExitCode;

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

pub(super) async fn run(command: Command, environment: &[(String, String)]) -> Result<ExitCode, Failure> {
    quiet_log()?;
    let config = command.config.load(environment)?;
    let now = Clock::system().now();
    backup::backup(Wish { server: &config.server, file: &command.to, entropy: &Entropy::System, now }).await?;
    println!("Copied to {}. Keep it apart from the key, which it is of no use without.", command.to.display());
    Ok(ExitCode::SUCCESS)
}
