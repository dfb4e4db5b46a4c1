//! Contract with Active Directory, as Samba speaks it: how people are found, read and proved.

use countersign::directory::{Answer, LookUp, Standing};

use super::{Section, change_active_directory, found, login, looked, said, variable};

#[tokio::test]
async fn a_person_is_found_and_their_password_proved() {
    let directory = Section::active_directory().build();
    let ana = found(&directory, "ana").await;
    assert_eq!(ana.stable_id.as_str().len(), 32);
    assert_eq!(ana.person.names, ["ana", "ana@corp.example.test"]);
    assert_eq!(ana.person.display_name.as_deref(), Some("Ana Ruiz"));
    assert_eq!(ana.person.email.as_ref().unwrap().as_str(), "ana@example.test");
    assert_eq!(ana.person.phone.as_ref().unwrap().as_str(), "+14165550123");
    assert_eq!(ana.person.groups, ["CN=Help Desk,CN=Users,DC=corp,DC=example,DC=test"]);
    assert_eq!(ana.person.standing, Standing::Good);
    assert_eq!(ana.person.lockout_threshold, Some(5));
    assert_eq!(said(&login(&directory, "ana", &variable("DIRECTORY_PASSWORD")).await), "right");
    assert_eq!(said(&login(&directory, "nobody", &variable("DIRECTORY_PASSWORD")).await), "wrong");
}

#[tokio::test]
async fn j06_every_way_to_write_a_name_finds_the_same_person() {
    let directory = Section::active_directory().build();
    let ana = found(&directory, "ana").await.stable_id;
    for name in ["ANA", " ana ", "CORP\\ana", "corp\\Ana", "ana@corp.example.test", "ANA@CORP.EXAMPLE.TEST"] {
        assert_eq!(found(&directory, name).await.stable_id, ana, "{name:?}");
    }
    for name in ["OTHER\\ana", "ana@other.example", "a*", "ana)(cn=*"] {
        assert_eq!(looked(&directory.look_up(name).await), "nobody", "{name:?}");
    }
}

#[tokio::test]
async fn a_person_binds_by_every_kind_of_name_where_no_account_searches() {
    let password = variable("DIRECTORY_PASSWORD");
    let expected = found(&Section::active_directory().build(), "ana").await.stable_id;
    for (template, typed) in [
        ("{name}@corp.example.test", "ana"),
        ("{name}@corp.example.test", "CORP\\ana"),
        ("CORP\\{name}", "ana"),
        ("CORP\\{name}", "ana@corp.example.test"),
        ("{name}", "ana@corp.example.test"),
        ("CN={name},CN=Users,DC=corp,DC=example,DC=test", "Ana Ruiz"),
    ] {
        let directory = Section::active_directory().direct(template).build();
        assert_eq!(looked(&directory.look_up(typed).await), "needs a bind");
        match login(&directory, typed, &password).await {
            Answer::Right(ana) => assert_eq!(ana.stable_id, expected, "{template}"),
            other => panic!("{template} {typed}: {}", said(&other)),
        }
    }
    let directory = Section::active_directory().direct("{name}@corp.example.test").build();
    assert_eq!(said(&login(&directory, "nobody", &password).await), "wrong");
}

#[tokio::test]
async fn starttls_serves_as_well() {
    let directory = Section::active_directory().text("security", "starttls").build();
    assert_eq!(said(&login(&directory, "ana", &variable("DIRECTORY_PASSWORD")).await), "right");
}

#[tokio::test]
async fn only_members_come_in_nested_ones_too() {
    let group = "CN=Help Desk,CN=Users,DC=corp,DC=example,DC=test";
    let directory = Section::active_directory().text("required_group", group).build();
    let password = variable("DIRECTORY_PASSWORD");
    for (name, expected) in [("ana", "right"), ("nia", "right"), ("ben", "refused: NotInGroup")] {
        assert_eq!(said(&login(&directory, name, &password).await), expected, "{name}");
    }
    let direct = Section::active_directory().text("required_group", group).direct("CORP\\{name}").build();
    assert_eq!(said(&login(&direct, "nia", &password).await), "right");
    assert_eq!(said(&login(&direct, "ben", &password).await), "refused: NotInGroup");
}

#[tokio::test]
async fn a_person_who_is_renamed_is_the_same() {
    let directory = Section::active_directory().build();
    let before = found(&directory, "ren").await;
    change_active_directory(
        "dn: CN=Ren Renamed,CN=Users,DC=corp,DC=example,DC=test\nchangetype: modify\nreplace: sAMAccountName\n\
         sAMAccountName: renata\n-\nreplace: userPrincipalName\nuserPrincipalName: renata@corp.example.test\n",
    );
    assert_eq!(found(&directory, "renata").await.stable_id, before.stable_id);
    assert_eq!(looked(&directory.look_up("ren").await), "nobody");
    let LookUp::Found(again) = directory.refresh(&before.stable_id).await else { panic!("not found") };
    assert_eq!(again.person.names, ["renata", "renata@corp.example.test"]);
}

#[tokio::test]
async fn a_persons_own_policy_goes_before_that_of_the_domain() {
    let directory = Section::active_directory().build();
    assert_eq!(directory.lockout_threshold(), None);
    assert_eq!(found(&directory, "ana").await.person.lockout_threshold, Some(5));
    assert_eq!(directory.lockout_threshold(), Some(5));
    // Only an administrator may read a password settings object, unless it is allowed (the guide says how).
    let admin = Section::active_directory().text("service_account", "administrator@corp.example.test").build();
    assert_eq!(found(&admin, "gus").await.person.lockout_threshold, Some(3));
}

#[tokio::test]
async fn wrong_passwords_are_counted_until_a_right_one() {
    let directory = Section::active_directory().build();
    assert_eq!(found(&directory, "ben").await.person.bad_password_count, Some(0));
    assert_eq!(said(&login(&directory, "ben", "not this one").await), "wrong");
    assert_eq!(found(&directory, "ben").await.person.bad_password_count, Some(1));
    assert_eq!(said(&login(&directory, "ben", &variable("DIRECTORY_PASSWORD")).await), "right");
    assert_eq!(found(&directory, "ben").await.person.bad_password_count, Some(0));
}
