//! `countersign policy`

use std::net::IpAddr;
use std::process::ExitCode;

use countersign_core::policy::{Decision, Verdict};
use countersign_core::realm::RealmName;
use serde_json::{Value, json};

use super::output::{self, moment, yes};
use super::{ConfigArgs, Failure};
use crate::flow::explain::{self, Device, Explanation, Question};

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// Say whether a login would need a code, and why: every trigger with what it compared
    Explain(Explain),
}

#[derive(clap::Args, Debug)]
pub(super) struct Explain {
    #[command(flatten)]
    config: ConfigArgs,
    /// The realm
    #[arg(long)]
    realm: RealmName,
    /// The account: what the person types to log in
    #[arg(long)]
    account: String,
    /// The address that the login would come from
    #[arg(long)]
    address: IpAddr,
    /// The device: trusted, untrusted, or the id of one
    #[arg(long, default_value = "untrusted", value_parser = device)]
    device: Device,
    /// The browser's User-Agent; by default that of the last login
    #[arg(long, value_name = "USER-AGENT")]
    browser: Option<String>,
    /// The browser's first language; by default that of the last login
    #[arg(long)]
    language: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

fn device(text: &str) -> Result<Device, String> {
    match text {
        "trusted" => Ok(Device::Trusted),
        "untrusted" => Ok(Device::Untrusted),
        id => id.parse().map(Device::Exact).map_err(|_| "trusted, untrusted, or the id of a device".to_owned()),
    }
}

pub(super) async fn run(command: Command, environment: &[(String, String)]) -> Result<ExitCode, Failure> {
    let Command::Explain(command) = command;
    let app = command.config.open(environment).await?;
    let question = Question {
        realm: command.realm,
        identifier: command.account,
        address: command.address,
        device: command.device,
        user_agent: command.browser,
        language: command.language,
    };
    let explanation = explain::explain(&app, &question).await?;
    if command.json {
        output::json(&described(&explanation))?;
    } else {
        print(&explanation);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(explanation: &Explanation) {
    let Explanation { state, decision, working } = explanation;
    let account = &state.row.account;
    let names = working.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    output::facts(&[
        ("account", format!("{} in {}", state.row.identifiers.join(", "), account.realm)),
        ("source", account.source.to_string()),
        ("mode", mode(decision)),
        ("asked for a second factor", yes(decision.applies)),
        ("channels with a provider", if names.is_empty() { "none".to_owned() } else { names }),
    ]);
    println!();
    let rows: Vec<Vec<String>> = decision
        .findings
        .iter()
        .map(|finding| {
            let compared = finding.compared.clone();
            vec![finding.trigger.to_string(), yes(finding.enabled), yes(finding.holds), yes(finding.fires()), compared]
        })
        .collect();
    output::table(&["TRIGGER", "ENABLED", "HOLDS", "FIRES", "COMPARED"], &rows);
    println!();
    println!("{}", sentence(decision));
    for hindrance in hindrances(explanation) {
        println!("{hindrance}");
    }
}

fn mode(decision: &Decision) -> String {
    format!("{:?}", decision.mode).to_lowercase()
}

fn sentence(decision: &Decision) -> String {
    match &decision.verdict {
        Verdict::Allow if !decision.applies => {
            "Allow: the password is enough, because this account is not asked for a second factor.".to_owned()
        }
        Verdict::Allow => "Allow: the password is enough, because no enabled trigger fires.".to_owned(),
        Verdict::Challenge { reasons, destinations } => {
            let reasons = reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let to: Vec<String> = destinations.iter().map(|to| format!("{} {}", to.channel(), to.mask())).collect();
            format!("Challenge: a code is needed ({reasons}); it can go to {}.", to.join(" or "))
        }
        Verdict::Refuse(refusal) => format!("Refuse: {}.", refusal.as_str()),
    }
}

/// What keeps the account out whatever the policy says.
fn hindrances(explanation: &Explanation) -> Vec<String> {
    let state = &explanation.state;
    let disabled = state
        .row
        .account
        .disabled_at
        .map(|since| format!("But the account is disabled since {}: `countersign account enable`.", moment(since)));
    let paused = state
        .paused_until
        .map(|until| format!("But wrong passwords pause it until {}: `countersign account unlock`.", moment(until)));
    let source = &state.row.account.source;
    let refused = state.directory.as_ref().and_then(|entry| entry.refused.as_ref());
    let refused = refused.map(|why| format!("But the directory {source} refused it when it was last asked: {why}."));
    disabled.into_iter().chain(paused).chain(refused).collect()
}

fn described(explanation: &Explanation) -> Value {
    let Explanation { state, decision, working } = explanation;
    let (verdict, reasons, destinations, refusal) = match &decision.verdict {
        Verdict::Allow => ("allow", Vec::new(), Vec::new(), None),
        Verdict::Challenge { reasons, destinations } => ("challenge", reasons.clone(), destinations.clone(), None),
        Verdict::Refuse(refusal) => ("refuse", Vec::new(), Vec::new(), Some(refusal.as_str())),
    };
    let destinations: Vec<Value> =
        destinations.iter().map(|to| json!({ "channel": to.channel(), "masked": to.mask() })).collect();
    let findings: Vec<Value> = decision
        .findings
        .iter()
        .map(|finding| {
            json!({
                "trigger": finding.trigger,
                "enabled": finding.enabled,
                "holds": finding.holds,
                "fires": finding.fires(),
                "compared": finding.compared,
            })
        })
        .collect();
    json!({
        "account": {
            "id": state.row.account.id,
            "realm": state.row.account.realm,
            "source": state.row.account.source,
            "identifiers": state.row.identifiers,
        },
        "mode": decision.mode,
        "applies": decision.applies,
        "verdict": verdict,
        "reasons": reasons,
        "destinations": destinations,
        "refusal": refusal,
        "findings": findings,
        "channels": working,
        "disabled_at": state.row.account.disabled_at,
        "paused_until": state.paused_until,
        "refused_by_directory": state.directory.as_ref().and_then(|entry| entry.refused.as_ref()),
    })
}
