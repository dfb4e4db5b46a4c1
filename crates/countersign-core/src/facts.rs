//! What is known about the circumstances of a login, and about the last one.

use std::fmt;
use std::net::IpAddr;

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
