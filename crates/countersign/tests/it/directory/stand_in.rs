//! A server that does what no good server does: for faults only, everything else is tried on real ones.
//!
//! It reads whole messages (RFC 4511) far enough to know what is asked, and answers with bytes that were written by hand.

use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::{Section, tls_file};

/// What was asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A bind.
    Bind,
    /// Anything but a bind or a search.
    Other,
    /// A search.
    Search,
}

/// What it does.
#[derive(Clone)]
pub(crate) struct Behaviour {
    /// `server` or `expired`.
    pub(crate) certificate: &'static str,
    /// It does not encrypt: a connection that somebody took the encryption out of.
    pub(crate) plain: bool,
    /// It grants StartTLS and goes on in the clear.
    pub(crate) injects: bool,
    /// What it answers to a bind, after the number of the question.
    pub(crate) to_bind: Vec<u8>,
    /// The same to a search: each is a message.
    pub(crate) to_search: Vec<Vec<u8>>,
    /// It answers this, as it is, to the first question instead.
    pub(crate) raw: Option<Vec<u8>>,
    /// It never answers.
    pub(crate) hangs: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            certificate: "server",
            plain: false,
            injects: false,
            to_bind: outcome(0x61, 0),
            to_search: vec![entry("uid=ana,dc=example,dc=test"), outcome(0x65, 0)],
            raw: None,
            hangs: false,
        }
    }
}

/// A server of its own.
pub(crate) struct StandIn {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    connections: Arc<Mutex<usize>>,
}

impl StandIn {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(Mutex::new(0));
        let (notes, count) = (Arc::clone(&asked), Arc::clone(&connections));
        let acceptor = TlsAcceptor::from(Arc::new(tls(behaviour.certificate)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *count.lock().unwrap() += 1;
                tokio::spawn(converse(stream, acceptor.clone(), behaviour.clone(), Arc::clone(&notes)));
            }
        });
        Self { port, asked, connections }
    }

    /// A directory at this server.
    pub(crate) fn section(&self) -> Section {
        Section(Vec::new())
            .text("kind", "other")
            .set("servers", &format!("[\"localhost:{}\"]", self.port))
            .text("ca_file", &tls_file("ca.pem"))
            .text("base", "dc=example,dc=test")
            .text("service_account", "cn=reader,dc=example,dc=test")
            .text("service_password", "a password")
    }

    /// Everything that it was asked.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

async fn converse(mut stream: TcpStream, acceptor: TlsAcceptor, behaviour: Behaviour, asked: Arc<Mutex<Vec<Asked>>>) {
    if behaviour.plain {
        answer(&mut stream, &behaviour, &asked).await;
    } else if let Ok(mut stream) = acceptor.accept(stream).await {
        answer(&mut stream, &behaviour, &asked).await;
    }
}

async fn answer<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, behaviour: &Behaviour, asked: &Mutex<Vec<Asked>>) {
    while let Some(message) = read(stream).await {
        // INTEGER of one byte, then the operation: questions have small numbers.
        let (id, operation) = (message[2], message[3]);
        let kind = match operation {
            0x60 => Asked::Bind,
            0x63 => Asked::Search,
            // A good-bye is no question.
            0x42 => return,
            _ => Asked::Other,
        };
        asked.lock().unwrap().push(kind);
        if behaviour.hangs {
            std::future::pending::<()>().await;
        }
        let said: Vec<Vec<u8>> = match (&behaviour.raw, kind) {
            (Some(raw), _) => vec![raw.clone()],
            (None, Asked::Bind) => vec![message_of(id, &behaviour.to_bind)],
            (None, Asked::Search) => behaviour.to_search.iter().map(|body| message_of(id, body)).collect(),
            // StartTLS: granted, and what comes next is the bind's answer, in the clear.
            (None, Asked::Other) if behaviour.injects => {
                vec![message_of(id, &outcome(0x78, 0)), message_of(2, &outcome(0x61, 0))]
            }
            (None, Asked::Other) => vec![message_of(id, &outcome(0x78, 2))],
        };
        if stream.write_all(&said.concat()).await.is_err() || stream.flush().await.is_err() {
            return;
        }
    }
}

/// One message, without its tag and length.
async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Vec<u8>> {
    let mut start = [0; 2];
    stream.read_exact(&mut start).await.ok()?;
    let mut length = usize::from(start[1]);
    if length > 0x80 {
        let mut bytes = vec![0; length - 0x80];
        stream.read_exact(&mut bytes).await.ok()?;
        length = bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    }
    let mut content = vec![0; length];
    stream.read_exact(&mut content).await.ok()?;
    Some(content)
}

/// Tag, length, content.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let length = if length < 0x80 {
        vec![u8::try_from(length).unwrap()]
    } else {
        [&[0x84][..], &u32::try_from(length).unwrap().to_be_bytes()].concat()
    };
    [&[tag][..], &length, content].concat()
}

/// A message with this number.
pub(crate) fn message_of(id: u8, body: &[u8]) -> Vec<u8> {
    element(0x30, &[&[2, 1, id][..], body].concat())
}

/// The outcome of an operation.
pub(crate) fn outcome(tag: u8, code: u8) -> Vec<u8> {
    element(tag, &[10, 1, code, 4, 0, 4, 0])
}

/// A referral to another server, with this tag.
pub(crate) fn referral(tag: u8, url: &str) -> Vec<u8> {
    let urls = element(0xa3, &element(4, url.as_bytes()));
    element(tag, &[&[10, 1, 10, 4, 0, 4, 0][..], &urls].concat())
}

/// An entry with an identifier and a name.
pub(crate) fn entry(dn: &str) -> Vec<u8> {
    entry_with(dn, &[("entryUUID", &[b"0ab1c2d3-0000-4000-8000-000000000001"]), ("uid", &[b"ana"])])
}

/// An entry with these attributes.
pub(crate) fn entry_with(dn: &str, attributes: &[(&str, &[&[u8]])]) -> Vec<u8> {
    let list: Vec<u8> = attributes
        .iter()
        .flat_map(|(name, values)| {
            let values: Vec<u8> = values.iter().flat_map(|value| element(4, value)).collect();
            element(0x30, &[element(4, name.as_bytes()), element(0x31, &values)].concat())
        })
        .collect();
    element(0x64, &[element(4, dn.as_bytes()), element(0x30, &list)].concat())
}

fn tls(certificate: &str) -> ServerConfig {
    let chain = CertificateDer::pem_file_iter(tls_file(&format!("{certificate}.pem"))).unwrap();
    let key = PrivateKeyDer::from_pem_file(tls_file(&format!("{certificate}.key"))).unwrap();
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(crypto).with_safe_default_protocol_versions().unwrap();
    builder.with_no_client_auth().with_single_cert(chain.map(Result::unwrap).collect(), key).unwrap()
}
