//! Passwords: new ones, forgotten ones, and the codes on paper for when the phone is lost.

mod change;
mod codes;
mod reset;

use countersign::store::audit::AuditRow;

use crate::browser::Browser;
use crate::people::Person;
use crate::world::{World, until};

/// What people choose as a new password.
pub(crate) const NEW: &str = "vexed otter lampshade 42";

/// Ana as a person whom only mail reaches.
pub(crate) const ANA_BY_MAIL: Person = Person { phone: None, ..crate::people::ANA };

impl World {
    /// Every request for a link that was dealt with, the newest first.
    pub(crate) async fn links_asked_for(&self) -> Vec<AuditRow> {
        let rows = self.app.store.audit_entries(None, 2_000).await.unwrap();
        rows.into_iter().filter(|row| row.event == "authn_password_reset_asked").collect()
    }

    /// Somebody asks for a link with this name, and it is dealt with.
    pub(crate) async fn asks_for_a_link(&self, browser: &mut Browser, realm: &str, typed: &str) {
        let before = self.links_asked_for().await.len();
        browser.opens(&format!("/forgot?realm={realm}")).await;
        browser.submits("/forgot", &[("identifier", typed)]).await;
        browser.has_status(303);
        browser.follows().await;
        until("the request is dealt with", async || (self.links_asked_for().await.len() > before).then_some(())).await;
    }

    /// A person asks for a link; the path of the one that comes.
    pub(crate) async fn link_for(&self, person: Person) -> String {
        let mut browser = self.browser();
        self.asks_for_a_link(&mut browser, person.realm, person.identifiers[0]).await;
        self.next_link().await
    }

    /// The path of the link in the next mail that has one to set a password.
    pub(crate) async fn next_link(&self) -> String {
        loop {
            let mail = self.mail().notice().await;
            if mail.read().contains("/reset/") {
                let link = mail.link();
                self.keeps_secret(link.rsplit('/').next().unwrap());
                return link;
            }
        }
    }

    /// A person sets a new password by a link.
    pub(crate) async fn resets(&self, link: &str, password: &str) -> Browser {
        self.keeps_secret(password);
        let mut browser = self.browser();
        browser.opens(link).await;
        browser.submits(link, &[("new", password)]).await;
        browser
    }
}

impl Browser {
    /// Makes recovery codes on the account page, and writes them down.
    pub(crate) async fn makes_recovery_codes(&mut self, world: &World) -> Vec<String> {
        self.opens("/account/recovery-codes").await;
        self.submits("/account/recovery-codes", &[]).await;
        self.has_status(200);
        let page = self.page().body.clone();
        let codes: Vec<String> =
            page.split("<code>").skip(1).map(|rest| rest.split("</code>").next().unwrap().to_owned()).collect();
        assert_eq!(codes.len(), 10, "{}", self.text());
        for code in &codes {
            world.keeps_secret(code);
        }
        codes
    }

    /// Types a recovery code, with the password given already.
    pub(crate) async fn recovers(&mut self, code: &str) {
        self.opens("/login/recovery").await;
        self.submits("/login/recovery", &[("code", code)]).await;
        self.follows().await;
    }
}
