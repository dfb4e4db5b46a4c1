//! Where a code can go: what is offered, how it is shown, and what is refused.

use crate::people::{ANA, Person};
use crate::world::{Setup, story};

story!(b_18_destinations_are_masked, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.sees("+1 •••• 0142");
    ana.sees("an••••@example.com");
    for hidden in ["4165550142", "416", "ana.torres", "torres@"] {
        assert!(!ana.page().body.contains(hidden), "{hidden}");
    }
    ana.chooses("sms").await;
    ana.sees("+1 •••• 0142");
    assert!(!ana.page().body.contains("416"));
});

story!(b_18_masks_are_for_those_who_know_the_password, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut stranger = world.browser();
    stranger.tries(ANA, "wrong").await;
    assert!(!stranger.page().body.contains("0142"));
    stranger.opens("/login/destination").await;
    stranger.is_at("/login");
    assert!(!stranger.page().body.contains("0142"));
});

story!(a_short_address_is_never_shown_whole, Setup::required(), |world| {
    let short = [(&["one"], "o@example.com", " ••••@example.com"), (&["two"], "xy@example.com", " x••••@example.com")];
    for (identifiers, email, masked) in short {
        let person = Person { identifiers, email: Some(email), ..ANA };
        world.knows(person).await;
        let mut browser = world.browser();
        browser.signs_in(person).await;
        browser.sees(masked);
        assert!(!browser.page().body.contains(email));
    }
});

story!(only_what_the_account_has_is_offered, Setup::required(), |world| {
    for (identifiers, email, phone, offered) in [
        (&["a-both"], ANA.email, ANA.phone, vec!["email", "sms"]),
        (&["a-mail"], ANA.email, None, vec!["email"]),
        (&["a-call"], None, ANA.phone, vec!["sms"]),
    ] {
        let person = Person { identifiers, email, phone, ..ANA };
        world.knows(person).await;
        let mut browser = world.browser();
        browser.signs_in(person).await;
        assert_eq!(browser.offered(), offered, "{identifiers:?}");
    }
});

story!(without_a_provider_for_sms_no_sms_is_offered, Setup::required().without_sms(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    assert_eq!(ana.offered(), ["email"]);
    ana.submits("/login/destination", &[("destination", "sms")]).await;
    ana.has_status(400);
    assert_eq!(world.messages().await.len(), 0);
});

story!(without_a_mail_server_no_mail_is_offered, Setup::required().without_mail(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    assert_eq!(ana.offered(), ["sms"]);
});

story!(nowhere_to_send_it_is_a_refusal_that_names_the_administrator, Setup::required().without_sms(), |world| {
    let person = Person { email: None, ..ANA };
    let id = world.knows(person).await;
    let mut ana = world.browser();
    ana.signs_in(person).await;
    ana.has_status(403);
    ana.sees("We have nowhere to send your code");
    ana.sees("Contact help@acme.example and ask them to add one.");
    for page in ["/login/code", "/login/enrol", "/account"] {
        ana.opens(page).await;
        ana.is_at("/login");
    }
    assert_eq!(world.events(id).await, ["authn_login_refused"]);
});

story!(b_16_a_destination_that_is_not_offered_is_refused, Setup::required(), |world| {
    let person = Person { phone: None, ..ANA };
    world.knows(person).await;
    let mut ana = world.browser();
    ana.signs_in(person).await;
    let form = ana.form("/login/destination");
    for destination in ["sms", "voice", "", "+14165550199", "eve@example.com", "EMAIL", "email,sms"] {
        ana.sends_form("/login/destination", &form, &[("destination", destination)]).await;
        ana.has_status(400);
    }
    ana.sends_form("/login/destination", &form, &[]).await;
    ana.has_status(400);
    assert_eq!(world.messages().await.len(), 0);
});
