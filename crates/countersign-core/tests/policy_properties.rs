//! What must hold of the policy for every login and every history, by generated cases.
//!
//! The seeds are fixed, so a run is repeatable; a failure prints the smallest case that shows it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::net::IpAddr;

use countersign_core::account::Account;
use countersign_core::channel::Channel;
use countersign_core::contact::Contacts;
use countersign_core::facts::{Browser, Circumstances, DeviceStanding, History, Network};
use countersign_core::id::{AccountId, DeviceId};
use countersign_core::policy::{Decision, Mode, Policy, Trigger, Triggers, Verdict, decide};
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::role::Role;
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, RngSeed};
use uuid::Uuid;

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 256,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0x5EED),
        ..ProptestConfig::default()
    }
}

fn start() -> Timestamp {
    "2026-07-01T12:00:00Z".parse().unwrap()
}

proptest! {
    #![proptest_config(config())]

    /// A login from a network that never counts as new is not asked about, and changes nothing for the next one.
    #[test]
    fn a_network_that_is_never_new_is_neither_new_nor_remembered(visits in vec((0_u8..6, any::<bool>()), 1..30), remembered in 1_u8..5) {
        let triggers = Triggers { new_network: true, remembered_networks: remembered, ..Triggers::none() };
        let policy = Policy { mode: Mode::Required, triggers, never_new: vec!["10.0.0.0/8".parse().unwrap()] };
        let (mut mixed, mut without) = (History::default(), History::default());
        for (visit, office) in visits {
            let network = Network::of(IpAddr::from([if office { 10 } else { 192 }, 0, 2, visit]));
            let remembered_before = without.networks.contains(&network);
            prop_assert_eq!(is_new(&policy, &mixed, network), !office && !remembered_before);
            mixed.networks = policy.networks_after(&mixed, network);
            if !office {
                without.networks = policy.networks_after(&without, network);
            }
            prop_assert_eq!(&mixed.networks, &without.networks);
        }
    }

    /// D4: whatever is known of network and browser, it never takes a challenge away that something else demands.
    #[test]
    fn only_a_trusted_device_silences_a_trigger_and_only_its_own(
        now in circumstances(), history in histories(), triggers in any_triggers(), opted_in: bool, mode in 0_usize..3,
    ) {
        let mode = [Mode::Off, Mode::Optional, Mode::Required][mode];
        let policy = Policy { mode, triggers: triggers.clone(), never_new: vec!["10.0.0.0/8".parse().unwrap()] };
        let account = account(history, opted_in);
        let asked = |policy: &Policy, now: &Circumstances| reasons(&decide(policy, &account, now, &Channel::ALL));
        let reasons_now = asked(&policy, &now);
        let applies = mode == Mode::Required || (mode == Mode::Optional && opted_in);
        prop_assert!(applies || reasons_now.is_empty());
        // A device that is trusted takes away its own reason and no other.
        let trusted = Circumstances { device: DeviceStanding::Trusted(DeviceId(Uuid::from_u128(2))), ..now.clone() };
        let others: Vec<Trigger> =
            reasons_now.iter().copied().filter(|reason| *reason != Trigger::UntrustedDevice).collect();
        prop_assert_eq!(asked(&policy, &trusted), others);
        // Each trigger decides by itself: switching the others off takes away their reasons only.
        for trigger in Trigger::ALL {
            let alone = Policy { triggers: only(&triggers, trigger), ..policy.clone() };
            let expected: Vec<Trigger> = reasons_now.iter().copied().filter(|reason| *reason == trigger).collect();
            prop_assert_eq!(asked(&alone, &now), expected);
        }
        // A limit that is stricter never asks less.
        let stricter = Triggers {
            factor_older_than_days: triggers.factor_older_than_days.map(|days| days.saturating_sub(1).max(1)),
            failures_at_least: triggers.failures_at_least.map(|failures| failures.saturating_sub(1).max(1)),
            remembered_networks: triggers.remembered_networks.saturating_sub(1).max(1),
            ..triggers.clone()
        };
        let stricter = asked(&Policy { triggers: stricter, ..policy }, &now);
        prop_assert!(reasons_now.iter().all(|reason| stricter.contains(reason)));
    }
}

fn is_new(policy: &Policy, history: &History, network: Network) -> bool {
    let now = Circumstances { now: start(), device: DeviceStanding::Untrusted, network, browser: Browser::default() };
    !reasons(&decide(policy, &account(history.clone(), false), &now, &Channel::ALL)).is_empty()
}

fn reasons(decision: &Decision) -> Vec<Trigger> {
    match &decision.verdict {
        Verdict::Allow => Vec::new(),
        Verdict::Challenge { reasons, .. } => reasons.clone(),
        Verdict::Refuse(refusal) => unreachable!("an account with an address was refused: {refusal:?}"),
    }
}

fn account(history: History, opted_in: bool) -> Account {
    Account {
        id: AccountId(Uuid::from_u128(1)),
        realm: RealmName::internal(),
        source: SourceName::local(),
        role: Role::User,
        display_name: "Ana".to_owned(),
        contacts: Contacts { email: Some("ana@example.com".parse().unwrap()), phone: None },
        opted_in,
        disabled_at: None,
        code_failures: 0,
        factor_disabled_at: None,
        history,
    }
}

/// The triggers with all but one switched off.
fn only(triggers: &Triggers, trigger: Trigger) -> Triggers {
    let is = |this| trigger == this;
    Triggers {
        untrusted_device: triggers.untrusted_device && is(Trigger::UntrustedDevice),
        new_network: triggers.new_network && is(Trigger::NewNetwork),
        remembered_networks: triggers.remembered_networks,
        factor_older_than_days: triggers.factor_older_than_days.filter(|_| is(Trigger::FactorTooOld)),
        failures_at_least: triggers.failures_at_least.filter(|_| is(Trigger::RecentFailures)),
        changed_browser: triggers.changed_browser && is(Trigger::ChangedBrowser),
    }
}

fn networks() -> impl Strategy<Value = Network> {
    (prop_oneof![Just([10, 0, 0]), Just([192, 0, 2])], 0_u8..3)
        .prop_map(|([a, b, c], last)| Network::of(IpAddr::from([a, b, c, last])))
}

fn browsers() -> impl Strategy<Value = Browser> {
    ("[ab]", "[ab]", "[ab]").prop_map(|(family, system, language)| Browser { family, system, language })
}

fn circumstances() -> impl Strategy<Value = Circumstances> {
    (networks(), browsers()).prop_map(|(network, browser)| Circumstances {
        now: start(),
        device: DeviceStanding::Untrusted,
        network,
        browser,
    })
}

fn histories() -> impl Strategy<Value = History> {
    let ages = prop::option::of((1_i64..5, -1_i64..=1));
    (vec(networks(), 0..4), prop::option::of(browsers()), ages, 0_u32..5).prop_map(
        |(networks, browser, age, failures)| {
            let age = age.map(|(days, seconds)| hours(24 * days) + SignedDuration::from_secs(seconds));
            History { networks, browser, second_factor_at: age.map(|age| start() - age), failures }
        },
    )
}

fn any_triggers() -> impl Strategy<Value = Triggers> {
    let figures = (1_u8..4, prop::option::of(1_u16..5), prop::option::of(1_u32..5));
    (any::<[bool; 3]>(), figures).prop_map(|([untrusted_device, new_network, changed_browser], figures)| Triggers {
        untrusted_device,
        new_network,
        remembered_networks: figures.0,
        factor_older_than_days: figures.1,
        failures_at_least: figures.2,
        changed_browser,
    })
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}
