//! `countersign account import`

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use countersign_core::realm::RealmName;
use serde_json::{Value, json};

use super::speech::Environment;
use super::{ConfigArgs, Failure, output};
use crate::flow::import::{self, Import, Told, table};
use crate::i18n::{FALLBACK, Texts};

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

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    let file = read(&command.file)?;
    let app = command.config.open(environment).await?;
    let import = Import { realm: command.realm, email_logs_in: command.email_logs_in, dry_run: command.dry_run };
    let told = import::run(&app, &import, &file).await?;
    let failed = told.iter().filter(|told| told.outcome.is_err()).count();
    if command.json {
        // What a script reads is the same whatever the language.
        let script = app.catalogue.texts(FALLBACK);
        let lines: Vec<Value> = told.iter().map(|told| described(&script, told)).collect();
        let made = told.len() - failed;
        output::json(&json!({ "dry_run": import.dry_run, "made": made, "failed": failed, "lines": lines }))?;
    } else {
        for told in &told {
            say(environment.texts(), told, import.dry_run);
        }
        summary(environment.texts(), &told, failed, import.dry_run);
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

fn say(tx: &Texts, told: &Told, dry_run: bool) {
    let who = output::plain(&told.identifiers.join(", "));
    let line = told.line.to_string();
    let yes = |is: bool| if is { "yes" } else { "no" }.into();
    let said = match &told.outcome {
        Err(fault) => tx.with(
            "command-import-not-made",
            &[("line", line.into()), ("who", who.into()), ("why", output::plain(&fault.text(tx)).into())],
        ),
        Ok(made) => {
            let without = match (made.has_password, made.has_destination) {
                (true, true) => "nothing",
                (true, false) => "destination",
                (false, true) => "password",
                (false, false) => "both",
            };
            let arguments = [
                ("line", line.into()),
                ("who", who.into()),
                ("dry", yes(dry_run)),
                ("administrator", yes(made.administrator)),
                ("without", without.into()),
            ];
            tx.with("command-import-made", &arguments)
        }
    };
    println!("{said}");
}

fn summary(tx: &Texts, told: &[Told], failed: usize, dry_run: bool) {
    let made: Vec<_> = told.iter().filter_map(|told| told.outcome.as_ref().ok()).collect();
    let dry = if dry_run { "yes" } else { "no" };
    let counted = [("made", made.len().into()), ("dry", dry.into()), ("failed", failed.into())];
    println!("{}", tx.with("command-import-summary", &counted));
    let silent = made.iter().filter(|made| !made.has_password).count();
    if silent > 0 {
        println!("{}", tx.t1("command-import-silent", "accounts", silent));
    }
    println!("{}", tx.t("command-import-verified"));
}

fn described(tx: &Texts, told: &Told) -> Value {
    let made = told.outcome.as_ref().ok();
    json!({
        "line": told.line,
        "identifiers": told.identifiers,
        "made": made.is_some(),
        "fault": told.outcome.as_ref().err().map(|fault| fault.text(tx)),
        "has_password": made.map(|made| made.has_password),
        "has_destination": made.map(|made| made.has_destination),
        "administrator": made.map(|made| made.administrator),
    })
}
