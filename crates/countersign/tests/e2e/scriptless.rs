//! Everything without JavaScript: the browser's setting blocks it.

use jiff::SignedDuration;

use crate::driver::{DESKTOP, Look};
use crate::people::{ANA, PASSWORD, wrong};
use crate::stage::Stage;

const SCRIPTLESS: Look = Look { scripts: false, ..DESKTOP };

#[tokio::test]
async fn all_of_signing_in_works_without_scripts() {
    let stage = Stage::required().await;
    stage.world.knows(ANA).await;
    let ana = stage.window(SCRIPTLESS).await;
    ana.opens("/login").await;
    ana.clicks("a.tile[href='/login/internal']").await;
    assert_eq!(ana.counts("button[data-reveal]:not([hidden])").await, 0, "nothing is shown that needs a script");
    ana.gives(ANA, "not the password").await;
    ana.sees("We could not sign you in").await;
    ana.gives(ANA, PASSWORD).await;
    ana.is_at("/login/destination").await;
    ana.chooses("email").await;
    let code = stage.world.mail().next().await.code();
    ana.sees("Works until 09:10 UTC").await;

    ana.presses("Send the e-mail again").await;
    ana.sees("You can ask for another in 30 seconds.").await;
    stage.world.passes(SignedDuration::from_secs(30)).await;
    ana.presses("Send the e-mail again").await;
    ana.sees("We sent the same code again (message 2).").await;
    stage.world.mail().next().await;

    ana.enters(&wrong(&code, 1)).await;
    ana.sees("That is not the code. Check it and try again: you have 4 tries left.").await;
    ana.has_focus_on("code").await;
    ana.clicks("label[for=trust]").await;
    ana.enters(&format!("{}-{}", &code[..3], &code[3..])).await;
    ana.is_signed_in().await;
    ana.presses("Stop trusting this browser").await;
    ana.sees("No browser is trusted any more.").await;
    ana.presses("Sign out").await;
    ana.is_at("/login/internal?notice=signed-out").await;
    stage.finish(ana).await;
}
