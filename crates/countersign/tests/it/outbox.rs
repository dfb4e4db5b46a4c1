//! The outbox: what becomes of a message when gateways refuse, hang or fall silent, and when we do.

use countersign::store::messages::{MessageRow, MessageState};
use jiff::SignedDuration;

use crate::browser::Browser;
use crate::gateway::Mode;
use crate::people::{ANA, NOAH};
use crate::world::{Setup, World, story, until};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// Ana asks for her code by SMS.
async fn asks_for_sms(world: &World) -> Browser {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    ana
}

async fn the_message(world: &World) -> MessageRow {
    let messages = world.settled().await;
    assert_eq!(messages.len(), 1);
    messages.into_iter().next().unwrap()
}

story!(
    a_busy_gateway_is_asked_again_and_again_while_the_code_lives,
    Setup::required().expecting("this provider fails and rests"),
    |world| {
        world.clicksend().set_mode(Mode::Error(503));
        let mut ana = asks_for_sms(world).await;
        for attempts in 1..=11 {
            let message = the_message(world).await;
            assert_eq!((message.state, message.attempts), (MessageState::Queued, attempts));
            assert_eq!(world.clicksend().attempts(), attempts as usize);
            let wait = message.next_at.duration_since(world.now());
            assert_eq!(wait, SECOND * (1 << attempts.min(6)).min(60), "it waits longer each time");
            world.jumps(wait - SECOND);
            assert_eq!(the_message(world).await.attempts, attempts);
            world.jumps(SECOND);
        }
        the_message(world).await;
        world.clicksend().set_mode(Mode::Accept);
        world.jumps(SECOND * 60);
        ana.enters(world.clicksend().next().await.code()).await;
        ana.is_signed_in();
        let message = the_message(world).await;
        assert_eq!((message.state, message.attempts), (MessageState::Sent, 13));
    }
);

story!(l_10_a_message_is_never_sent_after_its_code_is_dead, Setup::required(), |world| {
    world.clicksend().set_mode(Mode::Error(503));
    asks_for_sms(world).await;
    world.passes(SECOND * 2).await;
    assert_eq!(the_message(world).await.attempts, 2);
    world.clicksend().set_mode(Mode::Accept);
    world.passes(SignedDuration::from_mins(10)).await;
    let message = until("the message is dropped", async || the_message_if(world, MessageState::Dropped).await).await;
    assert_eq!(message.attempts, 2);
    assert_eq!(world.clicksend().received(), []);
});

async fn the_message_if(world: &World, state: MessageState) -> Option<MessageRow> {
    world.messages().await.into_iter().find(|message| message.state == state)
}

story!(what_waits_is_dropped_when_the_login_is_over, Setup::required(), |world| {
    world.clicksend().set_mode(Mode::Error(503));
    let mut ana = asks_for_sms(world).await;
    the_message(world).await;
    world.passes(SECOND * 30).await;
    ana.opens("/login/destination").await;
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    ana.enters(&code).await;
    ana.is_signed_in();
    world.clicksend().set_mode(Mode::Accept);
    world.passes(SECOND * 60).await;
    assert!(the_message_if(world, MessageState::Dropped).await.is_some());
    assert_eq!(world.clicksend().received(), []);
});

story!(b_17_the_second_gateway_takes_what_the_first_cannot, Setup::required().with_both_gateways(), |world| {
    world.clicksend().set_mode(Mode::Refuse("INSUFFICIENT_CREDIT"));
    let mut ana = asks_for_sms(world).await;
    ana.enters(world.textmagic().next().await.code()).await;
    ana.is_signed_in();
    let message = the_message(world).await;
    assert_eq!((message.state, message.provider.as_deref()), (MessageState::Sent, Some("textmagic")));
    assert_eq!(message.refused_by, ["clicksend"]);
});

story!(a_gateway_that_stays_busy_gives_way_to_the_second, Setup::required().with_both_gateways(), |world| {
    world.clicksend().set_mode(Mode::Error(503));
    let mut ana = asks_for_sms(world).await;
    for wait in [2, 4] {
        the_message(world).await;
        world.passes(SECOND * wait).await;
    }
    ana.enters(world.textmagic().next().await.code()).await;
    ana.is_signed_in();
    assert_eq!(world.clicksend().attempts(), 3);
});

story!(
    a_gateway_that_does_not_know_us_is_stopped,
    Setup::required().with_both_gateways().expecting("this provider is stopped"),
    |world| {
        world.clicksend().set_mode(Mode::Error(401));
        let mut ana = asks_for_sms(world).await;
        ana.enters(world.textmagic().next().await.code()).await;
        ana.is_signed_in();
        // Nobody tries the wrong key over and over.
        world.clicksend().set_mode(Mode::Accept);
        world.knows(NOAH).await;
        let mut noah = world.browser();
        noah.signs_in(NOAH).await;
        noah.chooses("sms").await;
        noah.enters(world.textmagic().next().await.code()).await;
        noah.is_signed_in();
        assert_eq!(world.clicksend().attempts(), 1);
        // A quarter of an hour later it gets another chance.
        world.passes(SignedDuration::from_mins(15)).await;
        noah.signs_in(NOAH).await;
        noah.chooses("sms").await;
        noah.enters(world.clicksend().next().await.code()).await;
        noah.is_signed_in();
    }
);

story!(
    b_17_a_channel_without_a_working_gateway_is_not_offered,
    Setup::required().expecting("this provider is stopped").expecting("message given up"),
    |world| {
        world.clicksend().set_mode(Mode::Error(401));
        let mut ana = asks_for_sms(world).await;
        assert_eq!(the_message(world).await.state, MessageState::Failed);
        ana.enters("x").await;
        ana.sees("The message could not be sent.");
        ana.opens("/login/destination").await;
        assert_eq!(ana.offered(), ["email"]);
        world.passes(SECOND * 30).await;
        ana.chooses("email").await;
        let code = world.mail().next().await.code();
        ana.enters(&code).await;
        ana.is_signed_in();
    }
);

story!(a_refusal_under_http_200_is_a_refusal, Setup::required().expecting("message given up"), |world| {
    world.clicksend().set_mode(Mode::Refuse("INVALID_RECIPIENT"));
    let mut ana = asks_for_sms(world).await;
    let message = the_message(world).await;
    assert_eq!((message.state, message.outcome.as_deref()), (MessageState::Failed, Some("INVALID_RECIPIENT")));
    ana.enters("x").await;
    ana.sees("The message could not be sent. Use the buttons below to try again or to send it another way.");
});

story!(a_mailbox_that_is_refused_is_told_of, Setup::required().expecting("message given up"), |world| {
    world.mail().refuse(Some("550 5.1.1 no such mailbox"));
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    let message = the_message(world).await;
    assert_eq!((message.state, message.attempts), (MessageState::Failed, 1));
    // She goes back to the choice, where nothing has been decided for her.
    ana.opens("/login/destination").await;
    assert_eq!(ana.offered(), ["email", "sms"]);
    world.passes(SECOND * 30).await;
    ana.chooses("sms").await;
    ana.enters(world.clicksend().next().await.code()).await;
    ana.is_signed_in();
});

story!(a_mail_server_that_is_busy_is_asked_again, Setup::required(), |world| {
    world.mail().refuse(Some("451 4.7.1 greylisted"));
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("email").await;
    assert_eq!(the_message(world).await.state, MessageState::Queued);
    world.mail().refuse(None);
    world.passes(SECOND * 2).await;
    let code = world.mail().next().await.code();
    ana.enters(&code).await;
    ana.is_signed_in();
});

story!(
    a_crash_between_sending_and_recording_repeats_at_most_the_same_code,
    Setup::required().with_textmagic_only(),
    |world| {
        world.textmagic().set_mode(Mode::Hang);
        asks_for_sms(world).await;
        let first = world.textmagic().next().await;
        assert_eq!(world.messages().await[0].state, MessageState::Leased);
        world.crashes_and_restarts().await;
        world.textmagic().set_mode(Mode::Accept);
        // While the lease runs nobody touches it; the one who had it may still be at it.
        world.jumps(SECOND * 30);
        assert_eq!(world.messages().await[0].state, MessageState::Leased);
        world.jumps(SECOND * 31);
        let second = world.textmagic().next().await;
        assert_eq!(second.code(), first.code());
        assert_eq!(second.reference, first.reference, "the gateway can tell that it is the same message");
        let message = the_message(world).await;
        assert_eq!((message.state, message.attempts), (MessageState::Sent, 2));
        assert_eq!(world.textmagic().received().len(), 2);
    }
);

story!(what_was_queued_before_a_restart_is_sent_after_it, Setup::required(), |world| {
    world.clicksend().set_mode(Mode::Error(503));
    let mut ana = asks_for_sms(world).await;
    the_message(world).await;
    world.crashes_and_restarts().await;
    world.clicksend().set_mode(Mode::Accept);
    world.passes(SECOND * 2).await;
    let code = world.clicksend().next().await.code().to_owned();
    // The browser finds the product where the proxy finds it.
    ana.moves_to(world.address());
    ana.enters(&code).await;
    ana.is_signed_in();
});

story!(
    one_hanging_gateway_holds_up_no_other_message,
    Setup::required().with_both_gateways().leaving_messages(),
    |world| {
        world.clicksend().set_mode(Mode::Hang);
        asks_for_sms(world).await;
        world.clicksend().next().await;
        world.knows(NOAH).await;
        let mut noah = world.browser();
        noah.signs_in(NOAH).await;
        noah.chooses("email").await;
        let code = world.mail().next().await.code();
        noah.enters(&code).await;
        noah.is_signed_in();
        world.clicksend().set_mode(Mode::Accept);
    }
);
