//! The main job, click by click.

use jiff::SignedDuration;

use crate::code_page::OWN_TIME;
use crate::databases::Kind;
use crate::driver::DESKTOP;
use crate::journey;
use crate::people::{ANA, MARIA, PASSWORD};
use crate::stage::Stage;
use crate::world::Setup;

#[tokio::test]
async fn a_person_signs_in_with_a_code_by_mail() {
    signs_in_by_mail(Kind::Sqlite).await;
}

#[tokio::test]
async fn a_person_signs_in_with_a_code_by_mail_on_postgres() {
    signs_in_by_mail(Kind::Postgres).await;
}

async fn signs_in_by_mail(kind: Kind) {
    let stage = Stage::start(kind, Setup::required()).await;
    stage.world.knows(ANA).await;
    let ana = stage.window(DESKTOP).await;
    ana.opens("/login").await;
    ana.clicks("a.tile[href='/login/internal']").await;
    ana.is_at("/login/internal").await;
    ana.has_focus_on("identifier").await;
    ana.gives(ANA, PASSWORD).await;
    ana.is_at("/login/destination").await;
    ana.sees("We do not know this browser yet, so we want to be sure it is you.").await;
    ana.sees("an••••@example.com").await;
    ana.does_not_see("ana.torres@example.com").await;
    ana.chooses("email").await;
    ana.has_focus_on("code").await;
    ana.enters(&stage.world.mail().next().await.code()).await;
    ana.is_signed_in().await;
    ana.sees("Your password and a code by e-mail").await;
    stage.finish(ana).await;
}

journey!(a_person_signs_in_with_a_code_by_text_message, |look| {
    let stage = Stage::required().await;
    stage.world.knows(MARIA).await;
    let maria = stage.window(look).await;
    maria.signs_in(MARIA).await;
    maria.is_at("/login/destination").await;
    maria.chooses("sms").await;
    let message = stage.world.clicksend().next().await;
    assert_eq!(message.to, "+442079460321");
    maria.enters(message.code()).await;
    maria.is_signed_in().await;
    maria.sees("Your password and a code by text message").await;
    stage.finish(maria).await;
});

journey!(a_trusted_browser_is_not_asked_for_a_code_and_the_page_names_what_trust_replaces, |look| {
    let stage = Stage::required().await;
    stage.world.knows(ANA).await;
    let ana = stage.window(look).await;
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    ana.clicks("label[for=trust]").await;
    ana.enters(&stage.world.mail().next().await.code()).await;
    ana.is_signed_in().await;
    ana.sees("This browser").await;
    ana.presses("Sign out").await;
    ana.is_at("/login/internal?notice=signed-out").await;
    ana.signs_in(ANA).await;
    ana.is_signed_in().await;
    ana.sees("Your password, in a browser you trust").await;

    let elsewhere = stage.window(look).await;
    elsewhere.signs_in(ANA).await;
    elsewhere.chooses("sms").await;
    elsewhere.sees("This replaces Chrome · Linux (last used").await;
    elsewhere.clicks("label[for=trust]").await;
    elsewhere.enters(stage.world.clicksend().next().await.code()).await;
    elsewhere.is_signed_in().await;
    elsewhere.close().await;

    ana.presses("Sign out").await;
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination").await;
    stage.finish(ana).await;
});

journey!(an_expired_code_is_said_to_be_so_at_the_login_form, |look| {
    let stage = Stage::required().await;
    stage.world.knows(ANA).await;
    let ana = stage.window(look).await;
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    let code = stage.world.mail().next().await.code();
    stage.world.passes(SignedDuration::from_secs(601)).await;
    ana.enters(&code).await;
    ana.is_at("/login/internal?notice=code-expired").await;
    ana.sees("Your code was not used in time, so it has ended. Sign in again to get a new one.").await;
    stage.finish(ana).await;
});

journey!(a_refresh_of_the_code_page_goes_back_to_the_login_form, |look| {
    let stage = Stage::required().await;
    stage.world.knows(ANA).await;
    let ana = stage.window(look).await;
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    let code = stage.world.mail().next().await.code();
    ana.refreshes().await;
    ana.is_at("/login/internal?notice=start-again").await;
    ana.sees("a code you already have may still work").await;
    ana.gives(ANA, PASSWORD).await;
    ana.is_at("/login/code").await;
    ana.sees("The code we sent you before still works, so we have not sent another.").await;
    ana.enters(&code).await;
    ana.is_signed_in().await;
    assert_eq!(stage.world.mail().received().len(), 1, "one message");
    stage.finish(ana).await;
});

journey!(a_code_goes_again_and_elsewhere_by_a_click, |look| {
    let stage = Stage::required().await;
    stage.world.knows(ANA).await;
    let ana = stage.window(look).await;
    // The page's own countdown takes half a minute; this person's time runs faster than that.
    ana.begins_with(OWN_TIME).await;
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    let first = stage.world.mail().next().await;
    stage.world.passes(SignedDuration::from_secs(30)).await;
    ana.runs("window.skip(30_000)", Vec::new()).await;
    ana.presses("Send the e-mail again").await;
    ana.sees("We sent the same code again (message 2).").await;
    let second = stage.world.mail().next().await;
    assert_eq!(first.code(), second.code());

    stage.world.passes(SignedDuration::from_secs(60)).await;
    ana.presses("Send it another way").await;
    ana.is_at("/login/destination").await;
    ana.sees("Used last time").await;
    ana.chooses("sms").await;
    let third = stage.world.clicksend().next().await;
    assert_eq!(third.code(), first.code());
    ana.enters(third.code()).await;
    ana.is_signed_in().await;
    ana.sees("Your password and a code by text message").await;
    stage.finish(ana).await;
});
