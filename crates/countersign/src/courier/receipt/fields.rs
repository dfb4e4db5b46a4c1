//! The fields of what a gateway pushes: a form, a JSON object or parts (`multipart/form-data`, RFC 7578).
//!
//! All three become one list of names and texts. Sizes are limited by the body's, numbers by [`FIELDS_MAX`].

use serde_json::Value;

use super::Unreadable;

/// More fields than any gateway sends.
const FIELDS_MAX: usize = 64;

/// The longest boundary (RFC 2046, 5.1.1).
const BOUNDARY_LEN_MAX: usize = 70;

/// Names and texts, in the order in which they came. The texts hold codes and numbers, so there is no `Debug`.
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// Reads a body of the kind that its header says it is.
    pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Self, Unreadable> {
        let (media, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        match media.trim().to_ascii_lowercase().as_str() {
            "application/x-www-form-urlencoded" => Self::form(body),
            "application/json" => Self::json(body),
            "multipart/form-data" => Self::parts(boundary(parameters).ok_or(Unreadable::Malformed)?, body),
            _ => Err(Unreadable::Malformed),
        }
    }

    /// The text of a field; `None` if it did not come, or came twice with another text.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(known, _)| known == name).map(|(_, text)| text.as_str());
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// The text of the first of these fields that came.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    pub(super) fn form(body: &[u8]) -> Result<Self, Unreadable> {
        Self::of(url::form_urlencoded::parse(body).map(|(name, text)| (name.into_owned(), text.into_owned())))
    }

    fn json(body: &[u8]) -> Result<Self, Unreadable> {
        let Ok(Value::Object(object)) = serde_json::from_slice(body) else { return Err(Unreadable::Malformed) };
        Self::of(object.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            Value::Number(number) => Some((name, number.to_string())),
            Value::Bool(flag) => Some((name, flag.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }))
    }

    /// Parts stand between lines of two dashes and the boundary; what is before the first and after the last is not looked
    /// at (RFC 2046, 5.1.1).
    fn parts(boundary: &str, body: &[u8]) -> Result<Self, Unreadable> {
        let text = str::from_utf8(body).map_err(|_| Unreadable::Malformed)?;
        let text = format!("\r\n{text}");
        let delimiter = format!("\r\n--{boundary}");
        let mut pieces = text.split(delimiter.as_str()).skip(1);
        let mut fields = Vec::new();
        loop {
            // Without the closing delimiter the body broke off.
            let piece = pieces.next().ok_or(Unreadable::Malformed)?;
            if piece.starts_with("--") {
                return Self::of(fields.into_iter());
            }
            if fields.len() == FIELDS_MAX {
                return Err(Unreadable::Malformed);
            }
            let part = piece.trim_start_matches([' ', '\t']).strip_prefix("\r\n").ok_or(Unreadable::Malformed)?;
            let (headers, content) = part.split_once("\r\n\r\n").ok_or(Unreadable::Malformed)?;
            fields.push((name_of(headers).ok_or(Unreadable::Malformed)?, content.to_owned()));
        }
    }

    fn of(fields: impl Iterator<Item = (String, String)>) -> Result<Self, Unreadable> {
        let fields: Vec<_> = fields.take(FIELDS_MAX + 1).collect();
        if fields.len() > FIELDS_MAX { Err(Unreadable::Malformed) } else { Ok(Self(fields)) }
    }
}

fn boundary(parameters: &str) -> Option<&str> {
    let boundary = parameter(parameters, "boundary")?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    let fits = (1..=BOUNDARY_LEN_MAX).contains(&boundary.len()) && boundary.bytes().all(plain);
    (fits && !boundary.ends_with(' ')).then_some(boundary)
}

/// The name in `Content-Disposition: form-data; name="…"`.
fn name_of(headers: &str) -> Option<String> {
    let disposition = headers.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let (kind, parameters) = disposition.split_once(';')?;
    let is_field = kind.trim().eq_ignore_ascii_case("form-data");
    parameter(parameters, "name").filter(|_| is_field).map(str::to_owned)
}

/// One of `a=b; c="d"`. No gateway puts a semicolon or a quote into one.
fn parameter<'t>(parameters: &'t str, name: &str) -> Option<&'t str> {
    parameters.split(';').find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        key.trim().eq_ignore_ascii_case(name).then_some(value)
    })
}
