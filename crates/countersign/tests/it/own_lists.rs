//! What a person sees of the own account: sessions, trusted browsers, recent activity.

use jiff::SignedDuration;

use crate::browser::CHROME;
use crate::people::{ANA, PASSWORD};
use crate::world::{Setup, story};

impl crate::browser::Browser {
    /// Is on the account page, which says this.
    #[track_caller]
    pub(crate) fn is_signed_in_at_notice(&self, notice: &str) {
        assert!(self.path().starts_with("/account?notice="), "{}", self.path());
        self.has_status(200);
        self.sees(notice);
    }

    /// The addresses of the forms of the page that begin and end like this.
    pub(crate) fn forms_at(&self, begin: &str, end: &str) -> Vec<String> {
        let forms = crate::html::forms(&self.page().body);
        forms.into_iter().map(|form| form.action).filter(|to| to.starts_with(begin) && to.ends_with(end)).collect()
    }
}

story!(ana_signs_out_the_browser_she_left_open, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut left_open = world.signed_in(ANA).await;
    let mut third = world.signed_in(ANA).await;
    world.passes(SignedDuration::from_mins(5)).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    CHROME.clone_into(&mut ana.user_agent);
    "198.51.100.4".clone_into(&mut ana.ip);
    ana.enters(&code).await;
    ana.opens("/account").await;
    ana.sees("Where you are signed in");
    ana.sees("Chrome · Mac OSX");
    ana.sees("This session");
    ana.sees("198.51.100.4");
    ana.sees("203.0.113.7");
    ana.sees("2 Mar 2026, 09:00 UTC");
    let ends = ana.forms_at("/account/sessions/", "/end");
    assert_eq!(ends.len(), 2, "each but this one");
    ana.submits(&ends[0], &[]).await;
    ana.follows().await;
    ana.is_signed_in_at_notice("You are signed out there.");
    left_open.opens("/account").await;
    third.opens("/account").await;
    let out = [&left_open, &third].map(|browser| browser.path() == "/login/internal?notice=session-ended");
    assert_eq!(out.iter().filter(|out| **out).count(), 1, "one of the two");
    ana.opens("/account").await;
    ana.submits("/account/sessions/end-others", &[]).await;
    ana.follows().await;
    ana.is_signed_in_at_notice("You are signed out everywhere else.");
    for browser in [&mut left_open, &mut third] {
        browser.opens("/account").await;
        assert!(browser.path().starts_with("/login"), "{}", browser.path());
    }
    ana.opens("/account").await;
    assert!(ana.forms_at("/account/sessions/", "/end").is_empty());
});

story!(a_session_that_idled_out_is_not_listed, Setup::new(), |world| {
    world.knows(ANA).await;
    world.browser().signs_in(ANA).await;
    world.passes(SignedDuration::from_mins(31)).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    assert!(ana.forms_at("/account/sessions/", "/end").is_empty());
});

story!(
    ana_names_her_browsers_and_stops_trusting_one,
    Setup::required().set("trusted_device.per_account", "3"),
    |world| {
        let id = world.knows(ANA).await;
        let mut phone = world.trusting(ANA).await;
        world.passes(SignedDuration::from_mins(1)).await;
        let mut desk = world.trusting(ANA).await;
        desk.opens("/account").await;
        desk.sees("203.0.113.7");
        let renames = desk.forms_at("/account/devices/", "/rename");
        assert_eq!(renames.len(), 2);
        let devices = world.app.store.devices(id).await.unwrap();
        let of_phone = devices.last().unwrap().id;
        let rename = format!("/account/devices/{of_phone}/rename");
        assert!(renames.contains(&rename));
        desk.submits(&rename, &[("name", " Grandma's <old> phone ")]).await;
        desk.follows().await;
        desk.is_signed_in_at_notice("The browser has its new name.");
        desk.sees("Grandma's <old> phone");
        for bad in ["", "  ", "a\u{202e}b", "a\nb", &"x".repeat(61)] {
            desk.submits(&rename, &[("name", bad)]).await;
            desk.has_status(400);
            desk.opens("/account").await;
        }
        // A login from it keeps the name, and notes where it came from.
        "198.51.100.77".clone_into(&mut phone.ip);
        phone.signs_in(ANA).await;
        phone.is_signed_in();
        desk.opens("/account").await;
        desk.sees("Grandma's <old> phone");
        desk.sees("198.51.100.77");
        desk.submits(&format!("/account/devices/{of_phone}/revoke"), &[]).await;
        desk.follows().await;
        desk.is_signed_in_at_notice("That browser is not trusted any more.");
        phone.signs_in(ANA).await;
        phone.is_at("/login/destination");
        desk.signs_in(ANA).await;
        desk.is_signed_in();
    }
);

story!(recent_activity_tells_what_happened_and_why, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut thief = world.browser().at("192.0.2.66");
    CHROME.clone_into(&mut thief.user_agent);
    thief.tries(ANA, "a wrong guess").await;
    world.passes(SignedDuration::from_hours(1)).await;
    let mut ana = world.trusting(ANA).await;
    ana.sees("Recent activity");
    ana.sees("A password was wrong");
    ana.sees("192.0.2.66");
    ana.sees("2 Mar 2026, 09:00 UTC");
    ana.sees("Chrome · Mac OSX");
    ana.sees("You signed in A code was asked for: the browser was not trusted.");
    ana.signs_in(ANA).await;
    ana.sees("No code was needed: nothing was out of the ordinary.");
    ana.opens("/account/activity").await;
    ana.has_status(200);
    ana.sees("A browser became trusted");
    ana.does_not_see(PASSWORD);
});
