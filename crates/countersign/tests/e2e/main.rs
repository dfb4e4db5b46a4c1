//! The pages in a real browser: journeys in Chromium, each a promise to the person who signs in.
//!
//! ChromeDriver is started by `make test` (scripts/with-services), which names it in `COUNTERSIGN_TEST_WEBDRIVER`. The
//! installations, the gateways and the people are those of the stories in `tests/it`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

#[expect(dead_code, reason = "the stories use the rest")]
#[path = "../it/browser.rs"]
mod browser;
#[expect(dead_code, reason = "the stories use the rest")]
#[path = "../it/databases.rs"]
mod databases;
#[expect(dead_code, reason = "the stories use the rest")]
#[path = "../it/gateway/mod.rs"]
mod gateway;
#[expect(dead_code, reason = "the stories use the rest")]
#[path = "../it/html.rs"]
mod html;
#[expect(dead_code, reason = "the stories use the rest")]
#[path = "../it/http.rs"]
mod http;
#[path = "../it/logs.rs"]
mod logs;
#[expect(dead_code, reason = "the stories use the rest")]
#[path = "../it/people.rs"]
mod people;
#[expect(dead_code, unused_imports, unused_macros, reason = "the stories use the rest")]
#[path = "../it/world.rs"]
mod world;

mod code_page;
mod driver;
//mod everybody;
mod keyboard;
//mod privacy;
mod scriptless;
mod sign_in;
mod stage;
//mod tour;
mod web_otp;
