//! What happened to the account lately: the newest on `/account`, more of it on `/account/activity`.

use askama::Template;

use crate::i18n::Texts;
use crate::web::views::moment::Moment;
use crate::web::views::shell::{Page, Shell};

/// Something that happened.
#[derive(Clone)]
pub struct Event {
    /// Where a person says that it was not they, if anybody can have been.
    pub not_me_url: Option<String>,
    /// What, as the end of a text's key (`activity-…`).
    pub what: &'static str,
    /// When.
    pub at: Moment,
    /// From which address.
    pub from: Option<String>,
    /// With which browser, in words.
    pub browser: Option<String>,
    /// Why a code was asked for, or why not.
    pub why: Option<WhyCode>,
}

/// Why a code was asked for, or why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyCode {
    /// It was, because of these triggers, by name.
    Asked(Vec<&'static str>),
    /// It was not: none is asked of this account.
    NoneNeeded,
    /// It was not: nothing called for one.
    NothingFired,
}

impl Event {
    /// What happened, as a sentence.
    pub fn text(&self, tx: &Texts) -> String {
        tx.t(&format!("activity-{}", self.what))
    }

    /// Why a code was asked for, or why not, as a sentence.
    pub fn why_text(&self, tx: &Texts) -> Option<String> {
        Some(match self.why.as_ref()? {
            WhyCode::Asked(reasons) => {
                let reasons: Vec<String> =
                    reasons.iter().map(|name| tx.t(&format!("activity-reason-{name}"))).collect();
                tx.t1("activity-code-asked", "reasons", reasons.join(", "))
            }
            WhyCode::NoneNeeded => tx.t("activity-code-none"),
            WhyCode::NothingFired => tx.t("activity-code-nothing"),
        })
    }
}

/// The page with more of it.
#[derive(Template)]
#[template(path = "account_activity.html")]
pub struct ActivityPage {
    /// The frame.
    pub shell: Shell,
    /// The forms' anti-forgery token.
    pub csrf: String,
    /// What happened, the newest first.
    pub activity: Vec<Event>,
}

impl Page for ActivityPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("activity-title")
    }
}

#[cfg(test)]
impl Event {
    pub(super) fn samples() -> Vec<Self> {
        use countersign_core::policy::Trigger;

        let event = |what, why| Self {
            not_me_url: Some("/account/activity/1/not-me".into()),
            what,
            at: Moment::date_time(jiff::Timestamp::UNIX_EPOCH),
            from: Some("2001:db8:85a3:8d3:1319:8a2e:370:7348".into()),
            browser: Some("Firefox · Windows 10".into()),
            why,
        };
        let reasons = Trigger::ALL.map(Trigger::as_str).into();
        vec![
            event("login", Some(WhyCode::Asked(reasons))),
            event("login", Some(WhyCode::NoneNeeded)),
            event("challenged", Some(WhyCode::NothingFired)),
            Self { not_me_url: None, from: None, browser: None, ..event("unlocked", None) },
        ]
    }
}

#[cfg(test)]
impl ActivityPage {
    pub(in crate::web::views) fn samples(shell: &Shell) -> Vec<Self> {
        let whats = crate::flow::activity::WORDS.iter().map(|what| Event { what, ..Event::samples().remove(3) });
        let all: Vec<Event> = Event::samples().into_iter().chain(whats).collect();
        let page = |activity| Self { shell: shell.clone(), csrf: "token".into(), activity };
        vec![page(all), page(Vec::new())]
    }
}
