//! What an administrator tunes, and which values are refused.
//!
//! The shape is the same wherever settings come from: the sections of `countersign.toml`, and later the document that
//! the console edits. [`Settings::faults`] finds everything that is wrong at once; each fault names the key, the value
//! and what is allowed.

use std::collections::BTreeMap;
use std::fmt;

use jiff::SignedDuration;
use jiff::fmt::serde::duration::friendly::compact;
use serde::{Deserialize, Deserializer, Serialize};

use crate::challenge::{LIFE_MAX, LIFE_MIN, TRIES_MAX};
use crate::contact;
use crate::delivery::DeliveryRules;
use crate::device::DeviceRules;
use crate::lockout::LockoutRules;
use crate::own::ContactRules;
use crate::phones::PhoneRules;
use crate::policy::Policy;
use crate::policy_setting::{Networks, PolicySetting};
use crate::realm::{RealmName, SourceName};
use crate::recovery::RecoveryRules;
use crate::session::SessionRules;
use crate::throttle::{Rate, SendLimits};

/// The longest title, site name or contact line, in characters.
const TEXT_LEN_MAX: usize = 120;
/// The most realms.
const REALMS_MAX: usize = 32;
/// The most messages that any limit may let out in a day.
const PER_DAY_MAX: u32 = 1_000_000;

/// Everything an administrator tunes, except providers (which hold secrets and belong to the shell).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How the site presents itself.
    pub site: Site,
    /// The realms by name; `internal` and `external` exist from the start, and a file adds to them.
    #[serde(deserialize_with = "realms_over_builtin")]
    pub realms: BTreeMap<RealmName, Realm>,
    /// What is known of networks.
    pub networks: Networks,
    /// The one-time code.
    pub code: CodeRules,
    /// The counters.
    pub lockout: LockoutRules,
    /// The send limits.
    pub send_limits: SendLimits,
    /// Which telephones a code may go to.
    pub phones: PhoneRules,
    /// What becomes of messages that are on their way.
    pub delivery: DeliveryRules,
    /// Trusted devices.
    pub trusted_device: DeviceRules,
    /// Sessions.
    pub session: SessionRules,
    /// Forgotten passwords.
    pub recovery: RecoveryRules,
    /// Addresses and phones that people add themselves.
    pub contacts: ContactRules,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            site: Site::default(),
            realms: builtin_realms(),
            networks: Networks::default(),
            code: CodeRules::default(),
            lockout: LockoutRules::default(),
            send_limits: SendLimits::default(),
            phones: PhoneRules::default(),
            delivery: DeliveryRules::default(),
            trusted_device: DeviceRules::default(),
            session: SessionRules::default(),
            recovery: RecoveryRules::default(),
            contacts: ContactRules::default(),
        }
    }
}

/// How the site presents itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Site {
    /// The name on pages and in messages.
    pub name: String,
    /// Whom a person should ask for help: a name, a phone, an address.
    pub contact: String,
    /// The country (ISO 3166 alpha-2) of phone numbers that are written without one.
    pub country: Option<String>,
}

impl Default for Site {
    fn default() -> Self {
        Self { name: "Countersign".to_owned(), contact: "your administrator".to_owned(), country: None }
    }
}

/// One population of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Realm {
    /// The name people see.
    pub title: String,
    /// Who proves the passwords, in the order in which they are asked; `local` alone unless something else is given.
    pub sources: Vec<SourceName>,
    /// The policy by source; a source without one has the mode `off`.
    pub policy: BTreeMap<SourceName, PolicySetting>,
}

impl Default for Realm {
    fn default() -> Self {
        Self { title: String::new(), sources: vec![SourceName::local()], policy: BTreeMap::new() }
    }
}

/// A realm as it is written: one that is built in keeps its title unless another is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenRealm {
    title: Option<String>,
    sources: Option<Vec<SourceName>>,
    #[serde(default)]
    policy: BTreeMap<SourceName, PolicySetting>,
}

fn builtin_realms() -> BTreeMap<RealmName, Realm> {
    let titled = |title: &str| Realm { title: title.to_owned(), ..Realm::default() };
    BTreeMap::from([(RealmName::internal(), titled("Staff")), (RealmName::external(), titled("Customers"))])
}

fn realms_over_builtin<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<RealmName, Realm>, D::Error> {
    let mut realms = builtin_realms();
    for (name, given) in BTreeMap::<RealmName, GivenRealm>::deserialize(deserializer)? {
        let realm = realms.entry(name).or_default();
        realm.policy = given.policy;
        if let Some(title) = given.title {
            realm.title = title;
        }
        if let Some(sources) = given.sources {
            realm.sources = sources;
        }
    }
    Ok(realms)
}

/// The figures of a one-time code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CodeRules {
    /// How long it lives.
    #[serde(serialize_with = "compact::required")]
    pub life: SignedDuration,
    /// How often it may be tried.
    pub tries: u32,
}

impl Default for CodeRules {
    fn default() -> Self {
        Self { life: LIFE_MAX, tries: TRIES_MAX }
    }
}

/// Something that is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where, such as `code.life`.
    pub key: String,
    /// What was given; never a secret.
    pub value: String,
    /// What is allowed, and why where that helps.
    pub allowed: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}: {}", self.key, self.value, self.allowed)
    }
}

/// Collects every fault, so that all are told at once.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Notes a fault unless `right`.
    pub fn require(&mut self, right: bool, key: &str, value: impl fmt::Display, allowed: &str) {
        if !right {
            self.0.push(Fault { key: key.to_owned(), value: value.to_string(), allowed: allowed.to_owned() });
        }
    }
}

impl Settings {
    /// The policy of a realm and source; `off` where nothing is set.
    pub fn policy(&self, realm: &RealmName, source: &SourceName) -> Policy {
        let setting = self.realms.get(realm).and_then(|realm| realm.policy.get(source));
        Policy { never_new: self.networks.never_new.clone(), ..setting.map(PolicySetting::policy).unwrap_or_default() }
    }

    /// Who proves the passwords of a realm, in the order in which they are asked.
    pub fn sources(&self, realm: &RealmName) -> &[SourceName] {
        self.realms.get(realm).map_or(&[], |realm| realm.sources.as_slice())
    }

    /// Everything that is wrong.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        self.site.check(&mut faults);
        self.check_realms(&mut faults);
        self.networks.check(&mut faults);
        self.check_code(&mut faults);
        self.check_lockout(&mut faults);
        check_limits(&self.send_limits, &mut faults);
        self.phones.check(&mut faults);
        self.delivery.check(&mut faults);
        check_device(&self.trusted_device, &mut faults);
        check_session(&self.session, &mut faults);
        check_recovery(&self.recovery, &mut faults);
        check_contacts(self.contacts, &mut faults);
        faults.0
    }

    fn check_realms(&self, faults: &mut Faults) {
        let count = self.realms.len();
        faults.require((1..=REALMS_MAX).contains(&count), "realms", count, "there are 1 to 32 realms");
        for (name, realm) in &self.realms {
            // These would hide behind `/login/code` and its like.
            let free = !matches!(name.as_str(), "code" | "destination" | "enrol" | "recovery");
            let allowed = "another name: `code`, `destination`, `enrol` and `recovery` are pages";
            faults.require(free, &format!("realms.{name}"), name, allowed);
            check_text(&format!("realms.{name}.title"), &realm.title, faults);
            for (source, setting) in &realm.policy {
                setting.check(&format!("realms.{name}.policy.{source}"), faults);
            }
        }
    }

    fn check_code(&self, faults: &mut Faults) {
        faults.require(
            (LIFE_MIN..=LIFE_MAX).contains(&self.code.life),
            "code.life",
            shown(self.code.life),
            "5m to 10m: messages may be minutes late, and NIST SP 800-63B-4 allows a code 10 minutes",
        );
        faults.require(
            (1..=TRIES_MAX).contains(&self.code.tries),
            "code.tries",
            self.code.tries,
            "1 to 5: each try is a chance to guess the code",
        );
    }

    fn check_lockout(&self, faults: &mut Faults) {
        let rules = &self.lockout;
        faults.require((3..=20).contains(&rules.failures), "lockout.failures", rules.failures, "3 to 20 failures");
        faults.require(
            (SignedDuration::from_mins(1)..=SignedDuration::from_hours(24)).contains(&rules.pause),
            "lockout.pause",
            shown(rules.pause),
            "1m to 24h: a pause that never ends would let a stranger lock people out",
        );
        faults.require(
            (5..=100).contains(&rules.code_failures),
            "lockout.code_failures",
            rules.code_failures,
            "5 to 100 wrong codes (NIST SP 800-63B-4, 3.2.2: at most 100)",
        );
        faults.require(
            (10..=10_000).contains(&rules.network_failures),
            "lockout.network_failures",
            rules.network_failures,
            "10 to 10000 failed logins an hour from one network",
        );
    }
}

impl Site {
    fn check(&self, faults: &mut Faults) {
        check_text("site.name", &self.name, faults);
        faults.require(
            self.name.trim().is_empty() || reads_as_a_name(&self.name),
            "site.name",
            format!("{:?}", self.name),
            "a name with at least one letter, without a web address and without <, > or \\: it stands in every text \
             message, where gateways and phones take links and bare numbers for spam",
        );
        check_text("site.contact", &self.contact, faults);
        if let Some(country) = &self.country {
            let right = contact::is_country(country);
            faults.require(right, "site.country", country, "a country in two capital letters (ISO 3166), such as CA");
        }
    }
}

fn check_limits(limits: &SendLimits, faults: &mut Faults) {
    let cooldown = SignedDuration::from_secs(10)..=SignedDuration::from_mins(5);
    faults.require(
        cooldown.contains(&limits.cooldown),
        "send_limits.cooldown",
        shown(limits.cooldown),
        "10s to 5m between the first message and the second",
    );
    for (name, rate) in [
        ("account", limits.account),
        ("destination", limits.destination),
        ("number_range", limits.number_range),
        ("network", limits.network),
        ("instance", limits.instance),
    ] {
        let Rate { per_hour, per_day } = rate;
        let right = (1..=per_day).contains(&per_hour) && per_day <= PER_DAY_MAX;
        let value = format!("{per_hour} an hour, {per_day} a day");
        faults.require(
            right,
            &format!("send_limits.{name}"),
            value,
            "at least 1 an hour, no fewer a day than an hour, and at most 1000000 a day",
        );
    }
}

/// Whether a text message may begin with it: a link, or digits only, is what spam filters of gateways and phones look for,
/// and digits beside the code are mistaken for it.
fn reads_as_a_name(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_link = lower.contains("://") || lower.contains("www.");
    text.chars().any(char::is_alphabetic) && !is_link && !text.contains(['<', '>', '\\'])
}

fn check_device(rules: &DeviceRules, faults: &mut Faults) {
    let hour = SignedDuration::from_hours(1);
    faults.require(
        (hour..=rules.cap).contains(&rules.life),
        "trusted_device.life",
        shown(rules.life),
        "1h to trusted_device.cap",
    );
    faults.require(
        (hour..=SignedDuration::from_hours(24 * 90)).contains(&rules.cap),
        "trusted_device.cap",
        shown(rules.cap),
        "1h to 2160h (90 days)",
    );
    let count = rules.per_account;
    faults.require((1..=20).contains(&count), "trusted_device.per_account", count, "1 to 20 devices");
}

fn check_session(rules: &SessionRules, faults: &mut Faults) {
    faults.require(
        (SignedDuration::from_mins(2)..=rules.absolute).contains(&rules.idle),
        "session.idle",
        shown(rules.idle),
        "2m to session.absolute",
    );
    faults.require(
        (SignedDuration::from_mins(5)..=SignedDuration::from_hours(24 * 30)).contains(&rules.absolute),
        "session.absolute",
        shown(rules.absolute),
        "5m to 720h (30 days)",
    );
    faults.require(
        (SignedDuration::from_mins(1)..=SignedDuration::from_mins(60)).contains(&rules.fresh),
        "session.fresh",
        shown(rules.fresh),
        "1m to 60m: so long a stolen session could change the account",
    );
}

fn check_contacts(rules: ContactRules, faults: &mut Faults) {
    faults.require(
        (1..=10_000).contains(&rules.accounts_per_number),
        "contacts.accounts_per_number",
        rules.accounts_per_number,
        "1 to 10000 accounts",
    );
}

fn check_recovery(rules: &RecoveryRules, faults: &mut Faults) {
    faults.require(
        (SignedDuration::ZERO..=SignedDuration::from_hours(24 * 30)).contains(&rules.email_rest),
        "recovery.email_rest",
        shown(rules.email_rest),
        "0s to 720h (30 days): until then a code is not sent to the mailbox that got the link",
    );
}

fn check_text(key: &str, text: &str, faults: &mut Faults) {
    let right = !text.trim().is_empty() && text.chars().count() <= TEXT_LEN_MAX && !text.chars().any(char::is_control);
    faults.require(right, key, format!("{text:?}"), "1 to 120 characters on one line");
}

fn shown(duration: SignedDuration) -> String {
    format!("{duration:#}")
}
