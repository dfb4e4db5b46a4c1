//! Renders every page in every state.
//!
//! With `COUNTERSIGN_RENDER_DIR` set, the pages are also written there, to be looked at.

use std::path::PathBuf;

use super::shell::{Banner, Contact, Page, Shell};
use super::{account, code, destination, fault, login, logout, mask, outbox, realm_choice, refused, welcome};
use crate::i18n::Catalogue;

fn shells() -> Vec<Shell> {
    let plain = Shell {
        tx: Catalogue::load().unwrap().texts("en"),
        site_name: "Acme Field Service".into(),
        realm_title: Some("Staff".into()),
        banner: None,
        environment: None,
        contact: Some(Contact::parse("help@acme.example")),
    };
    let test = Shell { banner: Some(Banner::Quarantine), environment: Some("test".into()), ..plain.clone() };
    let demo = Shell { banner: Some(Banner::Demo), contact: None, realm_title: None, ..plain.clone() };
    vec![plain, test, demo]
}

/// Every page: a name for its file, and the text.
fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for (index, shell) in shells().iter().enumerate() {
        let prefix = ["plain", "test", "demo"][index];
        add(&mut pages, prefix, "account", account::Account::samples(shell));
        add(&mut pages, prefix, "code", code::Code::samples(shell));
        add(&mut pages, prefix, "destination", destination::Destination::samples(shell));
        add(&mut pages, prefix, "fault", fault::Fault::samples(shell));
        add(&mut pages, prefix, "login", login::Login::samples(shell));
        add(&mut pages, prefix, "logout", logout::Logout::samples(shell));
        add(&mut pages, prefix, "outbox", outbox::Outbox::samples(shell));
        add(&mut pages, prefix, "realms", realm_choice::RealmChoice::samples(shell));
        add(&mut pages, prefix, "refused", refused::Refused::samples(shell));
        add(&mut pages, prefix, "welcome", welcome::Welcome::samples(shell));
    }
    pages
}

fn add<P: Page>(pages: &mut Vec<(String, String)>, prefix: &str, name: &str, samples: Vec<P>) {
    for (index, page) in samples.into_iter().enumerate() {
        assert_eq!(page.head_title().starts_with("Error: "), page.in_error(), "{name} {index}");
        pages.push((format!("{prefix}-{name}-{index:02}.html"), page.render().unwrap()));
    }
}

#[test]
fn every_page_in_every_state_is_whole() {
    for (name, html) in pages() {
        assert!(!html.contains('⟦'), "{name}: a text is missing: {}", around(&html, '⟦'));
        assert!(!html.contains("{$"), "{name}: an argument is missing: {}", around(&html, '{'));
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
        assert!(html.contains("<html lang=\"en\">"), "{name}: its language");
        assert_eq!(unbalanced(&html), None, "{name}: tags");
        assert_eq!(duplicate_id(&html), None, "{name}: ids");
    }
}

/// The Content-Security-Policy forbids these, so a page that had one would not work.
#[test]
fn no_page_has_inline_code_or_loads_from_elsewhere() {
    for (name, html) in pages() {
        for forbidden in
            [" style=", " onclick=", " onsubmit=", "<style", "javascript:", "src=\"http", "\"/static/missing"]
        {
            assert!(!html.contains(forbidden), "{name}: {forbidden}");
        }
        assert_eq!(html.matches("<script").count(), html.matches("<script src=\"/static/").count(), "{name}");
    }
}

#[test]
fn every_form_that_posts_carries_its_token() {
    for (name, html) in pages() {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.contains("name=\"csrf\" value=\"token\""), "{name}");
        }
    }
}

#[test]
fn what_a_person_typed_is_escaped() {
    let shell = &shells()[0];
    let page = login::Login::samples(shell).into_iter().find(|page| !page.identifier.is_empty()).unwrap();
    let html = askama::Template::render(&page).unwrap();
    assert!(!html.contains("<1>") && html.contains("&#60;1&#62;"));
}

#[test]
fn the_sandbox_inbox_finds_the_code_written_or_read_aloud() {
    let inbox = &outbox::Outbox::samples(&shells()[0])[0];
    let html = askama::Template::render(inbox).unwrap();
    assert_eq!(html.matches("<code>042917</code>").count(), 3, "a text message, a call, a mail");
    assert_eq!(inbox.messages.len(), 4, "and one message without a code");
}

#[test]
fn a_masked_destination_is_read_without_its_dots() {
    let tx = &shells()[0].tx;
    let number = mask::spoken(tx, "+1 ••• ••• 4567");
    assert_eq!(number, "the one that starts with +1 and ends with 4567");
    let address = mask::spoken(tx, "al•••@example.com");
    assert_eq!(address, "the one that starts with al and ends with @example.com");
    assert_eq!(mask::spoken(tx, "nothing hidden"), "nothing hidden");
}

#[test]
fn trust_is_never_ticked_on_the_first_showing() {
    let html = askama::Template::render(&code::Code::samples(&shells()[0])[0]).unwrap();
    let tick = html.split("id=\"trust\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(!tick.contains("checked"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a developer's switch, read by a test only")]
fn pages_are_written_for_looking_at_when_asked_for() {
    let Some(folder) = std::env::var_os("COUNTERSIGN_RENDER_DIR").map(PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    for (name, html) in pages() {
        std::fs::write(folder.join(name), html).unwrap();
    }
}

/// The first tag that closes what is not open, or stays open.
fn unbalanced(html: &str) -> Option<String> {
    const VOID: [&str; 9] = ["!doctype", "meta", "link", "input", "br", "hr", "img", "rect", "path"];
    let mut open: Vec<&str> = Vec::new();
    for part in html.split('<').skip(1) {
        let tag = part.split('>').next().unwrap();
        let name = tag.split([' ', '\n', '/']).find(|name| !name.is_empty()).unwrap();
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return Some(tag.to_owned());
            }
        } else if !VOID.contains(&name) && !tag.ends_with('/') {
            open.push(name);
        }
    }
    open.pop().map(str::to_owned)
}

fn duplicate_id(html: &str) -> Option<&str> {
    let mut seen = std::collections::BTreeSet::new();
    html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).find(|id| !seen.insert(*id))
}

fn around(html: &str, sign: char) -> &str {
    let at = html.find(sign).unwrap();
    html.get(at..).unwrap().lines().next().unwrap()
}
