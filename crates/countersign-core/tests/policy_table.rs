//! The policy, by table: `policy_table.txt` holds one case a row, and its head explains the columns.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use countersign_core::account::Account;
use countersign_core::channel::Channel;
use countersign_core::contact::{Contacts, Phone};
use countersign_core::facts::{Browser, Circumstances, DeviceStanding, History, Network};
use countersign_core::id::{AccountId, DeviceId};
use countersign_core::policy::{Decision, Mode, Preset, Trigger, Triggers, Verdict, decide};
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::role::Role;
use countersign_core::settings::{PolicySetting, Settings};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const TABLE: &str = include_str!("policy_table.txt");
const SOURCES: [&str; 2] = ["local", "ad"];
const MODES: [&str; 3] = ["off", "optional", "required"];

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

/// "Occurs" means with the trigger enabled and its condition holding: a row in which nothing could fire shows nothing.
#[test]
fn every_mode_source_and_trigger_occurs_together() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        let fired = case.decide().findings.into_iter().filter(countersign_core::policy::Finding::fires);
        seen.extend(
            fired.map(|finding| (format!("{:?}", case.mode).to_lowercase(), case.source.to_string(), finding.trigger)),
        );
    }
    for mode in MODES {
        for source in SOURCES {
            for trigger in Trigger::ALL {
                let combination = (mode.to_owned(), source.to_owned(), trigger);
                assert!(seen.contains(&combination), "policy_table.txt has no row for {combination:?}");
            }
        }
    }
    assert!(cases().len() >= 90, "the table has shrunk");
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

impl Case {
    fn decide(&self) -> Decision {
        // The other source gets the contrary, so that a decision by the wrong source's policy fails the row.
        let contrary = PolicySetting {
            mode: if self.mode == Mode::Off { Mode::Required } else { Mode::Off },
            preset: Some(Preset::UnlessDeviceTrusted),
            triggers: None,
        };
        let mut settings = Settings::default();
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
        .map(|(line, row)| case(line, row).unwrap_or_else(|error| panic!("policy_table.txt, line {line}: {error}")))
        .collect()
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
    let preset = match text {
        "=unless-device-trusted" => Some(Preset::UnlessDeviceTrusted),
        "=when-something-changed" => Some(Preset::WhenSomethingChanged),
        _ => None,
    };
    if preset.is_some() {
        return Ok(PolicySetting { mode, preset, triggers: None });
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
    Ok(PolicySetting { mode, preset: None, triggers: Some(triggers) })
}

fn read_account(text: &str, source: &SourceName, history: History) -> Result<(Account, Vec<Channel>), String> {
    let email = "ana@example.com".parse().unwrap();
    let phone = Phone::parse("+14165550123", None).unwrap();
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
