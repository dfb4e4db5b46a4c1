//! The page for a request that could not be answered: what happened, what to do next.

use askama::Template;

use super::shell::{Page, Shell};

/// The page of a failed request.
#[derive(Template)]
#[template(path = "fault.html")]
pub struct Fault {
    /// The frame.
    pub shell: Shell,
    /// What kind of failure.
    pub kind: FaultKind,
    /// The number under which the log knows this request.
    pub request_id: String,
    /// Where to begin again.
    pub login_url: String,
}

/// What kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// 400: the form is broken.
    BadForm,
    /// 503: too much to do at this moment.
    Busy,
    /// 403: the form came from another page, or its token is out of date.
    ForeignForm,
    /// 500: our own failure.
    Internal,
    /// 404.
    NotFound,
    /// 413.
    TooLarge,
    /// 429: too many requests from one network.
    TooMany,
    /// 405: right address, wrong way.
    WrongMethod,
}

impl FaultKind {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::BadForm => 400,
            Self::Busy => 503,
            Self::ForeignForm => 403,
            Self::Internal => 500,
            Self::NotFound => 404,
            Self::TooLarge => 413,
            Self::TooMany => 429,
            Self::WrongMethod => 405,
        }
    }
}

impl Fault {
    fn text(&self, part: &str) -> String {
        let kind = match self.kind {
            FaultKind::BadForm => "bad-form",
            FaultKind::Busy => "busy",
            FaultKind::ForeignForm => "foreign-form",
            FaultKind::Internal => "internal",
            FaultKind::NotFound => "not-found",
            FaultKind::TooLarge => "too-large",
            FaultKind::TooMany => "too-many",
            FaultKind::WrongMethod => "wrong-method",
        };
        self.shell.t(&format!("fault-{kind}-{part}"))
    }
}

impl Page for Fault {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn title(&self) -> String {
        self.text("title")
    }

    fn in_error(&self) -> bool {
        true
    }
}

#[cfg(test)]
impl Fault {
    pub(super) fn samples(shell: &Shell) -> Vec<Self> {
        use FaultKind::{BadForm, Busy, ForeignForm, Internal, NotFound, TooLarge, TooMany, WrongMethod};
        [ForeignForm, Busy, BadForm, Internal, NotFound, TooLarge, TooMany, WrongMethod]
            .map(|kind| Self {
                shell: Shell { realm_title: None, ..shell.clone() },
                kind,
                request_id: "7F3K-92QD".into(),
                login_url: "/login".into(),
            })
            .into()
    }
}
