//! The sections of the table that say where passwords are proved when it is not here.

use crate::config::keys::Given::{Default, Nothing, Refused};
use crate::config::keys::{Section, key};
use crate::config::kind::Kind::{Choice, Duration, List, Secret, Text, Whole};

pub(super) const SECTIONS: &[Section] = &[
    Section {
        path: "directories.*",
        about: "A directory (LDAP) that proves passwords: Active Directory, OpenLDAP or another. Its name is that of a source; a realm uses it when `sources` of the realm names it.",
        keys: &[
            key(
                "kind",
                Choice(&["active-directory", "openldap", "other"]),
                Refused("\"active-directory\""),
                "What it is. Decides the defaults of `filter` and of the attributes, and how it tells what is in the way.",
            ),
            key(
                "servers",
                List,
                Refused("[\"dc1.corp.example.com\", \"dc2.corp.example.com\"]"),
                "The servers, by the names in their certificates, each perhaps with :PORT. The first that answers is \
                 asked; one that failed is left alone for 30 seconds.",
            ),
            key(
                "security",
                Choice(&["ldaps", "starttls"]),
                Default("\"ldaps\""),
                "How the connection is encrypted: from its first byte (port 636), or by StartTLS (port 389). There is no \
                 other way: passwords go over it.",
            ),
            key(
                "ca_file",
                Text,
                Nothing("\"/etc/ssl/private-ca.pem\""),
                "The certificate of a private authority (PEM); it is then the only one trusted. A relative path starts at \
                 the folder of this file.",
            ),
            key(
                "base",
                Text,
                Refused("\"DC=corp,DC=example,DC=com\""),
                "Where people are searched for, with everything below it.",
            ),
            key(
                "service_account",
                Text,
                Nothing("\"CN=countersign,OU=Services,DC=corp,DC=example,DC=com\""),
                "The account that looks people up, with service_password; it needs to read and nothing else. Either this, \
                 or bind_as.",
            ),
            key("service_password", Secret, Nothing("\"a-secret\""), "Its password."),
            key(
                "bind_as",
                Text,
                Nothing("\"{name}@corp.example.com\""),
                "Without an account that looks people up: the name that each person binds with, {name} standing for what \
                 they typed. {name}@DOMAIN, DOMAIN\\{name} or {name} for Active Directory; for others a distinguished \
                 name, such as uid={name},ou=people,dc=example,dc=com.",
            ),
            key(
                "filter",
                Text,
                Nothing("\"(&(objectCategory=person)(objectClass=user))\""),
                "Which entries are people (RFC 4515). The name is searched for besides it, so it has no place for it. By \
                 default the one shown for Active Directory, (objectClass=person) for others.",
            ),
            key(
                "netbios_domain",
                Text,
                Nothing("\"CORP\""),
                "What people may type before their name: CORP\\ana. Any other domain is nobody's.",
            ),
            key(
                "dns_domain",
                Text,
                Nothing("\"corp.example.com\""),
                "What people may type after their name: ana@corp.example.com is then ana too.",
            ),
            key(
                "required_group",
                Text,
                Nothing("\"CN=Help Desk,OU=Groups,DC=corp,DC=example,DC=com\""),
                "Only members of this group may log in, also through other groups. A primary group does not count.",
            ),
            key(
                "password_policy",
                Text,
                Nothing("\"cn=default,ou=policies,dc=example,dc=com\""),
                "OpenLDAP: the entry of the default password policy, to read from it after how many wrong passwords it \
                 locks.",
            ),
            key(
                "lockout_threshold",
                Whole(1000),
                Nothing("5"),
                "After how many wrong passwords the directory locks an account, where it does not tell; 0: never. \
                 Countersign passes on fewer, so that nobody can lock a person out of their workstation from here.",
            ),
            key(
                "country",
                Text,
                Nothing("\"CA\""),
                "The country (two capital letters, ISO 3166) of its phone numbers without one; by default site.country.",
            ),
            key("connect_timeout", Duration, Default("\"3s\""), "The time for a connection: 100ms to 15s."),
            key(
                "answer_timeout",
                Duration,
                Default("\"5s\""),
                "The time for what is asked over one connection: 100ms to 30s.",
            ),
            key(
                "connections",
                Whole(256),
                Default("16"),
                "The most connections at a time, 1 to 256. Whoever comes beyond that is told to try again, at once.",
            ),
        ],
    },
    Section {
        path: "directories.*.attributes",
        about: "Which attributes hold what, where they are not the usual ones of the kind.",
        keys: &[
            key(
                "id",
                Text,
                Nothing("\"objectGUID\""),
                "What never changes, also when the name does: objectGUID for Active Directory, else entryUUID.",
            ),
            key(
                "names",
                List,
                Nothing("[\"sAMAccountName\", \"userPrincipalName\"]"),
                "What people type to log in; each must be unique, and not theirs to change. Those shown for Active \
                 Directory, else uid.",
            ),
            key(
                "email",
                List,
                Nothing("[\"mail\"]"),
                "E-mail addresses; the first usable one is taken. By default mail.",
            ),
            key(
                "phone",
                List,
                Nothing("[\"mobile\", \"telephoneNumber\"]"),
                "Phone numbers; the first usable one is taken. By default mobile, then telephoneNumber.",
            ),
            key(
                "display_name",
                List,
                Nothing("[\"displayName\", \"cn\"]"),
                "What people are called. By default displayName, then cn.",
            ),
            key("groups", Text, Nothing("\"memberOf\""), "The groups of a person. By default memberOf."),
        ],
    },
];
