//! Chromium in the hands of a person: what they do to a page, and what they see on it.
//!
//! Nothing here sleeps: each look at a page is repeated until it shows what is expected, or patience ends.

use std::panic::Location;
use std::sync::Once;
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::extensions::query::{ElementPollerWithTimeout, IntoElementPoller as _};
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel, TypingData};

use crate::people::{PASSWORD, Person};

/// ChromeDriver: `make test` starts one and sets this.
const WEBDRIVER_VARIABLE: &str = "COUNTERSIGN_TEST_WEBDRIVER";

/// A machine under test reaches nothing but itself, and a browser run by root needs no sandbox of its own.
const ARGUMENTS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// Between one key and the next.
const AT_ONCE: Duration = Duration::ZERO;

/// Long enough for a slow machine; only a failing journey waits for it.
const PATIENCE: Duration = Duration::from_mins(1);

/// How soon a page is looked at again.
const SOON: Duration = Duration::from_millis(25);

/// How the person's browser is set up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// In CSS pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Device pixels for each of them.
    pub(crate) density: f64,
    pub(crate) scripts: bool,
    pub(crate) dark: bool,
    pub(crate) reduced_motion: bool,
    /// The languages that the browser asks for, best first.
    pub(crate) language: &'static str,
}

/// A laptop.
pub(crate) const DESKTOP: Look = Look {
    width: 1280,
    height: 900,
    density: 1.0,
    scripts: true,
    dark: false,
    reduced_motion: false,
    language: "en-CA,en",
};

/// A small phone.
pub(crate) const PHONE: Look = Look { width: 360, height: 740, density: 2.0, ..DESKTOP };

/// A laptop at 200 %: half as many CSS pixels, each twice as large.
pub(crate) const TWICE: Look = Look { width: 640, height: 450, density: 2.0, ..DESKTOP };

/// The same, for somebody whom motion makes ill.
pub(crate) const TWICE_AND_CALM: Look = Look { reduced_motion: true, ..TWICE };

/// A browser window.
pub(crate) struct Window {
    pub(crate) driver: WebDriver,
    origin: String,
}

impl Window {
    /// Opens a browser with an empty profile.
    pub(crate) async fn open(origin: &str, look: Look) -> Self {
        // The driver's own client asks for a process-wide choice of cryptography, although it speaks plain HTTP here.
        static CRYPTOGRAPHY: Once = Once::new();
        CRYPTOGRAPHY.call_once(|| rustls::crypto::aws_lc_rs::default_provider().install_default().unwrap());
        let driver = WebDriver::new(&variable(WEBDRIVER_VARIABLE, "ChromeDriver"), capabilities(look)).await.unwrap();
        let window = Self { driver, origin: origin.to_owned() };
        let metrics = json!({
            "width": look.width, "height": look.height, "deviceScaleFactor": look.density, "mobile": false,
        });
        window.commands("Emulation.setDeviceMetricsOverride", metrics).await;
        window.prefers(look.dark, look.reduced_motion).await;
        window
    }

    /// Sets what the person prefers.
    pub(crate) async fn prefers(&self, dark: bool, reduced_motion: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let motion = if reduced_motion { "reduce" } else { "no-preference" };
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": motion },
        ]});
        self.commands("Emulation.setEmulatedMedia", features).await;
    }

    /// A command of the DevTools protocol.
    pub(crate) async fn commands(&self, method: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(method, parameters).await.unwrap()
    }

    /// Runs this before any script of each page from now on.
    pub(crate) async fn begins_with(&self, script: &str) {
        self.driver.cdp().page().add_script_to_evaluate_on_new_document(script).await.unwrap();
    }

    /// Runs a function body in the page.
    pub(crate) async fn runs(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.driver.execute(script, arguments).await.unwrap().json().clone()
    }

    /// Closes the browser; a page that made the browser complain fails the journey.
    pub(crate) async fn close(self) {
        let complaints = self.complaints().await;
        self.driver.quit().await.unwrap();
        assert!(complaints.is_empty(), "the browser complained: {complaints:#?}");
    }

    /// Waits until the browser complains of this; whatever else it complained of until then is forgotten.
    #[track_caller]
    pub(crate) fn complains_of(&self, what: &str) -> impl Future<Output = ()> {
        self.awaits(format!("the browser complains of {what}"), async move || {
            self.complaints().await.iter().any(|complaint| complaint.contains(what)).then_some(())
        })
    }

    /// What the browser has complained about since it was last asked: blocked by the policy, not found, failed scripts.
    /// That a page has the status that it should have is no complaint.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.unwrap();
        let severe = log.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message);
        severe.filter(|message| !message.contains("the server responded with a status of")).collect()
    }
}

/// What a person does.
impl Window {
    /// Opens a page of this site.
    pub(crate) async fn opens(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.origin)).await.unwrap();
    }

    /// Loads the page again.
    pub(crate) async fn refreshes(&self) {
        self.driver.refresh().await.unwrap();
    }

    /// Clicks on what a selector finds.
    pub(crate) async fn clicks(&self, css: &str) {
        self.finds(css).await.click().await.unwrap();
    }

    /// Clicks on the button or link with this name.
    pub(crate) async fn presses(&self, name: &str) {
        let path = format!("//button[normalize-space(.)={name:?}] | //a[normalize-space(.)={name:?}]");
        let found = self.driver.query(By::XPath(path.as_str())).desc(name).and_clickable().first().await.unwrap();
        found.click().await.unwrap();
    }

    /// Types into a field.
    pub(crate) async fn types(&self, css: &str, text: &str) {
        let field = self.finds(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses keys, wherever the focus is.
    pub(crate) async fn keys(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain_with_delay(Some(AT_ONCE), Some(AT_ONCE)).send_keys(keys).perform().await.unwrap();
    }

    /// Opens the login page of the person's realm and gives name and password.
    pub(crate) async fn signs_in(&self, person: Person) {
        self.opens(&format!("/login/{}", person.realm)).await;
        self.gives(person, PASSWORD).await;
    }

    /// Fills in the login form that is open.
    pub(crate) async fn gives(&self, person: Person, password: &str) {
        self.types("#identifier", person.identifiers[0]).await;
        self.types("#password", password).await;
        self.clicks("form[data-once] button.primary").await;
    }

    /// Chooses where the code should go.
    pub(crate) async fn chooses(&self, channel: &str) {
        self.clicks(&format!("button[name=destination][value={channel}]")).await;
        self.is_at("/login/code").await;
    }

    /// Types a code and confirms it.
    pub(crate) async fn enters(&self, code: &str) {
        self.types("#code", code).await;
        self.presses("Confirm").await;
    }

    /// Sends a form as it stands, whatever the browser thinks of it.
    pub(crate) async fn submits_regardless(&self, form: &str) {
        let script = "const form = document.querySelector(arguments[0]); form.noValidate = true;
                      form.requestSubmit(form.querySelector('button.primary'));";
        self.runs(script, vec![json!(form)]).await;
    }
}

/// What a person sees.
impl Window {
    /// The element, now or when it comes.
    pub(crate) async fn finds(&self, css: &str) -> WebElement {
        self.driver.query(By::Css(css)).first().await.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    /// How many of them there are.
    pub(crate) async fn counts(&self, css: &str) -> usize {
        self.driver.find_all(By::Css(css)).await.unwrap().len()
    }

    /// The text of an element.
    pub(crate) async fn reads(&self, css: &str) -> String {
        self.finds(css).await.text().await.unwrap()
    }

    /// Waits until the browser is at this address of the site.
    #[track_caller]
    pub(crate) fn is_at(&self, path: &str) -> impl Future<Output = ()> {
        let wanted = format!("{}{path}", self.origin);
        self.awaits(format!("the browser is at {wanted}"), async move || {
            let url = self.driver.current_url().await.ok()?;
            (url.as_str() == wanted).then_some(())
        })
    }

    /// Waits until the page says this.
    #[track_caller]
    pub(crate) fn sees(&self, words: &str) -> impl Future<Output = ()> {
        self.awaits(format!("the page says {words:?}"), async move || {
            let text = self.driver.find(By::Css("body")).await.ok()?.text().await.ok()?;
            text.contains(words).then_some(())
        })
    }

    /// The page does not say this; for a page that is known to be complete.
    pub(crate) async fn does_not_see(&self, words: &str) {
        let text = self.reads("body").await;
        assert!(!text.contains(words), "{words:?} is on the page: {text}");
    }

    /// Waits until the focus is on the element with this id.
    #[track_caller]
    pub(crate) fn has_focus_on(&self, id: &str) -> impl Future<Output = ()> {
        self.awaits(format!("the focus is on #{id}"), async move || {
            let focused = self.driver.active_element().await.ok()?.id().await.ok()?;
            (focused.as_deref() == Some(id)).then_some(())
        })
    }

    /// Is signed in.
    pub(crate) async fn is_signed_in(&self) {
        self.is_at("/account").await;
    }

    /// Waits until a function body in the page returns something true, and returns it.
    #[track_caller]
    pub(crate) fn waits_for(&self, what: &str, script: &str) -> impl Future<Output = Value> {
        self.awaits(what.to_owned(), async move || {
            let value = self.driver.execute(script, Vec::new()).await.ok()?.json().clone();
            (!value.is_null() && value != json!(false)).then_some(value)
        })
    }

    /// Looks again and again until there is an answer; tells the line of the journey that waited in vain.
    #[track_caller]
    fn awaits<T>(&self, what: String, mut look: impl AsyncFnMut() -> Option<T>) -> impl Future<Output = T> {
        let journey = Location::caller();
        async move {
            let mut patience = ElementPollerWithTimeout::new(PATIENCE, SOON).start();
            loop {
                if let Some(answer) = look().await {
                    return answer;
                }
                if !patience.tick().await {
                    let url = self.driver.current_url().await;
                    let text = self.reads("body").await;
                    panic!("{journey}: within {PATIENCE:?} it did not come about that {what}; at {url:?}: {text}");
                }
            }
        }
    }
}

fn capabilities(look: Look) -> ChromeCapabilities {
    let mut chrome = DesiredCapabilities::chrome();
    for argument in ARGUMENTS {
        chrome.add_arg(argument).unwrap();
    }
    chrome.add_arg(&format!("--window-size={},{}", look.width, look.height)).unwrap();
    let blocked = 2;
    let scripts = if look.scripts {
        json!({})
    } else {
        json!({ "profile.managed_default_content_settings.javascript": blocked })
    };
    let mut preferences = json!({ "intl.accept_languages": look.language });
    preferences.as_object_mut().unwrap().extend(scripts.as_object().unwrap().clone());
    chrome.add_experimental_option("prefs", preferences).unwrap();
    chrome.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
    chrome
}

/// What the test command says in the environment; without it no journey can begin, and so it fails.
#[expect(clippy::disallowed_methods, reason = "the tests have no configuration file")]
fn variable(name: &str, what: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} names no {what}: run `make test`, which sets it"))
}
