//! Chromium, by the ChromeDriver that `scripts/with-services` has started.

use serde_json::json;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{ChromiumLikeCapabilities as _, DesiredCapabilities, WebDriver};

/// Where ChromeDriver is.
const WEBDRIVER_VARIABLE: &str = "COUNTERSIGN_TEST_WEBDRIVER";

/// A new browser with a profile of its own. A missing driver fails the test.
pub(crate) async fn start() -> WebDriverResult<WebDriver> {
    #[expect(clippy::disallowed_methods, reason = "how the tests are told where their servers are")]
    let url = std::env::var(WEBDRIVER_VARIABLE)
        .unwrap_or_else(|_| panic!("{WEBDRIVER_VARIABLE} names no ChromeDriver: run `make test`, which starts one"));
    // The client of the driver is built for TLS, which it never uses; a second test finds that it is settled.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let mut wanted = DesiredCapabilities::chrome();
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] {
        wanted.add_arg(argument)?;
    }
    WebDriver::new(url, wanted).await
}

/// The theme that the person prefers (`light` or `dark`); rest instead of motion is preferred always.
pub(crate) async fn prefer(driver: &WebDriver, scheme: &str) -> WebDriverResult<()> {
    let features = json!([
        { "name": "prefers-color-scheme", "value": scheme },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ]);
    driver.cdp().send_raw("Emulation.setEmulatedMedia", json!({ "features": features })).await.map(drop)
}

/// The window, in CSS pixels: a window of 1280 at 200 % has 640 of them.
pub(crate) async fn resize(driver: &WebDriver, width: u32, height: u32) -> WebDriverResult<()> {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await.map(drop)
}
