//! `countersign check`

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use countersign_core::channel::Channel;
use countersign_core::seal::{Installation, Seal};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::speech::Environment;
use super::{ConfigArgs, Failure, keys, output, quiet_log};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::courier::Action;
use crate::courier::roster::Roster;
use crate::directory::{Outcome, Step};
use crate::flow::routing;
use crate::i18n::Texts;
use crate::keys::Keys;
use crate::store::Store;
use crate::store::accounts::AccountFilter;
use crate::store::url::DatabaseUrl;

/// How far the clocks of this machine and of the database may be apart. A code lives minutes.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(30);

#[derive(clap::Args, Debug)]
pub(super) struct Command {
    #[command(flatten)]
    config: ConfigArgs,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    state: State,
    detail: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fault,
    Fine,
    Warning,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Fine => "ok",
            Self::Warning => "warning",
        }
    }

    fn shown(self, tx: &Texts) -> String {
        tx.t(match self {
            Self::Fault => "command-check-fault",
            Self::Fine => "command-check-ok",
            Self::Warning => "command-check-warning",
        })
    }
}

/// Collects what was found.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn fault(&mut self, what: &'static str, detail: impl Into<String>) {
        self.0.push(Finding { what, state: State::Fault, detail: detail.into() });
    }

    fn fine(&mut self, what: &'static str, detail: impl Into<String>) {
        self.0.push(Finding { what, state: State::Fine, detail: detail.into() });
    }

    fn warning(&mut self, what: &'static str, detail: impl Into<String>) {
        self.0.push(Finding { what, state: State::Warning, detail: detail.into() });
    }

    fn has_fault(&self) -> bool {
        self.0.iter().any(|finding| finding.state == State::Fault)
    }
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    quiet_log()?;
    let tx = environment.texts();
    let mut findings = Findings::default();
    let file = command.config.path();
    let shown = file.as_deref().map_or_else(|| tx.t("command-the-environment"), |path| path.display().to_string());
    let now = Clock::system().now();
    check_clock(tx, &mut findings, now);
    match command.config.load(environment) {
        Ok(config) => {
            findings.fine("configuration", shown);
            for warning in &config.warnings {
                findings.warning("configuration", warning.to_string());
            }
            let keys = check_key(tx, &mut findings, &config);
            check_database(tx, &mut findings, &config, keys.as_ref()).await;
            let roster = check_providers(tx, &mut findings, &config).await;
            if let Some(roster) = roster {
                check_reach(&mut findings, &config, &roster).await;
            }
            check_directories(&mut findings, &config).await;
        }
        Err(errors) => {
            for fault in &errors.faults {
                findings.fault("configuration", format!("{shown}: {fault}"));
            }
        }
    }
    tell(tx, &findings, command.json)?;
    Ok(ExitCode::from(u8::from(findings.has_fault())))
}

fn tell(tx: &Texts, findings: &Findings, json: bool) -> Result<(), Failure> {
    if json {
        let listed: Vec<_> = findings
            .0
            .iter()
            .map(|finding| json!({ "what": finding.what, "state": finding.state.as_str(), "detail": finding.detail }))
            .collect();
        return output::json(&json!({ "ok": !findings.has_fault(), "findings": listed }));
    }
    let row = |finding: &Finding| vec![finding.state.shown(tx), finding.what.to_owned(), finding.detail.clone()];
    let rows: Vec<_> = findings.0.iter().map(row).collect();
    let heads = [tx.t("command-column-state"), tx.t("command-column-what"), tx.t("command-column-detail")];
    output::table(&heads, &rows);
    Ok(())
}

/// A clock before the program was installed is wrong, whatever the right time is.
fn check_clock(tx: &Texts, findings: &mut Findings, now: Timestamp) {
    let installed = std::env::current_exe().and_then(fs::metadata).and_then(|meta| meta.modified());
    let installed = installed.ok().and_then(|time| Timestamp::try_from(time).ok());
    match installed {
        Some(installed) if now < installed => findings.fault(
            "clock",
            tx.with(
                "command-check-clock",
                &[("now", output::moment(now).into()), ("installed", output::moment(installed).into())],
            ),
        ),
        _ => findings.fine("clock", output::moment(now)),
    }
}

/// A directory with one server that fails and another that works is worth a warning.
async fn check_directories(findings: &mut Findings, config: &Config) {
    let directories = match app::directories(&config.directories, &Clock::system()) {
        Ok(directories) => directories,
        Err(error) => return findings.fault("directory", error.to_string()),
    };
    for directory in directories.iter() {
        let name = directory.name();
        let steps = directory.examine(None, None).await;
        let failed: Vec<_> = steps.iter().filter(|step| step.outcome == Outcome::Failed).collect();
        let Some(first) = failed.first() else {
            findings.fine("directory", format!("{name}: {}", directory.addresses().join(", ")));
            continue;
        };
        let told = format!("{name}: {}: {}; countersign directory test says what to do", first.what, first.told);
        let is_server = |step: &Step| step.what.starts_with("server ");
        let another = steps.iter().any(|step| is_server(step) && step.outcome == Outcome::Passed);
        if another && failed.iter().all(|step| is_server(step)) {
            findings.warning("directory", told);
        } else {
            findings.fault("directory", told);
        }
    }
}

fn check_key(tx: &Texts, findings: &mut Findings, config: &Config) -> Option<Keys> {
    let path = config.server.key_file.as_deref();
    match keys(path) {
        Ok(keys) => {
            findings.fine("key", path.unwrap_or(Path::new("")).display().to_string());
            Some(keys)
        }
        Err(Failure::Refused(refused)) => {
            findings.fault("key", refused.text(tx));
            None
        }
        Err(Failure::Failed(text) | Failure::Usage(text)) => {
            findings.fault("key", text);
            None
        }
    }
}

async fn check_database(tx: &Texts, findings: &mut Findings, config: &Config, keys: Option<&Keys>) {
    let url: DatabaseUrl = match config.server.database.expose().parse() {
        Ok(url) => url,
        Err(bad) => return findings.fault("database", bad.to_string()),
    };
    // Opening it would make it.
    if let DatabaseUrl::Sqlite(path) = &url
        && !path.exists()
    {
        let text = tx.t1("command-check-no-file", "file", path.display().to_string());
        return findings.warning("database", text);
    }
    let store = match Store::open(&url).await {
        Ok(store) => store,
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(" ({cause})")).unwrap_or_default();
            let why = format!("{error}{cause}");
            let text = tx.with("command-check-database", &[("url", url.to_string().into()), ("why", why.into())]);
            return findings.fault("database", text);
        }
    };
    findings.fine("database", url.to_string());
    let now = Clock::system().now();
    match store.clock().await {
        Ok(clock) if clock.duration_since(now).abs() > CLOCK_TOLERANCE => {
            let text = tx.t1("command-check-database-clock", "clock", output::moment(clock));
            findings.fault("clock", text);
        }
        Ok(_) => findings.fine("clock", tx.t("command-check-clock-agrees")),
        Err(error) => findings.fault("database", error.to_string()),
    }
    check_contents(tx, findings, (config, keys), &store).await;
    store.close().await;
}

async fn check_contents(tx: &Texts, findings: &mut Findings, (config, keys): (&Config, Option<&Keys>), store: &Store) {
    match (store.instance().await, keys) {
        (Ok(Some(row)), Some(keys)) => {
            let installation = Installation {
                instance: row.id,
                environment: config.server.environment.clone(),
                public_url: config.server.public_url.as_str().to_owned(),
            };
            let sealed_as = [("environment", row.environment.as_str().into()), ("url", row.public_url.as_str().into())];
            if installation.matches(&Seal(row.seal), &keys.seal) {
                findings.fine("seal", tx.with("command-seal-at", &sealed_as));
            } else {
                findings.fault("seal", tx.with("command-check-seal", &sealed_as));
            }
        }
        (Ok(_), _) => {}
        (Err(error), _) => findings.fault("database", error.to_string()),
    }
    match store.accounts(&AccountFilter::default(), None, 1).await {
        Ok(accounts) if accounts.is_empty() => {
            findings.warning("accounts", tx.t("command-check-no-account"));
        }
        Ok(_) => {}
        Err(error) => findings.fault("database", error.to_string()),
    }
}

/// Says which people are not reached by the providers and senders there are.
async fn check_reach(findings: &mut Findings, config: &Config, roster: &Roster) {
    // What is wrong with the database was told before.
    let Ok(url) = config.server.database.expose().parse::<DatabaseUrl>() else { return };
    if matches!(&url, DatabaseUrl::Sqlite(path) if !path.exists()) {
        return;
    }
    let Ok(store) = Store::open(&url).await else { return };
    match routing::survey(&store, &config.settings.phones, roster).await {
        Ok(gaps) => {
            for gap in gaps {
                findings.warning("routes", gap.sentence());
            }
        }
        Err(error) => findings.fault("database", error.to_string()),
    }
    store.close().await;
}

async fn check_providers(tx: &Texts, findings: &mut Findings, config: &Config) -> Option<Roster> {
    let roster = match app::roster(&config.channels, &config.providers) {
        Ok(roster) => roster.guided_by(config.routes.clone(), config.settings.delivery.breaker()),
        Err(error) => {
            findings.fault("provider", error.to_string());
            return None;
        }
    };
    let mut seen = Vec::new();
    for provider in Channel::ALL.into_iter().flat_map(|channel| roster.of(channel)) {
        if seen.contains(&provider.name()) {
            continue;
        }
        seen.push(provider.name());
        match provider.check().await {
            Ok(health) => {
                let facts = health.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value));
                let facts = facts.collect::<Vec<_>>().join(", ");
                let arguments = [("provider", provider.name().into()), ("facts", facts.into())];
                findings.fine("provider", tx.with("command-check-provider", &arguments));
            }
            Err(refusal) => {
                let arguments = [
                    ("provider", provider.name().into()),
                    ("why", refusal.to_string().into()),
                    ("remedy", remedy(refusal.action).into()),
                ];
                findings.fault("provider", tx.with("command-check-provider-fault", &arguments));
            }
        }
    }
    Some(roster)
}

const fn remedy(action: Action) -> &'static str {
    match action {
        Action::Stop | Action::GiveUp => "credentials",
        Action::FailOver | Action::Retry | Action::RetryOnce => "network",
    }
}
