//! `countersign delivery`

use std::process::ExitCode;

use countersign_core::channel::Channel;

use super::{ConfigArgs, Failure, input, outbox, output};
use crate::courier::Price;
use crate::courier::twilio::voice;
use crate::flow::delivery_test::{self, Answer, Checked, Trial};

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// List the messages of the outbox, newest first
    List(outbox::Command),
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

pub(super) async fn run(command: Command, environment: &[(String, String)]) -> Result<ExitCode, Failure> {
    match command {
        Command::List(command) => outbox::run(command, environment).await,
        Command::Test(command) => test(command, environment).await,
    }
}

async fn test(command: Test, environment: &[(String, String)]) -> Result<ExitCode, Failure> {
    let app = command.config.open(environment).await?;
    let to = delivery_test::destination(&app, command.channel, &command.to)?;
    let checked = delivery_test::check(&app, Some(command.channel)).await;
    if checked.is_empty() {
        let text = format!("no provider of {} is configured: add one to [providers.…]", command.channel);
        return Err(Failure::Failed(text));
    }
    checked.iter().for_each(report);
    if checked.iter().all(|checked| checked.health.is_err()) {
        return Err(Failure::Failed("no provider of this channel works; nothing was sent".to_owned()));
    }
    if let Ok(Some(price)) = delivery_test::price(&app, &to).await {
        println!("price: {}", shown_price(&price));
    }
    if !command.send {
        println!("Nothing was sent. With --send a real message goes out, and you type its code back.");
        return Ok(ExitCode::SUCCESS);
    }
    let mut trial = delivery_test::send(&app, &to).await?;
    announce(&trial, &to.mask());
    loop {
        let Some(typed) = input::ask("The code in the message: ")? else {
            return Err(Failure::Failed(
                "no code was typed back, so it is not known whether the message arrived".into(),
            ));
        };
        match trial.answer(&app, &typed).await {
            Answer::Right => {
                println!("Right. Messages by {} arrive.", command.channel);
                return Ok(ExitCode::SUCCESS);
            }
            Answer::NotACode => eprintln!("A code is six digits."),
            Answer::Unchecked => {
                eprintln!("{} could not be asked whether that is its code; type it again.", trial.provider);
            }
            Answer::Wrong { tries_left: 0 } | Answer::Over => {
                return Err(Failure::Failed("the code was not typed back; run the test again".to_owned()));
            }
            Answer::Wrong { tries_left } => eprintln!("That is not the code; {tries_left} tries left."),
        }
    }
}

fn report(checked: &Checked) {
    match &checked.health {
        Ok(health) => {
            println!("{}: works", checked.provider);
            for fact in &health.facts {
                println!("  {}: {}", fact.name, output::plain(&fact.value));
            }
        }
        Err(refusal) => println!("{}: does not work: {}", checked.provider, output::plain(&refusal.to_string())),
    }
}

fn announce(trial: &Trial, masked: &str) {
    println!("{} took the message to {masked}.", trial.provider);
    if trial.provider == voice::NAME {
        println!("  Answer and press a key. The code is told by the running service, so start it first.");
    }
    if let Some(segments) = trial.segments {
        let parts = if segments.parts == 1 { "part" } else { "parts" };
        println!("  {} {parts}, {:?}", segments.parts, segments.encoding);
    }
    if let Some(price) = &trial.accepted.price {
        println!("  price: {}", shown_price(price));
    }
}

fn shown_price(price: &Price) -> String {
    let currency = price.currency.as_deref().unwrap_or_default();
    output::plain(format!("{} {currency}", price.amount).trim_end())
}
