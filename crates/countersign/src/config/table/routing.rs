//! The sections of the table that say where messages may go, by which way, and what becomes of them.

use crate::config::keys::Given::{Default, Nothing, Refused};
use crate::config::keys::{Section, key};
use crate::config::kind::Kind::{Choice, Duration, Flag, List, Text, Whole};

pub(super) const SECTIONS: &[Section] = &[
    Section {
        path: "routes.*",
        about: "A line of the country table: which provider and sender serve which countries. The section's name is for \
                you. A country that no route names goes by the route with [\"*\"]; if there is none, every provider of \
                the channel serves it with its own sender. Several routes for a country are tried in the order of \
                [channels].",
        keys: &[
            key(
                "countries",
                List,
                Refused("[\"US\", \"CA\"]"),
                "The countries (two capital letters, ISO 3166), or [\"*\"] for all that no other route names.",
            ),
            key("channel", Choice(&["sms", "voice"]), Default("\"sms\""), "What the route is for."),
            key("provider", Text, Refused("\"textmagic\""), "The provider that serves these countries."),
            key(
                "sender",
                Text,
                Nothing("\"+12125550123\""),
                "The number or name to send from, instead of the provider's own. Numbers of the USA reach the USA and \
                 Canada, Canadian ones Canada only; names and shared numbers reach neither.",
            ),
        ],
    },
    Section {
        path: "phones",
        about: "Which telephones a code may go to. Premium, satellite and other numbers of no person never are.",
        keys: &[key(
            "countries",
            List,
            Default("[]"),
            "The countries (two capital letters, ISO 3166) that codes may go to, such as [\"CA\", \"US\"]; empty: all. \
             Name those where your people are: who makes messages for their price does it elsewhere.",
        )],
    },
    Section {
        path: "delivery",
        about: "What becomes of messages that are on their way.",
        keys: &[
            key(
                "failures",
                Whole(u32::MAX),
                Default("5"),
                "So many failures of a provider within delivery.window make it rest, and the next one is used: 2 to 100.",
            ),
            key("window", Duration, Default("\"5m\""), "The time in which failures count: 1m to 60m."),
            key(
                "rest",
                Duration,
                Default("\"1m\""),
                "How long it rests: 10s to 15m. Then one message tries; if it fails, the rest is twice as long.",
            ),
            key(
                "canary",
                Duration,
                Nothing("\"5m\""),
                "How often every provider is asked, at no cost, whether it is there: 1m to 24h. Without it: never.",
            ),
            key(
                "slow_after",
                Duration,
                Default("\"30s\""),
                "When the code page offers another way, as long as too few messages have arrived to know what is usual: \
                 10s to 2m.",
            ),
            key(
                "poll",
                Flag,
                Default("true"),
                "Whether gateways are asked what became of a message that they did not tell of.",
            ),
        ],
    },
];
