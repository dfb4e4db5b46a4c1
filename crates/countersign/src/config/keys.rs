//! Every key there is: its kind, its default and what it is for.
//!
//! The one table from which values are checked, unknown keys refused, `countersign.example.toml` written and
//! `docs/reference/config.md` generated. A new setting is one line here and one field in the struct it belongs to.

use crate::config::kind::Kind::{self, Choice, Duration, Flag, List, Secret, Text, Url, Whole};

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its path; `*` stands for a name.
    pub path: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// What holds when it is not given.
    pub given: Given,
    /// What it is for, and why it is as it is.
    pub about: &'static str,
}

/// What holds when a key is not given. The texts are TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// This value.
    Default(&'static str),
    /// Nothing; a value may look like this.
    Nothing(&'static str),
    /// The configuration (or its section) is refused; a value may look like this.
    Refused(&'static str),
}

impl Given {
    /// The value in the example file.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Default(text) | Self::Nothing(text) | Self::Refused(text) => text,
        }
    }
}

/// One section, with a sentence that introduces it.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its path.
    pub path: &'static str,
    /// What it is about.
    pub about: &'static str,
}

/// Every section, in the order of the example.
pub const SECTIONS: &[Section] = &[
    Section { path: "server", about: "What the process needs to start." },
    Section { path: "log", about: "What is written to standard error. No level ever shows a password, a code or a key." },
    Section { path: "site", about: "How the site presents itself on pages and in messages." },
    Section {
        path: "realms.*",
        about: "A population of accounts, with its own login page /login/NAME and its own policy. The realms written \
                here are the ones there are; when none is written, there are internal (\"Staff\") and external \
                (\"Customers\"), both without a second factor.",
    },
    Section {
        path: "realms.*.policy.local",
        about: "When a login to this realm, with a password of Countersign's own database, needs a code.",
    },
    Section {
        path: "realms.*.policy.local.triggers",
        about: "Each trigger by itself, instead of a preset. A code is asked for if any of them fires.",
    },
    Section { path: "code", about: "The six-digit code." },
    Section { path: "lockout", about: "What stops guessing." },
    Section {
        path: "send_limits",
        about: "How many messages may be sent: they cost money, and a stranger must not be able to flood a person.",
    },
    Section { path: "trusted_device", about: "A browser that need not give a code for a while." },
    Section { path: "session", about: "How long a completed login lasts." },
    Section { path: "providers.smtp", about: "E-mail through a mail server. The section is used if it is there." },
    Section { path: "providers.clicksend", about: "Text messages through ClickSend. The section is used if it is there." },
    Section { path: "providers.textmagic", about: "Text messages through TextMagic. The section is used if it is there." },
    Section {
        path: "providers.sandbox",
        about: "Sends nothing: every message is kept on the page /outbox. For trying out, never for production.",
    },
    Section { path: "channels", about: "Which providers deliver what: the first is used, the next when it fails." },
];

/// Every key, in the order of the example.
pub const KEYS: &[Key] = &[
    key("server.listen", Text, Given::Default("\"127.0.0.1:8180\""), "Address and port to listen on. Countersign speaks plain HTTP: a reverse proxy on the same machine, or in a private network, adds HTTPS."),
    key("server.public_url", Text, Given::Refused("\"https://login.example.com\""), "The address in the browser's address bar: https, no path. (http only for this machine itself, to try out.) Its host is also the last line of each text message, so that phones fill in the code only there."),
    key("server.environment", Text, Given::Default("\"production\""), "What this installation is: production, test, … It is sealed into the database, so a copy that is started elsewhere sends nothing."),
    key("server.database", Secret, Given::Refused("\"sqlite:countersign.db\""), "sqlite:PATH, or postgres://USER:PASSWORD@HOST:PORT/NAME. A relative path starts at the folder of this file."),
    key("server.key_file", Text, Given::Refused("\"countersign.key\""), "The file of the master key, made by `countersign init`. Keep a copy of it, apart from the copies of the database. A relative path starts at the folder of this file."),
    key("server.trusted_proxies", List, Given::Default("[]"), "Addresses or networks of the reverse proxies whose X-Forwarded-For is believed. Anybody else could claim any address with it."),
    key("server.allowed_returns", List, Given::Default("[]"), "The sites that a login may return to, such as \"https://erp.example.com\": scheme, host and port, exactly."),
    key("log.level", Text, Given::Default("\"info\""), "error, warn, info, debug or trace; by module too, such as \"info,countersign::courier=debug\". Libraries that could print messages or queries never say more than warnings."),
    key("log.format", Choice(&["text", "json"]), Given::Default("\"text\""), "text for people, json for programs: one object a line."),
    key("site.name", Text, Given::Default("\"Countersign\""), "The name on pages and in messages: the one that people know."),
    key("site.contact", Text, Given::Default("\"your administrator\""), "Whom to ask for help: a name, a phone number, an address."),
    key("site.country", Text, Given::Nothing("\"CA\""), "The country (two capital letters, ISO 3166) of phone numbers that are written without one."),
    key("realms.*.title", Text, Given::Default("\"Staff\""), "The name that people see. Without one: \"Staff\" for internal, \"Customers\" for external, else the realm's name."),
    key("realms.*.policy.local.mode", Choice(&["off", "optional", "required"]), Given::Default("\"off\""), "off: never; optional: for each person who turns it on; required: for everybody."),
    key("realms.*.policy.local.preset", Choice(&["unless-device-trusted", "when-something-changed"]), Given::Default("\"unless-device-trusted\""), "unless-device-trusted: a code unless the browser is a trusted device. when-something-changed: a code from a new network, a changed browser, after 3 failed logins, or 7 days after the last code."),
    key("realms.*.policy.local.triggers.untrusted_device", Flag, Given::Default("true"), "The browser is not a trusted device of the account."),
    key("realms.*.policy.local.triggers.new_network", Flag, Given::Default("false"), "The address differs from those of the last successful logins (IPv6: the /64)."),
    key("realms.*.policy.local.triggers.remembered_networks", Whole(255), Given::Default("1"), "How many networks of past logins count as known: 1 to 20."),
    key("realms.*.policy.local.triggers.factor_older_than_days", Whole(65_535), Given::Nothing("7"), "The last code was given more than so many days ago: 1 to 365."),
    key("realms.*.policy.local.triggers.failures_at_least", Whole(u32::MAX), Given::Nothing("3"), "At least so many failed logins since the last successful one: 1 to 100."),
    key("realms.*.policy.local.triggers.changed_browser", Flag, Given::Default("false"), "Browser, system or language differ from the last successful login's."),
    key("code.life", Duration, Given::Default("\"10m\""), "How long a code is valid: 5m to 10m. Shorter, and late messages are useless; longer is against NIST SP 800-63B-4."),
    key("code.tries", Whole(u32::MAX), Given::Default("5"), "How often a code may be tried: 1 to 5."),
    key("lockout.failures", Whole(u32::MAX), Given::Default("5"), "Consecutive wrong passwords that pause an account: 3 to 20. A trusted device has its own count, so strangers cannot lock its owner out."),
    key("lockout.pause", Duration, Given::Default("\"30m\""), "How long the pause is: 1m to 24h."),
    key("lockout.code_failures", Whole(u32::MAX), Given::Default("20"), "Consecutive wrong codes, over any number of logins, that turn codes off until an administrator unlocks the account: 5 to 100."),
    key("send_limits.cooldown", Duration, Given::Default("\"30s\""), "The wait after the first message of a login; it doubles with each further one: 10s to 5m."),
    key("send_limits.account.per_hour", Whole(u32::MAX), Given::Default("5"), "Messages to one account in any hour."),
    key("send_limits.account.per_day", Whole(u32::MAX), Given::Default("10"), "Messages to one account in any 24 hours."),
    key("send_limits.destination.per_hour", Whole(u32::MAX), Given::Default("5"), "Messages to one address or number in any hour."),
    key("send_limits.destination.per_day", Whole(u32::MAX), Given::Default("10"), "Messages to one address or number in any 24 hours."),
    key("send_limits.number_range.per_hour", Whole(u32::MAX), Given::Default("10"), "Messages to a thousand adjacent numbers in any hour: toll fraud walks through such ranges."),
    key("send_limits.number_range.per_day", Whole(u32::MAX), Given::Default("30"), "Messages to a thousand adjacent numbers in any 24 hours."),
    key("send_limits.network.per_hour", Whole(u32::MAX), Given::Default("60"), "Messages asked for from one network in any hour. Raise it if a large office shares one address."),
    key("send_limits.network.per_day", Whole(u32::MAX), Given::Default("300"), "Messages asked for from one network in any 24 hours."),
    key("send_limits.instance.per_hour", Whole(u32::MAX), Given::Default("1000"), "All messages in any hour: the limit of a day gone wrong."),
    key("send_limits.instance.per_day", Whole(u32::MAX), Given::Default("5000"), "All messages in any 24 hours."),
    key("trusted_device.enabled", Flag, Given::Default("true"), "Whether \"trust this device\" is offered."),
    key("trusted_device.life", Duration, Given::Default("\"48h\""), "How long a device is trusted: 1h to trusted_device.cap."),
    key("trusted_device.per_account", Whole(u32::MAX), Given::Default("1"), "How many devices an account may have, 1 to 20; a new one replaces the oldest."),
    key("trusted_device.renewal", Choice(&["sliding", "fixed"]), Given::Default("\"sliding\""), "sliding: each login from the device starts its time anew; fixed: the time counts from the code."),
    key("trusted_device.cap", Duration, Given::Default("\"720h\""), "After this long a code is needed again, whatever happened in between: 1h to 2160h (90 days)."),
    key("session.idle", Duration, Given::Default("\"30m\""), "A session ends after this long without a request: 2m to session.absolute."),
    key("session.absolute", Duration, Given::Default("\"12h\""), "A session ends after this long, whatever happens: 5m to 720h (30 days)."),
    key("providers.smtp.host", Text, Given::Refused("\"mail.example.com\""), "The mail server's name, which its certificate must carry, or its address."),
    key("providers.smtp.port", Whole(65_535), Given::Nothing("587"), "The port; by default 587 for starttls, 465 for tls, 25 for none."),
    key("providers.smtp.security", Choice(&["starttls", "tls", "none"]), Given::Default("\"starttls\""), "How the connection is encrypted. none is allowed only for a server on this machine."),
    key("providers.smtp.username", Text, Given::Nothing("\"login@example.com\""), "The user name, with a password; neither for a server that knows this machine by its address."),
    key("providers.smtp.password", Secret, Given::Nothing("\"…\""), "The password."),
    key("providers.smtp.from", Text, Given::Refused("\"Example Login <login@example.com>\""), "The sender of the mails."),
    key("providers.smtp.hello_name", Text, Given::Nothing("\"login.example.com\""), "The name to say hello with; some relays insist on a real one."),
    key("providers.smtp.ca_file", Text, Given::Nothing("\"/etc/ssl/private-ca.pem\""), "The certificate of a private authority (PEM); it is then the only one trusted."),
    key("providers.smtp.timeout_seconds", Whole(65_535), Given::Default("20"), "The time for a whole mail: 1 to 120 seconds."),
    key("providers.clicksend.username", Text, Given::Refused("\"ana@example.com\""), "The API user name, from ClickSend's dashboard."),
    key("providers.clicksend.api_key", Secret, Given::Refused("\"…\""), "The API key, from ClickSend's dashboard."),
    key("providers.clicksend.sender", Text, Given::Nothing("\"+61411111111\""), "The number or name to send from. Without one ClickSend uses a shared number, which does not work in the USA and Canada."),
    key("providers.clicksend.base_url", Url, Given::Nothing("\"https://rest.clicksend.com\""), "Another address than ClickSend's own: a proxy, or a stand-in for tests."),
    key("providers.textmagic.username", Text, Given::Refused("\"ana\""), "The account's user name."),
    key("providers.textmagic.api_key", Secret, Given::Refused("\"…\""), "An API key of version 2; those of version 1 do not work."),
    key("providers.textmagic.sender", Text, Given::Refused("\"+447860021130\""), "The number or name to send from; TextMagic sends nothing without one that the account owns."),
    key("providers.textmagic.base_url", Url, Given::Nothing("\"https://rest.textmagic.com\""), "Another address than TextMagic's own: a proxy, or a stand-in for tests."),
    key("providers.sandbox.enabled", Flag, Given::Default("true"), "Whether the section counts."),
    key("channels.email", List, Given::Nothing("[\"smtp\"]"), "The providers of mails, in order. Without this key: every one that is configured. An empty list turns e-mail off."),
    key("channels.sms", List, Given::Nothing("[\"clicksend\", \"textmagic\"]"), "The providers of text messages, in order. Without this key: every one that is configured. An empty list turns them off."),
];

const fn key(path: &'static str, kind: Kind, given: Given, about: &'static str) -> Key {
    Key { path, kind, given, about }
}

/// What a path is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// The key itself.
    Key(&'static Key),
    /// The name of a file that holds the value of this secret.
    FileOf(&'static Key),
}

/// Looks a path up.
pub(super) fn find(path: &str) -> Option<Known> {
    if let Some(key) = KEYS.iter().find(|key| matches(key.path, path)) {
        return Some(Known::Key(key));
    }
    let stem = path.strip_suffix("_file")?;
    KEYS.iter().find(|key| key.kind == Secret && matches(key.path, stem)).map(Known::FileOf)
}

/// Whether a path is one that the pattern stands for.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let mut left = pattern.split('.');
    let mut right = path.split('.');
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(pattern), Some(segment)) if pattern == "*" || pattern == segment => {}
            _ => return false,
        }
    }
}
