//! The sections `[routes.…]`: the country table.

use countersign_core::channel::Channel;
use countersign_core::country::Country;
use countersign_core::route::{Countries, Route, Routes, Sender};

use crate::config::providers::{Channels, ProviderName};
use crate::config::tree::Tree;
use crate::courier::settings;

/// What stands for every country that no other route names.
const OTHERS: &str = "*";

/// Reads the sections. Each fault is noted with its key, and its route left out.
pub(super) fn read(tree: &mut Tree, channels: &Channels) -> Routes {
    let mut routes: Vec<Route> = Vec::new();
    for name in tree.names("routes") {
        let Some(route) = route(tree, channels, &name) else { continue };
        if let Some(earlier) = routes.iter().find(|earlier| collide(earlier, &route)) {
            let allowed = format!("countries that routes.{} does not name for the same provider", earlier.name);
            let shown = tree.list(&format!("routes.{name}.countries")).unwrap_or_default().join(", ");
            tree.refuse_text(&format!("routes.{name}.countries"), &shown, allowed);
            continue;
        }
        routes.push(route);
    }
    Routes(routes)
}

/// Whether two routes speak of the same way.
fn collide(one: &Route, other: &Route) -> bool {
    let shared = match (&one.countries, &other.countries) {
        (Countries::These(these), Countries::These(others)) => these.iter().any(|country| others.contains(country)),
        (Countries::Others, Countries::Others) => true,
        _ => false,
    };
    shared && one.channel == other.channel && one.provider == other.provider
}

fn route(tree: &mut Tree, channels: &Channels, name: &str) -> Option<Route> {
    let path = |key: &str| format!("routes.{name}.{key}");
    let channel = tree.text(&path("channel")).and_then(|text| text.parse().ok()).unwrap_or(Channel::Sms);
    let countries = countries(tree, &path("countries"));
    let provider = provider(tree, channels, channel, &path("provider"));
    let sender = sender(tree, provider, &path("sender"));
    let (countries, provider) = countries.zip(provider)?;
    Some(Route { name: name.to_owned(), channel, countries, provider: provider.as_str().to_owned(), sender })
}

fn countries(tree: &mut Tree, key: &str) -> Option<Countries> {
    let allowed = "countries in two capital letters (ISO 3166), or [\"*\"] alone for all others";
    let Some(given) = tree.list(key) else {
        tree.missing(key, allowed);
        return None;
    };
    if given == [OTHERS] {
        return Some(Countries::Others);
    }
    let mut countries: Vec<Country> = Vec::new();
    for text in &given {
        match text.parse() {
            Ok(country) => countries.push(country),
            Err(_) => tree.refuse_text(key, text, allowed),
        }
    }
    if given.is_empty() {
        tree.refuse_text(key, "", allowed);
    }
    Some(Countries::These(countries))
}

fn provider(tree: &mut Tree, channels: &Channels, channel: Channel, key: &str) -> Option<ProviderName> {
    let able = channels.providers(channel);
    let allowed = || {
        let names: Vec<&str> = able.iter().map(|name| name.as_str()).collect();
        format!(
            "a provider of channels.{channel}: {}",
            if names.is_empty() { "there is none".to_owned() } else { names.join(", ") }
        )
    };
    let Some(text) = tree.text(key) else {
        tree.missing(key, &allowed());
        return None;
    };
    let found = able.iter().copied().find(|name| name.as_str() == text);
    if found.is_none() {
        tree.refuse_text(key, &text, allowed());
    }
    found
}

fn sender(tree: &mut Tree, provider: Option<ProviderName>, key: &str) -> Option<Sender> {
    let text = tree.text(key)?;
    if let Some(fault) = settings::check_sender(&text) {
        tree.refuse_text(key, &text, fault.allowed);
    } else if provider == Some(ProviderName::TextMagic) && text.contains(' ') {
        tree.refuse_text(key, &text, "a sender name without spaces");
    }
    Some(Sender::parse(&text))
}
