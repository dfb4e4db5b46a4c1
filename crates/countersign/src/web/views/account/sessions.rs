//! The account's sessions.

use crate::web::views::moment::Moment;

/// A session.
#[derive(Clone)]
pub struct Session {
    /// Its id, in the address that ends it.
    pub id: String,
    /// The browser, in words.
    pub browser: String,
    /// The address of the login.
    pub from: String,
    /// When the login was.
    pub since: Moment,
    /// When it was last used.
    pub last_used: Moment,
    /// Whether it is the one that shows this page.
    pub this_one: bool,
}

#[cfg(test)]
impl Session {
    pub(super) fn sample(browser: &str, this_one: bool) -> Self {
        let at = || Moment::date_time(jiff::Timestamp::UNIX_EPOCH);
        let (from, id) = ("2001:db8:85a3:8d3:1319:8a2e:370:7348".into(), browser.replace(' ', "-"));
        Self { id, browser: browser.into(), from, since: at(), last_used: at(), this_one }
    }
}
