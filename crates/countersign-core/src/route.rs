//! Which provider and which sender serve which country.
//!
//! A text message is not a letter: whether it arrives depends on who sends it and where to. A number of the United States
//! reaches the United States and Canada, a Canadian one Canada; names and shared numbers reach neither. Gateways do not
//! refuse what cannot work: they replace the sender without a word, or bill a message that no carrier delivers. So the
//! rules are asked before anything is sent, and a destination that cannot be served is not offered.

use std::fmt;

use crate::channel::Channel;
use crate::contact;
use crate::country::Country;

/// What a message is sent from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A name of letters, one way only.
    Name(String),
    /// A number, with its country where its numbering plan tells one; a short code has none.
    Number {
        /// As it was written.
        number: String,
        /// Whose it is.
        country: Option<Country>,
    },
    /// Whatever number the gateway has to spare.
    Shared,
    /// The gateway chooses among numbers that only it knows.
    Unknown,
}

impl Sender {
    /// What a text from the settings names: a number with or without `+`, a short code, else a name.
    pub fn parse(text: &str) -> Self {
        let digits = text.strip_prefix('+').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Name(text.to_owned());
        }
        let country = if digits.len() > SHORT_CODE_LEN_MAX { contact::country_of(&format!("+{digits}")) } else { None };
        Self::Number { number: text.to_owned(), country }
    }

    /// Whether a text message from this sender arrives in a country, as far as the gateways' documents say.
    pub fn reaches(&self, to: Country) -> Reach {
        let north = to.is_north_american();
        match self {
            Self::Name(_) if north => Reach::Never(Obstacle::NameToNorthAmerica),
            Self::Shared if north => Reach::Never(Obstacle::SharedToNorthAmerica),
            Self::Number { country: Some(Country::CANADA), .. } if to != Country::CANADA => {
                Reach::Never(Obstacle::CanadianNumberAbroad)
            }
            Self::Number { country: Some(from), .. } if from.is_north_american() && !north => {
                Reach::Doubtful(Doubt::AmericanNumberAbroad)
            }
            Self::Number { country: Some(from), .. } if north && !from.is_north_american() => {
                Reach::Doubtful(Doubt::ForeignNumberToNorthAmerica)
            }
            Self::Name(_) | Self::Number { .. } | Self::Shared | Self::Unknown => Reach::Reaches,
        }
    }
}

/// Whether messages arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The documents do not promise it: worth a warning.
    Doubtful(Doubt),
    /// They do not: the destination is not offered.
    Never(Obstacle),
    /// As far as the documents say.
    Reaches,
}

/// Why messages never arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// Canadian numbers are for Canada.
    CanadianNumberAbroad,
    /// Carriers there deliver no messages from names.
    NameToNorthAmerica,
    /// No provider serves the country at all.
    NoProvider,
    /// The settings leave the country out.
    NotAllowed,
    /// Carriers there deliver no messages from shared numbers.
    SharedToNorthAmerica,
}

/// Why messages may not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// A number of the United States, used elsewhere.
    AmericanNumberAbroad,
    /// A number of another country, used for the United States or Canada.
    ForeignNumberToNorthAmerica,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CanadianNumberAbroad => "a Canadian number reaches Canada only",
            Self::NameToNorthAmerica => "a sender name reaches neither the USA nor Canada",
            Self::NoProvider => "no provider serves it",
            Self::NotAllowed => "phones.countries leaves it out",
            Self::SharedToNorthAmerica => "a shared number reaches neither the USA nor Canada; set a sender",
        })
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AmericanNumberAbroad => {
                "a number of the USA is promised to reach the USA and Canada only; elsewhere the gateway may replace it"
            }
            Self::ForeignNumberToNorthAmerica => {
                "the USA and Canada want an approved number of their own; the gateway may replace this one"
            }
        })
    }
}

/// The countries of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Countries {
    /// Every one that no other route names.
    Others,
    /// These.
    These(Vec<Country>),
}

/// A line of the country table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its name in the settings.
    pub name: String,
    /// The channel.
    pub channel: Channel,
    /// Where to.
    pub countries: Countries,
    /// The provider.
    pub provider: String,
    /// The sender, if another than the provider's own.
    pub sender: Option<Sender>,
}

/// The country table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes(pub Vec<Route>);

/// A provider of a channel, and what it sends from when no route says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Gateway<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its own sender.
    pub sender: &'a Sender,
}

/// A way that a message can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg<'a> {
    /// The provider.
    pub provider: &'a str,
    /// The sender, if another than the provider's own.
    pub sender: Option<&'a Sender>,
    /// Whether messages arrive that way.
    pub reach: Reach,
}

impl Routes {
    /// The ways to a country, in the order of the channel's providers: by the routes that name it; if none does, by those
    /// for the others; if there are none, by every provider with its own sender. `None` is a country that is not known.
    pub fn legs<'a>(&'a self, channel: Channel, to: Option<Country>, gateways: &[Gateway<'a>]) -> Vec<Leg<'a>> {
        let naming = |route: &&Route| match (&route.countries, to) {
            (Countries::These(countries), Some(to)) => countries.contains(&to),
            (Countries::These(_), None) | (Countries::Others, _) => false,
        };
        let of_channel: Vec<&Route> = self.0.iter().filter(|route| route.channel == channel).collect();
        let mut chosen: Vec<&Route> = of_channel.iter().copied().filter(naming).collect();
        if chosen.is_empty() {
            chosen = of_channel.into_iter().filter(|route| route.countries == Countries::Others).collect();
        }
        let leg = |gateway: &Gateway<'a>, sender: Option<&'a Sender>| Leg {
            provider: gateway.name,
            sender,
            reach: reach(channel, sender.unwrap_or(gateway.sender), to),
        };
        if chosen.is_empty() {
            return gateways.iter().map(|gateway| leg(gateway, None)).collect();
        }
        let named = |gateway: &Gateway<'_>| chosen.iter().find(|route| route.provider == gateway.name).copied();
        gateways.iter().filter_map(|gateway| Some(leg(gateway, named(gateway)?.sender.as_ref()))).collect()
    }
}

/// The facts are about text messages; a call comes from whatever number it comes from.
fn reach(channel: Channel, sender: &Sender, to: Option<Country>) -> Reach {
    match (channel, to) {
        (Channel::Sms, Some(to)) => sender.reaches(to),
        _ => Reach::Reaches,
    }
}

/// The longest short code, in digits.
const SHORT_CODE_LEN_MAX: usize = 6;
