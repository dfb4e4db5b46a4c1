//! The main job: a password, a choice, a code.

use crate::people::{ANA, MARIA};
use crate::world::{Setup, story};

story!(a_code_by_mail_completes_the_login, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
    ana.sees("We do not know this browser yet, so we want to be sure it is you.");
    ana.chooses("email").await;
    ana.is_at("/login/code");
    ana.sees("We sent a six-digit code by e-mail to");
    let mail = world.mail().next().await;
    assert_eq!(mail.to, "ana.torres@example.com");
    assert_eq!(mail.header("Subject").as_deref(), Some("Acme: your login code"));
    ana.enters(&mail.code()).await;
    ana.is_signed_in();
    ana.sees("Ana Torres");
    ana.sees("Your password and a code by e-mail");
});

story!(a_code_by_sms_completes_the_login_through_clicksend, Setup::required(), |world| {
    world.knows(MARIA).await;
    let mut maria = world.browser();
    maria.signs_in(MARIA).await;
    maria.chooses("sms").await;
    maria.sees("We sent a six-digit code by text message to");
    let message = world.clicksend().next().await;
    assert_eq!(message.to, "+442079460321");
    let last = message.body.lines().last().unwrap();
    assert_eq!(last, format!("@login.example.com #{}", message.code()));
    maria.enters(message.code()).await;
    maria.is_signed_in();
    maria.sees("Your password and a code by text message");
});

story!(a_code_by_sms_completes_the_login_through_textmagic, Setup::required().with_textmagic_only(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    let message = world.textmagic().next().await;
    assert_eq!(message.to, "14165550142");
    ana.enters(message.code()).await;
    ana.is_signed_in();
});
