//! "This was not me": with the link of a mail, with the code of a text message, and from the recent activity.

use countersign::flow::account;
use countersign::flow::notice::Whom;
use countersign_core::channel::Channel;
use countersign_core::contact::Destination;
use countersign_core::id::AccountId;
use countersign_core::notice::Notice;
use countersign_core::role::Role;
use countersign_core::secret::Secret;
use jiff::SignedDuration;

use crate::attacks::sql::Sql;
use crate::browser::Browser;
use crate::people::{ANA, IRIS, MARIA, NOAH, Person, wrong};
use crate::world::{PUBLIC_URL, Setup, World, story};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl World {
    /// A thief who knows the password has asked for a code; the link of the mail that came.
    async fn a_thief_asks_for_a_code(&self, person: Person) -> (Browser, String, String) {
        let mut thief = self.browser().at("198.51.100.9");
        thief.signs_in(person).await;
        thief.chooses("email").await;
        let mail = self.mail().next().await;
        (thief, mail.code(), mail.link())
    }

    /// The owner opens the link, anywhere, and presses the button.
    async fn says_not_me(&self, link: &str) -> Browser {
        let mut owner = self.browser();
        owner.opens(link).await;
        owner.has_status(200);
        owner.submits(link, &[]).await;
        owner
    }

    async fn must_change(&self, id: AccountId) -> bool {
        self.account(id).await.must_change_password_at.is_some()
    }
}

story!(the_link_of_a_code_ends_everything_and_demands_a_new_password, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    world.knows_as(IRIS, Role::Administrator).await;
    let mut hers = world.trusting(ANA).await;
    world.passes(HOUR).await;
    let (mut thief, code, link) = world.a_thief_asks_for_a_code(ANA).await;
    let form = thief.form("/login/code");

    let mut owner = world.browser();
    owner.opens(&link).await;
    owner.sees("Every login, session, trusted browser and code of your account ends at once");
    owner.sees("Your password opens nothing any more, until you choose a new one.");
    owner.sees("The administrators are told.");
    assert!(!world.must_change(id).await, "looking changes nothing");
    owner.submits(&link, &[]).await;
    owner.has_status(200);
    owner.sees("Your account is secured");

    assert_eq!(world.events(id).await.iter().filter(|event| *event == "authn_not_me").count(), 1);
    assert_eq!(world.notices().await, ["alarm-not-me", "not-me-confirmed", "not-me-confirmed"]);
    let mails = world.mail().notices();
    assert!(mails.iter().any(|mail| mail.to == IRIS.email.unwrap() && mail.read().contains("account ana in")));
    // The thief has the right code, and it opens nothing; nor does the right password.
    thief.sends_form("/login/code", &form, &[("code", &code)]).await;
    thief.has_status(303);
    assert_eq!(thief.cookie("session"), None);
    thief.signs_in(ANA).await;
    thief.has_status(403);
    thief.sees("A new password is needed");
    thief.sees("help@acme.example");
    // Nor her own browser, which was trusted and signed in.
    hers.gets("/account").await;
    hers.has_status(303);
    hers.signs_in(ANA).await;
    hers.has_status(403);
    assert_eq!(world.app.store.devices(id).await.unwrap().len(), 0);

    let new = Secret::new("violet otter 77 lantern");
    account::set_password(&world.app, &world.account(id).await, &new).await.unwrap();
    let mut owner = world.browser();
    owner.tries(ANA, "violet otter 77 lantern").await;
    owner.is_at("/login/destination");
});

story!(a_link_works_once_and_nothing_of_before_shuts_out_again, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (_, _, first) = world.a_thief_asks_for_a_code(ANA).await;
    world.passes(SignedDuration::from_mins(11)).await;
    let (_, _, second) = world.a_thief_asks_for_a_code(ANA).await;
    assert_ne!(first, second);
    world.says_not_me(&second).await.sees("Your account is secured");
    let new = Secret::new("violet otter 77 lantern");
    account::set_password(&world.app, &world.account(id).await, &new).await.unwrap();
    // The older mail tells of the same thief. Its link would shut out the owner once more.
    for link in [&second, &first] {
        let mut owner = world.browser();
        owner.opens(link).await;
        owner.has_status(404);
        owner.sees("This link works no more");
    }
    assert!(!world.must_change(id).await);
});

story!(a_link_works_for_a_day_also_when_its_code_has_long_expired, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let noah = world.knows(NOAH).await;
    let (_, _, link) = world.a_thief_asks_for_a_code(ANA).await;
    let (_, _, late) = world.a_thief_asks_for_a_code(NOAH).await;
    world.passes(HOUR * 24 - SignedDuration::from_secs(1)).await;
    world.says_not_me(&link).await.sees("Your account is secured");
    assert!(world.must_change(id).await);
    let mut owner = world.browser();
    owner.opens(&late).await;
    let form = owner.form(&late);
    world.passes(SignedDuration::from_secs(1)).await;
    // The form was fetched in time, and comes too late.
    owner.sends_form(&late, &form, &[]).await;
    owner.has_status(404);
    owner.sees("This link works no more");
    assert!(!world.must_change(noah).await);
});

story!(what_is_no_link_gets_the_same_page, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (_, _, link) = world.a_thief_asks_for_a_code(ANA).await;
    let mut used = world.says_not_me(&link).await;
    used.opens(&link).await;
    let told = used.text();
    let token = link.rsplit('/').next().unwrap();
    let other = world.app.keys.link_token("password-reset", world.app.epoch(), &[7; 16], id.0.as_bytes());
    let swapped: String = token.chars().rev().collect();
    for wrong in ["x", &"A".repeat(43), &token[1..], &swapped, other.expose(), &"y".repeat(4000)] {
        let mut stranger = world.browser();
        stranger.opens(&format!("/not-me/{wrong}")).await;
        stranger.has_status(404);
        assert_eq!(stranger.text(), told, "{wrong}");
    }
});

story!(a_link_without_our_form_does_nothing, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (_, _, link) = world.a_thief_asks_for_a_code(ANA).await;
    let mut scanner = world.browser();
    scanner.posts(&link, "").await;
    scanner.has_status(403);
    scanner.posts(&link, "csrf=x").await;
    scanner.has_status(403);
    assert!(!world.must_change(id).await);
    world.says_not_me(&link).await.sees("Your account is secured");
});

story!(two_clicks_at_once_are_one, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (_, _, link) = world.a_thief_asks_for_a_code(ANA).await;
    let mut owner = world.browser();
    owner.opens(&link).await;
    let form = owner.form(&link);
    let (mut one, mut other) = (owner.clone(), owner);
    tokio::join!(one.sends_form(&link, &form, &[]), other.sends_form(&link, &form, &[]));
    let mut statuses = [one.page().status, other.page().status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    assert_eq!(world.events(id).await.iter().filter(|event| *event == "authn_not_me").count(), 1);
});

story!(the_link_concerns_its_own_account_and_no_other, Setup::required(), |world| {
    world.knows(ANA).await;
    let noah = world.knows(NOAH).await;
    let mut his = world.signed_in(NOAH).await;
    let (_, _, link) = world.a_thief_asks_for_a_code(ANA).await;
    world.says_not_me(&link).await.sees("Your account is secured");
    his.opens("/account").await;
    his.is_signed_in();
    assert!(!world.must_change(noah).await);
});

/// Somebody types number and code from a text message.
async fn types(world: &World, name: &str, code: &str) -> Browser {
    let mut owner = world.browser();
    owner.opens("/not-me").await;
    owner.submits("/not-me", &[("name", name), ("code", code)]).await;
    owner
}

story!(the_code_of_a_text_message_says_it_too, Setup::required(), |world| {
    let id = world.knows(MARIA).await;
    let mut thief = world.browser();
    thief.signs_in(MARIA).await;
    thief.chooses("sms").await;
    let message = world.clicksend().next().await;
    assert!(message.body.contains("Not you? Tell us."), "{}", message.body);
    let code = message.code().to_owned();
    // Codes are typed in groups, and people know their number as they dial it.
    let mut owner = types(world, "+44 20 7946 0321", &format!("{} {}", &code[..3], &code[3..])).await;
    owner.has_status(200);
    owner.sees("Your account is secured");
    assert!(world.must_change(id).await);
    thief.enters(&code).await;
    assert_eq!(thief.cookie("session"), None);
    // Once.
    owner.opens("/not-me").await;
    owner.submits("/not-me", &[("name", "maria@example.org"), ("code", &code)]).await;
    owner.has_status(422);
});

story!(a_code_that_the_thief_has_used_says_it_too, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut thief, code, _) = world.a_thief_asks_for_a_code(ANA).await;
    thief.enters(&code).await;
    thief.is_signed_in();
    world.passes(SignedDuration::from_mins(20)).await;
    types(world, "ana", &code).await.sees("Your account is secured");
    assert!(world.must_change(id).await);
    thief.gets("/account").await;
    thief.has_status(303);
});

story!(tries_to_say_it_are_counted_apart_from_those_of_the_login, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    for number in 1..=5 {
        let stranger = types(world, "ana", &wrong(&code, number)).await;
        stranger.has_status(422);
        stranger.sees("No such code was sent there");
    }
    // Five for each code: the sixth is not compared, not even the right one.
    types(world, "ana", &code).await.has_status(422);
    assert!(!world.must_change(id).await);
    // The owner has all tries at the login.
    for number in 1..=4 {
        ana.enters(&wrong(&code, number)).await;
        ana.is_at("/login/code");
    }
    ana.enters(&code).await;
    ana.is_signed_in();
});

story!(a_stranger_learns_nothing_and_is_stopped, Setup::required(), |world| {
    world.knows(ANA).await;
    let (_, code) = world.at_the_code_page(ANA).await;
    let known = types(world, "ana", &wrong(&code, 1)).await;
    let unknown = types(world, "nobody", &wrong(&code, 1)).await;
    let told = |browser: &Browser| browser.text().replace("nobody", "ana");
    assert_eq!((known.page().status, told(&known)), (unknown.page().status, told(&unknown)));
    // What is no code costs nothing.
    types(world, "ana", "12345").await.sees("six digits");
    for _ in 0..18 {
        types(world, "nobody", "000000").await.has_status(422);
    }
    let stopped = types(world, "nobody", "000000").await;
    stopped.has_status(429);
    assert!(stopped.page().header("retry-after").is_some());
});

story!(the_database_holds_no_link_and_a_mail_that_is_sent_twice_the_same, Setup::required(), |world| {
    world.knows(ANA).await;
    let (_, _, link) = world.a_thief_asks_for_a_code(ANA).await;
    let token = link.rsplit('/').next().unwrap();
    assert_eq!(token.len(), 43, "256 bits");
    let dump = Sql::open(world).await.dump().await;
    assert_eq!(dump["link"].len(), 1);
    let rows = dump.values().flatten();
    assert!(rows.into_iter().all(|row| !row.contains(token)));
    let message = world.settled().await.pop().unwrap().id;
    let again = countersign::flow::link::address(&world.app, message, world.now()).await.unwrap().unwrap();
    assert_eq!(again, format!("{PUBLIC_URL}{link}"));
});

story!(a_disputed_address_is_taken_out_so_that_no_link_goes_there, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let old = world.account(id).await.account.contacts.destination(Channel::Email).unwrap();
    let new: Destination = Destination::Email("eve@evil.example".parse().unwrap());
    let (row, now) = (world.account(id).await, world.now());
    let address = "eve@evil.example".parse().unwrap();
    let set = world.app.store.write(move |tx| Box::pin(async move { tx.set_email(&row, Some(&address), now).await }));
    set.await.unwrap();
    let notice = Notice::ContactChanged { channel: Channel::Email, new_mask: new.mask() };
    world.tells(id, notice, Whom::Old(vec![old])).await;
    let mail = world.mail().notice().await;
    assert_eq!(mail.to, ANA.email.unwrap());
    world.says_not_me(&mail.link()).await.sees("Your account is secured");
    // Nor is the old one put back: the administrator finds out whose account it is.
    let contacts = world.account(id).await.account.contacts;
    assert_eq!((contacts.email, contacts.phone.is_some()), (None, true));
    assert_eq!(world.notices().await, ["contact-changed", "not-me-confirmed"]);
    assert!(world.mail().received().iter().all(|mail| mail.to != "eve@evil.example"));
});

story!(
    two_step_login_that_a_thief_has_turned_off_is_on_again,
    Setup::new().set("realms.internal.policy.local.mode", "optional"),
    |world| {
        let id = world.knows(Person { opted_in: true, ..ANA }).await;
        let mut thief = world.signed_in(ANA).await;
        thief.opens("/account").await;
        thief.submits("/account/two-step", &[("turn", "off")]).await;
        assert!(!world.account(id).await.account.opted_in);
        let link = world.mail().notice().await.link();
        world.says_not_me(&link).await.sees("Your account is secured");
        assert!(world.account(id).await.account.opted_in);
        let entries = world.app.store.audit_entries(Some(id), 50).await.unwrap();
        let said = entries.iter().find(|entry| entry.event == "authn_not_me").unwrap();
        assert_eq!(said.detail["two_step"], "on again");
    }
);

story!(recent_activity_says_it_of_its_own_entries_alone, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let noah = world.knows(NOAH).await;
    let mut his = world.signed_in(NOAH).await;
    let mut ana = world.signed_in(ANA).await;
    let entry = async |id| world.app.store.audit_entries(Some(id), 1).await.unwrap()[0].id;
    let path = |entry| format!("/account/activity/{entry}/not-me");
    let (own, others) = (path(entry(id).await), path(entry(noah).await));
    ana.gets(&others).await;
    ana.has_status(404);
    ana.opens("/account/activity").await;
    assert!(ana.page().body.contains(&format!("href=\"{own}\"")), "{}", ana.page().body);
    ana.opens(&own).await;
    ana.sees("Your password opens nothing any more, until you choose a new one.");
    let form = ana.form(&own);
    ana.sends_form(&others, &form, &[]).await;
    ana.has_status(404);
    assert!(!world.must_change(id).await && !world.must_change(noah).await, "nothing has happened yet");
    ana.sends_form(&own, &form, &[]).await;
    ana.sees("Your account is secured");
    assert!(world.must_change(id).await);
    assert_eq!((ana.cookie("session"), ana.cookie("device")), (None, None));
    his.opens("/account").await;
    his.is_signed_in();
});

// What a stranger can cause with a name is nothing that the owner has to shut the door for.
story!(what_anybody_can_cause_is_not_disputed, Setup::new(), |world| {
    world.knows(ANA).await;
    world.browser().tries(ANA, "wrong").await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.opens("/account/activity").await;
    assert_eq!(ana.page().body.matches("/not-me\"").count(), 1, "the login, and not the failure before it");
});

story!(a_new_password_by_mail_is_the_way_back, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let (_, _, link) = world.a_thief_asks_for_a_code(ANA).await;
    let mut owner = world.says_not_me(&link).await;
    assert!(owner.page().body.contains("href=\"/forgot?realm=internal\""), "{}", owner.page().body);
    owner.opens("/forgot?realm=internal").await;
    owner.submits("/forgot", &[("identifier", "ana")]).await;
    let mail = loop {
        let mail = world.mail().notice().await;
        if !mail.tokens().is_empty() {
            break mail;
        }
    };
    let reset = mail.link();
    assert!(reset.starts_with("/reset/"), "{reset}");
    owner.opens(&reset).await;
    owner.submits(&reset, &[("new", "violet otter 77 lantern")]).await;
    assert!(!world.must_change(id).await, "{}", owner.text());
    assert_eq!(world.app.store.devices(id).await.unwrap().len(), 0);
});

story!(the_login_and_the_code_page_lead_to_it, Setup::required(), |world| {
    world.knows(ANA).await;
    let (ana, _) = world.at_the_code_page(ANA).await;
    let mut stranger = world.browser();
    stranger.opens("/login/internal").await;
    for browser in [&ana, &stranger] {
        assert!(browser.page().body.contains("<a href=\"/not-me\">"), "{}", browser.text());
    }
    "fr".clone_into(&mut stranger.language);
    stranger.opens("/not-me").await;
    stranger.sees("Ce n’était pas moi");
});
