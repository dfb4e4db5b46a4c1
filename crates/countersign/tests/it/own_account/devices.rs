//! Trusted devices: seen, and revoked one by one.

use jiff::SignedDuration;

use crate::browser::CHROME;
use crate::people::ANA;
use crate::world::{Setup, story};

story!(one_browser_is_revoked_and_the_other_stays, Setup::required().set("trusted_device.per_account", "2"), |world| {
    let id = world.knows(ANA).await;
    let mut office = world.trusting(ANA).await;
    world.passes(SignedDuration::from_mins(1)).await;
    let mut home = world.browser().at("198.51.100.20");
    CHROME.clone_into(&mut home.user_agent);
    home.signs_in(ANA).await;
    home.chooses("email").await;
    let code = world.mail().next().await.code();
    home.enters_and_trusts(&code).await;
    home.is_signed_in();
    office.opens("/account").await;
    office.sees("Chrome · Mac OSX");
    office.sees("UTC (198.51.100.20)");
    office.sees("UTC (203.0.113.7)");
    let [newest, _] = &world.app.store.devices(id).await.unwrap()[..] else { panic!("two devices") };
    let newest = newest.id.to_string();
    office.submits(&format!("/account/devices/{newest}/revoke"), &[]).await;
    office.follows().await;
    office.sees("That browser is not trusted any more.");
    home.signs_in(ANA).await;
    home.is_at("/login/destination");
    office.signs_in(ANA).await;
    office.is_signed_in();
});
