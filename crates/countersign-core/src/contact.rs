//! Addresses and phone numbers: parsing, masking, and the destinations an account has.

use std::fmt;
use std::str::FromStr;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};
use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::country::Country;

/// The longest address, in bytes (RFC 5321, 4.5.3.1.3, less the brackets).
const EMAIL_LEN_MAX: usize = 254;

/// The longest text taken for a phone number; longer ones are refused before any parser sees them.
const PHONE_INPUT_LEN_MAX: usize = 40;

/// The longest number: a plus sign and 15 digits (ITU-T E.164, 6.2.1).
const E164_LEN_MAX: usize = 16;

/// What stands for the hidden part of a mask; always the same, so that it does not tell how much is hidden.
const HIDDEN: &str = "••••";

/// An e-mail address: the local part as given, the domain in lower-case ASCII.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address, to send to and to show to its owner.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first two characters of the local part and the whole domain; one character of two, none of one.
    pub fn mask(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or_default();
        let shown = match local.chars().count() {
            0 | 1 => 0,
            2 => 1,
            _ => 2,
        };
        let start: String = local.chars().take(shown).collect();
        format!("{start}{HIDDEN}@{domain}")
    }
}

/// A contact prints masked, so that a log line or a panic cannot give it away.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mask())
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = BadContact;

    fn try_from(text: String) -> Result<Self, BadContact> {
        text.parse()
    }
}

impl FromStr for EmailAddress {
    type Err = BadContact;

    /// Takes `local@domain` (RFC 5321 Mailbox, without quoting); the domain is brought to lower-case ASCII (UTS 46).
    fn from_str(text: &str) -> Result<Self, BadContact> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(BadContact::Email)?;
        // A letter of any script, but nothing invisible: a mark that turns the text around would make a mask lie.
        let plain = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        // A local part that starts with '-' is legal, but has been taken for an option by mailers (RUSTSEC-2020-0069).
        if text.len() > EMAIL_LEN_MAX || local.starts_with('-') || !local.chars().all(plain) {
            return Err(BadContact::Email);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| BadContact::Email)?;
        let address = format!("{local}@{domain}");
        let dotted = domain.contains('.') || domain == "localhost";
        if !dotted || address.len() > EMAIL_LEN_MAX || !email_address::EmailAddress::is_valid(&address) {
            return Err(BadContact::Email);
        }
        Ok(Self(address))
    }
}

/// A phone number in E.164 form, valid by the numbering plan of its country.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// Parses what a person typed. `country` (ISO 3166 alpha-2) is used when the number has no `+` and country code.
    pub fn parse(text: &str, country: Option<&str>) -> Result<Self, BadContact> {
        // The parser takes RFC 3966 parameters, which have crashed other parsers and mean nothing here (I-11).
        if text.len() > PHONE_INPUT_LEN_MAX || !text.chars().all(|c| c.is_ascii_digit() || " +-().\u{a0}".contains(c)) {
            return Err(BadContact::Phone);
        }
        let region = match country {
            Some(code) => Some(region(code).ok_or(BadContact::Phone)?),
            None => None,
        };
        let number = PHONE_NUMBER_UTIL.parse(text, region).map_err(|_| BadContact::Phone)?;
        if !PHONE_NUMBER_UTIL.is_valid_number(&number) {
            return Err(BadContact::Phone);
        }
        if !reaches_a_person(&number) {
            return Err(BadContact::PhoneKind);
        }
        let number = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned();
        // Some numbering plans are described more generously than any exchange takes (found by fuzzing).
        if number.len() > E164_LEN_MAX { Err(BadContact::Phone) } else { Ok(Self(number)) }
    }

    /// The number in E.164 form, with its `+`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country that the number belongs to. Countries share codes (+1, +7, +44): the whole number tells.
    pub fn country(&self) -> Option<Country> {
        country_of(&self.0)
    }

    /// The number as people write it abroad, in groups: `+1 416-555-0123`. For its owner only.
    pub fn international(&self) -> String {
        let number = PHONE_NUMBER_UTIL.parse(&self.0, None);
        number.map_or_else(
            |_| self.0.clone(),
            |number| PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::International).into_owned(),
        )
    }

    /// The number's range: all but its last three digits. Toll fraud walks through adjacent numbers (security.md I-02).
    pub fn prefix(&self) -> &str {
        self.0.get(..self.0.len().saturating_sub(3)).unwrap_or(&self.0)
    }

    /// The first digit and the last four; the last two only where that would show more than it hides.
    pub fn mask(&self) -> String {
        let digits = self.0.trim_start_matches('+');
        let last = if digits.len() >= 10 { 4 } else { 2 };
        let first = digits.get(..1).unwrap_or_default();
        let end = digits.get(digits.len().saturating_sub(last)..).unwrap_or_default();
        format!("+{first} {HIDDEN} {end}")
    }
}

/// A contact prints masked, so that a log line or a panic cannot give it away.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mask())
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

impl TryFrom<String> for Phone {
    type Error = BadContact;

    fn try_from(text: String) -> Result<Self, BadContact> {
        Self::parse(&text, None)
    }
}

/// Why a text is no contact.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadContact {
    /// Not an e-mail address.
    #[error("an e-mail address looks like name@example.com")]
    Email,
    /// Not a phone number of any country, or a national one without its country.
    #[error("a phone number is written with + and its country code, such as +1 416 555 0123")]
    Phone,
    /// A number that a code is never sent to.
    #[error("a code cannot be sent to this kind of number (satellite, premium rate, toll-free, pager)")]
    PhoneKind,
}

/// The two kinds of contact. A phone is one contact, by text message and by call: who loses it loses both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContactKind {
    /// An e-mail address.
    Email,
    /// A phone.
    Phone,
}

impl ContactKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Email, Self::Phone];

    /// The name in addresses, the audit log and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// The kind with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The kind of contact that a code over this channel reaches.
    pub const fn of(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::Email,
            Channel::Sms | Channel::Voice => Self::Phone,
        }
    }
}

/// An account's verified contacts; an unverified one is not here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contacts {
    /// The verified e-mail address.
    pub email: Option<EmailAddress>,
    /// The verified phone.
    pub phone: Option<Phone>,
}

/// Where a code can go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "channel", content = "to", rename_all = "lowercase")]
pub enum Destination {
    /// A mail.
    Email(EmailAddress),
    /// A text message.
    Sms(Phone),
    /// A call.
    Voice(Phone),
}

impl Destination {
    /// A stored address of this channel.
    pub fn parse(channel: Channel, address: &str) -> Result<Self, BadContact> {
        Ok(match channel {
            Channel::Email => Self::Email(address.parse()?),
            Channel::Sms => Self::Sms(Phone::parse(address, None)?),
            Channel::Voice => Self::Voice(Phone::parse(address, None)?),
        })
    }

    /// The channel that a code to this destination takes.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Sms(_) => Channel::Sms,
            Self::Voice(_) => Channel::Voice,
        }
    }

    /// The address or number in full: for the provider and the sandbox inbox, never for a page.
    pub fn address(&self) -> &str {
        match self {
            Self::Email(address) => address.as_str(),
            Self::Sms(phone) | Self::Voice(phone) => phone.as_str(),
        }
    }

    /// What a page shows, and only after a correct password.
    pub fn mask(&self) -> String {
        match self {
            Self::Email(address) => address.mask(),
            Self::Sms(phone) | Self::Voice(phone) => phone.mask(),
        }
    }
}

impl Contacts {
    /// Whether there is none at all.
    pub const fn is_empty(&self) -> bool {
        self.email.is_none() && self.phone.is_none()
    }

    /// Whether there is one of this kind.
    pub const fn has(&self, kind: ContactKind) -> bool {
        match kind {
            ContactKind::Email => self.email.is_some(),
            ContactKind::Phone => self.phone.is_some(),
        }
    }

    /// How many contacts a code can reach over the channels that have a working provider.
    pub fn ways(&self, working: &[Channel]) -> usize {
        let reached =
            |kind: &ContactKind| self.destinations(working).iter().any(|to| ContactKind::of(to.channel()) == *kind);
        ContactKind::ALL.iter().filter(|kind| reached(kind)).count()
    }

    /// The destinations these contacts give over the channels that have a working provider.
    pub fn destinations(&self, working: &[Channel]) -> Vec<Destination> {
        Channel::ALL
            .into_iter()
            .filter(|channel| working.contains(channel))
            .filter_map(|c| self.destination(c))
            .collect()
    }

    /// The destination on one channel, if there is a contact for it.
    pub fn destination(&self, channel: Channel) -> Option<Destination> {
        match channel {
            Channel::Email => self.email.clone().map(Destination::Email),
            Channel::Sms => self.phone.clone().map(Destination::Sms),
            Channel::Voice => self.phone.clone().map(Destination::Voice),
        }
    }
}

/// Every country whose phone numbers are known (ISO 3166 alpha-2), in alphabetical order, with the code that it is called
/// by from abroad (ITU-T E.164).
pub fn countries() -> Vec<(String, u16)> {
    let letters = || b'A'..=b'Z';
    let codes = letters().flat_map(|first| letters().map(move |second| [first, second].map(char::from)));
    codes.filter_map(|code| calling_code(String::from_iter(code))).collect()
}

fn calling_code(code: String) -> Option<(String, u16)> {
    let calling = PHONE_NUMBER_UTIL.get_country_code_for_region(region(&code)?)?;
    Some((code, u16::try_from(calling).ok()?))
}

/// Whether the text is a country (ISO 3166 alpha-2, capital letters) whose phone numbers are known.
pub fn is_country(code: &str) -> bool {
    region(code).is_some()
}

/// The country of a number in E.164 form, whatever kind of number it is.
pub(crate) fn country_of(number: &str) -> Option<Country> {
    let number = PHONE_NUMBER_UTIL.parse(number, None).ok()?;
    let region = PHONE_NUMBER_UTIL.get_region_for_number(&number).filter(|region| *region != Region::World)?;
    // A region's number is its two letters.
    let letters = region.as_region_str();
    Some(Country::of_letters(letters.as_bytes().try_into().ok()?))
}

fn region(code: &str) -> Option<Region> {
    let capitals = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let region = capitals.then(|| Region::from_code(code).ok()).flatten()?;
    PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| region)
}

/// Whether a number is a telephone of a person in a country. The other kinds cost the one who calls them, or reach no
/// person, and are the tools of toll fraud (security.md 1.E, I-03).
fn reaches_a_person(number: &PhoneNumber) -> bool {
    // Satellite and international networks (+870, +881, +882, +883, +979, …) belong to the world and to no country.
    let world = !matches!(PHONE_NUMBER_UTIL.get_region_for_number(number), Some(region) if region != Region::World);
    let kind = PHONE_NUMBER_UTIL.get_number_type(number);
    !world
        && matches!(
            kind,
            PhoneNumberType::FixedLine
                | PhoneNumberType::FixedLineOrMobile
                | PhoneNumberType::Mobile
                | PhoneNumberType::VoIP
        )
}
