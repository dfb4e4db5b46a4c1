//! A form that was sent to Twilio, checked against the fields that the documents name.

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use url::form_urlencoded;

/// The test of one field's value.
pub(super) type Rule = fn(&str) -> bool;

/// The fields, each once.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn read(headers: &HeaderMap, body: &Bytes, rules: &[(&str, Rule)]) -> Result<Self, String> {
        let kind = headers.get(header::CONTENT_TYPE);
        if kind.is_none_or(|kind| kind != "application/x-www-form-urlencoded") {
            return Err(format!("Content-Type is {kind:?}"));
        }
        let fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        for (at, (name, value)) in fields.iter().enumerate() {
            let rule = rules.iter().find(|(known, _)| known == name).ok_or_else(|| format!("unknown field {name}"))?;
            if !rule.1(value) {
                return Err(format!("field {name} may not be {value:?}"));
            }
            if fields[..at].iter().any(|(other, _)| other == name) {
                return Err(format!("field {name} came twice"));
            }
        }
        Ok(Self(fields))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }
}
