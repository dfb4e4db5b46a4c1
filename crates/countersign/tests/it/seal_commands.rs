//! `countersign seal`, `backup` and `restore`, with the real binary.

use std::path::Path;

use serde_json::Value;

use crate::commands::{Place, mode, run};

#[test]
fn a_seal_is_shown_and_adopted() {
    let place = Place::new();
    let status = place.run(&["seal", "status", "--json"]).json();
    assert_eq!((&status["sealed"], &status["void_at_next_start"]), (&Value::Bool(true), &Value::Null));
    let mut moved = place.command(&["seal", "status", "--json"]);
    let status = run(moved.env("COUNTERSIGN__SERVER__ENVIRONMENT", "test")).json();
    assert_eq!(status["differs"], serde_json::json!(["environment"]));
    assert_eq!((&status["quarantine"], &status["void_at_next_start"]), (&Value::Bool(true), &"foreign".into()));
    let mut adopt = place.command(&["seal", "adopt"]);
    run(adopt.env("COUNTERSIGN__SERVER__ENVIRONMENT", "test")).refused(1, "nothing was changed");
    let mut adopt = place.command(&["seal", "adopt", "--yes"]);
    let told = run(adopt.env("COUNTERSIGN__SERVER__ENVIRONMENT", "test")).done();
    assert!(told.contains("sealed as test at https://login.example.com"), "{told}");
    let status = place.run(&["seal", "status"]).done();
    assert!(status.contains("QUARANTINE"), "{status}");
}

#[test]
fn a_backup_is_made_and_put_back() {
    let place = Place::new();
    let file = place.path("copy.db");
    let file = file.to_str().unwrap();
    place.run(&["backup", "--to", file]).done();
    assert_eq!(mode(Path::new(file)), 0o600);
    place.run(&["backup", "--to", file]).refused(1, "exists and is not overwritten");
    run(&mut place.add("T-1001", "quiet river stone")).done();
    let told = place.run(&["restore", "--from", file]).done();
    assert!(told.contains("before-restore"), "{told}");
    place.run(&["account", "show", "internal", "t-1001"]).refused(1, "there is no account");
    place.run(&["account", "show", "internal", "ada"]).done();
    place.run(&["restore", "--from", "nowhere.db"]).refused(1, "there is no file");
}
