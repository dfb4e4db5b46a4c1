//! The commands, run as the program itself.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use countersign::store::Store;
use countersign_core::id::{AccountId, ChallengeId};
use serde_json::Value;

use crate::databases::{Database, Kind};
use crate::gateway::{API_KEY, Gateway, Mode, USERNAME};
use crate::store::rows;

const PASSWORD: &str = "violet otter 77";

/// An installation in a folder of its own, made by `countersign init`.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

/// What a command said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out
    }

    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.done()).unwrap()
    }

    /// It ended with this code, and the person was told this.
    #[track_caller]
    pub(crate) fn refused(self, code: i32, told: &str) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert!(self.err.contains(told), "{}", self.err);
    }
}

/// The program with nothing in its environment.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn run(command: &mut Command) -> Said {
    Said::of(&command.output().unwrap())
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        run(place.init().args(["--password-file"]).arg(place.file("password", PASSWORD))).done();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("home").join(name)
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn init(&self) -> Command {
        let mut command = program();
        command.arg("init").arg("--dir").arg(self.folder.path().join("home"));
        command.args(["--public-url", "https://login.example.com", "--identifier", "ada"]);
        command.args(["--name", "Ada Admin", "--email", "ada@example.com"]);
        command
    }

    /// A command on this installation.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = program();
        command.args(words).arg("--config").arg(self.path("countersign.toml"));
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Said {
        run(&mut self.command(words))
    }

    pub(crate) fn add(&self, identifier: &str, password: &str) -> Command {
        let mut command = self.command(&["account", "add", "--realm", "internal", "--name", "Tom Smith"]);
        command.args(["--identifier", identifier, "--phone", "+1 416 555 0142"]);
        command.arg("--password-file").arg(self.file("new-password", password));
        command
    }

    pub(crate) fn configure(&self, more: &str) {
        let path = self.path("countersign.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}\n{more}")).unwrap();
    }
}

pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn init_writes_everything_once_and_safely() {
    let place = Place::new();
    assert_eq!(mode(&place.path("countersign.key")), 0o600);
    assert_eq!(mode(&place.path("countersign.toml")), 0o640);
    assert_eq!(mode(&place.path("countersign.db")), 0o600);
    let account = place.run(&["account", "show", "internal", "ADA", "--json"]).json();
    assert_eq!(account["role"], "administrator");
    assert_eq!(account["email"], "ada@example.com");
    let before = fs::read(place.path("countersign.key")).unwrap();
    run(place.init().arg("--password-file").arg(place.file("p", PASSWORD))).refused(1, "exists already");
    assert_eq!(fs::read(place.path("countersign.key")).unwrap(), before);
}

#[test]
fn init_writes_nothing_when_something_is_wrong() {
    let place = Place { folder: tempfile::tempdir().unwrap() };
    let password = place.file("p", "password1");
    run(place.init().arg("--password-file").arg(&password)).refused(1, "most common");
    let good = place.file("good", PASSWORD);
    run(place.init().arg("--password-file").arg(&good).args(["--phone", "123"])).refused(1, "phone number");
    run(place.init().arg("--password-file").arg(&good).args(["--environment", "Prod!"]))
        .refused(2, "server.environment");
    run(&mut place.init()).refused(2, "--password-file");
    assert!(!place.path("countersign.toml").exists() && !place.path("countersign.key").exists());
}

#[test]
fn a_life_of_an_account() {
    let place = Place::new();
    run(&mut place.add("T-1001", "quiet river stone")).done();
    run(&mut place.add("t-1001", "quiet river stone")).refused(1, "taken already");
    run(&mut place.add("T-1002", "1234567")).refused(1, "at least 15 characters");
    run(&mut place.add("T-1002", "my own t-1002 word")).refused(1, "must not contain");
    let state = |what: &str| {
        let account = place.run(&["account", "show", "internal", "t-1001", "--json"]).json();
        account[what].clone()
    };
    assert_eq!(state("phone"), "+14165550142");
    assert_eq!(state("identifiers"), serde_json::json!(["T-1001"]));
    let password_set = state("password_set_at");
    place.run(&["account", "disable", "internal", "t-1001"]).done();
    assert!(state("disabled_at").is_string());
    place.run(&["account", "unlock", "internal", "t-1001"]).done();
    assert!(state("disabled_at").is_string(), "unlocking is not enabling");
    place.run(&["account", "enable", "internal", "t-1001"]).done();
    assert!(state("disabled_at").is_null());
    let mut set = place.command(&["account", "set-password", "internal", "t-1001"]);
    run(set.arg("--password-file").arg(place.file("other", "another fine day\n"))).done();
    assert_ne!(state("password_set_at"), password_set);
    place.run(&["account", "show", "internal", "nobody"]).refused(1, "there is no account \"nobody\" in internal");
}

/// What a person has open: a session, a trusted device, a login in progress and its code.
async fn open_everything(store: &Store, account: AccountId, number: u32) {
    rows::session(store, number, account).await;
    rows::device(store, number, account).await;
    rows::login(store, number, account).await;
    rows::challenge(store, number, account).await;
}

/// What of it has ended: session, trusted device, login, code.
async fn ended(store: &Store, number: u32) -> [bool; 4] {
    let token = rows::token(number);
    let session = store.session_by_token(&token).await.unwrap().unwrap().ended_at;
    let device = store.device_by_token(&token).await.unwrap().is_none_or(|(device, _)| device.ended_at.is_some());
    let login = store.login_by_token(&token).await.unwrap().unwrap().ended_at;
    let challenge = store.challenge(ChallengeId(rows::uuid(number))).await.unwrap().unwrap().ended_at;
    [session.is_some(), device, login.is_some(), challenge.is_some()]
}

/// A new password and disabling put out whoever is in; unlocking ends only the trust.
async fn changes_end_what_is_open(kind: Kind) {
    let place = Place::new();
    let database = Database::fresh(kind).await;
    let on_database = |mut command: Command| run(command.env("COUNTERSIGN__SERVER__DATABASE", database.url()));
    on_database(place.add("T-1", "quiet river stone")).done();
    let shown = on_database(place.command(&["account", "show", "internal", "t-1", "--json"])).json();
    let account: AccountId = shown["id"].as_str().unwrap().parse().unwrap();
    let store = database.open().await;
    let password = place.file("next", "another fine day");
    let mut set_password = place.command(&["account", "set-password", "internal", "t-1"]);
    set_password.arg("--password-file").arg(password);
    let changes = [
        (set_password, [true; 4], "authn_password_change"),
        (place.command(&["account", "disable", "internal", "t-1"]), [true; 4], "account_disabled"),
        (place.command(&["account", "unlock", "internal", "t-1"]), [false, true, false, false], "account_unlocked"),
    ];
    for (number, (command, expected, event)) in (1..).zip(changes) {
        open_everything(&store, account, number).await;
        on_database(command).done();
        assert_eq!(ended(&store, number).await, expected, "{event}");
        assert_eq!(store.audit_entries(Some(account), 1).await.unwrap()[0].event, event);
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_end_what_is_open_on_sqlite() {
    changes_end_what_is_open(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_end_what_is_open_on_postgres() {
    changes_end_what_is_open(Kind::Postgres).await;
}

#[test]
fn accounts_are_listed_and_found() {
    let place = Place::new();
    run(&mut place.add("T-1001", "quiet river stone")).done();
    let listed = |words: &[&str]| place.run(words).json().as_array().unwrap().len();
    assert_eq!(listed(&["account", "list", "--json"]), 2);
    assert_eq!(listed(&["account", "list", "--json", "--realm", "external"]), 0);
    assert_eq!(listed(&["account", "list", "--json", "--search", "SMITH"]), 1);
    let table = place.run(&["account", "list"]).done();
    assert!(table.starts_with("REALM") && table.contains("Ada Admin"), "{table}");
    assert!(!table.contains("argon2"), "{table}");
}

#[test]
fn no_command_takes_a_password_on_its_line() {
    let place = Place::new();
    let mut command = place.command(&["account", "set-password", "internal", "ada", "--password", PASSWORD]);
    run(&mut command).refused(2, "unexpected argument '--password'");
}

#[test]
fn bad_configuration_is_told_whole_and_ends_with_2() {
    let place = Place::new();
    place.configure("[code]\nlife = \"3m\"\ntrys = 5\n[sit]\nname = \"x\"\n");
    let said = place.run(&["account", "list"]);
    assert_eq!(said.code, 2);
    for told in ["code.life = 3m", "did you mean code.tries?", "did you mean site?"] {
        assert!(said.err.contains(told), "{}", said.err);
    }
    let serve = place.run(&["serve"]);
    assert_eq!(serve.code, 2, "{}", serve.err);
}

#[test]
fn check_finds_what_is_wrong_and_says_what_to_do() {
    let place = Place::new();
    place.run(&["check"]).done();
    let key = place.path("countersign.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let said = place.run(&["check"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("chmod 600"), "{}", said.out);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    // A copy of the database that is started under another name must not send.
    let mut copy = place.command(&["check", "--json"]);
    let said = run(copy.env("COUNTERSIGN__SERVER__ENVIRONMENT", "test"));
    assert_eq!(said.code, 1);
    let told: Value = serde_json::from_str(&said.out).unwrap();
    let seal = told["findings"].as_array().unwrap().iter().find(|finding| finding["what"] == "seal").unwrap();
    assert_eq!((told["ok"].as_bool(), seal["state"].as_str()), (Some(false), Some("fault")));
    let mut nothing = program();
    let said = run(nothing.arg("check").current_dir(place.folder.path()));
    assert_eq!(said.code, 1);
    assert!(said.out.contains("server.public_url is missing"), "{}", said.out);
}

#[test]
fn the_policy_explains_itself() {
    let place = Place::new();
    run(&mut place.add("T-1001", "quiet river stone")).done();
    place.configure(
        "[realms.external]\n[providers.clicksend]\nusername = \"u\"\napi_key = \"k\"\nsender = \"+14165550100\"\n",
    );
    let ask = |mode: &str, more: &[&str]| {
        let mut command = place.command(&["policy", "explain", "--realm", "internal", "--account", "t-1001"]);
        command.args(["--address", "192.0.2.7"]).args(more);
        run(command.env("COUNTERSIGN__REALMS__INTERNAL__POLICY__LOCAL__MODE", mode))
    };
    assert_eq!(ask("off", &["--json"]).json()["verdict"], "allow");
    let told = ask("required", &["--json"]).json();
    assert_eq!(told["verdict"], "challenge");
    assert_eq!(told["reasons"], serde_json::json!(["untrusted-device"]));
    assert_eq!(told["destinations"][0]["masked"], "+1 •••• 0142");
    assert_eq!(told["findings"].as_array().unwrap().len(), 5);
    let table = ask("required", &[]).done();
    assert!(table.contains("new-network") && table.contains("now 192.0.2.7, last none"), "{table}");
    ask("required", &["--device", "trusted"]).refused(1, "no trusted device");
    ask("required", &["--address", "nowhere"]).refused(2, "--address");
}

/// `countersign delivery test --send`, with a hand on its standard input.
fn sending(place: &Place) -> Child {
    let mut command = place.command(&["delivery", "test", "--channel", "sms", "--to", "+14165550142", "--send"]);
    command.stdin(Stdio::piped()).spawn().unwrap()
}

fn with_gateway(gateway: &Gateway) -> Place {
    let place = Place::new();
    let url = gateway.base_url();
    place.configure(&format!(
        "[providers.clicksend]\nusername = \"{USERNAME}\"\napi_key = \"{API_KEY}\"\nsender = \"+14165550100\"\nbase_url = \"{url}\"\n"
    ));
    place
}

async fn finished(child: Child) -> Said {
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap();
    Said::of(&output.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn delivery_is_tested_until_the_code_is_typed_back() {
    let gateway = Gateway::clicksend().await;
    let place = with_gateway(&gateway);
    let mut child = sending(&place);
    let received = gateway.next().await;
    let wrong = if received.code() == "123456" { "654321" } else { "123456" };
    let typed = format!("what?\n{wrong}\n{}\n", received.code());
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let said = finished(child).await;
    assert!(said.err.contains("six digits") && said.err.contains("4 tries left"), "{}", said.err);
    assert!(!said.out.contains(received.code()) && !said.err.contains(received.code()), "the code is printed");
    assert!(said.done().contains("Messages by sms arrive"));
    assert_eq!(gateway.attempts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_test_ends_after_five_wrong_codes() {
    let gateway = Gateway::clicksend().await;
    let place = with_gateway(&gateway);
    let mut child = sending(&place);
    let received = gateway.next().await;
    let wrong = if received.code() == "123456" { "654321" } else { "123456" };
    let typed = format!("{}{}\n", format!("{wrong}\n").repeat(5), received.code());
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    finished(child).await.refused(1, "run the test again");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_send_nothing_is_sent_and_bad_credentials_show() {
    let gateway = Gateway::clicksend().await;
    let place = with_gateway(&gateway);
    let mut command = place.command(&["delivery", "test", "--channel", "sms", "--to", "+14165550142"]);
    let said = finished(command.spawn().unwrap()).await.done();
    assert!(said.contains("clicksend: works") && said.contains("Nothing was sent"), "{said}");
    gateway.set_mode(Mode::Error(401));
    finished(command.spawn().unwrap()).await.refused(1, "no provider of this channel works");
    let check = finished(place.command(&["check"]).spawn().unwrap()).await;
    assert_eq!(check.code, 1);
    assert!(check.out.contains("[providers.clicksend]"), "{}", check.out);
    assert!(!check.out.contains(API_KEY), "{}", check.out);
    assert_eq!(gateway.attempts(), 0);
}

#[test]
fn the_demo_says_on_one_line_where_to_go() {
    let mut child = program().args(["demo", "--json", "--listen", "127.0.0.1:0"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    // Told to stop, not killed: it then removes what it made.
    assert!(Command::new("sh").arg("-c").arg(format!("kill {}", child.id())).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    let said: Value = serde_json::from_str(&line).unwrap();
    assert!(said["url"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{line}");
    assert!(said["outbox_url"].as_str().unwrap().ends_with("/outbox"), "{line}");
    let realms: Vec<&str> = said["accounts"].as_array().unwrap().iter().map(|a| a["realm"].as_str().unwrap()).collect();
    assert!(realms.contains(&"internal") && realms.contains(&"external"), "{line}");
    run(program().args(["demo", "--listen", "0.0.0.0:0"])).refused(1, "this machine only");
}
