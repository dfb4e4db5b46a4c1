//! Every section and key there is: its kind, its default and what it is for.
//!
//! The one table from which values are checked, unknown keys refused, `countersign.example.toml` and
//! `docs/reference/config.md` written. A new setting is one entry here and one field in the struct it belongs to.

mod contacts;
mod delivery;
mod directories;
mod recovery;
mod routing;
mod twilio;

use crate::config::keys::Given::{Default, Nothing, Refused};
use crate::config::keys::{Section, key};
use crate::config::kind::Kind::{Choice, Duration, Flag, List, Secret, Text, Whole};

/// Every section, in the order of the example.
pub fn sections() -> impl Iterator<Item = &'static Section> {
    let own = RULES.iter().chain(contacts::SECTIONS).chain(recovery::SECTIONS).chain(directories::SECTIONS);
    own.chain(delivery::SECTIONS).chain(twilio::SECTIONS).chain(routing::SECTIONS)
}

const RULES: &[Section] = &[
    Section {
        path: "server",
        about: "What the process needs to start.",
        keys: &[
            key(
                "listen",
                Text,
                Default("\"127.0.0.1:8180\""),
                "Address and port to listen on. Countersign speaks plain HTTP: a reverse proxy on the same machine, \
                 or in a private network, adds HTTPS.",
            ),
            key(
                "public_url",
                Text,
                Refused("\"https://login.example.com\""),
                "The address in the browser's address bar: https, no path. (http only for this machine itself, to \
                 try out.) Its host is also the last line of each text message, so that phones fill in the code \
                 only there.",
            ),
            key(
                "environment",
                Text,
                Default("\"production\""),
                "What this installation is: production, test, … It is sealed into the database, so a copy that is \
                 started elsewhere sends nothing.",
            ),
            key(
                "database",
                Secret,
                Refused("\"sqlite:countersign.db\""),
                "sqlite:PATH, or postgres://USER:PASSWORD@HOST:PORT/NAME. A relative path starts at the folder of \
                 this file.",
            ),
            key(
                "key_file",
                Text,
                Refused("\"countersign.key\""),
                "The file of the master key, made by `countersign init`. Keep a copy of it, apart from the copies \
                 of the database. A relative path starts at the folder of this file.",
            ),
            key(
                "epoch_file",
                Text,
                Nothing("\"/var/lib/countersign/countersign.epoch\""),
                "Where Countersign notes how far the database has come, so that an older copy in its place is found \
                 out. Without it: key_file with .epoch at the end for SQLite, none for PostgreSQL (which tells a \
                 restored dump by itself). The service must be able to write the file and its folder. Keep it out of \
                 the copies of the database, and give each node its own.",
            ),
            key(
                "trusted_proxies",
                List,
                Default("[]"),
                "Addresses or networks of the reverse proxies whose X-Forwarded-For is believed. Anybody else could \
                 claim any address with it.",
            ),
            key(
                "allowed_returns",
                List,
                Default("[]"),
                "The sites that a login may return to, such as \"https://erp.example.com\": scheme, host and port, \
                 exactly.",
            ),
        ],
    },
    Section {
        path: "log",
        about: "What is written to standard error. No level ever shows a password, a code or a key.",
        keys: &[
            key(
                "level",
                Text,
                Default("\"info\""),
                "error, warn, info, debug or trace; by module too, such as \"info,countersign::courier=debug\". \
                 Libraries that could print messages or queries never say more than warnings.",
            ),
            key(
                "format",
                Choice(&["text", "json"]),
                Default("\"text\""),
                "text for people, json for programs: one object a line.",
            ),
        ],
    },
    Section {
        path: "site",
        about: "How the site presents itself on pages and in messages.",
        keys: &[
            key(
                "name",
                Text,
                Default("\"Countersign\""),
                "The name on pages and in messages: the one that people know.",
            ),
            key(
                "contact",
                Text,
                Default("\"your administrator\""),
                "Whom to ask for help: a name, a phone number, an address.",
            ),
            key(
                "country",
                Text,
                Nothing("\"CA\""),
                "The country (two capital letters, ISO 3166) of phone numbers that are written without one.",
            ),
        ],
    },
    Section {
        path: "realms.*",
        about: "A population of accounts, with its own login page /login/NAME and its own policy. internal (\"Staff\") and external (\"Customers\") exist from the start; a section with another name adds a realm.",
        keys: &[
            key(
                "title",
                Text,
                Default("\"Staff\""),
                "The name that people see. Without one: \"Staff\" for internal, \"Customers\" for external, else \
                 the realm's name.",
            ),
            key(
                "sources",
                List,
                Default("[\"local\"]"),
                "Who proves the passwords, in the order in which they are asked: local (Countersign's own database), and \
                 the names of directories, such as [\"local\", \"corp\"] with [directories.corp].",
            ),
        ],
    },
    Section {
        path: "realms.*.policy.*",
        about: "When a login to this realm needs a code, by the source of the password: local (Countersign's own database), or the name of a directory among the realm's sources.",
        keys: &[
            key(
                "mode",
                Choice(&["off", "optional", "required"]),
                Default("\"off\""),
                "off: never; optional: for each person who turns it on; required: for everybody.",
            ),
            key(
                "preset",
                Choice(&["unless-device-trusted", "when-something-changed", "again-after-days"]),
                Default("\"unless-device-trusted\""),
                "unless-device-trusted: a code unless the browser is a trusted device. when-something-changed: a \
                 code from a new network, a changed browser, after 3 failed logins, or 7 days after the last code. \
                 again-after-days: a code 30 days after the last one, and at no other time.",
            ),
            key(
                "days",
                Whole(65_535),
                Nothing("30"),
                "Another number of days for when-something-changed or again-after-days: 1 to 365.",
            ),
        ],
    },
    Section {
        path: "realms.*.policy.*.triggers",
        about: "Each trigger by itself, instead of a preset: what is left out is off. A code is asked for if any fires.",
        keys: &[
            key("untrusted_device", Flag, Default("false"), "The browser is not a trusted device of the account."),
            key(
                "new_network",
                Flag,
                Default("false"),
                "The address differs from those of the last successful logins (IPv6: the /64).",
            ),
            key(
                "remembered_networks",
                Whole(255),
                Default("1"),
                "How many networks of past logins count as known: 1 to 20.",
            ),
            key(
                "factor_older_than_days",
                Whole(65_535),
                Nothing("7"),
                "The last code was given more than so many days ago: 1 to 365.",
            ),
            key(
                "failures_at_least",
                Whole(u32::MAX),
                Nothing("3"),
                "At least so many failed logins since the last successful one: 1 to 100.",
            ),
            key(
                "changed_browser",
                Flag,
                Default("false"),
                "Browser, system or language differ from the last successful login's.",
            ),
        ],
    },
    Section {
        path: "networks",
        about: "What is known of the networks that people come from.",
        keys: &[key(
            "never_new",
            List,
            Default("[]"),
            "Networks that never count as new, in any realm, such as those of the offices: [\"10.0.0.0/8\", \
             \"203.0.113.7\", \"2001:db8::/48\"]. A login from one of them leaves the remembered networks as they are.",
        )],
    },
    Section {
        path: "code",
        about: "The six-digit code.",
        keys: &[
            key(
                "life",
                Duration,
                Default("\"10m\""),
                "How long a code is valid: 5m to 10m. Shorter, and late messages are useless; longer is against \
                 NIST SP 800-63B-4.",
            ),
            key("tries", Whole(u32::MAX), Default("5"), "How often a code may be tried: 1 to 5."),
        ],
    },
    Section {
        path: "lockout",
        about: "What stops guessing.",
        keys: &[
            key(
                "failures",
                Whole(u32::MAX),
                Default("5"),
                "Consecutive wrong passwords that pause an account: 3 to 20. A trusted device has its own count, so \
                 strangers cannot lock its owner out.",
            ),
            key("pause", Duration, Default("\"30m\""), "How long the pause is: 1m to 24h."),
            key(
                "code_failures",
                Whole(u32::MAX),
                Default("20"),
                "Consecutive wrong codes, over any number of logins, that turn codes off until an administrator \
                 unlocks the account: 5 to 100.",
            ),
            key(
                "network_failures",
                Whole(u32::MAX),
                Default("100"),
                "Failed logins from one client network in an hour, over all names, after which it has to wait: 10 to \
                 10000. Raise it where many people share one address. A trusted device is not affected.",
            ),
        ],
    },
    Section {
        path: "send_limits",
        about: "How many messages may be sent: they cost money, and a stranger must not be able to flood a person.",
        keys: &[
            key(
                "cooldown",
                Duration,
                Default("\"30s\""),
                "The wait after the first message of a login; it doubles with each further one: 10s to 5m.",
            ),
            key("account.per_hour", Whole(u32::MAX), Default("5"), "Messages to one account in any hour."),
            key("account.per_day", Whole(u32::MAX), Default("10"), "Messages to one account in any 24 hours."),
            key(
                "destination.per_hour",
                Whole(u32::MAX),
                Default("5"),
                "Messages to one address or number in any hour.",
            ),
            key(
                "destination.per_day",
                Whole(u32::MAX),
                Default("10"),
                "Messages to one address or number in any 24 hours.",
            ),
            key(
                "number_range.per_hour",
                Whole(u32::MAX),
                Default("10"),
                "Messages to a thousand adjacent numbers in any hour: toll fraud walks through such ranges.",
            ),
            key(
                "number_range.per_day",
                Whole(u32::MAX),
                Default("30"),
                "Messages to a thousand adjacent numbers in any 24 hours.",
            ),
            key(
                "network.per_hour",
                Whole(u32::MAX),
                Default("60"),
                "Messages asked for from one network in any hour. Raise it if a large office shares one address.",
            ),
            key(
                "network.per_day",
                Whole(u32::MAX),
                Default("300"),
                "Messages asked for from one network in any 24 hours.",
            ),
            key(
                "instance.per_hour",
                Whole(u32::MAX),
                Default("1000"),
                "All messages in any hour: the limit of a day gone wrong.",
            ),
            key("instance.per_day", Whole(u32::MAX), Default("5000"), "All messages in any 24 hours."),
        ],
    },
    Section {
        path: "trusted_device",
        about: "A browser that need not give a code for a while.",
        keys: &[
            key("enabled", Flag, Default("true"), "Whether \"trust this device\" is offered."),
            key("life", Duration, Default("\"48h\""), "How long a device is trusted: 1h to trusted_device.cap."),
            key(
                "per_account",
                Whole(u32::MAX),
                Default("1"),
                "How many devices an account may have, 1 to 20; a new one replaces the oldest.",
            ),
            key(
                "renewal",
                Choice(&["sliding", "fixed"]),
                Default("\"sliding\""),
                "sliding: each login from the device starts its time anew; fixed: the time counts from the code.",
            ),
            key(
                "cap",
                Duration,
                Default("\"720h\""),
                "After this long a code is needed again, whatever happened in between: 1h to 2160h (90 days).",
            ),
        ],
    },
    Section {
        path: "session",
        about: "How long a completed login lasts.",
        keys: &[
            key(
                "idle",
                Duration,
                Default("\"30m\""),
                "A session ends after this long without a request: 2m to session.absolute.",
            ),
            key(
                "absolute",
                Duration,
                Default("\"12h\""),
                "A session ends after this long, whatever happens: 5m to 720h (30 days).",
            ),
            key(
                "fresh",
                Duration,
                Default("\"10m\""),
                "So long after a code a person may change contacts and two-step login without another: 1m to 60m.",
            ),
        ],
    },
];
