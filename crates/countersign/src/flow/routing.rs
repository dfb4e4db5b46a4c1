//! Which people a provider and its sender do not reach: told before they wait for a code.

use std::collections::BTreeMap;

use countersign_core::channel::Channel;
use countersign_core::contact::Phone;
use countersign_core::country::Country;
use countersign_core::phones::PhoneRules;
use countersign_core::route::{Doubt, Obstacle, Reach};

use crate::app::App;
use crate::courier::roster::Roster;
use crate::flow::Error;
use crate::store::Store;

/// How many numbers are read at once.
const PAGE: u32 = 10_000;

/// A country where something is wrong, with the people concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The channel.
    pub channel: Channel,
    /// The country.
    pub country: Country,
    /// How many accounts have a number there.
    pub accounts: u64,
    /// What is wrong.
    pub finding: Finding,
}

/// What is wrong with the way to a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Messages arrive there, if at all, by luck.
    Doubtful(Doubt),
    /// The destination is not offered.
    Unserved(Obstacle),
}

impl Gap {
    /// It in a sentence.
    pub fn sentence(&self) -> String {
        let Self { channel, country, accounts, finding } = self;
        let whose = if *accounts == 1 { "1 account".to_owned() } else { format!("{accounts} accounts") };
        match finding {
            Finding::Doubtful(doubt) => format!("{channel} to {country} may not arrive ({whose}): {doubt}"),
            Finding::Unserved(why) => format!("{channel} to {country} is not offered ({whose}): {why}"),
        }
    }
}

/// Tells in the log, at the start, which people are not reached.
pub async fn announce(app: &App) -> Result<(), Error> {
    for gap in survey(&app.store, &app.settings.phones, app.couriers.roster()).await? {
        tracing::warn!(channel = %gap.channel, country = %gap.country, accounts = gap.accounts, "{}", gap.sentence());
    }
    Ok(())
}

/// Looks at every country in which accounts have a number.
pub async fn survey(store: &Store, phones: &PhoneRules, roster: &Roster) -> Result<Vec<Gap>, Error> {
    let channels: Vec<Channel> =
        [Channel::Sms, Channel::Voice].into_iter().filter(|channel| !roster.of(*channel).is_empty()).collect();
    if channels.is_empty() {
        return Ok(Vec::new());
    }
    let mut gaps = Vec::new();
    for (country, accounts) in count(store).await? {
        for channel in channels.iter().copied() {
            if let Some(finding) = finding(phones, roster, channel, country) {
                gaps.push(Gap { channel, country, accounts, finding });
            }
        }
    }
    Ok(gaps)
}

fn finding(phones: &PhoneRules, roster: &Roster, channel: Channel, country: Country) -> Option<Finding> {
    if !phones.allow_country(country) {
        return Some(Finding::Unserved(Obstacle::NotAllowed));
    }
    let ways = roster.ways(channel, Some(country));
    // The first way on which messages may arrive is the one that is used.
    let used = ways.iter().find(|way| !matches!(way.reach, Reach::Never(_)));
    match (used.map(|way| way.reach), ways.first().map(|way| way.reach)) {
        (Some(Reach::Doubtful(doubt)), _) => Some(Finding::Doubtful(doubt)),
        (Some(_), _) => None,
        (None, Some(Reach::Never(why))) => Some(Finding::Unserved(why)),
        (None, _) => Some(Finding::Unserved(Obstacle::NoProvider)),
    }
}

/// How many accounts have a verified number in each country. The whole number tells: countries share codes.
async fn count(store: &Store) -> Result<BTreeMap<Country, u64>, Error> {
    let mut counts = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page = store.phones(&after, PAGE).await?;
        for number in &page {
            if let Some(country) = Phone::parse(number, None).ok().and_then(|phone| phone.country()) {
                *counts.entry(country).or_insert(0) += 1;
            }
        }
        match page.last() {
            Some(last) if page.len() == usize::try_from(PAGE).unwrap_or(usize::MAX) => last.clone_into(&mut after),
            _ => return Ok(counts),
        }
    }
}
