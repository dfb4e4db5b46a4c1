//! The rules that ask for a code.
//!
//! For each realm and source a [`Policy`] says whether a second factor is wanted at all (its [`Mode`]) and which
//! [`Trigger`]s demand one at a login. [`decide`] compares them with what is known and returns a [`Decision`], which
//! carries every trigger with the values it compared: the same trace answers the person in one sentence, the
//! administrator in full (`countersign policy explain`) and the audit log.
//!
//! A network or a browser can only add a challenge. Nothing but a trusted device silences a trigger, and it silences one.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::channel::Channel;
use crate::contact::Destination;
use crate::facts::{Circumstances, DeviceStanding, History, Network, NetworkRange};

/// Whether a second factor is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Never.
    #[default]
    Off,
    /// For each person who turned it on.
    Optional,
    /// For everybody.
    Required,
}

/// What demands a code at a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// No valid trusted-device token of this account came with the login (Q360).
    UntrustedDevice,
    /// The address differs from those of the last successful logins (Web+Center).
    NewNetwork,
    /// The last second factor is more than N days ago, or there was none (Web+Center).
    FactorTooOld,
    /// At least N failed logins since the last success (Web+Center).
    RecentFailures,
    /// Browser family, system or language differ from the last successful login's (Web+Center).
    ChangedBrowser,
}

impl Trigger {
    /// Every trigger, in the order of every list of them.
    pub const ALL: [Self; 5] =
        [Self::UntrustedDevice, Self::NewNetwork, Self::FactorTooOld, Self::RecentFailures, Self::ChangedBrowser];

    /// The name used in settings, texts and the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UntrustedDevice => "untrusted-device",
            Self::NewNetwork => "new-network",
            Self::FactorTooOld => "factor-too-old",
            Self::RecentFailures => "recent-failures",
            Self::ChangedBrowser => "changed-browser",
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Sets of triggers that have a name, after the products that asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// *Again after X days* (Web+Center).
    AgainAfterDays,
    /// *Unless the device is trusted* (Q360).
    #[default]
    UnlessDeviceTrusted,
    /// *When something changed* (Web+Center).
    WhenSomethingChanged,
}

impl Preset {
    /// How many days a code is good for where the preset counts days and nobody said how many.
    pub const fn days(self) -> Option<u16> {
        match self {
            Self::AgainAfterDays => Some(30),
            Self::UnlessDeviceTrusted => None,
            Self::WhenSomethingChanged => Some(7),
        }
    }

    /// The triggers of the preset, with another number of days where it counts them.
    pub fn triggers(self, days: Option<u16>) -> Triggers {
        let counted =
            Triggers { factor_older_than_days: self.days().map(|usual| days.unwrap_or(usual)), ..Triggers::none() };
        match self {
            Self::AgainAfterDays => counted,
            Self::UnlessDeviceTrusted => Triggers { untrusted_device: true, ..counted },
            Self::WhenSomethingChanged => {
                Triggers { new_network: true, failures_at_least: Some(3), changed_browser: true, ..counted }
            }
        }
    }
}

/// Which triggers are enabled, with their numbers. Who writes them out names the ones he wants: what is left out is off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default = "Triggers::none")]
pub struct Triggers {
    /// Enables [`Trigger::UntrustedDevice`].
    pub untrusted_device: bool,
    /// Enables [`Trigger::NewNetwork`].
    pub new_network: bool,
    /// How many networks of past logins count as known.
    pub remembered_networks: u8,
    /// Enables [`Trigger::FactorTooOld`], with its number of days.
    pub factor_older_than_days: Option<u16>,
    /// Enables [`Trigger::RecentFailures`], with its number of failures.
    pub failures_at_least: Option<u32>,
    /// Enables [`Trigger::ChangedBrowser`].
    pub changed_browser: bool,
}

/// The preset *unless the device is trusted*: a policy that says nothing of triggers still asks for a code.
impl Default for Triggers {
    fn default() -> Self {
        Preset::default().triggers(None)
    }
}

impl Triggers {
    /// No trigger.
    pub const fn none() -> Self {
        Self {
            untrusted_device: false,
            new_network: false,
            remembered_networks: 1,
            factor_older_than_days: None,
            failures_at_least: None,
            changed_browser: false,
        }
    }

    /// Whether any trigger is enabled at all.
    pub fn any(&self) -> bool {
        self.untrusted_device
            || self.new_network
            || self.factor_older_than_days.is_some()
            || self.failures_at_least.is_some()
            || self.changed_browser
    }
}

/// The rules of one realm and source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whether a second factor is wanted.
    pub mode: Mode,
    /// What demands it at a login.
    pub triggers: Triggers,
    /// Networks that never count as new.
    pub never_new: Vec<NetworkRange>,
}

impl Policy {
    /// The policy in Web+Center's words.
    pub fn choice(&self) -> Choice {
        match (self.mode, self.triggers.factor_older_than_days) {
            (Mode::Off, _) => Choice::None,
            (Mode::Optional, _) => Choice::EachPerson,
            (Mode::Required, Some(days)) if self.triggers == Preset::AgainAfterDays.triggers(Some(days)) => {
                Choice::AgainAfterDays
            }
            (Mode::Required, _) => Choice::ForcedForAll,
        }
    }

    /// The networks to remember after a login from `network`. One that never counts as new needs no place among them,
    /// and takes none: after a day in the office, the network at home is still the last one.
    pub fn networks_after(&self, history: &History, network: Network) -> Vec<Network> {
        let remembered = usize::from(self.triggers.remembered_networks.max(1));
        match self.range_of(network) {
            Some(_) => history.networks.iter().copied().take(remembered).collect(),
            None => history.networks_after(network, remembered),
        }
    }

    /// The range that keeps a network from counting as new.
    fn range_of(&self, network: Network) -> Option<NetworkRange> {
        self.never_new.iter().copied().find(|range| range.contains(network))
    }
}

/// What Web+Center's administrators choose from, for technicians and, once for each source, for customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Everybody, when the last code is more than X days ago, and at no other time.
    AgainAfterDays,
    /// Each person turns it on.
    EachPerson,
    /// Everybody, whenever a trigger fires.
    ForcedForAll,
    /// Nobody.
    None,
}

impl Choice {
    /// The name used in texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AgainAfterDays => "again-after-days",
            Self::EachPerson => "each-person",
            Self::ForcedForAll => "forced-for-all",
            Self::None => "none",
        }
    }
}

/// One trigger, with what it compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The trigger.
    pub trigger: Trigger,
    /// Whether the policy enables it.
    pub enabled: bool,
    /// Whether its condition holds, enabled or not; one that compares with a number holds only where one is set.
    pub holds: bool,
    /// The values compared, for the administrator.
    pub compared: String,
}

impl Finding {
    /// Whether it demands a code.
    pub const fn fires(&self) -> bool {
        self.enabled && self.holds
    }
}

/// The outcome of the policy for one login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is enough.
    Allow,
    /// A code is needed.
    Challenge {
        /// Why: the triggers that fired, at least one.
        reasons: Vec<Trigger>,
        /// Where the code can go: at least one.
        destinations: Vec<Destination>,
    },
    /// The login cannot be completed.
    Refuse(Refusal),
}

/// Why a login with a right password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The directory has the account disabled.
    AccountDisabled,
    /// The directory has an end for the account, and that has come.
    AccountExpired,
    /// Too many wrong codes; an administrator must look.
    FactorDisabled,
    /// A code is needed, and there is no way to send one.
    NoDestination,
    /// The directory does not have the person in the group that is required.
    NotInGroup,
    /// The directory allows no login at this hour or from here.
    OutsideHours,
    /// The directory wants another password first.
    PasswordExpired,
    /// The password was right, and has been given up: a new one has to be chosen first.
    PasswordMustChange,
}

impl Refusal {
    /// The name used in texts and the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccountDisabled => "account-disabled",
            Self::AccountExpired => "account-expired",
            Self::FactorDisabled => "factor-disabled",
            Self::NoDestination => "no-destination",
            Self::NotInGroup => "not-in-group",
            Self::OutsideHours => "outside-hours",
            Self::PasswordExpired => "password-expired",
            Self::PasswordMustChange => "password-must-change",
        }
    }
}

/// The verdict, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The outcome.
    pub verdict: Verdict,
    /// The policy's mode.
    pub mode: Mode,
    /// Whether this account is asked for a second factor under that mode.
    pub applies: bool,
    /// Every trigger, in a fixed order.
    pub findings: Vec<Finding>,
}

impl Decision {
    /// The triggers that fired.
    pub fn reasons(&self) -> Vec<Trigger> {
        self.findings.iter().filter(|finding| finding.fires()).map(|finding| finding.trigger).collect()
    }
}

/// Decides whether this login needs a code. `working` are the channels that have a provider.
pub fn decide(policy: &Policy, account: &Account, circumstances: &Circumstances, working: &[Channel]) -> Decision {
    let applies = match policy.mode {
        Mode::Off => false,
        Mode::Optional => account.opted_in,
        Mode::Required => true,
    };
    let findings = findings(policy, account, circumstances);
    let reasons: Vec<Trigger> =
        findings.iter().filter(|finding| finding.fires()).map(|finding| finding.trigger).collect();
    let verdict = if applies && !reasons.is_empty() { demand(account, reasons, working) } else { Verdict::Allow };
    Decision { verdict, mode: policy.mode, applies, findings }
}

pub(crate) fn demand(account: &Account, reasons: Vec<Trigger>, working: &[Channel]) -> Verdict {
    if account.factor_disabled_at.is_some() {
        return Verdict::Refuse(Refusal::FactorDisabled);
    }
    let destinations = account.destinations(working);
    if destinations.is_empty() {
        return Verdict::Refuse(Refusal::NoDestination);
    }
    Verdict::Challenge { reasons, destinations }
}

fn findings(policy: &Policy, account: &Account, circumstances: &Circumstances) -> Vec<Finding> {
    let triggers = &policy.triggers;
    let finding = |trigger, enabled, (holds, compared)| Finding { trigger, enabled, holds, compared };
    vec![
        finding(Trigger::UntrustedDevice, triggers.untrusted_device, untrusted_device(circumstances)),
        finding(Trigger::NewNetwork, triggers.new_network, new_network(policy, account, circumstances)),
        finding(
            Trigger::FactorTooOld,
            triggers.factor_older_than_days.is_some(),
            factor_too_old(triggers.factor_older_than_days, account.history.second_factor_at, circumstances.now),
        ),
        finding(
            Trigger::RecentFailures,
            triggers.failures_at_least.is_some(),
            recent_failures(triggers.failures_at_least, account.history.failures),
        ),
        finding(Trigger::ChangedBrowser, triggers.changed_browser, changed_browser(account, circumstances)),
    ]
}

fn untrusted_device(circumstances: &Circumstances) -> (bool, String) {
    match circumstances.device {
        DeviceStanding::Untrusted => (true, "no valid trusted-device token".to_owned()),
        DeviceStanding::Trusted(device) => (false, format!("trusted device {device}")),
    }
}

fn new_network(policy: &Policy, account: &Account, circumstances: &Circumstances) -> (bool, String) {
    let now = circumstances.network;
    if let Some(range) = policy.range_of(now) {
        return (false, format!("now {now}, which is never new ({range})"));
    }
    let remembered = usize::from(policy.triggers.remembered_networks.max(1));
    let known: Vec<_> = account.history.networks.iter().take(remembered).collect();
    let names: Vec<String> = known.iter().map(ToString::to_string).collect();
    let last = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    (!known.contains(&&now), format!("now {now}, last {last}"))
}

fn factor_too_old(days: Option<u16>, last: Option<Timestamp>, now: Timestamp) -> (bool, String) {
    let limit = days.map_or_else(|| "no limit".to_owned(), |days| format!("limit {days} days"));
    let Some(last) = last else { return (days.is_some(), format!("never, {limit}")) };
    let age = now.duration_since(last);
    let old = days.is_some_and(|days| age > SignedDuration::from_hours(24 * i64::from(days)));
    // Whole moments, because "7 days ago, limit 7 days" would not tell whether it was a second more.
    (old, format!("now {now}, last {last}, {limit}"))
}

fn recent_failures(at_least: Option<u32>, failures: u32) -> (bool, String) {
    let limit = at_least.map_or_else(|| "no limit".to_owned(), |limit| format!("limit {limit}"));
    (at_least.is_some_and(|limit| failures >= limit), format!("{failures} since the last login, {limit}"))
}

fn changed_browser(account: &Account, circumstances: &Circumstances) -> (bool, String) {
    let last = account.history.browser.as_ref();
    let shown = last.map_or_else(|| "none".to_owned(), ToString::to_string);
    (last != Some(&circumstances.browser), format!("now {}, last {shown}", circumstances.browser))
}
