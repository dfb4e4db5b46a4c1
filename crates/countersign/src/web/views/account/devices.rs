//! The browsers that need no code for a while.

use crate::web::views::moment::Moment;

/// A browser that needs no code for a while.
#[derive(Clone)]
pub struct TrustedDevice {
    /// Its id, in the addresses that change it.
    pub id: String,
    /// What the person calls it; at first the browser, in words.
    pub name: String,
    /// When it was first trusted.
    pub since: Moment,
    /// The address of the last login from it.
    pub from: Option<String>,
    /// When it was last used.
    pub last_used: Moment,
    /// When trust ends.
    pub expires: Moment,
    /// Whether it is the browser that shows this page.
    pub this_browser: bool,
}

#[cfg(test)]
impl TrustedDevice {
    pub(super) fn sample(name: &str, this_browser: bool) -> Self {
        let at = || Moment::date_time(jiff::Timestamp::UNIX_EPOCH);
        Self {
            id: name.replace(' ', "-"),
            name: name.into(),
            since: at(),
            from: this_browser.then(|| "203.0.113.7".into()),
            last_used: at(),
            expires: at(),
            this_browser,
        }
    }
}
