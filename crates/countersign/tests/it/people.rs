//! The people of the stories, and their accounts.

use countersign::directory::local::Hasher;
use countersign::store::accounts::{AccountRow, NewAccount};
use countersign_core::contact::Phone;
use countersign_core::id::AccountId;
use countersign_core::realm::SourceName;
use countersign_core::role::Role;
use countersign_core::secret::Secret;
use tokio::sync::OnceCell;

use crate::browser::Browser;
use crate::world::World;

/// Everybody's password; it is hashed once for all stories.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A person with an account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) realm: &'static str,
    /// What they can type as their name; the first is what they do type.
    pub(crate) identifiers: &'static [&'static str],
    pub(crate) name: &'static str,
    pub(crate) email: Option<&'static str>,
    pub(crate) phone: Option<&'static str>,
    pub(crate) opted_in: bool,
}

/// A technician.
pub(crate) const ANA: Person = Person {
    realm: "internal",
    identifiers: &["ana", "ana.torres@example.com"],
    name: "Ana Torres",
    email: Some("ana.torres@example.com"),
    phone: Some("+14165550142"),
    opted_in: false,
};

/// Another technician.
pub(crate) const NOAH: Person = Person {
    realm: "internal",
    identifiers: &["T-1001"],
    name: "Noah Kim",
    email: Some("noah@example.com"),
    phone: Some("+14165550178"),
    opted_in: false,
};

/// Who looks after the installation.
pub(crate) const IRIS: Person = Person {
    realm: "internal",
    identifiers: &["iris"],
    name: "Iris Okafor",
    email: Some("iris@example.com"),
    phone: None,
    opted_in: false,
};

/// A customer.
pub(crate) const MARIA: Person = Person {
    realm: "external",
    identifiers: &["maria@example.org"],
    name: "Maria Rossi",
    email: Some("maria@example.org"),
    phone: Some("+442079460321"),
    opted_in: false,
};

/// Another code than the right one, and another for each `number` from 1.
pub(crate) fn wrong(code: &str, number: u32) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + number) % 1_000_000)
}

/// The hash of everybody's password, at the real cost, whatever the world of the first story to ask has.
async fn hash() -> String {
    Hasher::new(1).unwrap().hash(&Secret::new(PASSWORD)).await.unwrap()
}

impl World {
    /// A person who has given the password and chosen e-mail, and the code that came.
    pub(crate) async fn at_the_code_page(&self, person: Person) -> (Browser, String) {
        let mut browser = self.browser();
        browser.signs_in(person).await;
        browser.chooses("email").await;
        browser.is_at("/login/code");
        let code = self.mail().next().await.code();
        (browser, code)
    }

    /// A person who has signed in with a code.
    pub(crate) async fn signed_in(&self, person: Person) -> Browser {
        let (mut browser, code) = self.at_the_code_page(person).await;
        browser.enters(&code).await;
        browser.is_signed_in();
        browser
    }

    /// A person who has signed in with a code and trusts the browser.
    pub(crate) async fn trusting(&self, person: Person) -> Browser {
        let (mut browser, code) = self.at_the_code_page(person).await;
        browser.enters_and_trusts(&code).await;
        browser.is_signed_in();
        browser
    }

    /// Every event of an account in the audit log, the oldest first.
    pub(crate) async fn events(&self, id: AccountId) -> Vec<String> {
        let entries = self.app.store.audit_entries(Some(id), 1000).await.unwrap();
        entries.into_iter().rev().map(|entry| entry.event).collect()
    }

    /// Makes the account of a person.
    pub(crate) async fn knows(&self, person: Person) -> AccountId {
        self.knows_as(person, Role::User).await
    }

    /// Makes the account of a person with a role.
    pub(crate) async fn knows_as(&self, person: Person, role: Role) -> AccountId {
        static HASH: OnceCell<String> = OnceCell::const_new();
        let hash = HASH.get_or_init(hash).await;
        let new = NewAccount {
            id: AccountId(self.app.entropy.uuid().unwrap()),
            realm: person.realm.parse().unwrap(),
            source: SourceName::local(),
            role,
            display_name: person.name.to_owned(),
            email: person.email.map(|text| text.parse().unwrap()),
            phone: person.phone.map(|text| Phone::parse(text, None).unwrap()),
            opted_in: person.opted_in,
            password_hash: Some(hash.clone()),
            identifiers: person.identifiers.iter().map(|typed| (typed.parse().unwrap(), (*typed).to_owned())).collect(),
        };
        let (id, now) = (new.id, self.now());
        let taken = self.app.store.write(move |tx| Box::pin(async move { tx.insert_account(&new, now).await })).await;
        assert_eq!(taken.unwrap(), None);
        self.keeps_secret(PASSWORD);
        for contact in [person.email, person.phone].into_iter().flatten() {
            self.keeps_secret(contact);
        }
        id
    }

    /// What is stored of an account.
    pub(crate) async fn account(&self, id: AccountId) -> AccountRow {
        self.app.store.account(id).await.unwrap().unwrap()
    }
}
