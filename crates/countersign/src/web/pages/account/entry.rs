//! The page for a code that is not for a login, the same wherever one is asked for.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::realm::RealmName;

use super::own_fault;
use crate::flow::challenge::{Awaited, Judged, Sent};
use crate::web::ctx::{Ctx, render};
use crate::web::error::Fault;
use crate::web::views::account::code_entry::{CodeEntry, EntryStatus};
use crate::web::views::account::fault::OwnFault;
use crate::web::views::moment::Moment;

/// What is different from page to page.
pub(in crate::web) struct Entry<'a> {
    pub(in crate::web) realm: &'a RealmName,
    pub(in crate::web) csrf: String,
    pub(in crate::web) action: &'a str,
    pub(in crate::web) resend: &'a str,
    pub(in crate::web) then: Option<&'static str>,
    /// Where the code went: masked, or in full where the person has just typed it.
    pub(in crate::web) address: String,
    pub(in crate::web) back: &'a str,
}

/// The page, perhaps again after a try.
pub(in crate::web) fn page(
    ctx: &Ctx,
    entry: Entry<'_>,
    awaited: &Awaited,
    status: Option<EntryStatus>,
    judged: Option<Judged>,
) -> Result<Response, Fault> {
    let fault = judged.map(|judged| match judged {
        Judged::Wrong => OwnFault::CodeWrong { tries: awaited.tries_left },
        other => own_fault(other),
    });
    let view = CodeEntry {
        shell: ctx.shell(Some(entry.realm)),
        csrf: entry.csrf,
        action: entry.action.to_owned(),
        resend: entry.resend.to_owned(),
        then: entry.then,
        channel: awaited.destination.channel(),
        address: entry.address,
        tries_left: awaited.tries_left,
        valid_until: Moment::time(awaited.valid_until),
        valid_seconds: ctx.seconds_until(awaited.valid_until),
        resend_wait_seconds: ctx.seconds_until(awaited.resend_at),
        status: if awaited.failed { Some(EntryStatus::Failed) } else { status },
        fault,
        back_url: entry.back.to_owned(),
    };
    let mut response = render(&view)?;
    if fault.is_some() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// What a page says of a message that was asked for; nothing where it is simply on its way.
pub(in crate::web) const fn status(sent: Sent) -> Option<EntryStatus> {
    match sent {
        Sent::Again => Some(EntryStatus::Again),
        Sent::Cooldown => Some(EntryStatus::Cooldown),
        Sent::New => None,
        Sent::TooMany { .. } => Some(EntryStatus::TooMany),
    }
}
