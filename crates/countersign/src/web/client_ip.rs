//! The client's address behind reverse proxies.
//!
//! `X-Forwarded-For` is a list to which each proxy appends the address that it was talked to from; whatever is on the
//! left of the first untrusted hop was written by the client itself. So the list is read from the right, starting with
//! the real peer, for as long as the hop is a trusted proxy: the first address that is not one is the client. By default
//! no proxy is trusted, not even one on a private network, and the header is not looked at (security.md F-05).

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue};

/// More hops than any real chain has.
const HOPS_MAX: usize = 32;

/// The client's address. An entry that cannot be read ends the walk at the last hop that could: a forged header can
/// make a client look like its proxy, and never like somebody else.
pub fn client_ip(peer: IpAddr, headers: &HeaderMap, trusts: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut client = peer.to_canonical();
    // By bytes: a line that is no text must end the walk like any other entry, and not vanish from it.
    let lines: Vec<&[u8]> = headers.get_all("x-forwarded-for").iter().map(HeaderValue::as_bytes).collect();
    for entry in lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')).take(HOPS_MAX) {
        if !trusts(client) {
            break;
        }
        let entry = std::str::from_utf8(entry).ok().and_then(|text| text.trim().parse::<IpAddr>().ok());
        let Some(address) = entry else { break };
        client = address.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(peer: &str, header: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in header {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let trusts = |ip: IpAddr| ip.to_string().starts_with("10.");
        client_ip(peer.parse().unwrap(), &headers, trusts).to_string()
    }

    #[test]
    fn the_first_hop_from_the_right_that_is_no_trusted_proxy_is_the_client() {
        for (peer, header, expected) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.0.0.1", &[][..], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"][..], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"][..], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6", "198.51.100.1"][..], "198.51.100.1"),
            ("10.0.0.1", &["a"][..], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1:4711"][..], "10.0.0.1"),
            ("10.0.0.1", &["fe80::1%eth0"][..], "10.0.0.1"),
            ("10.0.0.1", &[""][..], "10.0.0.1"),
            ("10.0.0.1", &["6.6.6.6", "\u{80}, 198.51.100.1"][..], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6", "198.51.100.1, \u{80}"][..], "10.0.0.1"),
            ("::ffff:10.0.0.1", &["2001:db8::1"][..], "2001:db8::1"),
        ] {
            assert_eq!(walk(peer, header), expected, "{peer} {header:?}");
        }
    }

    #[test]
    fn a_list_of_two_hundred_proxies_is_not_followed_to_its_end() {
        let long = vec!["10.0.0.2"; 200].join(",");
        assert_eq!(walk("10.0.0.1", &[&format!("6.6.6.6,{long}")]), "10.0.0.2");
    }
}
