//! The country table, and what is told when it does not add up.

use countersign_core::channel::Channel;
use countersign_core::route::{Countries, Sender};

use super::{CLICKSEND, Case};

fn with(routes: &str) -> Case {
    Case::with(&format!("{CLICKSEND}{routes}"))
}

#[test]
fn a_table_is_read_as_it_is_written() {
    let config = with(
        "[routes.north]\ncountries = [\"US\", \"CA\"]\nprovider = \"clicksend\"\nsender = \"+12125550123\"\n\
         [routes.rest]\ncountries = [\"*\"]\nprovider = \"clicksend\"\nsender = \"Acme\"\n\
         [phones]\ncountries = [\"US\", \"CA\", \"GB\"]\n[delivery]\ncanary = \"5m\"\n",
    )
    .load();
    let [north, rest] = config.routes.0.as_slice() else { panic!("{:?}", config.routes) };
    assert_eq!((north.channel, north.provider.as_str()), (Channel::Sms, "clicksend"));
    assert!(matches!(&north.countries, Countries::These(countries) if countries.len() == 2));
    assert_eq!((&rest.countries, &rest.sender), (&Countries::Others, &Some(Sender::Name("Acme".to_owned()))));
    assert_eq!(config.settings.phones.countries, ["US", "CA", "GB"]);
    assert_eq!(config.settings.delivery.canary.map(|every| every.as_mins()), Some(5));
}

#[test]
fn what_does_not_add_up_is_told_with_its_key() {
    for (routes, key) in [
        ("[routes.a]\nprovider = \"clicksend\"\n", "routes.a.countries is missing"),
        ("[routes.a]\ncountries = [\"CA\"]\n", "routes.a.provider is missing"),
        ("[routes.a]\ncountries = []\nprovider = \"clicksend\"\n", "routes.a.countries"),
        ("[routes.a]\ncountries = [\"ca\"]\nprovider = \"clicksend\"\n", "routes.a.countries = \"ca\""),
        ("[routes.a]\ncountries = [\"CA\", \"*\"]\nprovider = \"clicksend\"\n", "routes.a.countries = \"*\""),
        ("[routes.a]\ncountries = [\"CA\"]\nprovider = \"textmagic\"\n", "routes.a.provider = \"textmagic\""),
        ("[routes.a]\ncountries = [\"CA\"]\nprovider = \"clicksend\"\nsender = \"x\"\n", "routes.a.sender = \"x\""),
        (
            "[routes.a]\ncountries = [\"CA\"]\nprovider = \"clicksend\"\nchannel = \"email\"\n",
            "routes.a.channel = \"email\"",
        ),
        (
            "[routes.a]\ncountries = [\"CA\"]\nprovider = \"clicksend\"\n[routes.b]\ncountries = [\"US\", \"CA\"]\n\
             provider = \"clicksend\"\n",
            "routes.b.countries",
        ),
        ("[phones]\ncountries = [\"Canada\"]\n", "phones.countries"),
        ("[delivery]\ncanary = \"10s\"\n", "delivery.canary"),
        ("[delivery]\nfailures = 1\n", "delivery.failures"),
        ("[delivery]\nslow_after = \"1h\"\n", "delivery.slow_after"),
    ] {
        let faults = with(routes).faults();
        let [fault] = faults.as_slice() else { panic!("{routes}: {faults:?}") };
        assert!(fault.starts_with(key), "{routes}: {fault}");
        assert!(fault.contains("allowed: "), "{fault}");
    }
}

#[test]
fn a_route_that_cannot_work_is_warned_of() {
    let config = with(
        "[routes.north]\ncountries = [\"US\", \"CA\", \"GB\"]\nprovider = \"clicksend\"\nsender = \"+14165550123\"\n",
    )
    .load();
    let told: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    for country in ["US", "GB"] {
        let warning =
            format!("routes.north: text messages to {country} are not offered: a Canadian number reaches Canada only");
        assert!(told.contains(&warning), "{told:#?}");
    }
    let shared = "[site]\ncountry = \"CA\"\n[providers.clicksend]\nusername = \"ana\"\napi_key = \"canary-key\"\n";
    let shared = Case::with(shared).load();
    assert!(shared.warnings.iter().any(|warning| warning.key == "providers.clicksend.sender"), "{:?}", shared.warnings);
}
