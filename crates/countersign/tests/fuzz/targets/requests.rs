//! What stands in the head of a request.

use std::net::IpAddr;
use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use countersign::config::Config;
use countersign::config::server::Server;
use countersign::flow::browser as browsers;
use countersign::i18n::Catalogue;
use countersign::web::client_ip::client_ip;
use countersign::web::cookie::{Jar, Name};
use countersign::web::return_to as places;
use url::Url;

use super::roughly;

pub(super) const COOKIES: &[&[u8]] = &[
    b"__Host-cs-session=",
    b"__Host-cs-login=",
    b"cs-session=",
    b"; ",
    b"=",
    b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    b"\"",
    b"\n",
];
pub(super) const HOPS: &[&[u8]] =
    &[b",", b"10.0.0.2", b"203.0.113.9", b"2001:db8::1", b"::ffff:10.0.0.1", b":80", b"[", b"\n"];
pub(super) const PLACES: &[&[u8]] = &[
    b"https://",
    b"erp.example.com",
    b"login.example.com",
    b"evil.example",
    b"/",
    b"//",
    b"\\",
    b"@",
    b":443",
    b"#",
    b"?",
    b"/.",
    b"..",
    b"javascript:",
];
pub(super) const BROWSERS: &[&[u8]] =
    &[b"Mozilla/5.0 ", b"Firefox/152.0", b"(X11; Linux)", b"fr-CA", b",", b";q=0.8", b"*", b"\n"];

/// The lines of an input as values of one header; what no server would pass on is left out.
fn headers(name: &HeaderName, input: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in input.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok()) {
        headers.append(name.clone(), value);
    }
    headers
}

/// The cookies that hold a token.
const NAMES: [(Name, &str); 4] =
    [(Name::Device, "device"), (Name::Form, "form"), (Name::Login, "login"), (Name::Session, "session")];

/// A token comes out only as it went in, and a cookie that comes twice is refused.
pub(super) fn cookies(input: &[u8]) -> String {
    let mut sent = headers(&header::COOKIE, input);
    let mut summary = String::new();
    for secure in [true, false] {
        let jar = Jar { secure };
        for (name, word) in NAMES {
            let Ok(read) = jar.read(&sent, name) else {
                summary.push('2');
                continue;
            };
            let Some(token) = read else {
                summary.push('0');
                continue;
            };
            summary.push('1');
            assert_eq!(token.expose().len(), 43);
            assert!(String::from_utf8_lossy(input).contains(token.expose()), "a token that nobody sent");
            let prefix = if secure { "__Host-" } else { "" };
            let twice = HeaderValue::from_str(&format!("{prefix}cs-{word}={}", token.expose())).unwrap();
            sent.append(header::COOKIE, twice);
            assert!(jar.read(&sent, name).is_err(), "{word} came twice");
            sent = headers(&header::COOKIE, input);
        }
        summary.push_str(&jar.language(&sent).map_or_else(|| "-".to_owned(), |tag| roughly(tag.len()).to_string()));
    }
    summary
}

/// Whatever a client writes to the left of what the proxies wrote changes nothing, and nobody but a trusted proxy is asked.
pub(super) fn forwarded(input: &[u8]) -> String {
    let sent = headers(&HeaderName::from_static("x-forwarded-for"), input);
    let proxy = IpAddr::from([10, 0, 0, 1]);
    let stranger = IpAddr::from([203, 0, 113, 9]);
    let trusts = |ip: IpAddr| matches!(ip, IpAddr::V4(ip) if ip.octets()[0] == 10);
    assert_eq!(client_ip(stranger, &sent, trusts), stranger);
    assert_eq!(client_ip(proxy, &sent, |_| false), proxy);
    let client = client_ip(proxy, &sent, trusts);
    assert_eq!(client, client.to_canonical(), "an address has one spelling");
    if !trusts(client) {
        let mut forged = HeaderMap::new();
        forged.append("x-forwarded-for", HeaderValue::from_static("198.51.100.66, 10.0.0.9"));
        for value in sent.get_all("x-forwarded-for") {
            forged.append("x-forwarded-for", value.clone());
        }
        assert_eq!(client_ip(proxy, &forged, trusts), client, "the client chose its own address");
    }
    format!("{} {} {}", client == proxy, trusts(client), client.is_ipv6())
}

static SERVER: LazyLock<Server> = LazyLock::new(|| {
    let settings = [
        ("PUBLIC_URL", "https://login.example.com"),
        ("DATABASE", "sqlite:/nowhere/countersign.db"),
        ("KEY_FILE", "/nowhere/countersign.key"),
        ("ALLOWED_RETURNS", "https://erp.example.com"),
    ];
    let variables = settings.map(|(key, value)| (format!("COUNTERSIGN__SERVER__{key}"), value.to_owned()));
    Config::load(None, variables.into_iter()).unwrap().server
});

/// A login leads to one of two sites, by whatever road a browser reads the address.
pub(super) fn return_to(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let ours = Url::parse("https://login.example.com").unwrap();
    let allowed = places::allowed(&SERVER, &text);
    if let Some(place) = &allowed {
        let url = Url::parse(place).expect("an address");
        let origins = ["https://login.example.com", "https://erp.example.com"];
        assert!(origins.contains(&url.origin().ascii_serialization().as_str()), "{place}");
        assert!(url.username().is_empty() && url.password().is_none(), "{place}");
        assert!(HeaderValue::from_str(place).is_ok() && place.is_ascii(), "{place}");
        // A browser that stands on our page reads the same.
        assert_eq!(ours.join(place).unwrap(), url);
        let again = places::allowed(&SERVER, place);
        assert!(again.as_ref() == Some(place) || place.len() > 2048, "not stable: {place}");
    }
    let own = places::own_page(&SERVER, &text);
    if let Some(page) = &own {
        assert!(page.starts_with('/') && !page.starts_with("//") && !page.starts_with("/\\"), "{page}");
        assert_eq!(ours.join(page).unwrap().origin(), ours.origin(), "{page}");
    }
    format!("{} {} {}", allowed.is_some(), own.is_some(), roughly(text.len()))
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::load().unwrap());

/// The language is one that there is; what is remembered of a browser is short.
pub(super) fn browser(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let (agent, language) = text.split_once('\n').unwrap_or((&text, &text));
    let tag = CATALOGUE.negotiate(Some(language)).tag().to_owned();
    assert!(CATALOGUE.tags().any(|known| known == tag), "{tag}");
    if let Some(found) = CATALOGUE.find(language) {
        assert!(CATALOGUE.tags().any(|known| known == found.tag()));
    }
    let seen = browsers::parse(agent, language);
    assert!(seen.language.len() <= 8 && seen.language.bytes().all(|byte| byte.is_ascii_lowercase()));
    format!("{tag} {} {} {}", seen.family, seen.system, seen.language.len())
}
