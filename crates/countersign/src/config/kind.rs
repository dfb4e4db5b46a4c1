//! What a value may be, before its meaning is looked at.

use jiff::SignedDuration;
use toml::Value;
use url::Url;

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A length of time, such as `10m`.
    Duration,
    /// `true` or `false`.
    Flag,
    /// A list of texts.
    List,
    /// A text that is never shown; it may also be read from a file.
    Secret,
    /// A text.
    Text,
    /// An address.
    Url,
    /// A whole number up to this.
    Whole(u32),
}

impl Kind {
    /// What is allowed, in words.
    pub fn allowed(self) -> String {
        match self {
            Self::Choice(words) => words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", "),
            Self::Duration => "a length of time in quotes, such as \"30s\", \"10m\" or \"48h\"".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::List => "a list of texts, such as [\"a\", \"b\"]".to_owned(),
            Self::Secret | Self::Text => "a text in quotes".to_owned(),
            Self::Url => "an address in quotes, such as \"https://sms.example.com\"".to_owned(),
            Self::Whole(most) => format!("a whole number from 0 to {most}"),
        }
    }

    /// Whether a value is of this kind.
    pub(super) fn fits(self, value: &Value) -> bool {
        match self {
            Self::Choice(words) => value.as_str().is_some_and(|text| words.contains(&text)),
            Self::Duration => value.as_str().is_some_and(|text| text.parse::<SignedDuration>().is_ok()),
            Self::Flag => value.is_bool(),
            Self::List => value.as_array().is_some_and(|items| items.iter().all(Value::is_str)),
            Self::Secret | Self::Text => value.is_str(),
            Self::Url => value.as_str().is_some_and(|text| Url::parse(text).is_ok()),
            Self::Whole(most) => value.as_integer().is_some_and(|number| (0..=i64::from(most)).contains(&number)),
        }
    }

    /// The value that an environment variable means; `None` if it cannot be of this kind.
    ///
    /// The kind decides, so a password of digits stays a text. A list is written as in the file, or with commas.
    pub(super) fn of_variable(self, text: &str) -> Option<Value> {
        let value = match self {
            Self::Flag => Value::Boolean(text.parse().ok()?),
            Self::Whole(_) => Value::Integer(text.parse().ok()?),
            Self::List if text.starts_with('[') => text.parse().ok()?,
            Self::List => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
            }
            _ => Value::String(text.to_owned()),
        };
        self.fits(&value).then_some(value)
    }
}
