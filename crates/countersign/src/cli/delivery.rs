//! `countersign delivery`

use std::process::ExitCode;

use countersign_core::channel::Channel;

use super::speech::Environment;
use super::{ConfigArgs, Failure, input, outbox, output, providers};
use crate::courier::Price;
use crate::courier::twilio::voice;
use crate::flow::delivery_test::{self, Answer, Checked, Trial};
use crate::i18n::Texts;

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// List the messages of the outbox, newest first
    List(outbox::Command),
    /// List the providers, and which of them rest
    Providers(providers::List),
    /// Show the addresses at which providers tell whether messages arrived
    Receipts(providers::List),
    /// Let text messages go again to a number whose owner has said STOP
    Resume(providers::Resume),
    /// Check the providers of a channel at no cost; with --send also send a message whose code you type back
    Test(Test),
}

#[derive(clap::Args, Debug)]
pub(super) struct Test {
    #[command(flatten)]
    config: ConfigArgs,
    /// sms, voice or email
    #[arg(long)]
    channel: Channel,
    /// The phone number or e-mail address
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// Send a real message, which may cost money
    #[arg(long)]
    send: bool,
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    match command {
        Command::List(command) => outbox::run(command, environment).await,
        Command::Providers(command) => providers::list(command, environment).await,
        Command::Receipts(command) => providers::receipts(command, environment).await,
        Command::Resume(command) => providers::resume(command, environment).await,
        Command::Test(command) => test(command, environment).await,
    }
}

async fn test(command: Test, environment: &Environment) -> Result<ExitCode, Failure> {
    let tx = environment.texts();
    let app = command.config.open(environment).await?;
    let to = delivery_test::destination(&app, command.channel, &command.to)?;
    let checked = delivery_test::check(&app, Some(command.channel)).await;
    if checked.is_empty() {
        return Err(Failure::Failed(tx.t1("command-refused-no-provider", "channel", command.channel.as_str())));
    }
    for checked in &checked {
        report(tx, checked);
    }
    if checked.iter().all(|checked| checked.health.is_err()) {
        return Err(Failure::Failed(tx.t("command-refused-no-working-provider")));
    }
    if let Ok(Some(price)) = delivery_test::price(&app, &to).await {
        println!("{}", tx.t1("command-price", "price", shown_price(&price)));
    }
    if !command.send {
        println!("{}", tx.t("command-nothing-sent"));
        return Ok(ExitCode::SUCCESS);
    }
    let mut trial = delivery_test::send(&app, &to).await?;
    announce(tx, &trial, &to.mask());
    loop {
        let Some(typed) = input::ask(&tx.t("command-ask-code"))? else {
            return Err(Failure::Failed(tx.t("command-refused-no-code")));
        };
        match trial.answer(&app, &typed).await {
            Answer::Right => {
                println!("{}", tx.t1("command-delivery-right", "channel", command.channel.as_str()));
                return Ok(ExitCode::SUCCESS);
            }
            Answer::NotACode => eprintln!("{}", tx.t("command-not-a-code")),
            Answer::Unchecked => eprintln!("{}", tx.t1("command-code-unchecked", "provider", trial.provider)),
            Answer::Wrong { tries_left: 0 } | Answer::Over => {
                return Err(Failure::Failed(tx.t("command-refused-code-not-typed")));
            }
            Answer::Wrong { tries_left } => eprintln!("{}", tx.t1("command-wrong-code", "tries", tries_left)),
        }
    }
}

fn report(tx: &Texts, checked: &Checked) {
    match &checked.health {
        Ok(health) => {
            println!("{}", tx.t1("command-provider-works", "provider", checked.provider));
            for fact in &health.facts {
                println!("  {}: {}", fact.name, output::plain(&fact.value));
            }
        }
        Err(refusal) => {
            let why = output::plain(&refusal.to_string());
            let arguments = [("provider", checked.provider.into()), ("why", why.into())];
            println!("{}", tx.with("command-provider-does-not", &arguments));
        }
    }
}

fn announce(tx: &Texts, trial: &Trial, masked: &str) {
    println!("{}", tx.with("command-provider-took", &[("provider", trial.provider.into()), ("to", masked.into())]));
    if trial.provider == voice::NAME {
        println!("  {}", tx.t("command-answer-call"));
    }
    if let Some(segments) = trial.segments {
        let encoding = format!("{:?}", segments.encoding);
        let arguments = [("parts", segments.parts.into()), ("encoding", encoding.into())];
        println!("  {}", tx.with("command-parts", &arguments));
    }
    if let Some(price) = &trial.accepted.price {
        println!("  {}", tx.t1("command-price", "price", shown_price(price)));
    }
}

fn shown_price(price: &Price) -> String {
    let currency = price.currency.as_deref().unwrap_or_default();
    output::plain(format!("{} {currency}", price.amount).trim_end())
}
