//! The section of Twilio: one account, three products.

use crate::config::keys::Given::{Default, Nothing, Refused};
use crate::config::keys::{Section, key};
use crate::config::kind::Kind::{Flag, Secret, Text, Url};

pub(super) const SECTIONS: &[Section] = &[Section {
    path: "providers.twilio",
    about: "Twilio: text messages (provider twilio) with sender, calls (twilio-voice) with caller, \
            Verify (twilio-verify) with verify_service. The section is used if it is there.",
    keys: &[
        key(
            "account_sid",
            Text,
            Refused("\"AC00000000000000000000000000000000\""),
            "The account SID, from Twilio's console.",
        ),
        key(
            "auth_token",
            Secret,
            Nothing("\"a-secret\""),
            "The account's auth token. Calls need it even with an API key: Twilio signs its own requests with it.",
        ),
        key(
            "api_key",
            Text,
            Nothing("\"SK00000000000000000000000000000000\""),
            "The SID of an API key, used instead of the account and its token.",
        ),
        key("api_key_secret", Secret, Nothing("\"a-secret\""), "The secret of the API key."),
        key(
            "sender",
            Text,
            Nothing("\"+14155550100\""),
            "The number, short code or name that text messages come from, or the SID of a messaging service (MG…) that \
             chooses one.",
        ),
        key(
            "caller",
            Text,
            Nothing("\"+14155550100\""),
            "The number that calls come from: one of the account's, or one verified there. Twilio must reach \
             server.public_url, where it asks for the code when a key is pressed.",
        ),
        key(
            "verify_service",
            Text,
            Nothing("\"VA00000000000000000000000000000000\""),
            "A Verify service. Its codes must have six digits.",
        ),
        key(
            "verify_custom_code",
            Flag,
            Default("false"),
            "Whether Verify sends our code instead of one of its own. Twilio has to allow it for the service.",
        ),
        key(
            "base_url",
            Url,
            Nothing("\"https://api.twilio.com\""),
            "Another address than Twilio's own, for messages and calls: a proxy, or a stand-in for tests.",
        ),
        key("verify_base_url", Url, Nothing("\"https://verify.twilio.com\""), "The same for Verify."),
    ],
}];
