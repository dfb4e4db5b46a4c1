//! Every page in every state, in Chromium, as people see it who enlarge the page, dim it, or have no mouse.
//!
//! The pages are the samples of the views, served as they are; what is tested is templates, style and scripts.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{Key, WebDriver};
use tokio::net::TcpListener;

use super::{Sample, pages};
use crate::web::assets::Assets;

// The journeys in Chromium use these too, and a test binary cannot be linked to.
#[path = "../../../../tests/e2e/axe.rs"]
mod axe;
#[path = "../../../../tests/e2e/chromium.rs"]
mod chromium;

/// What runs past the edge of the window, or is cut off by its own box.
const OVERFLOW: &str = r"
    for (const details of document.querySelectorAll('details')) details.open = true;
    const edge = document.documentElement.clientWidth + 1;
    const seen = [...document.querySelectorAll('body *')].filter((e) => !e.closest('.visually-hidden, .skip'));
    const past = document.documentElement.scrollWidth < edge ? [] : seen.filter((e) => e.getBoundingClientRect().right > edge);
    const boxes = seen.filter((e) => e.matches('button, a, h1, h2, p, dd, label') && getComputedStyle(e).display !== 'inline');
    const cut = boxes.filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'clip');
    return [...past, ...cut].map((e) => e.outerHTML.slice(0, 160));
";

/// What moves although the person asked for rest.
const MOTION: &str = r"
    const moves = (style) => style.animationName !== 'none' || style.transitionDuration.split(',').some((time) => parseFloat(time) > 0);
    return [...document.querySelectorAll('*')].filter((e) => moves(getComputedStyle(e))).map((e) => e.outerHTML.slice(0, 160));
";

/// Remembers what the keyboard must reach, in the order of the document, and starts before the first of them.
const STOPS: &str = r"
    const all = document.querySelectorAll('a[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, summary, [tabindex=\'0\']');
    window.stops = [...all].filter((e) => e.checkVisibility());
    // Taking the focus from a field is not enough: Tab would go on from where it was.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
    window.scrollTo(0, 0);
    return window.stops.length;
";

/// Which of them has the focus, and how well that can be seen.
const STOP: &str = r"
    const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
    return {
        index: window.stops.indexOf(e),
        ringed: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        in_view: box.top >= -1 && box.bottom <= innerHeight + 1,
        html: e.outerHTML.slice(0, 160),
    };
";

#[derive(Deserialize)]
struct Stop {
    index: i32,
    ringed: bool,
    in_view: bool,
    html: String,
}

/// 320 pixels are a window of 1280 at 400 % (WCAG 1.4.10), 640 the same at 200 % (1.4.4).
#[tokio::test]
async fn axe_finds_no_fault_in_either_theme() {
    let axe = axe::Axe::load();
    look(&chosen("plain"), async |browser, faults| {
        for (scheme, width) in [("light", 1280), ("dark", 320)] {
            chromium::prefer(&browser.driver, scheme).await?;
            chromium::resize(&browser.driver, width, 800).await?;
            for name in &browser.names {
                browser.open(name).await?;
                let found = axe.faults(&browser.driver).await?;
                faults.extend(found.into_iter().map(|fault| format!("{name} {scheme} {width}: {fault}")));
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn nothing_is_cut_off_when_enlarged_and_nothing_moves_when_rest_is_asked_for() {
    look(&chosen("test"), async |browser, faults| {
        chromium::prefer(&browser.driver, "light").await?;
        for width in [320, 640] {
            chromium::resize(&browser.driver, width, 512).await?;
            for name in &browser.names {
                browser.open(name).await?;
                let past: Vec<String> = browser.driver.execute(OVERFLOW, Vec::new()).await?.convert()?;
                faults.extend(past.into_iter().map(|fault| format!("{name} {width}: cut off: {fault}")));
                let moving: Vec<String> = browser.driver.execute(MOTION, Vec::new()).await?.convert()?;
                faults.extend(moving.into_iter().map(|fault| format!("{name} {width}: moves: {fault}")));
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_reaches_everything_in_order_and_shows_where_it_is() {
    // The order is the same in every language.
    let english: Vec<Sample> = chosen("demo").into_iter().filter(|page| page.tag == "en").collect();
    look(&english, async |browser, faults| {
        chromium::resize(&browser.driver, 360, 640).await?;
        for name in &browser.names {
            browser.open(name).await?;
            let stops: i32 = browser.driver.execute(STOPS, Vec::new()).await?.convert()?;
            for expected in 0..stops {
                browser.driver.action_chain().send_keys(Key::Tab).perform().await?;
                let stop: Stop = browser.driver.execute(STOP, Vec::new()).await?.convert()?;
                if stop.index != expected || !stop.ringed || !stop.in_view {
                    let Stop { index, ringed, in_view, html } = stop;
                    faults
                        .push(format!("{name}: stop {expected} is {index}, ring {ringed}, in view {in_view}: {html}"));
                }
            }
        }
        Ok(())
    })
    .await;
}

/// The samples in one of the frames, in every language.
fn chosen(frame: &str) -> Vec<Sample> {
    pages().into_iter().filter(|page| page.name.split('-').nth(1) == Some(frame)).collect()
}

/// Chromium, and the names of the pages that it can open.
struct Chromium {
    driver: WebDriver,
    origin: String,
    names: Vec<String>,
}

/// Serves the pages, shows them, and fails with every fault that was found.
async fn look(samples: &[Sample], at: impl AsyncFnOnce(&Chromium, &mut Vec<String>) -> WebDriverResult<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let by_name: BTreeMap<String, String> = samples.iter().map(|page| (page.name.clone(), page.html.clone())).collect();
    let names = by_name.keys().cloned().collect();
    let router =
        Router::new().route("/static/{*path}", get(file)).route("/{name}", get(page)).with_state(Arc::new(by_name));
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    let chromium = Chromium { driver: chromium::start().await.unwrap(), origin, names };
    let mut faults = Vec::new();
    let outcome = at(&chromium, &mut faults).await;
    chromium.driver.clone().quit().await.unwrap();
    server.abort();
    outcome.unwrap();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

impl Chromium {
    async fn open(&self, name: &str) -> WebDriverResult<()> {
        self.driver.goto(format!("{}/{name}", self.origin)).await
    }
}

async fn page(State(pages): State<Arc<BTreeMap<String, String>>>, Path(name): Path<String>) -> Response {
    pages.get(&name).map_or_else(|| StatusCode::NOT_FOUND.into_response(), |html| Html(html.clone()).into_response())
}

async fn file(Path(path): Path<String>) -> Response {
    Assets::lookup(&path).map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |asset| ([(header::CONTENT_TYPE, asset.content_type)], asset.bytes.into_owned()).into_response(),
    )
}
