//! The server against an oracle: seeded random events from several people at once, each answer predicted by the pure rules
//! of core and a few lines of bookkeeping. A difference fails with its seed.
//!
//! The oracle knows no database, no cookie and no HTTP. What it must get right is what an attacker would look for: how many
//! tries there were, whose code counts, who is signed in, and until when.

mod oracle;

use countersign::flow::account;
use countersign::keys::Token;
use countersign::store::values::TokenHash;
use countersign_core::challenge::{Binding, Code};
use countersign_core::id::AccountId;
use jiff::SignedDuration;

use oracle::{Answer, Guess, Oracle};

use crate::browser::Browser;
use crate::databases::Kind;
use crate::people::{ANA, MARIA, NOAH, PASSWORD, Person};
use crate::world::{Setup, World};

/// Sequences for each database; together a thousand.
const SEQUENCES: u64 = 500;
/// Sequences that share an installation.
const SEQUENCES_PER_WORLD: u64 = 25;
/// Events of a sequence.
const EVENTS: usize = 32;
/// Browsers of a person.
const BROWSERS: usize = 2;

/// A small generator that a seed determines (Marsaglia's xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }
}

/// A person of a sequence: the real one and the predicted one.
struct Actor {
    id: AccountId,
    identifier: &'static str,
    realm: &'static str,
    browsers: [Browser; BROWSERS],
    oracle: Oracle,
}

impl Actor {
    async fn new(world: &World, person: Person, seed: u64) -> Self {
        let identifier: &'static str =
            Box::leak(format!("{}-{seed}", person.realm.len() + person.name.len()).into_boxed_str());
        let names: &'static [&'static str] = Box::leak(vec![identifier].into_boxed_slice());
        let id = world.knows(Person { identifiers: names, ..person }).await;
        let browsers = [world.browser(), world.browser()];
        Self { id, identifier, realm: person.realm, browsers, oracle: Oracle::new() }
    }

    /// One event; what was predicted, and what came.
    async fn acts(&mut self, world: &World, dice: &mut Dice) -> (String, Answer, Answer) {
        let (at, now) = (dice.roll(BROWSERS), world.now());
        let trust = dice.roll(2) == 0;
        match dice.roll(16) {
            0..=3 => {
                let right = dice.roll(6) > 0;
                let predicted = self.oracle.password(at, right, now);
                let browser = &mut self.browsers[at];
                browser.opens(&format!("/login/{}", self.realm)).await;
                let password = if right { PASSWORD } else { "no" };
                let fields = [("identifier", self.identifier), ("password", password)];
                browser.submits(&format!("/login/{}", self.realm), &fields).await;
                (format!("password {right} at {at}"), predicted, answer(browser))
            }
            4..=5 => {
                let predicted = self.oracle.send(at, false, now);
                (
                    format!("choose at {at}"),
                    predicted,
                    self.posts(world, at, "/login/destination", "destination=email").await,
                )
            }
            6 => {
                let predicted = self.oracle.send(at, true, now);
                (format!("again at {at}"), predicted, self.posts(world, at, "/login/code/resend", "").await)
            }
            7..=12 => {
                let guess =
                    [Guess::Right, Guess::Right, Guess::Wrong, Guess::Wrong, Guess::Wrong, Guess::NoCode][dice.roll(6)];
                let code = self.code(world, at, guess).await;
                let predicted = self.oracle.guess(at, guess, trust, now);
                let body = format!("code={code}{}", if trust { "&trust=on" } else { "" });
                (format!("guess {guess:?} at {at}"), predicted, self.posts(world, at, "/login/code", &body).await)
            }
            13 => {
                let predicted = self.oracle.show(at, now);
                self.browsers[at].gets("/login/code").await;
                (format!("code page at {at}"), predicted, answer(&self.browsers[at]))
            }
            _ => {
                let predicted = self.oracle.account(at, now);
                self.browsers[at].gets("/account").await;
                (format!("account at {at}"), predicted, answer(&self.browsers[at]))
            }
        }
    }

    /// Posts a form of a login in progress, with the token that its page would carry.
    async fn posts(&mut self, world: &World, at: usize, path: &str, fields: &str) -> Answer {
        let browser = &mut self.browsers[at];
        let token = browser.cookie("login").map(|cookie| world.app.keys.form_token("step", cookie)).unwrap_or_default();
        browser.posts(path, &format!("csrf={token}&{fields}")).await;
        answer(browser)
    }

    /// The right code of this browser's login, or something else.
    async fn code(&self, world: &World, at: usize, guess: Guess) -> String {
        if guess == Guess::NoCode {
            return "12345".to_owned();
        }
        let token = self.browsers[at].cookie("login").and_then(Token::parse);
        let login = match token {
            Some(token) => world.app.store.login_by_token(&TokenHash(token.hash())).await.unwrap(),
            None => None,
        };
        let Some(row) = login.and_then(|login| login.challenge) else { return "000000".to_owned() };
        let Some(row) = world.app.store.challenge(row).await.unwrap() else { return "000000".to_owned() };
        let binding =
            Binding { epoch: world.app.epoch(), challenge: row.id, account: row.account, purpose: row.purpose };
        let right = Code::derive(&world.app.keys.code, &binding).digits();
        if guess == Guess::Right { right } else { crate::people::wrong(&right, 1) }
    }

    /// An act of the administrator.
    async fn is_administered(&mut self, world: &World, act: usize) {
        let row = world.account(self.id).await;
        match act {
            0 => {
                account::disable(&world.app, &row).await.unwrap();
                self.oracle.disable();
            }
            1 => {
                account::enable(&world.app, &row).await.unwrap();
                self.oracle.disabled = false;
            }
            _ => {
                account::unlock(&world.app, &row).await.unwrap();
                self.oracle.unlock();
            }
        }
    }

    /// What is stored is what was predicted.
    async fn agrees(&self, world: &World, told: &[String]) {
        let row = world.account(self.id).await.account;
        let stored = (row.code_failures, row.factor_disabled_at.is_some(), row.disabled_at.is_some());
        let predicted = (self.oracle.code_failures, self.oracle.factor_off, self.oracle.disabled);
        assert_eq!(stored, predicted, "wrong codes, factor off, disabled: {told:#?}");
    }
}

fn answer(browser: &Browser) -> Answer {
    let page = browser.page();
    match page.status {
        200 => Answer::Page,
        303 => match page.location() {
            "/account" => Answer::Account,
            "/login/code" => Answer::Enter,
            "/login/destination" => Answer::Choose,
            to if to.starts_with("/login") => Answer::Back,
            to => panic!("a way to {to}"),
        },
        403 => Answer::Refused,
        422 => Answer::NotRecognised,
        429 => Answer::TooMany,
        other => panic!("status {other}: {}", browser.text()),
    }
}

async fn sequence(world: &mut World, seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut actors = Vec::new();
    for person in [ANA, NOAH, MARIA] {
        // Three people of three realms and names; each has a mailbox of its own, so that no limit is shared.
        let email: &'static str = Box::leak(format!("{}{seed}@example.com", person.name.len()).into_boxed_str());
        actors.push(Actor::new(world, Person { email: Some(email), phone: None, ..person }, seed).await);
    }
    let mut told = vec![format!("seed {seed}")];
    for _ in 0..EVENTS {
        let who = dice.roll(actors.len());
        match dice.roll(20) {
            0..=2 => {
                let seconds = [10, 31, 120, 400, 700, 2_000, 7_200, 90_000][dice.roll(8)];
                told.push(format!("{seconds} s pass"));
                world.passes(SignedDuration::from_secs(seconds)).await;
            }
            3 => {
                let act = dice.roll(3);
                told.push(format!("{who}: administrator {act}"));
                actors[who].is_administered(world, act).await;
            }
            4 if dice.roll(10) == 0 => {
                told.push("restart".to_owned());
                world.settled().await;
                world.crashes_and_restarts().await;
                for actor in &mut actors {
                    actor.browsers.iter_mut().for_each(|browser| browser.moves_to(world.address()));
                }
            }
            _ => {
                let (event, predicted, came) = actors[who].acts(world, &mut dice).await;
                told.push(format!("{who}: {event} -> {came:?}"));
                assert_eq!(came, predicted, "came, predicted: {told:#?}");
            }
        }
        actors[who].agrees(world, &told).await;
    }
}

async fn the_server_does_what_the_rules_say(kind: Kind) {
    let setup = || {
        ["instance", "network"]
            .into_iter()
            .fold(Setup::required(), |setup, scope| {
                let key = |per| format!("send_limits.{scope}.per_{per}");
                setup.set(&key("hour"), "100000").set(&key("day"), "100000")
            })
            .set("lockout.network_failures", "10000")
            .set("server.environment", "test")
            .set("providers.sandbox.enabled", "true")
            .without_mail()
            .without_sms()
            .leaving_messages()
            .expecting("too many wrong codes")
    };
    for first in (0..SEQUENCES).step_by(usize::try_from(SEQUENCES_PER_WORLD).unwrap()) {
        let mut world = World::start(kind, setup()).await;
        for seed in first..first + SEQUENCES_PER_WORLD {
            let seed = seed * 2 + u64::from(matches!(kind, Kind::Postgres)) + 1;
            sequence(&mut world, seed).await;
        }
        world.finish().await;
    }
}

#[tokio::test]
async fn the_server_does_what_the_rules_say_on_sqlite() {
    the_server_does_what_the_rules_say(Kind::Sqlite).await;
}

#[tokio::test]
async fn the_server_does_what_the_rules_say_on_postgres() {
    the_server_does_what_the_rules_say(Kind::Postgres).await;
}
