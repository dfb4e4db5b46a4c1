//! The code page: how one gets there, what it says, and how often a code may be tried.

use jiff::SignedDuration;

use crate::people::{ANA, NOAH, wrong};
use crate::world::{Setup, story};

story!(the_fifth_wrong_code_leads_back_to_the_login_form, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    ana.sees("5 tries");
    for (number, left) in [(1, "you have 4 tries left"), (2, "3 tries left"), (3, "2 tries left"), (4, "one more try")]
    {
        ana.enters(&wrong(&code, number)).await;
        ana.is_at("/login/code");
        ana.sees("That is not the code.");
        ana.sees(left);
    }
    let form = ana.form("/login/code");
    ana.enters(&wrong(&code, 5)).await;
    ana.is_at("/login/internal?notice=tries-used");
    ana.sees("That was the fifth wrong code, so it has been cancelled.");

    // The right one comes too late.
    ana.sends_form("/login/code", &form, &[("code", &code)]).await;
    ana.follows().await;
    ana.is_at("/login/internal?notice=start-again");
    assert_eq!(ana.cookie("session"), None);
    assert_eq!(world.account(id).await.account.code_failures, 5);

    // A new login gets a new code.
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    let fresh = world.mail().next().await.code();
    assert_ne!(fresh, code);
    ana.enters(&fresh).await;
    ana.is_signed_in();
});

story!(what_cannot_be_a_code_costs_no_try, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let (short, long) = (&code[..5], format!("{code}0"));
    let full_width: String = code.chars().map(|digit| char::from_u32(digit as u32 - 0x30 + 0xff10).unwrap()).collect();
    for typed in ["", "abcdef", short, &long, &full_width, "12345a", &"1".repeat(5000)] {
        ana.enters(typed).await;
        ana.is_at("/login/code");
        ana.sees("Enter the six digits of your code.");
        ana.sees("5 tries");
    }
    assert_eq!(world.account(id).await.account.code_failures, 0);
    // B-06: what a person may well type is understood.
    ana.enters(&format!(" {}-{} ", &code[..3], &code[3..])).await;
    ana.is_signed_in();
});

story!(b_04_a_code_lives_ten_minutes, Setup::required(), |world| {
    world.knows(ANA).await;
    world.knows(NOAH).await;
    let (mut ana, codes) = world.at_the_code_page(ANA).await;
    let (mut noah, late) = world.at_the_code_page(NOAH).await;
    ana.sees("Works until 09:10 UTC");
    world.passes(SignedDuration::from_secs(599)).await;
    ana.enters(&codes).await;
    ana.is_signed_in();
    world.passes(SignedDuration::from_secs(1)).await;
    noah.enters(&late).await;
    noah.is_at("/login/internal?notice=code-expired");
    noah.sees("Your code was not used in time, so it has ended. Sign in again to get a new one.");
    noah.opens("/account").await;
    noah.is_at("/login");
});

story!(b_04_a_code_lives_five_minutes_where_that_is_set, Setup::required().set("code.life", "5m"), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    ana.sees("Works until 09:05 UTC");
    world.passes(SignedDuration::from_mins(5)).await;
    ana.enters(&code).await;
    ana.is_at("/login/internal?notice=code-expired");
});

story!(an_expired_code_is_told_of_on_the_way_to_its_page_too, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, _) = world.at_the_code_page(ANA).await;
    ana.submits("/login/code", &[("code", "x")]).await;
    world.passes(SignedDuration::from_mins(10)).await;
    ana.follows().await;
    ana.is_at("/login/internal?notice=code-expired");
});

story!(b_10_a_refresh_leads_back_to_the_login_form, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let form = ana.form("/login/code");
    ana.opens("/login/code").await;
    ana.is_at("/login/internal?notice=start-again");
    ana.sees("the code page opens only straight after your password");
    assert_eq!(world.messages().await.len(), 1);
    assert_eq!(world.account(id).await.account.code_failures, 0);

    // What was open before in another tab is not lost by it.
    ana.sends_form("/login/code", &form, &[("code", &code)]).await;
    ana.follows().await;
    ana.is_signed_in();
});

story!(b_11_without_an_accepted_password_there_is_no_code_page, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut stranger = world.browser();
    for path in ["/login/code", "/login/destination"] {
        stranger.opens(path).await;
        stranger.is_at("/login");
        stranger.has_status(200);
        stranger.posts(path, "code=123456&destination=email&csrf=x").await;
        stranger.has_status(303);
        assert_eq!(stranger.page().location(), "/login");
    }
    stranger.posts("/login/code/resend", "csrf=x").await;
    assert_eq!(stranger.page().location(), "/login");
    // Nor with a wrong one.
    stranger.tries(ANA, "wrong").await;
    stranger.opens("/login/code").await;
    stranger.is_at("/login");
    // Nor with a token that somebody made up.
    stranger.plants("login", &"A".repeat(43));
    stranger.opens("/login/code").await;
    stranger.is_at("/login");
    // Nor before a destination was chosen.
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.opens("/login/code").await;
    ana.is_at("/login/internal?notice=start-again");
    assert_eq!(world.messages().await.len(), 0);
});

story!(b_01_the_code_of_one_is_wrong_for_another, Setup::required(), |world| {
    world.knows(ANA).await;
    let id = world.knows(NOAH).await;
    let (_, code) = world.at_the_code_page(ANA).await;
    let (mut noah, _) = world.at_the_code_page(NOAH).await;
    noah.enters(&code).await;
    noah.is_at("/login/code");
    noah.sees("That is not the code.");
    assert_eq!(world.account(id).await.account.code_failures, 1);
});

story!(b_09_a_code_that_was_used_is_used_up, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let form = ana.form("/login/code");
    let mut copy = ana.clone();
    ana.enters(&code).await;
    ana.is_signed_in();
    copy.sends_form("/login/code", &form, &[("code", &code)]).await;
    copy.follows().await;
    copy.is_at("/login/internal?notice=start-again");
    assert_eq!(copy.cookie("session"), None);
    let successes = world.events(id).await.iter().filter(|event| *event == "authn_login_success").count();
    assert_eq!(successes, 1);
});
