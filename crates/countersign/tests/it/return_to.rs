//! Where a login leads: the realms' doors, and `return_to`.

use url::form_urlencoded::byte_serialize;

use countersign_core::realm::RealmName;

use crate::people::{ANA, PASSWORD};
use crate::world::{PUBLIC_URL, Setup, story};

fn door(return_to: &str) -> String {
    format!("/login/internal?return_to={}", byte_serialize(return_to.as_bytes()).collect::<String>())
}

story!(
    one_realm_needs_no_choice,
    Setup::new().change(|parts| {
        parts.config.settings.realms.remove(&RealmName::external());
    }),
    |world| {
        let mut ana = world.browser();
        ana.opens("/login?return_to=/account").await;
        ana.is_at("/login/internal?return_to=https%3A%2F%2Flogin.example.com%2Faccount");
        ana.does_not_see("Go to a different sign-in page");
    }
);

story!(two_realms_are_a_choice, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens("/login").await;
    ana.is_at("/login");
    ana.sees("Which of these are you?");
    ana.sees("Staff");
    ana.sees("Customers");
    let links = crate::html::links(&ana.page().body);
    assert!(
        ["/login/internal", "/login/external"].iter().all(|door| links.iter().any(|link| link == door)),
        "{links:?}"
    );
    ana.opens("/login/nowhere").await;
    ana.has_status(404);
});

story!(a_path_of_ours_is_honoured, Setup::required(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens(&door("/account?notice=devices-revoked")).await;
    ana.gives("internal", "ana", PASSWORD).await;
    ana.chooses("email").await;
    let code = world.mail().next().await.code();
    ana.submits("/login/code", &[("code", &code)]).await;
    assert_eq!(ana.page().location(), format!("{PUBLIC_URL}/account?notice=devices-revoked"));
});

story!(an_allowed_site_is_honoured, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens(&door("https://erp.example.com/tickets/7?tab=1#top")).await;
    // A typing error does not lose the way.
    ana.gives("internal", "ana", "wrong").await;
    ana.gives("internal", "ana", PASSWORD).await;
    ana.is_at("https://erp.example.com/tickets/7?tab=1#top");
    assert!(
        ana.page().header("content-security-policy").unwrap().contains("form-action 'self' https://erp.example.com")
    );
});

story!(signing_in_again_goes_where_the_last_form_said, Setup::required(), |world| {
    world.knows(ANA).await;
    let (mut ana, code) = world.at_the_code_page(ANA).await;
    ana.opens(&door("https://erp.example.com/a")).await;
    ana.gives("internal", "ana", PASSWORD).await;
    ana.is_at("/login/code");
    ana.enters(&code).await;
    ana.is_at("https://erp.example.com/a");
});

story!(e_05_anything_else_is_dropped, Setup::new(), |world| {
    world.knows(ANA).await;
    let mut ana = world.browser();
    ana.opens("/login/internal").await;
    for elsewhere in [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "https://evil.example/",
        "https://erp.example.com.evil.example/",
        "https://erp.example.com@evil.example/",
        "https://user:pass@erp.example.com/",
        "https://erp.example.com:444/",
        "http://erp.example.com/",
        "https://erp.example.com%2eevil.example/",
        "https://xn--erp-example-com.evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\t/evil.example",
        "/\n/evil.example",
        "%2f%2fevil.example",
        "/%0d%0aSet-Cookie:x=1\r\nx",
        "https://erp.example.com\\@evil.example",
        "account",
        "",
    ] {
        ana.opens("/login/internal").await;
        ana.submits("/login/internal", &[("identifier", "ana"), ("password", PASSWORD), ("return_to", elsewhere)])
            .await;
        ana.has_status(303);
        assert_eq!(ana.page().location(), "/account", "{elsewhere:?}");
        assert_eq!(ana.page().all("set-cookie").filter(|cookie| cookie.starts_with("x=")).count(), 0);
    }
    let long = format!("/{}", "a".repeat(3000));
    ana.opens("/login/internal").await;
    ana.submits("/login/internal", &[("identifier", "ana"), ("password", PASSWORD), ("return_to", &long)]).await;
    assert_eq!(ana.page().location(), "/account");
});
