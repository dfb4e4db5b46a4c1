//! `countersign delivery providers`, `delivery receipts` and `delivery resume`

use std::process::ExitCode;

use countersign_core::contact::Phone;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::output::{self, moment};
use super::speech::Environment;
use super::{ConfigArgs, Failure};
use crate::app::App;
use crate::flow::{Error, Refused, receipts};
use crate::i18n::Texts;
use crate::store::provider_states::ProviderStateRow;

/// Who lifts a suspension, in the audit log.
const ADMINISTRATOR: &str = "administrator";

#[derive(clap::Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    config: ConfigArgs,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
pub(super) struct Resume {
    #[command(flatten)]
    config: ConfigArgs,
    /// The phone number
    #[arg(long, value_name = "NUMBER")]
    to: String,
}

/// Which providers there are, and whether they rest.
pub(super) async fn list(command: List, environment: &Environment) -> Result<ExitCode, Failure> {
    let app = command.config.open(environment).await?;
    let tx = environment.texts();
    let states = app.store.provider_states().await.map_err(Error::from)?;
    let now = app.clock.now();
    let of = |name: &str| states.iter().find(|state| state.name == name);
    let rows: Vec<(&'static str, Vec<String>, Option<&ProviderStateRow>)> = app
        .couriers
        .roster()
        .all()
        .iter()
        .map(|provider| (provider.name(), channels(&app, provider.name()), of(provider.name())))
        .collect();
    if command.json {
        let listed = rows.iter().map(|(name, channels, state)| {
            json!({
                "name": name,
                "channels": channels,
                "resting": state.is_some_and(|state| resting(state, now).is_some()),
                "since": state.map(|state| state.since),
                "until": state.and_then(|state| state.until),
                "cause": state.and_then(|state| state.cause.clone()),
            })
        });
        output::json(&listed.collect::<Value>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let table: Vec<Vec<String>> = rows
        .iter()
        .map(|(name, channels, state)| {
            let told =
                state.and_then(|state| rest(tx, state, now)).unwrap_or_else(|| tx.t("command-provider-state-works"));
            vec![(*name).to_owned(), channels.join(", "), told]
        })
        .collect();
    let heads = [tx.t("command-column-provider"), tx.t("command-column-channels"), tx.t("command-column-state")];
    output::table(&heads, &table);
    Ok(ExitCode::SUCCESS)
}

/// The channels that a provider is used for.
fn channels(app: &App, name: &str) -> Vec<String> {
    let used = countersign_core::channel::Channel::ALL.into_iter();
    let used = used.filter(|channel| app.couriers.gateways(*channel).iter().any(|provider| provider.name() == name));
    used.map(|channel| channel.to_string()).collect()
}

/// Until when a provider rests, if it does.
fn resting(state: &ProviderStateRow, now: Timestamp) -> Option<Timestamp> {
    state.until.filter(|until| state.resting && now < *until)
}

/// What is said of a provider that rests.
pub(super) fn rest(tx: &Texts, state: &ProviderStateRow, now: Timestamp) -> Option<String> {
    let until = resting(state, now)?;
    let cause = output::plain(state.cause.as_deref().unwrap_or_default());
    let arguments = [("until", moment(until).into()), ("cause", cause.into()), ("since", moment(state.since).into())];
    Some(tx.with("command-provider-rests", &arguments))
}

/// The addresses at which providers tell what became of messages.
pub(super) async fn receipts(command: List, environment: &Environment) -> Result<ExitCode, Failure> {
    let app = command.config.open(environment).await?;
    let (tx, addresses) = (environment.texts(), receipts::addresses(&app));
    if command.json {
        let listed = addresses.iter().map(|(name, address)| json!({ "provider": name, "address": address }));
        output::json(&listed.collect::<Value>())?;
        return Ok(ExitCode::SUCCESS);
    }
    if addresses.is_empty() {
        println!("{}", tx.t("command-receipts-none"));
        return Ok(ExitCode::SUCCESS);
    }
    let table: Vec<Vec<String>> = addresses.into_iter().map(|(name, address)| vec![name.to_owned(), address]).collect();
    output::table(&[tx.t("command-column-provider"), tx.t("command-column-address")], &table);
    eprintln!("{}", tx.t("command-receipts-secret"));
    Ok(ExitCode::SUCCESS)
}

/// Lets text messages go to a number again.
pub(super) async fn resume(command: Resume, environment: &Environment) -> Result<ExitCode, Failure> {
    let app = command.config.open(environment).await?;
    let tx = environment.texts();
    let phone = Phone::parse(&command.to, app.settings.site.country.as_deref());
    let phone = phone.map_err(|bad| Failure::Usage(Refused::from(bad).text(tx)))?;
    if receipts::resume(&app, &phone, ADMINISTRATOR).await? {
        println!("{}", tx.t1("command-resumed", "to", phone.mask()));
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Failure::Failed(tx.t("command-refused-not-suspended")))
    }
}
