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
#![expect(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "of what the stories of tests/it share, the journeys use a part"
)]

#[path = "../it/browser.rs"]
mod browser;
#[path = "../it/databases.rs"]
mod databases;
#[path = "../it/gateway/mod.rs"]
mod gateway;
#[path = "../it/html.rs"]
mod html;
#[path = "../it/http.rs"]
mod http;
#[path = "../it/logs.rs"]
mod logs;
#[path = "../it/people.rs"]
mod people;
#[path = "../it/setup.rs"]
mod setup;
#[path = "../it/world.rs"]
mod world;

/// Takes a journey twice: on a laptop, and at 200 % with motion reduced.
macro_rules! journey {
    ($name:ident, |$look:ident| $tale:block) => {
        async fn $name($look: crate::driver::Look) $tale

        mod $name {
            use crate::driver::{DESKTOP, TWICE_AND_CALM};

            #[tokio::test]
            async fn on_a_laptop() {
                super::$name(DESKTOP).await;
            }

            #[tokio::test]
            async fn at_twice_the_size() {
                super::$name(TWICE_AND_CALM).await;
            }
        }
    };
}
use journey;

mod axe;
mod code_page;
mod driver;
mod everybody;
mod french;
mod keyboard;
mod not_me;
mod own_account;
mod privacy;
mod quarantine;
mod scriptless;
mod sign_in;
mod stage;
mod tour;
mod web_otp;
