//! The attack cases of security.md, families A to G, against the real HTTP surface and on both databases.
//!
//! A test carries the id of its case in its name (`a01_…`); `attack_list/cases.rs` holds the list. What the ordinary stories
//! show of a case is not repeated here without a reason: these are the cases as they are written, with their numbers.

mod a;
mod a_ceiling;
mod b;
mod b_code_page;
mod c;
mod c_timing;
mod d;
mod d_tokens;
mod e;
mod e_pages;
mod f;
mod g;
pub(crate) mod sql;

use std::net::SocketAddr;

use countersign::keys::Token;
use countersign::store::challenges::ChallengeRow;
use countersign::store::sessions::SessionRow;
use countersign::store::values::TokenHash;
use countersign_core::id::AccountId;
use tokio::task::JoinSet;
use url::form_urlencoded;

use crate::browser::Browser;
use crate::html::Form;
use crate::people::Person;
use crate::world::{Setup, World};

/// A setup in which no limit on messages ends a case before the limit that it is about.
fn with_many_messages(setup: Setup) -> Setup {
    ["account", "destination", "number_range", "network"].iter().fold(setup, |setup, limit| {
        let per_hour = format!("send_limits.{limit}.per_hour");
        let per_day = format!("send_limits.{limit}.per_day");
        setup.set(&per_hour, "5000").set(&per_day, "5000")
    })
}

/// A setup in which the limit on failed logins from one network does not hide the counters of the accounts.
fn with_many_failures(setup: Setup) -> Setup {
    setup.set("lockout.network_failures", "10000")
}

/// What a browser sends of a form with these fields.
pub(crate) fn filled(form: &Form, fields: &[(&str, &str)]) -> String {
    let own = form.fields.iter().filter(|(name, _)| fields.iter().all(|(given, _)| given != name));
    let own = own.map(|(name, value)| (name.as_str(), value.as_str()));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(own).extend_pairs(fields.iter().copied()).finish()
}

/// A request that waits for the others.
pub(crate) struct Shot {
    pub(crate) browser: Browser,
    pub(crate) path: &'static str,
    pub(crate) body: String,
}

/// Sends every request at the same moment; the browsers come back with what they were answered, in the same order.
pub(crate) async fn all_at_once(shots: Vec<Shot>) -> Vec<Browser> {
    let mut requests = JoinSet::new();
    for (number, Shot { mut browser, path, body }) in shots.into_iter().enumerate() {
        requests.spawn(async move {
            browser.posts(path, &body).await;
            (number, browser)
        });
    }
    let mut answered = requests.join_all().await;
    answered.sort_by_key(|(number, _)| *number);
    answered.into_iter().map(|(_, browser)| browser).collect()
}

pub(crate) fn with_a_session(browsers: &[Browser]) -> usize {
    browsers.iter().filter(|browser| browser.cookie("session").is_some()).count()
}

fn on_sqlite(world: &World) -> bool {
    world.app.server.database.expose().starts_with("sqlite:")
}

/// Two nodes of the same installation; with SQLite, which one process serves, the same one twice.
pub(crate) async fn two_nodes(world: &mut World) -> [SocketAddr; 2] {
    let first = world.address();
    if on_sqlite(world) { [first, first] } else { [first, world.another_node().await] }
}

/// The challenge of a login in progress.
pub(crate) async fn challenge_of(world: &World, browser: &Browser) -> ChallengeRow {
    let hash = hash_of(browser.cookie("login").unwrap());
    let login = world.app.store.login_by_token(&hash).await.unwrap().unwrap();
    world.app.store.challenge(login.challenge.unwrap()).await.unwrap().unwrap()
}

/// The session that a cookie names.
pub(crate) async fn session_of(world: &World, browser: &Browser) -> SessionRow {
    let hash = hash_of(browser.cookie("session").unwrap());
    world.app.store.session_by_token(&hash).await.unwrap().unwrap()
}

pub(crate) fn hash_of(cookie: &str) -> TokenHash {
    TokenHash(Token::parse(cookie).unwrap().hash())
}

/// How often an event of an account is in the audit log.
pub(crate) async fn count(world: &World, id: AccountId, event: &str) -> usize {
    world.events(id).await.iter().filter(|name| *name == event).count()
}

/// How many codes were compared for an account: each comparison ends in one of these two events.
async fn compared(world: &World, id: AccountId) -> usize {
    count(world, id, "authn_code_rejected").await + count(world, id, "authn_code_accepted").await
}

/// Somebody who stands at the page of destinations.
async fn at_the_destinations(world: &World, person: Person) -> Browser {
    let mut browser = world.browser();
    browser.signs_in(person).await;
    browser.is_at("/login/destination");
    browser
}

/// Somebody at the code page, with the newest code of all that were sent.
async fn with_the_newest_code(world: &World, person: Person) -> (Browser, String) {
    let mut browser = at_the_destinations(world, person).await;
    browser.chooses("email").await;
    browser.is_at("/login/code");
    world.settled().await;
    let code = world.mail().received().last().unwrap().code();
    (browser, code)
}

/// The token in a form of the page that a browser shows.
fn token_of(browser: &Browser, action: &str) -> String {
    let form = browser.form(action);
    form.fields.into_iter().find(|(name, _)| name == "csrf").unwrap().1
}

/// A stream of numbers that a seed determines (SplitMix64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }
}
