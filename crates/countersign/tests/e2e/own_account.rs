//! What people do with their own account, click by click: where codes go, two-step sign-in, and the ways back in.

use jiff::SignedDuration;

use crate::databases::Kind;
use crate::driver::{DESKTOP, PHONE, Window};
use crate::journey;
use crate::people::{ANA, PASSWORD, Person};
use crate::stage::Stage;
use crate::world::Setup;

const NEW_PHONE: &str = "+14165550199";
const NEW_PASSWORD: &str = "vexed otter lampshade 42";

/// So long after it a proof is not fresh any more.
pub(crate) const STALE: SignedDuration = SignedDuration::from_mins(11);

/// Stands at the page that asks for a proof, and gives the code of a mail.
pub(crate) async fn proves_it_by_mail(stage: &Stage, person: &Window) {
    person.sees("Confirm that it is you").await;
    person.clicks("button[name=destination][value=email]").await;
    person.has_focus_on("code").await;
    person.enters(&stage.world.mail().next().await.code()).await;
}

/// Signs in with a code by mail.
pub(crate) async fn is_in_by_mail(stage: &Stage, person: &Window) {
    person.signs_in(ANA).await;
    person.chooses("email").await;
    person.enters(&stage.world.mail().next().await.code()).await;
    person.is_signed_in().await;
}

journey!(two_step_sign_in_is_turned_on, |look| {
    let setup = Setup::new().set("realms.internal.policy.local.mode", "optional");
    let stage = Stage::start(Kind::Sqlite, setup).await;
    stage.world.knows(ANA).await;
    let ana = stage.window(look).await;
    ana.signs_in(ANA).await;
    ana.is_signed_in().await;
    ana.sees("It is off: your password alone opens your account.").await;
    ana.presses("Turn it on").await;
    proves_it_by_mail(&stage, &ana).await;
    ana.sees("For a few minutes you can change things here.").await;
    ana.presses("Turn it on").await;
    ana.sees("Two-step sign-in is on.").await;
    ana.presses("Sign out").await;
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    ana.enters(stage.world.clicksend().next().await.code()).await;
    ana.is_signed_in().await;
    stage.finish(ana).await;
});

#[tokio::test]
async fn a_phone_is_changed_on_the_phone() {
    let stage = Stage::required().await;
    let id = stage.world.knows(ANA).await;
    stage.world.keeps_secret(NEW_PHONE);
    let ana = stage.window(PHONE).await;
    is_in_by_mail(&stage, &ana).await;
    stage.world.passes(STALE).await;
    ana.refreshes().await;
    ana.presses("Change the phone").await;
    proves_it_by_mail(&stage, &ana).await;
    ana.sees("which works until the new one is confirmed").await;
    ana.types("#contact", NEW_PHONE).await;
    ana.types("#password", PASSWORD).await;
    ana.presses("Send a code by text message").await;
    ana.sees("+1 416-555-0199").await;
    ana.has_focus_on("code").await;
    let message = stage.world.clicksend().next().await;
    assert_eq!(message.to, NEW_PHONE);
    ana.enters(message.code()).await;
    ana.sees("Codes go there from now on, and no longer to the old one.").await;
    assert_eq!(stage.world.account(id).await.account.contacts.phone.unwrap().as_str(), NEW_PHONE);
    stage.finish(ana).await;
}

#[tokio::test]
async fn who_has_lost_the_phone_comes_in_with_a_code_from_paper() {
    let stage = Stage::required().await;
    let person = Person { email: None, ..ANA };
    stage.world.knows(person).await;
    let ana = stage.window(DESKTOP).await;
    ana.signs_in(person).await;
    ana.chooses("sms").await;
    ana.enters(stage.world.clicksend().next().await.code()).await;
    ana.is_signed_in().await;
    ana.presses("Make or replace recovery codes").await;
    ana.presses("Make new codes").await;
    ana.sees("These codes are shown this one time.").await;
    assert_eq!(ana.counts(".recovery-codes li").await, 10);
    let paper = ana.reads(".recovery-codes li:first-child code").await;
    stage.world.keeps_secret(&paper);
    ana.presses("Back to your account").await;
    ana.presses("Sign out").await;
    ana.signs_in(person).await;
    ana.is_at("/login/destination").await;
    ana.presses("Use a recovery code").await;
    ana.has_focus_on("recovery-code").await;
    ana.types("#recovery-code", &paper.to_lowercase().replace('-', " ")).await;
    ana.presses("Confirm").await;
    ana.is_signed_in().await;
    ana.sees("Your password and a recovery code").await;
    stage.finish(ana).await;
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_mail() {
    let stage = Stage::required().await;
    stage.world.knows(ANA).await;
    stage.world.keeps_secret(NEW_PASSWORD);
    let ana = stage.window(DESKTOP).await;
    ana.opens("/login/internal").await;
    ana.presses("Forgot your password?").await;
    ana.has_focus_on("identifier").await;
    ana.types("#identifier", ANA.identifiers[0]).await;
    ana.presses("Send me a link").await;
    ana.sees("Check your mail").await;
    let link = stage.world.mail().notice().await.link();
    stage.world.keeps_secret(link.rsplit('/').next().unwrap());
    ana.opens(&link).await;
    ana.types("#new", NEW_PASSWORD).await;
    ana.clicks("form[data-once] button.primary").await;
    ana.has_focus_on("identifier").await;
    ana.gives(ANA, NEW_PASSWORD).await;
    // Whoever reads the mailbox has reset the password with it: the second factor has to be another one.
    ana.chooses("sms").await;
    ana.enters(stage.world.clicksend().next().await.code()).await;
    ana.is_signed_in().await;
    stage.finish(ana).await;
}
