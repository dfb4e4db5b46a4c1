//! What people read, by language.
//!
//! Every text is in a Fluent file under `locales/<language>/`; the files are part of the binary, so a language is a
//! folder of files and nothing else. Pages and messages ask for a text by key through [`Texts`]; a key that a language
//! lacks falls back to English, and one that English lacks is shown as `⟦key⟧` (a test walks all templates and finds it).

use std::collections::BTreeMap;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

/// The language that has every text.
pub const FALLBACK: &str = "en";

#[derive(RustEmbed)]
#[folder = "locales/"]
struct LocaleFiles;

/// How many languages of an `Accept-Language` header are looked at.
const RANGES_MAX: usize = 16;

/// Every language in the binary.
pub struct Catalogue {
    languages: BTreeMap<String, Arc<Language>>,
    tags: Vec<LanguageIdentifier>,
}

struct Language {
    tag: String,
    bundle: FluentBundle<FluentResource>,
    fallback: Option<Arc<Language>>,
}

/// The texts of one language, cheap to clone.
#[derive(Clone)]
pub struct Texts(Arc<Language>);

/// A locale file that cannot be used; found by the first test that runs.
#[derive(Debug, thiserror::Error)]
#[error("the texts in locales/{file} cannot be read: {fault}")]
pub struct BadLocale {
    file: String,
    fault: String,
}

impl Catalogue {
    /// Reads every locale file in the binary.
    pub fn load() -> Result<Self, BadLocale> {
        let mut sources: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for file in LocaleFiles::iter() {
            let bad = |fault: &str| BadLocale { file: file.to_string(), fault: fault.to_owned() };
            let Some((tag, _)) = file.split_once('/') else { continue };
            let data = LocaleFiles::get(&file).ok_or_else(|| bad("it is gone"))?;
            let text = String::from_utf8(data.data.into_owned()).map_err(|_| bad("it is not UTF-8"))?;
            sources.entry(tag.to_owned()).or_default().push((file.to_string(), text));
        }
        let fallback = Arc::new(Language::build(FALLBACK, sources.remove(FALLBACK).unwrap_or_default(), None)?);
        let mut languages = BTreeMap::from([(FALLBACK.to_owned(), Arc::clone(&fallback))]);
        for (tag, files) in sources {
            let language = Language::build(&tag, files, Some(Arc::clone(&fallback)))?;
            languages.insert(tag, Arc::new(language));
        }
        let tags = languages.keys().filter_map(|tag| tag.parse().ok()).collect();
        Ok(Self { languages, tags })
    }

    /// The best language for an `Accept-Language` header (RFC 9110, 12.5.4); English when nothing fits.
    pub fn negotiate(&self, accept_language: Option<&str>) -> Texts {
        let wanted = wanted(accept_language.unwrap_or_default());
        let fallback: Option<LanguageIdentifier> = FALLBACK.parse().ok();
        let best = negotiate_languages(&wanted, &self.tags, fallback.as_ref(), NegotiationStrategy::Lookup);
        self.texts(&best.first().map(ToString::to_string).unwrap_or_default())
    }

    /// The texts of a language by its tag; English when there is no such language.
    pub fn texts(&self, tag: &str) -> Texts {
        let language = self.languages.get(tag).or_else(|| self.languages.get(FALLBACK));
        Texts(language.map_or_else(|| Arc::new(Language::empty()), Arc::clone))
    }

    /// The texts of a language by its tag, if there is such a language.
    pub fn find(&self, tag: &str) -> Option<Texts> {
        self.languages.get(tag).map(|language| Texts(Arc::clone(language)))
    }

    /// The tags of all languages, sorted.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }
}

/// The languages of an `Accept-Language` header, best first. Of two with the same weight the earlier one is better; what
/// has the weight 0 is not wanted, and what cannot be read is passed over.
fn wanted(header: &str) -> Vec<LanguageIdentifier> {
    let ranges = header.split(',').take(RANGES_MAX);
    let mut weighted: Vec<(u32, LanguageIdentifier)> = ranges
        .filter_map(|range| {
            let (tag, parameter) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = thousandths(parameter.trim().strip_prefix(['q', 'Q'])?.strip_prefix('=')?)?;
            Some((weight, tag.trim().parse().ok()?))
        })
        .filter(|(weight, _)| *weight > 0)
        .collect();
    weighted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weighted.into_iter().map(|(_, tag)| tag).collect()
}

/// A weight (RFC 9110, 12.4.2), in thousandths: `0.85` is 850.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = format!("{whole}{fraction:0<3}").parse().ok()?;
    (whole.len() == 1 && value <= 1000).then_some(value)
}

impl Language {
    fn build(tag: &str, files: Vec<(String, String)>, fallback: Option<Arc<Self>>) -> Result<Self, BadLocale> {
        let bad = |file: &str, fault: String| BadLocale { file: file.to_owned(), fault };
        let id: LanguageIdentifier = tag.parse().map_err(|_| bad(tag, "the folder is not a language tag".into()))?;
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The isolation marks of bidirectional text would be counted, paid for and pasted with every SMS.
        bundle.set_use_isolating(false);
        for (name, text) in files {
            let resource = FluentResource::try_new(text).map_err(|(_, faults)| bad(&name, format!("{faults:?}")))?;
            bundle.add_resource(resource).map_err(|faults| bad(&name, format!("{faults:?}")))?;
        }
        Ok(Self { tag: tag.to_owned(), bundle, fallback })
    }

    fn empty() -> Self {
        Self { tag: FALLBACK.to_owned(), bundle: FluentBundle::new_concurrent(Vec::new()), fallback: None }
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return self.fallback.as_ref().and_then(|language| language.format(key, args));
        };
        let mut faults = Vec::new();
        Some(self.bundle.format_pattern(pattern, args, &mut faults).into_owned())
    }
}

impl Texts {
    /// The language tag, for `<html lang>` and `Content-Language`.
    pub fn tag(&self) -> &str {
        &self.0.tag
    }

    /// A text without arguments.
    pub fn t(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// A text with one argument.
    pub fn t1<'a>(&self, key: &str, name: &'a str, value: impl Into<FluentValue<'a>>) -> String {
        self.with(key, &[(name, value.into())])
    }

    /// An instant in UTC, by a text that writes one.
    pub fn moment(&self, key: &str, at: Timestamp) -> String {
        let at = at.to_zoned(TimeZone::UTC);
        let padded = |number: i8| FluentValue::from(format!("{number:02}"));
        let arguments = [
            ("day", at.day().into()),
            ("month", at.month().into()),
            // As text: a year takes no separator of thousands.
            ("year", at.year().to_string().into()),
            ("hour", at.hour().into()),
            ("hour-padded", padded(at.hour())),
            ("minute", padded(at.minute())),
        ];
        self.with(key, &arguments)
    }

    /// A text with any number of arguments.
    pub fn with(&self, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set(*name, value.clone());
        }
        self.0.format(key, Some(&fluent)).unwrap_or_else(|| format!("⟦{key}⟧"))
    }
}

#[cfg(test)]
mod tests;
