//! WebOTP: the browser of a phone offers the code of a text message. Chromium on a desktop has no text messages, so the
//! journeys play the phone; everything behind `navigator.credentials` is the page's own script.

use serde_json::json;

use crate::driver::{DESKTOP, Window};
use crate::people::ANA;
use crate::stage::Stage;

/// A phone whose text message comes when the journey says so.
const PHONE: &str = "
    window.OTPCredential ??= class OTPCredential {};
    navigator.credentials.get = (options) => new Promise((resolve, reject) => {
        window.otp = { asked: options.otp?.transport?.join() ?? '', aborted: options.signal.aborted };
        window.otp.arrives = (code) => resolve({ code });
        options.signal.addEventListener('abort', () => {
            window.otp.aborted = true;
            sessionStorage.aborted = 'yes';
            reject(new DOMException('aborted', 'AbortError'));
        });
    });";

async fn at_the_code_page(stage: &Stage, channel: &str) -> Window {
    stage.world.knows(ANA).await;
    let ana = stage.window(DESKTOP).await;
    ana.begins_with(PHONE).await;
    ana.signs_in(ANA).await;
    ana.chooses(channel).await;
    ana
}

#[tokio::test]
async fn the_code_of_a_text_message_fills_itself_in() {
    let stage = Stage::required().await;
    let ana = at_the_code_page(&stage, "sms").await;
    ana.waits_for("the page asks for the message", "return window.otp?.asked === 'sms'").await;
    let message = stage.world.clicksend().next().await;
    ana.runs("window.otp.arrives(arguments[0])", vec![json!(message.code())]).await;
    ana.is_signed_in().await;
    stage.finish(ana).await;
}

#[tokio::test]
async fn a_person_who_types_is_not_interrupted_by_the_message() {
    let stage = Stage::required().await;
    let ana = at_the_code_page(&stage, "sms").await;
    ana.waits_for("the page asks for the message", "return window.otp?.asked === 'sms'").await;
    ana.types("#code", "12").await;
    ana.waits_for("the page stops asking", "return window.otp.aborted").await;
    let message = stage.world.clicksend().next().await;
    ana.runs("window.otp.arrives(arguments[0])", vec![json!(message.code())]).await;
    assert_eq!(ana.finds("#code").await.prop("value").await.unwrap().as_deref(), Some("12"));
    ana.is_at("/login/code").await;
    stage.finish(ana).await;
}

#[tokio::test]
async fn a_code_that_went_by_mail_is_not_looked_for_in_text_messages() {
    let stage = Stage::required().await;
    let ana = at_the_code_page(&stage, "email").await;
    ana.waits_for("the script ran", "return document.querySelector('[data-seconds]').textContent !== ''").await;
    assert!(ana.runs("return window.otp ?? null", Vec::new()).await.is_null());
    stage.world.mail().next().await;
    stage.finish(ana).await;
}
