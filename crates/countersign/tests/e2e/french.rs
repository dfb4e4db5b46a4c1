//! The main path in French: chosen at the foot of a page, or asked for by the browser.

use crate::driver::{DESKTOP, Look, Window};
use crate::journey;
use crate::people::{ANA, MARIA, PASSWORD, wrong};
use crate::stage::Stage;

/// A browser that asks for French as it is written in Canada.
const FRENCH: Look = Look { language: "fr-CA,fr", ..DESKTOP };

journey!(a_person_switches_to_french_and_signs_in, |look| {
    let stage = Stage::required().await;
    stage.world.knows(ANA).await;
    let ana = stage.window(look).await;
    ana.opens("/login/internal").await;
    ana.sees("Sign in").await;
    ana.presses("Français").await;
    ana.is_at("/login/internal").await;
    assert_eq!(ana.language_of_the_page().await, "fr");
    ana.sees("Se connecter").await;
    ana.gives(ANA, "pas le bon").await;
    ana.sees("Nous n’avons pas pu vous connecter").await;
    ana.gives(ANA, PASSWORD).await;
    ana.is_at("/login/destination").await;
    ana.sees("Nous ne connaissons pas encore ce navigateur").await;
    ana.chooses("email").await;
    let mail = stage.world.mail().next().await;
    let code = mail.code();
    ana.enters_in_french(&wrong(&code, 1)).await;
    ana.sees("Ce n’est pas le bon code.").await;
    ana.enters_in_french(&code).await;
    ana.is_signed_in().await;
    ana.sees("Votre mot de passe et un code par e-mail").await;

    // The browser remembers, also after signing out, and the way back is as near.
    ana.presses("Se déconnecter").await;
    ana.sees("Vous êtes déconnecté").await;
    ana.presses("English").await;
    ana.sees("Sign in").await;
    assert_eq!(ana.language_of_the_page().await, "en");
    stage.finish(ana).await;
});

#[tokio::test]
async fn the_language_changes_on_the_code_page_without_a_message_and_without_a_try() {
    let stage = Stage::required().await;
    stage.world.knows(ANA).await;
    let ana = stage.window(DESKTOP).await;
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    let code = stage.world.clicksend().next().await.code().to_owned();
    ana.presses("Français").await;
    ana.is_at("/login/code").await;
    ana.sees("5 essais").await;
    ana.enters_in_french(&code).await;
    ana.is_signed_in().await;
    assert_eq!(stage.world.clicksend().received().len(), 1, "one message");
    stage.finish(ana).await;
}

#[tokio::test]
async fn a_french_browser_gets_french_pages_mails_and_dates() {
    let stage = Stage::required().await;
    stage.world.knows(MARIA).await;
    let maria = stage.window(FRENCH).await;
    maria.opens("/login/external").await;
    assert_eq!(maria.language_of_the_page().await, "fr");
    maria.gives(MARIA, PASSWORD).await;
    maria.chooses("email").await;
    maria.sees("Valable jusqu’à").await;
    // The script writes the time as the person's own variety of French does.
    let time = "const time = document.querySelector('time[data-local]');
                return time.title && !time.textContent.includes('UTC') ? time.textContent : null;";
    let shown = maria.waits_for("the time is the person's own", time).await;
    assert!(shown.as_str().unwrap().contains('h'), "{shown}");
    maria.enters_in_french(&stage.world.mail().next().await.code()).await;
    maria.is_signed_in().await;
    stage.finish(maria).await;
}

impl Window {
    async fn language_of_the_page(&self) -> String {
        let language = "return document.readyState === 'complete' && document.documentElement.lang";
        self.waits_for("the page is there", language).await.as_str().unwrap().to_owned()
    }

    async fn enters_in_french(&self, code: &str) {
        self.types("#code", code).await;
        self.presses("Confirmer").await;
    }
}
