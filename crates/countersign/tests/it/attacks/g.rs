//! G: trusted devices.

use countersign::flow::account;
use countersign_core::secret::Secret;
use countersign_core::session::{HasFactor, Missing, assurance};
use jiff::SignedDuration;

use super::sql::{Sql, holds};
use super::{count, filled, hash_of, session_of, with_many_messages, with_the_newest_code};
use crate::browser::Browser;
use crate::logs;
use crate::people::{ANA, NOAH, PASSWORD, wrong};
use crate::world::{Setup, World, story};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Whether a device cookie, as it is, spares its owner the code. The cookie that comes back is not kept.
async fn spares(world: &World, device: &str) -> bool {
    let mut browser = world.browser();
    browser.plants("device", device);
    browser.signs_in(ANA).await;
    assert!(matches!(browser.path(), "/account" | "/login/destination"), "{} {}", browser.path(), browser.text());
    browser.path() == "/account"
}

fn device(browser: &Browser) -> String {
    browser.cookie("device").unwrap().to_owned()
}

/// A browser that has just been trusted.
async fn newly_trusted(world: &World) -> Browser {
    let (mut browser, code) = with_the_newest_code(world, ANA).await;
    browser.enters_and_trusts(&code).await;
    browser.is_signed_in();
    browser
}

story!(g01_a_device_is_worth_nothing_for_another_account, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    world.knows(NOAH).await;
    let ana = world.trusting(ANA).await;
    let mut thief = world.browser();
    thief.plants("device", &device(&ana));
    thief.signs_in(NOAH).await;
    thief.is_at("/login/destination");
    assert_eq!(count(world, id, "authn_token_reuse").await, 1);
    assert!(logs::heard().iter().any(|line| line.contains("authn_token_reuse")));
    assert!(spares(world, &device(&ana)).await, "for its own account it is as good as before");
});

story!(g02_a_stolen_token_that_comes_back_revokes_the_device, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    let stolen = device(&ana);
    ana.loses("session");
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    assert_ne!(device(&ana), stolen, "each use rotates it");
    world.passes(MINUTE * 2).await;
    assert!(!spares(world, &stolen).await);
    assert_eq!(world.app.store.devices(id).await.unwrap().len(), 0);
    assert!(count(world, id, "authn_token_reuse").await >= 1);
    assert!(!spares(world, &device(&ana)).await, "nobody can say which of the two is the copy");
    let notice = world.mail().notice().await;
    assert_eq!(notice.to, ANA.email.unwrap());
    assert!(notice.read().contains("Firefox · Windows"), "{}", notice.read());
    assert!(notice.link().starts_with("/not-me/"));
});

story!(g02_the_thief_may_come_first, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let ana = world.trusting(ANA).await;
    let mut thief = world.browser();
    thief.plants("device", &device(&ana));
    thief.signs_in(ANA).await;
    thief.is_signed_in();
    world.passes(MINUTE * 2).await;
    assert!(!spares(world, &device(&ana)).await, "the owner is asked, and the device is over");
    assert_eq!(world.app.store.devices(id).await.unwrap().len(), 0);
    assert!(!spares(world, &device(&thief)).await);
});

story!(g03_a_device_without_a_password_is_nothing, Setup::required(), |world| {
    world.knows(ANA).await;
    let ana = world.trusting(ANA).await;
    let mut thief = world.browser();
    thief.plants("device", &device(&ana));
    for path in ["/account", "/login/destination", "/login/code", "/logout", "/"] {
        thief.gets(path).await;
        thief.has_status(303);
    }
    thief.opens("/login/internal").await;
    for fields in [[("identifier", "ana"), ("password", "")], [("identifier", "ana"), ("password", "wrong")]] {
        thief.submits("/login/internal", &fields).await;
        thief.has_status(422);
    }
    assert_eq!((thief.cookie("session"), thief.cookie("login")), (None, None));
    // No page, address or script ever has it; the log is searched for it when the story ends.
    let body = &ana.page().body;
    assert!(!body.contains(&device(&ana)));
});

/// What ends the trust in a browser.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Disabled,
    NewPassword,
    Revoked,
    Unlocked,
}

story!(g04_what_shakes_the_trust_in_an_account_ends_its_devices, with_many_messages(Setup::required()), |world| {
    let id = world.knows(ANA).await;
    for ending in [Ending::NewPassword, Ending::Unlocked, Ending::Revoked, Ending::Disabled] {
        let mut ana = newly_trusted(world).await;
        assert_eq!(world.app.store.devices(id).await.unwrap().len(), 1, "{ending:?}");
        let row = world.account(id).await;
        match ending {
            Ending::Disabled => {
                account::disable(&world.app, &row).await.unwrap();
                account::enable(&world.app, &world.account(id).await).await.unwrap();
            }
            Ending::NewPassword => account::set_password(&world.app, &row, &Secret::new(PASSWORD)).await.unwrap(),
            Ending::Revoked => {
                ana.opens("/account").await;
                ana.submits("/account/devices/revoke", &[]).await;
            }
            Ending::Unlocked => account::unlock(&world.app, &row).await.unwrap(),
        }
        let stolen = world.app.store.devices(id).await.unwrap();
        assert_eq!(stolen.len(), 0, "{ending:?}");
        if let Some(kept) = ana.cookie("device") {
            assert!(!spares(world, kept).await, "{ending:?}");
        }
    }
    // Nobody changes a phone or a factor yet.
});

story!(
    g04_a_locked_code_factor_ends_trust,
    with_many_messages(Setup::required()).set("lockout.code_failures", "5").expecting("too many wrong codes"),
    |world| {
        let id = world.knows(ANA).await;
        let ana = newly_trusted(world).await;
        // Somebody else has the password, and guesses codes until the factor is off.
        let (mut thief, code) = with_the_newest_code(world, ANA).await;
        for number in 1..=5 {
            thief.enters(&wrong(&code, number)).await;
        }
        thief.has_status(403);
        assert_eq!(world.app.store.devices(id).await.unwrap().len(), 0);
        let mut owner = world.browser();
        owner.plants("device", &device(&ana));
        owner.signs_in(ANA).await;
        owner.has_status(403);
    }
);

story!(g04_a_device_whose_own_counter_is_paused_lets_nobody_in, Setup::required(), |world| {
    world.knows(ANA).await;
    let ana = world.trusting(ANA).await;
    let mut thief = world.browser();
    thief.plants("device", &device(&ana));
    for number in 0..5 {
        thief.tries(ANA, &format!("wrong {number}")).await;
    }
    thief.signs_in(ANA).await;
    thief.has_status(422);
    // Without it the account's own counter stands where it stood: the code is asked for.
    let mut owner = world.browser();
    owner.signs_in(ANA).await;
    owner.is_at("/login/destination");
});

story!(g05_no_renewal_stretches_trust_beyond_the_cap, with_many_messages(Setup::required()), |world| {
    world.knows(ANA).await;
    let mut ana = newly_trusted(world).await;
    let cap = world.app.settings.trusted_device.cap;
    assert_eq!(cap, DAY * 30);
    let mut days = 0;
    loop {
        world.passes(DAY).await;
        days += 1;
        ana.loses("session");
        ana.signs_in(ANA).await;
        if ana.path() != "/account" {
            break;
        }
        assert!(days < 60, "it is renewed for ever");
    }
    ana.is_at("/login/destination");
    assert_eq!(days, 30);
});

story!(g06_a_new_device_replaces_the_one_before_and_counts_anew, with_many_messages(Setup::required()), |world| {
    let id = world.knows(ANA).await;
    let first = newly_trusted(world).await;
    world.passes(DAY).await;
    let second = newly_trusted(world).await;
    let devices = world.app.store.devices(id).await.unwrap();
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].token, hash_of(&device(&second)));
    assert_eq!(devices[0].trust.until, world.now() + DAY * 2);
    assert!(!spares(world, &device(&first)).await);
    assert!(spares(world, &device(&second)).await);
});

story!(g07_a_login_from_a_trusted_device_is_no_second_factor, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    let code = world.clicksend().next().await.code().to_owned();
    ana.enters_and_trusts(&code).await;
    assert_eq!(assurance(&session_of(world, &ana).await.evidence).acr, "aal2");
    ana.loses("session");
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    let evidence = session_of(world, &ana).await.evidence;
    let worth = assurance(&evidence);
    assert_eq!(worth.acr, "aal1-trusted-device");
    assert!(!worth.amr.contains(&"mfa") && !worth.amr.contains(&"sms"), "{worth:?}");
    // What the console and a change of a factor will ask for, it has not; applications ask when there are any.
    let missing = world.app.settings.session.missing(&evidence, HasFactor::Yes, world.now());
    assert_eq!(missing, Some(Missing::Code));
    ana.does_not_see("and a code by");
});

story!(g08_changed_cut_and_foreign_tokens_are_ignored_and_only_a_hash_is_kept, Setup::required(), |world| {
    world.knows(ANA).await;
    let ana = world.trusting(ANA).await;
    let token = device(&ana);
    let dump = Sql::open(world).await.dump().await;
    assert!(!holds(&dump, &token) && !dump["device"].is_empty());
    let bytes = data_encoding::BASE64URL_NOPAD.decode(token.as_bytes()).unwrap();
    assert!(!holds(&dump, &data_encoding::HEXLOWER.encode(&bytes)));
    assert!(!holds(&dump, &data_encoding::HEXUPPER.encode(&bytes)));
    let kept = data_encoding::HEXLOWER.encode(&hash_of(&token).0);
    assert!(holds(&dump, &kept) || holds(&dump, &kept.to_uppercase()), "its hash is looked for in the wrong way");
    let last = if token.ends_with('A') { "E" } else { "A" };
    for other in [
        &token[..42],
        &token[1..],
        &format!("{token}A"),
        &format!("{}{last}", &token[..42]),
        &kept,
        // Of another installation: well made, and unknown here.
        "7Bd2a0bqXo0S1fYbq1t3r0T8y5XW9cZkq2J4n6V8m0M",
        "1",
        "true",
        "",
    ] {
        assert!(!spares(world, other).await, "{other}");
    }
    assert!(spares(world, &token).await);
    // That a restored database revives no device is the seal's part (M-04, M-05).
});

story!(g09_the_box_counts_only_with_a_right_code, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens("/login/internal").await;
    ana.submits("/login/internal", &[("identifier", "ana"), ("password", PASSWORD), ("trust", "on")]).await;
    ana.follows().await;
    ana.submits("/login/destination", &[("destination", "email"), ("trust", "on")]).await;
    ana.follows().await;
    let code = world.mail().next().await.code();
    ana.enters_and_trusts(&wrong(&code, 1)).await;
    ana.enters(&code).await;
    ana.is_signed_in();
    assert_eq!(ana.cookie("device"), None);
    assert_eq!(world.app.store.devices(id).await.unwrap().len(), 0);
});

story!(g09_without_a_code_there_is_nothing_to_tick, Setup::new(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens("/login/internal").await;
    ana.submits("/login/internal", &[("identifier", "ana"), ("password", PASSWORD), ("trust", "on")]).await;
    ana.follows().await;
    ana.is_signed_in();
    assert_eq!(ana.cookie("device"), None);
    // Nor afterwards, with the session alone.
    let form = ana.form("/logout");
    for path in ["/login/code", "/account", "/account/devices", "/login/destination"] {
        let mut copy = ana.clone();
        copy.posts(path, &filled(&form, &[("trust", "on"), ("code", "123456")])).await;
        assert_eq!(copy.cookie("device"), None, "{path}");
    }
    assert_eq!(world.app.store.devices(id).await.unwrap().len(), 0);
});

story!(g10_a_browser_that_claims_to_be_trusted_is_not, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let trusted = world.trusting(ANA).await;
    let device_id = world.app.store.devices(id).await.unwrap()[0].id;
    drop(trusted);
    let mut liar = world.browser();
    for name in ["device_trusted", "trusted", "remember", "mfa"] {
        liar.plants(name, "1");
    }
    liar.plants("device", &device_id.to_string());
    liar.opens("/login/internal").await;
    let claims = [
        ("identifier", "ana"),
        ("password", PASSWORD),
        ("device_trusted", "true"),
        ("device", &device_id.to_string()),
        ("device_id", &device_id.to_string()),
        ("attestation", "none"),
        ("second_factor", "done"),
    ];
    let body = filled(&liar.form("/login/internal"), &claims);
    let headers =
        "Sec-Fetch-Site: same-origin\r\nX-Device-Trusted: 1\r\nX-Device-Compliance: true\r\nRemote-User: ana\r\n";
    liar.posts_with("/login/internal", headers, &body).await;
    assert_eq!((liar.page().status, liar.page().location()), (303, "/login/destination"));
    assert_eq!(liar.cookie("session"), None);
});
