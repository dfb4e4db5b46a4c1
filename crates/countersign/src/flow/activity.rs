//! What happened to an account lately, for the person it belongs to: the audit log, less what only an administrator
//! understands.

use countersign_core::audit::Event;
use countersign_core::policy::Trigger;
use jiff::Timestamp;
use serde_json::Value;

use crate::app::App;
use crate::flow::Error;
use crate::flow::session::Current;
use crate::store::audit::AuditRow;

/// How many entries are read to find those that are shown.
const READ_MAX: u32 = 400;

/// What a person is shown, by the name in the log, with the word of its text.
const SHOWN: &[(Event, &str)] = &[
    (Event::AccountDisabled, "disabled"),
    (Event::AccountUnlocked, "unlocked"),
    (Event::CodeFactorDisabled, "codes-off"),
    (Event::CodeRejected, "wrong-code"),
    (Event::DeviceRenamed, "device-renamed"),
    (Event::DeviceTrusted, "device-trusted"),
    (Event::DevicesRevoked, "devices-revoked"),
    (Event::FactorReset, "factor-reset"),
    (Event::LoginChallenged, "challenged"),
    (Event::LoginFailed, "login-failed"),
    (Event::LoginPaused, "login-paused"),
    (Event::LoginRefused, "login-refused"),
    (Event::LoginSucceeded, "login"),
    (Event::NotMe, "not-me"),
    (Event::PasswordChanged, "password-changed"),
    (Event::PasswordReset, "password-reset"),
    (Event::PasswordResetAsked, "password-reset-asked"),
    (Event::RecoveryCodeAccepted, "recovery-code"),
    (Event::RecoveryCodeRejected, "wrong-recovery-code"),
    (Event::RecoveryCodesMade, "recovery-codes-made"),
    (Event::SessionEnded, "session-ended"),
    (Event::TokenReused, "device-copied"),
];

/// What nobody can cause who has not at least given the password; of this a person can say "This was not me".
const DISPUTABLE: &[Event] = &[
    Event::CodeRejected,
    Event::DeviceRenamed,
    Event::DeviceTrusted,
    Event::DevicesRevoked,
    Event::LoginChallenged,
    Event::LoginSucceeded,
    Event::PasswordChanged,
    Event::PasswordReset,
    Event::RecoveryCodeAccepted,
    Event::RecoveryCodeRejected,
    Event::RecoveryCodesMade,
    Event::TokenReused,
];

/// The words of all that is shown, for whoever has a text for each.
#[cfg(test)]
pub const WORDS: [&str; SHOWN.len()] = {
    let mut words = [""; SHOWN.len()];
    let mut number = 0;
    while number < words.len() {
        words[number] = SHOWN[number].1;
        number += 1;
    }
    words
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The number of its entry, where a person can say that it was not they.
    pub disputable: Option<i64>,
    /// What, as the end of a text's key.
    pub what: &'static str,
    /// When.
    pub at: Timestamp,
    /// From which address, if anybody asked for it from outside.
    pub ip: Option<String>,
    /// With which browser, in words.
    pub browser: Option<String>,
    /// For a login, why a code was asked for, or why not.
    pub why: Option<Why>,
}

/// Why a code was asked for, or why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was, because of these.
    Asked(Vec<Trigger>),
    /// It was not: the rules ask nobody, or not this person.
    NoneNeeded,
    /// It was not: nothing that the rules look at called for one.
    NothingFired,
}

/// What happened to the account, the newest first, at most `limit` entries.
pub async fn recent(app: &App, current: &Current, limit: usize) -> Result<Vec<Activity>, Error> {
    let rows = app.store.audit_entries(Some(current.account.account.id), READ_MAX).await?;
    Ok(rows.iter().filter_map(read).take(limit).collect())
}

fn read(row: &AuditRow) -> Option<Activity> {
    let (event, what) = SHOWN.iter().find(|(event, _)| event.as_str() == row.event)?;
    let why = matches!(event, Event::LoginSucceeded | Event::LoginChallenged)
        .then(|| why(row.detail.get("policy").unwrap_or(&Value::Null)))
        .flatten();
    Some(Activity {
        // What an administrator did at the command line came from no address.
        disputable: (row.ip.is_some() && DISPUTABLE.contains(event)).then_some(row.id),
        what,
        at: row.at,
        ip: row.ip.clone(),
        browser: row.detail.get("browser").and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned),
        why,
    })
}

/// A login with a code says which triggers asked for it, one without what each trigger found.
fn why(policy: &Value) -> Option<Why> {
    if let Some(reasons) = policy.get("reasons") {
        return serde_json::from_value(reasons.clone()).ok().map(Why::Asked);
    }
    let applies = policy.get("applies")?.as_bool()?;
    let has_fired = |finding: &&Value| {
        let holds = |name| finding.get(name).and_then(Value::as_bool).unwrap_or(false);
        holds("enabled") && holds("holds")
    };
    let fired = policy.get("triggers")?.as_array()?.iter().filter(has_fired);
    let reasons: Vec<Trigger> =
        fired.filter_map(|finding| serde_json::from_value(finding.get("trigger")?.clone()).ok()).collect();
    Some(match (applies, reasons.is_empty()) {
        (false, _) => Why::NoneNeeded,
        (true, true) => Why::NothingFired,
        (true, false) => Why::Asked(reasons),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn why_a_code_was_asked_for_is_read_from_either_trace() {
        let trigger = |name: &str, enabled, holds| json!({ "trigger": name, "enabled": enabled, "holds": holds });
        let trace = |applies, triggers: Value| json!({ "mode": "required", "applies": applies, "triggers": triggers });
        let fired = json!([trigger("new-network", true, true), trigger("untrusted-device", false, true)]);
        assert_eq!(why(&trace(true, fired.clone())), Some(Why::Asked(vec![Trigger::NewNetwork])));
        assert_eq!(why(&trace(false, fired)), Some(Why::NoneNeeded));
        assert_eq!(why(&trace(true, json!([trigger("new-network", true, false)]))), Some(Why::NothingFired));
        let reasons = json!({ "reasons": ["untrusted-device"] });
        assert_eq!(why(&reasons), Some(Why::Asked(vec![Trigger::UntrustedDevice])));
        assert_eq!(why(&Value::Null), None);
    }
}
