//! What surrounds every page: whose site it is, which environment, whom to ask for help.

use askama::Template;

use crate::i18n::{Catalogue, Texts};
use crate::web::assets::Assets;

/// The frame of a page.
#[derive(Clone)]
pub struct Shell {
    /// The texts of the person's language.
    pub tx: Texts,
    /// The name of the organisation or site, as the person knows it.
    pub site_name: String,
    /// The realm of this login or session, if there is one yet.
    pub realm_title: Option<String>,
    /// A warning that stands on every page.
    pub banner: Option<Banner>,
    /// Whether who looks at the page may open the sandbox inbox.
    pub shows_inbox: bool,
    /// The environment's label, shown as a badge; `None` in production.
    pub environment: Option<String>,
    /// Whom to ask for help.
    pub contact: Option<Contact>,
    /// The languages to choose from.
    pub languages: Vec<LanguageName>,
    /// The path and query that show this page again, in another language.
    pub here: String,
}

/// A language to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageName {
    /// Its tag (BCP 47).
    pub tag: String,
    /// What its speakers call it.
    pub name: String,
}

/// Why every page carries a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Banner {
    /// A demonstration: made-up accounts, messages go to the sandbox inbox.
    Demo,
    /// The database came from another installation, so messages go to the sandbox inbox.
    Quarantine,
}

/// The administrator's help contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// What the person reads.
    pub text: String,
    /// Where it leads, when it is an address that a browser can open.
    pub link: Option<String>,
}

/// What every page can say about itself; the layout asks for it.
pub trait Page: Template {
    /// The frame.
    fn shell(&self) -> &Shell;

    /// The page's name, without the site's.
    fn title(&self) -> String;

    /// Whether the page says that something went wrong with what the person just sent.
    fn in_error(&self) -> bool {
        false
    }

    /// The text of `<title>`. It starts with "Error:" after a fault, because that is what a screen reader says first.
    fn head_title(&self) -> String {
        let shell = self.shell();
        let args = [("title", self.title().into()), ("site", shell.site_name.as_str().into())];
        shell.tx.with(if self.in_error() { "title-error" } else { "title-page" }, &args)
    }
}

impl Shell {
    /// A text without arguments.
    pub fn t(&self, key: &str) -> String {
        self.tx.t(key)
    }

    /// Whether the page is in this language.
    pub fn speaks(&self, language: &LanguageName) -> bool {
        self.tx.tag() == language.tag
    }

    /// The address of a static file.
    pub fn asset(&self, name: &str) -> String {
        Assets::url(name)
    }

    /// Whom to ask, inside a sentence.
    pub fn contact_name(&self) -> String {
        self.contact.as_ref().map_or_else(|| self.t("contact-nobody"), |contact| contact.text.clone())
    }

    /// A text that names the site.
    pub fn with_site(&self, key: &str) -> String {
        self.tx.t1(key, "site", self.site_name.as_str())
    }
}

impl LanguageName {
    /// Every language there is, each by its own name.
    pub fn all(catalogue: &Catalogue) -> Vec<Self> {
        let named = |tag: &str| Self { tag: tag.to_owned(), name: catalogue.texts(tag).t("language-name") };
        catalogue.tags().map(named).collect()
    }
}

impl Banner {
    /// The key of its text.
    pub fn key(self) -> &'static str {
        match self {
            Self::Demo => "banner-demo",
            Self::Quarantine => "banner-quarantine",
        }
    }
}

impl Contact {
    /// Reads the administrator's setting: a web address, a mail address and a phone number become links, any other text
    /// stays text. No other scheme is ever linked, so the setting cannot carry a script.
    pub fn parse(text: &str) -> Self {
        let text = text.trim().to_owned();
        let spaceless: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.')).collect();
        let is_phone = spaceless.len() > 3 && spaceless.trim_start_matches('+').chars().all(|c| c.is_ascii_digit());
        let is_mail = text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'));
        let link = if text.contains(char::is_control) {
            None
        } else if text.starts_with("https://") && !text.contains(' ') {
            Some(text.clone())
        } else if is_phone {
            Some(format!("tel:{spaceless}"))
        } else if is_mail && !text.contains([' ', '?', '&', '/', ':']) {
            Some(format!("mailto:{text}"))
        } else {
            None
        };
        Self { text, link }
    }
}

#[cfg(test)]
mod tests {
    use super::Contact;

    #[test]
    fn a_contact_is_linked_by_what_it_is() {
        let cases = [
            ("help@example.com", Some("mailto:help@example.com")),
            ("+1 (202) 555-0143", Some("tel:+12025550143")),
            ("https://help.example.com/login", Some("https://help.example.com/login")),
            ("the service desk, room 12", None),
            ("javascript:alert(1)", None),
            ("javascript:alert@example.com", None),
            ("", None),
        ];
        for (text, link) in cases {
            assert_eq!(Contact::parse(text).link.as_deref(), link, "{text}");
        }
    }
}
