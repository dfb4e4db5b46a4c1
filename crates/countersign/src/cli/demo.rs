//! `countersign demo`

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use serde_json::json;

use super::{Failure, quiet_log};
use crate::demo::{self, Demo};

#[derive(clap::Args, Debug)]
pub(super) struct Command {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = demo::LISTEN)]
    listen: SocketAddr,
    /// Say on one line of JSON where to go and which accounts there are
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Command) -> Result<ExitCode, Failure> {
    quiet_log()?;
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(error.to_string());
    let demo = Demo::prepare(command.listen).await.map_err(|error| failed(&error))?;
    let said = if command.json { line(&demo) } else { welcome(&demo) };
    // Whoever started the demo may have read the first line and gone; it runs on.
    let _ = io::stdout().write_all(said.as_bytes()).and_then(|()| io::stdout().flush());
    demo.run().await.map_err(|error| failed(&error))?;
    Ok(ExitCode::SUCCESS)
}

fn line(demo: &Demo) -> String {
    let said = json!({ "url": demo.url(), "outbox_url": demo.outbox_url(), "accounts": demo.app.demo });
    format!("{said}\n")
}

fn welcome(demo: &Demo) -> String {
    let accounts: String = demo
        .app
        .demo
        .iter()
        .map(|account| format!("  {:10}{:20}{}\n", account.realm, account.identifier, account.password))
        .collect();
    format!(
        "Countersign is running as a demo. It sends nothing, and forgets everything when it stops (Ctrl-C).\n\n  Sign in   \
         {}\n  Messages  {}\n\n  {:10}{:20}{}\n{accounts}",
        demo.app.server.public_url.at("/login"),
        demo.outbox_url(),
        "REALM",
        "LOGIN ID",
        "PASSWORD"
    )
}
