//! "This was not me", click by click.

use crate::driver::DESKTOP;
use crate::people::{ANA, MARIA};
use crate::stage::Stage;

#[tokio::test]
async fn the_owner_of_an_account_shuts_a_thief_out_with_the_link_of_a_mail() {
    let stage = Stage::required().await;
    let id = stage.world.knows(ANA).await;
    let mut thief = stage.world.browser().at("198.51.100.9");
    thief.signs_in(ANA).await;
    thief.chooses("email").await;
    let mail = stage.world.mail().next().await;
    let ana = stage.window(DESKTOP).await;
    ana.opens(&mail.link()).await;
    ana.sees("Every login, session, trusted browser and code of your account ends at once").await;
    ana.presses("This was not me").await;
    ana.sees("Your account is secured").await;
    assert!(stage.world.account(id).await.must_change_password_at.is_some());
    thief.enters(&mail.code()).await;
    assert_eq!(thief.cookie("session"), None);
    // Her old password opens nothing either, and the page says what does.
    ana.signs_in(ANA).await;
    ana.sees("A new password is needed").await;
    stage.finish(ana).await;
}

#[tokio::test]
async fn the_owner_of_a_phone_types_the_code_of_the_text_message() {
    let stage = Stage::required().await;
    let id = stage.world.knows(MARIA).await;
    let mut thief = stage.world.browser();
    thief.signs_in(MARIA).await;
    thief.chooses("sms").await;
    let message = stage.world.clicksend().next().await;
    let maria = stage.window(DESKTOP).await;
    maria.opens("/login/external").await;
    maria.clicks("a[href='/not-me']").await;
    maria.types("#name", "+44 20 7946 0321").await;
    maria.types("#code", message.code()).await;
    maria.presses("This was not me").await;
    maria.sees("Your account is secured").await;
    assert!(stage.world.account(id).await.must_change_password_at.is_some());
    stage.finish(maria).await;
}
