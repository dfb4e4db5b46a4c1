//! The five cookies.
//!
//! | cookie | holds | lives |
//! |---|---|---|
//! | `form` | random bytes that anonymous forms are bound to | with the browser session |
//! | `login` | the token of a login in progress | with the browser session, on the server ten minutes |
//! | `session` | the token of a completed login | with the browser session, on the server idle and absolute limits |
//! | `device` | the token of a trusted device | as long as the trust |
//! | `language` | the tag of the language that the person chose; the only one that is no token | a year |
//!
//! They have different names so that no code can take one for another. With an https address they carry the `__Host-`
//! prefix (RFC 6265bis, 4.1.3.2), which keeps a neighbouring subdomain from planting one; over http, which only a demo
//! on this machine uses, browsers would drop them.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use jiff::SignedDuration;

use crate::keys::Token;

/// How long a browser remembers the language.
const LANGUAGE_AGE: Duration = Duration::days(365);

/// The largest `Cookie` header that is read.
const HEADER_LEN_MAX: usize = 8 * 1024;

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// A trusted device.
    Device,
    /// Anonymous forms.
    Form,
    /// The language of pages and messages.
    Language,
    /// A login in progress.
    Login,
    /// A completed login.
    Session,
}

/// The cookies of a request, and how to write them.
#[derive(Clone, Copy, Debug)]
pub struct Jar {
    /// Whether the public URL is https.
    pub secure: bool,
}

/// A cookie came twice: somebody planted one.
#[derive(Debug)]
pub struct Ambiguous;

impl Jar {
    /// The value of a cookie.
    pub fn read(self, headers: &HeaderMap, name: Name) -> Result<Option<Token>, Ambiguous> {
        Ok(self.text(headers, name)?.and_then(|value| Token::parse(&value)))
    }

    /// The language that the person chose, as the browser sent it. Nothing depends on it but what is shown, so a doubtful
    /// one is no choice at all.
    pub fn language(self, headers: &HeaderMap) -> Option<String> {
        self.text(headers, Name::Language).ok().flatten()
    }

    fn text(self, headers: &HeaderMap, name: Name) -> Result<Option<String>, Ambiguous> {
        let wanted = self.name(name);
        let mut found = None;
        for value in headers.get_all(header::COOKIE) {
            let Ok(text) = value.to_str() else { continue };
            if text.len() > HEADER_LEN_MAX {
                return Err(Ambiguous);
            }
            for cookie in Cookie::split_parse(text).flatten().filter(|cookie| cookie.name() == wanted) {
                if found.is_some() {
                    return Err(Ambiguous);
                }
                found = Some(cookie.value().to_owned());
            }
        }
        Ok(found)
    }

    /// Sets a cookie; one without an age ends with the browser session.
    pub(super) fn set(self, headers: &mut HeaderMap, name: Name, token: &Token, age: Option<SignedDuration>) {
        let cookie = self.build(name, token.expose().to_owned());
        let cookie = match age {
            Some(age) => cookie.max_age(Duration::seconds(age.as_secs())),
            None => cookie,
        };
        append(headers, &cookie.build());
    }

    /// Remembers the language that the person chose.
    pub(super) fn set_language(self, headers: &mut HeaderMap, tag: &str) {
        append(headers, &self.build(Name::Language, tag.to_owned()).max_age(LANGUAGE_AGE).build());
    }

    /// Makes the browser forget a cookie.
    pub(super) fn clear(self, headers: &mut HeaderMap, name: Name) {
        append(headers, &self.build(name, String::new()).max_age(Duration::ZERO).build());
    }

    fn build(self, name: Name, value: String) -> cookie::CookieBuilder<'static> {
        Cookie::build((self.name(name), value)).path("/").http_only(true).secure(self.secure).same_site(SameSite::Lax)
    }

    const fn name(self, name: Name) -> &'static str {
        match (self.secure, name) {
            (true, Name::Device) => "__Host-cs-device",
            (true, Name::Form) => "__Host-cs-form",
            (true, Name::Language) => "__Host-cs-language",
            (true, Name::Login) => "__Host-cs-login",
            (true, Name::Session) => "__Host-cs-session",
            (false, Name::Device) => "cs-device",
            (false, Name::Form) => "cs-form",
            (false, Name::Language) => "cs-language",
            (false, Name::Login) => "cs-login",
            (false, Name::Session) => "cs-session",
        }
    }
}

fn append(headers: &mut HeaderMap, cookie: &Cookie<'_>) {
    // A name of ours and a base64url value are always a header value.
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}
