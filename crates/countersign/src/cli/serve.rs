//! `countersign serve`

use std::process::ExitCode;

use super::speech::Environment;
use super::{ConfigArgs, Failure};
use crate::{service, telemetry};

#[derive(clap::Args, Debug)]
pub(super) struct Command {
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    let config = command.config.load(environment)?;
    telemetry::init(&config.log)?;
    service::serve(config).await.map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}
