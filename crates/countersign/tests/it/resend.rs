//! The same code again: after a cool-down, in other words, over another channel, or by logging in once more.

use jiff::SignedDuration;

use crate::people::{ANA, wrong};
use crate::world::{Setup, story};

story!(a_resend_is_the_same_code_in_other_words, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    let first = world.clicksend().next().await;
    world.passes(SignedDuration::from_secs(30)).await;
    ana.asks_again().await;
    ana.is_at("/login/code");
    ana.sees("We sent the same code again (message 2). Any of the messages will do.");
    let second = world.clicksend().next().await;
    assert_eq!(second.code(), first.code());
    assert_ne!(second.body, first.body);
    assert!(second.body.contains("(message 2)"), "{}", second.body);
    ana.enters(first.code()).await;
    ana.is_signed_in();
});

story!(a_resend_waits_half_a_minute_then_one_then_two, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    for (messages, wait) in [(1, 30), (2, 60), (3, 120)] {
        world.passes(SignedDuration::from_secs(wait - 1)).await;
        ana.asks_again().await;
        ana.is_at("/login/code");
        ana.sees("You can ask for another in one second.");
        assert_eq!(world.messages().await.len(), messages);
        world.passes(SignedDuration::from_secs(1)).await;
        ana.asks_again().await;
        ana.sees(&format!("(message {})", messages + 1));
        let mail = world.mail().next().await;
        assert_eq!(mail.code(), code);
        assert_eq!(mail.header("Subject"), Some(format!("Acme: your login code (message {})", messages + 1)));
    }
});

story!(another_destination_gets_the_same_code, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    world.passes(SignedDuration::from_secs(30)).await;
    ana.opens("/login/destination").await;
    ana.sees("Used last time");
    ana.chooses("sms").await;
    ana.sees("We sent a six-digit code by text message to");
    assert_eq!(world.clicksend().next().await.code(), code);
    ana.enters(&code).await;
    ana.is_signed_in();
});

story!(signing_in_again_sends_nothing_and_keeps_the_tries, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    ana.enters(&wrong(&code, 1)).await;
    ana.enters(&wrong(&code, 2)).await;
    let before = ana.cookie("login").unwrap().to_owned();
    ana.signs_in(ANA).await;
    ana.is_at("/login/code");
    ana.sees("The code we sent you before still works, so we have not sent another.");
    ana.sees("3 tries");
    assert_ne!(ana.cookie("login"), Some(before.as_str()), "the login has a new token");
    assert_eq!(world.messages().await.len(), 1);
    ana.enters(&code).await;
    ana.is_signed_in();
});

story!(signing_in_again_does_not_prolong_the_code, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    world.passes(SignedDuration::from_mins(9)).await;
    ana.signs_in(ANA).await;
    ana.is_at("/login/code");
    world.passes(SignedDuration::from_mins(1)).await;
    ana.enters(&code).await;
    ana.is_at("/login/internal?notice=code-expired");
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination");
});

story!(b_02_another_browser_begins_anew_and_ends_the_first, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut first, old) = world.at_the_code_page(ANA).await;
    let (mut second, new) = world.at_the_code_page(ANA).await;
    assert_ne!(old, new);
    second.enters(&old).await;
    second.sees("That is not the code.");
    assert_eq!(world.account(id).await.account.code_failures, 1);
    first.enters(&old).await;
    first.is_at("/login/internal?notice=start-again");
    second.enters(&new).await;
    second.is_signed_in();
});

story!(a_copied_login_cookie_is_worth_nothing_after_the_next_login, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let mut copy = ana.clone();
    ana.signs_in(ANA).await;
    ana.is_at("/login/code");
    copy.enters(&code).await;
    copy.is_at("/login/internal?notice=start-again");
    ana.enters(&code).await;
    ana.is_signed_in();
});

story!(a_05_a_resend_gives_no_new_tries, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    for number in 1..=3 {
        ana.enters(&wrong(&code, number)).await;
    }
    world.passes(SignedDuration::from_secs(30)).await;
    ana.asks_again().await;
    ana.sees("2 tries");
    ana.enters(&wrong(&code, 4)).await;
    ana.enters(&wrong(&code, 5)).await;
    ana.is_at("/login/internal?notice=tries-used");
    assert_eq!(world.account(id).await.account.code_failures, 5);
    assert_eq!(world.settled().await.len(), 2);
});
