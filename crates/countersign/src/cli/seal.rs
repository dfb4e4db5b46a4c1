//! `countersign seal`

use std::process::ExitCode;

use serde_json::json;

use super::speech::Environment;
use super::{ConfigArgs, Failure, input, keys, output, quiet_log};
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::flow::seal::{self, Status};
use crate::seal::Opener;

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

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    match command {
        Command::Adopt(command) => adopt(&command, environment).await,
        Command::Status(command) => status(&command, environment).await,
    }
}

async fn adopt(command: &Adopt, environment: &Environment) -> Result<ExitCode, Failure> {
    let tx = environment.texts();
    let here = command.config.load(environment)?.server;
    let installation = [("environment", here.environment.as_str().into()), ("url", here.public_url.as_str().into())];
    if !command.yes {
        eprintln!("{}", tx.with("command-adopt-warning", &installation));
        let typed = input::ask(&tx.t1("command-adopt-question", "environment", here.environment.as_str()))?;
        if typed.as_deref() != Some(here.environment.as_str()) {
            return Err(Failure::Failed(tx.t("command-refused-adopt")));
        }
    }
    let app = command.config.open(environment).await?;
    let voided = seal::adopt(&app).await?;
    app.close().await;
    println!("{}", tx.with("command-adopted", &installation));
    let ended = [
        ("sessions", voided.sessions.into()),
        ("devices", voided.devices.into()),
        ("logins", voided.logins.into()),
        ("challenges", voided.challenges.into()),
        ("messages", voided.messages.into()),
    ];
    println!("{}", tx.with("command-adopt-voided", &ended));
    println!("{}", tx.t("command-adopt-noticed"));
    Ok(ExitCode::SUCCESS)
}

async fn status(command: &Show, environment: &Environment) -> Result<ExitCode, Failure> {
    quiet_log()?;
    let here = command.config.load(environment)?.server;
    let keys = keys(here.key_file.as_deref())?;
    let opener = Opener { server: &here, keys: &keys, entropy: &Entropy::System, now: Clock::system().now() };
    let Some(Status { row, sealed, differs, doubt }) = seal::status(&opener).await? else {
        return Err(Failure::Failed(environment.texts().t("command-refused-never-used")));
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
    let tx = environment.texts();
    let at = |environment: &str, url: &str| {
        tx.with("command-seal-at", &[("environment", environment.into()), ("url", url.into())])
    };
    let doubt = doubt.map(|doubt| tx.t(&format!("command-doubt-{}", doubt.as_str())));
    output::facts(&[
        (tx.t("command-fact-state"), tx.t(if sealed { "command-seal-ours" } else { "command-seal-quarantine" })),
        (tx.t("command-fact-here"), at(&here.environment, here.public_url.as_str())),
        (tx.t("command-fact-sealed-as"), at(&row.environment, &row.public_url)),
        (tx.t("command-fact-differs"), if differs.is_empty() { tx.t("command-seal-same") } else { differs.join(", ") }),
        (tx.t("command-fact-next-start"), doubt.unwrap_or_else(|| tx.t("command-seal-goes-on"))),
    ]);
    if !sealed {
        println!("\n{}", tx.t("command-seal-adopt"));
    }
    Ok(ExitCode::SUCCESS)
}
