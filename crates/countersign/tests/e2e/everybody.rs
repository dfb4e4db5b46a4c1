//! Pages for everybody: small screens, large letters, dark rooms, screen readers, and those whom motion makes ill.

use serde_json::{Value, json};

use crate::driver::{DESKTOP, Look, PHONE, Window, variable};
use crate::tour::everywhere;

/// axe-core, the one file: the test command fetches it and sets this.
const AXE_VARIABLE: &str = "COUNTERSIGN_TEST_AXE";

/// A laptop at 200 %: half as many CSS pixels, each twice as large.
const TWICE: Look = Look { width: 640, height: 450, density: 2.0, ..DESKTOP };

impl Window {
    /// Asks a question of `checks.js` and fails if there is a fault.
    pub(crate) async fn is_without(&self, question: &str, state: &str) {
        let faults = self.runs(include_str!("checks.js"), vec![json!(question)]).await;
        assert_eq!(faults, json!([]), "{question} on {state}");
    }

    async fn ground(&self) -> Value {
        self.runs("return getComputedStyle(document.body).backgroundColor", Vec::new()).await
    }
}

#[tokio::test]
async fn on_a_small_phone_no_page_scrolls_sideways_and_everything_is_large_enough_to_touch() {
    everywhere("phone", PHONE, async |window: &Window, state: &str| {
        window.is_without("sideways", state).await;
        window.is_without("targets", state).await;
        window.is_without("cut", state).await;
    })
    .await;
}

#[tokio::test]
async fn at_twice_the_size_nothing_is_cut_off() {
    everywhere("twice", TWICE, async |window: &Window, state: &str| {
        window.is_without("sideways", state).await;
        window.is_without("cut", state).await;
    })
    .await;
}

#[tokio::test]
async fn every_text_can_be_read_in_light_and_in_dark_and_nothing_moves_for_those_who_prefer_that() {
    let look = Look { reduced_motion: true, ..DESKTOP };
    everywhere("light", look, async |window: &Window, state: &str| {
        window.is_without("motion", state).await;
        window.is_without("contrast", state).await;
        let light = window.ground().await;
        window.prefers(true, true).await;
        window.is_without("contrast", state).await;
        assert_ne!(window.ground().await, light, "{state} is not dark");
        window.prefers(false, true).await;
    })
    .await;
}

#[tokio::test]
async fn axe_finds_nothing_serious_on_any_page_in_any_state() {
    let axe = std::fs::read_to_string(variable(AXE_VARIABLE, "axe-core file (axe.min.js)")).unwrap();
    let look = Look { reduced_motion: true, dark: true, ..DESKTOP };
    everywhere("dark", look, async |window: &Window, state: &str| {
        // A script of the driver is not the page's: the content security policy does not hold it back.
        window.runs(&axe, Vec::new()).await;
        for dark in [true, false] {
            window.prefers(dark, true).await;
            let findings = window.runs(AXE_RUN, Vec::new()).await;
            assert_eq!(findings, json!([]), "{state}, dark: {dark}");
        }
        window.prefers(true, true).await;
    })
    .await;
}

/// The driver waits for the promise.
const AXE_RUN: &str = "
    return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.map((node) => node.html) })));";
