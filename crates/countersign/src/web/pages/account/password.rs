//! `/account/password`: another password.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;

use super::confirm::After;
use super::{done, signed_in};
use crate::flow::new_password::{Context, Unfit};
use crate::flow::password_change::{self, Outcome};
use crate::flow::recovery_codes;
use crate::flow::session::Current;
use crate::web::cookie::Name;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::pages::{see_other, to_the_end};
use crate::web::views::account::AccountNotice;
use crate::web::views::account::password::{OwnPassword, OwnSecrets};
use crate::web::views::moment::Moment;
use crate::web::views::password_change::{CurrentFault, PasswordChange};

/// What the account page says of the password and the recovery codes.
pub(super) async fn section(ctx: &Ctx, current: &Current) -> Result<OwnSecrets, Fault> {
    let set_at = current.account.password_set_at.map(Moment::date_time);
    Ok(OwnSecrets {
        password: password_change::is_kept_here(current).then_some(OwnPassword { set_at }),
        recovery_codes: recovery_codes::left(&ctx.app, current).await?.left,
    })
}

/// The form.
pub(in crate::web) async fn show(ctx: Ctx) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if password_change::needs_code(&ctx.app, &ctx.visitor, &current) {
        return After::Password.confirm_first();
    }
    page(&ctx, &current, None, None)
}

/// The form came back.
pub(in crate::web) async fn submit(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    let (old, new) = (fields.secret("current"), fields.secret("new"));
    if old.is_empty() {
        return page(&ctx, &current, Some(CurrentFault::Wrong), None);
    }
    let (app, visitor, who) = (Arc::clone(&ctx.app), ctx.visitor.clone(), current.clone());
    let changed = to_the_end(async move { password_change::change(&app, &visitor, &who, (&old, &new)).await }).await?;
    match changed {
        Outcome::Changed => {
            let mut response = done(AccountNotice::PasswordChanged)?;
            ctx.jar.clear(response.headers_mut(), Name::Device);
            Ok(response)
        }
        Outcome::Paused { until } => {
            let minutes = u32::try_from(until.duration_since(ctx.visitor.now).as_mins() + 1).unwrap_or(u32::MAX);
            page(&ctx, &current, Some(CurrentFault::Paused { minutes }), None)
        }
        Outcome::Same => page(&ctx, &current, Some(CurrentFault::Same), None),
        Outcome::Unproven => After::Password.confirm_first(),
        Outcome::Unfit(unfit) => page(&ctx, &current, None, Some(unfit)),
        Outcome::Wrong => page(&ctx, &current, Some(CurrentFault::Wrong), None),
    }
}

fn page(ctx: &Ctx, current: &Current, fault: Option<CurrentFault>, unfit: Option<Unfit>) -> Result<Response, Fault> {
    let Some(token) = &ctx.visitor.session else { return see_other("/login") };
    if !password_change::is_kept_here(current) {
        return Err(Fault::NotFound);
    }
    let refused = fault.is_some() || unfit.is_some();
    let mut page = render(&PasswordChange {
        shell: ctx.shell(Some(&current.session.realm)),
        csrf: ctx.form_token(Form::Session, token),
        identifier: current.account.identifiers.first().cloned().unwrap_or_default(),
        length_min: Context::of(&ctx.app, &current.account).length_min(),
        fault,
        unfit,
    })?;
    if refused {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(page)
}
