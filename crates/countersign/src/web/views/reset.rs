//! `/reset/{token}`: a new password in place of a forgotten one.

use askama::Template;

use super::shell::{Page, Shell};
use super::unfit;
use crate::flow::new_password::Unfit;

/// The page of a link that a mail carried.
#[derive(Template)]
#[template(path = "reset.html")]
pub struct Reset {
    /// The frame.
    pub shell: Shell,
    /// The form; none when the link does not work.
    pub form: Option<ResetForm>,
    /// Where a new link can be asked for.
    pub forgot_url: String,
    /// Why the form came back.
    pub unfit: Option<Unfit>,
}

/// What the form needs.
#[derive(Clone)]
pub struct ResetForm {
    /// The form's anti-forgery token.
    pub csrf: String,
    /// Where it goes: the address of the link.
    pub action: String,
    /// The fewest characters.
    pub length_min: usize,
}

impl Reset {
    fn length_min(&self) -> usize {
        self.form.as_ref().map_or(0, |form| form.length_min)
    }

    fn unfit_text(&self) -> Option<String> {
        self.unfit.map(|unfit| unfit::text(&self.shell.tx, unfit))
    }
}

impl Page for Reset {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.shell.t(if self.form.is_some() { "reset-title" } else { "reset-gone-title" })
    }

    fn in_error(&self) -> bool {
        self.form.is_none() || self.unfit.is_some()
    }
}

#[cfg(test)]
impl Reset {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        let form = ResetForm { csrf: "token".into(), action: "/reset/token".into(), length_min: 15 };
        let sample = |form: Option<ResetForm>, unfit| Self {
            shell: shell.clone(),
            form,
            forgot_url: "/forgot?realm=internal".into(),
            unfit,
        };
        let unfit = unfit::ALL.map(|unfit| sample(Some(form.clone()), Some(unfit)));
        [sample(Some(form.clone()), None), sample(None, None)].into_iter().chain(unfit).collect()
    }
}
