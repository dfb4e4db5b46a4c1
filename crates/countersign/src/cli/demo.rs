//! `countersign demo`

use std::net::SocketAddr;
use std::process::ExitCode;

use super::Failure;

#[derive(clap::Args, Debug)]
pub(super) struct Command {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8180")]
    listen: SocketAddr,
    /// Say on one line of JSON where to go and which accounts there are
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Command) -> Result<ExitCode, Failure> {
    crate::demo::run(command.listen, command.json).await.map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}
