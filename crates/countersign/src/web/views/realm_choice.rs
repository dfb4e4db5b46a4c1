//! `/login`: which population do you belong to?

use askama::Template;

use super::shell::{Page, Shell};

/// The page that asks for the realm.
#[derive(Template)]
#[template(path = "realm_choice.html")]
pub struct RealmChoice {
    /// The frame.
    pub shell: Shell,
    /// The realms, in the order they are offered.
    pub realms: Vec<RealmLink>,
}

/// One realm to choose.
pub struct RealmLink {
    /// What the person reads.
    pub title: String,
    /// The address of its login page, with `return_to` if there is one.
    pub url: String,
}

impl RealmLink {
    /// The link to a realm's login page.
    pub fn new(name: &str, title: &str, return_to: Option<&str>) -> Self {
        let mut url = format!("/login/{name}");
        if let Some(return_to) = return_to {
            let query: String = url::form_urlencoded::byte_serialize(return_to.as_bytes()).collect();
            url.push_str("?return_to=");
            url.push_str(&query);
        }
        Self { title: title.to_owned(), url }
    }
}

impl Page for RealmChoice {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t("realms-title")
    }
}

#[cfg(test)]
impl RealmChoice {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let realms = vec![
            RealmLink::new("internal", "Staff and technicians", Some("https://erp.example.com/jobs?a=1&b=2")),
            RealmLink::new("external", "Customers", None),
        ];
        vec![Self { shell: Shell { realm_title: None, ..shell.clone() }, realms }]
    }
}
