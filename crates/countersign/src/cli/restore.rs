//! `countersign restore`

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
    /// The copy that `countersign backup` made
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    quiet_log()?;
    let config = command.config.load(environment)?;
    let now = Clock::system().now();
    let wish = Wish { server: &config.server, file: &command.from, entropy: &Entropy::System, now };
    let restored = backup::restore(wish).await?;
    let tx = environment.texts();
    println!("{}", tx.t1("command-restored", "file", command.from.display().to_string()));
    if let Some(aside) = restored.aside {
        println!("{}", tx.t1("command-kept-aside", "file", aside.display().to_string()));
    }
    Ok(ExitCode::SUCCESS)
}
