//! Many accounts at once: in from a file, out to a file, and a new start for a second factor.

use std::io::Write as _;
use std::process::{Command, Stdio};

use countersign::clock::Clock;
use countersign::directory::local::Hasher;
use countersign_core::id::AccountId;
use countersign_core::secret::Secret;
use serde_json::Value;

use crate::commands::{Place, Said, run};
use crate::databases::{Database, Kind};
use crate::store::{rows, write};

/// PBKDF2 and bcrypt of "violet otter 77", made by other programs.
const DJANGO: &str = "pbkdf2_sha256$10000$seasalt$EVv434Yk6FiKoOdJvHJyO0U1uorC6H2lOsmC+c1WQyY=";
const BCRYPT: &str = "$2y$06$abcdefghijklmnopqrstuuoVw1Qe5mZ2yBC5v1OMhV0xA.tRCDj0i";

/// An installation whose accounts are in a database of one kind.
struct Site {
    place: Place,
    database: Database,
}

impl Site {
    async fn new(kind: Kind) -> Self {
        Self { place: Place::new(), database: Database::fresh(kind).await }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.place.command(words);
        command.env("COUNTERSIGN__SERVER__DATABASE", self.database.url());
        command
    }

    fn run(&self, words: &[&str]) -> Said {
        run(&mut self.command(words))
    }

    fn import(&self, text: &str, more: &[&str]) -> Said {
        let file = self.place.file("accounts.csv", text);
        let mut command = self.command(&["account", "import", "--realm", "external"]);
        run(command.arg(file).args(more))
    }

    fn count(&self) -> usize {
        self.run(&["account", "list", "--json"]).json().as_array().unwrap().len()
    }
}

/// What was told of each line: its number, and why not.
fn told(said: &Said) -> Vec<(u64, Option<String>)> {
    let json: Value = serde_json::from_str(&said.out).unwrap();
    let lines = json["lines"].as_array().unwrap().iter();
    lines.map(|line| (line["line"].as_u64().unwrap(), line["fault"].as_str().map(str::to_owned))).collect()
}

async fn each_line_is_made_or_told(kind: Kind) {
    let site = Site::new(kind).await;
    let file = format!(
        "\u{feff}Login ID,username,name,email,phone,role,second factor,password_hash\r\n\
         C-1,ana,\"Smith, Ana\",ana@example.com,+14165550142,user,yes,{DJANGO}\r\n\
         C-2,,Bob Low,bob@,,,,\r\n\
         C-3,,Cy Wood,,12,,,\r\n\
         c-1,,Dee Twice,,,,,\r\n\
         C-5,,Eve Weak,,,,,$2b$04$abcdefghijklmnopqrstuuoVw1Qe5mZ2yBC5v1OMhV0xA.tRCDj0i\r\n\
         C-6,,Flo Role,,,king,,\r\n\
         C-7,,Gus Good,gus@example.com,,,,{BCRYPT}\r\n\
         C-8,,,,,,,\r\n"
    );
    let expected = [
        (2, None),
        (3, Some("e-mail")),
        (4, Some("phone number")),
        (5, Some("on line 2 already")),
        (6, Some("too weak")),
        (7, Some("role")),
        (8, None),
        (9, Some("a name has")),
    ];
    for (dry_run, accounts) in [(true, 0), (false, 2)] {
        let said = site.import(&file, if dry_run { &["--json", "--dry-run"] } else { &["--json"] });
        assert_eq!(said.code, 1, "{}", said.err);
        for ((line, fault), (expected_line, part)) in told(&said).into_iter().zip(expected) {
            assert_eq!(line, expected_line);
            assert_eq!(fault.is_some(), part.is_some(), "line {line}: {fault:?}");
            assert!(fault.unwrap_or_default().contains(part.unwrap_or_default()), "line {line}");
        }
        assert!(!said.out.contains("seasalt"), "a hash is told");
        assert_eq!(site.count(), accounts);
    }
    // The corrected file is run again: what was made is told as taken.
    let said = site.import("login_id,name\nC-1,Ana\nC-8,Hal\n", &[]);
    assert!(said.out.contains("line 2: C-1: NOT MADE: C-1 is taken already"), "{}", said.out);
    assert!(said.out.contains("line 3: C-8: made, without a password, e-mail and phone"), "{}", said.out);
    let ana = site.run(&["account", "show", "external", "ANA", "--json"]).json();
    assert_eq!((ana["phone"].as_str(), ana["second_factor"].as_bool()), (Some("+14165550142"), Some(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_is_made_or_told_on_sqlite() {
    each_line_is_made_or_told(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_is_made_or_told_on_postgres() {
    each_line_is_made_or_told(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_takes_standard_input_and_refuses_what_is_no_list() {
    let site = Site::new(Kind::Sqlite).await;
    let mut command = site.command(&["account", "import", "--realm", "internal", "-", "--email-logs-in"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"username;name;email\nt1;Tom;tom@example.com\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    site.run(&["account", "show", "internal", "tom@example.com"]).done();
    site.import("username,password,name\na,b,c\n", &[]).refused(1, "there is no column \"password\"");
    let mut nowhere = site.command(&["account", "import", "--realm", "nowhere"]);
    run(nowhere.arg(site.place.file("x.csv", "username,name\na,b\n"))).refused(1, "there is no realm nowhere");
    assert_eq!(site.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_can_be_imported_and_holds_no_secret_and_no_formula() {
    let site = Site::new(Kind::Sqlite).await;
    let file = format!(
        "username,name,email,phone,password_hash,disabled\n@cmd,=1+1,a@example.com,+14165550142,{BCRYPT},no\n\
         bob,Bob,,,,yes\n"
    );
    let said = site.import(&file, &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let plain = site.run(&["account", "export"]).done();
    assert!(!plain.contains("$2y$"), "{plain}");
    assert!(plain.contains(",'@cmd,'=1+1,a@example.com,+14165550142,"), "{plain}");
    let json = site.run(&["account", "export", "--json"]).done();
    assert!(!json.contains("$2y$") && json.contains("\"@cmd\""), "{json}");
    let whole = site.run(&["account", "export", "--with-hashes"]);
    assert!(whole.err.contains("try passwords without limit"), "{}", whole.err);
    assert!(whole.out.contains(BCRYPT), "{}", whole.out);
    // Into an empty installation, and out again: the same.
    let other = Site::new(Kind::Sqlite).await;
    let said = other.import(&whole.out, &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let again = other.run(&["account", "export", "--with-hashes"]).done();
    let kept = |text: &str| {
        let mut lines: Vec<String> =
            text.lines().map(|line| line.split(',').take(9).collect::<Vec<_>>().join(",")).collect();
        lines.sort();
        lines
    };
    assert_eq!(kept(&again), kept(&whole.out));
    let store = site.database.open().await;
    let events: Vec<String> = store.audit_entries(None, 9).await.unwrap().into_iter().map(|row| row.event).collect();
    assert_eq!(events.iter().filter(|event| *event == "accounts_exported").count(), 3);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_hash_is_compared_and_replaced() {
    let hasher = Hasher::new(1).unwrap();
    for foreign in [DJANGO, BCRYPT] {
        let compare = async |password: &str| {
            hasher.turn().await.unwrap().compare(&Secret::new(password), Some(foreign.to_owned())).await.unwrap()
        };
        let wrong = compare("violet otter 78").await;
        assert!(!wrong.right && wrong.rehashed.is_none());
        let right = compare("violet otter 77").await;
        let replaced = right.rehashed.unwrap();
        assert!(right.right && replaced.starts_with("$argon2id$"), "{replaced}");
        let next = hasher.turn().await.unwrap().compare(&Secret::new("violet otter 77"), Some(replaced)).await.unwrap();
        assert!(next.right && next.rehashed.is_none());
    }
    // A name that does not exist costs what one of our own hashes costs: one comparison with argon2.
    let before = hasher.comparisons();
    assert!(!hasher.turn().await.unwrap().compare(&Secret::new("x"), None).await.unwrap().right);
    assert_eq!(hasher.comparisons(), before + 1);
}

async fn a_second_factor_starts_anew(kind: Kind) {
    let site = Site::new(kind).await;
    site.import(
        &format!("username,name,email,phone,password_hash\nana,Ana,ana@example.com,+14165550142,{BCRYPT}\n"),
        &[],
    )
    .done();
    let shown = site.run(&["account", "show", "external", "ana", "--json"]).json();
    let account: AccountId = shown["id"].as_str().unwrap().parse().unwrap();
    let store = site.database.open().await;
    let now = Clock::system().now();
    assert!(write!(store, |tx| tx.disable_factor(account, now)));
    rows::session(&store, 1, account).await;
    rows::device(&store, 1, account).await;
    let reset = ["account", "reset-second-factor", "external", "ana"];
    let with = |more: &[&str]| site.run(&[&reset[..], more].concat());
    with(&["--phone", "12"]).refused(2, "--phone");
    with(&["--phone", "+14165550143", "--remove-phone"]).refused(2, "cannot be used with");
    let said = with(&["--phone", "+1 416 555 0199", "--remove-email"]).done();
    assert!(said.contains("+1 •••• 0199") && !said.contains("5550199"), "{said}");
    let shown = site.run(&["account", "show", "external", "ana", "--json"]).json();
    assert_eq!(shown["phone"], "+14165550199");
    assert!(shown["email"].is_null() && shown["factor_disabled_at"].is_null());
    assert_eq!(shown["trusted_devices"], 0);
    let session = store.session_by_token(&rows::token(1)).await.unwrap().unwrap();
    assert!(session.ended_at.is_some());
    let entry = store.audit_entries(Some(account), 1).await.unwrap().remove(0);
    assert_eq!(entry.event, "authn_factor_reset");
    assert!(!entry.detail.to_string().contains("0199"), "the log holds no number");
    assert!(with(&["--remove-phone"]).done().contains("neither e-mail nor phone"));
    assert_eq!(site.run(&["account", "list", "--json", "--search", "ana@"]).json().as_array().unwrap().len(), 0);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_starts_anew_on_sqlite() {
    a_second_factor_starts_anew(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_starts_anew_on_postgres() {
    a_second_factor_starts_anew(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outbox_is_listed_masked_and_by_state() {
    let site = Site::new(Kind::Sqlite).await;
    // The first start seals the database; a message that was there before would belong to nobody, and be dropped.
    site.run(&["delivery", "list"]).done();
    let store = site.database.open().await;
    rows::message(&store, 1, None).await;
    let listed = |more: &[&str]| site.run(&[&["delivery", "list"], more].concat());
    let table = listed(&[]).done();
    assert!(
        table.starts_with("WHEN") && table.contains("queued") && !table.contains(rows::phone().as_str()),
        "{table}"
    );
    let json = listed(&["--json", "--full"]).json();
    assert_eq!((json[0]["to"].as_str(), json[0]["attempts"].as_u64()), (Some(rows::phone().as_str()), Some(0)));
    assert_eq!(listed(&["--json", "--state", "failed"]).json().as_array().unwrap().len(), 0);
    listed(&["--state", "lost"]).refused(2, "possible values");
    store.close().await;
}
