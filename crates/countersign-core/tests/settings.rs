//! Settings: what may be left out, what is refused and in which words.

#![expect(clippy::unwrap_used, reason = "tests")]

use countersign_core::policy::{Choice, Mode, Preset, Triggers};
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::settings::Settings;
use countersign_core::throttle::Rate;
use jiff::SignedDuration;
use serde_json::{Value, json};

fn settings(document: Value) -> Settings {
    serde_json::from_value(document).unwrap()
}

/// `document` with the value at a dotted key.
fn at(key: &str, value: &Value) -> Value {
    key.rsplit('.').fold(value.clone(), |inner, part| json!({ part: inner }))
}

fn triggers_of(setting: &Value) -> Triggers {
    let settings = settings(at("realms.internal.policy.local", setting));
    settings.policy(&RealmName::internal(), &SourceName::local()).triggers
}

#[test]
fn nothing_given_is_the_defaults_and_they_are_right() {
    assert_eq!(settings(json!({})), Settings::default());
    assert_eq!(Settings::default().faults(), []);
}

#[test]
fn settings_are_stored_and_read_back() {
    let document = json!({
        "code": {"life": "5m"},
        "realms": {"partners": {"title": "Partners", "policy": {"ad": {"mode": "required", "preset": "when-something-changed"}}}},
        "trusted_device": {"renewal": "fixed", "life": "8h"},
    });
    let given = settings(document);
    let stored = serde_json::to_value(&given).unwrap();
    assert_eq!(stored["code"]["life"], "5m", "durations are written as people write them");
    assert_eq!(settings(stored), given);
}

#[test]
fn durations_are_read_as_people_write_them() {
    for (text, minutes) in [("10m", 10), ("5 minutes", 5), ("1h 30m", 90), ("48h", 2_880), ("PT10M", 10)] {
        let pause = settings(json!({"lockout": {"pause": text}})).lockout.pause;
        assert_eq!(pause, SignedDuration::from_mins(minutes), "{text}");
    }
    for wrong in [json!("ten"), json!(""), json!(10), json!("10")] {
        assert!(serde_json::from_value::<Settings>(json!({"lockout": {"pause": wrong}})).is_err(), "{wrong}");
    }
}

#[test]
fn a_realm_given_in_part_keeps_its_title_and_the_others() {
    let given = settings(at("realms.internal.policy.local.mode", &json!("required")));
    let title = |settings: &Settings, name: RealmName| settings.realms[&name].title.clone();
    assert_eq!(title(&given, RealmName::internal()), "Staff");
    assert_eq!(title(&given, RealmName::external()), "Customers");
    assert_eq!(given.policy(&RealmName::internal(), &SourceName::local()).mode, Mode::Required);
    assert_eq!(given.policy(&RealmName::external(), &SourceName::local()).mode, Mode::Off);
    assert_eq!(given.policy(&RealmName::internal(), &"ad".parse().unwrap()).mode, Mode::Off);

    let renamed = settings(at("realms.external.title", &json!("Clients")));
    assert_eq!(title(&renamed, RealmName::external()), "Clients");
    let added = settings(at("realms.partners.title", &json!("Partners")));
    assert_eq!(added.realms.len(), 3);
    // An empty title was written by somebody, so it is a fault and not a reason to guess.
    assert_eq!(settings(at("realms.internal.title", &json!(""))).faults()[0].key, "realms.internal.title");
}

#[test]
fn send_limits_given_in_part_keep_the_other_figures() {
    let defaults = Settings::default().send_limits;
    let given = settings(at("send_limits.account.per_hour", &json!(3))).send_limits;
    assert_eq!(given.account, Rate { per_hour: 3, per_day: defaults.account.per_day });
    assert_eq!((given.instance, given.cooldown), (defaults.instance, defaults.cooldown));
}

#[test]
fn triggers_that_are_written_out_are_the_only_ones() {
    assert_eq!(triggers_of(&json!({"mode": "required"})), Preset::UnlessDeviceTrusted.triggers(None));
    let preset = triggers_of(&json!({"mode": "required", "preset": "when-something-changed"}));
    assert_eq!(preset, Preset::WhenSomethingChanged.triggers(None));
    let written = triggers_of(&json!({"mode": "required", "triggers": {"new_network": true}}));
    assert_eq!(written, Triggers { new_network: true, ..Triggers::none() });
}

/// Web+Center's words, and what an administrator writes for each.
#[test]
fn every_choice_of_web_center_can_be_written() {
    for (setting, choice, triggers) in [
        (json!({}), Choice::None, Triggers::default()),
        (json!({"mode": "optional"}), Choice::EachPerson, Triggers::default()),
        (json!({"mode": "optional", "preset": "again-after-days"}), Choice::EachPerson, after(30)),
        (json!({"mode": "required"}), Choice::ForcedForAll, Triggers::default()),
        (
            json!({"mode": "required", "preset": "when-something-changed", "days": 14}),
            Choice::ForcedForAll,
            Triggers { factor_older_than_days: Some(14), ..Preset::WhenSomethingChanged.triggers(None) },
        ),
        (json!({"mode": "required", "preset": "again-after-days"}), Choice::AgainAfterDays, after(30)),
        (json!({"mode": "required", "preset": "again-after-days", "days": 90}), Choice::AgainAfterDays, after(90)),
        (json!({"mode": "required", "triggers": {"factor_older_than_days": 5}}), Choice::AgainAfterDays, after(5)),
    ] {
        for source in ["local", "ad"] {
            let settings = settings(at(&format!("realms.external.policy.{source}"), &setting));
            assert_eq!(settings.faults(), [], "{setting}");
            let policy = settings.policy(&RealmName::external(), &source.parse().unwrap());
            assert_eq!((policy.choice(), &policy.triggers), (choice, &triggers), "{source}: {setting}");
        }
    }
}

fn after(days: u16) -> Triggers {
    Triggers { factor_older_than_days: Some(days), ..Triggers::none() }
}

#[test]
fn days_are_for_presets_that_count_them() {
    let key = "realms.internal.policy.local.days";
    let faults = |setting: Value| {
        let found = settings(at("realms.internal.policy.local", &setting)).faults();
        found.into_iter().map(|fault| fault.key).collect::<Vec<_>>()
    };
    for preset in ["again-after-days", "when-something-changed"] {
        for (days, wrong) in [(0, true), (1, false), (365, false), (366, true)] {
            let found = faults(json!({"mode": "required", "preset": preset, "days": days}));
            assert_eq!(found.iter().any(|found| found == key), wrong, "{preset} {days}");
        }
    }
    assert_eq!(faults(json!({"mode": "required", "days": 7})), [key]);
    assert_eq!(faults(json!({"mode": "required", "preset": "unless-device-trusted", "days": 7})), [key]);
    assert_eq!(faults(json!({"mode": "required", "triggers": {"new_network": true}, "days": 7})), [key]);
}

#[test]
fn networks_that_never_count_as_new_are_every_policys() {
    let given = settings(json!({"networks": {"never_new": ["10.0.0.0/8", "2001:db8::1"]}}));
    for realm in [RealmName::internal(), RealmName::external()] {
        assert_eq!(given.policy(&realm, &SourceName::local()).never_new, given.networks.never_new);
    }
    let stored = serde_json::to_value(&given).unwrap();
    assert_eq!(stored["networks"]["never_new"], json!(["10.0.0.0/8", "2001:db8::/64"]));
    assert_eq!(settings(stored), given);
    let many = |count: u8| {
        settings(json!({"networks": {"never_new": (0..count).map(|n| format!("192.0.2.{n}")).collect::<Vec<_>>()}}))
    };
    assert_eq!(many(100).faults(), []);
    assert_eq!(many(101).faults()[0].key, "networks.never_new");
}

#[test]
fn an_unknown_key_is_refused_by_its_name() {
    for key in [
        "colour",
        "code.lives",
        "site.title",
        "realms.internal.titel",
        "realms.internal.policy.local.modes",
        "realms.internal.policy.local.triggers.device",
        "send_limits.acount",
        "send_limits.account.per_minute",
        "trusted_device.lifetime",
        "session.timeout",
        "lockout.tries",
    ] {
        let error = serde_json::from_value::<Settings>(at(key, &json!({}))).unwrap_err().to_string();
        let name = key.rsplit('.').next().unwrap();
        assert!(error.contains(&format!("unknown field `{name}`")), "{key}: {error}");
    }
    assert!(serde_json::from_value::<Settings>(at("realms.Staff.title", &json!("Staff"))).is_err());
}

/// The first value of a row is just wrong and the second just right, where there are two.
#[test]
fn each_figure_out_of_range_is_a_fault_with_its_key() {
    let policy = "realms.internal.policy.local";
    let long = "x".repeat(121);
    for (key, wrong, right) in [
        ("site.name", json!(" "), json!("Q360")),
        ("site.name", json!(long), json!("é".repeat(120))),
        ("site.contact", json!("a\nb"), json!("the desk, +1 416 555 0123")),
        ("site.country", json!("ZZ"), json!("CA")),
        ("site.country", json!("ca"), json!("GB")),
        ("code.life", json!("4m 59s"), json!("5m")),
        ("code.life", json!("10m 1s"), json!("10m")),
        ("code.tries", json!(0), json!(1)),
        ("code.tries", json!(6), json!(5)),
        ("lockout.failures", json!(2), json!(3)),
        ("lockout.failures", json!(21), json!(20)),
        ("lockout.pause", json!("59s"), json!("1m")),
        ("lockout.pause", json!("24h 1s"), json!("24h")),
        ("lockout.code_failures", json!(4), json!(5)),
        ("lockout.code_failures", json!(101), json!(100)),
        ("send_limits.cooldown", json!("9s"), json!("10s")),
        ("send_limits.cooldown", json!("5m 1s"), json!("5m")),
        ("trusted_device.life", json!("59m"), json!("1h")),
        ("trusted_device.life", json!("721h"), json!("720h")),
        ("trusted_device.cap", json!("2161h"), json!("2160h")),
        ("trusted_device.per_account", json!(0), json!(1)),
        ("trusted_device.per_account", json!(21), json!(20)),
        ("session.idle", json!("1m"), json!("2m")),
        ("session.idle", json!("13h"), json!("12h")),
        ("session.absolute", json!("721h"), json!("720h")),
    ] {
        assert_one_fault(key, &at(key, &wrong), &at(key, &right));
    }
    for limit in ["account", "destination", "number_range", "network", "instance"] {
        let key = format!("send_limits.{limit}");
        let rate = |per_hour: u32, per_day: u32| at(&key, &json!({"per_hour": per_hour, "per_day": per_day}));
        assert_one_fault(&key, &rate(0, 5), &rate(1, 1));
        assert_one_fault(&key, &rate(6, 5), &rate(5, 5));
        assert_one_fault(&key, &rate(1, 1_000_001), &rate(1, 1_000_000));
    }
    for (name, low, high) in
        [("remembered_networks", 1, 20), ("factor_older_than_days", 1, 365), ("failures_at_least", 1, 100)]
    {
        let setting = |figure: u32| at(policy, &json!({"triggers": {"untrusted_device": true, name: figure}}));
        let key = format!("{policy}.triggers.{name}");
        assert_one_fault(&key, &setting(low - 1), &setting(low));
        assert_one_fault(&key, &setting(high + 1), &setting(high));
    }
}

fn assert_one_fault(key: &str, wrong: &Value, right: &Value) {
    let faults = settings(wrong.clone()).faults();
    let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(keys, [key], "{wrong}");
    assert_eq!(settings(right.clone()).faults(), [], "{right}");
}

/// S1, D7: the reason is given, for the one who wonders why.
#[test]
fn a_code_life_out_of_bounds_is_refused_with_the_reason() {
    for (life, shown) in [("4m", "4m"), ("PT15M", "15m"), ("90 seconds", "1m 30s")] {
        let faults = settings(at("code.life", &json!(life))).faults();
        let reason = "5m to 10m: messages may be minutes late, and NIST SP 800-63B-4 allows a code 10 minutes";
        assert_eq!(
            faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [format!("code.life = {shown}: {reason}")]
        );
    }
}

#[test]
fn a_policy_that_contradicts_itself_is_a_fault() {
    let key = "realms.internal.policy.local";
    let faults = |setting: Value| {
        let found = settings(at(key, &setting)).faults();
        found.into_iter().map(|fault| fault.key).collect::<Vec<_>>()
    };
    let both = json!({"mode": "required", "preset": "unless-device-trusted", "triggers": {"new_network": true}});
    assert_eq!(faults(both), [key]);
    for mode in ["optional", "required"] {
        assert_eq!(faults(json!({"mode": mode, "triggers": {}})), [format!("{key}.triggers")]);
    }
    assert_eq!(faults(json!({"mode": "off", "triggers": {}})), [""; 0]);
}

#[test]
fn all_faults_are_told_at_once() {
    let document = json!({"code": {"life": "1m", "tries": 9}, "site": {"name": ""}, "lockout": {"failures": 0}});
    let keys: Vec<String> = settings(document).faults().into_iter().map(|fault| fault.key).collect();
    assert_eq!(keys, ["site.name", "code.life", "code.tries", "lockout.failures"]);
}

#[test]
fn there_are_at_most_32_realms() {
    let realms = |count: usize| {
        let names = (0..count).map(|n| (format!("r{n}"), json!({"title": "R"})));
        settings(json!({"realms": names.collect::<serde_json::Map<_, _>>()})).faults()
    };
    assert_eq!(realms(30), []);
    assert_eq!(realms(31)[0].key, "realms");
}
