//! The settings of a directory, as they are written in `[directories.NAME]`, and what each kind of directory takes for
//! granted.

use std::path::PathBuf;
use std::time::Duration;

use countersign_core::contact;
use countersign_core::secret::Secret;
use countersign_core::settings::Fault;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::directory::ldap::filter::{Filter, is_attribute};
use crate::directory::ldap::name::Template;

/// The most servers, and the most attributes in a list.
const SERVERS_MAX: usize = 8;
const ATTRIBUTES_MAX: usize = 8;
/// The longest name of an entry, a server or an account, in bytes.
const TEXT_LEN_MAX: usize = 1024;

/// The settings of a directory.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectorySettings {
    /// What it is; decides the defaults.
    pub kind: Kind,
    /// The servers, `host` or `host:port`, in the order in which they are tried.
    pub servers: Vec<String>,
    /// How the connection is encrypted; there is no other way.
    #[serde(default)]
    pub security: Security,
    /// The certificate of a private authority (PEM); it is then the only one trusted.
    pub ca_file: Option<PathBuf>,
    /// Where people are searched for, with everything below it.
    pub base: String,
    /// The account that searches, with `service_password`.
    pub service_account: Option<String>,
    /// Its password.
    pub service_password: Option<Secret>,
    /// The name to bind with where there is no such account; `{name}` stands for what was typed.
    pub bind_as: Option<String>,
    /// Which entries are people.
    pub filter: Option<String>,
    /// The name that may stand before a backslash: `CORP` for `CORP\ana`.
    pub netbios_domain: Option<String>,
    /// The name that may stand after an `@`: `corp.example.com` for `ana@corp.example.com`.
    pub dns_domain: Option<String>,
    /// The group whose members, nested ones too, may log in.
    pub required_group: Option<String>,
    /// The entry of the password policy that holds for whoever has none of their own (OpenLDAP).
    pub password_policy: Option<String>,
    /// After how many wrong passwords the directory locks, where it does not tell.
    pub lockout_threshold: Option<u32>,
    /// The country of phone numbers that are written without one.
    pub country: Option<String>,
    /// The time for a connection.
    #[serde(default = "default_connect_timeout")]
    pub connect_timeout: SignedDuration,
    /// The time for everything that is asked over it.
    #[serde(default = "default_answer_timeout")]
    pub answer_timeout: SignedDuration,
    /// The most connections at a time.
    #[serde(default = "default_connections")]
    pub connections: u32,
    /// Which attributes hold what.
    #[serde(default)]
    pub attributes: AttributeSettings,
}

/// What a directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Active Directory, and Samba as its domain controller.
    ActiveDirectory,
    /// OpenLDAP.
    Openldap,
    /// Another one that keeps to the standards.
    Other,
}

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Security {
    /// From its first byte.
    #[default]
    #[serde(rename = "ldaps")]
    Ldaps,
    /// By StartTLS, before anything else is asked.
    #[serde(rename = "starttls")]
    StartTls,
}

/// The attributes, where they are not those of the kind.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AttributeSettings {
    /// What never changes.
    pub id: Option<String>,
    /// What people type to log in.
    pub names: Option<Vec<String>>,
    /// E-mail addresses, the preferred first.
    pub email: Option<Vec<String>>,
    /// Phone numbers, the preferred first.
    pub phone: Option<Vec<String>>,
    /// What people are called, the preferred first.
    pub display_name: Option<Vec<String>>,
    /// The groups of a person.
    pub groups: Option<String>,
}

/// The attributes that are read.
#[derive(Clone, Debug)]
pub(super) struct Attributes {
    pub(super) id: String,
    pub(super) names: Vec<String>,
    pub(super) email: Vec<String>,
    pub(super) phone: Vec<String>,
    pub(super) display_name: Vec<String>,
    pub(super) groups: String,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
}

/// Who asks the directory who somebody is.
#[derive(Clone, Debug)]
pub(super) enum Method {
    /// The person, who binds with a name made from what was typed.
    Direct(Template),
    /// A service account; the person's entry is bound as after it was found.
    Search { account: String, password: Secret },
}

impl DirectorySettings {
    /// Everything that is wrong; the keys are those within the section.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut require = |right: bool, key: &str, value: &str, allowed: &str| {
            if !right {
                faults.push(Fault { key: key.to_owned(), value: format!("{value:?}"), allowed: allowed.to_owned() });
            }
        };
        let servers = &self.servers;
        require((1..=SERVERS_MAX).contains(&servers.len()), "servers", &servers.join(", "), "1 to 8 servers");
        for server in servers {
            let right = Server::parse(server, self.security).is_some();
            require(
                right,
                "servers",
                server,
                "host or host:port, such as \"dc1.corp.example.com\"; no ldap:// before it",
            );
        }
        for (key, text) in self.texts() {
            require(is_text(text), key, text, "1 to 1024 bytes on one line");
        }
        for (key, names) in self.attributes.given() {
            let right = (1..=ATTRIBUTES_MAX).contains(&names.len()) && names.iter().all(|name| is_attribute(name));
            require(right, key, &names.join(", "), "1 to 8 names of attributes, such as \"mail\"");
        }
        if let Some(filter) = &self.filter {
            let allowed =
                "a search filter (RFC 4515), such as \"(objectClass=person)\"; the name is searched for besides it";
            require(Filter::parse(filter).is_ok(), "filter", filter, allowed);
        }
        if let Some(country) = &self.country {
            let allowed = "a country in two capital letters (ISO 3166), such as CA";
            require(contact::is_country(country), "country", country, allowed);
        }
        for (key, value, most) in
            [("connect_timeout", self.connect_timeout, 15), ("answer_timeout", self.answer_timeout, 30)]
        {
            let right = (SignedDuration::from_millis(100)..=SignedDuration::from_secs(most)).contains(&value);
            require(right, key, &format!("{value:#}"), &format!("100ms to {most}s: a person waits for it"));
        }
        let connections = self.connections;
        require((1..=256).contains(&connections), "connections", &connections.to_string(), "1 to 256");
        faults.extend(self.faults_of_method());
        faults
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        let optional = [
            ("service_account", &self.service_account),
            ("required_group", &self.required_group),
            ("password_policy", &self.password_policy),
            ("netbios_domain", &self.netbios_domain),
            ("dns_domain", &self.dns_domain),
        ];
        let given = optional.into_iter().filter_map(|(key, text)| Some((key, text.as_deref()?)));
        given.chain([("base", self.base.as_str())]).collect()
    }

    fn faults_of_method(&self) -> Vec<Fault> {
        let fault = |key: &str, value: &str, allowed: &str| {
            vec![Fault { key: key.to_owned(), value: value.to_owned(), allowed: allowed.to_owned() }]
        };
        match (&self.service_account, &self.service_password, &self.bind_as) {
            (Some(_), Some(password), None) if password.expose().trim().is_empty() => {
                fault("service_password", "empty", "the password of service_account: without one it is nobody")
            }
            (Some(_), Some(_), None) => Vec::new(),
            (None, None, Some(text)) => match Template::parse(text, self.kind) {
                Ok(_) => Vec::new(),
                Err(allowed) => fault("bind_as", &format!("{text:?}"), allowed),
            },
            (Some(_), None, _) => fault("service_password", "not given", "the password of service_account"),
            _ => fault(
                "service_account",
                "given, or not, in a way that leaves it open who asks",
                "either service_account with service_password (an account that searches), or bind_as (each person's own \
                 bind)",
            ),
        }
    }

    pub(super) fn method(&self) -> Option<Method> {
        match (&self.service_account, &self.service_password, &self.bind_as) {
            (Some(account), Some(password), None) => {
                Some(Method::Search { account: account.clone(), password: password.clone() })
            }
            (None, None, Some(text)) => Template::parse(text, self.kind).ok().map(Method::Direct),
            _ => None,
        }
    }

    pub(super) fn servers(&self) -> Vec<Server> {
        self.servers.iter().filter_map(|text| Server::parse(text, self.security)).collect()
    }

    /// Which entries are people.
    pub(super) fn filter(&self) -> Option<Filter> {
        let default = match self.kind {
            Kind::ActiveDirectory => "(&(objectCategory=person)(objectClass=user))",
            Kind::Openldap | Kind::Other => "(objectClass=person)",
        };
        Filter::parse(self.filter.as_deref().unwrap_or(default)).ok()
    }

    pub(super) fn attributes(&self) -> Attributes {
        let ad = self.kind == Kind::ActiveDirectory;
        let given = &self.attributes;
        let one = |given: &Option<String>, default: &str| given.clone().unwrap_or_else(|| default.to_owned());
        let list = |given: &Option<Vec<String>>, default: &[&str]| {
            given.clone().unwrap_or_else(|| default.iter().map(|name| (*name).to_owned()).collect())
        };
        Attributes {
            id: one(&given.id, if ad { "objectGUID" } else { "entryUUID" }),
            names: list(&given.names, if ad { &["sAMAccountName", "userPrincipalName"] } else { &["uid"] }),
            email: list(&given.email, &["mail"]),
            phone: list(&given.phone, &["mobile", "telephoneNumber"]),
            display_name: list(&given.display_name, &["displayName", "cn"]),
            groups: one(&given.groups, "memberOf"),
        }
    }

    pub(super) fn connect_limit(&self) -> Duration {
        self.connect_timeout.unsigned_abs()
    }

    pub(super) fn answer_limit(&self) -> Duration {
        self.answer_timeout.unsigned_abs()
    }
}

impl AttributeSettings {
    fn given(&self) -> Vec<(&'static str, Vec<String>)> {
        let one = |name: &Option<String>| name.clone().map(|name| vec![name]);
        let all = [
            ("attributes.id", one(&self.id)),
            ("attributes.names", self.names.clone()),
            ("attributes.email", self.email.clone()),
            ("attributes.phone", self.phone.clone()),
            ("attributes.display_name", self.display_name.clone()),
            ("attributes.groups", one(&self.groups)),
        ];
        all.into_iter().filter_map(|(key, names)| Some((key, names?))).collect()
    }
}

impl Server {
    /// `host` or `host:port`; an IPv6 address with a port is in brackets.
    fn parse(text: &str, security: Security) -> Option<Self> {
        let default = match security {
            Security::Ldaps => 636,
            Security::StartTls => 389,
        };
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().ok()?),
            _ => (text, default),
        };
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let is_name = !host.is_empty() && rustls::pki_types::ServerName::try_from(host).is_ok();
        (is_name && port != 0).then(|| Self { host: host.to_owned(), port })
    }
}

impl std::fmt::Display for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= TEXT_LEN_MAX && !text.chars().any(char::is_control)
}

const fn default_connect_timeout() -> SignedDuration {
    SignedDuration::from_secs(3)
}

const fn default_answer_timeout() -> SignedDuration {
    SignedDuration::from_secs(5)
}

const fn default_connections() -> u32 {
    16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_names_with_or_without_a_port() {
        let parse = |text, security| Server::parse(text, security).map(|server| server.to_string());
        for (text, ldaps, starttls) in [
            ("dc1.example.com", Some("dc1.example.com:636"), Some("dc1.example.com:389")),
            ("dc1.example.com:3269", Some("dc1.example.com:3269"), Some("dc1.example.com:3269")),
            ("192.0.2.7", Some("192.0.2.7:636"), Some("192.0.2.7:389")),
            ("[2001:db8::7]:1636", Some("[2001:db8::7]:1636"), Some("[2001:db8::7]:1636")),
            ("2001:db8::7", Some("[2001:db8::7]:636"), Some("[2001:db8::7]:389")),
            ("ldaps://dc1", None, None),
            ("dc1:0", None, None),
            ("dc1:x", None, None),
            ("dc 1", None, None),
            ("", None, None),
        ] {
            assert_eq!(parse(text, Security::Ldaps).as_deref(), ldaps, "{text}");
            assert_eq!(parse(text, Security::StartTls).as_deref(), starttls, "{text}");
        }
    }
}
