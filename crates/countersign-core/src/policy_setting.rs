//! A policy as an administrator writes it, and what is refused of it.

use serde::{Deserialize, Serialize};

use crate::facts::NetworkRange;
use crate::policy::{Mode, Policy, Preset, Triggers};
use crate::settings::Faults;

/// The most ranges that never count as new: each login looks through them all.
const RANGES_MAX: usize = 100;

/// What is known of networks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Networks {
    /// Networks that never count as new, in any realm.
    pub never_new: Vec<NetworkRange>,
}

impl Networks {
    pub(crate) fn check(&self, faults: &mut Faults) {
        let count = self.never_new.len();
        faults.require(count <= RANGES_MAX, "networks.never_new", format!("{count} networks"), "at most 100 networks");
    }
}

/// A policy as it is written: a preset, or each trigger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySetting {
    /// Whether a second factor is wanted.
    pub mode: Mode,
    /// A set of triggers with a name.
    pub preset: Option<Preset>,
    /// The number of days of a preset that counts them.
    pub days: Option<u16>,
    /// Each trigger, instead of a preset.
    pub triggers: Option<Triggers>,
}

impl PolicySetting {
    /// The policy that this writes down.
    pub fn policy(&self) -> Policy {
        let preset = || self.preset.unwrap_or_default().triggers(self.days);
        Policy { mode: self.mode, triggers: self.triggers.clone().unwrap_or_else(preset), never_new: Vec::new() }
    }

    pub(crate) fn check(&self, key: &str, faults: &mut Faults) {
        let both = self.preset.is_some() && self.triggers.is_some();
        faults.require(!both, key, "preset and triggers", "either a preset or triggers, not both");
        let triggers = self.policy().triggers;
        faults.require(
            self.mode == Mode::Off || triggers.any(),
            &format!("{key}.triggers"),
            "none",
            "at least one trigger, because without one this mode would never ask for a code",
        );
        let networks = triggers.remembered_networks;
        let allowed = "1 to 20 networks";
        faults.require((1..=20).contains(&networks), &format!("{key}.triggers.remembered_networks"), networks, allowed);
        self.check_days(key, faults);
        if let Some(failures) = triggers.failures_at_least {
            let key = format!("{key}.triggers.failures_at_least");
            faults.require((1..=100).contains(&failures), &key, failures, "1 to 100 failures");
        }
    }

    /// The number of days stands beside a preset or among the triggers, and is told of where it stands.
    fn check_days(&self, key: &str, faults: &mut Faults) {
        let (name, counted) = match &self.triggers {
            Some(triggers) => ("triggers.factor_older_than_days", triggers.factor_older_than_days),
            None => ("days", self.days),
        };
        let range = "1 to 365 days";
        faults.require(
            counted.is_none_or(|days| (1..=365).contains(&days)),
            &format!("{key}.{name}"),
            shown(counted),
            range,
        );
        let counts = self.triggers.is_none() && self.preset.unwrap_or_default().days().is_some();
        faults.require(
            self.days.is_none() || counts,
            &format!("{key}.days"),
            shown(self.days),
            "only beside preset = \"again-after-days\" or \"when-something-changed\", which count days; among triggers it is \
             factor_older_than_days",
        );
    }
}

fn shown(days: Option<u16>) -> String {
    days.map_or_else(|| "none".to_owned(), |days| days.to_string())
}
