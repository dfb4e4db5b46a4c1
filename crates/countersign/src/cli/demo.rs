//! `countersign demo`

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use serde::Serialize;

use super::speech::Environment;
use super::{Failure, quiet_log};
use crate::app::DemoAccount;
use crate::demo::{self, Demo};
use crate::i18n::Texts;

#[derive(clap::Args, Debug)]
pub(super) struct Command {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = demo::LISTEN)]
    listen: SocketAddr,
    /// Say on one line of JSON where to go and which accounts there are
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    quiet_log()?;
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(error.to_string());
    let demo = Demo::prepare(command.listen).await.map_err(|error| failed(&error))?;
    let said = if command.json { line(&demo)? } else { welcome(environment.texts(), &demo) };
    // Whoever started the demo may have read the first line and gone; it runs on.
    let _ = io::stdout().write_all(said.as_bytes()).and_then(|()| io::stdout().flush());
    demo.run().await.map_err(|error| failed(&error))?;
    Ok(ExitCode::SUCCESS)
}

/// The line for scripts; its fields come in this order.
#[derive(Serialize)]
struct Said<'a> {
    url: &'a str,
    outbox_url: String,
    accounts: &'a [DemoAccount],
}

fn line(demo: &Demo) -> Result<String, Failure> {
    let said = Said { url: demo.url(), outbox_url: demo.outbox_url(), accounts: &demo.app.demo };
    let json = serde_json::to_string(&said).map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(format!("{json}\n"))
}

fn welcome(tx: &Texts, demo: &Demo) -> String {
    let row = |realm: &str, identifier: &str, password: &str| format!("  {realm:10}{identifier:20}{password}\n");
    let heads = row(&tx.t("command-column-realm"), &tx.t("command-column-login-id"), &tx.t("command-column-password"));
    let accounts: Vec<String> = demo
        .app
        .demo
        .iter()
        .map(|account: &DemoAccount| row(&account.realm, &account.identifier, &account.password))
        .collect();
    let place = |key: &str, url: &str| format!("  {:10}{url}\n", tx.t(key));
    let sign_in = place("command-demo-sign-in", &demo.app.server.public_url.at("/login"));
    let messages = place("command-demo-messages", &demo.outbox_url());
    let runs = tx.t("command-demo-runs");
    format!("{runs}\n\n{sign_in}{messages}\n{heads}{}", accounts.concat())
}
