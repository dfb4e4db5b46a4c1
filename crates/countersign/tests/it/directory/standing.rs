//! What is in somebody's way: told before the password to the trace, and after a right one to the person.

use countersign::directory::Standing;

use super::{Section, found, login, said, variable};

/// What somebody with the right password, and with a wrong one, is told.
async fn told(section: &Section, name: &str) -> (String, String) {
    let directory = section.build();
    let wrong = said(&login(&directory, name, "not this one").await);
    (said(&login(&directory, name, &variable("DIRECTORY_PASSWORD")).await), wrong)
}

fn both(right: &str, wrong: &str) -> (String, String) {
    (right.to_owned(), wrong.to_owned())
}

#[tokio::test]
async fn j07_active_directory_tells_them_apart_after_the_right_password_only() {
    let section = Section::active_directory();
    assert_eq!(told(&section, "dora").await, both("refused: Disabled", "wrong"));
    assert_eq!(told(&section, "eve").await, both("refused: Expired", "wrong"));
    assert_eq!(told(&section, "mia").await, both("refused: MustChange", "wrong"));
    assert_eq!(told(&section, "hal").await, both("refused: OutsideHours", "wrong"));
    let direct = Section::active_directory().direct("{name}@corp.example.test");
    assert_eq!(told(&direct, "dora").await, both("refused: Disabled", "wrong"));
}

#[tokio::test]
async fn active_directory_tells_them_apart_before_a_password_to_the_trace() {
    let directory = Section::active_directory().build();
    for (name, standing) in [
        ("ana", Standing::Good),
        ("dora", Standing::Disabled),
        ("eve", Standing::Expired),
        ("mia", Standing::MustChange),
    ] {
        assert_eq!(found(&directory, name).await.person.standing, standing, "{name}");
    }
}

#[tokio::test]
async fn j07_a_locked_account_says_so_to_everybody_and_nothing_of_the_password() {
    let password = variable("DIRECTORY_PASSWORD");
    for (section, name) in [
        (Section::active_directory(), "lou"),
        (Section::active_directory().direct("{name}@corp.example.test"), "lia"),
        (Section::openldap(), "lou"),
    ] {
        let directory = section.build();
        for _ in 0..5 {
            assert_eq!(said(&login(&directory, name, "not this one").await), "wrong");
        }
        assert_eq!(said(&login(&directory, name, "not this one").await), "locked", "{name}");
        assert_eq!(said(&login(&directory, name, &password).await), "locked", "{name}");
    }
    for section in [Section::active_directory(), Section::openldap()] {
        assert_eq!(found(&section.build(), "lou").await.person.standing, Standing::Locked);
    }
}

#[tokio::test]
async fn j07_openldap_tells_them_apart_after_the_right_password_only() {
    let section = Section::openldap();
    assert_eq!(told(&section, "mia").await, both("refused: MustChange", "wrong"));
    assert_eq!(told(&section, "pia").await, both("refused: PasswordExpired", "wrong"));
    // These two it does not let as far as the password.
    assert_eq!(told(&section, "dora").await, both("locked", "locked"));
    assert_eq!(told(&section, "eve").await, both("locked", "locked"));
    let directory = section.build();
    for (name, standing) in [("dora", Standing::Disabled), ("eve", Standing::Expired), ("mia", Standing::MustChange)] {
        assert_eq!(found(&directory, name).await.person.standing, standing, "{name}");
    }
}
