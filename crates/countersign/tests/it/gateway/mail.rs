//! A mail server that takes everything: enough of RFC 5321 for one sender, and no more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::PATIENCE;

/// A running mail server; it stops when it is dropped.
pub(crate) struct MailServer {
    port: u16,
    state: Arc<State>,
    server: JoinHandle<()>,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// The recipient of the envelope.
    pub(crate) to: String,
    /// Headers and bodies, as they came.
    pub(crate) text: String,
}

#[derive(Default)]
struct State {
    book: Mutex<Book>,
    arrived: Notify,
}

#[derive(Default)]
struct Book {
    /// The answer to `RCPT`, if it is not the usual one.
    refusal: Option<&'static str>,
    received: Vec<Mail>,
    codes_asked_for: usize,
    notices_asked_for: usize,
}

impl State {
    fn book(&self) -> MutexGuard<'_, Book> {
        // A test that has failed elsewhere should be reported for that, not for this lock.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MailServer {
    /// Starts one.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let for_server = Arc::clone(&state);
        let server = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let state = Arc::clone(&for_server);
                tokio::spawn(async move { converse(stream, &state).await });
            }
        });
        Self { port, state, server }
    }

    /// The port that it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Answers every recipient like this from now on; `None` takes them.
    pub(crate) fn refuse(&self, answer: Option<&'static str>) {
        self.state.book().refusal = answer;
    }

    /// All mails taken so far.
    pub(crate) fn received(&self) -> Vec<Mail> {
        self.state.book().received.clone()
    }

    /// The next mail with a code that was not yet asked for, now or when it comes.
    pub(crate) async fn next(&self) -> Mail {
        self.arrival(Book::take_code).await
    }

    /// The next mail without a code that was not yet asked for, now or when it comes.
    pub(crate) async fn notice(&self) -> Mail {
        self.arrival(Book::take_notice).await
    }

    /// All mails without a code taken so far.
    pub(crate) fn notices(&self) -> Vec<Mail> {
        self.received().into_iter().filter(|mail| mail.found_code().is_none()).collect()
    }

    async fn arrival(&self, take: impl Fn(&mut Book) -> Option<Mail>) -> Mail {
        let arrival = async {
            loop {
                if let Some(mail) = take(&mut self.state.book()) {
                    return mail;
                }
                self.state.arrived.notified().await;
            }
        };
        let Ok(mail) = tokio::time::timeout(PATIENCE, arrival).await else {
            panic!("no mail came within {PATIENCE:?}; so far {}", self.received().len());
        };
        mail
    }
}

impl Book {
    fn take_code(&mut self) -> Option<Mail> {
        let mut codes = self.received.iter().filter(|mail| mail.found_code().is_some());
        let mail = codes.nth(self.codes_asked_for)?.clone();
        self.codes_asked_for += 1;
        Some(mail)
    }

    fn take_notice(&mut self) -> Option<Mail> {
        let mut notices = self.received.iter().filter(|mail| mail.found_code().is_none());
        let mail = notices.nth(self.notices_asked_for)?.clone();
        self.notices_asked_for += 1;
        Some(mail)
    }
}

impl Mail {
    /// The code: six digits alone on a line of the plain body.
    pub(crate) fn code(&self) -> String {
        self.found_code().unwrap_or_else(|| panic!("no code in {}", self.text))
    }

    /// The code, if there is one.
    pub(crate) fn found_code(&self) -> Option<String> {
        let lines = self.text.lines().map(str::trim);
        let mut codes = lines.filter(|line| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit()));
        codes.next().map(str::to_owned)
    }

    /// The bodies as they are read: lines that were folded on the way are whole again (RFC 2045, 6.7).
    pub(crate) fn read(&self) -> String {
        let text = self.text.replace("=\r\n", "");
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            let mut ahead = rest.clone();
            let digits: Option<String> = (byte == b'=').then(|| ahead.by_ref().take(2).map(char::from).collect());
            match digits.and_then(|digits| u8::from_str_radix(&digits, 16).ok()) {
                Some(decoded) => {
                    bytes.push(decoded);
                    rest = ahead;
                }
                None => bytes.push(byte),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The tokens of its links.
    pub(crate) fn tokens(&self) -> Vec<String> {
        let text = self.read();
        let links = ["/not-me/", "/reset/"].into_iter().flat_map(|path| text.split(path).skip(1));
        links
            .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect())
            .collect()
    }

    /// The path of the one link of the plain body.
    pub(crate) fn link(&self) -> String {
        let text = self.read();
        let address = |line: &str| line.trim().strip_prefix("http")?.split_once("://").map(|(_, rest)| rest.to_owned());
        let mut links = text.lines().filter_map(address);
        let link = links.next().unwrap_or_else(|| panic!("no link in {text}"));
        assert_eq!(links.next(), None, "one link in {text}");
        link[link.find('/').unwrap()..].to_owned()
    }

    /// A header's value, unfolded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");

        head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// One connection. A client that goes away in the middle is no concern of ours.
async fn converse(stream: TcpStream, state: &State) {
    let mut stream = BufReader::new(stream);
    let mut mail = Mail { to: String::new(), text: String::new() };
    let mut answer = "220 mail.example.com".to_owned();
    loop {
        if stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
        let mut line = String::new();
        if !stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
            return;
        }
        let verb = line.trim_end().split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        answer = match verb.as_str() {
            "EHLO" => "250-mail.example.com\r\n250 SMTPUTF8".to_owned(),
            "RCPT" => {
                mail.to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                state.book().refusal.unwrap_or("250 fine").to_owned()
            }
            "DATA" => {
                if stream.write_all(b"354 go ahead\r\n").await.is_err() {
                    return;
                }
                mail.text = read_mail(&mut stream).await;
                state.book().received.push(mail.clone());
                state.arrived.notify_one();
                "250 taken".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 fine".to_owned(),
        };
    }
}

async fn read_mail(stream: &mut BufReader<TcpStream>) -> String {
    let mut text = String::new();
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|length| length > 0) && line != ".\r\n" {
        // RFC 5321, 4.5.2: a leading dot was doubled on the way.
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        line.clear();
    }
    text
}
