//! What people are told besides codes: by which way, in which language, how often, and of what.

use countersign::flow::account;
use countersign::flow::factor_reset::{self, Change, Changes};
use countersign::flow::notice::{self, Whom};
use countersign_core::channel::Channel;
use countersign_core::contact::Phone;
use countersign_core::id::AccountId;
use countersign_core::notice::Notice;
use countersign_core::role::Role;
use countersign_core::secret::Secret;
use jiff::SignedDuration;

use crate::people::{ANA, IRIS, MARIA, NOAH, Person, wrong};
use crate::world::{Setup, World, story};

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl World {
    /// Something happens to an account that it has to be told.
    pub(crate) async fn tells(&self, id: AccountId, notice: Notice, to: Whom) {
        let (app, row, now) = (std::sync::Arc::clone(&self.app), self.account(id).await, self.now());
        let told = self
            .app
            .store
            .write(move |tx| Box::pin(async move { notice::tell(tx, &app, &row, notice, to, now).await }));
        told.await.unwrap();
        self.app.outbox.notify_one();
    }
}

story!(a_new_password_is_told_at_every_address, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let row = world.account(id).await;
    account::set_password(&world.app, &row, &Secret::new("violet otter 77 lantern")).await.unwrap();
    assert_eq!(world.notices().await, ["password-changed", "password-changed"]);
    let mail = world.mail().notice().await;
    assert_eq!(mail.to, ANA.email.unwrap());
    assert_eq!(mail.header("Subject").as_deref(), Some("Acme: your password was changed"));
    let text = mail.read();
    assert!(text.contains("It happened on 2 Mar 2026, 09:00 UTC."), "{text}");
    assert!(!text.contains("violet otter"));
    let sms = world.clicksend().received().pop().unwrap();
    assert_eq!(sms.to, ANA.phone.unwrap());
    assert_eq!(
        sms.body,
        "Acme: the password of your account was changed. (09:00 UTC) Not you? Tell help@acme.example."
    );
});

story!(a_person_is_told_in_the_language_of_the_last_login, Setup::new(), |world| {
    let id = world.knows(ANA).await;
    let mut ana = world.browser();
    "fr-CA,fr;q=0.9".clone_into(&mut ana.language);
    ana.signs_in(ANA).await;
    ana.is_signed_in();
    world.tells(id, Notice::FactorTurnedOn, Whom::Email).await;
    let text = world.mail().notice().await.read();
    assert!(text.contains("La connexion en deux étapes a été activée pour votre compte."), "{text}");
});

story!(whoever_has_no_mail_is_told_by_text_message, Setup::required(), |world| {
    let id = world.knows(Person { email: None, ..MARIA }).await;
    world.tells(id, Notice::FactorTurnedOff, Whom::Email).await;
    assert_eq!(world.notices().await, ["factor-turned-off"]);
    let sms = world.clicksend().received().pop().unwrap();
    assert!(sms.body.starts_with("Acme: two-step login was turned off"), "{}", sms.body);
    assert!(!sms.body.contains("http"));
});

story!(whoever_cannot_be_told_keeps_nothing_from_happening, Setup::required().without_sms(), |world| {
    let id = world.knows(Person { email: None, ..MARIA }).await;
    world.tells(id, Notice::FactorTurnedOff, Whom::EveryAddress).await;
    assert_eq!(world.notices().await.len(), 0);
});

story!(an_administrators_reset_is_told_at_the_old_places_and_at_the_new_one, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    let email = Change::Set("ana@new.example.com".parse().unwrap());
    let row = world.account(id).await;
    factor_reset::reset(&world.app, &row, Changes { email, phone: Change::Remove }).await.unwrap();
    assert_eq!(world.notices().await.len(), 3);
    let mut to: Vec<String> = world.mail().notices().into_iter().map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, ["ana.torres@example.com", "ana@new.example.com"]);
    assert_eq!(world.clicksend().received().pop().unwrap().to, ANA.phone.unwrap());
});

// The password was right, the code was not: partial success (ASVS 6.3.5), and no more than three mails a day.
story!(five_wrong_codes_are_told_once_an_hour_and_three_times_a_day, Setup::required(), |world| {
    world.knows(ANA).await;
    for told in [1, 1, 2, 3, 3] {
        let (mut thief, code) = world.at_the_code_page(ANA).await;
        for number in 1..=5 {
            thief.enters(&wrong(&code, number)).await;
        }
        let notices = world.notices().await;
        assert_eq!(notices.iter().filter(|kind| **kind == "wrong-code").count(), told, "{notices:?}");
        let pause = if told == 1 && notices.len() == 1 { 31 } else { 61 };
        world.passes(SignedDuration::from_mins(pause)).await;
        // The owner comes in between, so that the code factor stays on.
        world.forgets_wrong_codes(ANA).await;
    }
});

impl World {
    async fn forgets_wrong_codes(&self, person: Person) {
        let realm = person.realm.parse().unwrap();
        let name = person.identifiers[0].parse().unwrap();
        let id = self.app.store.account_by_identifier(&realm, &name).await.unwrap().unwrap().account.id;
        self.app.store.write(move |tx| Box::pin(async move { tx.reset_code_failures(id).await })).await.unwrap();
    }
}

story!(a_notice_never_takes_a_code_away_nor_a_code_a_notice, Setup::required(), |world| {
    let id = world.knows(ANA).await;
    for _ in 0..10 {
        world.tells(id, Notice::FactorTurnedOn, Whom::Email).await;
    }
    assert_eq!(world.notices().await.len(), 10);
    // The eleventh of its kind within an hour is held back, and written down.
    world.tells(id, Notice::FactorTurnedOn, Whom::EveryAddress).await;
    assert_eq!(world.notices().await.len(), 10);
    assert_eq!(world.events(id).await.iter().filter(|event| *event == "notice_refused").count(), 1);
    // Another kind is told, and a code comes.
    world.tells(id, Notice::PasswordChanged, Whom::Email).await;
    assert_eq!(world.notices().await.len(), 11);
    world.signed_in(ANA).await;
});

story!(in_a_copy_of_the_database_notices_stay_in_the_sandbox, Setup::required().expecting("QUARANTINE"), |world| {
    let id = world.knows(ANA).await;
    world.settled().await;
    world.stops().await;
    world.becomes("server.environment", "test");
    world.starts().await;
    world.tells(id, Notice::PasswordChanged, Whom::EveryAddress).await;
    assert_eq!(world.notices().await.len(), 2);
    assert_eq!((world.mail().received().len(), world.clicksend().attempts()), (0, 0));
    let mut tester = world.browser();
    tester.opens("/outbox").await;
    tester.sees("Acme: your password was changed");
    tester.sees("Acme: the password of your account was changed.");
});

story!(a_notice_is_not_delivered_days_later, Setup::required().expecting("given up"), |world| {
    let id = world.knows(ANA).await;
    world.mail().refuse(Some("451 later"));
    world.tells(id, Notice::PasswordChanged, Whom::Email).await;
    world.passes(DAY).await;
    world.mail().refuse(None);
    world.passes(SignedDuration::from_hours(1)).await;
    assert_eq!(world.mail().received().len(), 0);
});

// Nobody is told in the path of the request: how long that takes would tell which names exist.
story!(l01_the_owner_is_told_once_a_day_and_administrators_of_what_goes_on, Setup::required(), |world| {
    world.knows(ANA).await;
    world.knows_as(IRIS, Role::Administrator).await;
    for pause in 1..=4 {
        let mut stranger = world.browser().at(&format!("198.51.100.{pause}"));
        for _ in 0..5 {
            stranger.tries(ANA, "wrong").await;
            stranger.has_status(422);
        }
        world.passes(SignedDuration::from_mins(2)).await;
        if pause == 1 {
            let told = world.mail().notice().await;
            assert_eq!(told.to, ANA.email.unwrap());
            assert!(told.read().contains("Nobody has got in that way"), "{}", told.read());
        }
        if pause == 3 {
            let alarm = world.mail().notice().await;
            assert_eq!(alarm.to, IRIS.email.unwrap());
            let text = alarm.read();
            assert!(text.contains("the account ana in the realm internal 3 times within a day"), "{text}");
        }
        world.passes(SignedDuration::from_mins(30)).await;
    }
    assert_eq!(world.notices().await, ["alarm-lockout", "login-paused"]);
});

story!(a_changed_place_is_told_to_the_old_one, Setup::required(), |world| {
    let id = world.knows(NOAH).await;
    let new = Phone::parse("+442079460321", None).unwrap();
    let notice = Notice::ContactChanged {
        channel: Channel::Sms,
        new_mask: countersign_core::contact::Destination::Sms(new).mask(),
    };
    let old = world.account(id).await.account.contacts.destination(Channel::Voice).unwrap();
    world.tells(id, notice, Whom::Old(vec![old])).await;
    assert_eq!(world.notices().await, ["contact-changed"]);
    let sms = world.clicksend().received().pop().unwrap();
    assert_eq!(sms.to, NOAH.phone.unwrap());
    assert!(sms.body.starts_with("Acme: codes now go to +4 **** 0321 and no longer here."), "{}", sms.body);
});
