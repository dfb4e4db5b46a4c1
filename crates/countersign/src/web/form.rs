//! The fields of a form, read strictly.
//!
//! A field that comes twice is refused: taking the first or the last of `code=1&code=2` is how one request becomes two
//! tries (security.md B-07).

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use countersign_core::secret::Secret;

use super::error::Fault;

/// More fields than any form of ours has.
const FIELDS_MAX: usize = 16;

/// The fields of a form; each is printed as `…`.
#[derive(Debug)]
pub(super) struct Fields(BTreeMap<String, Secret>);

/// A body that is no form of ours; for the log, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(&'static str);

/// Reads the body of a form (`application/x-www-form-urlencoded`).
pub fn parse(body: &[u8]) -> Result<BTreeMap<String, Secret>, Unreadable> {
    let mut fields = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        if fields.len() == FIELDS_MAX {
            return Err(Unreadable("too many fields"));
        }
        if fields.insert(name.into_owned(), Secret::new(value.into_owned())).is_some() {
            return Err(Unreadable("a field came twice"));
        }
    }
    Ok(fields)
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let form = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let form = form.and_then(|value| value.split(';').next()).map(str::trim);
        if form.is_none_or(|media| !media.eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
            return Err(Fault::BadForm("not a form"));
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| {
            let too_large = rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE;
            if too_large { Fault::TooLarge } else { Fault::BadForm("the body broke off") }
        })?;
        parse(&body).map(Self).map_err(|Unreadable(why)| Fault::BadForm(why))
    }
}

impl Fields {
    /// A field, empty if it did not come.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", Secret::expose)
    }

    /// A field that every form of this kind has.
    pub(super) fn required(&self, name: &str) -> Result<&str, Fault> {
        self.0.get(name).map(Secret::expose).ok_or(Fault::BadForm("a field is missing"))
    }

    /// A field that must not be printed anywhere.
    pub(super) fn secret(&self, name: &str) -> Secret {
        self.0.get(name).cloned().unwrap_or_else(|| Secret::new(""))
    }

    /// Whether a box was ticked.
    pub(super) fn ticked(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}
