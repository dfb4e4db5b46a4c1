//! The sections `[providers.…]` and `[channels]`: what delivers messages, and in which order.

use std::collections::BTreeMap;
use std::fmt;

use countersign_core::channel::Channel;
use serde::de::DeserializeOwned;

use crate::config::keys::Given;
use crate::config::table;
use crate::config::tree::Tree;
use crate::courier::clicksend::ClickSendSettings;
use crate::courier::dispatch::Allowed;
use crate::courier::settings::Fault;
use crate::courier::smtp::SmtpSettings;
use crate::courier::textmagic::TextMagicSettings;
use crate::courier::twilio::{TwilioSettings, messaging, verify, voice};

/// A provider, by the name it has in settings, the database and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProviderName {
    /// Text messages and calls through ClickSend.
    ClickSend,
    /// Nothing leaves this machine.
    Sandbox,
    /// E-mail.
    Smtp,
    /// Text messages and calls through TextMagic.
    TextMagic,
    /// Text messages through Twilio.
    Twilio,
    /// Verifications through Twilio.
    TwilioVerify,
    /// Calls through Twilio.
    TwilioVoice,
}

impl ProviderName {
    /// Every one, in the order in which they are used when nothing else is said; the sandbox only when it is alone.
    pub const ALL: [Self; 7] = [
        Self::Smtp,
        Self::ClickSend,
        Self::TextMagic,
        Self::Twilio,
        Self::TwilioVoice,
        Self::TwilioVerify,
        Self::Sandbox,
    ];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClickSend => "clicksend",
            Self::Sandbox => "sandbox",
            Self::Smtp => "smtp",
            Self::TextMagic => "textmagic",
            Self::Twilio => messaging::NAME,
            Self::TwilioVerify => verify::NAME,
            Self::TwilioVoice => voice::NAME,
        }
    }

    /// The channels it can deliver.
    pub const fn channels(self) -> &'static [Channel] {
        match self {
            Self::ClickSend | Self::TextMagic | Self::TwilioVerify => &[Channel::Sms, Channel::Voice],
            Self::Sandbox => &Channel::ALL,
            Self::Smtp => &[Channel::Email],
            Self::Twilio => &[Channel::Sms],
            Self::TwilioVoice => &[Channel::Voice],
        }
    }

    /// Whether it is used for a channel that the configuration does not speak of. Calls are made only where that was meant:
    /// an account for text messages is no wish to call, and only Twilio waits for a key, so that no mailbox keeps the code.
    const fn serves_unasked(self, channel: Channel) -> bool {
        !matches!(channel, Channel::Voice) || matches!(self, Self::TwilioVerify | Self::TwilioVoice)
    }

    /// The section of its settings, and the keys of which one makes it one of the configured ones; none: the section does.
    const fn section(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::ClickSend => ("providers.clicksend", &[]),
            Self::Sandbox => ("providers.sandbox", &[]),
            Self::Smtp => ("providers.smtp", &[]),
            Self::TextMagic => ("providers.textmagic", &[]),
            Self::Twilio => (TWILIO, &["sender"]),
            Self::TwilioVerify => (TWILIO, &["verify_service"]),
            Self::TwilioVoice => (TWILIO, &["caller"]),
        }
    }

    /// What to write into the configuration to have it.
    fn remedy(self) -> String {
        let (section, keys) = self.section();
        match keys.first() {
            Some(key) => format!("set {section}.{key}"),
            None => format!("add [{section}]"),
        }
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The section of Twilio, which has three providers.
const TWILIO: &str = "providers.twilio";

/// The providers that are configured.
#[derive(Clone, Debug, Default)]
pub struct Providers {
    /// ClickSend.
    pub clicksend: Option<ClickSendSettings>,
    /// Whether there is the sandbox.
    pub sandbox: bool,
    /// The mail server.
    pub smtp: Option<SmtpSettings>,
    /// TextMagic.
    pub textmagic: Option<TextMagicSettings>,
    /// The account at Twilio, for up to three providers.
    pub twilio: Option<TwilioSettings>,
}

/// Which providers deliver on which channel, in order. A channel without one is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channels(BTreeMap<Channel, Vec<ProviderName>>);

impl Channels {
    /// The providers of a channel: the first is used, the next when it fails.
    pub fn providers(&self, channel: Channel) -> &[ProviderName] {
        self.0.get(&channel).map_or(&[], Vec::as_slice)
    }

    /// The channels that have a provider.
    pub fn working(&self) -> Vec<Channel> {
        self.0.keys().copied().collect()
    }

    /// The sandbox on every channel that it can deliver: a demo, or quarantine.
    pub fn sandbox() -> Self {
        let channels = ProviderName::Sandbox.channels().iter();
        Self(channels.map(|channel| (*channel, vec![ProviderName::Sandbox])).collect())
    }
}

/// Reads the sections.
pub(super) fn read(tree: &mut Tree) -> (Providers, Channels) {
    let sandbox = tree.has_section("providers.sandbox")
        && tree.values.get("providers.sandbox.enabled").is_none_or(|given| given.value.as_bool() == Some(true));
    // A provider whose settings have faults counts as configured, so that its name is not a fault as well.
    let configured: Vec<ProviderName> = ProviderName::ALL
        .into_iter()
        .filter(|name| match name {
            ProviderName::Sandbox => sandbox,
            _ => is_configured(tree, *name),
        })
        .collect();
    let providers = Providers {
        clicksend: section(tree, ProviderName::ClickSend, ClickSendSettings::validate),
        sandbox,
        smtp: section(tree, ProviderName::Smtp, SmtpSettings::validate),
        textmagic: section(tree, ProviderName::TextMagic, TextMagicSettings::validate),
        twilio: section(tree, ProviderName::Twilio, TwilioSettings::validate),
    };
    let channels = Channel::ALL.map(|channel| (channel, channel_order(tree, channel, &configured)));
    let sandboxed = channels.iter().any(|(_, names)| names.contains(&ProviderName::Sandbox));
    if sandboxed && tree.text("server.environment").is_none_or(|environment| environment == "production") {
        let origin = tree.origin("providers.sandbox");
        let allowed = "a provider that delivers, or another server.environment such as \"test\": in production people \
                       would wait for codes that are not sent";
        tree.refuse("providers.sandbox", "the sandbox".to_owned(), origin, allowed);
    }
    (providers, Channels(channels.into_iter().filter(|(_, names)| !names.is_empty()).collect()))
}

/// Reads who gets messages even in quarantine.
pub(super) fn allowed_in_quarantine(tree: &mut Tree) -> Allowed {
    let key = "quarantine.allow";
    let mut allowed = Allowed::default();
    for text in tree.list(key).unwrap_or_default() {
        if !allowed.add(&text) {
            tree.refuse_text(key, &text, "phone numbers with + and country code, and e-mail addresses, each in full");
        }
    }
    allowed
}

fn is_configured(tree: &Tree, name: ProviderName) -> bool {
    let (section, keys) = name.section();
    // A key whose value was refused says that it is wanted.
    let given = |key: &&str| tree.origin(&format!("{section}.{key}")).is_some();
    tree.has_section(section) && (keys.is_empty() || keys.iter().any(given))
}

fn section<T: DeserializeOwned>(tree: &mut Tree, name: ProviderName, check: fn(&T) -> Vec<Fault>) -> Option<T> {
    let (path, _) = name.section();
    let path = path.to_owned();
    if !tree.has_section(&path) {
        return None;
    }
    let section = table::sections().find(|section| section.path == path)?;
    let given = tree.table(&path);
    for key in section.keys {
        if matches!(key.given, Given::Refused(_)) && !given.contains_key(key.name) {
            tree.missing(&format!("{path}.{}", key.name), key.about);
        }
    }
    if tree.was_refused(&path) {
        return None;
    }
    // Every type was checked before; what is left is a key that is missing, which was noted.
    let settings: T = given.try_into().ok()?;
    for fault in check(&settings) {
        let key = format!("{path}.{}", fault.key);
        let origin = tree.origin(&key).or_else(|| tree.origin(&path));
        tree.refuse(&key, fault.value, origin, fault.allowed);
    }
    Some(settings)
}

fn channel_order(tree: &mut Tree, channel: Channel, configured: &[ProviderName]) -> Vec<ProviderName> {
    let key = format!("channels.{channel}");
    let able = |name: &ProviderName| name.channels().contains(&channel);
    let Some(given) = tree.list(&key) else {
        let able = |name: &ProviderName| able(name) && name.serves_unasked(channel);
        let real: Vec<_> = configured.iter().copied().filter(|name| *name != ProviderName::Sandbox).collect();
        let choice = if real.iter().any(able) { real } else { configured.to_vec() };
        return choice.into_iter().filter(able).collect();
    };
    let mut order = Vec::new();
    for text in given {
        let name = ProviderName::ALL.into_iter().find(|name| name.as_str() == text);
        match name {
            Some(name) if !able(&name) => {
                tree.refuse_text(&key, &text, format!("a provider that delivers {channel}: {}", names(able)));
            }
            Some(name) if !configured.contains(&name) => {
                tree.refuse_text(&key, &text, format!("a provider that is configured: {}", name.remedy()));
            }
            Some(name) if order.contains(&name) => tree.refuse_text(&key, &text, "each provider once"),
            Some(name) => order.push(name),
            None => tree.refuse_text(&key, &text, format!("a provider that delivers {channel}: {}", names(able))),
        }
    }
    order
}

fn names(able: impl Fn(&ProviderName) -> bool) -> String {
    let names = ProviderName::ALL.into_iter().filter(able);
    names.map(ProviderName::as_str).collect::<Vec<_>>().join(", ")
}
