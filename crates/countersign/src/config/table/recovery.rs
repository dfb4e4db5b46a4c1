//! The sections of the table about new and forgotten passwords.

use crate::config::keys::Given::{Default, Nothing};
use crate::config::keys::{Section, key};
use crate::config::kind::Kind::{Duration, Flag, Text};

pub(super) const SECTIONS: &[Section] = &[
    Section {
        path: "passwords",
        about: "What new passwords are held against, besides the rules in docs/guide/passwords.md.",
        keys: &[key(
            "breached_file",
            Text,
            Nothing("\"/var/lib/countersign/pwned-passwords.txt\""),
            "A sorted list of SHA-1 hashes of passwords that became known in breaches, one a line (HASH or HASH:COUNT), \
             such as the downloader of Have I Been Pwned writes. It is searched on the disk: nothing leaves this \
             machine. A relative path starts at the folder of this file.",
        )],
    },
    Section {
        path: "recovery",
        about: "Forgotten passwords of Countersign's own database.",
        keys: &[
            key(
                "reset_by_mail",
                Flag,
                Default("true"),
                "Whether a person can ask for a link by mail that sets a new password. The second factor is asked for \
                 all the same.",
            ),
            key(
                "email_rest",
                Duration,
                Default("\"24h\""),
                "For how long after such a reset no code goes to the mailbox that got the link: 0s to 720h. Otherwise \
                 whoever reads the mailbox has both the password and the second factor.",
            ),
        ],
    },
];
