//! `countersign account`

use std::process::ExitCode;
use std::sync::Arc;

use countersign_core::realm::RealmName;
use countersign_core::role::Role;
use serde_json::{Value, json};

use super::input::PasswordArgs;
use super::output::{self, moment, moment_or, yes};
use super::{ConfigArgs, Failure, enrolment_code, export, factor_reset, import};
use crate::app::App;
use crate::flow::account::{self, Person, State};
use crate::store::accounts::{AccountFilter, AccountRow};

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// Make an account
    Add(Add),
    /// Keep an account from logging in, and end its sessions and trusted devices
    Disable(One),
    /// Let a disabled account log in again
    Enable(One),
    /// Issue a code with which a person you have identified can add a first e-mail address or phone
    EnrolmentCode(One),
    /// Write all accounts to standard output
    Export(export::Command),
    /// Make accounts from a CSV file
    Import(import::Command),
    /// List accounts
    List(List),
    /// Give the second factor of a person you have identified a new start: codes work again, sessions and trusted
    /// devices end, contacts can change
    ResetSecondFactor(factor_reset::Command),
    /// Set a password; sessions and trusted devices of the account end
    SetPassword(SetPassword),
    /// Show an account
    Show(One),
    /// End pauses and turn the code factor on again; trusted devices end
    Unlock(One),
}

#[derive(clap::Args, Debug)]
pub(super) struct Add {
    #[command(flatten)]
    config: ConfigArgs,
    /// The realm
    #[arg(long)]
    realm: RealmName,
    /// What the person types to log in: login ID, username or e-mail; may be given several times
    #[arg(long, visible_alias = "login-id", required = true)]
    identifier: Vec<String>,
    /// The person's name
    #[arg(long)]
    name: String,
    /// Where codes can go by e-mail; counts as verified
    #[arg(long)]
    email: Option<String>,
    /// The e-mail address does not count as verified: at the first login that needs a code, the person confirms it
    #[arg(long, requires = "email")]
    unverified_email: bool,
    /// Where codes can go by text message; counts as verified
    #[arg(long)]
    phone: Option<String>,
    /// user or administrator
    #[arg(long, default_value = "user")]
    role: Role,
    /// Turn the second factor on, where the policy leaves it to the person
    #[arg(long)]
    second_factor: bool,
    #[command(flatten)]
    password: PasswordArgs,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Names one account.
#[derive(clap::Args, Debug)]
pub(super) struct One {
    #[command(flatten)]
    config: ConfigArgs,
    /// The realm
    pub(super) realm: RealmName,
    /// What the person types to log in
    pub(super) identifier: String,
    /// Answer in JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(clap::Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    config: ConfigArgs,
    /// Of this realm only
    #[arg(long)]
    realm: Option<RealmName>,
    /// With this text in the name, an identifier or the e-mail address
    #[arg(long)]
    search: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
pub(super) struct SetPassword {
    #[command(flatten)]
    account: One,
    #[command(flatten)]
    password: PasswordArgs,
}

pub(super) async fn run(command: Command, environment: &[(String, String)]) -> Result<ExitCode, Failure> {
    match command {
        Command::Add(command) => add(command, environment).await?,
        Command::EnrolmentCode(one) => return enrolment_code::run(one, environment).await,
        Command::Export(command) => return export::run(command, environment).await,
        Command::Import(command) => return import::run(command, environment).await,
        Command::ResetSecondFactor(command) => return factor_reset::run(command, environment).await,
        Command::List(command) => list(command, environment).await?,
        Command::Show(one) => {
            let (app, row) = one.open(environment).await?;
            show(&account::state(&app, row).await?, one.json)?;
        }
        Command::SetPassword(command) => {
            let (app, row) = command.account.open(environment).await?;
            account::set_password(&app, &row, &command.password.new_password()?).await?;
            command.account.done("The password is set. Sessions and trusted devices have ended.")?;
        }
        Command::Unlock(one) => {
            let (app, row) = one.open(environment).await?;
            account::unlock(&app, &row).await?;
            one.done("The account is unlocked: no pause, codes work again, trusted devices have ended.")?;
        }
        Command::Disable(one) => {
            let (app, row) = one.open(environment).await?;
            account::disable(&app, &row).await?;
            one.done("The account is disabled. Its sessions and trusted devices have ended.")?;
        }
        Command::Enable(one) => {
            let (app, row) = one.open(environment).await?;
            account::enable(&app, &row).await?;
            one.done("The account can log in again.")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl One {
    pub(super) async fn open(&self, environment: &[(String, String)]) -> Result<(Arc<App>, AccountRow), Failure> {
        let app = self.config.open(environment).await?;
        let row = account::find(&app, &self.realm, &self.identifier).await?;
        Ok((app, row))
    }

    fn done(&self, said: &str) -> Result<(), Failure> {
        if self.json {
            return output::json(&json!({ "realm": self.realm, "identifier": self.identifier, "done": true }));
        }
        println!("{said}");
        Ok(())
    }
}

async fn add(command: Add, environment: &[(String, String)]) -> Result<(), Failure> {
    let app = command.config.open(environment).await?;
    let password = command.password.new_password()?;
    let person = Person {
        realm: command.realm,
        identifiers: command.identifier,
        name: command.name,
        email: command.email,
        email_is_verified: !command.unverified_email,
        phone: command.phone,
        role: command.role,
        second_factor: command.second_factor,
    };
    let row = account::add(&app, &person, &password).await?;
    if command.json {
        return output::json(&described(&account::state(&app, row).await?));
    }
    println!("The account {} is made in {}.", output::plain(&row.identifiers.join(", ")), row.account.realm);
    if row.account.contacts.is_empty() {
        println!(
            "It has no verified e-mail address or phone, so a login that needs a code leads to adding one: with a code to \
             the address on file, if there is one, or with `countersign account enrolment-code`."
        );
    }
    if row.account.role == Role::Administrator && row.account.contacts.phone.is_none() {
        println!(
            "An administrator with no phone gets codes by e-mail only: whoever can read that mailbox can come in with the \
             password alone. Add a phone with `countersign account reset-second-factor --phone`."
        );
    }
    Ok(())
}

async fn list(command: List, environment: &[(String, String)]) -> Result<(), Failure> {
    let app = command.config.open(environment).await?;
    let filter = AccountFilter { realm: command.realm, text: command.search };
    let mut states = Vec::new();
    for row in account::list(&app, &filter).await? {
        states.push(account::state(&app, row).await?);
    }
    if command.json {
        return output::json(&Value::Array(states.iter().map(described).collect()));
    }
    let rows: Vec<Vec<String>> = states
        .iter()
        .map(|state| {
            let account = &state.row.account;
            let last = moment_or(state.row.last_login.as_ref().map(|login| login.at), "never");
            vec![
                account.realm.to_string(),
                state.row.identifiers.join(", "),
                account.display_name.clone(),
                account.role.to_string(),
                standing(state),
                last,
            ]
        })
        .collect();
    output::table(&["REALM", "IDENTIFIERS", "NAME", "ROLE", "STATE", "LAST LOGIN"], &rows);
    if states.len() >= account::LIST_MAX as usize {
        eprintln!("There are more; narrow it with --realm or --search.");
    }
    Ok(())
}

fn show(state: &State, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&described(state));
    }
    let (row, account) = (&state.row, &state.row.account);
    let email = account.contacts.email.as_ref().map(|email| email.as_str().to_owned());
    let unverified = row.unverified_email.as_ref().map(|email| format!("{} (not confirmed)", email.as_str()));
    let email = email.or(unverified);
    let phone = account.contacts.phone.as_ref().map(|phone| phone.as_str().to_owned());
    output::facts(&[
        ("realm", account.realm.to_string()),
        ("identifiers", row.identifiers.join(", ")),
        ("name", account.display_name.clone()),
        ("id", account.id.to_string()),
        ("source", account.source.to_string()),
        ("role", account.role.to_string()),
        ("state", standing(state)),
        ("e-mail", email.unwrap_or_else(|| "none".to_owned())),
        ("phone", phone.unwrap_or_else(|| "none".to_owned())),
        ("second factor turned on", yes(account.opted_in)),
        ("last second factor", moment_or(account.history.second_factor_at, "never")),
        ("wrong codes in a row", account.code_failures.to_string()),
        ("failed logins since the last", account.history.failures.to_string()),
        ("trusted devices", state.trusted_devices.to_string()),
        ("last login", moment_or(row.last_login.as_ref().map(|login| login.at), "never")),
        ("password set", moment_or(row.password_set_at, "never")),
        ("made", moment(row.created_at)),
    ]);
    Ok(())
}

/// In a few words, why somebody could not log in.
fn standing(state: &State) -> String {
    let account = &state.row.account;
    if let Some(since) = account.disabled_at {
        return format!("disabled since {}", moment(since));
    }
    if let Some(until) = state.paused_until {
        return format!("paused until {}", moment(until));
    }
    if let Some(since) = account.factor_disabled_at {
        return format!("codes off since {}", moment(since));
    }
    "open".to_owned()
}

/// An account as JSON, without its password hash.
pub(super) fn described(state: &State) -> Value {
    let (row, account) = (&state.row, &state.row.account);
    json!({
        "id": account.id,
        "realm": account.realm,
        "source": account.source,
        "identifiers": row.identifiers,
        "name": account.display_name,
        "role": account.role,
        "email": account.contacts.email.as_ref().map(|email| email.as_str().to_owned()),
        "unverified_email": row.unverified_email.as_ref().map(|email| email.as_str().to_owned()),
        "phone": account.contacts.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        "second_factor": account.opted_in,
        "disabled_at": account.disabled_at,
        "paused_until": state.paused_until,
        "factor_disabled_at": account.factor_disabled_at,
        "code_failures": account.code_failures,
        "login_failures": account.history.failures,
        "second_factor_at": account.history.second_factor_at,
        "trusted_devices": state.trusted_devices,
        "last_login_at": row.last_login.as_ref().map(|login| login.at),
        "password_set_at": row.password_set_at,
        "created_at": row.created_at,
    })
}
