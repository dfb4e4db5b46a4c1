//! An instant on a page: exact for the browser, readable for the person.
//!
//! The server does not know the person's time zone, so it writes UTC and says so; a script rewrites it in local time. How
//! a date is written is a text like any other (`moment-…` in the locale files), so that a language brings its own.

use jiff::Timestamp;

use crate::i18n::Texts;

/// An instant, as `<time datetime>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    at: Timestamp,
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
        Self { at, detail: Detail::DateTime }
    }

    /// Time of day only.
    pub fn time(at: Timestamp) -> Self {
        Self { at, detail: Detail::Time }
    }

    /// RFC 3339, in UTC.
    pub fn iso(&self) -> String {
        self.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// What is read when no script runs.
    pub fn display(&self, tx: &Texts) -> String {
        tx.moment(self.detail.key(), self.at)
    }
}

/// A sentence with an instant in it, so that the script can write the instant in the person's own time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What stands before the instant.
    pub before: String,
    /// The instant; `None` if the language does without.
    pub at: Option<Moment>,
    /// What stands after it.
    pub after: String,
}

/// Stands for the instant while the sentence is put together. A private-use character, which no text of ours has.
const GAP: &str = "\u{e000}";

impl Sentence {
    /// Puts a sentence together; `text` gets what to put in the place of the instant.
    pub fn new(at: Moment, text: impl FnOnce(&str) -> String) -> Self {
        let whole = text(GAP);
        match whole.rsplit_once(GAP) {
            Some((before, after)) => Self { before: before.to_owned(), at: Some(at), after: after.to_owned() },
            None => Self { before: whole, at: None, after: String::new() },
        }
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

    fn key(self) -> &'static str {
        match self {
            Self::DateTime => "moment-date-time",
            Self::Time => "moment-time",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, Sentence};
    use crate::i18n::Catalogue;

    #[test]
    fn an_instant_is_written_in_utc_and_says_so() {
        let at = "2026-03-03T14:05:09.123Z".parse().unwrap();
        assert_eq!(Moment::time(at).iso(), "2026-03-03T14:05:09Z");
        let tx = Catalogue::load().unwrap().texts("en");
        assert_eq!(Moment::time(at).display(&tx), "14:05 UTC");
        assert_eq!(Moment::date_time(at).display(&tx), "3 Mar 2026, 14:05 UTC");
    }

    /// English pads the hour of a 24-hour clock; French does not, sets it off with an `h`, and counts the first of a
    /// month as "1er". No part of a date breaks off to the next line where the language forbids it.
    #[test]
    fn each_language_writes_dates_as_its_readers_do() {
        let catalogue = Catalogue::load().unwrap();
        let cases = [
            ("en", "2026-11-22T10:44:00Z", "22 Nov 2026, 10:44 UTC"),
            ("en", "2026-08-01T09:05:00Z", "1 Aug 2026, 09:05 UTC"),
            ("en", "2027-01-31T00:00:00Z", "31 Jan 2027, 00:00 UTC"),
            ("fr", "2026-11-22T10:44:00Z", "22\u{a0}nov. 2026 à 10\u{a0}h\u{a0}44 UTC"),
            ("fr", "2026-08-01T09:05:00Z", "1er\u{a0}août 2026 à 9\u{a0}h\u{a0}05 UTC"),
            ("fr", "2027-01-31T00:00:00Z", "31\u{a0}janv. 2027 à 0\u{a0}h\u{a0}00 UTC"),
        ];
        for (tag, at, expected) in cases {
            assert_eq!(Moment::date_time(at.parse().unwrap()).display(&catalogue.texts(tag)), expected);
        }
    }

    #[test]
    fn every_language_has_twelve_months() {
        let catalogue = Catalogue::load().unwrap();
        for tag in catalogue.tags() {
            let tx = catalogue.texts(tag);
            let months = (1..=12).map(|month| tx.t1("month-short", "month", month));
            assert_eq!(months.collect::<std::collections::BTreeSet<_>>().len(), 12, "{tag}");
        }
    }

    #[test]
    fn a_sentence_is_cut_where_its_instant_is() {
        let at = || Moment::date_time("2026-03-03T14:05:09Z".parse().unwrap());
        let sentence = Sentence::new(at(), |used| format!("Last used {used}, in the office."));
        assert_eq!((sentence.before.as_str(), sentence.after.as_str()), ("Last used ", ", in the office."));
        assert_eq!(sentence.at, Some(at()));
        let without = Sentence::new(at(), |_| "Used before.".to_owned());
        assert_eq!((without.before.as_str(), without.at), ("Used before.", None));
    }
}
