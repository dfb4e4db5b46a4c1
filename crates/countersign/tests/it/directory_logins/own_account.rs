//! What people of a directory do with their own account: the password they are asked for is the directory's.

use jiff::SignedDuration;

use crate::browser::Browser;
use crate::directory_logins::company::{JOHN, ROSA, THEIR_PASSWORD};
use crate::directory_logins::company_story;
use crate::world::{Setup, World};

const FIRST_PHONE: &str = "+14165550123";
const SECOND_PHONE: &str = "+14165550124";

fn second_factor_for_the_directory() -> Setup {
    Setup::new().set("realms.internal.policy.corp.mode", "required")
}

/// Rosa, whose address the directory gives, signs in with a code.
async fn rosa_signed_in(world: &World) -> Browser {
    let mut rosa = world.browser();
    rosa.comes_as("rosa", THEIR_PASSWORD).await;
    rosa.chooses("email").await;
    let code = world.mail().next().await.code();
    rosa.enters(&code).await;
    rosa.is_signed_in();
    rosa
}

async fn types_phone(browser: &mut Browser, number: &str, password: &str) {
    browser.opens("/account/contacts/phone").await;
    let fields = [("contact", number), ("country", "CA"), ("channel", "sms"), ("password", password)];
    browser.submits("/account/contacts/phone", &fields).await;
    browser.follows().await;
}

async fn confirms_phone(world: &World, browser: &mut Browser) {
    let code = world.clicksend().next().await.code().to_owned();
    browser.submits("/account/contacts/phone/code", &[("code", &code)]).await;
    browser.follows().await;
    browser.sees("It is confirmed.");
}

company_story!(
    what_the_directory_gives_is_changed_there_and_the_rest_here,
    second_factor_for_the_directory(),
    |world, company| {
        company.hires(ROSA);
        world.keeps_secret(FIRST_PHONE);
        world.keeps_secret(SECOND_PHONE);
        let mut rosa = rosa_signed_in(world).await;
        rosa.opens("/account").await;
        assert!(!rosa.page().body.contains("href=\"/account/contacts/email"), "{}", rosa.text());
        for path in ["/account/contacts/email", "/account/contacts/email/remove"] {
            rosa.opens(path).await;
            rosa.is_at("/account?notice=managed");
        }
        types_phone(&mut rosa, FIRST_PHONE, "").await;
        confirms_phone(world, &mut rosa).await;
        let row = world.account_called("rosa").await.unwrap();
        let entry = world.entry_of(&row).await;
        assert_eq!((entry.gives_email, entry.gives_phone), (true, false));

        world.passes(SignedDuration::from_mins(1)).await;
        types_phone(&mut rosa, SECOND_PHONE, "wrong").await;
        rosa.has_status(422);
        rosa.sees("That is not your password");
        assert_eq!(company.counted("rosa"), 1, "the directory was asked");
        types_phone(&mut rosa, SECOND_PHONE, THEIR_PASSWORD).await;
        confirms_phone(world, &mut rosa).await;
        let contacts = world.account(row.account.id).await.account.contacts;
        assert_eq!(contacts.phone.unwrap().as_str(), SECOND_PHONE);

        rosa.opens("/account/contacts/phone/remove").await;
        rosa.submits("/account/contacts/phone/remove", &[("password", "wrong")]).await;
        rosa.has_status(422);
        rosa.submits("/account/contacts/phone/remove", &[("password", THEIR_PASSWORD)]).await;
        rosa.follows().await;
        assert_eq!(world.account(row.account.id).await.account.contacts.phone, None);
        // The next login brings nothing back that the directory has not.
        rosa_signed_in(world).await;
        assert_eq!(world.account(row.account.id).await.account.contacts.phone, None);
    }
);

company_story!(
    a_stolen_session_locks_nobody_out_of_the_directory,
    second_factor_for_the_directory(),
    |world, company| {
        company.hires(JOHN);
        company.clears("john", "mobile");
        world.keeps_secret(FIRST_PHONE);
        let mut thief = world.browser();
        thief.comes_as("john", THEIR_PASSWORD).await;
        thief.chooses("email").await;
        let code = world.mail().next().await.code();
        thief.enters(&code).await;
        types_phone(&mut thief, FIRST_PHONE, "").await;
        confirms_phone(world, &mut thief).await;
        for _ in 0..5 {
            types_phone(&mut thief, SECOND_PHONE, "wrong").await;
        }
        thief.sees("There were too many wrong tries");
        thief.opens("/account").await;
        thief.is_at("/login/internal?notice=session-ended");
        assert!(company.counted("john") < 5, "{}", company.counted("john"));
        assert!(!company.has_locked("john"));
        // What was guessed in the session pauses no login; the shield lets go with the directory's window.
        world.passes(SignedDuration::from_mins(31)).await;
        company.forgets_failures("john");
        let mut john = world.browser();
        john.comes_as("john", THEIR_PASSWORD).await;
        john.is_at("/login/destination");
    }
);

company_story!(a_password_steps_up_where_there_is_no_other_factor, Setup::new(), |world, company| {
    company.hires(crate::directory_logins::Employee { mail: None, ..ROSA });
    world.keeps_secret(FIRST_PHONE);
    let mut rosa = world.browser();
    rosa.comes_as("rosa", THEIR_PASSWORD).await;
    rosa.is_signed_in();
    world.passes(SignedDuration::from_mins(11)).await;
    rosa.opens("/account/contacts/phone").await;
    rosa.is_at("/account/confirm?then=phone");
    rosa.submits("/account/confirm", &[("password", "wrong")]).await;
    rosa.has_status(422);
    rosa.sees("That is not your password");
    // A directory that does not answer costs no try, however often.
    company.wall.closes();
    for _ in 0..6 {
        rosa.submits("/account/confirm", &[("password", THEIR_PASSWORD)]).await;
        rosa.has_status(422);
        rosa.sees("Your password cannot be checked right now");
    }
    company.wall.opens();
    // It is asked again after a while.
    world.passes(SignedDuration::from_mins(1)).await;
    rosa.submits("/account/confirm", &[("password", THEIR_PASSWORD)]).await;
    rosa.follows().await;
    rosa.is_at("/account/contacts/phone");
    types_phone(&mut rosa, FIRST_PHONE, "").await;
    confirms_phone(world, &mut rosa).await;
});
