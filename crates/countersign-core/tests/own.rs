//! What a person may change of the own account.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use countersign_core::account::Account;
use countersign_core::channel::Channel::{self, Email, Sms, Voice};
use countersign_core::contact::{ContactKind, Contacts, Phone, countries};
use countersign_core::facts::History;
use countersign_core::id::AccountId;
use countersign_core::own::{TwoStep, may_remove, two_step};
use countersign_core::policy::Mode;
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::role::Role;
use uuid::Uuid;

fn contacts(kinds: &[ContactKind]) -> Contacts {
    let has = |kind| kinds.contains(&kind);
    Contacts {
        email: has(ContactKind::Email).then(|| "ana@example.com".parse().unwrap()),
        phone: has(ContactKind::Phone).then(|| Phone::parse("+14165550142", None).unwrap()),
    }
}

fn account(kinds: &[ContactKind], opted_in: bool) -> Account {
    Account {
        id: AccountId(Uuid::nil()),
        realm: RealmName::internal(),
        source: SourceName::local(),
        role: Role::User,
        display_name: "Ana".into(),
        contacts: contacts(kinds),
        opted_in,
        disabled_at: None,
        code_failures: 0,
        factor_disabled_at: None,
        history: History::default(),
    }
}

const BOTH: [ContactKind; 2] = ContactKind::ALL;
const PHONE: [ContactKind; 1] = [ContactKind::Phone];

#[test]
fn two_step_login_is_turned_on_with_two_ways_to_be_reached() {
    let all: &[Channel] = &Channel::ALL;
    for (mode, kinds, opted_in, working, expected) in [
        (Mode::Off, &BOTH[..], true, all, TwoStep::NotUsed),
        (Mode::Required, &BOTH[..], false, all, TwoStep::Forced),
        (Mode::Optional, &BOTH[..], true, all, TwoStep::On),
        (Mode::Optional, &[][..], true, all, TwoStep::On),
        (Mode::Optional, &BOTH[..], false, all, TwoStep::Off),
        (Mode::Optional, &BOTH[..], false, &[Email, Voice], TwoStep::Off),
        // A phone is one way: who loses it loses text messages and calls.
        (Mode::Optional, &PHONE[..], false, all, TwoStep::NotReady { ways: 1 }),
        (Mode::Optional, &BOTH[..], false, &[Sms, Voice], TwoStep::NotReady { ways: 1 }),
        (Mode::Optional, &[][..], false, all, TwoStep::NotReady { ways: 0 }),
    ] {
        assert_eq!(two_step(mode, &account(kinds, opted_in), working), expected, "{mode:?} {kinds:?} {working:?}");
    }
}

#[test]
fn the_last_contact_stays_where_a_code_is_needed() {
    for (mode, opted_in, kinds, allowed) in [
        (Mode::Required, false, &BOTH[..], true),
        (Mode::Required, false, &PHONE[..], false),
        (Mode::Optional, true, &PHONE[..], false),
        (Mode::Optional, false, &PHONE[..], true),
        (Mode::Off, true, &PHONE[..], true),
        (Mode::Off, false, &[][..], false),
        (Mode::Required, false, &[ContactKind::Email][..], false),
    ] {
        let verdict = may_remove(mode, opted_in, &contacts(kinds), ContactKind::Phone);
        assert_eq!(verdict, allowed, "{mode:?} {opted_in} {kinds:?}");
    }
}

#[test]
fn a_number_is_read_as_its_country_dials_it_and_shown_as_the_world_writes_it() {
    let toronto = Phone::parse("(416) 555-0142", Some("CA")).unwrap();
    assert_eq!(toronto.international(), "+1 416-555-0142");
    let london = Phone::parse("020 7946 0321", Some("GB")).unwrap();
    assert_eq!((london.as_str(), london.international().as_str()), ("+442079460321", "+44 20 7946 0321"));
}

#[test]
fn countries_are_those_with_phone_numbers() {
    let countries = countries();
    assert!(countries.len() > 200 && countries.is_sorted());
    assert!(["CA", "CH", "DE", "FR", "GB", "US"].iter().all(|code| countries.iter().any(|(known, _)| known == code)));
    assert!(countries.contains(&("CH".to_owned(), 41)) && countries.contains(&("CA".to_owned(), 1)));
}
