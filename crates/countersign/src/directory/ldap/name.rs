//! What a person typed as a name, and the name that a bind is made with.
//!
//! Nothing that was typed is ever pasted: into a distinguished name it goes escaped (RFC 4514, 2.4), into a filter as a
//! value, and before `@domain` or after `DOMAIN\` only if it has neither sign itself.

use crate::directory::ldap::settings::{DirectorySettings, Kind};

/// The longest name that is looked for, in bytes.
const NAME_LEN_MAX: usize = 254;

/// The place of the name in a template.
const NAME: &str = "{name}";

/// A name as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TypedName {
    /// All of it, without a Windows domain before it.
    pub(super) whole: String,
    /// Without the domain after it either.
    pub(super) bare: String,
}

impl TypedName {
    /// Reads a name; `None` if nobody can be called so.
    pub(super) fn read(typed: &str, settings: &DirectorySettings) -> Option<Self> {
        let typed = typed.trim();
        let usable = !typed.is_empty() && typed.len() <= NAME_LEN_MAX && !typed.chars().any(char::is_control);
        let whole = match typed.split_once('\\') {
            Some((domain, name)) => {
                let ours = settings.netbios_domain.as_deref()?;
                domain.eq_ignore_ascii_case(ours).then_some(name.trim())?
            }
            None => typed,
        };
        let ours = settings.dns_domain.as_deref();
        let bare = match whole.rsplit_once('@') {
            Some((name, domain)) if ours.is_some_and(|ours| domain.eq_ignore_ascii_case(ours)) => name.trim(),
            _ => whole,
        };
        (usable && !whole.is_empty() && !bare.is_empty())
            .then(|| Self { whole: whole.to_owned(), bare: bare.to_owned() })
    }

    /// Each form in which the directory may know the name.
    pub(super) fn forms(&self) -> impl Iterator<Item = &str> {
        let bare = (self.bare != self.whole).then_some(self.bare.as_str());
        std::iter::once(self.whole.as_str()).chain(bare)
    }
}

/// How a typed name becomes the name of a bind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    before: String,
    after: String,
    form: Form,
}

/// What a template makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A distinguished name: `uid={name},ou=people,dc=example`.
    Dn,
    /// What was typed, as it is: `{name}`.
    Plain,
    /// A name with its domain: `{name}@corp.example.com`, `CORP\{name}`.
    WithDomain,
}

impl Template {
    /// Reads a template; the fault says what is allowed.
    pub(super) fn parse(text: &str, kind: Kind) -> Result<Self, &'static str> {
        let allowed = match kind {
            Kind::ActiveDirectory => {
                "{name} once, such as \"{name}@corp.example.com\", \"CORP\\\\{name}\" or \"{name}\" (people then type the \
                 domain)"
            }
            Kind::Openldap | Kind::Other => {
                "a distinguished name with {name} once, such as \"uid={name},ou=people,dc=example,dc=com\": only Active \
                 Directory takes other names"
            }
        };
        let (before, after) = text.split_once(NAME).ok_or(allowed)?;
        let dn = before.ends_with('=') && (after.is_empty() || after.starts_with(','));
        let domain = (before.is_empty() && after.len() > 1 && after.starts_with('@'))
            || (after.is_empty() && before.len() > 1 && before.ends_with('\\'));
        let plain = before.is_empty() && after.is_empty();
        let form = match kind {
            _ if after.contains(NAME) || text.chars().any(char::is_control) => return Err(allowed),
            _ if dn => Form::Dn,
            Kind::ActiveDirectory if domain => Form::WithDomain,
            Kind::ActiveDirectory if plain => Form::Plain,
            _ => return Err(allowed),
        };
        Ok(Self { before: before.to_owned(), after: after.to_owned(), form })
    }

    /// The name to bind with; `None` if the name would say something else there.
    pub(super) fn fill(&self, name: &TypedName) -> Option<String> {
        let Self { before, after, form } = self;
        match form {
            Form::Dn => Some(format!("{before}{}{after}", escaped(&name.bare))),
            Form::WithDomain => {
                (!name.bare.contains(['@', '\\', '/', '"'])).then(|| format!("{before}{}{after}", name.bare))
            }
            // A name with a comma or an equals sign might be taken for a distinguished name.
            Form::Plain => (!name.whole.contains(['=', ',', '/', '"'])).then(|| name.whole.clone()),
        }
    }

    /// Whether the name that is bound with is the entry itself.
    pub(super) fn is_dn(&self) -> bool {
        self.form == Form::Dn
    }
}

/// A value within a distinguished name (RFC 4514, 2.4).
fn escaped(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut text = String::with_capacity(value.len() + 8);
    for (at, letter) in value.chars().enumerate() {
        let special = matches!(letter, '"' | '+' | ',' | ';' | '<' | '=' | '>' | '\\');
        match letter {
            '\0' => text.push_str("\\00"),
            ' ' if at == 0 || at == last => text.push_str("\\ "),
            '#' if at == 0 => text.push_str("\\#"),
            _ if special => text.extend(['\\', letter]),
            _ => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(kind: &str) -> DirectorySettings {
        let text = format!(
            "kind = \"{kind}\"\nservers = [\"a\"]\nbase = \"dc=a\"\nnetbios_domain = \"CORP\"\ndns_domain = \"corp.example.com\""
        );
        toml::from_str(&text).unwrap()
    }

    fn typed(text: &str) -> Option<(String, String)> {
        let name = TypedName::read(text, &settings("active-directory"))?;
        Some((name.whole, name.bare))
    }

    #[test]
    fn j06_every_way_to_type_a_name_leads_to_the_same() {
        let both = |whole: &str, bare: &str| Some((whole.to_owned(), bare.to_owned()));
        assert_eq!(typed("ana"), both("ana", "ana"));
        assert_eq!(typed(" ana "), both("ana", "ana"));
        assert_eq!(typed("CORP\\ana"), both("ana", "ana"));
        assert_eq!(typed("corp\\ana"), both("ana", "ana"));
        assert_eq!(typed("ana@CORP.example.com"), both("ana@CORP.example.com", "ana"));
        assert_eq!(typed("ana@other.example"), both("ana@other.example", "ana@other.example"));
        for nobody in ["", " ", "OTHER\\ana", "CORP\\", "@corp.example.com", "a\0na", "a\nna", &"a".repeat(255)] {
            assert_eq!(typed(nobody), None, "{nobody:?}");
        }
    }

    #[test]
    fn j03_what_is_typed_stays_one_value_of_the_name() {
        let template = Template::parse("uid={name},ou=people,dc=a", Kind::Openldap).unwrap();
        let fill = |name: &str| template.fill(&TypedName { whole: name.to_owned(), bare: name.to_owned() });
        for (name, dn) in [
            ("ana", "uid=ana,ou=people,dc=a"),
            ("ana,ou=admins", "uid=ana\\,ou\\=admins,ou=people,dc=a"),
            ("a+cn=b", "uid=a\\+cn\\=b,ou=people,dc=a"),
            ("#ana", "uid=\\#ana,ou=people,dc=a"),
            (" ana ", "uid=\\ ana\\ ,ou=people,dc=a"),
            ("a\\,b", "uid=a\\\\\\,b,ou=people,dc=a"),
            ("\"a\";<b>", "uid=\\\"a\\\"\\;\\<b\\>,ou=people,dc=a"),
            ("a\0b", "uid=a\\00b,ou=people,dc=a"),
        ] {
            assert_eq!(fill(name).as_deref(), Some(dn));
        }
    }

    #[test]
    fn templates_with_a_domain_take_only_bare_names() {
        let fill = |template: &str, typed: &str| {
            let name = TypedName::read(typed, &settings("active-directory"))?;
            Template::parse(template, Kind::ActiveDirectory).unwrap().fill(&name)
        };
        assert_eq!(fill("{name}@corp.example.com", "CORP\\ana").as_deref(), Some("ana@corp.example.com"));
        assert_eq!(fill("{name}@corp.example.com", "ana@corp.example.com").as_deref(), Some("ana@corp.example.com"));
        assert_eq!(fill("CORP\\{name}", "ana").as_deref(), Some("CORP\\ana"));
        assert_eq!(fill("CORP\\{name}", "ana@other.example"), None);
        assert_eq!(fill("{name}", "ana@corp.example.com").as_deref(), Some("ana@corp.example.com"));
        assert_eq!(fill("{name}", "cn=ana,dc=a"), None);
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for (text, kind) in [
            ("ana@corp", Kind::ActiveDirectory),
            ("{name}{name}@corp", Kind::ActiveDirectory),
            ("x{name}@corp", Kind::ActiveDirectory),
            ("{name}@", Kind::ActiveDirectory),
            ("\\{name}", Kind::ActiveDirectory),
            ("{name}@corp.example.com", Kind::Openldap),
            ("{name}", Kind::Other),
            ("uid=x{name},dc=a", Kind::Openldap),
        ] {
            assert!(Template::parse(text, kind).is_err(), "{text}");
        }
    }
}
