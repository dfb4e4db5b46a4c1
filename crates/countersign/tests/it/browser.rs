//! A browser in the hands of a person: it keeps cookies, sends the forms it was given, and follows what it is led to.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use url::form_urlencoded;

use crate::html::{self, Form};
use crate::http::{Answer, exchange};
use crate::people::{PASSWORD, Person};

/// Firefox on Windows, in Canadian English.
pub(crate) const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0";
/// Chrome on macOS.
pub(crate) const CHROME: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
                                 Chrome/140.0.0.0 Safari/537.36";

/// More redirects than any step of ours takes.
const REDIRECTS_MAX: usize = 4;

/// A browser, with the page that it shows.
#[derive(Clone)]
pub(crate) struct Browser {
    address: SocketAddr,
    origin: String,
    jar: BTreeMap<String, Cookie>,
    /// Where the browser is.
    path: String,
    page: Answer,
    pub(crate) user_agent: String,
    pub(crate) language: String,
    /// The address that the reverse proxy saw; it is trusted by every world.
    pub(crate) ip: String,
    secrets: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone, Debug)]
struct Cookie {
    value: String,
    /// Whether it outlives the browser session.
    stays: bool,
}

impl Browser {
    pub(crate) fn new(address: SocketAddr, origin: &str, secrets: Arc<Mutex<Vec<String>>>) -> Self {
        Self {
            address,
            origin: origin.to_owned(),
            jar: BTreeMap::new(),
            path: "/".to_owned(),
            page: Answer::default(),
            user_agent: FIREFOX.to_owned(),
            language: "en-CA,en;q=0.8".to_owned(),
            ip: "203.0.113.7".to_owned(),
            secrets,
        }
    }

    /// The same browser at another address of the internet.
    pub(crate) fn at(mut self, ip: &str) -> Self {
        ip.clone_into(&mut self.ip);
        self
    }

    /// The product listens somewhere else now.
    pub(crate) fn moves_to(&mut self, address: SocketAddr) {
        self.address = address;
    }

    /// Opens a page, and follows where it leads.
    pub(crate) async fn opens(&mut self, path: &str) {
        self.gets(path).await;
        self.follows().await;
    }

    /// Opens a page, and follows nothing.
    pub(crate) async fn gets(&mut self, path: &str) {
        let head = self.head("GET", path, "Sec-Fetch-Site: none\r\n");
        self.sends(path, &head, "").await;
    }

    /// Follows redirects on this site until there is a page, or until they lead away.
    pub(crate) async fn follows(&mut self) {
        for _ in 0..REDIRECTS_MAX {
            if !(300..400).contains(&self.page.status) {
                return;
            }
            let to = self.page.location().to_owned();
            let Some(path) = self.path_here(&to) else {
                self.path = to;
                return;
            };
            self.gets(&path).await;
        }
        panic!("more than {REDIRECTS_MAX} redirects, at last to {}", self.page.location());
    }

    /// Sends the form of the page that goes to `action`, with these fields, and follows nothing.
    pub(crate) async fn submits(&mut self, action: &str, fields: &[(&str, &str)]) {
        let form = self.form(action);
        self.sends_form(action, &form, fields).await;
    }

    /// Sends a form that the browser was given at some time, and follows nothing.
    pub(crate) async fn sends_form(&mut self, action: &str, form: &Form, fields: &[(&str, &str)]) {
        let filled_in = form.fields.iter().filter(|(name, _)| fields.iter().all(|(given, _)| given != name));
        let filled_in = filled_in.map(|(name, value)| (name.as_str(), value.as_str()));
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(filled_in)
            .extend_pairs(fields.iter().copied())
            .finish();
        self.posts(action, &body).await;
    }

    /// Posts a body as a form of this site, and follows nothing.
    pub(crate) async fn posts(&mut self, path: &str, body: &str) {
        let headers = format!("Origin: {}\r\nSec-Fetch-Site: same-origin\r\n", self.origin);
        self.posts_with(path, &headers, body).await;
    }

    /// Posts a body with these headers instead of those of a form of this site.
    pub(crate) async fn posts_with(&mut self, path: &str, headers: &str, body: &str) {
        let headers =
            format!("{headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", body.len());
        let head = self.head("POST", path, &headers);
        self.sends(path, &head, body).await;
    }

    /// The form of the page that goes to `action`.
    pub(crate) fn form(&self, action: &str) -> Form {
        let found = html::forms(&self.page.body).into_iter().find(|form| form.action == action);
        found.unwrap_or_else(|| panic!("no form for {action} on {}: {}", self.path, self.text()))
    }

    /// The head of a request of this browser.
    pub(crate) fn head(&self, method: &str, path: &str, headers: &str) -> String {
        let host = self.origin.split("//").nth(1).unwrap();
        let Self { ip, user_agent, language, .. } = self;
        let cookies: Vec<String> = self.jar.iter().map(|(name, cookie)| format!("{name}={}", cookie.value)).collect();
        let cookies = if cookies.is_empty() { String::new() } else { format!("Cookie: {}\r\n", cookies.join("; ")) };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nUser-Agent: {user_agent}\r\n\
             Accept-Language: {language}\r\nX-Forwarded-For: {ip}\r\n{cookies}{headers}"
        )
    }

    /// Sends a request as it is given and shows what came back.
    pub(crate) async fn sends(&mut self, path: &str, head: &str, body: &str) {
        self.page = exchange(self.address, head, body).await;
        path.clone_into(&mut self.path);
        let set: Vec<String> = self.page.all("set-cookie").map(str::to_owned).collect();
        for cookie in set {
            self.takes_cookie(&cookie);
        }
    }

    fn takes_cookie(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        if attributes.contains("Max-Age=0") {
            self.jar.remove(name);
            return;
        }
        // The one cookie that is no secret.
        if name != self.cookie_name("language") {
            self.secrets.lock().unwrap().push(value.to_owned());
        }
        let cookie = Cookie { value: value.to_owned(), stays: attributes.contains("Max-Age=") };
        self.jar.insert(name.to_owned(), cookie);
    }

    fn path_here(&self, location: &str) -> Option<String> {
        if location.starts_with('/') {
            return Some(location.to_owned());
        }
        let path = location.strip_prefix(&self.origin)?;
        path.starts_with('/').then(|| path.to_owned())
    }
}

/// What a person does.
impl Browser {
    /// Opens the login page of the person's realm and gives name and password.
    pub(crate) async fn signs_in(&mut self, person: Person) {
        self.tries(person, PASSWORD).await;
    }

    /// The same with some other password.
    pub(crate) async fn tries(&mut self, person: Person, password: &str) {
        self.opens(&format!("/login/{}", person.realm)).await;
        self.gives(person.realm, person.identifiers[0], password).await;
    }

    /// Fills in the login form that is open.
    pub(crate) async fn gives(&mut self, realm: &str, identifier: &str, password: &str) {
        let action = format!("/login/{realm}");
        self.submits(&action, &[("identifier", identifier), ("password", password)]).await;
        self.follows().await;
    }

    /// Chooses where the code should go.
    pub(crate) async fn chooses(&mut self, channel: &str) {
        let offered = self.form("/login/destination").buttons;
        assert!(offered.iter().any(|(_, value)| value == channel), "{channel} is not offered: {offered:?}");
        self.submits("/login/destination", &[("destination", channel)]).await;
        self.follows().await;
    }

    /// Types a code.
    pub(crate) async fn enters(&mut self, code: &str) {
        self.submits("/login/code", &[("code", code)]).await;
        self.follows().await;
    }

    /// Types a code and ticks "do not ask in this browser".
    pub(crate) async fn enters_and_trusts(&mut self, code: &str) {
        self.submits("/login/code", &[("code", code), ("trust", "on")]).await;
        self.follows().await;
    }

    /// Asks for the code again.
    pub(crate) async fn asks_again(&mut self) {
        let form = self.form("/login/code");
        self.sends_form("/login/code/resend", &form, &[("code", "")]).await;
        self.follows().await;
    }

    /// Signs out with the button of the account page.
    pub(crate) async fn signs_out(&mut self) {
        self.opens("/account").await;
        self.submits("/logout", &[]).await;
        self.follows().await;
    }

    /// Closes the browser: what was for this session only is gone.
    pub(crate) fn closes(&mut self) {
        self.jar.retain(|_, cookie| cookie.stays);
    }
}

/// What a person sees.
impl Browser {
    /// The text of the page.
    pub(crate) fn text(&self) -> String {
        html::text(&self.page.body)
    }

    /// Where the browser is.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The answer behind the page.
    pub(crate) fn page(&self) -> &Answer {
        &self.page
    }

    /// The buttons of the destination page: their values.
    pub(crate) fn offered(&self) -> Vec<String> {
        self.form("/login/destination").buttons.into_iter().map(|(_, value)| value).collect()
    }

    /// The value of a cookie, by the end of its name.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.get(&self.cookie_name(name)).map(|cookie| cookie.value.as_str())
    }

    /// Every cookie: its whole name, and its value.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        self.jar.iter().map(|(name, cookie)| (name.as_str(), cookie.value.as_str()))
    }

    /// Plants a cookie.
    pub(crate) fn plants(&mut self, name: &str, value: &str) {
        let cookie = Cookie { value: value.to_owned(), stays: true };
        self.jar.insert(self.cookie_name(name), cookie);
    }

    /// Loses a cookie.
    pub(crate) fn loses(&mut self, name: &str) {
        self.jar.remove(&self.cookie_name(name));
    }

    fn cookie_name(&self, name: &str) -> String {
        let prefix = if self.origin.starts_with("https:") { "__Host-" } else { "" };
        format!("{prefix}cs-{name}")
    }

    #[track_caller]
    pub(crate) fn is_at(&self, path: &str) {
        assert_eq!(self.path, path, "{} {}", self.page.status, self.text());
    }

    #[track_caller]
    pub(crate) fn has_status(&self, status: u16) {
        assert_eq!(self.page.status, status, "{} {}", self.path, self.text());
    }

    #[track_caller]
    pub(crate) fn sees(&self, words: &str) {
        assert!(self.text().contains(words), "{words:?} is not on {}: {}", self.path, self.text());
    }

    #[track_caller]
    pub(crate) fn does_not_see(&self, words: &str) {
        assert!(!self.text().contains(words), "{words:?} is on {}: {}", self.path, self.text());
    }

    /// Is on the account page: signed in.
    #[track_caller]
    pub(crate) fn is_signed_in(&self) {
        self.is_at("/account");
        self.has_status(200);
    }
}
