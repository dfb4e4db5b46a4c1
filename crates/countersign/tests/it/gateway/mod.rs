//! Stand-ins for the SMS gateways: servers on loopback that check what they are sent.
//!
//! A request that is not exactly what the gateway's documents describe (reference/providers.md) is a *violation*: it is
//! answered like a bad request, and the test fails when the [`Gateway`] is dropped. Everything else the real gateways
//! do wrong or slowly is a [`Mode`].

mod clicksend;
pub(crate) mod mail;
mod textmagic;
pub(crate) mod twilio;

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use url::Url;

/// The credentials that every stand-in knows.
pub(crate) const USERNAME: &str = "countersign-test";
pub(crate) const API_KEY: &str = "D83DED51-9E35-4D42-9BB9-0E34B7CA85AE";

/// A running stand-in; it stops, and reports violations, when it is dropped.
pub(crate) struct Gateway {
    base_url: Url,
    state: Arc<State>,
    server: JoinHandle<()>,
}

/// A message that the gateway has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    /// The number as it was sent.
    pub(crate) to: String,
    /// The text.
    pub(crate) body: String,
    /// The sender, if one was given.
    pub(crate) from: Option<String>,
    /// The correlation id, in digits if it is a number; at Twilio, which takes none, how long it may wait.
    pub(crate) reference: String,
    /// Of a call the language of the voice, empty if it is not told.
    pub(crate) call: Option<String>,
}

/// How the gateway behaves from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As its current documents say.
    Accept,
    /// As its older documents say: numbers for strings and the other way round, fields under other names.
    AcceptOldStyle,
    /// ClickSend: the envelope is a success and nothing was queued.
    Blocked,
    /// Takes the message, and the connection breaks before the answer is complete.
    Break,
    /// Answers with this HTTP status and the gateway's error document.
    Error(u16),
    /// Takes the message and says nothing until the mode is changed; then answers by the new mode.
    Hang,
    /// Takes the message, and answers with more than anybody reads.
    HugeBody,
    /// Takes the message, and answers with something that is not JSON.
    NotJson,
    /// Sends the client elsewhere; following is a violation.
    Redirect,
    /// Refuses the message: ClickSend with this status word under HTTP 200, TextMagic with this field at fault,
    /// Twilio with this error code.
    Refuse(&'static str),
    /// Answers 429 with this header.
    TooMany(&'static str, &'static str),
}

impl Gateway {
    /// Starts a ClickSend.
    pub(crate) async fn clicksend() -> Self {
        Self::start(clicksend::router).await
    }

    /// Starts a TextMagic.
    pub(crate) async fn textmagic() -> Self {
        Self::start(textmagic::router).await
    }

    /// Starts a Twilio.
    pub(crate) async fn twilio() -> Self {
        Self::start(twilio::router).await
    }

    async fn start(router: fn(Arc<State>) -> Router) -> Self {
        let state = Arc::new(State::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let for_strays = Arc::clone(&state);
        let router =
            router(Arc::clone(&state)).fallback(async move |uri: Uri| for_strays.violation(format!("no path {uri}")));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base_url, state, server }
    }

    /// Where it listens.
    pub(crate) fn base_url(&self) -> Url {
        self.base_url.clone()
    }

    /// Changes its behaviour, also for requests that hang.
    pub(crate) fn set_mode(&self, mode: Mode) {
        self.state.mode.send_replace(mode);
    }

    /// All messages taken so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.book().received.clone()
    }

    /// How many sends were tried, whatever became of them.
    pub(crate) fn attempts(&self) -> usize {
        self.state.book().attempts
    }

    /// From now on this has become of a message, for whoever asks: in the gateway's own code.
    pub(crate) fn decides(&self, id: &str, fate: &'static str) {
        self.state.book().fates.push((id.to_owned(), fate));
    }

    /// The ids of the messages that were asked after, as often as they were.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.book().asked.clone()
    }

    /// The next message with a code that was not yet asked for, now or when it comes.
    pub(crate) async fn next(&self) -> Received {
        let arrival = async {
            loop {
                if let Some(message) = self.state.book().take_code() {
                    return message;
                }
                self.state.arrived.notified().await;
            }
        };
        let Ok(message) = tokio::time::timeout(PATIENCE, arrival).await else {
            panic!("no message came within {PATIENCE:?}; so far {:?}", self.received());
        };
        message
    }
}

impl Received {
    /// The code in the text: its first run of six digits.
    pub(crate) fn code(&self) -> &str {
        self.found_code().unwrap_or_else(|| panic!("no code in {:?}", self.body))
    }

    /// The code, if there is one.
    pub(crate) fn found_code(&self) -> Option<&str> {
        self.body.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6)
    }

    /// The code in the text, or in a call the one that is read digit by digit.
    pub(crate) fn any_code(&self) -> String {
        self.maybe_code().unwrap_or_else(|| panic!("no code in {:?}", self.body))
    }

    /// The same, if there is one.
    pub(crate) fn maybe_code(&self) -> Option<String> {
        spoken_code(&self.body).or_else(|| self.found_code().map(str::to_owned))
    }
}

/// Six digits that are read one by one.
pub(crate) fn spoken_code(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_digit = |word: &&str| word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_digit());
    words.windows(6).find(|six| six.iter().all(is_digit)).map(<[_]>::concat)
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.server.abort();
        let violations = std::mem::take(&mut self.state.book().violations);
        assert!(
            std::thread::panicking() || violations.is_empty(),
            "the gateway was spoken to wrongly: {violations:#?}"
        );
    }
}

struct State {
    mode: watch::Sender<Mode>,
    book: Mutex<Book>,
    arrived: Notify,
}

#[derive(Default)]
struct Book {
    attempts: usize,
    received: Vec<Received>,
    asked_for: usize,
    /// The ids of messages that were asked after.
    asked: Vec<String>,
    /// What has become of messages, by their id.
    fates: Vec<(String, &'static str)>,
    violations: Vec<String>,
    twilio: twilio::Ledger,
}

impl Default for State {
    fn default() -> Self {
        Self { mode: watch::Sender::new(Mode::Accept), book: Mutex::default(), arrived: Notify::new() }
    }
}

impl Book {
    fn take_code(&mut self) -> Option<Received> {
        let mut codes = self.received.iter().filter(|message| message.maybe_code().is_some());
        let message = codes.nth(self.asked_for)?.clone();
        self.asked_for += 1;
        Some(message)
    }
}

impl State {
    fn book(&self) -> MutexGuard<'_, Book> {
        // A test that has failed elsewhere should be reported for that, not for this lock.
        self.book.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn mode(&self) -> Mode {
        *self.mode.borrow()
    }

    /// Writes a message down as taken, and returns its number, from 1.
    fn take(&self, message: Received) -> usize {
        let mut book = self.book();
        book.received.push(message);
        self.arrived.notify_one();
        book.received.len()
    }

    /// What has become of a message.
    fn fate(&self, id: &str) -> Option<&'static str> {
        let book = self.book();
        book.fates.iter().rev().find(|(known, _)| known == id).map(|(_, fate)| *fate)
    }

    fn violation(&self, what: impl Into<String>) -> Response {
        let what = what.into();
        self.book().violations.push(what.clone());
        (StatusCode::BAD_REQUEST, what).into_response()
    }

    /// The answer of a mode that has nothing to do with the particular gateway; `None` is for the gateway to answer.
    fn trouble(&self, error: fn(StatusCode) -> Value) -> Option<Response> {
        let failed = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            (status, [(header::CONTENT_TYPE, JSON)], error(status).to_string())
        };
        match self.mode() {
            Mode::Accept | Mode::AcceptOldStyle | Mode::Blocked | Mode::Hang | Mode::Refuse(_) => None,
            Mode::Break => Some(Body::new(Broken).into_response()),
            Mode::Error(status) => Some(failed(status).into_response()),
            Mode::HugeBody => Some(format!("{{\"data\":\"{}\"}}", "x".repeat(100_000)).into_response()),
            Mode::NotJson => Some("<html>Welcome to the hotel network".into_response()),
            Mode::Redirect => Some((StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]).into_response()),
            Mode::TooMany(name, value) => Some(([(name, value)], failed(429)).into_response()),
        }
    }

    /// In the modes that take a message and then fail to say so, takes it.
    async fn take_quietly(&self, message: &Received) -> bool {
        let takes = matches!(self.mode(), Mode::Break | Mode::Hang | Mode::HugeBody | Mode::NotJson);
        if takes {
            self.take(message.clone());
            let mut mode = self.mode.subscribe();
            mode.wait_for(|mode| *mode != Mode::Hang).await.unwrap();
        }
        takes
    }
}

/// The body of a request as JSON, if it says it is.
fn json_body(headers: &HeaderMap, body: &Bytes) -> Result<Value, String> {
    match headers.get(header::CONTENT_TYPE) {
        Some(kind) if kind == JSON => {
            serde_json::from_slice(body).map_err(|error| format!("the body is not JSON: {error}"))
        }
        other => Err(format!("Content-Type is {other:?}, not {JSON}")),
    }
}

/// The test of one field's value.
type Fits = fn(&Value) -> bool;

/// Checks an object against the fields that the documents name, each with the test of its value.
fn check_fields(object: &Value, fields: &[(&str, Fits)]) -> Result<(), String> {
    let object = object.as_object().ok_or_else(|| format!("not an object: {object}"))?;
    for (name, value) in object {
        let (_, fits) =
            fields.iter().find(|(known, _)| known == name).ok_or_else(|| format!("unknown field {name}"))?;
        if !fits(value) {
            return Err(format!("field {name} may not be {value}"));
        }
    }
    Ok(())
}

/// Our own rule, not the gateway's: a question for a price, which may travel in an address, does not hold the code.
fn holds_a_code(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '1'..='9'))
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(is_digits)
}

fn is_digits(text: &str) -> bool {
    (7..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A body that breaks off after its first octet.
struct Broken;

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(Err(std::io::Error::other("broken on purpose"))))
    }
}

const JSON: &str = "application/json";
/// Long enough for a slow machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(20);
