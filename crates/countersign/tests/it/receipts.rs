//! What gateways tell after they took a message, and what the person who waits is told of it.

use countersign::flow::receipts;
use countersign::store::messages::MessageRow;
use countersign_core::delivery::{Delivery, Reason};
use jiff::SignedDuration;
use serde_json::Value;

use crate::browser::Browser;
use crate::gateway::Mode;
use crate::people::{ANA, NOAH};
use crate::world::{Setup, World, story, until};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// A gateway sends this to an address, and is answered so.
pub(crate) async fn posts(world: &World, path: &str, headers: &str, body: &str) -> u16 {
    let mut gateway = world.browser().at("198.51.100.80");
    "Gateway/1".clone_into(&mut gateway.user_agent);
    let head = gateway.head("POST", path, &format!("{headers}Content-Length: {}\r\n", body.len()));
    gateway.sends(path, &head, body).await;
    gateway.page().status
}

/// A gateway tells something at the address that it was given.
pub(crate) async fn tells(world: &World, provider: &str, kind: &str, body: &str) -> u16 {
    posts(world, &receipts::path(&world.app, provider), &format!("Content-Type: {kind}\r\n"), body).await
}

/// ClickSend's receipt for a message.
pub(crate) fn clicksend(message: &MessageRow, code: &str) -> String {
    let (id, reference) = (message.provider_id.as_deref().unwrap(), message.id);
    format!(
        "timestamp_send=1&timestamp=2&message_id={id}&status=x&status_code={code}&status_text=x&error_code=&custom_string={reference}&message_type=sms"
    )
}

/// Somebody waits for a text message that the gateway has taken.
pub(crate) async fn waits_for_sms(world: &World) -> (Browser, MessageRow) {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    (ana, the_message(world).await)
}

pub(crate) async fn the_message(world: &World) -> MessageRow {
    world.settled().await.into_iter().next().unwrap()
}

/// Asks what is known, as somebody without scripts does.
async fn asks(ana: &mut Browser) {
    let form = ana.form("/login/code");
    ana.sends_form("/login/code/check", &form, &[]).await;
    ana.follows().await;
    ana.is_at("/login/code");
    ana.has_status(200);
}

/// Asks what is known, as the script of the page does.
async fn state(ana: &Browser) -> Value {
    let mut script = ana.clone();
    script.gets("/login/code/state").await;
    script.has_status(200);
    assert_eq!(script.page().header("content-type"), Some("application/json"));
    serde_json::from_str(&script.page().body).unwrap()
}

story!(a_message_that_arrived_is_said_to_have_arrived, Setup::required(), |world| {
    let (mut ana, message) = waits_for_sms(world).await;
    assert_eq!(message.price.as_deref(), Some("0.0792 AUD"));
    asks(&mut ana).await;
    ana.sees("Handed to the phone network at 09:00 UTC; it has not said yet whether it arrived.");
    assert_eq!(state(&ana).await["final"], false);
    world.passes(SECOND * 4).await;
    assert_eq!(tells(world, "clicksend", FORM, &clicksend(&message, "200")).await, 200);
    assert_eq!(the_message(world).await.delivery, Some(Delivery::Sent));
    assert_eq!(tells(world, "clicksend", FORM, &clicksend(&message, "201")).await, 200);
    let told = the_message(world).await;
    assert_eq!((told.delivery, told.delivery_at), (Some(Delivery::Delivered), Some(world.now())));
    let known = state(&ana).await;
    assert_eq!(known["text"], "Delivered at 09:00 UTC.");
    assert_eq!((&known["final"], &known["advice"]), (&Value::Bool(true), &Value::Null));
    asks(&mut ana).await;
    ana.sees("Delivered at 09:00 UTC.");
    ana.does_not_see("Get the same code another way");
    ana.enters(world.clicksend().next().await.code()).await;
    ana.is_signed_in();
});

story!(receipts_come_late_twice_and_in_any_order, Setup::required(), |world| {
    let (_, message) = waits_for_sms(world).await;
    for code in ["201", "200", "201", "301", "300"] {
        assert_eq!(tells(world, "clicksend", FORM, &clicksend(&message, code)).await, 200);
        let told = the_message(world).await;
        let first = world.now() - SECOND * 60;
        assert!(told.delivery_at.is_some_and(|at| at >= first));
        assert_eq!(told.delivery, Some(Delivery::Delivered), "{code}");
        assert_eq!((told.delivery_reason, told.delivery_detail), (None, None));
        world.passes(SECOND).await;
    }
    let mut events = world.events(message.account.unwrap()).await;
    events.retain(|event| event == "message_undelivered");
    assert_eq!(events, [""; 0]);
});

story!(a_receipt_that_is_faster_than_the_answer_is_not_lost, Setup::required(), |world| {
    world.clicksend().set_mode(Mode::Hang);
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
    let sent = world.clicksend().next().await;
    let early =
        format!("message_id=BF7AD270-0DE2-418B-B606-000000000001&status_code=201&custom_string={}", sent.reference);
    assert_eq!(tells(world, "clicksend", FORM, &early).await, 200);
    world.clicksend().set_mode(Mode::Accept);
    let message = the_message(world).await;
    assert_eq!((message.delivery, message.provider.as_deref()), (Some(Delivery::Delivered), Some("clicksend")));
});

story!(what_was_not_delivered_can_be_had_another_way_at_once, Setup::required(), |world| {
    let (mut ana, message) = waits_for_sms(world).await;
    let code = world.clicksend().next().await.code().to_owned();
    assert_eq!(tells(world, "clicksend", FORM, &clicksend(&message, "301")).await, 200);
    let told = the_message(world).await;
    assert_eq!((told.delivery_reason, told.delivery_detail.as_deref()), (Some(Reason::Unreachable), Some("301")));
    assert_eq!(
        state(&ana).await["advice"],
        "Get the same code another way, with the button below. You do not have to wait."
    );
    asks(&mut ana).await;
    ana.sees("The phone could not be reached: it may be off, out of coverage or full.");
    // The same way again waits as always; another way does not.
    ana.asks_again().await;
    ana.sees("You can ask for another in 30 seconds.");
    assert_eq!(world.settled().await.len(), 1);
    ana.opens("/login/destination").await;
    ana.chooses("email").await;
    assert_eq!(world.mail().next().await.code(), code);
    ana.enters(&code).await;
    ana.is_signed_in();
    let events = world.events(message.account.unwrap()).await;
    assert!(events.contains(&"message_undelivered".to_owned()), "{events:?}");
});

story!(a_message_that_takes_long_is_not_waited_for_in_vain, Setup::required(), |world| {
    let (mut ana, _) = waits_for_sms(world).await;
    world.passes(SECOND * 29).await;
    assert_eq!(state(&ana).await["advice"], Value::Null);
    world.passes(SECOND).await;
    let known = state(&ana).await;
    assert_eq!(
        known["advice"],
        "This takes longer than usual. You can get the same code another way, with the button below."
    );
    assert_eq!(known["final"], false);
    asks(&mut ana).await;
    ana.sees("This takes longer than usual.");
});

story!(textmagic_tells_by_parts_by_form_and_by_json, Setup::required().with_textmagic_only(), |world| {
    let (ana, message) = waits_for_sms(world).await;
    let id = message.provider_id.clone().unwrap();
    let part =
        |name: &str, text: &str| format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
    let parts = [part("id", &id), part("text", "your code"), part("price", "0.05"), part("status", "r")].concat();
    assert_eq!(
        tells(world, "textmagic", "multipart/form-data; boundary=xyz", &format!("{parts}--xyz--\r\n")).await,
        200
    );
    let told = the_message(world).await;
    assert_eq!((told.delivery, told.price.as_deref()), (Some(Delivery::Sent), Some("0.05")));
    let json = serde_json::json!({ "id": id.parse::<u64>().unwrap(), "status": "j", "text": "your code" }).to_string();
    assert_eq!(tells(world, "textmagic", "application/json", &json).await, 200);
    let told = the_message(world).await;
    assert_eq!((told.delivery, told.delivery_reason), (Some(Delivery::Failed), Some(Reason::Blocked)));
    assert_eq!(state(&ana).await["text"], "The phone network did not let the message through.");
    // A form that comes after the end changes nothing.
    assert_eq!(tells(world, "textmagic", FORM, &format!("id={id}&status=d")).await, 200);
    assert_eq!(the_message(world).await.delivery, Some(Delivery::Failed));
});

story!(a_gateway_that_does_not_tell_is_asked, Setup::required(), |world| {
    let (ana, message) = waits_for_sms(world).await;
    let id = message.provider_id.clone().unwrap();
    world.passes(SECOND * 19).await;
    assert!(world.clicksend().asked().is_empty(), "it is given time to tell by itself");
    until("it is asked", async || {
        world.passes(SECOND).await;
        (world.clicksend().asked().len() == 1).then_some(())
    })
    .await;
    world.clicksend().decides(&id, "201");
    let told = until("the answer is written down", async || {
        world.passes(SECOND).await;
        world.messages().await.into_iter().find(|message| message.delivery.is_some())
    });
    assert_eq!(told.await.delivery, Some(Delivery::Delivered));
    assert!(state(&ana).await["text"].as_str().unwrap().starts_with("Delivered at 09:0"));
    let asked = world.clicksend().asked().len();
    world.passes(SignedDuration::from_mins(2)).await;
    world.passes(SignedDuration::from_mins(1)).await;
    assert_eq!(world.clicksend().asked().len(), asked, "what is final is not asked for any more");
});

story!(nobody_is_asked_for_ever, Setup::required().with_textmagic_only(), |world| {
    waits_for_sms(world).await;
    for _ in 0..80 {
        world.passes(SECOND * 10).await;
        // Each of the jobs has had its turn when a later one is done.
        world.browser().opens("/readyz").await;
    }
    let asked = world.textmagic().asked().len();
    assert!((1..=6).contains(&asked), "{asked} times");
});

story!(nobody_is_asked_where_that_is_switched_off, Setup::required().set("delivery.poll", "false"), |world| {
    waits_for_sms(world).await;
    for _ in 0..6 {
        world.passes(SECOND * 20).await;
        world.browser().opens("/readyz").await;
    }
    assert!(world.clicksend().asked().is_empty());
});

story!(the_state_is_told_to_nobody_else, Setup::required(), |world| {
    let (ana, _) = waits_for_sms(world).await;
    world.knows(NOAH).await;
    let mut stranger = world.browser();
    stranger.gets("/login/code/state").await;
    stranger.has_status(404);
    let mut noah = world.browser();
    noah.signs_in(NOAH).await;
    noah.gets("/login/code/state").await;
    noah.has_status(404);
    noah.posts("/login/code/check", "csrf=x").await;
    noah.has_status(403);
    // Asking is no way to the page: it stays shown once.
    state(&ana).await;
    let mut ana = ana;
    ana.opens("/login/code").await;
    ana.is_at("/login/internal?notice=start-again");
});

story!(a_mail_that_was_taken_is_not_called_late, Setup::required(), |world| {
    world.knows(ANA).await;
    let (ana, _) = world.at_the_code_page(ANA).await;
    world.passes(SignedDuration::from_mins(2)).await;
    let known = state(&ana).await;
    assert_eq!((&known["text"], &known["advice"]), (&"Handed to the mail server at 09:00 UTC.".into(), &Value::Null));
});
