//! What happened to the account lately.

use axum::extract::Path;
use axum::response::Response;
use countersign_core::policy::Trigger;

use super::signed_in;
use crate::flow::activity::{self, Activity, Why};
use crate::flow::not_me;
use crate::flow::session::Current;
use crate::web::cookie::Name;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::pages::not_me::{finished, offered};
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
    let not_me_url = activity.disputable.map(|entry| format!("/account/activity/{entry}/not-me"));
    Event {
        not_me_url,
        what: activity.what,
        at: Moment::date_time(activity.at),
        from: activity.ip,
        browser: activity.browser,
        why,
    }
}

/// What saying "This was not me" of an entry will do.
pub(in crate::web) async fn dispute(ctx: Ctx, Path(entry): Path<i64>) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let Some(token) = &ctx.visitor.session else { return see_other("/login") };
    let offer = not_me::offer_of_entry(&ctx.app, &current, entry).await?.ok_or(Fault::NotFound)?;
    let action = format!("/account/activity/{entry}/not-me");
    render(&offered(&ctx, &offer, ctx.form_token(Form::Session, token), action))
}

/// Says it. This session ends with all others.
pub(in crate::web) async fn disown(mut ctx: Ctx, Path(entry): Path<i64>, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    "/account".clone_into(&mut ctx.here);
    let done = not_me::from_session(&ctx.app, &ctx.visitor, &current, entry).await?.ok_or(Fault::NotFound)?;
    let mut page = finished(&ctx, &done)?;
    for over in [Name::Device, Name::Session] {
        ctx.jar.clear(page.headers_mut(), over);
    }
    Ok(page)
}
