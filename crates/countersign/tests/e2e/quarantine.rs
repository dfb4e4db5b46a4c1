//! An installation on a copy of another one's database: the banner on every page, and the inbox in place of messages.

use crate::journey;
use crate::people::ANA;
use crate::stage::Stage;

const BANNER: &str = "Test copy of another installation. No message leaves it.";

journey!(every_page_of_a_copy_says_so_and_codes_are_in_its_inbox, |look| {
    let stage = Stage::quarantined().await;
    stage.world.knows(ANA).await;
    let ana = stage.window(look).await;
    for path in ["/login", "/login/internal", "/nowhere", "/outbox"] {
        ana.opens(path).await;
        ana.sees(BANNER).await;
    }
    ana.signs_in(ANA).await;
    ana.is_at("/login/destination").await;
    ana.sees(BANNER).await;
    ana.chooses("sms").await;
    ana.sees(BANNER).await;
    ana.is_without("sideways", "the code page of a copy").await;

    // A tester reads the code in another tab, where the banner leads.
    let page = ana.driver.window().await.unwrap();
    let tab = ana.driver.new_tab().await.unwrap();
    ana.driver.switch_to_window(tab).await.unwrap();
    ana.opens("/login").await;
    ana.clicks(".banner a").await;
    ana.is_at("/outbox").await;
    ana.sees("+14165550142").await;
    let code = ana.finds_the_code_in_the_outbox().await;
    ana.driver.close_window().await.unwrap();
    ana.driver.switch_to_window(page).await.unwrap();
    ana.enters(&code).await;
    ana.is_signed_in().await;
    ana.sees(BANNER).await;
    assert!(stage.world.clicksend().received().is_empty() && stage.world.mail().received().is_empty());
    stage.finish(ana).await;
});
