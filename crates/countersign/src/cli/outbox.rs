//! `countersign delivery list`

use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use countersign_core::channel::Channel;
use countersign_core::contact::{EmailAddress, Phone};
use serde_json::{Value, json};

use super::output::{self, moment};
use super::speech::Environment;
use super::{ConfigArgs, Failure, providers};
use crate::store::messages::{MessageRow, MessageState, Says};

/// The most messages that are listed at once.
const LIST_MAX: u32 = 10_000;

/// Every state.
const STATES: [MessageState; 5] =
    [MessageState::Dropped, MessageState::Failed, MessageState::Leased, MessageState::Queued, MessageState::Sent];

#[derive(clap::Args, Debug)]
pub(super) struct Command {
    #[command(flatten)]
    config: ConfigArgs,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(LIST_MAX)))]
    limit: u32,
    /// Only those in this state
    #[arg(long, value_parser = PossibleValuesParser::new(STATES.map(MessageState::as_str)).try_map(state))]
    state: Option<MessageState>,
    /// Show addresses and numbers whole
    #[arg(long)]
    full: bool,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    let app = command.config.open(environment).await?;
    let rows = app.store.messages_in(command.state, command.limit).await.map_err(crate::flow::Error::from)?;
    if command.json {
        output::json(&rows.iter().map(|row| described(row, command.full)).collect::<Value>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let table: Vec<Vec<String>> = rows.iter().map(|row| columns(row, command.full)).collect();
    let tx = environment.texts();
    let heads = [
        tx.t("command-column-when"),
        tx.t("command-column-says"),
        tx.t("command-column-channel"),
        tx.t("command-column-to"),
        tx.t("command-column-state"),
        tx.t("command-column-attempts"),
        tx.t("command-column-provider"),
        tx.t("command-column-provider-id"),
        tx.t("command-column-outcome"),
        tx.t("command-column-detail"),
        tx.t("command-column-delivery"),
    ];
    output::table(&heads, &table);
    for state in app.store.provider_states().await.map_err(crate::flow::Error::from)? {
        if let Some(rest) = providers::rest(tx, &state, app.clock.now()) {
            eprintln!("{} {rest}", output::plain(&state.name));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn state(name: String) -> Result<MessageState, String> {
    STATES.into_iter().find(|state| state.as_str() == name).ok_or(name)
}

fn columns(row: &MessageRow, full: bool) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        moment(row.created_at),
        says(row).to_owned(),
        row.channel.to_string(),
        to(row, full),
        row.state.as_str().to_owned(),
        row.attempts.to_string(),
        text(&row.provider),
        text(&row.provider_id),
        text(&row.outcome),
        text(&row.detail),
        delivery(row),
    ]
}

fn described(row: &MessageRow, full: bool) -> Value {
    json!({
        "id": row.id,
        "says": says(row),
        "account": row.account,
        "created_at": row.created_at,
        "channel": row.channel,
        "to": to(row, full),
        "state": row.state,
        "attempts": row.attempts,
        "next_at": row.next_at,
        "finished_at": row.finished_at,
        "provider": row.provider,
        "provider_id": row.provider_id,
        "refused_by": row.refused_by,
        "outcome": row.outcome,
        "detail": row.detail,
        "delivery": row.delivery,
        "delivery_at": row.delivery_at,
        "delivery_reason": row.delivery_reason,
        "delivery_detail": row.delivery_detail,
        "price": row.price,
    })
}

/// What it says, in a word.
const fn says(row: &MessageRow) -> &'static str {
    match &row.says {
        Says::Code(_) => "code",
        Says::Notice(notice) => notice.as_str(),
    }
}

/// What the network said of it, since when, and why not.
fn delivery(row: &MessageRow) -> String {
    let words = [
        row.delivery.map(|delivery| delivery.as_str().to_owned()),
        row.delivery_at.map(moment),
        row.delivery_reason.map(|reason| reason.as_str().to_owned()),
        row.delivery_detail.clone(),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Where it goes, masked as on the pages. What is no contact any more is not shown at all.
fn to(row: &MessageRow, full: bool) -> String {
    if full {
        return row.destination.clone();
    }
    let masked = match row.channel {
        Channel::Email => row.destination.parse().ok().map(|email: EmailAddress| email.mask()),
        Channel::Sms | Channel::Voice => Phone::parse(&row.destination, None).ok().map(|phone| phone.mask()),
    };
    masked.unwrap_or_else(|| "••••".to_owned())
}
