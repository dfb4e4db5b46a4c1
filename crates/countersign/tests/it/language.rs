//! The language of pages and messages: asked for by the browser, or chosen by the person.

use crate::browser::Browser;
use crate::people::ANA;
use crate::world::{Setup, story};

/// A login page that has something to say and something to remember.
const LOGIN_PAGE: &str = "/login/internal?return_to=https%3A%2F%2Ferp.example.com%2Fjobs%3Fa%3D1&notice=signed-out";

impl Browser {
    /// Presses the button of a language, and follows.
    async fn speaks(&mut self, tag: &str) {
        self.submits("/language", &[("language", tag)]).await;
        self.has_status(303);
        self.follows().await;
    }

    #[track_caller]
    fn reads(&self, tag: &str) {
        assert_eq!(self.page().header("content-language"), Some(tag));
        assert!(self.page().body.contains(&format!("<html lang=\"{tag}\">")), "{}", self.text());
    }
}

story!(pages_are_in_the_language_that_the_browser_asks_for, Setup::new(), |world| {
    for (header, tag, words) in [
        ("fr-CA,fr;q=0.9", "fr", "Mot de passe"),
        ("en;q=0.1, fr;q=0.9", "fr", "Se connecter"),
        ("de", "en", "Sign in"),
        ("", "en", "Sign in"),
    ] {
        let mut browser = world.browser();
        header.clone_into(&mut browser.language);
        browser.opens("/login/internal").await;
        browser.reads(tag);
        browser.sees(words);
        browser.opens("/nowhere").await;
        browser.has_status(404);
        browser.reads(tag);
    }
});

story!(a_person_chooses_the_language_and_the_browser_remembers_it, Setup::new(), |world| {
    let mut ana = world.browser();
    ana.opens(LOGIN_PAGE).await;
    ana.sees("You are signed out.");
    ana.speaks("fr").await;
    // The same page with the same words, and it still knows where to go afterwards.
    ana.is_at(LOGIN_PAGE);
    ana.reads("fr");
    ana.sees("Vous êtes déconnecté.");
    let return_to = ("return_to".to_owned(), "https://erp.example.com/jobs?a=1".to_owned());
    assert!(ana.form("/login/internal").fields.contains(&return_to));

    // A form that came back is answered by its page, without what was typed.
    ana.gives("internal", "nobody", "nothing").await;
    ana.sees("Nous n’avons pas pu vous connecter");
    ana.speaks("en").await;
    ana.reads("en");
    assert!(ana.form("/login/internal").fields.contains(&return_to));

    ana.speaks("fr").await;
    ana.closes();
    ana.opens("/login").await;
    ana.reads("fr");
});

story!(messages_are_in_the_language_of_the_pages, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
    ana.speaks("fr").await;
    ana.is_at("/login/destination");
    ana.sees("Rien n’est envoyé avant votre choix.");
    ana.chooses("sms").await;
    ana.sees("Saisissez votre code");
    let message = world.clicksend().next().await;
    assert!(message.body.contains("est votre code de connexion, valable 10 min."), "{}", message.body);
    ana.enters(message.code()).await;
    ana.is_signed_in();
    ana.sees("Votre mot de passe et un code par SMS");
});

story!(the_code_page_is_shown_again_in_the_language_that_was_chosen, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    let english = ana.clone();
    ana.speaks("fr").await;
    ana.is_at("/login/code");
    ana.sees("Saisissez votre code");
    ana.sees("5 essais");
    assert_eq!(world.messages().await.len(), 1);

    // A refresh still leads to the login form.
    ana.opens("/login/code").await;
    ana.is_at("/login/internal?notice=start-again");
    ana.sees("la page du code ne s’ouvre que juste après votre mot de passe");

    // The form of before is good for as long as its login.
    ana.sends_form("/language", &english.form("/language"), &[("language", "en")]).await;
    ana.follows().await;
    ana.is_at("/login/code");
    ana.enters(&code).await;
    ana.is_signed_in();
});

story!(nobody_gets_to_the_code_page_by_a_language, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut stranger = world.browser();
    stranger.posts("/language", "language=fr&back=%2Flogin%2Fcode").await;
    stranger.follows().await;
    stranger.is_at("/login");

    // Nor does one who has given a password and chosen no destination.
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
    ana.posts("/language", "language=fr&back=%2Flogin%2Fcode").await;
    ana.follows().await;
    ana.is_at("/login/internal?notice=start-again");
    assert!(world.messages().await.is_empty());
});

story!(e_05_the_choice_of_a_language_leads_nowhere_else, Setup::new(), |world| {
    let mut browser = world.browser();
    for back in [
        "",
        "https://evil.example/",
        "https://erp.example.com/jobs",
        "//evil.example/",
        "/\\evil.example/",
        "/.//evil.example/",
        "/a/..//evil.example/",
        "/\t/evil.example/",
        "javascript:alert(1)",
        "login",
    ] {
        let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        browser.posts("/language", &format!("language=fr&back={back}")).await;
        browser.has_status(303);
        assert_eq!(browser.page().location(), "/login", "{back}");
    }
    browser.posts("/language", "language=fr&back=%2Faccount%3Fa%3D%250d%26b").await;
    assert_eq!(browser.page().location(), "/account?a=%0d&b");
});

story!(a_language_that_is_none_changes_nothing, Setup::new(), |world| {
    let mut browser = world.browser();
    for body in ["", "back=%2Flogin", "language=de&back=%2Flogin", "language=..%2Ffr", "language=fr&language=en"] {
        browser.posts("/language", body).await;
        browser.has_status(400);
        assert_eq!(browser.cookie("language"), None);
    }
    // From another site, as any form.
    let foreign = "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n";
    browser.posts_with("/language", foreign, "language=fr&back=%2Flogin").await;
    browser.has_status(403);
    assert_eq!(browser.cookie("language"), None);
    browser.gets("/language").await;
    browser.has_status(405);

    // A planted cookie names a language or it counts for nothing.
    for planted in ["de", "../en", "\"fr\"", "FR"] {
        browser.plants("language", planted);
        browser.opens("/login/internal").await;
        browser.has_status(200);
        browser.reads("en");
    }
});
