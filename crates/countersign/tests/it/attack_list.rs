//! The list of attack cases, and `docs/security/attacks.md`, which says which test stands for which case.
//!
//! A test belongs to a case by its name: `a01_…` or `a_01_…` is for A-01, `d01_d07_…` for both. The page is written from
//! the names that are found in the sources, so it cannot claim a test that is not there; and a required case without a
//! test fails here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use crate::tidy::files::{File, files_below, root};

/// Where the page is, from the root of the repository.
const PAGE: &str = "docs/security/attacks.md";

/// This file, whose own examples are no cases.
const HERE: &str = "tests/it/attack_list.rs";

/// The families of cases, by their letter.
const FAMILIES: &[(char, &str)] = &[
    ('A', "Races and the counting of tries"),
    ('B', "The one-time code"),
    ('C', "Finding out who exists"),
    ('D', "Sessions and cookies"),
    ('E', "Forgery, redirects, framing"),
    ('F', "Headers of proxies"),
    ('G', "Trusted devices"),
    ('H', "Recovery"),
    ('I', "Abuse of telephony"),
    ('K', "Injection and what goes out"),
    ('L', "Availability"),
    ('M', "Secrets, logs, time, backup"),
    ('N', "Enrolment, contacts, routes"),
];

/// Every case that must have a test, and what is tried in it.
const REQUIRED: &[(&str, &str)] = &[
    ("A-01", "Two hundred wrong codes for one challenge at the same moment: five are compared."),
    ("A-02", "The right code is among two hundred parallel ones: it counts only if it was among the five."),
    ("A-03", "The right code a hundred times at once: one session."),
    ("A-04", "The request breaks off after the comparison: the try stays counted."),
    ("A-05", "Wrong codes, a new message, wrong codes again: the account's count goes on."),
    ("A-06", "Many logins of one account in parallel, each with its own challenge: the account's ceiling holds."),
    ("A-07", "At the ceiling the code factor is off: right codes are refused, and those concerned learn of it."),
    ("A-08", "Fifty wishes for a message at once: one message, one code."),
    ("A-09", "A new message and a try at the same moment: never two codes that work."),
    ("A-15", "Twenty browsers become trusted at once: the limit of trusted devices holds."),
    ("A-16", "Five hundred wrong passwords at once: no more comparisons than the counter allows."),
    ("B-01", "A code of one account in the challenge of another."),
    ("B-02", "A code of one browser's challenge in another browser."),
    ("B-03", "A code for one purpose where another is asked for."),
    ("B-04", "A code one second before its end, and one second after."),
    ("B-05", "Codes with leading zeros, with and without them."),
    ("B-06", "Blanks, hyphens, digits of other scripts, control characters, ten kilobytes."),
    ("B-07", "The field twice, as a list, in brackets: one request is never two tries."),
    ("B-08", "A million codes are evenly spread, and come from the system's generator and a keyed hash."),
    ("B-09", "The form again after success, by the back button."),
    ("B-10", "A refresh of the code page: no message, no try, back to the login form."),
    ("B-11", "The code page without a password before it."),
    ("B-12", "A login whose password is accepted, at every other address."),
    ("B-13", "An account that has turned the second factor on, where that is left to each person."),
    ("B-14", "A code without a password."),
    ("B-15", "A code by e-mail is never worth a second factor of the standard."),
    ("B-16", "A destination that is not offered, another's, or a bare number."),
    ("B-17", "The gateway is down: no weaker way is taken, nobody is let in, and both sides are told."),
    ("B-18", "Masks, and that they are shown only after a right password."),
    ("B-19", "A dump of the database holds no code and nothing to find one with."),
    ("B-20", "The text message: no link, site and purpose, the line for the browser at its end."),
    ("C-01", "Unknown, wrong, paused, disabled, without a password: the same page to the byte."),
    ("C-02", "The same, by the time that the answer takes."),
    ("C-03", "Each of them costs exactly one comparison."),
    ("C-04", "What leads away from the login form tells nobody whether a name exists."),
    ("C-05", "No address that sends a code answers whether a password is right."),
    ("C-06", "A trusted device's cookie does not tell another browser that the account exists."),
    ("C-07", "While an account is paused, a right password gets the answer of a wrong one."),
    ("D-01", "A planted cookie: both steps give new tokens, and the planted one is dead."),
    ("D-02", "Forged, cut, lengthened and expired tokens are never taken over."),
    ("D-03", "The attributes of every cookie; one that comes twice is refused."),
    ("D-04", "After the end of a session, by anybody's act, the next request is nobody's."),
    ("D-05", "Idle and absolute limits, which no activity and no clock moved back can stretch."),
    ("D-06", "Another account logs in where one is logged in: nothing is inherited."),
    ("D-07", "The login form shown to a browser that holds a session."),
    ("D-08", "Each token where another kind is expected."),
    ("D-09", "Many logins of two accounts at once: nobody gets another's session."),
    ("D-10", "Without the database, or with a damaged row, nobody is let in."),
    ("D-11", "The password is nowhere while the code is awaited: no row, no cookie, no log."),
    ("E-01", "Every form without its token, with another's, or with that of an earlier step."),
    ("E-02", "A login form that another site sends."),
    ("E-03", "What the browser says of the sender: other site, sister site, no origin, nothing at all."),
    ("E-04", "Every address by GET: nothing is sent, spent or changed that matters."),
    ("E-05", "Where a login may lead: a corpus of disguised addresses."),
    ("E-06", "After a password the redirect is 303."),
    ("E-07", "The security headers of every page; nothing is kept for the back button."),
    ("E-08", "A page loads nothing from elsewhere and tells no other site where it was."),
    ("E-09", "Names that are markup, templates or turned text, wherever they are shown."),
    ("F-04", "A list of forwarded addresses that cannot be read: never a way around a rule."),
    ("F-05", "The same header from a peer that nobody trusts."),
    ("F-06", "Another forwarded address with each guess: the limits do not move."),
    ("G-01", "One account's trusted device with another's name and password."),
    ("G-02", "A copy of an old token comes back: the device is revoked."),
    ("G-03", "A trusted device without a password is nothing."),
    ("G-04", "Password, factor, revocation, disabling: the device is not trusted any more."),
    ("G-05", "Renewed every hour for sixty days: the cap ends it."),
    ("G-06", "A new trusted device ends the one before."),
    ("G-07", "A login from a trusted device is not worth a second factor."),
    ("G-08", "Changed, cut and foreign tokens; only a hash is kept."),
    ("G-09", "The box ticked before the code, or without it."),
    ("G-10", "A browser that claims to be trusted."),
    ("I-01", "Somebody with the password orders message after message."),
    ("I-02", "A walk through adjacent numbers."),
    ("I-03", "Satellite, premium, short and other numbers that are nobody's telephone."),
    ("I-05", "Time-outs and errors after acceptance: at most one repetition, and each counts."),
    ("I-09", "A copy of the production database started as TEST sends nothing."),
    ("I-11", "Whatever is typed as a number: no panic."),
    ("K-01", "Line breaks and dots in names and addresses: one message to one person."),
    ("K-02", "Texts that an administrator edits cannot run anything."),
    ("K-03", "Line breaks and terminal codes in what is logged."),
    ("L-01", "Wrong passwords without end: the owner still gets in from a trusted device."),
    ("L-03", "Huge bodies, headers and cookies, refused before they cost anything."),
    ("L-04", "Clients that send slowly, or not at all."),
    ("L-06", "Ten thousand levels of nesting in everything that is parsed before a login."),
    ("L-07", "Missing, empty and odd fields: an answer, no panic."),
    ("L-08", "The database is full, read-only or locked: refused, and nothing forgotten."),
    ("L-09", "A panic in a handler: one bad answer, and the service goes on."),
    ("L-10", "The gateway is down for an hour: no code is delivered after its end."),
    ("M-01", "The log of everything at its most talkative holds no secret."),
    ("M-02", "Database and configuration without the key: nothing can be derived or forged."),
    ("M-03", "A protected value moved to another row is worth nothing there."),
    ("M-04", "Yesterday's backup brings no session, device, challenge or used code back."),
    ("M-05", "A copy under another address: quarantine, and no cookie is worth anything."),
    ("M-06", "The clock jumps back and forth: no code lives longer, no pause ends early."),
    ("M-07", "The browser's idea of the time is not asked for."),
    ("M-09", "Secrets are compared in constant time, and have no other comparison."),
    ("M-10", "Files that others can read, memory that could be dumped."),
    ("M-11", "No key and no password in the repository; the set-up cannot be repeated."),
    ("M-13", "Unknown keys and bad values: no start, and no silent default."),
    ("N-12", "Every route is on a list that says what it asks for."),
];

/// A test that stands for a case.
struct Found {
    /// Its name without the ids, as words.
    says: String,
    /// Its file, from the root of the repository.
    path: String,
}

#[test]
fn every_required_attack_case_has_a_test() {
    let found = found();
    let missing: Vec<&str> = REQUIRED.iter().map(|(id, _)| *id).filter(|id| !found.contains_key(*id)).collect();
    assert!(missing.is_empty(), "no test is named for {}", missing.join(", "));
}

#[test]
fn the_page_of_attack_cases_is_up_to_date() {
    let (path, text) = (root().join(PAGE), page(&found()));
    #[expect(clippy::disallowed_methods, reason = "COUNTERSIGN_BLESS belongs to the tests, not to the configuration")]
    if std::env::var_os("COUNTERSIGN_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{PAGE} is out of date: run the tests once with COUNTERSIGN_BLESS=1");
}

#[test]
fn a_name_tells_its_cases() {
    for (name, ids, says) in [
        ("a01_five_are_reserved", &["A-01"][..], "five are reserved"),
        ("k_03_a_json_line", &["K-03"][..], "a json line"),
        ("d01_d07_a_planted_cookie", &["D-01", "D-07"][..], "a planted cookie"),
        ("a_code_is_six_digits", &[][..], "a code is six digits"),
        ("b1_five", &[][..], "b1 five"),
        ("é01_five", &[][..], "é01 five"),
    ] {
        assert_eq!(cases_of(name), (ids.iter().map(ToString::to_string).collect(), says.to_owned()), "{name}");
    }
}

/// Every test whose name begins with the id of a case, by case.
fn found() -> BTreeMap<String, Vec<Found>> {
    let mut found: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for file in files_below("crates", "rs").iter().filter(|file| !file.path.ends_with(HERE)) {
        for name in names(file) {
            let (ids, says) = cases_of(&name);
            for id in ids {
                found.entry(id).or_default().push(Found { says: says.clone(), path: file.path.clone() });
            }
        }
    }
    found
}

/// The names of the functions and of the stories of a file.
fn names(file: &File) -> Vec<String> {
    let code: Vec<&str> = file.code_lines().map(|(_, line)| line.trim_start()).collect();
    // A long story has its name on a line of its own.
    let code = code.join("\n").replace("story!(\n", "story!(");
    let after = |line: &str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        let after = line.strip_prefix("fn ").or_else(|| line.strip_prefix("story!("))?;
        Some(after.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect())
    };
    code.lines().filter_map(after).collect()
}

/// The cases that a name begins with, and the words that follow.
fn cases_of(name: &str) -> (Vec<String>, String) {
    let mut ids = Vec::new();
    let mut rest = name;
    while let Some((id, after)) = leading_case(rest) {
        ids.push(id);
        rest = after;
    }
    (ids, rest.replace('_', " "))
}

/// `a01_…` or `a_01_…`: a letter, two digits and a stroke.
fn leading_case(name: &str) -> Option<(String, &str)> {
    let letter = name.chars().next().filter(char::is_ascii_lowercase)?;
    let rest = name.strip_prefix(letter)?;
    let rest = rest.strip_prefix('_').unwrap_or(rest);
    let (number, rest) = rest.split_once('_')?;
    let is_number = number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| (format!("{}-{number}", letter.to_ascii_uppercase()), rest))
}

fn page(found: &BTreeMap<String, Vec<Found>>) -> String {
    let mut text = String::from(
        "# Attack cases\n\n<!-- Generated from the names of the tests by `COUNTERSIGN_BLESS=1 cargo test -p countersign \
         --test it attack_list`. Do not edit. -->\n\nWhat was tried on Countersign, and the tests that try it each time \
         the tests run. A test carries the id of its case in its name; the list of cases is in \
         [`attack_list.rs`](../../crates/countersign/tests/it/attack_list.rs), and a case without a test fails the \
         build.\n",
    );
    for (letter, family) in FAMILIES {
        let cases: Vec<_> = REQUIRED.iter().filter(|(id, _)| id.starts_with(*letter)).collect();
        if cases.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {letter}. {family}\n\n| case | what is tried | tests |\n|---|---|---|\n");
        for (id, tried) in cases {
            let _ = writeln!(text, "| {id} | {tried} | {} |", tests(found.get(*id)));
        }
    }
    others(&mut text, found);
    text
}

/// Cases that nobody required, and that have a test all the same.
fn others(text: &mut String, found: &BTreeMap<String, Vec<Found>>) {
    let others: Vec<_> = found.iter().filter(|(id, _)| REQUIRED.iter().all(|(required, _)| required != id)).collect();
    if others.is_empty() {
        return;
    }
    text.push_str("\n## Beyond the list\n\n| case | tests |\n|---|---|\n");
    for (id, tests_of) in others {
        let _ = writeln!(text, "| {id} | {} |", tests(Some(tests_of)));
    }
}

fn tests(found: Option<&Vec<Found>>) -> String {
    let Some(found) = found else { return "**none yet**".to_owned() };
    let linked = found.iter().map(|Found { says, path }| format!("[{says}](../../{path})"));
    linked.collect::<Vec<_>>().join("<br>")
}
