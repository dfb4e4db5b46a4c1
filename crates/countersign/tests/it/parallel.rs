//! Many requests at the same moment: what is counted is counted once, and what is given is given once.

use countersign_core::lockout::Bucket;
use jiff::SignedDuration;
use tokio::task::JoinSet;

use crate::browser::Browser;
use crate::people::{ANA, PASSWORD, Person, wrong};
use crate::world::{Setup, story};

/// Sends the same form once with each of these fields, all at the same moment, from copies of one browser.
async fn at_once(
    browser: &Browser,
    form: &str,
    action: &'static str,
    fields: Vec<Vec<(&'static str, String)>>,
) -> Vec<Browser> {
    let form = browser.form(form);
    let mut requests = JoinSet::new();
    for fields in fields {
        let (mut copy, form) = (browser.clone(), form.clone());
        requests.spawn(async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            copy.sends_form(action, &form, &fields).await;
            copy
        });
    }
    requests.join_all().await
}

fn with_a_session(browsers: &[Browser]) -> usize {
    browsers.iter().filter(|browser| browser.cookie("session").is_some()).count()
}

story!(a_01_of_200_guesses_at_once_five_are_evaluated, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (ana, code) = world.at_the_code_page(ANA).await;
    let guesses = (1..=200).map(|number| vec![("code", wrong(&code, number))]).collect();
    let tried = at_once(&ana, "/login/code", "/login/code", guesses).await;
    assert!(tried.iter().all(|browser| browser.page().status == 303));
    assert_eq!(with_a_session(&tried), 0);
    assert_eq!(world.account(id).await.account.code_failures, 5);
    let challenge = world.settled().await[0].challenge.unwrap();
    assert_eq!(world.app.store.challenge(challenge).await.unwrap().unwrap().tries, 5);
    let rejected = world.events(id).await.iter().filter(|event| *event == "authn_code_rejected").count();
    assert_eq!(rejected, 5, "each evaluation is in the audit log");
});

story!(a_02_the_right_one_among_200_wins_only_within_the_five, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    let guess = |number| if number == 100 { code.clone() } else { wrong(&code, number) };
    let guesses = (1..=200).map(|number| vec![("code", guess(number))]).collect();
    let tried = at_once(&ana, "/login/code", "/login/code", guesses).await;
    let events = world.events(id).await;
    let count = |name: &str| events.iter().filter(|event| *event == name).count();
    assert!(count("authn_code_rejected") + count("authn_code_accepted") <= 5, "{events:?}");
    assert_eq!(count("authn_code_accepted"), with_a_session(&tried));
});

story!(a_03_of_100_redemptions_at_once_one_gives_a_session, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (ana, code) = world.at_the_code_page(ANA).await;
    let redemptions = (0..100).map(|_| vec![("code", code.clone())]).collect();
    let tried = at_once(&ana, "/login/code", "/login/code", redemptions).await;
    assert!(tried.iter().all(|browser| browser.page().status == 303));
    assert_eq!(with_a_session(&tried), 1);
    let events = world.events(id).await;
    let count = |name: &str| events.iter().filter(|event| *event == name).count();
    assert_eq!((count("authn_code_accepted"), count("authn_login_success")), (1, 1));
    let mut winner = tried.into_iter().find(|browser| browser.cookie("session").is_some()).unwrap();
    winner.follows().await;
    winner.is_signed_in();
});

story!(a_08_of_50_resends_at_once_one_is_sent, Setup::required(), |world| {
    world.knows(ANA).await;
    let (ana, code) = world.at_the_code_page(ANA).await;
    world.passes(SignedDuration::from_secs(30)).await;
    let wishes = (0..50).map(|_| vec![("code", String::new())]).collect();
    let asked = at_once(&ana, "/login/code", "/login/code/resend", wishes).await;
    assert!(asked.iter().all(|browser| browser.page().status == 303 && browser.page().location() == "/login/code"));
    assert_eq!(world.settled().await.len(), 2);
    assert!(world.mail().received().iter().all(|mail| mail.code() == code));
});

story!(of_50_choices_at_once_one_is_sent, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    let wishes = (0..50).map(|_| vec![("destination", "sms".to_owned())]).collect();
    let asked = at_once(&ana, "/login/destination", "/login/destination", wishes).await;
    assert!(asked.iter().all(|browser| browser.page().status == 303));
    assert_eq!(world.settled().await.len(), 1);
    assert_eq!(world.clicksend().received().len(), 1);
});

story!(a_15_of_20_browsers_that_want_trust_at_once_one_gets_it, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (ana, code) = world.at_the_code_page(ANA).await;
    let wishes = (0..20).map(|_| vec![("code", code.clone()), ("trust", "on".to_owned())]).collect();
    let tried = at_once(&ana, "/login/code", "/login/code", wishes).await;
    assert_eq!(with_a_session(&tried), 1);
    assert_eq!(world.app.store.devices(id).await.unwrap().len(), 1);
});

story!(a_16_of_60_wrong_passwords_at_once_five_are_compared, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut stranger = world.browser();
    stranger.opens("/login/internal").await;
    let guess = |number: u32| vec![("identifier", "ana".to_owned()), ("password", format!("wrong {number}"))];
    let tried = at_once(&stranger, "/login/internal", "/login/internal", (0..60).map(guess).collect()).await;
    assert!(tried.iter().all(|browser| browser.page().status == 422));
    let Bucket { failures, paused_until } = world.app.store.lockout(&format!("account:{id}")).await.unwrap();
    assert_eq!(failures, 5);
    assert_eq!(paused_until, Some(world.now() + SignedDuration::from_mins(30)));
    assert_eq!(world.account(id).await.account.history.failures, 5);
});

story!(
    l_02_a_full_queue_says_so_and_counts_nothing_against_anybody,
    Setup::new().with_one_comparison_at_a_time(),
    |world| {
        let id = world.knows(ANA).await;
        let mut crowd = world.browser();
        crowd.opens("/login/internal").await;
        let guess = |number: u32| vec![("identifier", format!("nobody-{number}")), ("password", "wrong".to_owned())];
        let tried = at_once(&crowd, "/login/internal", "/login/internal", (0..100).map(guess).collect()).await;
        let (busy, answered): (Vec<_>, Vec<_>) = tried.iter().partition(|browser| browser.page().status == 503);
        assert!(!busy.is_empty() && !answered.is_empty(), "{} of 100 were turned away", busy.len());
        assert!(answered.iter().all(|browser| browser.page().status == 422));
        for browser in &busy {
            assert_eq!(browser.page().header("retry-after"), Some("2"));
            browser.sees("Many people are signing in right now");
            browser.sees("Wait a few seconds and try again.");
        }
        assert_eq!(world.app.hasher.comparisons(), answered.len() as u64);
        // Afterwards everything is as it was.
        crowd.gives("internal", "ana", PASSWORD).await;
        crowd.is_signed_in();
        assert_eq!(world.account(id).await.account.history.failures, 0);
    }
);

story!(l_02_who_is_signed_in_does_not_wait_for_the_crowd, Setup::new().with_one_comparison_at_a_time(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    let mut crowd = world.browser();
    crowd.opens("/login/internal").await;
    let guess = |number: u32| vec![("identifier", format!("nobody-{number}")), ("password", "wrong".to_owned())];
    let before = world.app.hasher.comparisons();
    let guesses = (0..30).map(guess).collect();
    let crowd = at_once(&crowd, "/login/internal", "/login/internal", guesses);
    let page = async {
        ana.opens("/account").await;
        ana.is_signed_in();
        world.app.hasher.comparisons() - before
    };
    let (crowd, compared_by_then) = tokio::join!(crowd, page);
    assert_eq!(crowd.len(), 30);
    assert!(compared_by_then < 30, "the page came after the whole crowd");
});

story!(a_10_no_session_survives_a_disable_at_the_same_moment, Setup::required(), |world| {
    for number in 0..5 {
        let identifiers: &'static [&'static str] = [&["r0"], &["r1"], &["r2"], &["r3"], &["r4"]][number];
        let person = Person { identifiers, ..ANA };
        let id = world.knows(person).await;
        let (mut ana, code) = {
            let mut browser = world.browser().at("198.51.100.5");
            browser.signs_in(person).await;
            browser.chooses(if number < 3 { "email" } else { "sms" }).await;
            let code = if number < 3 {
                world.mail().next().await.code()
            } else {
                world.clicksend().next().await.code().to_owned()
            };
            (browser, code)
        };
        let row = world.account(id).await;
        let disabling = countersign::flow::account::disable(&world.app, &row);
        let fields = [("code", code.as_str())];
        let entering = ana.submits("/login/code", &fields);
        let (disabled, ()) = tokio::join!(disabling, entering);
        disabled.unwrap();
        ana.opens("/account").await;
        assert_ne!(ana.path(), "/account");
    }
});
