//! `countersign account import`

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use countersign_core::realm::RealmName;
use serde_json::{Value, json};

use super::{ConfigArgs, Failure, output};
use crate::flow::import::{self, Import, Told, table};

#[derive(clap::Args, Debug)]
pub(super) struct Command {
    #[command(flatten)]
    config: ConfigArgs,
    /// The realm of the accounts
    #[arg(long)]
    realm: RealmName,
    /// A CSV file in UTF-8 whose first line names the columns, or - for standard input
    file: PathBuf,
    /// Say what would happen to each line, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// The e-mail address is also what the person types to log in
    #[arg(long)]
    email_logs_in: bool,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Command, environment: &[(String, String)]) -> Result<ExitCode, Failure> {
    let file = read(&command.file)?;
    let app = command.config.open(environment).await?;
    let import = Import { realm: command.realm, email_logs_in: command.email_logs_in, dry_run: command.dry_run };
    let told = import::run(&app, &import, &file).await?;
    let failed = told.iter().filter(|told| told.outcome.is_err()).count();
    if command.json {
        let lines: Vec<Value> = told.iter().map(described).collect();
        let made = told.len() - failed;
        output::json(&json!({ "dry_run": import.dry_run, "made": made, "failed": failed, "lines": lines }))?;
    } else {
        told.iter().for_each(|told| say(told, import.dry_run));
        summary(&told, failed, import.dry_run);
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    // One byte more than is allowed, so that a file that is too large is told as that.
    let limit = u64::try_from(table::FILE_LEN_MAX).unwrap_or(u64::MAX).saturating_add(1);
    if path == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
        read.map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    }
    Ok(bytes)
}

fn say(told: &Told, dry_run: bool) {
    let who = output::plain(&told.identifiers.join(", "));
    match &told.outcome {
        Err(fault) => println!("line {}: {who}: NOT MADE: {}", told.line, output::plain(fault)),
        Ok(made) => {
            let verb = if dry_run { "would be made" } else { "made" };
            let without = match (made.has_password, made.has_destination) {
                (true, true) => "",
                (true, false) => ", without e-mail and phone",
                (false, true) => ", without a password",
                (false, false) => ", without a password, e-mail and phone",
            };
            let role = if made.administrator { ", ADMINISTRATOR" } else { "" };
            println!("line {}: {who}: {verb}{role}{without}", told.line);
        }
    }
}

fn summary(told: &[Told], failed: usize, dry_run: bool) {
    let made: Vec<_> = told.iter().filter_map(|told| told.outcome.as_ref().ok()).collect();
    let verb = if dry_run { "would be made" } else { "made" };
    println!("{} accounts {verb}, {failed} not.", made.len());
    let silent = made.iter().filter(|made| !made.has_password).count();
    if silent > 0 {
        println!("{silent} have no password: nobody can log in to them until `countersign account set-password`.");
    }
    println!("E-mail addresses and phones of an import count as verified: whoever runs it vouches for them.");
}

fn described(told: &Told) -> Value {
    let made = told.outcome.as_ref().ok();
    json!({
        "line": told.line,
        "identifiers": told.identifiers,
        "made": made.is_some(),
        "fault": told.outcome.as_ref().err(),
        "has_password": made.map(|made| made.has_password),
        "has_destination": made.map(|made| made.has_destination),
        "administrator": made.map(|made| made.administrator),
    })
}
