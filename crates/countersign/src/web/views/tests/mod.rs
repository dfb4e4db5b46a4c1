//! Renders every page in every state.
//!
//! With `COUNTERSIGN_RENDER_DIR` set, the pages are also written there, to be looked at.

mod accessibility;

use std::path::PathBuf;

use super::shell::{Banner, Contact, LanguageName, Page, Shell};
use super::{
    account, code, destination, enrol, fault, forgot, login, logout, mask, not_me, outbox, password_change,
    realm_choice, recovery, recovery_codes, refused, reset, welcome,
};
use crate::i18n::Catalogue;

/// A page in one of its states.
struct Sample {
    /// The language it should be in.
    tag: String,
    /// A name for its file.
    name: String,
    html: String,
}

/// The frame in a language: bare, of a test copy, of a demo.
fn shells(catalogue: &Catalogue, tag: &str) -> [Shell; 3] {
    let plain = Shell {
        tx: catalogue.texts(tag),
        site_name: "Acme Field Service".into(),
        realm_title: Some("Staff".into()),
        banner: None,
        shows_inbox: false,
        environment: None,
        contact: Some(Contact::parse("help@acme.example")),
        languages: LanguageName::all(catalogue),
        here: "/login/internal?notice=signed-out&return_to=%2F".into(),
    };
    let test = Shell { banner: Some(Banner::Quarantine), environment: Some("test".into()), ..plain.clone() };
    let demo =
        Shell { banner: Some(Banner::Demo), shows_inbox: true, contact: None, realm_title: None, ..plain.clone() };
    [plain, test, demo]
}

fn english() -> Shell {
    let [plain, ..] = shells(&Catalogue::load().unwrap(), "en");
    plain
}

/// Every page in every state, in every language.
fn pages() -> Vec<Sample> {
    let catalogue = Catalogue::load().unwrap();
    let mut pages = Vec::new();
    for tag in catalogue.tags() {
        for (shell, frame) in shells(&catalogue, tag).iter().zip(["plain", "test", "demo"]) {
            let mut add = |name: &str, samples: Vec<String>| {
                let numbered = samples.into_iter().enumerate();
                pages.extend(numbered.map(|(index, html)| Sample {
                    tag: tag.to_owned(),
                    name: format!("{tag}-{frame}-{name}-{index:02}.html"),
                    html,
                }));
            };
            add("account", rendered(account::Account::samples(shell)));
            add("confirm", rendered(account::confirm::Confirm::samples(shell)));
            add("contact", rendered(account::contact_form::ContactForm::samples(shell)));
            add("contact_removal", rendered(account::contact_form::ContactRemoval::samples(shell)));
            add("entry", rendered(account::code_entry::CodeEntry::samples(shell)));
            add("enrol", rendered(enrol::Enrol::samples(shell)));
            add("code", rendered(code::Code::samples(shell)));
            add("destination", rendered(destination::Destination::samples(shell)));
            add("fault", rendered(fault::Fault::samples(shell)));
            add("activity", rendered(account::activity::ActivityPage::samples(shell)));
            add("forgot", rendered(forgot::Forgot::samples(shell)));
            add("login", rendered(login::Login::samples(shell)));
            add("logout", rendered(logout::Logout::samples(shell)));
            add("not-me", rendered(not_me::NotMe::samples(shell)));
            add("outbox", rendered(outbox::Outbox::samples(shell)));
            add("password", rendered(password_change::PasswordChange::samples(shell)));
            add("recovery", rendered(recovery::Recovery::samples(shell)));
            add("recovery-codes", rendered(recovery_codes::RecoveryCodes::samples(shell)));
            add("reset", rendered(reset::Reset::samples(shell)));
            add("realms", rendered(realm_choice::RealmChoice::samples(shell)));
            add("refused", rendered(refused::Refused::samples(shell)));
            add("welcome", rendered(welcome::Welcome::samples(shell)));
        }
    }
    pages
}

fn rendered<P: Page>(samples: Vec<P>) -> Vec<String> {
    let rendered = samples.into_iter().map(|page| {
        let shell = page.shell();
        let args = [("title", page.title().into()), ("site", shell.site_name.as_str().into())];
        let key = if page.in_error() { "title-error" } else { "title-page" };
        assert_eq!(page.head_title(), shell.tx.with(key, &args));
        page.render().unwrap()
    });
    rendered.collect()
}

#[test]
fn every_page_in_every_state_is_whole() {
    for Sample { tag, name, html } in pages() {
        assert!(!html.contains('⟦'), "{name}: a text is missing: {}", around(&html, '⟦'));
        assert!(!html.contains("{$"), "{name}: an argument is missing: {}", around(&html, '{'));
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
        assert!(html.contains(&format!("<html lang=\"{tag}\">")), "{name}: its language");
        assert_eq!(unbalanced(&html), None, "{name}: tags");
        assert_eq!(duplicate_id(&html), None, "{name}: ids");
    }
}

/// The Content-Security-Policy forbids these, so a page that had one would not work.
#[test]
fn no_page_has_inline_code_or_loads_from_elsewhere() {
    for Sample { name, html, .. } in pages() {
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
    for Sample { name, html, .. } in pages() {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            // What is chosen there is only shown (web/pages/language.rs).
            if form.contains("action=\"/language\"") {
                continue;
            }
            assert!(form.contains("name=\"csrf\" value=\"token\""), "{name}");
        }
    }
}

#[test]
fn what_a_person_typed_is_escaped() {
    let shell = &english();
    let page = login::Login::samples(shell).into_iter().find(|page| !page.identifier.is_empty()).unwrap();
    let html = askama::Template::render(&page).unwrap();
    assert!(!html.contains("<1>") && html.contains("&#60;1&#62;"));
}

#[test]
fn the_sandbox_inbox_finds_the_code_written_or_read_aloud() {
    let inbox = &outbox::Outbox::samples(&english())[0];
    let html = askama::Template::render(inbox).unwrap();
    assert_eq!(html.matches("<code>042917</code>").count(), 3, "a text message, a call, a mail");
    assert_eq!(inbox.messages.len(), 4, "and one message without a code");
}

#[test]
fn a_masked_destination_is_read_without_its_dots() {
    let tx = &english().tx.clone();
    let number = mask::spoken(tx, "+1 ••• ••• 4567");
    assert_eq!(number, "the one that starts with +1 and ends with 4567");
    let address = mask::spoken(tx, "al•••@example.com");
    assert_eq!(address, "the one that starts with al and ends with @example.com");
    assert_eq!(mask::spoken(tx, "nothing hidden"), "nothing hidden");
}

#[test]
fn every_page_offers_each_language_by_its_own_name() {
    for Sample { tag, name, html } in pages() {
        let form = html.split("action=\"/language\"").nth(1).unwrap().split("</form>").next().unwrap();
        assert!(form.contains("value=\"/login/internal?notice=signed-out&#38;return_to=%2F\""), "{name}: {form}");
        for (other, own_name) in [("en", "English"), ("fr", "Français")] {
            let current = if other == tag { " aria-current=\"true\"" } else { "" };
            let button = format!("value=\"{other}\" lang=\"{other}\"{current}>{own_name}</button>");
            assert!(form.contains(&button), "{name}: {form}");
        }
    }
}

#[test]
fn trust_is_never_ticked_on_the_first_showing() {
    let html = askama::Template::render(&code::Code::samples(&english())[0]).unwrap();
    let tick = html.split("id=\"trust\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(!tick.contains("checked"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a developer's switch, read by a test only")]
fn pages_are_written_for_looking_at_when_asked_for() {
    let Some(folder) = std::env::var_os("COUNTERSIGN_RENDER_DIR").map(PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    for Sample { name, html, .. } in pages() {
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
