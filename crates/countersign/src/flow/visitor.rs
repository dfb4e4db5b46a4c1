//! What a request tells of who sent it.

use std::net::IpAddr;

use countersign_core::facts::{Browser, Network};
use jiff::Timestamp;

use crate::keys::Token;

/// A browser at the door: everything that a flow may know of the request, parsed at the edge.
#[derive(Clone)]
pub struct Visitor {
    /// The one time of this request.
    pub now: Timestamp,
    /// The client's address, found through trusted proxies only.
    pub ip: IpAddr,
    /// What the browser says of itself.
    pub browser: Browser,
    /// The language the pages are in.
    pub language: String,
    /// The token of a login in progress.
    pub login: Option<Token>,
    /// The token of a trusted device.
    pub device: Option<Token>,
    /// The token of a session.
    pub session: Option<Token>,
}

impl Visitor {
    /// Where the request comes from.
    pub fn network(&self) -> Network {
        Network::of(self.ip)
    }

    /// What a person calls this browser.
    pub fn browser_name(&self) -> String {
        browser_name(&self.browser)
    }
}

/// What a person calls a browser: `Firefox · Windows 10`, without what is unknown.
pub fn browser_name(browser: &Browser) -> String {
    let Browser { family, system, .. } = browser;
    match (family.is_empty(), system.is_empty()) {
        (false, false) => format!("{family} · {system}"),
        (false, true) => family.clone(),
        (true, _) => system.clone(),
    }
}
