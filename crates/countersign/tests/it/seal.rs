//! A copy of the database that is started elsewhere: no message is paid for by accident.

use countersign_core::channel::Channel;

use crate::people::ANA;
use crate::world::{Setup, story};

story!(i_09_a_copy_that_is_restored_as_test_sends_nothing, Setup::required().expecting("QUARANTINE"), |world| {
    world.knows(ANA).await;
    world.trusting(ANA).await;
    world.restarts_with("server.environment", "test").await;
    let sent = world.mail().received().len();
    let mut tester = world.browser();
    tester.signs_in(ANA).await;
    tester.sees("Test copy of another installation. No message leaves it:");
    tester.chooses("sms").await;
    let messages = world.settled().await;
    let text = messages.iter().find(|message| message.channel == Channel::Sms).unwrap();
    assert_eq!(text.provider.as_deref(), Some("sandbox"));
    assert_eq!((world.clicksend().attempts(), world.mail().received().len()), (0, sent));
    tester.opens("/outbox").await;
    tester.sees("Sandbox inbox");
});

story!(a_restart_of_the_same_installation_is_no_copy, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.trusting(ANA).await;
    world.restarts_with("site.name", "Acme Field Service").await;
    ana.moves_to(world.address());
    ana.opens("/account").await;
    ana.is_signed_in();
    ana.does_not_see("Test copy");
    ana.signs_in(ANA).await;
    ana.is_signed_in();
});
