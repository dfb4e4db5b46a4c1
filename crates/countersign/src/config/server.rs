//! The section `[server]`: where this installation is, and what it trusts.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use countersign_core::secret::Secret;
use ipnet::IpNet;
use url::{Host, Origin, Url};

use crate::config::fault::NOT_SHOWN;
use crate::config::tree::Tree;
use crate::store::url::{BadDatabaseUrl, DatabaseUrl};

/// The longest name of an environment.
const ENVIRONMENT_LEN_MAX: usize = 32;

/// What `server.allowed_returns` may hold.
const RETURNS_ALLOWED: &str = "sites such as https://erp.example.com: scheme, host and port, no path";

/// What the process needs to start.
#[derive(Clone, Debug)]
pub struct Server {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The address that people see.
    pub public_url: PublicUrl,
    /// `production`, `test`, …; part of the seal.
    pub environment: String,
    /// The database, which may name a password.
    pub database: Secret,
    /// The file of the master key; none in a demo, whose keys end with it.
    pub key_file: Option<PathBuf>,
    /// Where it is noted how far the databases have come; nowhere in a demo.
    pub epoch_file: Option<PathBuf>,
    /// The reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The sites, besides our own, that a login may return to.
    pub allowed_returns: Vec<Origin>,
}

impl Server {
    /// Whether `return_to` may lead there.
    pub fn may_return_to(&self, url: &Url) -> bool {
        let origin = url.origin();
        origin.is_tuple() && (origin == self.public_url.url.origin() || self.allowed_returns.contains(&origin))
    }

    /// Whether a peer is a trusted proxy.
    pub fn trusts_proxy(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.trusted_proxies.iter().any(|network| network.contains(&peer))
    }
}

/// The public URL: an origin, `https` except on this machine itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    url: Url,
    text: String,
}

impl PublicUrl {
    /// Takes an origin; `None` if it is anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let host = url.host()?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => is_loopback(&host),
            _ => false,
        };
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none();
        let text = url.origin().ascii_serialization();
        (secure && bare).then_some(Self { url, text })
    }

    /// The URL of a demo that listens at an address: plain HTTP, whatever the address.
    pub(super) fn of_demo(listen: SocketAddr) -> Self {
        // An address that stands for all of them cannot be visited.
        let ip = listen.ip();
        let host = match ip {
            _ if ip.is_unspecified() => "127.0.0.1".to_owned(),
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let text = format!("http://{host}:{}", listen.port());
        let url = Url::parse(&text).unwrap_or_else(|_| unreachable!("an address and a port make a URL"));
        Self { text: url.origin().ascii_serialization(), url }
    }

    /// The origin, such as `https://login.example.com`, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The whole URL of a path that begins with `/`.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The host: what a text message binds its code to (`@host #code`).
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether it is `https`, so that cookies are `Secure`.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// Reads the section. `None` stands for a fault that was noted.
pub(super) fn read(tree: &mut Tree, folder: &Path) -> Option<Server> {
    let listen = listen(tree);
    let public_url = public_url(tree);
    let environment = environment(tree);
    let database = database(tree, folder);
    let key_file = tree.text("server.key_file").map(|path| folder.join(path));
    if key_file.is_none() {
        tree.missing("server.key_file", "the file that `countersign init` made");
    }
    let epoch_file = tree.text("server.epoch_file").map(|path| folder.join(path));
    // A server knows whether its database came out of a dump; of a file nobody knows, so there is always a note.
    let is_file = database.as_ref().is_some_and(|url| url.expose().starts_with("sqlite:"));
    let epoch_file = epoch_file.or_else(|| key_file.as_deref().filter(|_| is_file).map(beside_key));
    let trusted_proxies = trusted_proxies(tree);
    let allowed_returns = allowed_returns(tree);
    Some(Server {
        listen: listen?,
        public_url: public_url?,
        environment: environment?,
        database: database?,
        key_file: Some(key_file?),
        epoch_file,
        trusted_proxies,
        allowed_returns,
    })
}

/// `countersign.key.epoch` for `countersign.key`.
fn beside_key(key_file: &Path) -> PathBuf {
    let mut name = key_file.as_os_str().to_owned();
    name.push(".epoch");
    name.into()
}

fn listen(tree: &mut Tree) -> Option<SocketAddr> {
    let text = tree.text("server.listen").unwrap_or_else(|| "127.0.0.1:8180".to_owned());
    let parsed = text.parse().ok();
    if parsed.is_none() {
        tree.refuse_text("server.listen", &text, "an address and a port, such as 127.0.0.1:8180 or [::1]:8180");
    }
    parsed
}

fn public_url(tree: &mut Tree) -> Option<PublicUrl> {
    let allowed = "https://HOST or https://HOST:PORT, with no path, query or user name (http only for 127.0.0.1, ::1 and \
                   localhost)";
    let Some(text) = tree.text("server.public_url") else {
        tree.missing("server.public_url", allowed);
        return None;
    };
    let parsed = PublicUrl::parse(&text);
    if parsed.is_none() {
        // It may hold a password where none belongs.
        let origin = tree.origin("server.public_url");
        let value = if text.contains('@') { NOT_SHOWN.to_owned() } else { format!("{text:?}") };
        tree.refuse("server.public_url", value, origin, allowed);
    }
    parsed
}

fn environment(tree: &mut Tree) -> Option<String> {
    let text = tree.text("server.environment").unwrap_or_else(|| "production".to_owned());
    let letters = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if letters && (1..=ENVIRONMENT_LEN_MAX).contains(&text.len()) {
        return Some(text);
    }
    tree.refuse_text("server.environment", &text, "1 to 32 of a-z, 0-9 and '-', such as production or test");
    None
}

fn database(tree: &mut Tree, folder: &Path) -> Option<Secret> {
    let allowed = "sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME";
    let Some(text) = tree.text("server.database") else {
        tree.missing("server.database", allowed);
        return None;
    };
    match text.parse() {
        Ok(DatabaseUrl::Sqlite(path)) => return Some(Secret::new(format!("sqlite:{}", folder.join(path).display()))),
        Ok(DatabaseUrl::Postgres(_)) => return Some(Secret::new(text)),
        Err(BadDatabaseUrl) => {}
    }
    let origin = tree.origin("server.database");
    tree.refuse("server.database", NOT_SHOWN.to_owned(), origin, allowed);
    None
}

fn trusted_proxies(tree: &mut Tree) -> Vec<IpNet> {
    let key = "server.trusted_proxies";
    let mut networks = Vec::new();
    for text in tree.list(key).unwrap_or_default() {
        let parsed = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        match parsed {
            // Believing everybody means believing any address that anybody claims.
            Some(network) if network.prefix_len() > 0 => networks.push(network.trunc()),
            _ => tree.refuse_text(
                key,
                &text,
                "addresses or networks, such as 127.0.0.1 or 10.0.0.0/8, never all of them",
            ),
        }
    }
    networks
}

fn allowed_returns(tree: &mut Tree) -> Vec<Origin> {
    let key = "server.allowed_returns";
    let mut origins = Vec::new();
    for text in tree.list(key).unwrap_or_default() {
        match return_origin(&text) {
            Some(origin) => origins.push(origin),
            None => tree.refuse_text(key, &text, RETURNS_ALLOWED),
        }
    }
    origins
}

/// An origin and nothing more. Exactly as written, so that a wildcard or a path is not silently something else.
fn return_origin(text: &str) -> Option<Origin> {
    let url = Url::parse(text).ok()?;
    let origin = url.origin();
    let written = text.strip_suffix('/').unwrap_or(text);
    let plain = matches!(url.scheme(), "https" | "http") && !written.contains('*');
    let exact = origin.ascii_serialization() == written.to_ascii_lowercase();
    (plain && exact).then_some(origin)
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}
