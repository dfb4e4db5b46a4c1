//! Somebody guesses at our login page. Nobody's workstation is locked for it.

use countersign::flow::account;
use jiff::SignedDuration;

use crate::directory_logins::company::{JOHN, THEIR_PASSWORD};
use crate::directory_logins::company_story;
use crate::world::{Setup, World};

/// Both realms ask the same directory.
fn two_realms() -> Setup {
    Setup::new().set("realms.external.sources", "corp")
}

/// One wrong password for John, in the realm, from a browser nobody knows.
async fn guesses(world: &World, realm: &str, name: &str) {
    let mut stranger = world.browser();
    stranger.opens(&format!("/login/{realm}")).await;
    stranger.gives(realm, name, "wrong").await;
    stranger.has_status(422);
}

company_story!(fifteen_guesses_lock_nobody_out_of_the_directory, two_realms(), |world, company| {
    company.hires(JOHN);
    for number in 0..15 {
        guesses(world, if number % 2 == 0 { "internal" } else { "external" }, "john").await;
        // Our own pause is over each time: what holds is the shield.
        if number % 3 == 2 {
            world.jumps(SignedDuration::from_mins(1));
        }
    }
    assert_eq!(company.counted("john"), 3);
    assert!(!company.has_locked("john"));
    // Here, the right password is not recognised either; at the workstation it is.
    let mut john = world.browser();
    john.comes_as("john", THEIR_PASSWORD).await;
    john.has_status(422);
    // When the directory has forgotten, and we too, he is in.
    company.forgets_failures("john");
    world.passes(SignedDuration::from_mins(31)).await;
    john.comes_as("john", THEIR_PASSWORD).await;
    john.is_signed_in();
});

company_story!(failures_elsewhere_leave_fewer_here, Setup::new(), |world, company| {
    company.hires(JOHN);
    for _ in 0..2 {
        company.fails_elsewhere("john");
    }
    for _ in 0..5 {
        guesses(world, "internal", "john").await;
    }
    assert_eq!(company.counted("john"), 3, "two at the workstation, one here");
    assert!(!company.has_locked("john"));
    let entries = world.app.store.audit_entries(None, 10).await.unwrap();
    assert!(entries.iter().any(|entry| entry.detail["why"] == "shielded"), "{entries:?}");
});

company_story!(mistyping_twice_keeps_nobody_out, Setup::new(), |world, company| {
    company.hires(JOHN);
    for _ in 0..3 {
        let mut john = world.browser();
        for _ in 0..2 {
            john.comes_as("john", "wrong").await;
            john.has_status(422);
        }
        john.comes_as("john", THEIR_PASSWORD).await;
        john.is_signed_in();
        assert_eq!(company.counted("john"), 0, "a right password clears the directory's count");
    }
});

company_story!(a16_parallel_guesses_reach_the_directory_no_more_often, Setup::new(), |world, company| {
    company.hires(JOHN);
    let mut strangers = Vec::new();
    for _ in 0..12 {
        let mut stranger = world.browser();
        stranger.opens("/login/internal").await;
        strangers.push(stranger);
    }
    let mut under_way = tokio::task::JoinSet::new();
    for mut stranger in strangers {
        under_way.spawn(async move {
            stranger.gives("internal", "john", "wrong").await;
            assert_eq!(stranger.cookie("session"), None);
        });
    }
    under_way.join_all().await;
    let counted = company.counted("john");
    assert!((1..=3).contains(&counted), "{counted}");
    assert!(!company.has_locked("john"));
});

company_story!(
    a_trusted_browser_does_not_lift_the_shield,
    Setup::new().set("realms.internal.policy.corp.mode", "required"),
    |world, company| {
        company.hires(JOHN);
        let mut john = world.browser();
        john.comes_as("john", THEIR_PASSWORD).await;
        john.chooses("email").await;
        let code = world.mail().next().await.code();
        john.enters_and_trusts(&code).await;
        john.is_signed_in();
        for _ in 0..4 {
            john.comes_as("john", "wrong").await;
        }
        for _ in 0..4 {
            guesses(world, "internal", "john").await;
        }
        assert_eq!(company.counted("john"), 3);
        // An administrator who has looked at it gives both a new start.
        let row = world.account_called("john").await.unwrap();
        company.forgets_failures("john");
        account::unlock(&world.app, &row).await.unwrap();
        let mut john = world.browser();
        john.comes_as("john", THEIR_PASSWORD).await;
        john.is_at("/login/destination");
    }
);
