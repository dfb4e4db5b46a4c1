//! Rows to test with. Ids are numbers, so that a failure reads well.

use countersign::store::Store;
use countersign::store::accounts::{LastLogin, NewAccount};
use countersign::store::challenges::ChallengeRow;
use countersign::store::devices::DeviceRow;
use countersign::store::enrolment::NewEnrolmentCode;
use countersign::store::links::LinkRow;
use countersign::store::logins::{LoginRow, Stage};
use countersign::store::messages::NewMessage;
use countersign::store::sessions::SessionRow;
use countersign::store::values::TokenHash;
use countersign_core::challenge::Purpose;
use countersign_core::channel::Channel;
use countersign_core::contact::{Destination, Phone};
use countersign_core::device::Trust;
use countersign_core::facts::{Browser, Network};
use countersign_core::id::{AccountId, ChallengeId, DeviceId, LoginId, MessageId, SessionId};
use countersign_core::notice::LinkKind;
use countersign_core::policy::Trigger;
use countersign_core::realm::{RealmName, SourceName};
use countersign_core::role::Role;
use countersign_core::session::{Evidence, Proof};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::store::write;

/// So many seconds after the time at which every test begins.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

/// So many minutes after the time at which every test begins.
pub(crate) fn at_minute(minutes: i64) -> Timestamp {
    at(0) + SignedDuration::from_mins(minutes)
}

pub(crate) fn uuid(number: u32) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

pub(crate) fn token(number: u32) -> TokenHash {
    let mut bytes = [0; 32];
    for (byte, of_number) in bytes.iter_mut().zip(number.to_le_bytes()) {
        *byte = of_number;
    }
    TokenHash(bytes)
}

pub(crate) fn browser() -> Browser {
    Browser { family: "Firefox".to_owned(), system: "Windows".to_owned(), language: "fr".to_owned() }
}

pub(crate) fn network(address: &str) -> Network {
    Network::of(address.parse().unwrap())
}

pub(crate) fn phone() -> Phone {
    Phone::parse("+41446681800", None).unwrap()
}

pub(crate) fn new_account(number: u32) -> NewAccount {
    let login_id = format!("T-{number}");
    NewAccount {
        id: AccountId(uuid(number)),
        realm: RealmName::internal(),
        source: SourceName::local(),
        role: Role::User,
        display_name: format!("Person {number}"),
        email: Some(format!("person{number}@example.com").parse().unwrap()),
        phone: Some(phone()),
        opted_in: true,
        password_hash: Some(format!("hash {number}")),
        identifiers: vec![(login_id.parse().unwrap(), login_id)],
    }
}

/// An account in the database.
pub(crate) async fn account(store: &Store, number: u32) -> AccountId {
    let new = new_account(number);
    assert_eq!(write!(store, |tx| tx.insert_account(&new, at(0))), None);
    AccountId(uuid(number))
}

pub(crate) fn challenge_row(number: u32, account: AccountId) -> ChallengeRow {
    ChallengeRow {
        id: ChallengeId(uuid(number)),
        account,
        purpose: Purpose::Login,
        login: Some(LoginId(uuid(number))),
        session: None,
        channel: Channel::Sms,
        destination: phone().as_str().to_owned(),
        created_at: at(0),
        expires_at: at_minute(10),
        tries: 0,
        sends: 0,
        last_sent_at: None,
        ended_at: None,
        end_reason: None,
        code_by: None,
        verifier: None,
        verification: None,
    }
}

/// A challenge in the database that lives ten minutes.
pub(crate) async fn challenge(store: &Store, number: u32, account: AccountId) -> ChallengeId {
    let row = challenge_row(number, account);
    write!(store, |tx| tx.insert_challenge(&row));
    ChallengeId(uuid(number))
}

pub(crate) fn login_row(number: u32, account: AccountId) -> LoginRow {
    LoginRow {
        id: LoginId(uuid(number)),
        token: token(number),
        account,
        realm: RealmName::internal(),
        created_at: at(0),
        expires_at: at_minute(10),
        stage: Stage::Choosing,
        reasons: vec![Trigger::UntrustedDevice, Trigger::NewNetwork],
        challenge: None,
        return_to: Some("https://app.example/x?y=1".to_owned()),
        ip: "2001:db8::1".to_owned(),
        network: network("2001:db8::1"),
        browser: browser(),
        language: "fr".to_owned(),
        page: false,
        notice: None,
        ended_at: None,
    }
}

/// An attempt in the database.
pub(crate) async fn login(store: &Store, number: u32, account: AccountId) -> LoginId {
    let row = login_row(number, account);
    write!(store, |tx| tx.insert_login(&row));
    LoginId(uuid(number))
}

pub(crate) fn new_message(number: u32, challenge: Option<ChallengeId>) -> NewMessage {
    NewMessage {
        id: MessageId(uuid(number)),
        challenge,
        account: Some(AccountId(uuid(1))),
        destination: Destination::Sms(phone()),
        purpose: Purpose::Login,
        number: 1,
        language: "en".to_owned(),
        site: "Example".to_owned(),
        expires_at: at_minute(10),
    }
}

/// A message in the outbox.
pub(crate) async fn message(store: &Store, number: u32, challenge: Option<ChallengeId>) -> MessageId {
    let new = new_message(number, challenge);
    write!(store, |tx| tx.queue_message(&new, at(0)));
    MessageId(uuid(number))
}

pub(crate) fn link_row(number: u32, account: AccountId) -> LinkRow {
    LinkRow {
        id: MessageId(uuid(number)),
        token: token(number),
        kind: LinkKind::NotMe,
        account,
        created_at: at(0),
        expires_at: at_minute(60),
        ended_at: None,
    }
}

/// A link in the database.
pub(crate) async fn link(store: &Store, number: u32, account: AccountId) -> MessageId {
    let row = link_row(number, account);
    write!(store, |tx| async move { tx.insert_link(&row).await });
    MessageId(uuid(number))
}

pub(crate) fn session_row(number: u32, account: AccountId) -> SessionRow {
    SessionRow {
        id: SessionId(uuid(number)),
        token: token(number),
        account,
        realm: RealmName::internal(),
        created_at: at(0),
        seen_at: at(0),
        ip: "192.0.2.1".to_owned(),
        browser: browser(),
        evidence: vec![Evidence { proof: Proof::Password, at: at(-60) }, Evidence { proof: Proof::SmsCode, at: at(0) }],
        device: Some(DeviceId(uuid(number))),
        previous_login: Some(LastLogin { at: at(-3_600), ip: "192.0.2.9".to_owned(), browser: browser() }),
        ended_at: None,
        end_reason: None,
    }
}

/// A session in the database.
pub(crate) async fn session(store: &Store, number: u32, account: AccountId) -> SessionId {
    let row = session_row(number, account);
    write!(store, |tx| tx.insert_session(&row));
    SessionId(uuid(number))
}

pub(crate) fn device_row(number: u32, account: AccountId) -> DeviceRow {
    DeviceRow {
        id: DeviceId(uuid(number)),
        account,
        token: token(number),
        previous: None,
        rotated_at: None,
        name: "Firefox on Windows".to_owned(),
        trust: Trust { since: at(i64::from(number)), until: at_minute(60 * 48) },
        seen_at: at(i64::from(number)),
        ip: Some("192.0.2.1".to_owned()),
        ended_at: None,
        end_reason: None,
    }
}

/// A trusted device in the database; a higher number is a newer one.
pub(crate) async fn device(store: &Store, number: u32, account: AccountId) -> DeviceId {
    let row = device_row(number, account);
    write!(store, |tx| tx.insert_device(&row));
    DeviceId(uuid(number))
}

/// An enrolment code that can be used for a day.
pub(crate) async fn enrolment_code(store: &Store, number: u32, account: AccountId) {
    let new = NewEnrolmentCode { id: uuid(number), account, hash: token(number), expires_at: at_minute(24 * 60) };
    write!(store, |tx| tx.issue_enrolment_code(&new, at(0)));
}
