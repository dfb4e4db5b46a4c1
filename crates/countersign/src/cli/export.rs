//! `countersign account export`

use std::borrow::Cow;
use std::io;
use std::process::ExitCode;

use countersign_core::contact::EmailAddress;
use countersign_core::realm::RealmName;
use jiff::Timestamp;
use serde_json::Value;

use super::account::described;
use super::speech::Environment;
use super::{ConfigArgs, Failure, output};
use crate::flow::account::{self, State};
use crate::flow::import::table::is_formula;

/// The columns; those that an import reads have the same names there.
const HEADS: [&str; 15] = [
    "realm",
    "identifiers",
    "name",
    "email",
    "phone",
    "role",
    "second_factor",
    "disabled",
    "password_hash",
    "id",
    "source",
    "created_at",
    "password_set_at",
    "second_factor_at",
    "last_login_at",
];

#[derive(clap::Args, Debug)]
pub(super) struct Command {
    #[command(flatten)]
    config: ConfigArgs,
    /// Of this realm only
    #[arg(long)]
    realm: Option<RealmName>,
    /// As CSV, which `account import` takes; this is the default
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// With the password hashes, to move accounts to another installation. Whoever has the file can try passwords
    /// without limit: keep it from everybody, and remove it afterwards
    #[arg(long)]
    with_hashes: bool,
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    let app = command.config.open(environment).await?;
    let states = account::export(&app, command.realm, command.with_hashes).await?;
    if command.with_hashes {
        eprintln!("{}", environment.texts().t("command-export-hashes"));
    }
    if command.json {
        let accounts = states.iter().map(|state| with_hash(state, command.with_hashes));
        output::json(&Value::Array(accounts.collect()))?;
        return Ok(ExitCode::SUCCESS);
    }
    write(&states, command.with_hashes).map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

fn with_hash(state: &State, with_hashes: bool) -> Value {
    let mut account = described(state);
    if let (true, Value::Object(fields)) = (with_hashes, &mut account) {
        fields.insert("password_hash".to_owned(), state.row.password_hash.clone().into());
    }
    account
}

fn write(states: &[State], with_hashes: bool) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(io::stdout().lock());
    writer.write_record(HEADS)?;
    for state in states {
        let (row, account) = (&state.row, &state.row.account);
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        let email = account.contacts.email.as_ref().map(EmailAddress::as_str);
        let hash = row.password_hash.clone().filter(|_| with_hashes).unwrap_or_default();
        writer.write_record([
            harmless(account.realm.as_str()).as_ref(),
            harmless(&row.identifiers.join(" ")).as_ref(),
            harmless(&account.display_name).as_ref(),
            harmless(email.unwrap_or_default()).as_ref(),
            // A plus sign and digits: a spreadsheet makes a number of it and nothing else, and other programs need the
            // plus sign where it is.
            account.contacts.phone.as_ref().map_or("", |phone| phone.as_str()),
            account.role.as_str(),
            &yes(account.opted_in),
            &yes(account.disabled_at.is_some()),
            &hash,
            &account.id.to_string(),
            account.source.as_str(),
            &moment(Some(row.created_at)),
            &moment(row.password_set_at),
            &moment(account.history.second_factor_at),
            &moment(row.last_login.as_ref().map(|login| login.at)),
        ])?;
    }
    Ok(writer.flush()?)
}

/// A text that no spreadsheet calculates (security.md E-09): an apostrophe before a beginning that it would take for a
/// formula. An import takes the apostrophe off again.
fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(is_formula) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e09_no_text_becomes_a_formula() {
        for text in ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        assert_eq!(harmless("Ana = Bob"), "Ana = Bob");
    }
}
