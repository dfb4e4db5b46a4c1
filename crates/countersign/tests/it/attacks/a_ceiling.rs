//! A. Guessing: what happens when the wrong codes of an account reach the ceiling.

use countersign_core::lockout::Bucket;
use countersign_core::role::Role;
use jiff::SignedDuration;

use super::count;
use crate::logs;
use crate::people::{ANA, IRIS, wrong};
use crate::world::{Setup, story};

story!(
    a07_at_the_ceiling_the_code_factor_is_off_until_an_administrator_acts,
    Setup::required().set("lockout.code_failures", "6").expecting("too many wrong codes"),
    |world| {
        let id = world.knows(ANA).await;
        world.knows_as(IRIS, Role::Administrator).await;
        let (mut ana, code) = world.at_the_code_page(ANA).await;
        for number in 1..=5 {
            ana.enters(&wrong(&code, number)).await;
        }
        assert_eq!(world.notices().await, ["wrong-code"], "the password was right (ASVS 6.3.5)");
        let (mut ana, code) = world.at_the_code_page(ANA).await;
        let form = ana.form("/login/code");
        ana.enters(&wrong(&code, 1)).await;
        // The person is told on the page and at every address, the administrator by mail, in the log and by an event.
        ana.has_status(403);
        ana.sees("too many wrong codes");
        assert!(logs::heard().iter().any(|line| line.starts_with("ERROR") && line.contains("authn_factor_disabled")));
        assert_eq!(count(world, id, "authn_factor_disabled").await, 1);
        assert_eq!(
            world.notices().await,
            ["alarm-factor-disabled", "factor-disabled", "factor-disabled", "wrong-code"]
        );
        let mails = world.mail().notices();
        let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
        assert!(to.contains(&ANA.email.unwrap()) && to.contains(&IRIS.email.unwrap()), "{to:?}");
        assert_eq!(world.clicksend().received().len(), 1, "and by text message");
        // The challenge has four tries left, and its right code is refused.
        ana.sends_form("/login/code", &form, &[("code", &code)]).await;
        assert_eq!(ana.cookie("session"), None);
        assert_eq!(count(world, id, "authn_code_accepted").await, 0);
        // The password counter is another one.
        let bucket = world.app.store.lockout(&format!("account:{id}")).await.unwrap();
        assert_eq!(bucket, Bucket::default());
        let row = world.account(id).await;
        countersign::flow::account::unlock(&world.app, &row).await.unwrap();
        world.passes(SignedDuration::from_mins(10)).await;
        world.signed_in(ANA).await;
    }
);
