//! Every page in every state, one after the other: what must hold everywhere is looked at from here.

mod own_account;

use std::path::Path;
use std::sync::Arc;

use countersign::demo::Demo;
use countersign::service::StartError;
use countersign_core::id::AccountId;
use jiff::SignedDuration;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::code_page::OWN_TIME;
use crate::databases::Kind;
use crate::driver::{Look, Window};
use crate::gateway::Mode;
use crate::people::{ANA, MARIA, NOAH, PASSWORD, Person, wrong};
use crate::stage::{Stage, a_place};
use crate::world::Setup;

/// Where pictures of all pages go, if somebody wants to look at them.
const PICTURES_VARIABLE: &str = "COUNTERSIGN_TEST_PICTURES";

/// A person whom no code can reach: no message goes to that country.
const NOBODY: Person =
    Person { identifiers: &["nobody"], name: "Nobody Known", email: None, phone: Some("+4930901820"), ..NOAH };

/// More password checks than may wait.
const CROWD: usize = 500;

/// Leads a browser through everything; `visit` is called at each page, with its name.
pub(crate) async fn everywhere(name: &str, look: Look, mut visit: impl AsyncFnMut(&Window, &str)) {
    let mut tour = Tour { name, visit: async |window: &Window, state: &str| visit(window, state).await };
    tour.of_an_installation(look).await;
    tour.of_an_own_account(look).await;
    tour.of_a_demo(look).await;
}

struct Tour<'a, V> {
    name: &'a str,
    visit: V,
}

impl<V: AsyncFnMut(&Window, &str)> Tour<'_, V> {
    async fn sees(&mut self, window: &Window, state: &str) {
        window.waits_for("the page is there", "return document.readyState === 'complete'").await;
        if let Some(folder) = pictures() {
            window.is_pictured(&Path::new(&folder).join(format!("{}-{state}.png", self.name))).await;
        }
        (self.visit)(window, state).await;
    }

    async fn of_an_installation(&mut self, look: Look) {
        let setup = Setup::required()
            .set("send_limits.account.per_hour", "3")
            .set("server.environment", "test")
            .set("phones.countries", "CA,GB")
            .expecting("message given up");
        let stage = Stage::start(Kind::Sqlite, setup).await;
        stage.world.knows(ANA).await;
        stage.world.knows(MARIA).await;
        let window = stage.window(look).await;
        window.begins_with(OWN_TIME).await;
        self.of_the_login_form(&stage, &window).await;
        self.of_the_code_page(&stage, &window).await;
        self.of_the_limits(&stage, &window).await;
        self.of_the_account(&stage, &window).await;
        self.of_refusals(&stage, &window).await;
        self.of_faults(&window).await;
        stage.finish(window).await;
    }

    async fn of_the_login_form(&mut self, stage: &Stage, window: &Window) {
        window.opens("/login").await;
        self.sees(window, "realms").await;
        window.opens("/login/internal").await;
        self.sees(window, "login").await;
        for notice in ["code-expired", "session-ended", "signed-out", "start-again", "tries-used"] {
            window.opens(&format!("/login/internal?notice={notice}")).await;
            assert_eq!(window.counts(".notice").await, 1, "{notice}");
            self.sees(window, &format!("login-{notice}")).await;
        }
        window.gives(ANA, "not the password").await;
        window.sees("We could not sign you in").await;
        self.sees(window, "login-not-recognised").await;
        window.opens("/login/internal").await;
        window.submits_regardless("form[data-once]").await;
        window.sees("Something is missing").await;
        self.sees(window, "login-missing").await;
        let crowd = crowd(stage);
        window.gives(ANA, PASSWORD).await;
        window.sees("Many people are signing in right now").await;
        crowd.iter().for_each(JoinHandle::abort);
        self.sees(window, "login-busy").await;
    }

    async fn of_the_code_page(&mut self, stage: &Stage, window: &Window) {
        window.signs_in(ANA).await;
        window.is_at("/login/destination").await;
        self.sees(window, "destination").await;
        window.clicks("summary").await;
        self.sees(window, "destination-help").await;
        window.chooses("sms").await;
        self.sees(window, "code").await;
        let code = stage.world.clicksend().next().await.code().to_owned();
        window.enters(&wrong(&code, 1)).await;
        window.sees("That is not the code.").await;
        self.sees(window, "code-wrong").await;
        window.types("#code", "12").await;
        window.submits_regardless("#code-form").await;
        window.sees("Enter the six digits of your code.").await;
        self.sees(window, "code-format").await;
        asks_again_too_soon(window).await;
        window.sees("You can ask for another in").await;
        self.sees(window, "code-cooldown").await;
        stage.world.passes(SignedDuration::from_secs(30)).await;
        asks_again_too_soon(window).await;
        window.sees("We sent the same code again (message 2).").await;
        self.sees(window, "code-resent").await;
        window.signs_in(ANA).await;
        window.sees("The code we sent you before still works").await;
        self.sees(window, "code-already-sent").await;
        window.runs("skip(600_000)", Vec::new()).await;
        window.sees("This code has ended. Start over to get a new one.").await;
        self.sees(window, "code-ended").await;
    }

    async fn of_the_limits(&mut self, stage: &Stage, window: &Window) {
        window.signs_in(ANA).await;
        for seconds in [60, 120] {
            stage.world.passes(SignedDuration::from_secs(seconds)).await;
            asks_again_too_soon(window).await;
            window.waits_for("the next page is there", "return document.readyState === 'complete'").await;
        }
        window.sees("We cannot send you more messages for now.").await;
        self.sees(window, "code-too-many").await;
        stage.world.passes(SignedDuration::from_mins(10)).await;
        window.signs_in(ANA).await;
        window.clicks("button[value=sms]").await;
        window.sees("Too many codes for now").await;
        self.sees(window, "destination-too-many").await;
        stage.world.passes(SignedDuration::from_hours(2)).await;
    }

    async fn of_the_account(&mut self, stage: &Stage, window: &Window) {
        window.signs_in(ANA).await;
        window.chooses("email").await;
        window.clicks("label[for=trust]").await;
        window.enters(&stage.world.mail().next().await.code()).await;
        window.is_signed_in().await;
        self.sees(window, "account-first-login").await;
        window.opens("/logout").await;
        self.sees(window, "logout").await;
        window.driver.delete_all_cookies().await.unwrap();
        window.signs_in(ANA).await;
        window.chooses("email").await;
        window.sees("This replaces").await;
        self.sees(window, "code-replaces").await;
        window.enters(&stage.world.mail().next().await.code()).await;
        window.is_signed_in().await;
        self.sees(window, "account").await;
        window.presses("Stop trusting this browser").await;
        window.sees("No browser is trusted any more.").await;
        self.sees(window, "account-revoked").await;
        window.presses("Sign out").await;
        window.sees("You are signed out.").await;
    }

    async fn of_refusals(&mut self, stage: &Stage, window: &Window) {
        stage.world.clicksend().set_mode(Mode::Refuse("INVALID_RECIPIENT"));
        window.signs_in(MARIA).await;
        window.chooses("sms").await;
        stage.world.settled().await;
        asks_again_too_soon(window).await;
        window.sees("The message could not be sent.").await;
        self.sees(window, "code-failed").await;
        stage.world.knows(NOBODY).await;
        window.signs_in(NOBODY).await;
        window.sees("We have nowhere to send your code").await;
        self.sees(window, "refused-no-destination").await;
        let id = stage.world.knows(NOAH).await;
        turn_codes_off(stage, id).await;
        window.signs_in(NOAH).await;
        window.sees("Codes are switched off for your account").await;
        self.sees(window, "refused-factor-disabled").await;
    }

    async fn of_faults(&mut self, window: &Window) {
        window.opens("/nothing").await;
        window.sees("There is no such page").await;
        self.sees(window, "fault-404").await;
        window.opens("/login/code/resend").await;
        window.sees("This page cannot be opened like that").await;
        self.sees(window, "fault-405").await;
        let faults = [
            ("document.querySelector('[name=csrf]').value = 'forged'", "This form is out of date", "fault-403"),
            ("document.getElementById('identifier').remove()", "That did not arrive whole", "fault-400"),
            ("document.getElementById('password').value = 'x'.repeat(10_000)", "That is too much text", "fault-413"),
        ];
        for (spoiled, told, state) in faults {
            window.opens("/login/internal").await;
            window.runs(spoiled, Vec::new()).await;
            window.submits_regardless("form[data-once]").await;
            window.sees(told).await;
            self.sees(window, state).await;
        }
    }

    async fn of_a_demo(&mut self, look: Look) {
        let _place = a_place().await;
        let demo = Demo::prepare("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let (origin, account) = (demo.url().to_owned(), demo.app.demo[0].clone());
        let serving: JoinHandle<Result<(), StartError>> = tokio::spawn(demo.run());
        let window = Window::open(&origin, look).await;
        window.opens("/outbox").await;
        self.sees(&window, "outbox-empty").await;
        window.opens("/").await;
        self.sees(&window, "welcome").await;
        for channel in ["email", "sms"] {
            window.driver.delete_all_cookies().await.unwrap();
            window.opens(&format!("/login/{}", account.realm)).await;
            window.types("#identifier", &account.identifier).await;
            window.types("#password", &account.password).await;
            window.presses("Sign in").await;
            window.chooses(channel).await;
            self.sees(&window, &format!("demo-code-{channel}")).await;
            let code = window.finds_the_code_in_the_outbox().await;
            window.opens("/login/code").await;
            window.types("#identifier", &account.identifier).await;
            window.types("#password", &account.password).await;
            window.presses("Sign in").await;
            window.enters(&code).await;
            window.is_signed_in().await;
        }
        window.opens("/outbox").await;
        self.sees(&window, "outbox").await;
        window.close().await;
        serving.abort();
    }
}

impl Window {
    /// Reads the newest code in the sandbox inbox.
    pub(crate) async fn finds_the_code_in_the_outbox(&self) -> String {
        self.opens("/outbox").await;
        let script = "const code = document.querySelector('.found-code code')?.textContent;
                      if (!code) location.reload();
                      return code ?? null;";
        self.waits_for("the message is there", script).await.as_str().unwrap().to_owned()
    }

    /// Saves a picture of the whole page.
    async fn is_pictured(&self, file: &Path) {
        let options = json!({ "format": "png", "captureBeyondViewport": true });
        let picture = self.commands("Page.captureScreenshot", options).await;
        let bytes = data_encoding::BASE64.decode(picture["data"].as_str().unwrap().as_bytes()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
}

/// Asks for another message while the page's countdown still runs, as a page without scripts lets one.
async fn asks_again_too_soon(window: &Window) {
    window.finds("[data-wait]").await;
    window
        .runs("const again = document.querySelector('[data-wait]'); again.disabled = false; again.click();", Vec::new())
        .await;
}

/// Enough people at the door that the next one is told to wait.
fn crowd(stage: &Stage) -> Vec<JoinHandle<()>> {
    let waits = |_| {
        let app = Arc::clone(&stage.world.app);
        tokio::spawn(async move {
            let _turn = app.hasher.turn().await;
            std::future::pending::<()>().await;
        })
    };
    (0..CROWD).map(waits).collect()
}

async fn turn_codes_off(stage: &Stage, id: AccountId) {
    let now = stage.world.now();
    let off = stage.world.app.store.write(move |tx| Box::pin(async move { tx.disable_factor(id, now).await }));
    assert!(off.await.unwrap());
}

#[expect(clippy::disallowed_methods, reason = "the tests have no configuration file")]
fn pictures() -> Option<String> {
    std::env::var(PICTURES_VARIABLE).ok()
}
