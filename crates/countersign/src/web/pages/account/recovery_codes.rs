//! `/account/recovery-codes`: how many are left, and new ones.

use axum::response::Response;
use countersign_core::secret::Secret;

use super::confirm::{self, After};
use super::signed_in;
use crate::flow::recovery_codes;
use crate::flow::session::Current;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::pages::see_other;
use crate::web::views::moment::Moment;
use crate::web::views::recovery_codes::RecoveryCodes;

/// How many are left.
pub(in crate::web) async fn show(ctx: Ctx) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match confirm::needed(&ctx, &current, After::RecoveryCodes)? {
        Some(elsewhere) => Ok(elsewhere),
        None => page(&ctx, &current, &[]).await,
    }
}

/// New ones. They are in this answer and nowhere else: no redirect could show them.
pub(in crate::web) async fn make(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    match recovery_codes::make(&ctx.app, &ctx.visitor, &current).await? {
        Some(codes) => page(&ctx, &current, &codes).await,
        None => After::RecoveryCodes.confirm_first(),
    }
}

async fn page(ctx: &Ctx, current: &Current, codes: &[Secret]) -> Result<Response, Fault> {
    let Some(token) = &ctx.visitor.session else { return see_other("/login") };
    let left = recovery_codes::left(&ctx.app, current).await?;
    render(&RecoveryCodes {
        shell: ctx.shell(Some(&current.session.realm)),
        csrf: ctx.form_token(Form::Session, token),
        left: left.left,
        made_at: left.made_at.map(Moment::date_time),
        codes: codes.iter().map(|code| code.expose().to_owned()).collect(),
        identifier: current.account.identifiers.first().cloned().unwrap_or_default(),
    })
}
