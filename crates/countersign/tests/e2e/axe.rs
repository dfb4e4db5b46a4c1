//! axe-core in the browser: what it finds wrong with the page that is open.
//!
//! axe-core is not part of this repository; `scripts/fetch-axe` puts it where `scripts/with-services` finds it. The
//! journeys use this file, and so do the tests of the views, which show every page in every state.

use serde::Deserialize;
use thirtyfour::WebDriver;
use thirtyfour::error::WebDriverResult;

/// Where axe-core is.
const AXE_VARIABLE: &str = "COUNTERSIGN_TEST_AXE";

/// The rules of WCAG 2.2, levels A and AA, and axe's own advice on top of them.
const RUN: &str = r"
    const done = arguments[arguments.length - 1];
    // What is folded away belongs to the page.
    for (const details of document.querySelectorAll('details')) details.open = true;
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: rules, resultTypes: ['violations'] }).then(({ violations, passes }) => done({
        passed: passes.length,
        faults: violations.flatMap(({ id, impact, nodes }) => nodes.map((node) =>
            `${id} (${impact}): ${node.html.slice(0, 160)} ${node.failureSummary}`)),
    }));
";

/// axe-core, read once.
pub(crate) struct Axe(String);

#[derive(Deserialize)]
struct Found {
    /// How many rules the page keeps; a page that keeps none was not looked at.
    passed: usize,
    faults: Vec<String>,
}

impl Axe {
    /// Reads axe-core. A missing one fails the test: a page that was not looked at is not known to be good.
    pub(crate) fn load() -> Self {
        #[expect(clippy::disallowed_methods, reason = "how the tests are told where their tools are")]
        let path = std::env::var(AXE_VARIABLE).unwrap_or_else(|_| {
            panic!("{AXE_VARIABLE} names no axe-core: run `make test`, which fetches it and sets it")
        });
        Self(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}")))
    }

    /// The faults of the page that is open, one text each; WebDriver may run it although the page's own policy forbids
    /// scripts from elsewhere.
    pub(crate) async fn faults(&self, driver: &WebDriver) -> WebDriverResult<Vec<String>> {
        driver.execute(self.0.as_str(), Vec::new()).await?;
        let found: Found = driver.execute_async(RUN, Vec::new()).await?.convert()?;
        assert!(found.passed > 5, "axe looked at nothing: {} rules passed", found.passed);
        Ok(found.faults)
    }
}
