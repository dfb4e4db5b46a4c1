//! `countersign account`

use std::process::ExitCode;
use std::sync::Arc;

use countersign_core::realm::RealmName;
use countersign_core::role::Role;
use serde_json::{Value, json};

use super::input::PasswordArgs;
use super::output::{self, moment, moment_or_never, yes};
use super::speech::Environment;
use super::{ConfigArgs, Failure, enrolment_code, export, factor_reset, import};
use crate::app::App;
use crate::flow::account::{self, Person, State};
use crate::flow::password_reset::{self, Sent};
use crate::i18n::Texts;
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
    /// Send the person a mail with a link that sets a new password; nobody else sees or chooses it
    SendPasswordLink(One),
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

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    match command {
        Command::Add(command) => add(command, environment).await?,
        Command::EnrolmentCode(one) => return enrolment_code::run(one, environment).await,
        Command::Export(command) => return export::run(command, environment).await,
        Command::Import(command) => return import::run(command, environment).await,
        Command::ResetSecondFactor(command) => return factor_reset::run(command, environment).await,
        Command::List(command) => list(command, environment).await?,
        Command::Show(one) => {
            let (app, row) = one.open(environment).await?;
            show(environment.texts(), &account::state(&app, row).await?, one.json)?;
        }
        Command::SetPassword(command) => {
            let tx = environment.texts();
            let (app, row) = command.account.open(environment).await?;
            account::set_password(&app, &row, &command.password.new_password(tx)?).await?;
            command.account.done(environment, "command-password-set")?;
        }
        Command::SendPasswordLink(one) => {
            let (app, row) = one.open(environment).await?;
            let sent = password_reset::send_for_administrator(&app, row).await?;
            one.done(environment, link_sent(environment.texts(), sent)?)?;
        }
        Command::Unlock(one) => {
            let (app, row) = one.open(environment).await?;
            account::unlock(&app, &row).await?;
            one.done(environment, "command-account-unlocked")?;
        }
        Command::Disable(one) => {
            let (app, row) = one.open(environment).await?;
            account::disable(&app, &row).await?;
            one.done(environment, "command-account-disabled")?;
        }
        Command::Enable(one) => {
            let (app, row) = one.open(environment).await?;
            account::enable(&app, &row).await?;
            one.done(environment, "command-account-enabled")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl One {
    pub(super) async fn open(&self, environment: &Environment) -> Result<(Arc<App>, AccountRow), Failure> {
        let app = self.config.open(environment).await?;
        let row = account::find(&app, &self.realm, &self.identifier).await?;
        Ok((app, row))
    }

    fn done(&self, environment: &Environment, said: &str) -> Result<(), Failure> {
        if self.json {
            return output::json(&json!({ "realm": self.realm, "identifier": self.identifier, "done": true }));
        }
        println!("{}", environment.texts().t(said));
        Ok(())
    }
}

/// What is said of a link that was sent, or why there is none.
fn link_sent(tx: &Texts, sent: Sent) -> Result<&'static str, Failure> {
    let refused = |key| Err(Failure::Failed(tx.t(key)));
    match sent {
        Sent::Elsewhere => Ok("command-link-elsewhere"),
        Sent::Link => Ok("command-link-sent"),
        Sent::Disabled => refused("command-refused-link-disabled"),
        Sent::Limited => refused("command-refused-link-limited"),
        Sent::NoAddress => refused("command-refused-link-no-address"),
        Sent::Unknown => refused("command-refused-account-gone"),
    }
}

async fn add(command: Add, environment: &Environment) -> Result<(), Failure> {
    let app = command.config.open(environment).await?;
    let tx = environment.texts();
    let password = command.password.new_password(tx)?;
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
    println!("{}", made(tx, &row));
    if row.account.contacts.is_empty() {
        println!("{}", tx.t("command-account-unreachable"));
    }
    if row.account.role == Role::Administrator && row.account.contacts.phone.is_none() {
        println!("{}", tx.t("command-administrator-without-phone"));
    }
    Ok(())
}

/// That an account is made.
pub(super) fn made(tx: &Texts, row: &AccountRow) -> String {
    let identifiers = output::plain(&row.identifiers.join(", "));
    tx.with(
        "command-account-made",
        &[("identifiers", identifiers.into()), ("realm", row.account.realm.as_str().into())],
    )
}

async fn list(command: List, environment: &Environment) -> Result<(), Failure> {
    let app = command.config.open(environment).await?;
    let filter = AccountFilter { realm: command.realm, text: command.search };
    let tx = environment.texts();
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
            let last = moment_or_never(tx, state.row.last_login.as_ref().map(|login| login.at));
            vec![
                account.realm.to_string(),
                state.row.identifiers.join(", "),
                account.display_name.clone(),
                account.source.to_string(),
                account.role.to_string(),
                standing(tx, state),
                last,
            ]
        })
        .collect();
    let heads = [
        tx.t("command-column-realm"),
        tx.t("command-column-identifiers"),
        tx.t("command-column-name"),
        tx.t("command-column-source"),
        tx.t("command-column-role"),
        tx.t("command-column-state"),
        tx.t("command-column-last-login"),
    ];
    output::table(&heads, &rows);
    if states.len() >= account::LIST_MAX as usize {
        eprintln!("{}", tx.t("command-more-accounts"));
    }
    Ok(())
}

fn show(tx: &Texts, state: &State, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&described(state));
    }
    let (row, account) = (&state.row, &state.row.account);
    let email = account.contacts.email.as_ref().map(|email| email.as_str().to_owned());
    let unverified = row.unverified_email.as_ref().map(|email| format!("{} (not confirmed)", email.as_str()));
    let email = email.or(unverified);
    let phone = account.contacts.phone.as_ref().map(|phone| phone.as_str().to_owned());
    let never = |at| moment_or_never(tx, at);
    let none = || tx.t("command-none");
    let mut facts = vec![
        (tx.t("command-fact-realm"), account.realm.to_string()),
        (tx.t("command-fact-identifiers"), row.identifiers.join(", ")),
        (tx.t("command-fact-name"), account.display_name.clone()),
        (tx.t("command-fact-id"), account.id.to_string()),
        (tx.t("command-fact-source"), account.source.to_string()),
        (tx.t("command-fact-role"), account.role.to_string()),
        (tx.t("command-fact-state"), standing(tx, state)),
        (tx.t("command-fact-email"), email.unwrap_or_else(none)),
        (tx.t("command-fact-phone"), phone.unwrap_or_else(none)),
        (tx.t("command-fact-second-factor"), yes(tx, account.opted_in)),
        (tx.t("command-fact-last-second-factor"), never(account.history.second_factor_at)),
        (tx.t("command-fact-code-failures"), account.code_failures.to_string()),
        (tx.t("command-fact-failures"), account.history.failures.to_string()),
        (tx.t("command-fact-devices"), state.trusted_devices.to_string()),
        (tx.t("command-fact-last-login"), never(row.last_login.as_ref().map(|login| login.at))),
        (tx.t("command-fact-password-set"), never(row.password_set_at)),
        (tx.t("command-fact-made"), moment(row.created_at)),
    ];
    if let Some(entry) = &state.directory {
        facts.push((tx.t("command-fact-external-id"), entry.external_id.clone()));
        facts.push((tx.t("command-fact-groups"), entry.member_of.join("; ")));
        facts.push((tx.t("command-fact-confirmed"), moment(entry.confirmed_at)));
    }
    output::facts(&facts);
    Ok(())
}

/// In a few words, why somebody could not log in.
fn standing(tx: &Texts, state: &State) -> String {
    let account = &state.row.account;
    if let Some(since) = account.disabled_at {
        return tx.t1("command-state-disabled", "since", moment(since));
    }
    if let Some(until) = state.paused_until {
        return tx.t1("command-state-paused", "until", moment(until));
    }
    if let Some(since) = account.factor_disabled_at {
        return tx.t1("command-state-codes-off", "since", moment(since));
    }
    if let Some(since) = state.row.must_change_password_at {
        return tx.t1("command-state-new-password", "since", moment(since));
    }
    if let Some(why) = state.directory.as_ref().and_then(|entry| entry.refused.as_ref()) {
        let refused = [("source", account.source.as_str().into()), ("why", why.as_str().into())];
        return tx.with("command-state-refused", &refused);
    }
    tx.t("command-state-open")
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
        "directory": state.directory.as_ref().map(|entry| json!({
            "id": entry.external_id,
            "groups": entry.member_of,
            "refused": entry.refused,
            "confirmed_at": entry.confirmed_at,
        })),
    })
}
