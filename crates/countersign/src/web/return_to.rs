//! Where a login may lead.
//!
//! `return_to` comes from outside, so it is parsed as a browser would (WHATWG URL) and compared by origin, never by
//! prefix: our own site, or one of `server.allowed_returns`. Anything else is dropped, and the person lands on the
//! account page (security.md E-05).

use url::Url;

use crate::config::server::Server;

/// The longest address taken.
const LEN_MAX: usize = 2048;

/// The address in canonical form, if a login may lead there.
pub fn allowed(server: &Server, text: &str) -> Option<String> {
    // Browsers drop tabs and newlines and read a backslash as a slash; an address that needs that is not one of ours.
    if text.is_empty() || text.len() > LEN_MAX || text.contains(|c: char| c.is_control() || c == '\\' || c == ' ') {
        return None;
    }
    let base = Url::parse(server.public_url.as_str()).ok()?;
    // A path starts with one slash; `https:evil` and other relative forms are not offered by anybody honest.
    let url = if text.starts_with('/') { base.join(text).ok()? } else { absolute(text)? };
    let plain = url.username().is_empty() && url.password().is_none();
    (plain && server.may_return_to(&url)).then(|| url.into())
}

/// A page of our own, as path and query. Never one that begins with two slashes: `/.//evil.example` is a path of ours until
/// it is taken for an address on its own.
pub fn own_page(server: &Server, text: &str) -> Option<String> {
    let base = Url::parse(server.public_url.as_str()).ok()?;
    let url = Url::parse(&allowed(server, text.starts_with('/').then_some(text)?)?).ok()?;
    if url.origin() != base.origin() || url.path().starts_with("//") {
        return None;
    }
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}{query}", url.path()))
}

fn absolute(text: &str) -> Option<Url> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    if host.starts_with('/') { None } else { Url::parse(text).ok() }
}
