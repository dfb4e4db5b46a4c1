//! The country table: which provider and sender serve which destination.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use countersign_core::channel::Channel;
use countersign_core::contact::Phone;
use countersign_core::country::Country;
use countersign_core::phones::PhoneRules;
use countersign_core::route::{Countries, Doubt, Gateway, Obstacle, Reach, Route, Routes, Sender};

/// Sender, country, and whether text messages arrive.
const FACTS: &[(&str, &str, &str)] = &[
    // A number of the USA reaches the USA and Canada.
    ("+12125550123", "US", "yes"),
    ("+12125550123", "CA", "yes"),
    ("12125550123", "CA", "yes"),
    ("+12125550123", "GB", "doubtful: american"),
    // A Canadian number reaches Canada only, although both countries are +1.
    ("+14165550123", "CA", "yes"),
    ("+14165550123", "US", "never: canadian"),
    ("+14165550123", "GB", "never: canadian"),
    ("+14165550123", "PR", "never: canadian"),
    // Names and shared numbers reach neither.
    ("Acme", "US", "never: name"),
    ("Acme", "CA", "never: name"),
    ("Acme", "PR", "never: name"),
    ("Acme", "GB", "yes"),
    ("", "US", "never: shared"),
    ("", "CA", "never: shared"),
    ("", "AU", "yes"),
    // Numbers from elsewhere are replaced there.
    ("+447860021130", "GB", "yes"),
    ("+447860021130", "FR", "yes"),
    ("+447860021130", "US", "doubtful: foreign"),
    ("+447860021130", "CA", "doubtful: foreign"),
    // A short code belongs to whoever has rented it; so does what the gateway chooses itself.
    ("12345", "US", "yes"),
    ("12345", "CA", "yes"),
    ("?", "US", "yes"),
    ("?", "CA", "yes"),
];

fn sender(text: &str) -> Sender {
    match text {
        "" => Sender::Shared,
        "?" => Sender::Unknown,
        text => Sender::parse(text),
    }
}

fn country(text: &str) -> Country {
    text.parse().unwrap()
}

fn in_words(reach: Reach) -> &'static str {
    match reach {
        Reach::Reaches => "yes",
        Reach::Doubtful(Doubt::AmericanNumberAbroad) => "doubtful: american",
        Reach::Doubtful(Doubt::ForeignNumberToNorthAmerica) => "doubtful: foreign",
        Reach::Never(Obstacle::CanadianNumberAbroad) => "never: canadian",
        Reach::Never(Obstacle::NameToNorthAmerica) => "never: name",
        Reach::Never(Obstacle::SharedToNorthAmerica) => "never: shared",
        Reach::Never(Obstacle::NoProvider | Obstacle::NotAllowed) => "never",
    }
}

#[test]
fn senders_reach_the_countries_of_the_table() {
    for (from, to, expected) in FACTS {
        assert_eq!(in_words(sender(from).reaches(country(to))), *expected, "{from:?} to {to}");
    }
}

/// The routes of the next table.
fn routes() -> Routes {
    let route = |name: &str, channel, countries: &[&str], provider: &str, from: Option<&str>| Route {
        name: name.to_owned(),
        channel,
        countries: if countries == ["*"] {
            Countries::Others
        } else {
            Countries::These(countries.iter().copied().map(country).collect())
        },
        provider: provider.to_owned(),
        sender: from.map(Sender::parse),
    };
    Routes(vec![
        route("america", Channel::Sms, &["US", "CA"], "textmagic", Some("+12125550123")),
        route("canada", Channel::Sms, &["CA"], "clicksend", Some("+14165550123")),
        route("rest", Channel::Sms, &["*"], "clicksend", None),
        route("calls", Channel::Voice, &["CA"], "textmagic", None),
    ])
}

/// Channel, country, and the ways there: provider, sender, whether it arrives.
const WAYS: &[(Channel, &str, &[&str])] = &[
    (Channel::Sms, "US", &["textmagic +12125550123 yes"]),
    // In the order of the channel's providers, not of the routes.
    (Channel::Sms, "CA", &["clicksend +14165550123 yes", "textmagic +12125550123 yes"]),
    (Channel::Sms, "GB", &["clicksend own yes"]),
    // A country that is not known is one of the others.
    (Channel::Sms, "", &["clicksend own yes"]),
    (Channel::Voice, "CA", &["textmagic own yes"]),
    // No route names it and there is none for the others: every provider.
    (Channel::Voice, "GB", &["clicksend own yes", "textmagic own yes"]),
    (Channel::Email, "", &["clicksend own yes", "textmagic own yes"]),
];

#[test]
fn each_destination_has_its_ways() {
    let (shared, foreign) = (Sender::Shared, Sender::parse("+447860021130"));
    let gateways = [Gateway { name: "clicksend", sender: &shared }, Gateway { name: "textmagic", sender: &foreign }];
    let routes = routes();
    for (channel, to, expected) in WAYS {
        let to = if to.is_empty() { None } else { Some(country(to)) };
        let legs = routes.legs(*channel, to, &gateways);
        let shown: Vec<String> = legs
            .iter()
            .map(|leg| {
                let from = match leg.sender {
                    Some(Sender::Number { number, .. }) => number.as_str(),
                    _ => "own",
                };
                format!("{} {from} {}", leg.provider, in_words(leg.reach))
            })
            .collect();
        assert_eq!(shown, *expected, "{channel} to {to:?}");
    }
    // Without routes the providers' own senders decide.
    let legs = Routes::default();
    let legs = legs.legs(Channel::Sms, Some(Country::CANADA), &gateways);
    let reach: Vec<_> = legs.iter().map(|leg| in_words(leg.reach)).collect();
    assert_eq!(reach, ["never: shared", "doubtful: foreign"]);
}

#[test]
fn a_number_tells_its_country_where_countries_share_a_code() {
    for (number, expected) in [
        ("+14165550142", "CA"),
        ("+12125550142", "US"),
        ("+17875550142", "PR"),
        ("+447860021130", "GB"),
        ("+447700312345", "JE"),
        ("+79161234567", "RU"),
        ("+77011234567", "KZ"),
    ] {
        let phone = Phone::parse(number, None);
        let country = phone.map(|phone| phone.country().map(|country| country.to_string()));
        assert_eq!(country, Ok(Some(expected.to_owned())), "{number}");
    }
}

#[test]
fn a_list_of_countries_leaves_out_all_others() {
    let phone = |text: &str| Phone::parse(text, None).unwrap();
    let all = PhoneRules::default();
    let north = PhoneRules { countries: vec!["CA".to_owned(), "US".to_owned()] };
    for (number, listed) in
        [("+14165550142", true), ("+12125550142", true), ("+17875550142", false), ("+442079460321", false)]
    {
        assert!(all.allow(&phone(number)));
        assert_eq!(north.allow(&phone(number)), listed, "{number}");
    }
}

#[test]
fn only_countries_with_telephones_are_countries() {
    for good in ["CA", "US", "GB"] {
        assert_eq!(country(good).as_str(), good);
    }
    for bad in ["", "C", "ca", "CAN", "ZZ", "00", "Ca", "É"] {
        assert!(bad.parse::<Country>().is_err(), "{bad}");
    }
}
