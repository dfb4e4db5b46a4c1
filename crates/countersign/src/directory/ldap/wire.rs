//! One connection to a server: a question, and its answer.
//!
//! A connection is used for one login and by nobody else, so no bind of one person is ever the bind of another's question.
//! It is always encrypted before anything is asked: the types leave no way to bind over the plain connection that StartTLS
//! begins with. Every message has a limit, and whoever calls sets one on the time.

use std::sync::Arc;
use std::time::Duration;

use countersign_core::secret::Secret;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::directory::Fault;
use crate::directory::ldap::ber::{self, Bytes, Malformed, SEQUENCE};
use crate::directory::ldap::message::{self, Body, Entry, Outcome, PolicyError, Reply, Search};
use crate::directory::ldap::settings::{Security, Server};

/// The largest message that is read. An entry with a thousand groups has a tenth of it.
const MESSAGE_LEN_MAX: usize = 1024 * 1024;
/// The most references to other servers that one search may bring; they are read over.
const REFERENCES_MAX: usize = 32;

/// How long a good-bye may take: nobody waits for what comes of it.
const GOOD_BYE_LIMIT: Duration = Duration::from_millis(200);

const SUCCESS: u32 = 0;
const SIZE_LIMIT_EXCEEDED: u32 = 4;
const NO_SUCH_OBJECT: u32 = 32;

/// An encrypted connection.
pub(super) type Wire = Connection<Box<TlsStream<TcpStream>>>;

/// A connection over which messages go.
pub(super) struct Connection<S> {
    stream: S,
    last_id: u32,
}

/// What a search brought.
pub(super) enum Hits {
    /// Nothing.
    None,
    /// One entry.
    One(Entry),
    /// More than was asked for.
    TooMany,
}

/// What a server says of a name and a password.
pub(super) struct Bound {
    pub(super) outcome: Outcome,
    pub(super) policy: Option<PolicyError>,
}

impl Wire {
    /// Opens an encrypted connection to a server.
    pub(super) async fn open(server: &Server, security: Security, tls: &Arc<ClientConfig>) -> Result<Self, Fault> {
        let name = ServerName::try_from(server.host.clone())
            .map_err(|_| Fault::Tls("the server's name cannot be in a certificate".to_owned()))?;
        let tcp =
            TcpStream::connect((server.host.as_str(), server.port)).await.map_err(|error| no_connection(&error))?;
        let _ = tcp.set_nodelay(true);
        let tcp = match security {
            Security::Ldaps => tcp,
            Security::StartTls => Connection::new(tcp).start_tls().await?,
        };
        let stream = TlsConnector::from(Arc::clone(tls)).connect(name, tcp).await.map_err(|error| untrusted(&error))?;
        Ok(Self::new(Box::new(stream)))
    }

    /// Asks whether this is the password of this name. Never call it with an empty one (RFC 4513, 5.1.2).
    pub(super) async fn bind(&mut self, dn: &str, password: &Secret) -> Result<Bound, Fault> {
        self.ask(message::bind(dn, password), Some(message::password_policy_control())).await?;
        match self.answer().await? {
            Body::Bound(outcome, policy) => Ok(Bound { outcome, policy }),
            _ => Err(Fault::BrokenAnswer("a bind was not answered by the outcome of a bind")),
        }
    }

    /// Searches for at most one entry. `what` names it in a fault.
    pub(super) async fn find_one(&mut self, what: &'static str, search: &Search<'_>) -> Result<Hits, Fault> {
        let (mut entries, over) = self.find(what, search).await?;
        Ok(match (entries.pop(), entries.is_empty() && !over) {
            (None, true) => Hits::None,
            (Some(entry), true) => Hits::One(entry),
            _ => Hits::TooMany,
        })
    }

    /// Searches; the second part tells whether there are more than the limit.
    pub(super) async fn find(&mut self, what: &'static str, search: &Search<'_>) -> Result<(Vec<Entry>, bool), Fault> {
        self.ask(message::search(search), None).await?;
        let mut entries = Vec::new();
        let mut references = 0;
        let wanted = usize::try_from(search.limit).unwrap_or(usize::MAX);
        loop {
            match self.answer().await? {
                Body::Entry(entry) => entries.push(entry),
                Body::Reference => references += 1,
                Body::Done(Outcome { code: SUCCESS, .. }) => return Ok((entries, false)),
                Body::Done(Outcome { code: SIZE_LIMIT_EXCEEDED, .. }) => return Ok((entries, true)),
                Body::Done(Outcome { code: NO_SUCH_OBJECT, .. }) if entries.is_empty() => return Ok((entries, false)),
                Body::Done(outcome) => return Err(refused(what, outcome.code)),
                _ => return Err(Fault::BrokenAnswer("a search was answered by something else")),
            }
            // A server that does not keep to the limit is not listened to any longer.
            if entries.len() > wanted {
                return Ok((entries, true));
            }
            if references > REFERENCES_MAX {
                return Err(Fault::BrokenAnswer("a search brought too many references to other servers"));
            }
        }
    }

    /// Says good-bye, so that the server does not log a connection that broke. What comes of it does not matter.
    pub(super) async fn close(mut self) {
        let good_bye = async {
            let _ = self.ask(message::unbind(), None).await;
            let _ = self.stream.shutdown().await;
        };
        let _ = timeout(GOOD_BYE_LIMIT, good_bye).await;
    }
}

impl Connection<TcpStream> {
    /// Asks for StartTLS. Nothing is read beyond its answer: what somebody put in after it is taken for the server's part
    /// of the TLS handshake, which then fails.
    async fn start_tls(mut self) -> Result<TcpStream, Fault> {
        self.ask(message::start_tls(), None).await?;
        match self.answer().await? {
            Body::Extended(Outcome { code: SUCCESS, .. }) => Ok(self.stream),
            Body::Extended(outcome) => Err(Fault::Tls(format!(
                "the server refused StartTLS ({}); nothing was sent to it",
                message::meaning(outcome.code)
            ))),
            _ => Err(Fault::BrokenAnswer("StartTLS was answered by something else")),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    const fn new(stream: S) -> Self {
        Self { stream, last_id: 0 }
    }

    async fn ask(&mut self, request: Bytes, controls: Option<Bytes>) -> Result<(), Fault> {
        self.last_id += 1;
        let message = message::envelope(self.last_id, request, controls);
        self.stream.write_all(&message).await.map_err(|error| broken(&error))?;
        self.stream.flush().await.map_err(|error| broken(&error))
    }

    async fn answer(&mut self) -> Result<Body, Fault> {
        let Reply { id, body } = message::read(&self.message().await?).map_err(unreadable)?;
        match id {
            // The notice of disconnection (RFC 4511, 4.4.1).
            0 => Err(Fault::NoConnection("the server ended it".to_owned())),
            id if id == self.last_id => Ok(body),
            _ => Err(Fault::BrokenAnswer("it belongs to another question")),
        }
    }

    /// The content of the next message.
    async fn message(&mut self) -> Result<Vec<u8>, Fault> {
        let mut start = [0; 2];
        self.fill(&mut start).await?;
        let [tag, first] = start;
        if tag != SEQUENCE {
            return Err(Fault::BrokenAnswer("it does not begin like LDAP"));
        }
        let mut length = usize::from(first);
        let count = ber::length_bytes(first).map_err(unreadable)?;
        if count > 0 {
            let mut bytes = vec![0; count];
            self.fill(&mut bytes).await?;
            length = ber::unsigned(&bytes).map_err(unreadable)?;
        }
        if length > MESSAGE_LEN_MAX {
            return Err(Fault::BrokenAnswer("it is larger than 1 MiB"));
        }
        let mut content = vec![0; length];
        self.fill(&mut content).await?;
        Ok(content)
    }

    async fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Fault> {
        self.stream.read_exact(buffer).await.map(|_| ()).map_err(|error| broken(&error))
    }
}

/// A result that is neither success nor a plain no.
pub(super) const fn refused(what: &'static str, code: u32) -> Fault {
    Fault::Refused { what, code, meaning: message::meaning(code) }
}

fn unreadable(_: Malformed) -> Fault {
    Fault::BrokenAnswer("it is malformed")
}

fn no_connection(error: &std::io::Error) -> Fault {
    Fault::NoConnection(error.kind().to_string())
}

/// What a broken TLS connection says is of the library's making and holds nothing of what was sent.
fn untrusted(error: &std::io::Error) -> Fault {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        Some(tls) => Fault::Tls(tls.to_string()),
        None => Fault::NoConnection(format!("it broke during the TLS handshake ({})", error.kind())),
    }
}

fn broken(error: &std::io::Error) -> Fault {
    Fault::NoConnection(format!("it broke ({})", error.kind()))
}
