//! An administrator's codes go by e-mail only where there is no other way (security.md D1).

use countersign_core::role::Role;

use crate::people::{ANA, Person};
use crate::world::{Setup, story};

story!(d1_an_administrator_with_a_phone_is_not_offered_email, Setup::required(), |world| {
    world.knows_as(ANA, Role::Administrator).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    assert_eq!(ana.offered(), ["sms"]);
    // A form that was made by hand gets no further.
    ana.submits("/login/destination", &[("destination", "email")]).await;
    ana.has_status(400);
    assert!(world.messages().await.is_empty());
    ana.opens("/login/destination").await;
    ana.chooses("sms").await;
    ana.does_not_see("Send it another way");
    let code = world.clicksend().next().await.code().to_owned();
    ana.enters(&code).await;
    ana.is_signed_in();
    ana.sees("Your password and a code by text message");
});

story!(d1_an_administrator_with_email_alone_gets_in_and_can_set_up_more, Setup::required(), |world| {
    let alone = Person { phone: None, ..ANA };
    world.knows_as(alone, Role::Administrator).await;
    let mut ana = world.browser();
    ana.signs_in(alone).await;
    assert_eq!(ana.offered(), ["email"]);
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    ana.enters(&code).await;
    ana.is_signed_in();
});

story!(
    d1_an_installation_without_text_messages_works_for_its_administrator,
    Setup::required().without_sms(),
    |world| {
        world.knows_as(ANA, Role::Administrator).await;
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        assert_eq!(ana.offered(), ["email"]);
        ana.chooses("email").await;
        let code = world.mail().next().await.code();
        ana.enters(&code).await;
        ana.is_signed_in();
    }
);
