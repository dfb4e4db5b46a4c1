//! Addresses and numbers: what is taken, what is refused, what a mask shows, and where a code can go.

use countersign_core::channel::Channel;
use countersign_core::contact::{BadContact, Contacts, Destination, EmailAddress, Phone, is_country};

fn email(text: &str) -> Result<String, BadContact> {
    text.parse().map(|address: EmailAddress| address.as_str().to_owned())
}

fn phone(text: &str, country: Option<&str>) -> Result<String, BadContact> {
    Phone::parse(text, country).map(|phone| phone.as_str().to_owned())
}

#[test]
fn addresses_are_taken_with_their_domain_in_ascii() {
    for (text, expected) in [
        ("ana@example.com", "ana@example.com"),
        ("  Ana.Diaz+q360@EXAMPLE.Com ", "Ana.Diaz+q360@example.com"),
        ("o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"),
        ("zoë@bücher.example", "zoë@xn--bcher-kva.example"),
        ("root@localhost", "root@localhost"),
    ] {
        assert_eq!(email(text), Ok(expected.to_owned()), "{text:?}");
    }
}

#[test]
fn h08_what_is_no_address_is_refused() {
    let long = format!("{}@example.com", "a".repeat(250));
    for text in [
        "",
        "@",
        "ana",
        "ana@",
        "@example.com",
        "a@b@c",
        "a@b@example.com",
        "ana@example",
        "ana@exa mple.com",
        "an a@example.com",
        "ana@.com",
        "ana@example..com",
        "ana@-example.com",
        "ana..d@example.com",
        ".ana@example.com",
        "-oQ/tmp@example.com",
        "\"ana d\"@example.com",
        "Ana <ana@example.com>",
        "ana@example.com,eve@example.com",
        "ana@example.com\r\nBcc: eve@example.com",
        "ana\r\n@example.com",
        "ana\0@example.com",
        "ana\u{202e}@example.com",
        "ana\u{200b}@example.com",
        "ana@[192.0.2.1]",
        &long,
    ] {
        assert_eq!(email(text), Err(BadContact::Email), "{text:?}");
    }
}

#[test]
fn numbers_are_taken_in_the_ways_people_write_them() {
    for (text, country, expected) in [
        ("+1 416 555 0123", None, "+14165550123"),
        ("(416) 555-0123", Some("CA"), "+14165550123"),
        ("416.555.0123", Some("US"), "+14165550123"),
        ("+44 7911 123456", Some("CA"), "+447911123456"),
        ("07911 123456", Some("GB"), "+447911123456"),
        ("+49 1512 3456789", None, "+4915123456789"),
        ("06\u{a0}12\u{a0}34\u{a0}56\u{a0}78", Some("FR"), "+33612345678"),
        // In Italy the zero belongs to the number.
        ("06 6982 1234", Some("IT"), "+390669821234"),
        ("+683 4002", None, "+6834002"),
    ] {
        assert_eq!(phone(text, country), Ok(expected.to_owned()), "{text:?} in {country:?}");
    }
}

/// I-03 and I-11.
#[test]
fn i03_numbers_that_reach_nobody_or_cost_the_caller_are_refused() {
    use BadContact::{Phone, PhoneKind};
    for (text, country, expected) in [
        ("416 555 0123", None, Phone),
        ("416 555 0123", Some("ZZ"), Phone),
        ("416 555 0123", Some("ca"), Phone),
        ("", Some("CA"), Phone),
        ("+", None, Phone),
        ("911", Some("US"), Phone),
        ("12345", Some("US"), Phone),
        ("+1 416 555", None, Phone),
        ("+999 1234 5678", None, Phone),
        ("+1 416 555 0123 ext. 7", None, Phone),
        ("+14165550123;ext=7", None, Phone),
        (".;phone-context=", None, Phone),
        ("+dwPAA;phone-context=AA", None, Phone),
        ("1-800-FLOWERS", Some("US"), Phone),
        ("+１４１６５５５０１２３", None, Phone),
        (&"1".repeat(10_000), Some("CA"), Phone),
        // Satellite and international networks.
        ("+870 773 111 632", None, PhoneKind),
        ("+881 6 1234 5678", None, PhoneKind),
        ("+882 16 12345678", None, PhoneKind),
        ("+883 5100 1234 5678", None, PhoneKind),
        ("+979 123 456 789", None, PhoneKind),
        ("+800 1234 5678", None, PhoneKind),
        // Premium rate, toll-free, shared cost, personal, pager, voicemail.
        ("+1 900 234 5678", None, PhoneKind),
        ("+44 9098 790000", None, PhoneKind),
        ("+1 800 234 5678", None, PhoneKind),
        ("+44 843 123 4567", None, PhoneKind),
        ("+44 70 1234 5678", None, PhoneKind),
        ("+44 7640 123456", None, PhoneKind),
        ("+49 177 99 1234567", None, PhoneKind),
    ] {
        assert_eq!(phone(text, country), Err(expected), "{text:?} in {country:?}");
    }
}

#[test]
fn b18_masks_by_table() {
    for (address, mask) in [
        ("ana@example.com", "an••••@example.com"),
        ("anastasia.diaz@example.com", "an••••@example.com"),
        ("an@example.com", "a••••@example.com"),
        ("a@example.com", "••••@example.com"),
        ("zoë@example.com", "zo••••@example.com"),
    ] {
        assert_eq!(address.parse::<EmailAddress>().unwrap().mask(), mask);
    }
    for (number, mask) in
        [("+14165550123", "+1 •••• 0123"), ("+447911123456", "+4 •••• 3456"), ("+6834002", "+6 •••• 02")]
    {
        assert_eq!(Phone::parse(number, None).unwrap().mask(), mask);
    }
}

/// Toll fraud walks through adjacent numbers: a thousand of them are one range (I-02).
#[test]
fn i02_adjacent_numbers_share_a_range() {
    let prefix = |number| Phone::parse(number, None).unwrap().prefix().to_owned();
    assert_eq!(prefix("+14165550123"), "+14165550");
    assert_eq!(prefix("+14165550999"), "+14165550");
    assert_ne!(prefix("+14165551123"), "+14165550");
}

#[test]
fn destinations_are_the_contacts_less_the_channels_that_do_not_work() {
    let email: EmailAddress = "ana@example.com".parse().unwrap();
    let phone = Phone::parse("+14165550123", None).unwrap();
    let both = Contacts { email: Some(email.clone()), phone: Some(phone.clone()) };
    let everything =
        [Destination::Email(email.clone()), Destination::Sms(phone.clone()), Destination::Voice(phone.clone())];
    // The order of the working channels is no matter.
    assert_eq!(both.destinations(&[Channel::Voice, Channel::Sms, Channel::Email]), everything);
    assert_eq!(both.destinations(&[Channel::Voice]), [Destination::Voice(phone.clone())]);
    assert_eq!(both.destinations(&[]), []);
    assert_eq!(Contacts { phone: None, ..both.clone() }.destinations(&Channel::ALL), [Destination::Email(email)]);
    assert_eq!(Contacts { email: None, phone: None }.destinations(&Channel::ALL), []);
    assert_eq!(both.destination(Channel::Sms), Some(Destination::Sms(phone)));
}

/// The outbox stores a destination as JSON; what comes back is checked like everything from outside.
#[test]
fn a_destination_is_stored_and_read_back() {
    let sms = Destination::Sms(Phone::parse("+14165550123", None).unwrap());
    let json = serde_json::to_string(&sms).unwrap();
    assert_eq!(json, r#"{"channel":"sms","to":"+14165550123"}"#);
    assert_eq!(serde_json::from_str::<Destination>(&json).unwrap(), sms);
    assert!(serde_json::from_str::<Destination>(r#"{"channel":"sms","to":"911"}"#).is_err());
    assert!(serde_json::from_str::<Destination>(r#"{"channel":"email","to":"a@b@c"}"#).is_err());
}

#[test]
fn a_country_is_two_capital_letters_of_one_that_has_telephones() {
    assert!(["CA", "US", "GB", "DE", "AU"].into_iter().all(is_country));
    assert!(!["", "C", "ca", "ZZ", "XX", "001", "CAN", "C\u{c9}"].into_iter().any(is_country));
}

/// The numbering plan of Germany is described as if it went further than E.164 (found by fuzzing).
#[test]
fn a_number_has_at_most_15_digits() {
    assert_eq!(Phone::parse("416049 30 901820", Some("DE")), Err(BadContact::Phone));
}
