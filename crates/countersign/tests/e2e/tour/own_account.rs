//! The pages of the own account, of a forgotten password, and of enrolling.

use countersign::flow::enrolment_code;

use super::Tour;
use crate::databases::Kind;
use crate::driver::{Look, Window};
use crate::own_account::{STALE, is_in_by_mail, proves_it_by_mail};
use crate::people::{ANA, NOAH, PASSWORD, Person};
use crate::stage::Stage;
use crate::world::Setup;

/// Whose address nobody has confirmed.
const NEWCOMER: Person = Person { phone: None, ..NOAH };

impl<V: AsyncFnMut(&Window, &str)> Tour<'_, V> {
    pub(super) async fn of_an_own_account(&mut self, look: Look) {
        let stage = Stage::start(Kind::Sqlite, Setup::required()).await;
        stage.world.knows(ANA).await;
        let window = stage.window(look).await;
        is_in_by_mail(&stage, &window).await;
        self.of_what_is_proven_again(&stage, &window).await;
        self.of_passwords_and_codes(&stage, &window).await;
        self.of_a_forgotten_password(&stage, &window).await;
        self.of_enrolling(&stage, &window).await;
        stage.finish(window).await;
    }

    async fn of_what_is_proven_again(&mut self, stage: &Stage, window: &Window) {
        stage.world.passes(STALE).await;
        window.opens("/account/contacts/phone").await;
        window.sees("Confirm that it is you").await;
        self.sees(window, "own-confirm").await;
        window.clicks("button[name=destination][value=email]").await;
        window.has_focus_on("code").await;
        self.sees(window, "own-confirm-code").await;
        window.enters(&stage.world.mail().next().await.code()).await;
        window.sees("which works until the new one is confirmed").await;
        self.sees(window, "own-contact").await;
        window.types("#contact", "12").await;
        window.types("#password", PASSWORD).await;
        window.presses("Send a code by text message").await;
        window.sees("That is no phone number of this country").await;
        self.sees(window, "own-contact-fault").await;
        window.types("#contact", "+14165550199").await;
        window.types("#password", "not the password").await;
        window.presses("Send a code by text message").await;
        window.sees("That is not your password").await;
        self.sees(window, "own-contact-password").await;
        window.opens("/account/contacts/email").await;
        self.sees(window, "own-contact-email").await;
        window.opens("/account/contacts/email/remove").await;
        self.sees(window, "own-removal").await;
    }

    async fn of_passwords_and_codes(&mut self, stage: &Stage, window: &Window) {
        window.opens("/account/password").await;
        self.sees(window, "own-password").await;
        window.types("#current", "not the password").await;
        window.types("#new", "vexed otter lampshade 42").await;
        window.clicks("form[data-once] button.primary").await;
        window.finds("#fault").await;
        self.sees(window, "own-password-wrong").await;
        window.opens("/account/recovery-codes").await;
        self.sees(window, "own-recovery-codes").await;
        window.presses("Make new codes").await;
        window.sees("These codes are shown this one time.").await;
        self.sees(window, "own-recovery-codes-new").await;
        window.opens("/account/activity").await;
        self.sees(window, "own-activity").await;
        window.opens("/account?notice=confirmed").await;
        self.sees(window, "own-account").await;
        window.presses("Sign out").await;
        window.signs_in(ANA).await;
        window.is_at("/login/destination").await;
        window.presses("Use a recovery code").await;
        window.has_focus_on("recovery-code").await;
        self.sees(window, "recovery").await;
        window.types("#recovery-code", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA").await;
        window.presses("Confirm").await;
        window.finds("#fault").await;
        self.sees(window, "recovery-wrong").await;
        stage.world.settled().await;
    }

    async fn of_a_forgotten_password(&mut self, stage: &Stage, window: &Window) {
        window.opens("/forgot?realm=internal").await;
        self.sees(window, "forgot").await;
        window.types("#identifier", ANA.identifiers[0]).await;
        window.presses("Send me a link").await;
        window.sees("Check your mail").await;
        self.sees(window, "forgot-asked").await;
        let link = loop {
            let mail = stage.world.mail().notice().await;
            if mail.read().contains("/reset/") {
                break mail.link();
            }
        };
        stage.world.keeps_secret(link.rsplit('/').next().unwrap());
        window.opens(&link).await;
        self.sees(window, "reset").await;
        window.types("#new", "short").await;
        window.submits_regardless("form[data-once]").await;
        window.finds("#unfit").await;
        self.sees(window, "reset-unfit").await;
        window.opens("/reset/nothing").await;
        self.sees(window, "reset-gone").await;
        window.opens("/not-me").await;
        self.sees(window, "not-me").await;
    }

    async fn of_enrolling(&mut self, stage: &Stage, window: &Window) {
        let id = stage.world.knows(NEWCOMER).await;
        let distrusted = stage.world.app.store.write(move |tx| Box::pin(async move { tx.distrust_email(id).await }));
        distrusted.await.unwrap();
        window.signs_in(NEWCOMER).await;
        window.is_at("/login/enrol").await;
        self.sees(window, "enrol").await;
        let issued = enrolment_code::issue(&stage.world.app, &stage.world.account(id).await).await.unwrap();
        stage.world.keeps_secret(issued.code.expose());
        window.types("#enrolment", issued.code.expose()).await;
        window.presses("Continue").await;
        window.sees("The enrolment code is accepted.").await;
        self.sees(window, "enrol-add").await;
        window.presses("Add a phone").await;
        self.sees(window, "enrol-contact").await;
        stage.world.settled().await;
    }
}
