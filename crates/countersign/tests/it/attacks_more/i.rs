//! I. Abuse of telephony: messages cost money, and a telephone that rings all night is a weapon.

use countersign::flow::account;
use countersign::flow::{Error, account::Person as NewPerson};
use countersign::store::messages::MessageState;
use countersign_core::contact::Phone;
use countersign_core::role::Role;
use countersign_core::secret::Secret;
use jiff::SignedDuration;

use super::{at_the_destinations, id, is_well};
use crate::attacks::Numbers;
use crate::attacks::sql::Sql;
use crate::gateway::Mode;
use crate::logs;
use crate::people::{ANA, Person};
use crate::world::{Setup, World, story};

/// Numbers that are nobody's telephone, or that cost the one who calls them.
const NOBODYS: &[(&str, &str)] = &[
    ("+870773111632", "Inmarsat"),
    ("+8816234567890", "Iridium"),
    ("+88213300655", "an international network"),
    ("+883510012345678", "an international network"),
    ("+97912345678", "international premium rate"),
    ("+80012345678", "international toll-free"),
    ("+449098790000", "premium rate in the United Kingdom"),
    ("+19002345678", "premium rate in North America"),
    ("+18002345678", "toll-free in North America"),
    ("+33892123456", "premium rate in France"),
    ("+447640123456", "a pager in the United Kingdom"),
    ("+445512345678", "a company's own number in the United Kingdom"),
    ("+12345", "a short code"),
    ("+1911", "an emergency number"),
    ("12345", "a short code without a country"),
    ("*21*+14165550142#", "a command to the exchange"),
];

story!(i01_a_stolen_password_orders_ten_messages_a_day_and_each_says_what_to_do, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut hers = world.trusting(ANA).await;
    for hour in 0..23_u8 {
        for minute in 0..3_u8 {
            let mut thief = world.browser().at(&format!("198.51.{hour}.{minute}"));
            thief.signs_in(ANA).await;
            thief.submits("/login/destination", &[("destination", "email")]).await;
            assert!([303, 429].contains(&thief.page().status), "{}", thief.text());
            world.passes(SignedDuration::from_mins(20)).await;
        }
    }
    // One warning that is no code: she would not read the tenth of those.
    assert_eq!(world.notices().await, ["codes-asked"]);
    let warning = world.mail().notice().await;
    assert_eq!(warning.to, ANA.email.unwrap());
    let text = warning.read();
    assert!(text.contains("Somebody who knows your password keeps asking for login codes"), "{text}");
    assert!(warning.link().starts_with("/not-me/"));
    let mails = world.mail().received();
    let mails: Vec<_> = mails.iter().filter(|mail| mail.found_code().is_some()).collect();
    assert_eq!(mails.len(), 10, "the tenth of the day was the last, and one was her own");
    assert!(mails.iter().all(|mail| mail.text.contains("someone else knows your password: change it")));
    // What the thief does costs her nothing that she has.
    hers.closes();
    hers.signs_in(ANA).await;
    hers.is_signed_in();
});

story!(i01_each_repetition_makes_the_next_one_wait_longer, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut thief, _) = world.at_the_code_page(ANA).await;
    let mut sent = 1;
    for wait in [30, 60, 120, 240] {
        world.passes(SignedDuration::from_secs(wait - 1)).await;
        thief.asks_again().await;
        assert_eq!(world.settled().await.len(), sent, "{wait} s have not passed");
        world.passes(SignedDuration::from_secs(1)).await;
        thief.asks_again().await;
        sent += 1;
        assert_eq!(world.settled().await.len(), sent, "{wait} s have passed");
    }
});

/// The `number`-th person of a block of adjacent telephone numbers.
fn neighbour(number: usize) -> Person {
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let identifiers: &'static [&'static str] = Box::leak(Box::new([leak(format!("neighbour-{number}"))]));
    Person { identifiers, email: None, phone: Some(leak(format!("+14165550{number:03}"))), ..ANA }
}

// Accounts are made by an administrator; there is no enrolment of one's own yet, so the walk is one of logins.
story!(i02_a_walk_through_adjacent_numbers_ends_after_ten, Setup::required().expecting("spend_alarm"), |world| {
    for number in 100..130 {
        world.knows(neighbour(number)).await;
        let mut pump = world.browser().at(&format!("198.51.100.{number}"));
        pump.signs_in(neighbour(number)).await;
        pump.submits("/login/destination", &[("destination", "sms")]).await;
        pump.has_status(if number < 110 { 303 } else { 429 });
    }
    world.settled().await;
    assert_eq!(world.clicksend().attempts(), 10, "nothing more is paid for");
    let warned = |line: &&String| line.contains("excess_rate_limit_exceeded") && line.contains("number-range");
    let log = logs::heard();
    let warnings: Vec<_> = log.iter().filter(warned).collect();
    assert!(warnings.len() == 20 && warnings.iter().all(|line| line.starts_with("WARN")), "{warnings:#?}");
    // The operator is called once, and finds it written down.
    let alarms = log.iter().filter(|line| line.starts_with("ERROR") && line.contains("spend_alarm")).count();
    assert_eq!(alarms, 1);
    let written = world.app.store.audit_entries(None, 10_000).await.unwrap();
    assert_eq!(written.iter().filter(|entry| entry.event == "spend_alarm").count(), 1);
});

// There is no list of allowed countries yet. What is refused whatever the settings is here.
story!(i03_a_number_that_is_nobodys_telephone_is_never_an_accounts_number, Setup::required(), |world| {
    for (number, what) in NOBODYS {
        let person = NewPerson {
            realm: "internal".parse().unwrap(),
            identifiers: vec!["eve".to_owned()],
            name: "Eve".to_owned(),
            email: None,
            email_is_verified: true,
            phone: Some((*number).to_owned()),
            role: Role::User,
            second_factor: true,
        };
        let refused = account::add(&world.app, &person, &Secret::new("violet otter 77")).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{number} is {what}");
    }
});

// Whoever writes it into the database gets an account without a number.
story!(i03_nor_when_it_was_written_into_the_database, Setup::required(), |world| {
    let ana = world.knows(ANA).await;
    let mut sql = Sql::open(world).await;
    let row = id(&sql, ana);
    for (number, what) in NOBODYS {
        sql.run(&format!("update account set phone = '{number}' where id = {row}")).await;
        let mut browser = at_the_destinations(world, ANA).await;
        assert_eq!(browser.offered(), ["email"], "{number} is {what}");
        browser.submits("/login/destination", &[("destination", "sms")]).await;
        browser.has_status(400);
    }
    assert!(world.settled().await.is_empty());
    assert_eq!(world.clicksend().attempts(), 0);
});

async fn asks_for_sms(world: &World) {
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.chooses("sms").await;
}

story!(
    i05_after_an_answer_that_says_nothing_a_message_is_repeated_once,
    Setup::required().expecting("message given up"),
    |world| {
        world.knows(ANA).await;
        for (already, mode) in [(0, Mode::NotJson), (1, Mode::Error(500))] {
            world.clicksend().set_mode(mode);
            asks_for_sms(world).await;
            world.passes(SignedDuration::from_mins(2)).await;
            world.passes(SignedDuration::from_mins(2)).await;
            let messages = world.settled().await;
            let (state, attempts) = (messages[0].state, messages[0].attempts);
            assert_eq!((state, attempts), (MessageState::Failed, 2), "{mode:?}");
            assert_eq!(world.clicksend().attempts(), 2 * (already + 1));
            world.passes(SignedDuration::from_mins(10)).await;
        }
    }
);

story!(
    i05_the_budget_counts_what_was_tried_and_not_what_arrived,
    Setup::required().expecting("message given up"),
    |world| {
        world.knows(ANA).await;
        world.clicksend().set_mode(Mode::Refuse("INVALID_RECIPIENT"));
        for _ in 0..5 {
            asks_for_sms(world).await;
            world.passes(SignedDuration::from_mins(5)).await;
        }
        let mut ana = world.browser();
        ana.signs_in(ANA).await;
        ana.submits("/login/destination", &[("destination", "sms")]).await;
        ana.has_status(429);
        world.settled().await;
        assert_eq!(world.clicksend().attempts(), 5);
        assert_eq!(world.clicksend().received(), []);
    }
);

/// What has crashed parsers of telephone numbers, and its relatives.
const PHONE_CRASHERS: &[&str] = &[
    ".;phone-context=",
    "+dwPAA;phone-context=AA",
    ";phone-context=+1",
    "tel:+1;ext=9999999999999999999999",
    "+1 416 555 0142;ext=1x",
    "+",
    "++",
    "+0",
    "+999999999999999999999999999999999999999",
    "٠١٢٣٤٥٦٧٨٩",
    "＋１４１６５５５０１４２",
    "+1\u{0}4165550142",
    "(((((((((((((((((((",
    "1-800-FLOWERS",
];

#[test]
fn i11_no_text_breaks_the_parser_of_numbers() {
    let mut numbers = Numbers(11);
    let letters: Vec<char> = "0123456789+-(). \u{a0};=phone-context:,ext*#A٣\u{0}".chars().collect();
    for round in 0..20_000 {
        let mut text: Vec<char> = PHONE_CRASHERS[round % PHONE_CRASHERS.len()].chars().collect();
        for _ in 0..numbers.below(6) {
            let at = numbers.below(text.len() + 1);
            text.insert(at, letters[numbers.below(letters.len())]);
        }
        let text: String = text.into_iter().collect();
        for country in [None, Some("CA"), Some("GB"), Some("ZZ"), Some("💥")] {
            if let Ok(phone) = Phone::parse(&text, country) {
                assert_eq!(Phone::parse(phone.as_str(), None).as_ref(), Ok(&phone), "{text:?}");
                assert!(phone.as_str()[1..].bytes().all(|byte| byte.is_ascii_digit()), "{text:?}");
            }
        }
    }
}

// No page takes a number yet; what is typed as a name may look like one.
story!(i11_nor_the_login_form, Setup::required(), |world| {
    let mut browser = world.browser();
    for text in PHONE_CRASHERS {
        browser.opens("/login/internal").await;
        browser.submits("/login/internal", &[("identifier", text), ("password", "wrong")]).await;
        browser.has_status(422);
    }
    is_well(world).await;
});
