//! What would weaken or break the product, and is refused or warned about when it is set.

use super::{CLICKSEND, Case, SMTP};

#[test]
fn what_weakens_or_costs_is_warned_of() {
    let keys = |text: &str| {
        let least = "[realms.internal.policy.local]\nmode = \"required\"\n[site]\ncountry = \"CA\"\ncontact = \"IT\"\n";
        let case = Case::with(&format!("{least}{SMTP}{CLICKSEND}{text}"));
        case.load().warnings.into_iter().map(|warning| warning.key).collect::<Vec<_>>()
    };
    assert_eq!(keys("[lockout]\nfailures = 20\n"), ["lockout"]);
    assert_eq!(keys("[lockout]\npause = \"1m\"\ncode_failures = 100\n"), ["lockout", "lockout.code_failures"]);
    assert_eq!(keys("[send_limits.instance]\nper_hour = 2\n"), ["send_limits.instance"]);
    assert_eq!(keys("[send_limits.account]\nper_hour = 60\nper_day = 60\n"), ["send_limits.account"]);
}

#[test]
fn an_address_instead_of_a_name_is_warned_of_and_plain_http_only_to_others() {
    let least = "[realms.internal.policy.local]\nmode = \"required\"\n[site]\ncountry = \"CA\"\ncontact = \"IT\"\n";
    let case = Case::with(&format!("{least}{SMTP}{CLICKSEND}"))
        .variable("COUNTERSIGN__SERVER__PUBLIC_URL", "https://192.0.2.7")
        .variable("COUNTERSIGN__SERVER__ALLOWED_RETURNS", "http://localhost:3000,http://127.0.0.1:3000");
    let keys: Vec<String> = case.load().warnings.into_iter().map(|warning| warning.key).collect();
    assert_eq!(keys, ["server.public_url"]);
}

#[test]
fn what_would_break_the_product_is_refused_in_words() {
    let refused = |text: &str, told: &str| {
        let faults = Case::with(text).faults();
        assert!(faults.len() == 1 && faults[0].contains(told), "{text}: {faults:?}");
    };
    refused("[providers.sandbox]\n", "people would wait for codes that are not sent");
    for name in ["12345", "https://evil.example", "www.example.com", "<b>Shop</b>"] {
        refused(&format!("[site]\nname = \"{name}\"\n"), "it stands in every text message");
    }
    let halves = Case::with("").variable("COUNTERSIGN__SERVER__TRUSTED_PROXIES", "0.0.0.0/1,128.0.0.0/1");
    assert_eq!(halves.faults().len(), 2);
    Case::with("environment = \"test\"\n[providers.sandbox]\n").load();
}
