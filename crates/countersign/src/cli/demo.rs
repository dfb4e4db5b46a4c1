//! `countersign demo`

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use serde::Serialize;

use super::{Failure, quiet_log};
use crate::app::DemoAccount;
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
    let said = if command.json { line(&demo)? } else { welcome(&demo) };
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

fn welcome(demo: &Demo) -> String {
    let row = |account: &DemoAccount| format!("  {:10}{:20}{}", account.realm, account.identifier, account.password);
    let accounts = demo.app.demo.iter().map(row).collect::<Vec<_>>().join("\n");
    format!(
        "Countersign is running as a demo. It sends nothing, and forgets everything when it stops (Ctrl-C).\n\n  Sign in   \
         {}\n  Messages  {}\n\n  {:10}{:20}{}\n{accounts}\n",
        demo.app.server.public_url.at("/login"),
        demo.outbox_url(),
        "REALM",
        "LOGIN ID",
        "PASSWORD"
    )
}
