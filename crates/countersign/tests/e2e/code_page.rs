//! The code page: wrong codes, pasting, typing, double clicks and countdowns.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::driver::{DESKTOP, Window};
use crate::people::{ANA, wrong};
use crate::stage::Stage;

/// Makes the page count its requests for a try, and holds none of them back.
const COUNTS_SUBMITS: &str = "
    addEventListener('submit', (event) => {
        if (event.defaultPrevented) return;
        sessionStorage.submits = Number(sessionStorage.submits ?? 0) + 1;
    });";

/// Lets the page's own time run as fast as the journey says.
pub(crate) const OWN_TIME: &str = "{
    const now = Date.now;
    let ahead = 0;
    Date.now = () => now() + ahead;
    window.skip = (ms) => { ahead += ms; };
}";

/// A person with the password given and e-mail chosen, and the code that came.
async fn at_the_code_page(stage: &Stage) -> (Window, String) {
    stage.world.knows(ANA).await;
    let ana = stage.window(DESKTOP).await;
    ana.begins_with(COUNTS_SUBMITS).await;
    ana.begins_with(OWN_TIME).await;
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    ana.runs("sessionStorage.submits = 0", Vec::new()).await;
    let code = stage.world.mail().next().await.code();
    (ana, code)
}

async fn submits(window: &Window) -> i64 {
    window.runs("return Number(sessionStorage.submits)", Vec::new()).await.as_i64().unwrap()
}

#[tokio::test]
async fn a_wrong_code_is_told_with_the_tries_left_and_the_fifth_leads_back_to_the_login_form() {
    let stage = Stage::required().await;
    let (ana, code) = at_the_code_page(&stage).await;
    ana.sees("5 tries").await;
    for (number, told) in [
        (1, "That is not the code. Check it and try again: you have 4 tries left."),
        (2, "That is not the code. Check it and try again: you have 3 tries left."),
        (3, "That is not the code. Check it and try again: you have 2 tries left."),
        (4, "That is not the code. You have one more try; after that, you start over."),
    ] {
        ana.enters(&wrong(&code, number)).await;
        ana.sees(told).await;
        ana.is_at("/login/code").await;
        ana.has_focus_on("code").await;
        assert_eq!(ana.finds("#code").await.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
        assert!(ana.driver.title().await.unwrap().starts_with("Error:"), "a screen reader says it first");
    }
    ana.enters(&wrong(&code, 5)).await;
    ana.is_at("/login/internal?notice=tries-used").await;
    ana.sees("That was the fifth wrong code, so it has been cancelled. Sign in again to get a new one.").await;
    stage.finish(ana).await;
}

#[tokio::test]
async fn a_pasted_code_is_cleaned_and_confirmed_once() {
    let stage = Stage::required().await;
    let (ana, code) = at_the_code_page(&stage).await;
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    pastes(&ana, &spaced).await;
    ana.is_signed_in().await;
    assert_eq!(submits(&ana).await, 1);
    stage.finish(ana).await;
}

#[tokio::test]
async fn a_code_in_digits_of_another_script_is_understood() {
    let stage = Stage::required().await;
    let (ana, code) = at_the_code_page(&stage).await;
    let wide: String =
        code.chars().map(|digit| char::from_u32('０' as u32 + digit.to_digit(10).unwrap()).unwrap()).collect();
    pastes(&ana, &wide).await;
    ana.is_signed_in().await;
    assert_eq!(submits(&ana).await, 1);
    stage.finish(ana).await;
}

/// Pastes a text with the keyboard, from a field of the page: the machine's clipboard belongs to nobody in particular.
async fn pastes(window: &Window, text: &str) {
    let script = "
        const data = new DataTransfer();
        data.setData('text', arguments[0]);
        const field = document.getElementById('code');
        field.focus();
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));";
    window.runs(script, vec![json!(text)]).await;
}

#[tokio::test]
async fn what_a_person_types_is_never_sent_before_they_confirm_it() {
    let stage = Stage::required().await;
    let (ana, code) = at_the_code_page(&stage).await;
    ana.types("#code", &code).await;
    assert_eq!(ana.finds("#code").await.prop("value").await.unwrap(), Some(code.clone()));
    // A form that was sent would have left the page, or be marked as busy.
    let busy = ana.runs("return document.getElementById('code-form').getAttribute('aria-busy')", Vec::new()).await;
    assert!(busy.is_null(), "the form is on its way");
    assert_eq!(submits(&ana).await, 0);
    ana.is_at("/login/code").await;
    ana.keys(Key::Enter + "").await;
    ana.is_signed_in().await;
    assert_eq!(submits(&ana).await, 1);
    stage.finish(ana).await;
}

#[tokio::test]
async fn a_double_click_costs_one_try() {
    let stage = Stage::required().await;
    let (ana, code) = at_the_code_page(&stage).await;
    ana.types("#code", &wrong(&code, 1)).await;
    let confirm = ana.finds("#code-form button.primary").await;
    ana.driver.action_chain().double_click_element(&confirm).perform().await.unwrap();
    ana.sees("you have 4 tries left").await;
    assert_eq!(submits(&ana).await, 1);
    ana.enters(&code).await;
    ana.is_signed_in().await;
    stage.finish(ana).await;
}

#[tokio::test]
async fn the_page_counts_down_to_the_next_message_and_to_the_end_of_the_code() {
    let stage = Stage::required().await;
    let (ana, _) = at_the_code_page(&stage).await;
    let resend = ana.finds("[data-wait]").await;
    assert!(!resend.is_enabled().await.unwrap(), "too soon for another message");
    ana.sees("Send again in 0:").await;
    ana.sees(" left").await;
    let life = "const left = document.querySelector('[data-seconds]').textContent.match(/(\\d+):(\\d\\d)/);
                return left ? 60 * left[1] + Number(left[2]) : null;";
    let before = ana.waits_for("the life of the code is told", life).await.as_i64().unwrap();
    assert!((500..=600).contains(&before), "{before} seconds");
    ana.runs("skip(30_000)", Vec::new()).await;
    ana.waits_for("another message may be asked for", "return !document.querySelector('[data-wait]').disabled").await;
    assert_eq!(resend.text().await.unwrap(), "Send the e-mail again");
    let after = ana.waits_for("the life of the code is told", life).await.as_i64().unwrap();
    assert!(after <= before - 30, "{after} seconds after {before}");
    ana.does_not_see("This code has ended").await;
    ana.runs("skip(570_000)", Vec::new()).await;
    ana.sees("This code has ended. Start over to get a new one.").await;
    for spent in ["#code", "#code-form button.primary", "[data-wait]"] {
        assert!(!ana.finds(spent).await.is_enabled().await.unwrap(), "{spent} leads nowhere now");
    }
    ana.does_not_see("Send it another way").await;
    ana.clicks("#expired-next a").await;
    ana.is_at("/login/internal").await;
    stage.finish(ana).await;
}
