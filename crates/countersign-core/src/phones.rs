//! Which telephones a code may go to.

use serde::{Deserialize, Serialize};

use crate::contact::Phone;
use crate::country::Country;
use crate::settings::Faults;

/// The rules for telephone numbers. Premium, satellite and other numbers that belong to no person are never allowed; they
/// are refused where a number is parsed ([`Phone::parse`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PhoneRules {
    /// The countries (ISO 3166 alpha-2) that codes may go to; empty means all.
    pub countries: Vec<String>,
}

impl PhoneRules {
    /// Whether a code may go to this number.
    pub fn allow(&self, phone: &Phone) -> bool {
        phone.country().is_some_and(|country| self.allow_country(country)) || self.countries.is_empty()
    }

    /// Whether a code may go to this country.
    pub fn allow_country(&self, country: Country) -> bool {
        self.countries.is_empty() || self.countries.iter().any(|allowed| allowed == country.as_str())
    }

    pub(crate) fn check(&self, faults: &mut Faults) {
        for text in &self.countries {
            let right = text.parse::<Country>().is_ok();
            let allowed = "countries in two capital letters (ISO 3166), such as [\"CA\", \"US\"]";
            faults.require(right, "phones.countries", format!("{text:?}"), allowed);
        }
    }
}
