//! An instant on a page: exact for the browser, readable for the person.
//!
//! The server does not know the person's time zone, so it writes UTC and says so; a script rewrites it in local time.

use jiff::Timestamp;

/// An instant, as `<time datetime>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, in UTC.
    pub iso: String,
    /// What is read when no script runs.
    pub display: String,
    /// How much of it is shown.
    pub detail: Detail,
}

/// How much of an instant is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Day and time of day.
    DateTime,
    /// Time of day only, for what happens within the hour.
    Time,
}

impl Moment {
    /// Day and time of day.
    pub fn date_time(at: Timestamp) -> Self {
        Self::new(at, Detail::DateTime, "%-d %b %Y, %H:%M UTC")
    }

    /// Time of day only.
    pub fn time(at: Timestamp) -> Self {
        Self::new(at, Detail::Time, "%H:%M UTC")
    }

    fn new(at: Timestamp, detail: Detail, pattern: &str) -> Self {
        Self { iso: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), display: at.strftime(pattern).to_string(), detail }
    }
}

impl Detail {
    /// The value of `data-local`, which the script reads.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DateTime => "date-time",
            Self::Time => "time",
        }
    }
}

#[cfg(test)]
mod tests {

    use super::Moment;

    #[test]
    fn an_instant_is_written_in_utc_and_says_so() {
        let at = "2026-03-03T14:05:09.123Z".parse().unwrap();
        assert_eq!(Moment::date_time(at).display, "3 Mar 2026, 14:05 UTC");
        assert_eq!(Moment::time(at).display, "14:05 UTC");
        assert_eq!(Moment::time(at).iso, "2026-03-03T14:05:09Z");
    }
}
