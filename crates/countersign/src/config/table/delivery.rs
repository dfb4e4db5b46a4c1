//! The sections of the table that say how messages are delivered.

use crate::config::keys::Given::{Default, Nothing, Refused};
use crate::config::keys::{Section, key};
use crate::config::kind::Kind::{Choice, Flag, List, Secret, Text, Url, Whole};

pub(super) const SECTIONS: &[Section] = &[
    Section {
        path: "providers.smtp",
        about: "E-mail through a mail server. The section is used if it is there.",
        keys: &[
            key(
                "host",
                Text,
                Refused("\"mail.example.com\""),
                "The mail server's name, which its certificate must carry, or its address.",
            ),
            key(
                "port",
                Whole(65_535),
                Nothing("587"),
                "The port; by default 587 for starttls, 465 for tls, 25 for none.",
            ),
            key(
                "security",
                Choice(&["starttls", "tls", "none"]),
                Default("\"starttls\""),
                "How the connection is encrypted. none is allowed only for a server on this machine.",
            ),
            key(
                "username",
                Text,
                Nothing("\"login@example.com\""),
                "The user name, with a password; neither for a server that knows this machine by its address.",
            ),
            key("password", Secret, Nothing("\"a-secret\""), "The password."),
            key("from", Text, Refused("\"Example Login <login@example.com>\""), "The sender of the mails."),
            key(
                "hello_name",
                Text,
                Nothing("\"login.example.com\""),
                "The name to say hello with; some relays insist on a real one.",
            ),
            key(
                "ca_file",
                Text,
                Nothing("\"/etc/ssl/private-ca.pem\""),
                "The certificate of a private authority (PEM); it is then the only one trusted.",
            ),
            key("timeout_seconds", Whole(65_535), Default("15"), "The time for a whole mail: 1 to 45 seconds."),
        ],
    },
    Section {
        path: "providers.clicksend",
        about: "Text messages through ClickSend, and calls if channels.voice names it. The section is used if it is there.",
        keys: &[
            key("username", Text, Refused("\"ana@example.com\""), "The API user name, from ClickSend's dashboard."),
            key("api_key", Secret, Refused("\"a-secret\""), "The API key, from ClickSend's dashboard."),
            key(
                "sender",
                Text,
                Nothing("\"+61411111111\""),
                "The number or name to send from. Without one ClickSend uses a shared number, which does not work \
                 in the USA and Canada.",
            ),
            key(
                "base_url",
                Url,
                Nothing("\"https://rest.clicksend.com\""),
                "Another address than ClickSend's own: a proxy, or a stand-in for tests.",
            ),
        ],
    },
    Section {
        path: "providers.textmagic",
        about: "Text messages through TextMagic, and calls if channels.voice names it. The section is used if it is there.",
        keys: &[
            key("username", Text, Refused("\"ana\""), "The account's user name."),
            key("api_key", Secret, Refused("\"a-secret\""), "An API key of version 2; those of version 1 do not work."),
            key(
                "sender",
                Text,
                Refused("\"+447860021130\""),
                "The number or name to send from; TextMagic sends nothing without one that the account owns.",
            ),
            key(
                "base_url",
                Url,
                Nothing("\"https://rest.textmagic.com\""),
                "Another address than TextMagic's own: a proxy, or a stand-in for tests.",
            ),
        ],
    },
    Section {
        path: "providers.sandbox",
        about: "Sends nothing: every message is kept on the page /outbox. For trying out, never for production.",
        keys: &[key("enabled", Flag, Default("true"), "Whether the section counts.")],
    },
    Section {
        path: "channels",
        about: "Which providers deliver what: the first is used, the next when it fails.",
        keys: &[
            key(
                "email",
                List,
                Nothing("[\"smtp\"]"),
                "The providers of mails, in order. Without this key: every one that is configured. An empty list \
                 turns e-mail off.",
            ),
            key(
                "sms",
                List,
                Nothing("[\"clicksend\", \"textmagic\"]"),
                "The providers of text messages, in order. Without this key: every one that is configured. An empty \
                 list turns them off.",
            ),
            key(
                "voice",
                List,
                Nothing("[\"twilio-voice\", \"clicksend\"]"),
                "The providers of calls, in order. Without this key: twilio-voice and twilio-verify, if they are \
                 configured. clicksend and textmagic call only when they are named here, because a mailbox that answers \
                 hears the code.",
            ),
        ],
    },
    Section {
        path: "quarantine",
        about: "What happens while the database belongs to another installation: every message goes to /outbox and none \
                leaves, until `countersign seal adopt`.",
        keys: &[key(
            "allow",
            List,
            Nothing("[\"+41446681800\", \"qa@example.com\"]"),
            "The few real numbers and addresses that messages are sent to all the same, such as [\"+41446681800\", \
             \"qa@example.com\"]: those of the people who test.",
        )],
    },
];
