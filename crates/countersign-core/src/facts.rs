//! What is known about the circumstances of a login, and about the last one.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::DeviceId;

/// The part of an IPv6 address that a home or an office keeps; the rest changes by itself (RFC 8981).
const IPV6_PREFIX_LEN: u8 = 64;

/// Where a login comes from: an IPv4 address, or an IPv6 /64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Network(IpNet);

impl Network {
    /// The network of an address. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the same network as itself.
    pub fn of(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let len = if address.is_ipv4() { 32 } else { IPV6_PREFIX_LEN };
        Self(IpNet::new(address, len).map_or_else(|_| IpNet::from(address), |network| network.trunc()))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == 32 { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

/// Networks that belong together, such as those of an office: what an administrator writes as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NetworkRange(IpNet);

/// A text that is no [`NetworkRange`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an address or a network, such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/48: of IPv4 a /8 or smaller, of IPv6 from /7 to \
     /64, because that is what is compared"
)]
pub struct BadRange;

/// The largest range of IPv4: the largest private one (RFC 1918). A larger one would be the internet, by mistake.
const IPV4_RANGE_MIN: u8 = 8;
/// The largest range of IPv6: that of all private networks (RFC 4193).
const IPV6_RANGE_MIN: u8 = 7;

impl NetworkRange {
    /// Whether the network is one of these.
    pub fn contains(self, network: Network) -> bool {
        self.0.contains(&network.0)
    }
}

impl FromStr for NetworkRange {
    type Err = BadRange;

    fn from_str(text: &str) -> Result<Self, BadRange> {
        let alone = || text.parse::<IpAddr>().ok().map(|address| Network::of(address).0);
        let range = text.parse::<IpNet>().ok().or_else(alone).ok_or(BadRange)?;
        let lengths = match range {
            IpNet::V4(_) => IPV4_RANGE_MIN..=32,
            IpNet::V6(_) => IPV6_RANGE_MIN..=IPV6_PREFIX_LEN,
        };
        // An IPv4 range written as IPv6 would contain nothing, because such addresses are taken for IPv4.
        lengths.contains(&range.prefix_len()).then(|| Self(range.trunc())).ok_or(BadRange)
    }
}

impl fmt::Display for NetworkRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Network(self.0).fmt(f)
    }
}

impl TryFrom<String> for NetworkRange {
    type Error = BadRange;

    fn try_from(text: String) -> Result<Self, BadRange> {
        text.parse()
    }
}

impl From<NetworkRange> for String {
    fn from(range: NetworkRange) -> Self {
        range.to_string()
    }
}

/// What a browser says of itself: for the trigger *changed browser* and as a name for the person. It is easily forged,
/// so it can add a challenge and never remove one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    /// Such as `Firefox`.
    pub family: String,
    /// Such as `Windows`.
    pub system: String,
    /// The first language it asks for, such as `fr`.
    pub language: String,
}

impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = [&self.family, &self.system, &self.language].map(|part| if part.is_empty() { "?" } else { part });
        write!(f, "{}", known.join(" / "))
    }
}

/// Whether a valid trusted-device token of this account came with the login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceStanding {
    /// No token, or one that counts for nothing.
    Untrusted,
    /// The token of this device.
    Trusted(DeviceId),
}

/// The circumstances of the login that is being decided.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// The time of the login.
    pub now: Timestamp,
    /// The device's standing.
    pub device: DeviceStanding,
    /// Where it comes from.
    pub network: Network,
    /// The browser.
    pub browser: Browser,
}

/// What is remembered of an account's earlier logins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The networks of the last successful logins, newest first.
    pub networks: Vec<Network>,
    /// The browser of the last successful login.
    pub browser: Option<Browser>,
    /// When a second factor was last proven.
    pub second_factor_at: Option<Timestamp>,
    /// Failed logins since the last successful one.
    pub failures: u32,
}

impl History {
    /// The networks to remember after a login from `network`: newest first, each once, at most `remembered`.
    pub fn networks_after(&self, network: Network, remembered: usize) -> Vec<Network> {
        let older = self.networks.iter().copied().filter(|known| *known != network);
        std::iter::once(network).chain(older).take(remembered).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn a_network_is_an_ipv4_address_or_an_ipv6_64() {
        for (address, shown) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
        ] {
            assert_eq!(network(address).to_string(), shown, "{address}");
        }
    }

    #[test]
    fn a_range_contains_the_networks_within() {
        for (range, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("10.1.2.3/8", "10.0.0.0", "9.255.255.255"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("192.0.2.0/24", "::ffff:192.0.2.1", "::192.0.2.1"),
            ("2001:db8::/48", "2001:db8:0:7::1", "2001:db8:1::1"),
            ("2001:db8:1:2::5", "2001:db8:1:2:ffff::1", "2001:db8:1:3::5"),
            ("fc00::/7", "fdff::1", "fe00::1"),
        ] {
            let parsed: NetworkRange = range.parse().unwrap();
            assert!(parsed.contains(network(inside)), "{range} {inside}");
            assert!(!parsed.contains(network(outside)), "{range} {outside}");
            let json = serde_json::to_string(&parsed).unwrap();
            assert_eq!(serde_json::from_str::<NetworkRange>(&json).unwrap(), parsed, "{json}");
        }
    }

    #[test]
    fn a_range_that_is_everything_or_less_than_what_is_compared_is_refused() {
        for text in [
            "",
            "office",
            "0.0.0.0/0",
            "10.0.0.0/7",
            "10.0.0.0/33",
            "::/0",
            "fc00::/6",
            "2001:db8::/65",
            "::ffff:10.0.0.0/104",
            "10.0.0.0 /8",
        ] {
            assert_eq!(text.parse::<NetworkRange>(), Err(BadRange), "{text}");
        }
    }

    #[test]
    fn a_network_is_stored_and_read_back() {
        for address in ["192.0.2.1", "2001:db8::1"] {
            let json = serde_json::to_string(&network(address)).unwrap();
            assert_eq!(serde_json::from_str::<Network>(&json).unwrap(), network(address), "{json}");
        }
    }

    #[test]
    fn a_known_network_moves_to_the_front_and_the_oldest_is_forgotten() {
        let history = History { networks: vec![network("192.0.2.1"), network("192.0.2.2")], ..History::default() };
        let after = |address, remembered| history.networks_after(network(address), remembered);
        assert_eq!(after("192.0.2.2", 2), [network("192.0.2.2"), network("192.0.2.1")]);
        assert_eq!(after("192.0.2.3", 2), [network("192.0.2.3"), network("192.0.2.1")]);
        assert_eq!(after("192.0.2.3", 1), [network("192.0.2.3")]);
    }
}
