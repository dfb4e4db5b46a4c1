//! The browsers that need no code for a while.

use crate::web::views::moment::Moment;

/// A browser that needs no code for a while.
#[derive(Clone)]
pub struct TrustedDevice {
    /// Its id, for the button.
    pub id: String,
    /// The browser, in words.
    pub name: String,
    /// Since when it is trusted.
    pub since: Moment,
    /// From which address it was last used, if that is still known.
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
            id: "0193a1c2-0000-7000-8000-000000000001".into(),
            name: name.into(),
            since: at(),
            from: this_browser.then(|| "2001:db8:85a3:8d3:1319:8a2e:370:7348".into()),
            last_used: at(),
            expires: at(),
            this_browser,
        }
    }
}
