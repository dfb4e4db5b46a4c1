//! Mail by SMTP (RFC 5321).
//!
//! One connection a mail, driven step by step: the answer to `MAIL` speaks of us and the answer to `RCPT` of the
//! recipient, and both may be `550`. The library's own pool is not used, because it puts a connection whose sending was
//! interrupted back among the idle ones, where the next mail would become a part of the last.
//! With `starttls` nothing goes out before the connection is encrypted, and a server that does not offer it gets nothing.

mod step;

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use countersign_core::channel::Channel;
use countersign_core::secret::Secret;
use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Noop, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use serde::Deserialize;
use tokio::time::timeout;
use url::Host;

use crate::courier::settings::{self, Fault, Unusable};
use crate::courier::smtp::step::{Deadline, Step, in_step, within};
use crate::courier::{Accepted, Action, BoxFuture, Content, Fact, Health, Outgoing, Provider, Refusal, mime};

/// The settings of a mail server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    /// The server's name, which its certificate must carry, or its address.
    pub host: String,
    /// The port; by default 587 for `starttls`, 465 for `tls`, 25 for `none`.
    pub port: Option<u16>,
    /// How the connection is encrypted.
    #[serde(default)]
    pub security: Security,
    /// The user name, with `password`; neither for a server that knows us by our address.
    pub username: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// The sender: `login@example.com` or `Example Login <login@example.com>`.
    pub from: String,
    /// The name to say hello with; by default the library's address literal. Some relays insist on a real name.
    pub hello_name: Option<String>,
    /// A file with the certificate of a private authority (not of the server), in PEM form; it is then the only one
    /// trusted.
    pub ca_file: Option<PathBuf>,
    /// The time for a whole mail.
    #[serde(default = "default_timeout_seconds")]
    pub timeout_seconds: u16,
}

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Not at all; only for a server on this machine.
    None,
    /// Begun in the clear, and encrypted before anything is said; never continued without (RFC 3207).
    #[default]
    StartTls,
    /// Encrypted from the first octet (RFC 8314).
    Tls,
}

/// Sends mails through an SMTP server.
pub struct Smtp {
    server: (String, u16),
    security: Security,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    from: Mailbox,
    timeout: Duration,
}

impl SmtpSettings {
    /// Everything that is wrong with the settings.
    pub fn validate(&self) -> Vec<Fault> {
        let host = bare_host(&self.host);
        let bad_host =
            host.is_none().then(|| Fault::new("host", settings::shown(&self.host), "a host name or an IP address"));
        let remote = host.is_some_and(|host| !is_this_machine(&host));
        let plain = self.security == Security::None && remote;
        let plain =
            plain.then(|| Fault::new("security", "none", "starttls or tls (none only for a server on this machine)"));
        let half = self.username.is_some() != self.password.is_some();
        let half = half.then(|| Fault::new("username", "one of username and password", "both or neither"));
        let from = Mailbox::from_str(&self.from).is_err();
        let from = from
            .then(|| Fault::new("from", settings::shown(&self.from), "login@example.com or Name <login@example.com>"));
        let hello = self.hello_name.as_deref().filter(|name| !matches!(Host::parse(name), Ok(Host::Domain(_))));
        let hello = hello.map(|name| Fault::new("hello_name", settings::shown(name), "a host name"));
        let seconds = self.timeout_seconds;
        let limit = !(TIMEOUT_MIN..=TIMEOUT_MAX).contains(&seconds);
        let limit = limit.then(|| Fault::new("timeout_seconds", seconds.to_string(), "1 to 45"));
        [bad_host, plain, half, from, hello, limit].into_iter().flatten().collect()
    }
}

impl Smtp {
    /// Builds the provider and reads `ca_file`; connects to nothing yet.
    pub fn new(settings: SmtpSettings) -> Result<Self, Unusable> {
        settings::accept(settings.validate())?;
        let bad_from = || Unusable::Settings(vec![Fault::new("from", settings::shown(&settings.from), "an address")]);
        let from = Mailbox::from_str(&settings.from).map_err(|_| bad_from())?;
        let (tls, default_port) = match settings.security {
            Security::None => (None, 25),
            Security::StartTls => (Some(tls_parameters(&settings)?), 587),
            Security::Tls => (Some(tls_parameters(&settings)?), 465),
        };
        let credentials = settings.username.zip(settings.password);
        Ok(Self {
            server: (without_brackets(&settings.host), settings.port.unwrap_or(default_port)),
            security: settings.security,
            tls,
            credentials: credentials.map(|(name, password)| Credentials::new(name, password.expose().to_owned())),
            hello: settings.hello_name.map_or_else(ClientId::default, ClientId::Domain),
            from,
            timeout: Duration::from_secs(settings.timeout_seconds.into()),
        })
    }

    async fn deliver(&self, outgoing: &Outgoing) -> Result<Accepted, Refusal> {
        let Content::Mail { to, mail } = &outgoing.content else {
            return Err(Refusal::wrong_channel(NAME, outgoing.content.channel()));
        };
        let deadline = Deadline::after(self.timeout);
        let to = Address::from_str(to.as_str())
            .map_err(|_| Refusal::new(Action::GiveUp, "bad-address", "the mail library does not take the address"))?;
        let octets = mime::write(outgoing, &self.from, &to, mail)?;
        let mut connection = self.connect(deadline).await?;
        let utf8 = !to.to_string().is_ascii();
        if utf8 && !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Refusal::new(Action::GiveUp, "no-smtputf8", "the server takes no address outside ASCII"));
        }
        let parameters = if utf8 { vec![MailParameter::SmtpUtfEight] } else { Vec::new() };
        let sender = MailFrom::new(Some(self.from.email.clone()), parameters);
        within(deadline, Step::Sender, connection.command(sender)).await?;
        within(deadline, Step::Recipient, connection.command(Rcpt::new(to, Vec::new()))).await?;
        let go_ahead = within(deadline, Step::Data, connection.command(Data)).await?;
        in_step(&go_ahead, GO_AHEAD)?;
        within(deadline, Step::Message, connection.message(&octets)).await?;
        // It is accepted; a server that is slow to say goodbye changes nothing about that.
        let _ = timeout(QUIT_TIMEOUT, connection.quit()).await;
        Ok(Accepted::default())
    }

    async fn ask_health(&self) -> Result<Health, Refusal> {
        let deadline = Deadline::after(self.timeout);
        let mut connection = self.connect(deadline).await?;
        within(deadline, Step::Noop, connection.command(Noop)).await?;
        let encryption =
            if connection.is_encrypted() { "TLS, certificate verified" } else { "none, on this machine only" };
        let _ = timeout(QUIT_TIMEOUT, connection.quit()).await;
        let facts = vec![
            Fact { name: "server", value: format!("{}:{}", self.server.0, self.server.1) },
            Fact { name: "encryption", value: encryption.to_owned() },
            Fact { name: "sender", value: self.from.email.to_string() },
        ];
        Ok(Health { facts })
    }

    /// Connects, encrypts and logs in.
    async fn connect(&self, deadline: Deadline) -> Result<AsyncSmtpConnection, Refusal> {
        let wrapped = self.tls.clone().filter(|_| self.security == Security::Tls);
        let server = (self.server.0.as_str(), self.server.1);
        let opening = AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &self.hello, wrapped, None);
        let mut connection = within(deadline, Step::Connect, opening).await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.security == Security::StartTls) {
            if !connection.can_starttls() {
                let detail = "the server offers no encryption; nothing was sent. If it never does, set security to tls";
                return Err(Refusal::new(Action::Retry, "no-starttls", detail));
            }
            within(deadline, Step::Encrypt, connection.starttls(tls, &self.hello)).await?;
        }
        if let Some(credentials) = &self.credentials {
            if connection.server_info().get_auth_mechanism(&MECHANISMS).is_none() {
                let detail = "the server accepts no user name and password here: check port and security";
                return Err(Refusal::new(Action::Stop, "no-auth", detail));
            }
            let welcome = within(deadline, Step::Login, connection.auth(&MECHANISMS, credentials)).await?;
            in_step(&welcome, LOGGED_IN)?;
        }
        Ok(connection)
    }
}

impl Provider for Smtp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Email]
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Accepted, Refusal>> {
        Box::pin(self.deliver(message))
    }

    fn check(&self) -> BoxFuture<'_, Result<Health, Refusal>> {
        Box::pin(self.ask_health())
    }
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, Unusable> {
    let fault = |error: Error| Unusable::Tls(error.to_string());
    let name = without_brackets(&settings.host);
    let Some(path) = &settings.ca_file else {
        return TlsParameters::new(name).map_err(fault);
    };
    let bad_file = || {
        let value = settings::shown(&path.display().to_string());
        Unusable::Settings(vec![Fault::new("ca_file", value, "a readable file with a certificate in PEM form")])
    };
    let pem = std::fs::read(path).map_err(|_| bad_file())?;
    let certificate = Certificate::from_pem(&pem).map_err(|_| bad_file())?;
    let builder = TlsParameters::builder(name).certificate_store(CertificateStore::None);
    builder.add_root_certificate(certificate).build().map_err(fault)
}

/// A host as people write it: a name, an IPv4 address, or an IPv6 address with or without brackets.
fn bare_host(text: &str) -> Option<Host<String>> {
    text.parse::<IpAddr>().map_or_else(
        |_| Host::parse(text).ok(),
        |ip| {
            Some(match ip {
                IpAddr::V4(ip) => Host::Ipv4(ip),
                IpAddr::V6(ip) => Host::Ipv6(ip),
            })
        },
    )
}

/// Resolver and certificates take an IPv6 address without the brackets of a URL.
fn without_brackets(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').to_owned()
}

fn is_this_machine(host: &Host<String>) -> bool {
    match host {
        Host::Domain(name) => settings::is_loopback(&Host::Domain(name.as_str())),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

const fn default_timeout_seconds() -> u16 {
    15
}

const NAME: &str = "smtp";
/// "Start mail input" (RFC 5321, 4.2.3).
const GO_AHEAD: u16 = 354;
/// "Authentication succeeded" (RFC 4954, 6).
const LOGGED_IN: u16 = 235;
/// Both send the password itself, which the encryption protects; the server never learns it otherwise.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
const QUIT_TIMEOUT: Duration = Duration::from_secs(1);
const TIMEOUT_MIN: u16 = 1;
const TIMEOUT_MAX: u16 = 120;

#[cfg(test)]
mod tests;
