//! The account's sessions.

use axum::extract::Path;
use axum::response::Response;

use super::{done, signed_in};
use crate::flow::session::{self, Current};
use crate::web::ctx::{Ctx, Form};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::views::account::AccountNotice;
use crate::web::views::account::sessions::Session;
use crate::web::views::moment::Moment;

/// What the page shows of them: this one first.
pub(super) async fn section(ctx: &Ctx, current: &Current) -> Result<Vec<Session>, Fault> {
    let sessions = session::list(&ctx.app, &ctx.visitor, current).await?;
    let mut shown: Vec<Session> = sessions
        .into_iter()
        .map(|session| Session {
            this_one: session.id == current.session.id,
            id: session.id.to_string(),
            browser: crate::flow::browser_name(&session.browser),
            from: session.ip,
            since: Moment::date_time(session.created_at),
            last_used: Moment::date_time(session.seen_at),
        })
        .collect();
    shown.sort_by_key(|session| !session.this_one);
    Ok(shown)
}

/// Ends one.
pub(in crate::web) async fn end(mut ctx: Ctx, Path(id): Path<String>, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    let id = id.parse().map_err(|_| Fault::NotFound)?;
    session::end(&ctx.app, &ctx.visitor, &current, id).await?;
    done(AccountNotice::SessionEnded)
}

/// Ends all but this one.
pub(in crate::web) async fn end_others(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    session::end_others(&ctx.app, &ctx.visitor, &current).await?;
    done(AccountNotice::SessionsEnded)
}
