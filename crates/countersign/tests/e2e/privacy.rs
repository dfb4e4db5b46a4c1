//! No page tells anybody but this site that a person is here, and no page does what its own policy forbids.

use crate::driver::{DESKTOP, Window};
use crate::tour::everywhere;

#[tokio::test]
async fn no_page_asks_another_host_for_anything_or_makes_the_browser_complain() {
    everywhere("desktop", DESKTOP, async |window: &Window, state: &str| {
        window.is_without("hosts", state).await;
        let complaints = window.complaints().await;
        assert!(complaints.is_empty(), "on {state} the browser complains: {complaints:#?}");
    })
    .await;
}
