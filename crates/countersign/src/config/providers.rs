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

/// A provider, by the name it has in settings, the database and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProviderName {
    /// Text messages through ClickSend.
    ClickSend,
    /// Nothing leaves this machine.
    Sandbox,
    /// E-mail.
    Smtp,
    /// Text messages through TextMagic.
    TextMagic,
}

impl ProviderName {
    /// Every one, in the order in which they are used when nothing else is said; the sandbox only when it is alone.
    pub const ALL: [Self; 4] = [Self::Smtp, Self::ClickSend, Self::TextMagic, Self::Sandbox];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClickSend => "clicksend",
            Self::Sandbox => "sandbox",
            Self::Smtp => "smtp",
            Self::TextMagic => "textmagic",
        }
    }

    /// The channels it can deliver.
    pub const fn channels(self) -> &'static [Channel] {
        match self {
            Self::ClickSend | Self::TextMagic => &[Channel::Sms],
            Self::Sandbox => &[Channel::Email, Channel::Sms],
            Self::Smtp => &[Channel::Email],
        }
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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
            _ => tree.has_section(&format!("providers.{name}")),
        })
        .collect();
    let providers = Providers {
        clicksend: section(tree, ProviderName::ClickSend, ClickSendSettings::validate),
        sandbox,
        smtp: section(tree, ProviderName::Smtp, SmtpSettings::validate),
        textmagic: section(tree, ProviderName::TextMagic, TextMagicSettings::validate),
    };
    let channels = [Channel::Email, Channel::Sms].map(|channel| (channel, channel_order(tree, channel, &configured)));
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

fn section<T: DeserializeOwned>(tree: &mut Tree, name: ProviderName, check: fn(&T) -> Vec<Fault>) -> Option<T> {
    let path = format!("providers.{name}");
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
                tree.refuse_text(&key, &text, format!("a provider that is configured: add [providers.{name}]"));
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
