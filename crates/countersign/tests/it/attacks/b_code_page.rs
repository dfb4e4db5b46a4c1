//! B: what can be typed, posted and opened around the code page.

use countersign::store::messages::MessageState;
use countersign_core::channel::Channel;
use jiff::SignedDuration;

use super::{at_the_destinations, challenge_of, compared, session_of, token_of};
use crate::gateway::Mode;
use crate::logs;
use crate::people::{ANA, MARIA, NOAH, Person, wrong};
use crate::world::{Setup, story};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

story!(b06_only_ascii_digits_with_blanks_and_hyphens_are_a_code, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let form = ana.form("/login/code");
    let in_script = |zero: u32| -> String {
        code.chars().map(|digit| char::from_u32(digit as u32 - u32::from(b'0') + zero).unwrap()).collect()
    };
    let odd = [
        in_script(0xff10),
        in_script(0x0660),
        format!("{code}\0"),
        format!("{code}\n"),
        format!("\r\n{code}"),
        format!("{code}\t"),
        format!("\u{a0}{code}"),
        format!("\u{200b}{code}"),
        format!("{code}7"),
        format!("+{code}"),
        format!("{code}.0"),
        code[..5].to_owned(),
        String::new(),
        code.repeat(1_200),
        " ".repeat(4_000) + code.as_str(),
    ];
    for typed in &odd {
        ana.sends_form("/login/code", &form, &[("code", typed)]).await;
        assert_eq!(ana.cookie("session"), None, "{typed:.40?}");
        assert!(matches!(ana.page().status, 303 | 413), "{typed:.40?}");
    }
    assert_eq!((compared(world, id).await, challenge_of(world, &ana).await.tries), (0, 0));
    let typed = format!(" {} {}-{} ", &code[..2], &code[2..4], &code[4..]);
    let mut late = ana.clone();
    ana.sends_form("/login/code", &form, &[("code", &typed)]).await;
    ana.follows().await;
    ana.is_signed_in();
    // A used code in another spelling is used all the same.
    for typed in [code.clone(), format!("{code} "), format!("-{code}")] {
        late.sends_form("/login/code", &form, &[("code", &typed)]).await;
        assert_eq!(late.cookie("session"), None, "{typed}");
    }
    assert_eq!(compared(world, id).await, 1);
});

story!(b07_one_request_is_never_two_tries, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (ana, code) = world.at_the_code_page(ANA).await;
    let csrf = format!("csrf={}", token_of(&ana, "/login/code"));
    let other = wrong(&code, 1);
    for body in [
        format!("{csrf}&code={other}&code={code}"),
        format!("{csrf}&code={code}&code={code}"),
        format!("{csrf}&code={code}&c%6fde={other}"),
        format!("{csrf}&code%5B%5D={code}"),
        format!("{csrf}&code%5B0%5D={other}&code%5B1%5D={code}"),
        format!("{csrf}&Code={code}"),
        format!("{csrf}&{csrf}&code={code}"),
        csrf.clone(),
        format!("{csrf}&code={code}{}", (0..20).map(|n| format!("&x{n}=1")).collect::<String>()),
    ] {
        let mut thief = ana.clone();
        thief.posts("/login/code", &body).await;
        assert_eq!((thief.page().status, thief.cookie("session")), (400, None), "{body}");
    }
    for list in [format!("{csrf}&code={other},{code}"), format!("{csrf}&code=%5B%22{code}%22%5D")] {
        let mut thief = ana.clone();
        thief.posts("/login/code", &list).await;
        assert_eq!(thief.cookie("session"), None, "{list}");
    }
    for (kind, body) in [
        ("application/json", format!("{{\"code\":[\"{other}\",\"{code}\"]}}")),
        (
            "multipart/form-data; boundary=x",
            format!("--x\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n{code}\r\n--x--"),
        ),
        ("text/plain", format!("{csrf}&code={code}")),
    ] {
        let mut thief = ana.clone();
        let headers =
            format!("Sec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
        let head = thief.head("POST", "/login/code", &headers);
        thief.sends("/login/code", &head, &body).await;
        assert_eq!((thief.page().status, thief.cookie("session")), (400, None), "{kind}");
    }
    assert_eq!((compared(world, id).await, challenge_of(world, &ana).await.tries), (0, 0));
});

story!(b09_the_form_again_after_success_gives_nothing, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    let (form, mut earlier) = (ana.form("/login/code"), ana.clone());
    ana.enters(&code).await;
    ana.is_signed_in();
    let session = session_of(world, &ana).await.id;
    // By the back button, with the cookies of now; and by a copy, with those of then.
    let mut back = ana.clone();
    for browser in [&mut back, &mut earlier] {
        browser.sends_form("/login/code", &form, &[("code", &code)]).await;
        browser.has_status(303);
        assert!(browser.page().location().starts_with("/login"), "{}", browser.page().location());
        browser.does_not_see("Ana Torres");
    }
    assert_eq!(earlier.cookie("session"), None);
    assert_eq!(session_of(world, &back).await.id, session);
    assert_eq!(compared(world, id).await, 1);
    ana.opens("/account").await;
    ana.is_signed_in();
});

story!(b10_a_refresh_sends_nothing_and_costs_nothing, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, _) = world.at_the_code_page(ANA).await;
    for _ in 0..3 {
        ana.gets("/login/code").await;
        ana.has_status(303);
        assert_eq!(ana.page().location(), "/login/internal?notice=start-again");
    }
    assert_eq!(world.settled().await.len(), 1);
    assert_eq!(challenge_of(world, &ana).await.tries, 0);
    assert_eq!(compared(world, id).await, 0);
});

story!(b11_without_a_password_there_is_no_code_page, Setup::required(), |world| {
    world.knows(ANA).await;
    for planted in [None, Some("x"), Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] {
        let mut thief = world.browser();
        if let Some(value) = planted {
            thief.plants("login", value);
        }
        for path in ["/login/code", "/login/destination"] {
            thief.gets(path).await;
            assert_eq!((thief.page().status, thief.page().location()), (303, "/login"), "{path} {planted:?}");
            thief.posts(path, "code=123456&destination=email").await;
            assert!(matches!(thief.page().status, 303 | 403), "{path} {planted:?}");
            assert!(!thief.page().body.contains("Ana") && !thief.page().body.contains("••••"));
        }
    }
    assert_eq!(world.messages().await.len(), 0);
});

story!(b12_a_login_in_progress_opens_nothing_else, Setup::required(), |world| {
    world.knows(ANA).await;
    let (ana, _) = world.at_the_code_page(ANA).await;
    let token = ana.cookie("login").unwrap().to_owned();
    let mut thief = ana.clone();
    // The pages there are; forward-auth, OpenID Connect and the interfaces come later.
    for path in ["/account", "/logout", "/", "/admin", "/auth/check", "/api/v1/me", "/oauth2/authorize"] {
        thief.gets(path).await;
        assert_ne!(thief.page().status, 200, "{path}");
        thief.does_not_see("Ana Torres");
    }
    // The same token under the name of every other cookie.
    for name in ["session", "device", "form"] {
        let mut thief = world.browser();
        thief.plants(name, &token);
        thief.gets("/account").await;
        assert_eq!((thief.page().status, thief.page().location()), (303, "/login"), "{name}");
        thief.posts("/logout", "csrf=x").await;
        thief.posts("/account/devices/revoke", "csrf=x").await;
        assert_eq!(thief.page().location(), "/login", "{name}");
    }
    assert_ne!(ana.cookie("login"), ana.cookie("form"));
});

story!(b12_each_step_of_a_login_lives_ten_minutes_at_most, Setup::required(), |world| {
    world.knows(ANA).await;
    world.knows(NOAH).await;
    let mut slow = at_the_destinations(world, ANA).await;
    let (mut noah, code) = world.at_the_code_page(NOAH).await;
    // Ordering the code again buys no time.
    world.passes(MINUTE * 9).await;
    noah.asks_again().await;
    noah.is_at("/login/code");
    world.passes(MINUTE).await;
    let form = noah.form("/login/code");
    slow.submits("/login/destination", &[("destination", "email")]).await;
    slow.has_status(303);
    assert_eq!(world.messages().await.len(), 2, "the one that waited too long ordered nothing");
    noah.sends_form("/login/code", &form, &[("code", &code)]).await;
    assert_eq!(noah.cookie("session"), None);
    for browser in [&mut slow, &mut noah] {
        for path in ["/login/destination", "/login/code"] {
            browser.gets(path).await;
            browser.has_status(303);
        }
    }
});

story!(b16_a_destination_that_is_not_offered_is_refused, Setup::required(), |world| {
    let mail_only = Person { phone: None, ..ANA };
    world.knows(mail_only).await;
    world.knows(MARIA).await;
    let mut ana = at_the_destinations(world, mail_only).await;
    let form = ana.form("/login/destination");
    for wish in ["sms", "voice", "SMS", "0", "", "+442079460321", "maria@example.org", "sandbox", "email,sms", "email "]
    {
        ana.sends_form("/login/destination", &form, &[("destination", wish)]).await;
        assert_eq!(ana.page().status, 400, "{wish}");
    }
    let extra = [("destination", "sms"), ("phone", "+442079460321"), ("to", "+442079460321")];
    ana.sends_form("/login/destination", &form, &extra).await;
    ana.has_status(400);
    assert_eq!(world.messages().await.len(), 0);
    assert_eq!(world.app.couriers.working(world.now()), [Channel::Email, Channel::Sms]);
});

story!(
    b17_a_gateway_that_is_down_lets_nobody_in_and_takes_no_weaker_way,
    Setup::required().expecting("message given up").expecting("this provider fails and rests"),
    |world| {
        let id = world.knows(ANA).await;
        world.clicksend().set_mode(Mode::Error(503));
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        ana.chooses("sms").await;
        ana.is_at("/login/code");
        let form = ana.form("/login/code");
        // Nine minutes of attempts: less than the code lives.
        for _ in 0..18 {
            world.passes(MINUTE / 2).await;
        }
        let messages = world.settled().await;
        assert!(messages.iter().all(|message| message.channel == Channel::Sms), "no other way was taken");
        assert_eq!(messages[0].state, MessageState::Failed, "{messages:#?}");
        assert_eq!((world.mail().received().len(), world.clicksend().received().len()), (0, 0));
        assert!(logs::heard().iter().any(|line| line.starts_with("ERROR") && line.contains("message given up")));
        // The person is told, and can choose again; nobody is let in without a code.
        ana.sends_form("/login/code", &form, &[("code", "")]).await;
        ana.follows().await;
        ana.is_at("/login/code");
        ana.sees("could not be sent");
        ana.opens("/account").await;
        ana.is_at("/login");
        assert_eq!((ana.cookie("session"), compared(world, id).await), (None, 0));
    }
);

story!(b18_masks_come_only_after_a_right_password_and_never_show_the_whole, Setup::required(), |world| {
    let short = Person { email: Some("a@x.example"), phone: Some("+6834002"), ..NOAH };
    world.knows(ANA).await;
    world.knows(short).await;
    let mut thief = world.browser();
    thief.tries(ANA, "wrong").await;
    assert!(!thief.page().body.contains("••••") && !thief.page().body.contains("example.com</"), "{}", thief.text());
    let ana = at_the_destinations(world, ANA).await;
    ana.sees("an••••@example.com");
    ana.sees("+1 •••• 0142");
    let noah = at_the_destinations(world, short).await;
    noah.sees("••••@x.example");
    noah.sees("+6 •••• 02");
    for (browser, whole) in [(&ana, [ANA.email.unwrap(), "4165550142"]), (&noah, ["a@x.example", "6834002"])] {
        assert!(whole.iter().all(|whole| !browser.page().body.contains(whole)), "{}", browser.text());
    }
});

story!(b20_the_text_message_says_what_it_is_and_holds_no_link, Setup::required(), |world| {
    world.knows(MARIA).await;
    let mut maria = at_the_destinations(world, MARIA).await;
    maria.chooses("sms").await;
    let message = world.clicksend().next().await;
    let (text, code) = (&message.body, message.code());
    assert!(text.starts_with("Acme: "), "{text}");
    assert!(text.contains("login code") && text.contains("We never ask for it"), "{text}");
    assert!(!text.contains("http") && !text.contains("www."), "{text}");
    assert_eq!(text.lines().last(), Some(format!("@login.example.com #{code}").as_str()));
    // A call, which reads its digits after a key was pressed, is in twilio/calls.rs.
});
