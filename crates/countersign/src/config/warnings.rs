//! What is allowed, and may still not be what was meant. Each is told at the start and by `countersign check`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use countersign_core::channel::Channel;
use countersign_core::policy::Mode;
use countersign_core::realm::SourceName;
use countersign_core::route::{Countries, Reach};
use countersign_core::settings::Site;
use jiff::SignedDuration;
use url::{Host, Origin};

use crate::config::Config;
use crate::config::fault::Warning;
use crate::config::providers::ProviderName;

/// Permission bits that let everybody read, or others than the owner write (security.md M-10).
const EXPOSED: u32 = 0o027;

/// Finds everything worth a warning. `files` are those that may hold secrets.
pub(super) fn find(config: &Config, files: &[PathBuf]) -> Vec<Warning> {
    let found = [
        policy(config),
        unused_directories(config),
        delivery(config),
        routing(config),
        calls(config),
        limits(config),
        session(config),
        site(config),
        network(config),
        exposed(files),
    ];
    found.into_iter().flatten().collect()
}

fn warning(key: impl Into<String>, text: impl Into<String>) -> Warning {
    Warning { key: key.into(), text: text.into() }
}

fn policy(config: &Config) -> Vec<Warning> {
    let off =
        |realm: &&countersign_core::settings::Realm| realm.policy.values().all(|setting| setting.mode == Mode::Off);
    if config.settings.realms.values().all(|realm| off(&realm)) {
        let text = "no realm ever asks for a code: the password alone is enough. To change it, set mode to \"optional\" \
                    or \"required\" in [realms.NAME.policy.local]";
        return vec![warning("realms", text)];
    }
    Vec::new()
}

fn unused_directories(config: &Config) -> Vec<Warning> {
    let used = |name: &&SourceName| config.settings.realms.values().any(|realm| realm.sources.contains(name));
    let unused = config.directories.keys().filter(|name| !used(name));
    let text = "no realm uses it: add its name to sources in [realms.NAME]";
    unused.map(|name| warning(format!("directories.{name}"), text)).collect()
}

fn delivery(config: &Config) -> Vec<Warning> {
    let mut found = Vec::new();
    let working = config.channels.working();
    match working.as_slice() {
        [] => found.push(warning(
            "providers",
            "no provider is configured, so no code can be sent, and a login that needs one is refused. Add \
             [providers.smtp], [providers.clicksend], [providers.textmagic] or [providers.twilio]",
        )),
        [Channel::Email] => found.push(warning(
            "channels",
            "codes go by e-mail only. Who can read a person's mail can then often reset the password too (NIST SP \
             800-63B-4, 3.1.3.1, does not count e-mail as a second factor). Add a provider of text messages",
        )),
        _ => {}
    }
    let by_phone = working.contains(&Channel::Sms) || working.contains(&Channel::Voice);
    if by_phone && config.settings.site.country.is_none() {
        let text = "not set, so phone numbers are accepted only with + and their country code";
        found.push(warning("site.country", text));
    }
    found
}

/// A route that says what the gateways' documents say does not work.
fn routing(config: &Config) -> Vec<Warning> {
    let mut found = Vec::new();
    for route in config.routes.0.iter().filter(|route| route.channel == Channel::Sms) {
        let (Some(sender), Countries::These(countries)) = (&route.sender, &route.countries) else { continue };
        for country in countries {
            let key = format!("routes.{}", route.name);
            found.extend(match sender.reaches(*country) {
                Reach::Never(why) => Some(warning(key, format!("text messages to {country} are not offered: {why}"))),
                Reach::Doubtful(doubt) => {
                    Some(warning(key, format!("text messages to {country} may not arrive: {doubt}")))
                }
                Reach::Reaches => None,
            });
        }
    }
    let shared = config.providers.clicksend.as_ref().is_some_and(|settings| settings.sender.is_none());
    let north = config.settings.site.country.as_deref().is_some_and(|country| matches!(country, "CA" | "US"));
    if shared && north && config.routes.0.is_empty() {
        let text = "not set, and the shared numbers that are used instead reach neither the USA nor Canada";
        found.push(warning("providers.clicksend.sender", text));
    }
    found
}

fn calls(config: &Config) -> Vec<Warning> {
    let callers = config.channels.providers(Channel::Voice);
    let mut found = Vec::new();
    if callers.iter().any(|name| matches!(name, ProviderName::ClickSend | ProviderName::TextMagic)) {
        let text = "clicksend and textmagic read the code to whatever answers, also to a mailbox, which keeps it. Only \
                    twilio-voice waits for a key first";
        found.push(warning("channels.voice", text));
    }
    let public_url = &config.server.public_url;
    if callers.contains(&ProviderName::TwilioVoice) && (!public_url.is_https() || public_url.host() == "localhost") {
        let text = "Twilio cannot reach it, so a call by twilio-voice never says its code. Use the address that the \
                    internet has for this service";
        found.push(warning("server.public_url", text));
    }
    found
}

fn limits(config: &Config) -> Vec<Warning> {
    let (rules, limits) = (&config.settings.lockout, &config.settings.send_limits);
    let mut found = Vec::new();
    if rules.failures > 10 || rules.pause < SignedDuration::from_mins(5) {
        let text = "more than 10 failures, or a pause of less than 5m: a password can be guessed for long before anything \
                    stops it";
        found.push(warning("lockout", text));
    }
    if rules.code_failures > 50 {
        let text = "more than 50 wrong codes in a row: whoever knows a password may guess at the codes for days";
        found.push(warning("lockout.code_failures", text));
    }
    if limits.instance.per_hour < limits.account.per_hour || limits.instance.per_day < limits.account.per_day {
        let text = "lower than send_limits.account: one person could use up what everybody has";
        found.push(warning("send_limits.instance", text));
    }
    if limits.account.per_day > 50 {
        let text = "more than 50 messages a day for one account: each may cost money, and the person gets them all";
        found.push(warning("send_limits.account", text));
    }
    found
}

fn site(config: &Config) -> Vec<Warning> {
    let site = &config.settings.site;
    let mut found = Vec::new();
    if site.contact == Site::default().contact {
        let text = "not set, so people who cannot sign in are told to ask \"your administrator\". Name a person, a phone or \
                    an address";
        found.push(warning("site.contact", text));
    }
    if config.server.public_url.is_address() && config.channels.working().contains(&Channel::Sms) {
        let text = "an IP address and no name: text messages then have no last line that binds the code to this site, and \
                    phones do not offer the code";
        found.push(warning("server.public_url", text));
    }
    found
}

fn session(config: &Config) -> Vec<Warning> {
    let rules = &config.settings.session;
    let mut found = Vec::new();
    if rules.absolute > SignedDuration::from_hours(24) {
        let text = "longer than the 24 hours that NIST SP 800-63B-4, 2.2.3, allows at AAL2";
        found.push(warning("session.absolute", text));
    }
    if rules.idle > SignedDuration::from_hours(1) {
        let text = "longer than the hour of inactivity that NIST SP 800-63B-4, 2.2.3, advises at AAL2";
        found.push(warning("session.idle", text));
    }
    found
}

fn network(config: &Config) -> Vec<Warning> {
    let server = &config.server;
    let mut found = Vec::new();
    if !server.listen.ip().is_loopback() && server.trusted_proxies.is_empty() {
        let text = format!(
            "{} can be reached from other machines, and Countersign speaks plain HTTP. Listen on 127.0.0.1 behind a \
             reverse proxy, or name the proxies in server.trusted_proxies",
            server.listen
        );
        found.push(warning("server.listen", text));
    }
    if server.public_url.is_https() && server.trusted_proxies.is_empty() {
        let text = "empty, so every login seems to come from the reverse proxy: networks cannot be told apart and one \
                    limit counts for everybody. Name the proxy, such as \"127.0.0.1\"";
        found.push(warning("server.trusted_proxies", text));
    }
    for origin in &server.allowed_returns {
        if is_open(origin) {
            let text = format!("{} is not encrypted; use https", origin.ascii_serialization());
            found.push(warning("server.allowed_returns", text));
        }
    }
    found
}

/// Whether what goes there can be read on the way: plain HTTP, except to this machine.
fn is_open(origin: &Origin) -> bool {
    let Origin::Tuple(scheme, host, _) = origin else { return false };
    let loopback = match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    };
    scheme == "http" && !loopback
}

fn exposed(files: &[PathBuf]) -> Vec<Warning> {
    let mode = |path: &PathBuf| fs::metadata(path).ok().map(|meta| meta.permissions().mode() & 0o777);
    let open = files.iter().filter_map(|path| Some((path, mode(path).filter(|mode| mode & EXPOSED != 0)?)));
    open.map(|(path, mode)| {
        let path = path.display().to_string();
        let text =
            format!("can be read or changed by others (mode {mode:o}), and may hold secrets: run `chmod 640 {path}`");
        warning(path, text)
    })
    .collect()
}
