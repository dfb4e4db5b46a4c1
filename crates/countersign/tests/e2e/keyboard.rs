//! Signing in with the keyboard alone: Tab, Enter and Space.

use jiff::SignedDuration;
use serde_json::Value;
use thirtyfour::prelude::*;

use crate::code_page::OWN_TIME;
use crate::driver::{DESKTOP, Window};
use crate::people::{ANA, PASSWORD, wrong};
use crate::stage::Stage;

/// What has the focus: its name, whether the ring is seen, and where it is.
const FOCUSED: &str = "
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const ring = element.matches(':focus-visible')
        && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none');
    const box = element.getBoundingClientRect();
    const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return { name: element.id || element.innerText?.trim().split('\\n')[0] || element.tagName, ring, seen,
             body: element === document.body };";

/// Everything that Tab should reach, in the order of reading: top to bottom in the document.
const REACHABLE: &str = "
    const all = document.querySelectorAll('a[href], button, input:not([type=hidden]), summary, pre[tabindex]');
    return [...all].filter((element) => !element.disabled && element.checkVisibility()).length;";

/// Whether the focus comes after what had it before, in the document and on the screen.
const MOVED_ON: &str = "
    const [before, now] = [window.focusedBefore, document.activeElement];
    window.focusedBefore = now;
    if (!before) return true;
    const follows = before.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING;
    const below = now.getBoundingClientRect().bottom >= before.getBoundingClientRect().top;
    return Boolean(follows) && (below || before.className === 'skip');";

/// The next Tab begins at the top of the document, as it does on a page where nothing has the focus.
const FROM_THE_TOP: &str = "
    window.focusedBefore = null;
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');";

impl Window {
    async fn tabs(&self) -> Value {
        self.keys(Key::Tab + "").await;
        self.runs(FOCUSED, Vec::new()).await
    }

    /// Presses Tab until the focus is on this, by its id or its words.
    async fn tabs_to(&self, name: &str) {
        for _ in 0..20 {
            let focused = self.tabs().await;
            if focused["name"].as_str().is_some_and(|found| found.starts_with(name)) {
                assert_eq!(focused["ring"], true, "the focus on {name} is not seen");
                assert_eq!(focused["seen"], true, "{name} has the focus and is out of sight");
                return;
            }
        }
        panic!("Tab does not lead to {name}: {}", self.reads("body").await);
    }

    /// Presses Tab from the top of the page to its end.
    pub(crate) async fn tabs_through(&self) {
        self.runs(FROM_THE_TOP, Vec::new()).await;
        let reachable = self.runs(REACHABLE, Vec::new()).await.as_u64().unwrap();
        for number in 0..reachable {
            let focused = self.tabs().await;
            assert_eq!(focused["body"], false, "Tab {number} of {reachable} leaves the page");
            assert_eq!(focused["ring"], true, "the focus is not seen on {focused}");
            assert_eq!(self.runs(MOVED_ON, Vec::new()).await, true, "the focus jumps to {focused}");
            if number == 0 {
                assert_eq!(focused["name"], "Skip to content");
                assert_eq!(focused["seen"], true, "the skip link is seen once it has the focus");
            }
        }
    }
}

#[tokio::test]
async fn a_person_signs_in_and_out_with_the_keyboard_alone() {
    let stage = Stage::required().await;
    stage.world.knows(ANA).await;
    let ana = stage.window(DESKTOP).await;
    ana.opens("/login").await;
    ana.tabs_through().await;
    ana.opens("/login").await;
    ana.tabs_to("Staff").await;
    ana.keys(Key::Enter + "").await;
    ana.is_at("/login/internal").await;
    ana.has_focus_on("identifier").await;
    ana.keys("ana").await;
    ana.tabs_to("password").await;
    ana.keys(PASSWORD).await;
    ana.keys(Key::Enter + "").await;

    ana.is_at("/login/destination").await;
    ana.tabs_through().await;
    ana.opens("/login/destination").await;
    ana.tabs_to("Text message").await;
    ana.tabs_to("I can’t use any of these").await;
    ana.keys(" ").await;
    ana.sees("They can check that it is you and set a new number or address.").await;
    ana.opens("/login/destination").await;
    ana.tabs_to("E-mail").await;
    ana.keys(" ").await;

    ana.is_at("/login/code").await;
    ana.has_focus_on("code").await;
    ana.tabs_through().await;
    ana.runs("document.getElementById('code').focus()", Vec::new()).await;
    ana.keys(stage.world.mail().next().await.code()).await;
    ana.tabs_to("trust").await;
    ana.keys(" ").await;
    ana.tabs_to("Confirm").await;
    ana.keys(" ").await;

    ana.is_signed_in().await;
    ana.sees("This browser").await;
    ana.tabs_through().await;
    ana.opens("/account").await;
    ana.tabs_to("Sign out").await;
    ana.keys(Key::Enter + "").await;
    ana.is_at("/login/internal?notice=signed-out").await;
    ana.has_focus_on("identifier").await;
    ana.tabs_through().await;
    stage.finish(ana).await;
}

#[tokio::test]
async fn the_skip_link_leads_to_the_content() {
    let stage = Stage::required().await;
    let ana = stage.window(DESKTOP).await;
    ana.opens("/login").await;
    ana.tabs_to("Skip to content").await;
    ana.keys(Key::Enter + "").await;
    ana.has_focus_on("main").await;
    ana.tabs_to("Staff").await;
    stage.finish(ana).await;
}

/// The ways beside the main one: a wrong code, another message, another way for it, no more trust, another language.
#[tokio::test]
async fn every_other_way_goes_with_the_keyboard_alone() {
    let stage = Stage::required().await;
    stage.world.knows(ANA).await;
    let ana = stage.window(DESKTOP).await;
    ana.begins_with(OWN_TIME).await;
    ana.opens("/login/internal").await;
    ana.keys("ana").await;
    ana.tabs_to("password").await;
    ana.keys("not the password").await;
    ana.keys(Key::Enter + "").await;
    ana.sees("We could not sign you in").await;
    ana.tabs_through().await;
    ana.runs("document.getElementById('identifier').select()", Vec::new()).await;
    ana.keys("ana").await;
    ana.tabs_to("password").await;
    ana.keys(PASSWORD).await;
    ana.keys(Key::Enter + "").await;
    ana.is_at("/login/destination").await;
    ana.tabs_to("E-mail").await;
    ana.keys(Key::Enter + "").await;
    ana.is_at("/login/code").await;
    let code = stage.world.mail().next().await.code();

    ana.keys(wrong(&code, 1)).await;
    ana.keys(Key::Enter + "").await;
    ana.sees("you have 4 tries left").await;
    ana.has_focus_on("code").await;
    stage.world.passes(SignedDuration::from_secs(60)).await;
    ana.runs("skip(60_000)", Vec::new()).await;
    ana.waits_for("another message may be asked for", "return !document.querySelector('[data-wait]').disabled").await;
    ana.tabs_to("Send the e-mail again").await;
    ana.keys(" ").await;
    ana.sees("We sent the same code again (message 2).").await;
    stage.world.mail().next().await;
    stage.world.passes(SignedDuration::from_secs(120)).await;
    ana.tabs_to("elsewhere").await;
    ana.keys(Key::Enter + "").await;
    ana.is_at("/login/destination").await;
    ana.tabs_to("Text message").await;
    ana.keys(Key::Enter + "").await;
    ana.is_at("/login/code").await;
    let code = stage.world.clicksend().next().await.code().to_owned();
    ana.keys(code).await;
    ana.tabs_to("trust").await;
    ana.keys(" ").await;
    ana.tabs_to("Confirm").await;
    ana.keys(Key::Enter + "").await;
    ana.is_signed_in().await;

    ana.tabs_to("Stop trusting this browser").await;
    ana.keys(" ").await;
    ana.sees("No browser is trusted any more.").await;
    ana.tabs_to("Français").await;
    ana.keys(Key::Enter + "").await;
    ana.sees("Votre mot de passe et un code par SMS").await;
    ana.tabs_to("Se déconnecter").await;
    ana.keys(" ").await;
    ana.sees("Vous êtes déconnecté").await;
    stage.finish(ana).await;
}

/// When the time is over, the one thing left to do is reached by the keyboard.
#[tokio::test]
async fn from_a_code_that_has_ended_the_keyboard_leads_back() {
    let stage = Stage::required().await;
    stage.world.knows(ANA).await;
    let ana = stage.window(DESKTOP).await;
    ana.begins_with(OWN_TIME).await;
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    stage.world.mail().next().await;
    ana.runs("skip(600_000)", Vec::new()).await;
    ana.sees("This code has ended.").await;
    ana.tabs_through().await;
    ana.runs(FROM_THE_TOP, Vec::new()).await;
    ana.tabs_to("Start over").await;
    ana.keys(Key::Enter + "").await;
    ana.is_at("/login/internal").await;
    stage.finish(ana).await;
}
