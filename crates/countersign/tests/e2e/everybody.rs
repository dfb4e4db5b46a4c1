//! Pages for everybody: small screens, large letters, dark rooms, screen readers, and those whom motion makes ill.

use serde_json::{Value, json};

use crate::axe::Axe;
use crate::driver::{DESKTOP, Look, PHONE, TWICE, Window};
use crate::stage::Stage;
use crate::tour::everywhere;

impl Window {
    /// Asks a question of `checks.js` and fails if there is a fault.
    pub(crate) async fn is_without(&self, question: &str, state: &str) {
        assert_eq!(self.asks(question).await, json!([]), "{question} on {state}");
    }

    async fn asks(&self, question: &str) -> Value {
        self.runs(include_str!("checks.js"), vec![json!(question)]).await
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
async fn the_keyboard_goes_through_every_page_in_every_state() {
    everywhere("keyboard", DESKTOP, async |window: &Window, _: &str| window.tabs_through().await).await;
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
async fn axe_finds_nothing_wrong_on_any_page_in_any_state() {
    let axe = Axe::load();
    let look = Look { reduced_motion: true, dark: true, ..DESKTOP };
    everywhere("dark", look, async |window: &Window, state: &str| {
        for dark in [true, false] {
            window.prefers(dark, true).await;
            let faults = axe.faults(&window.driver).await.unwrap();
            assert!(faults.is_empty(), "{state}, dark: {dark}: {faults:#?}");
        }
        window.prefers(true, true).await;
    })
    .await;
}

#[tokio::test]
async fn the_checks_of_a_page_see_what_was_spoiled() {
    let stage = Stage::required().await;
    let window = stage.window(PHONE).await;
    for (question, spoiled) in [
        ("sideways", "document.querySelector('h1').style.width = '3000px'"),
        (
            "targets",
            "Object.assign(document.querySelector('.tile').style, { minHeight: 0, padding: 0, height: '20px' })",
        ),
        ("cut", "Object.assign(document.querySelector('h1').style, { overflow: 'hidden', height: '9px' })"),
        ("contrast", "document.querySelector('.lead').style.color = '#999'"),
        // Here nothing need be spoiled: without the preference, buttons change their colour gently.
        ("motion", ""),
    ] {
        window.opens("/login").await;
        window.runs(spoiled, Vec::new()).await;
        assert_ne!(window.asks(question).await, json!([]), "{question} sees nothing");
    }
    window.runs("new Image().src = 'http://127.0.0.2:9/'", Vec::new()).await;
    window.complains_of("http://127.0.0.2:9/").await;
    stage.finish(window).await;
}
