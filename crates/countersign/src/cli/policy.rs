//! `countersign policy`

use std::net::IpAddr;
use std::process::ExitCode;

use countersign_core::policy::{Decision, Verdict};
use countersign_core::realm::RealmName;
use serde_json::{Value, json};

use super::output::{self, moment, yes};
use super::speech::Environment;
use super::{ConfigArgs, Failure};
use crate::flow::explain::{self, Device, Explanation, Question};
use crate::i18n::Texts;

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
    #[arg(long, value_name = "TAG")]
    browser_language: Option<String>,
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

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    let Command::Explain(command) = command;
    let app = command.config.open(environment).await?;
    let question = Question {
        realm: command.realm,
        identifier: command.account,
        address: command.address,
        device: command.device,
        user_agent: command.browser,
        language: command.browser_language,
    };
    let explanation = explain::explain(&app, &question).await?;
    if command.json {
        output::json(&described(&explanation))?;
    } else {
        print(environment.texts(), &explanation);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(tx: &Texts, explanation: &Explanation) {
    let Explanation { state, choice, decision, working } = explanation;
    let account = &state.row.account;
    let owner = [("identifiers", state.row.identifiers.join(", ").into()), ("realm", account.realm.as_str().into())];
    let names = working.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    output::facts(&[
        (tx.t("command-fact-account"), tx.with("command-in-realm", &owner)),
        (tx.t("command-fact-source"), account.source.to_string()),
        (tx.t("command-fact-mode"), mode(decision)),
        (tx.t("command-fact-choice"), choice.as_str().to_owned()),
        (tx.t("command-fact-applies"), yes(tx, decision.applies)),
        (tx.t("command-fact-working"), if names.is_empty() { tx.t("command-none") } else { names }),
    ]);
    println!();
    let rows: Vec<Vec<String>> = decision
        .findings
        .iter()
        .map(|finding| {
            let compared = finding.compared.clone();
            vec![
                finding.trigger.to_string(),
                yes(tx, finding.enabled),
                yes(tx, finding.holds),
                yes(tx, finding.fires()),
                compared,
            ]
        })
        .collect();
    let heads = [
        tx.t("command-column-trigger"),
        tx.t("command-column-enabled"),
        tx.t("command-column-holds"),
        tx.t("command-column-fires"),
        tx.t("command-column-compared"),
    ];
    output::table(&heads, &rows);
    println!();
    println!("{}", sentence(tx, decision));
    for hindrance in hindrances(tx, explanation) {
        println!("{hindrance}");
    }
}

fn mode(decision: &Decision) -> String {
    format!("{:?}", decision.mode).to_lowercase()
}

fn sentence(tx: &Texts, decision: &Decision) -> String {
    match &decision.verdict {
        Verdict::Allow if !decision.applies => tx.t("command-policy-not-asked"),
        Verdict::Allow => tx.t("command-policy-quiet"),
        Verdict::Challenge { reasons, destinations } => {
            let reasons = reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let to: Vec<String> = destinations.iter().map(|to| format!("{} {}", to.channel(), to.mask())).collect();
            let to = to.join(&format!(" {} ", tx.t("command-or")));
            tx.with("command-policy-challenge", &[("reasons", reasons.into()), ("destinations", to.into())])
        }
        Verdict::Refuse(refusal) => tx.t(&format!("command-policy-refuse-{}", refusal.as_str())),
    }
}

/// What keeps the account out whatever the policy says.
fn hindrances(tx: &Texts, explanation: &Explanation) -> Vec<String> {
    let state = &explanation.state;
    let disabled = state.row.account.disabled_at.map(|since| tx.t1("command-but-disabled", "since", moment(since)));
    let paused = state.paused_until.map(|until| tx.t1("command-but-paused", "until", moment(until)));
    let source = state.row.account.source.as_str();
    let refused = state.directory.as_ref().and_then(|entry| entry.refused.as_ref());
    let refused =
        refused.map(|why| tx.with("command-but-refused", &[("source", source.into()), ("why", why.as_str().into())]));
    disabled.into_iter().chain(paused).chain(refused).collect()
}

fn described(explanation: &Explanation) -> Value {
    let Explanation { state, choice, decision, working } = explanation;
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
        "choice": choice,
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
