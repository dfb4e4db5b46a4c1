//! What happened to the account lately.

use axum::response::Response;
use countersign_core::policy::Trigger;

use super::signed_in;
use crate::flow::activity::{self, Activity, Why};
use crate::flow::session::Current;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::pages::see_other;
use crate::web::views::account::activity::{ActivityPage, Event, WhyCode};
use crate::web::views::moment::Moment;

/// How many entries the page has.
const PAGE_LEN: usize = 100;

/// The newest entries.
pub(super) async fn section(ctx: &Ctx, current: &Current, length: usize) -> Result<Vec<Event>, Fault> {
    Ok(activity::recent(&ctx.app, current, length).await?.into_iter().map(event).collect())
}

/// The page with more of them.
pub(in crate::web) async fn show(ctx: Ctx) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let Some(token) = &ctx.visitor.session else { return see_other("/login") };
    render(&ActivityPage {
        shell: ctx.shell(Some(&current.session.realm)),
        csrf: ctx.form_token(Form::Session, token),
        activity: section(&ctx, &current, PAGE_LEN).await?,
    })
}

fn event(activity: Activity) -> Event {
    let why = activity.why.map(|why| match why {
        Why::Asked(reasons) => WhyCode::Asked(reasons.into_iter().map(Trigger::as_str).collect()),
        Why::NoneNeeded => WhyCode::NoneNeeded,
        Why::NothingFired => WhyCode::NothingFired,
    });
    Event { what: activity.what, at: Moment::date_time(activity.at), from: activity.ip, browser: activity.browser, why }
}
