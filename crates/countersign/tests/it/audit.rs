//! M-12: whoever changes the audit log is found out, in the database and in an exported file.

use std::fs;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::commands::{Place, Said, run};
use crate::databases::{Database, Kind};

/// An installation with a log of a few entries, all in their places.
struct Log {
    place: Place,
    database: Database,
    kind: Kind,
}

impl Log {
    async fn new(kind: Kind) -> Self {
        let log = Self { place: Place::new(), database: Database::fresh(kind).await, kind };
        let file = log.place.file("a.csv", "username,name\na,A\nb,B\nc,C\nd,D\ne,E\n");
        log.run(&["account", "import", "--realm", "internal", file.to_str().unwrap()]).done();
        log
    }

    fn run(&self, words: &[&str]) -> Said {
        run(self.place.command(words).env("COUNTERSIGN__SERVER__DATABASE", self.database.url()))
    }

    fn export(&self, more: &[&str]) -> String {
        self.run(&[&["audit", "export"], more].concat()).done()
    }

    fn verify(&self) -> (bool, String) {
        let said = self.run(&["audit", "verify", "--database", "--json"]);
        let told: Value = serde_json::from_str(&said.out).unwrap();
        let whole = told["ok"].as_bool().unwrap();
        assert_eq!(said.code, i32::from(!whole), "{}", said.err);
        (whole, format!("{}: {}", told["place"].as_str().unwrap_or_default(), told["why"].as_str().unwrap_or_default()))
    }

    fn verify_file(&self, text: &str) -> (i32, String) {
        let file = self.place.file("audit.jsonl", text);
        // The database is not needed: its URL leads nowhere.
        let mut command = self.place.command(&["audit", "verify"]);
        let said = run(command.arg(file).env("COUNTERSIGN__SERVER__DATABASE", "postgres://u:p@127.0.0.1:1/none"));
        (said.code, said.out)
    }

    /// What somebody with the database and without the key does.
    async fn tamper(&self, statement: &'static str) {
        let statement = AssertSqlSafe(statement);
        match self.kind {
            Kind::Postgres => {
                let mut conn = PgConnection::connect(self.database.url()).await.unwrap();
                sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
            }
            Kind::Sqlite => {
                let mut conn = SqliteConnection::connect(self.database.url()).await.unwrap();
                sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
            }
        }
    }
}

async fn m12_a_changed_log_is_found_out(kind: Kind) {
    let changes = [
        ("update audit set event = 'authn_login_success' where place = 3", "(place 3): it was changed"),
        ("update audit set at = at + 1 where place = 3", "(place 3): it was changed"),
        ("delete from audit where place = 2", "(place 3): one or more entries before it are missing"),
        ("delete from audit where place = 1", "(place 2): one or more entries before it are missing"),
        ("delete from audit where place > 3", "place 4: the entries from here to the end of the chain are missing"),
        ("update audit set place = null, link = null where place > 3", "place 4: the entries from here"),
        (
            "delete from audit where place > 3; update audit_head set place = 3, link = (select link from audit where place = 3)",
            "the head of the chain: it was changed",
        ),
        ("delete from audit_head", "the head of the chain: it is missing"),
    ];
    for (change, expected) in changes {
        let log = Log::new(kind).await;
        log.export(&[]);
        assert_eq!(log.verify(), (true, ": ".to_owned()));
        log.tamper(change).await;
        let (whole, told) = log.verify();
        assert!(!whole && told.contains(expected), "{change}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m12_a_changed_log_is_found_out_on_sqlite() {
    m12_a_changed_log_is_found_out(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m12_a_changed_log_is_found_out_on_postgres() {
    m12_a_changed_log_is_found_out(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m12_a_broken_head_stops_the_chain_and_says_so() {
    let log = Log::new(Kind::Sqlite).await;
    log.export(&[]);
    log.tamper("update audit_head set place = 2").await;
    log.run(&["account", "disable", "internal", "a"]).done();
    log.run(&["audit", "export"]).refused(1, "run `countersign audit verify --database`");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_place_yet_is_told_as_that() {
    let log = Log::new(Kind::Sqlite).await;
    let told = log.run(&["audit", "verify", "--database", "--json"]).json();
    assert_eq!((told["entries"].as_u64(), told["waiting"].as_u64()), (Some(0), Some(5)));
    log.export(&[]);
    log.run(&["account", "disable", "internal", "a"]).done();
    let told = log.run(&["audit", "verify", "--database", "--json"]).json();
    assert_eq!((told["entries"].as_u64(), told["waiting"].as_u64()), (Some(5), Some(1)));
}

impl Log {
    /// A new key for the same database, as when the old one was lost. Returns the old one.
    fn gets_another_key(&self) -> Vec<u8> {
        let file = self.place.path("countersign.key");
        let old = fs::read(&file).unwrap();
        fs::write(&file, fs::read(Place::new().path("countersign.key")).unwrap()).unwrap();
        old
    }

    fn verified(&self) -> [Option<u64>; 3] {
        let told = self.run(&["audit", "verify", "--database", "--json"]).json();
        ["entries", "earlier", "waiting"].map(|name| told[name].as_u64())
    }
}

/// The chain cannot go on under a key that was lost. Adopting begins it anew, says so, and what came before is told apart.
async fn m12_a_chain_begins_anew_under_another_key(kind: Kind) {
    let log = Log::new(kind).await;
    let before = log.export(&[]);
    let old_key = log.gets_another_key();
    assert!(!log.verify().0, "nothing of it is under this key");
    log.run(&["seal", "adopt", "--yes"]).done();
    let after = log.export(&[]);
    let begun = after.lines().find(|line| line.contains("audit_chain_begun")).expect("an entry says so");
    assert!(begun.contains(r#""after_place":5"#), "{begun}");
    let [entries, earlier, waiting] = log.verified();
    assert_eq!((earlier, waiting), (Some(5), Some(0)));
    assert!(entries.unwrap() >= 2, "{entries:?}");
    let told = log.run(&["audit", "verify", "--database"]).done();
    assert!(told.contains("5 earlier ones were written before the database was adopted"), "{told}");
    assert_eq!(log.verify_file(&after).0, 0, "{after}");

    // What is new is as safe as ever, in the database and in a file.
    let changed = after.replace("audit_chain_begun", "account_disabled");
    assert!(log.verify_file(&changed).1.contains("CHANGED"));
    let cut: String = after.split_inclusive('\n').filter(|line| !line.contains("audit_chain_begun")).collect();
    assert!(log.verify_file(&cut).1.contains("CHANGED"));
    log.tamper("update audit set at = at + 1 where place = 7").await;
    assert!(log.verify().1.contains("(place 7): it was changed"));

    // What was exported before can be checked with the key of then.
    let new_key = fs::read(log.place.path("countersign.key")).unwrap();
    fs::write(log.place.path("countersign.key"), old_key).unwrap();
    assert_eq!(log.verify_file(&before).0, 0);
    assert_eq!(log.verify_file(&after).0, 1);
    fs::write(log.place.path("countersign.key"), new_key).unwrap();
    assert!(log.verify_file(&before).1.contains("another key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn m12_a_chain_begins_anew_under_another_key_on_sqlite() {
    m12_a_chain_begins_anew_under_another_key(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m12_a_chain_begins_anew_under_another_key_on_postgres() {
    m12_a_chain_begins_anew_under_another_key(Kind::Postgres).await;
}

/// Adopting is no way to make a change of the log look right.
#[tokio::test(flavor = "multi_thread")]
async fn m12_adopting_under_the_same_key_forgives_nothing() {
    let log = Log::new(Kind::Sqlite).await;
    log.export(&[]);
    log.tamper("update audit set at = at + 1 where place = 3").await;
    log.run(&["seal", "adopt", "--yes"]).done();
    assert!(log.verify().1.contains("(place 3): it was changed"));
    log.tamper("update audit_head set place = 2").await;
    log.run(&["seal", "adopt", "--yes"]).done();
    log.run(&["audit", "export"]).refused(1, "run `countersign audit verify --database`");
}

async fn m12_a_changed_file_is_found_out(kind: Kind) {
    let log = Log::new(kind).await;
    let whole = log.export(&[]);
    let lines: Vec<&str> = whole.lines().collect();
    assert_eq!(lines.len(), 6, "five entries and the closing line");
    assert_eq!(log.verify_file(&whole).0, 0);
    let without = |left_out: usize| {
        let kept = lines.iter().enumerate().filter(|(index, _)| *index != left_out);
        kept.flat_map(|(_, line)| [*line, "\n"]).collect::<String>()
    };
    let swapped = [lines[0], lines[2], lines[1], lines[3], lines[4], lines[5]].map(|line| format!("{line}\n")).concat();
    for (text, expected) in [
        (whole.replacen("account_created", "account_disabled", 1), "CHANGED at line 1: it was changed"),
        (without(2), "CHANGED at line 5: lines before the closing line were removed"),
        (without(4), "CHANGED at line 5: lines before the closing line were removed"),
        (without(5), "CHANGED at line 6: the closing line is missing"),
        (swapped, "CHANGED at line 3: it does not follow"),
        (format!("{whole}{{}}\n"), "there is something after the closing line"),
        ("hello\n".to_owned(), "CHANGED at line 1: it is no line"),
        (String::new(), "CHANGED at line 1: the closing line is missing"),
    ] {
        let (code, told) = log.verify_file(&text);
        assert_eq!(code, 1, "{told}");
        assert!(told.contains(expected), "{expected}: {told}");
    }
    // Another installation has another key.
    let other = Log::new(Kind::Sqlite).await;
    assert!(other.verify_file(&whole).1.contains("another key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn m12_a_changed_file_is_found_out_on_sqlite() {
    m12_a_changed_file_is_found_out(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m12_a_changed_file_is_found_out_on_postgres() {
    m12_a_changed_file_is_found_out(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_whole_in_itself() {
    let log = Log::new(Kind::Sqlite).await;
    let shown = log.run(&["account", "show", "internal", "c", "--json"]).json();
    let of_one = log.export(&["--account", shown["id"].as_str().unwrap()]);
    assert_eq!(of_one.lines().count(), 2);
    assert_eq!(log.verify_file(&of_one).0, 0);
    assert_eq!(log.export(&["--until", "2001-01-01"]).lines().count(), 1);
    assert_eq!(log.export(&["--since", "2001-01-01T00:00:00Z"]).lines().count(), 6);
    log.run(&["audit", "export", "--since", "yesterday"]).refused(2, "a day such as");
    // A selection does not pass for the whole log, not even one of its first entries.
    let before_tomorrow = log.export(&["--until", "2999-01-01"]);
    for selection in [of_one, before_tomorrow] {
        assert_eq!(log.verify_file(&selection).0, 0);
        let claimed = selection.replace("\"selected\":true", "\"selected\":false");
        assert_eq!(log.verify_file(&claimed).0, 1);
    }
}
