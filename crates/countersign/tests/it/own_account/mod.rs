//! What a person does with the own account: contacts, two-step login, trusted devices, and enrolling.

mod attacks;
mod contacts;
mod devices;
mod enrol;
mod two_step;

use countersign::flow::enrolment_code;
use countersign_core::id::AccountId;
use jiff::SignedDuration;

use crate::browser::Browser;
use crate::people::{PASSWORD, Person};
use crate::world::World;

/// A phone that nobody has yet.
const NEW_PHONE: &str = "+14165550199";
/// An address that nobody has yet.
const NEW_EMAIL: &str = "new.address@example.com";

/// So long after it a proof is not fresh any more.
const STALE: SignedDuration = SignedDuration::from_mins(11);

/// Stands at the page that asks for a proof, has a code mailed and types it.
pub(crate) async fn proves_it_by_mail(world: &World, person: &mut Browser) {
    assert!(person.path().starts_with("/account/confirm"), "{} {}", person.path(), person.text());
    person.submits("/account/confirm", &[("destination", "email")]).await;
    person.follows().await;
    let code = world.mail().next().await.code();
    person.submits("/account/confirm/code", &[("code", &code)]).await;
    person.follows().await;
}

/// Fills in the form for a phone, with the password.
async fn types_phone(person: &mut Browser, number: &str, password: &str) {
    let fields = [("contact", number), ("country", "CA"), ("channel", "sms"), ("password", password)];
    person.submits("/account/contacts/phone", &fields).await;
    person.follows().await;
}

/// Types the code that went to the new phone.
async fn types_phone_code(person: &mut Browser, code: &str) {
    person.submits("/account/contacts/phone/code", &[("code", code)]).await;
    person.follows().await;
}

/// Changes the phone, from a session in which a code is fresh, up to the page for the code; that code.
async fn new_phone_typed(world: &World, person: &mut Browser) -> String {
    world.keeps_secret(NEW_PHONE);
    person.opens("/account/contacts/phone").await;
    types_phone(person, NEW_PHONE, PASSWORD).await;
    assert!(person.path().starts_with("/account/contacts/phone/code"), "{} {}", person.path(), person.text());
    world.clicksend().next().await.code().to_owned()
}

impl World {
    /// An account with an e-mail address that nobody has confirmed.
    async fn knows_unconfirmed(&self, person: Person) -> AccountId {
        let id = self.knows(person).await;
        self.app.store.write(move |tx| Box::pin(async move { tx.distrust_email(id).await })).await.unwrap();
        id
    }

    /// An enrolment code of an administrator.
    async fn issues_enrolment_code(&self, id: AccountId) -> String {
        let issued = enrolment_code::issue(&self.app, &self.account(id).await).await.unwrap();
        let code = issued.code.expose().to_owned();
        self.keeps_secret(&code);
        code
    }
}
