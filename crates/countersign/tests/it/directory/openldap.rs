//! Contract with OpenLDAP: how people are found, read and proved.

use countersign::directory::{Answer, LookUp, Standing};
use countersign_core::secret::Secret;

use super::{Section, change_openldap, found, login, looked, said, variable};

#[tokio::test]
async fn a_person_is_found_and_their_password_proved() {
    let directory = Section::openldap().build();
    let ana = found(&directory, "ana").await;
    assert_eq!(ana.stable_id.as_str().len(), 32);
    assert_eq!(ana.person.names, ["ana"]);
    assert_eq!(ana.person.display_name.as_deref(), Some("Ana Ruiz"));
    assert_eq!(ana.person.email.as_ref().unwrap().as_str(), "ana@example.test");
    assert_eq!(ana.person.phone.as_ref().unwrap().as_str(), "+14165550123");
    assert_eq!(ana.person.groups, ["cn=helpdesk,ou=groups,dc=example,dc=test"]);
    assert_eq!(ana.person.standing, Standing::Good);
    assert_eq!(said(&login(&directory, "ana", &variable("DIRECTORY_PASSWORD")).await), "right");
    assert_eq!(said(&login(&directory, "nobody", &variable("DIRECTORY_PASSWORD")).await), "wrong");
    // Without what was found before, it is looked for first.
    let proved = directory.prove("ana", None, &Secret::new(variable("DIRECTORY_PASSWORD"))).await;
    assert!(matches!(proved, Answer::Right(proved) if proved.stable_id == ana.stable_id));
}

#[tokio::test]
async fn a_wrong_password_is_wrong_and_is_counted_by_the_directory() {
    let directory = Section::openldap().build();
    let before = found(&directory, "ben").await.person;
    assert_eq!((before.lockout_threshold, before.bad_password_count), (Some(5), Some(0)));
    assert_eq!(said(&login(&directory, "ben", "not this one").await), "wrong");
    assert_eq!(found(&directory, "ben").await.person.bad_password_count, Some(1));
    assert_eq!(said(&login(&directory, "ben", &variable("DIRECTORY_PASSWORD")).await), "right");
    assert_eq!(found(&directory, "ben").await.person.bad_password_count, Some(0));
}

#[tokio::test]
async fn the_second_value_serves_where_the_first_cannot() {
    let ben = found(&Section::openldap().build(), "ben").await.person;
    assert_eq!(ben.email.unwrap().as_str(), "ben@example.test");
    assert_eq!(ben.phone.unwrap().as_str(), "+14165550177");
    let preferred = Section::openldap().set("attributes.phone", "[\"telephoneNumber\", \"mobile\"]");
    let ana = found(&preferred.build(), "ana").await.person;
    assert_eq!(ana.phone.unwrap().as_str(), "+14165550199");
}

#[tokio::test]
async fn a_person_binds_by_their_own_name_where_no_account_searches() {
    let directory = Section::openldap().direct("uid={name},ou=people,dc=example,dc=test").build();
    assert_eq!(looked(&directory.look_up("ana").await), "needs a bind");
    let password = variable("DIRECTORY_PASSWORD");
    let Answer::Right(ana) = login(&directory, "ana", &password).await else { panic!("not right") };
    assert_eq!(ana.person.email.unwrap().as_str(), "ana@example.test");
    assert_eq!(said(&login(&directory, "ana", "not this one").await), "wrong");
    assert_eq!(said(&login(&directory, "nobody", &password).await), "wrong");
    let narrow = Section::openldap().direct("uid={name},ou=people,dc=example,dc=test").text("filter", "(sn=Cole)");
    assert_eq!(said(&login(&narrow.build(), "ana", &password).await), "refused: NotInGroup");
}

#[tokio::test]
async fn a_name_of_two_people_is_nobodys() {
    let directory = Section::openldap().build();
    assert_eq!(looked(&directory.look_up("twin").await), "ambiguous");
    assert_eq!(said(&login(&directory, "twin", &variable("DIRECTORY_PASSWORD")).await), "wrong");
}

#[tokio::test]
async fn only_members_come_in_nested_ones_too() {
    let password = variable("DIRECTORY_PASSWORD");
    let with = |group: &str| Section::openldap().text("required_group", group).build();
    let helpdesk = with("cn=helpdesk,ou=groups,dc=example,dc=test");
    for (name, expected) in [("ana", "right"), ("nia", "right"), ("ben", "refused: NotInGroup")] {
        assert_eq!(said(&login(&helpdesk, name, &password).await), expected, "{name}");
    }
    let posix = with("cn=posix,ou=groups,dc=example,dc=test");
    assert_eq!(said(&login(&posix, "pat", &password).await), "right");
    assert_eq!(said(&login(&posix, "ana", &password).await), "refused: NotInGroup");
    // Two groups that hold each other, and one that is not there.
    assert_eq!(said(&login(&with("cn=about,ou=groups,dc=example,dc=test"), "ben", &password).await), "right");
    assert_eq!(
        said(&login(&with("cn=about,ou=groups,dc=example,dc=test"), "ana", &password).await),
        "refused: NotInGroup"
    );
    assert_eq!(
        said(&login(&with("cn=none,ou=groups,dc=example,dc=test"), "ana", &password).await),
        "refused: NotInGroup"
    );
}

#[tokio::test]
async fn a_person_who_is_renamed_is_the_same_and_one_made_anew_is_another() {
    let directory = Section::openldap().build();
    let before = found(&directory, "ren").await;
    change_openldap(
        "dn: uid=ren,ou=people,dc=example,dc=test\nchangetype: modrdn\nnewrdn: uid=renata\ndeleteoldrdn: 1\n",
    );
    let after = found(&directory, "renata").await;
    assert_eq!(after.stable_id, before.stable_id);
    assert_eq!(looked(&directory.look_up("ren").await), "nobody");
    let LookUp::Found(again) = directory.refresh(&before.stable_id).await else { panic!("not found") };
    assert_eq!(again.person.names, ["renata"]);
    change_openldap(
        "dn: uid=renata,ou=people,dc=example,dc=test\nchangetype: delete\n\n\
         dn: uid=ren,ou=people,dc=example,dc=test\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ren\ncn: Ren\nsn: Ren\n",
    );
    assert_eq!(looked(&directory.refresh(&before.stable_id).await), "nobody");
    assert_ne!(found(&directory, "ren").await.stable_id, before.stable_id);
}

#[tokio::test]
async fn the_next_server_is_asked_when_one_fails_and_the_first_again_after_its_rest() {
    let port = variable("LDAPS_PORT");
    // Nobody listens on port 1.
    let section = Section::openldap().set("servers", &format!("[\"localhost:1\", \"localhost:{port}\"]"));
    let directory = section.build();
    let password = variable("DIRECTORY_PASSWORD");
    for _ in 0..3 {
        assert_eq!(said(&login(&directory, "ana", &password).await), "right");
    }
    let (directory, clock) = Section::openldap().set("servers", "[\"localhost:1\"]").client();
    let first = looked(&directory.look_up("ana").await);
    assert!(first.starts_with("unavailable: no connection"), "{first}");
    let resting = looked(&directory.look_up("ana").await);
    assert!(resting.contains("asked again in at most 31 seconds"), "{resting}");
    clock.advance(jiff::SignedDuration::from_secs(30));
    assert!(looked(&directory.look_up("ana").await).starts_with("unavailable: no connection"));
}

#[tokio::test]
async fn a_service_account_that_is_refused_is_no_answer_about_anybody() {
    let directory = Section::openldap().text("service_password", "not this one").build();
    let told = looked(&directory.look_up("ana").await);
    assert!(told.contains("refused the service account (result 49)"), "{told}");
    assert!(said(&login(&directory, "ana", &variable("DIRECTORY_PASSWORD")).await).starts_with("unavailable"));
}

#[tokio::test]
async fn a_persons_own_policy_goes_before_that_of_the_directory() {
    let directory = Section::openldap().build();
    assert_eq!(directory.lockout_threshold(), None);
    assert_eq!(found(&directory, "ana").await.person.lockout_threshold, Some(5));
    assert_eq!(directory.lockout_threshold(), Some(5));
    assert_eq!(found(&directory, "gus").await.person.lockout_threshold, Some(3));
    // Where it is not to be found, what is configured holds.
    let untold = Section::openldap().without("password_policy").set("lockout_threshold", "7").build();
    assert_eq!(untold.lockout_threshold(), Some(7));
    assert_eq!(found(&untold, "ana").await.person.lockout_threshold, Some(7));
    assert_eq!(found(&untold, "ana").await.person.bad_password_count, None);
}
