//! The policy, by table: `policy_table.txt` holds one case a row, and its head explains the columns.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use countersign_core::account::Account;
use countersign_core::channel::Channel;
use countersign_core::contact::{Contacts, Phone};
use countersign_core::facts::{Browser, Circumstances, DeviceStanding, History, Network, NetworkRange};
use countersign_core::id::{AccountId, DeviceId};
use countersign_core::policy::{Decision, Mode, Preset, Trigger, Triggers, Verdict, decide};
use countersign_core::policy_setting::PolicySetting;
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::role::Role;
use countersign_core::settings::Settings;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const TABLE: &str = include_str!("policy_table.txt");
const SOURCES: [&str; 2] = ["local", "ad"];
/// What may be so or not when a verdict is made.
const FACTS: [&str; 6] = ["opted in", "holds", "trusted", "never new", "factor off", "reachable"];
const MODES: [&str; 3] = ["off", "optional", "required"];
/// The networks that never count as new, in every case.
const NEVER_NEW: [&str; 3] = ["10.0.0.0/8", "203.0.113.64/26", "2001:db8:ffff::/48"];

/// Parsed once: the table has thousands of cases.
static PHONE: LazyLock<Phone> = LazyLock::new(|| Phone::parse("+14165550123", None).unwrap());

/// One row, read. `Err` anywhere below is a sentence about the table.
struct Case {
    line: usize,
    mode: Mode,
    source: SourceName,
    policy: PolicySetting,
    account: Account,
    working: Vec<Channel>,
    circumstances: Circumstances,
    expected: String,
}

#[test]
fn every_row_is_decided_as_written() {
    let mut wrong = Vec::new();
    let cases = cases();
    for case in &cases {
        let actual = shown(&case.decide().verdict);
        if actual != case.expected {
            wrong.push(format!("line {}: expected {}, decided {actual}", case.line, case.expected));
        }
    }
    assert!(wrong.is_empty(), "policy_table.txt: {} of {} rows\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Everything a verdict can depend on, with one trigger enabled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Combination {
    mode: &'static str,
    source: &'static str,
    trigger: Trigger,
    facts: BTreeSet<&'static str>,
}

#[test]
fn every_combination_occurs() {
    let seen: BTreeSet<Combination> = cases().iter().filter_map(Case::combination).collect();
    let missing: Vec<String> = combinations()
        .into_iter()
        .filter(|wanted| !seen.contains(wanted))
        .map(|wanted| format!("{wanted:?}"))
        .collect();
    assert!(
        missing.is_empty(),
        "policy_table.txt has no row for {} combinations\n{}",
        missing.len(),
        missing.join("\n")
    );
}

/// What is just right and just wrong of each figure.
#[test]
fn every_boundary_occurs() {
    for (trigger, figures) in [
        (Trigger::FactorTooOld, &["limit 7 days last 7d", "limit 7 days last 7d+1s", "limit 7 days never"][..]),
        (Trigger::RecentFailures, &["2 of 3", "3 of 3", "0 of 1", "1 of 1"][..]),
        (Trigger::NewNetwork, &["192.0.2.1", "192.0.2.2", "2001:db8:1:2::/64", "2001:db8:1:3::/64", "10.0.0.1"][..]),
    ] {
        let seen: BTreeSet<String> = cases().iter().filter_map(|case| case.figure(trigger)).collect();
        for figure in figures {
            assert!(seen.contains(*figure), "policy_table.txt has no row with {trigger} at {figure}: {seen:?}");
        }
    }
}

#[test]
fn every_decision_carries_every_trigger_with_what_it_compared() {
    for case in cases() {
        let decision = case.decide();
        let triggers: Vec<Trigger> = decision.findings.iter().map(|finding| finding.trigger).collect();
        assert_eq!(triggers, Trigger::ALL, "line {}", case.line);
        assert!(decision.findings.iter().all(|finding| !finding.compared.is_empty()), "line {}", case.line);
    }
}

/// Each combination that can be: only a trusted device keeps its trigger from holding, and no known network is new.
fn combinations() -> Vec<Combination> {
    let mut all = Vec::new();
    for mode in MODES {
        for source in SOURCES {
            for trigger in Trigger::ALL {
                for chosen in 0..1 << FACTS.len() {
                    let facts = FACTS.into_iter().enumerate().filter(|(bit, _)| chosen >> bit & 1 == 1);
                    let facts: BTreeSet<&str> = facts.map(|(_, fact)| fact).collect();
                    if can_be(trigger, &facts) {
                        all.push(Combination { mode, source, trigger, facts });
                    }
                }
            }
        }
    }
    all
}

fn can_be(trigger: Trigger, facts: &BTreeSet<&str>) -> bool {
    let holds = facts.contains("holds");
    match trigger {
        Trigger::UntrustedDevice => holds != facts.contains("trusted"),
        Trigger::NewNetwork => !(holds && facts.contains("never new")),
        Trigger::FactorTooOld | Trigger::RecentFailures | Trigger::ChangedBrowser => true,
    }
}

impl Case {
    /// Which combination this is, if exactly one trigger is enabled.
    fn combination(&self) -> Option<Combination> {
        let findings = self.decide().findings;
        let mut enabled = findings.iter().filter(|finding| finding.enabled);
        let (Some(finding), None) = (enabled.next(), enabled.next()) else { return None };
        let facts = [
            ("opted in", self.account.opted_in),
            ("holds", finding.holds),
            ("trusted", self.circumstances.device != DeviceStanding::Untrusted),
            ("never new", NEVER_NEW.iter().any(|range| self.is_within(range))),
            ("factor off", self.account.factor_disabled_at.is_some()),
            ("reachable", !self.account.destinations(&self.working).is_empty()),
        ];
        Some(Combination {
            mode: MODES.into_iter().find(|mode| *mode == format!("{:?}", self.mode).to_lowercase()).unwrap(),
            source: SOURCES.into_iter().find(|source| *source == self.source.as_str()).unwrap(),
            trigger: finding.trigger,
            facts: facts.into_iter().filter_map(|(fact, is_so)| is_so.then_some(fact)).collect(),
        })
    }

    fn is_within(&self, range: &str) -> bool {
        range.parse::<NetworkRange>().unwrap().contains(self.circumstances.network)
    }

    /// The figure that a trigger compares here, as the table writes it.
    fn figure(&self, trigger: Trigger) -> Option<String> {
        let triggers = self.policy.policy().triggers;
        match trigger {
            Trigger::FactorTooOld => {
                let limit = triggers.factor_older_than_days?;
                let age =
                    self.account.history.second_factor_at.map(|at| self.circumstances.now.duration_since(at).as_secs());
                let last = age.map(|age| match (age / 86_400, age % 86_400) {
                    (days, 0) => format!("last {days}d"),
                    (days, rest) => format!("last {days}d+{rest}s"),
                });
                Some(format!("limit {limit} days {}", last.unwrap_or_else(|| "never".to_owned())))
            }
            Trigger::RecentFailures => {
                Some(format!("{} of {}", self.account.history.failures, triggers.failures_at_least?))
            }
            Trigger::NewNetwork if triggers.new_network => Some(self.circumstances.network.to_string()),
            _ => None,
        }
    }

    fn decide(&self) -> Decision {
        // The other source gets the contrary, so that a decision by the wrong source's policy fails the row.
        let contrary = PolicySetting {
            mode: if self.mode == Mode::Off { Mode::Required } else { Mode::Off },
            ..PolicySetting::default()
        };
        let mut settings = Settings::default();
        settings.networks.never_new = NEVER_NEW.map(|range| range.parse().unwrap()).to_vec();
        let realm = settings.realms.get_mut(&RealmName::internal()).unwrap();
        realm.policy = BTreeMap::from(SOURCES.map(|source| (source.parse().unwrap(), contrary.clone())));
        realm.policy.insert(self.source.clone(), self.policy.clone());
        let policy = settings.policy(&self.account.realm, &self.account.source);
        decide(&policy, &self.account, &self.circumstances, &self.working)
    }
}

fn cases() -> Vec<Case> {
    let rows = TABLE.lines().enumerate().map(|(at, row)| (at + 1, row.trim()));
    rows.filter(|(_, row)| !row.is_empty() && !row.starts_with('#'))
        .flat_map(|(line, row)| alternatives(row).into_iter().map(move |row| (line, row)))
        .map(|(line, row)| case(line, &row).unwrap_or_else(|error| panic!("policy_table.txt, line {line}: {error}")))
        .collect()
}

/// The rows that one with alternatives stands for. The verdict, which has a semicolon of its own, has none.
fn alternatives(row: &str) -> Vec<String> {
    let (columns, verdict) = row.rsplit_once('|').unwrap_or((row, ""));
    let mut rows = vec![String::new()];
    for column in columns.split('|') {
        let extended = |row: &String| column.split(';').map(|one| format!("{row}{one}|")).collect::<Vec<_>>();
        rows = rows.iter().flat_map(extended).collect();
    }
    rows.into_iter().map(|row| row + verdict).collect()
}

fn case(line: usize, row: &str) -> Result<Case, String> {
    let columns: Vec<&str> = row.split('|').map(str::trim).collect();
    let [mode, source, triggers, account, last, now, expected] = columns[..] else {
        return Err(format!("{} columns, but there are 7", columns.len()));
    };
    let mode = match mode {
        "off" => Mode::Off,
        "optional" => Mode::Optional,
        "required" => Mode::Required,
        _ => return Err(format!("mode {mode:?} is none of {MODES:?}")),
    };
    if !SOURCES.contains(&source) {
        return Err(format!("source {source:?} is none of {SOURCES:?}"));
    }
    let source: SourceName = source.parse().unwrap();
    let (account, working) = read_account(account, &source, read_last(last)?)?;
    Ok(Case {
        line,
        mode,
        policy: read_triggers(mode, triggers)?,
        account,
        working,
        source,
        circumstances: read_now(now)?,
        expected: expected.to_owned(),
    })
}

fn read_triggers(mode: Mode, text: &str) -> Result<PolicySetting, String> {
    if let Some(preset) = text.strip_prefix('=') {
        let (name, days) = preset.split_once(':').map_or((preset, None), |(name, days)| (name, Some(days)));
        let preset = match name {
            "again-after-days" => Preset::AgainAfterDays,
            "unless-device-trusted" => Preset::UnlessDeviceTrusted,
            "when-something-changed" => Preset::WhenSomethingChanged,
            _ => return Err(format!("no preset is called {name:?}")),
        };
        let days = days.map(read).transpose()?;
        return Ok(PolicySetting { mode, preset: Some(preset), days, triggers: None });
    }
    let mut triggers = Triggers::none();
    for word in words(text, '+') {
        let (name, figure) = word.split_once(':').unwrap_or((word, ""));
        match (name, figure) {
            ("device", "") => triggers.untrusted_device = true,
            ("network", "") => triggers.new_network = true,
            ("network", _) => {
                triggers.new_network = true;
                triggers.remembered_networks = read(figure)?;
            }
            ("age", _) => triggers.factor_older_than_days = Some(read(figure)?),
            ("failures", _) => triggers.failures_at_least = Some(read(figure)?),
            ("browser", "") => triggers.changed_browser = true,
            _ => return Err(format!("no trigger is written {word:?}")),
        }
    }
    Ok(PolicySetting { mode, triggers: Some(triggers), ..PolicySetting::default() })
}

fn read_account(text: &str, source: &SourceName, history: History) -> Result<(Account, Vec<Channel>), String> {
    let email = "ana@example.com".parse().unwrap();
    let phone = PHONE.clone();
    let mut working = Channel::ALL.to_vec();
    let mut account = Account {
        id: AccountId(Uuid::from_u128(1)),
        realm: RealmName::internal(),
        source: source.clone(),
        role: Role::User,
        display_name: "Ana".to_owned(),
        contacts: Contacts { email: Some(email), phone: Some(phone) },
        opted_in: false,
        disabled_at: None,
        code_failures: 0,
        factor_disabled_at: None,
        history,
    };
    for word in words(text, ' ') {
        match word.split_once('=').unwrap_or((word, "")) {
            ("administrator", "") => account.role = Role::Administrator,
            ("opted-in", "") => account.opted_in = true,
            ("no-email", "") => account.contacts.email = None,
            ("no-phone", "") => account.contacts.phone = None,
            ("factor-off", "") => account.factor_disabled_at = Some(now()),
            ("working", "none") => working.clear(),
            ("working", channels) => working = channels.split(',').map(read).collect::<Result<_, _>>()?,
            _ => return Err(format!("account has no word {word:?}")),
        }
    }
    Ok((account, working))
}

fn read_last(text: &str) -> Result<History, String> {
    if text == "first" {
        return Ok(History::default());
    }
    let mut history = History {
        networks: vec![read_network("192.0.2.1")?],
        browser: Some(read_browser("Firefox/Windows/en")?),
        second_factor_at: Some(now() - SignedDuration::from_hours(1)),
        failures: 0,
    };
    for word in words(text, ' ') {
        match word.split_once('=').unwrap_or((word, "")) {
            ("net", networks) => history.networks = networks.split(',').map(read_network).collect::<Result<_, _>>()?,
            ("code", "never") => history.second_factor_at = None,
            ("code", age) => history.second_factor_at = Some(now() - read_age(age)?),
            ("failures", figure) => history.failures = read(figure)?,
            ("browser", browser) => history.browser = Some(read_browser(browser)?),
            _ => return Err(format!("last has no word {word:?}")),
        }
    }
    Ok(history)
}

fn read_now(text: &str) -> Result<Circumstances, String> {
    let mut circumstances = Circumstances {
        now: now(),
        device: DeviceStanding::Untrusted,
        network: read_network("192.0.2.1")?,
        browser: read_browser("Firefox/Windows/en")?,
    };
    for word in words(text, ' ') {
        match word.split_once('=').unwrap_or((word, "")) {
            ("trusted", "") => circumstances.device = DeviceStanding::Trusted(DeviceId(Uuid::from_u128(2))),
            ("net", network) => circumstances.network = read_network(network)?,
            ("browser", browser) => circumstances.browser = read_browser(browser)?,
            _ => return Err(format!("now has no word {word:?}")),
        }
    }
    Ok(circumstances)
}

/// An age is written `7d`, `1h`, `0s` or a sum of such.
fn read_age(text: &str) -> Result<SignedDuration, String> {
    let mut age = SignedDuration::ZERO;
    for part in text.split('+') {
        age += match part.strip_suffix('d') {
            Some(days) => SignedDuration::from_hours(24 * read::<i64>(days)?),
            None => read(part)?,
        };
    }
    Ok(age)
}

fn read_network(text: &str) -> Result<Network, String> {
    read(text).map(Network::of)
}

fn read_browser(text: &str) -> Result<Browser, String> {
    let [family, system, language] = text.split('/').collect::<Vec<_>>()[..] else {
        return Err(format!("a browser is FAMILY/SYSTEM/LANGUAGE, not {text:?}"));
    };
    Ok(Browser { family: family.to_owned(), system: system.to_owned(), language: language.to_owned() })
}

fn read<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("{text:?}: {error}"))
}

fn words(text: &str, separator: char) -> impl Iterator<Item = &str> {
    text.split(separator).map(str::trim).filter(|word| !word.is_empty() && *word != "-")
}

fn now() -> Timestamp {
    "2026-07-01T12:00:00Z".parse().unwrap()
}

fn shown(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Allow => "allow".to_owned(),
        Verdict::Challenge { reasons, destinations } => {
            let reasons: Vec<&str> = reasons.iter().map(|reason| reason.as_str()).collect();
            let channels: Vec<&str> = destinations.iter().map(|to| to.channel().as_str()).collect();
            format!("challenge({}; {})", reasons.join(" "), channels.join(" "))
        }
        Verdict::Refuse(refusal) => format!("refuse({})", refusal.as_str()),
    }
}
