//! `countersign seal`

use std::process::ExitCode;

use serde_json::json;

use super::{ConfigArgs, Failure, input, keys, output, quiet_log};
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::flow::seal::{self, Status};
use crate::seal::{Opener, explained};

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// Make the database this installation's: messages leave, and everybody has to log in again
    Adopt(Adopt),
    /// Tell whether the database is this installation's, and what happens if not; changes nothing
    Status(Show),
}

#[derive(clap::Args, Debug)]
pub(super) struct Adopt {
    #[command(flatten)]
    config: ConfigArgs,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

#[derive(clap::Args, Debug)]
pub(super) struct Show {
    #[command(flatten)]
    config: ConfigArgs,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Command, environment: &[(String, String)]) -> Result<ExitCode, Failure> {
    match command {
        Command::Adopt(command) => adopt(&command, environment).await,
        Command::Status(command) => status(&command, environment).await,
    }
}

async fn adopt(command: &Adopt, environment: &[(String, String)]) -> Result<ExitCode, Failure> {
    let here = command.config.load(environment)?.server;
    if !command.yes {
        eprintln!(
            "Messages will leave from here as {} at {}, and may cost money. Everybody has to log in again.",
            here.environment,
            here.public_url.as_str()
        );
        let typed = input::ask(&format!("To go on, type the name of the environment ({}): ", here.environment))?;
        if typed.as_deref() != Some(here.environment.as_str()) {
            return Err(Failure::Failed("that is not its name; nothing was changed".to_owned()));
        }
    }
    let app = command.config.open(environment).await?;
    let voided = seal::adopt(&app).await?;
    app.close().await;
    println!("The database is sealed as {} at {}.", here.environment, here.public_url.as_str());
    println!(
        "Ended: {} sessions, {} trusted devices, {} logins, {} challenges. Dropped: {} messages.",
        voided.sessions, voided.devices, voided.logins, voided.challenges, voided.messages
    );
    println!("A running service notices within half a minute.");
    Ok(ExitCode::SUCCESS)
}

async fn status(command: &Show, environment: &[(String, String)]) -> Result<ExitCode, Failure> {
    quiet_log()?;
    let here = command.config.load(environment)?.server;
    let keys = keys(here.key_file.as_deref())?;
    let opener = Opener { server: &here, keys: &keys, entropy: &Entropy::System, now: Clock::system().now() };
    let Some(Status { row, sealed, differs, doubt }) = seal::status(&opener).await? else {
        return Err(Failure::Failed("the database was never used; the first start seals it".to_owned()));
    };
    if command.json {
        output::json(&json!({
            "sealed": sealed,
            "quarantine": !sealed,
            "differs": differs,
            "here": { "environment": here.environment, "public_url": here.public_url.as_str() },
            "database": { "environment": row.environment, "public_url": row.public_url, "instance": row.id },
            "epoch": row.at.epoch,
            "void_at_next_start": doubt,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let state = if sealed { "sealed for this installation" } else { "QUARANTINE: no message leaves" };
    output::facts(&[
        ("state", state.to_owned()),
        ("here", format!("{} at {}", here.environment, here.public_url.as_str())),
        ("sealed as", format!("{} at {}", row.environment, row.public_url)),
        ("differs", if differs.is_empty() { "nothing".to_owned() } else { differs.join(", ") }),
        ("at the next start", doubt.map_or("goes on as it is", explained).to_owned()),
    ]);
    if !sealed {
        println!(
            "\n`countersign seal adopt` makes the database this installation's. Until then all messages go to /outbox."
        );
    }
    Ok(ExitCode::SUCCESS)
}
