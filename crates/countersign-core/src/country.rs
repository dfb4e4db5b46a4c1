//! Countries, by the codes that numbering plans are filed under.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::contact;

/// A country with telephones, by its two capital letters (ISO 3166-1 alpha-2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// Canada.
    pub const CANADA: Self = Self(*b"CA");
    /// The United States.
    pub const USA: Self = Self(*b"US");

    /// The two letters.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether gateways hold its text messages to the rules of North American carriers: approved numbers, no names.
    pub fn is_north_american(self) -> bool {
        matches!(&self.0, b"CA" | b"PR" | b"US")
    }

    /// The country of two letters that are known to be one.
    pub(crate) const fn of_letters(letters: [u8; 2]) -> Self {
        Self(letters)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a country is two capital letters (ISO 3166), such as CA")]
pub struct UnknownCountry;

impl FromStr for Country {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let letters: [u8; 2] = text.as_bytes().try_into().map_err(|_| UnknownCountry)?;
        if contact::is_country(text) { Ok(Self(letters)) } else { Err(UnknownCountry) }
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}

impl TryFrom<String> for Country {
    type Error = UnknownCountry;

    fn try_from(text: String) -> Result<Self, UnknownCountry> {
        text.parse()
    }
}
