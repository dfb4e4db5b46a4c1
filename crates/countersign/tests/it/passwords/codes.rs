//! Recovery codes: the lost phone, the account without a destination, the factor that wrong codes turned off.

use countersign_core::identifier::Identifier;

use super::ANA_BY_MAIL;
use crate::attacks::count;
use crate::people::{ANA, Person, wrong};
use crate::world::{Setup, World, story};

story!(ana_has_lost_her_phone_and_gets_in_with_a_code_from_paper, Setup::required(), |world| {
    let id = world.knows(ANA_BY_MAIL).await;
    let mut ana = world.signed_in(ANA_BY_MAIL).await;
    ana.sees("Recovery codes You have none.");
    let codes = ana.makes_recovery_codes(world).await;
    ana.sees("These codes are shown this one time.");
    assert!(world.mail().notice().await.read().contains("recovery codes"));
    ana.opens("/account/recovery-codes").await;
    ana.sees("You have 10 left.");
    assert!(!ana.page().body.contains(&codes[0]), "never shown again");

    let mut elsewhere = world.browser().at("198.51.100.20");
    elsewhere.signs_in(ANA_BY_MAIL).await;
    elsewhere.is_at("/login/destination");
    elsewhere.sees("Use a recovery code");
    // As people type: small letters, blanks instead of hyphens.
    elsewhere.recovers(&codes[3].to_lowercase().replace('-', " ")).await;
    elsewhere.is_signed_in();
    elsewhere.sees("Your password and a recovery code");
    elsewhere.sees("You have 9 left.");
    elsewhere.sees("A recovery code was used");
    let told = world.mail().notice().await.read();
    assert!(told.contains("A recovery code of your account was used. 9 are left."), "{told}");
    assert_eq!(count(world, id, "authn_recovery_code_accepted").await, 1);
    assert!(world.mail().received().iter().filter(|mail| mail.found_code().is_some()).count() == 1, "no code was sent");

    let mut again = world.browser();
    again.signs_in(ANA_BY_MAIL).await;
    again.recovers(&codes[3]).await;
    again.has_status(422);
    again.sees("That code is wrong, or it was used before.");
});

story!(a_login_that_has_sent_a_code_takes_a_recovery_code_too, Setup::required(), |world| {
    world.knows(ANA_BY_MAIL).await;
    let codes = world.signed_in(ANA_BY_MAIL).await.makes_recovery_codes(world).await;
    let (mut ana, code) = world.at_the_code_page(ANA_BY_MAIL).await;
    ana.sees("Use a recovery code");
    ana.recovers(&codes[0]).await;
    ana.is_signed_in();
    // The code that was sent is worth nothing now.
    let copy = ana.clone();
    let mut copy = copy;
    copy.posts("/login/code", &format!("code={code}")).await;
    copy.has_status(303);
    assert!(copy.page().location().starts_with("/login"));
});

async fn loses_every_address(world: &World, person: Person) {
    let id = world.account_of(person).await;
    let row = world.account(id).await;
    let work = world.app.store.write(move |tx| {
        Box::pin(async move {
            tx.set_email(&row, None, jiff::Timestamp::UNIX_EPOCH).await?;
            tx.set_phone(row.account.id, None, jiff::Timestamp::UNIX_EPOCH).await
        })
    });
    work.await.unwrap();
}

impl World {
    pub(crate) async fn account_of(&self, person: Person) -> countersign_core::id::AccountId {
        let identifier: Identifier = person.identifiers[0].parse().unwrap();
        let found = self.app.store.account_by_identifier(&person.realm.parse().unwrap(), &identifier).await;
        found.unwrap().unwrap().account.id
    }
}

story!(with_no_destination_a_recovery_code_is_the_way_in, Setup::required(), |world| {
    world.knows(ANA_BY_MAIL).await;
    let codes = world.signed_in(ANA_BY_MAIL).await.makes_recovery_codes(world).await;
    world.settled().await;
    loses_every_address(world, ANA_BY_MAIL).await;
    let mut ana = world.browser();
    ana.signs_in(ANA_BY_MAIL).await;
    ana.is_at("/login/recovery");
    ana.sees("We have nowhere to send a code.");
    ana.does_not_see("Send me a code instead");
    ana.recovers(&codes[0]).await;
    ana.is_signed_in();
});

story!(
    a_recovery_code_turns_the_factor_on_that_wrong_codes_turned_off,
    Setup::required().set("lockout.code_failures", "5").expecting("too many wrong codes"),
    |world| {
        let id = world.knows(ANA_BY_MAIL).await;
        let codes = world.signed_in(ANA_BY_MAIL).await.makes_recovery_codes(world).await;
        let (mut ana, code) = world.at_the_code_page(ANA_BY_MAIL).await;
        for number in 1..=5 {
            ana.enters(&wrong(&code, number)).await;
        }
        assert!(world.account(id).await.account.factor_disabled_at.is_some());
        ana.signs_in(ANA_BY_MAIL).await;
        ana.is_at("/login/recovery");
        ana.sees("switches codes on again");
        // Wrong ones have a pause of their own now.
        for number in 0..5_u8 {
            ana.recovers(&"23456-789AB-CDEFG-HJKMN-PQRS0".replace('0', &number.to_string())).await;
            ana.has_status(422);
            ana.sees("That code is wrong");
        }
        ana.recovers(&codes[0]).await;
        ana.sees("Too many wrong recovery codes.");
        world.passes(jiff::SignedDuration::from_mins(31)).await;
        ana.signs_in(ANA_BY_MAIL).await;
        ana.recovers(&codes[0]).await;
        ana.is_signed_in();
        let account = world.account(id).await.account;
        assert_eq!((account.factor_disabled_at, account.code_failures), (None, 0));
    }
);

story!(who_has_no_recovery_codes_is_refused_as_before, Setup::required().without_sms(), |world| {
    // A phone that nothing reaches: who has no contact at all enrols instead.
    world.knows(Person { email: None, ..ANA }).await;
    let mut ana = world.browser();
    ana.signs_in(ANA).await;
    ana.has_status(403);
    ana.sees("We have nowhere to send your code");
});

story!(new_codes_replace_those_before, Setup::required(), |world| {
    world.knows(ANA_BY_MAIL).await;
    let mut ana = world.signed_in(ANA_BY_MAIL).await;
    let old = ana.makes_recovery_codes(world).await;
    let new = ana.makes_recovery_codes(world).await;
    assert!(old.iter().all(|code| !new.contains(code)));
    let mut elsewhere = world.browser();
    elsewhere.signs_in(ANA_BY_MAIL).await;
    elsewhere.recovers(&old[0]).await;
    elsewhere.sees("That code is wrong");
    elsewhere.recovers("12345").await;
    elsewhere.sees("That is no recovery code");
    elsewhere.recovers(&new[0]).await;
    elsewhere.is_signed_in();
});
