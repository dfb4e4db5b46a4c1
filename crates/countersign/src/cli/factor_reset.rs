//! `countersign account reset-second-factor`

use std::process::ExitCode;

use countersign_core::contact::{BadContact, Contacts, EmailAddress, Phone};
use serde_json::json;

use super::account::One;
use super::speech::Environment;
use super::{Failure, output};
use crate::app::App;
use crate::flow::Refused;
use crate::flow::factor_reset::{self, Change, Changes};
use crate::i18n::Texts;

#[derive(clap::Args, Debug)]
pub(super) struct Command {
    #[command(flatten)]
    account: One,
    /// Send codes to this phone from now on; counts as verified
    #[arg(long, value_name = "NUMBER", conflicts_with = "remove_phone")]
    phone: Option<String>,
    /// Send no codes to the phone any more
    #[arg(long)]
    remove_phone: bool,
    /// Send codes to this e-mail address from now on; counts as verified
    #[arg(long, value_name = "ADDRESS", conflicts_with = "remove_email")]
    email: Option<String>,
    /// Send no codes to the e-mail address any more
    #[arg(long)]
    remove_email: bool,
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    let (app, row) = command.account.open(environment).await?;
    let left = factor_reset::reset(&app, &row, changes(environment.texts(), &app, &command)?).await?;
    let One { realm, identifier, json, .. } = &command.account;
    if *json {
        let (email, phone) = (left.email.is_some(), left.phone.is_some());
        output::json(
            &json!({ "realm": realm, "identifier": identifier, "done": true, "email": email, "phone": phone }),
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let tx = environment.texts();
    println!("{}", tx.t("command-factor-reset"));
    println!("{}", destinations(tx, &left));
    println!("{}", tx.t("command-password-unchanged"));
    Ok(ExitCode::SUCCESS)
}

fn changes(tx: &Texts, app: &App, command: &Command) -> Result<Changes, Failure> {
    let country = app.settings.site.country.as_deref();
    let phone = command.phone.as_deref().map(|phone| Phone::parse(phone, country)).transpose();
    let email = command.email.as_deref().map(str::parse::<EmailAddress>).transpose();
    let bad = |option: &str, bad: BadContact| Failure::Usage(format!("{option}: {}", Refused::from(bad).text(tx)));
    Ok(Changes {
        email: change(email.map_err(|why| bad("--email", why))?, command.remove_email),
        phone: change(phone.map_err(|why| bad("--phone", why))?, command.remove_phone),
    })
}

fn change<T>(new: Option<T>, remove: bool) -> Change<T> {
    match new {
        Some(new) => Change::Set(new),
        None if remove => Change::Remove,
        None => Change::Keep,
    }
}

fn destinations(tx: &Texts, left: &Contacts) -> String {
    let email = left.email.as_ref().map(EmailAddress::mask);
    let phone = left.phone.as_ref().map(Phone::mask);
    let masks: Vec<String> = email.into_iter().chain(phone).collect();
    if masks.is_empty() {
        return tx.t("command-codes-go-nowhere");
    }
    tx.t1("command-codes-go-to", "destinations", masks.join(", "))
}
