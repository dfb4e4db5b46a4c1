//! Removing a contact.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::Response;
use countersign_core::contact::ContactKind;

use super::confirm::{After, needed};
use super::contacts::{kind, shown, status_of};
use super::{done, password_fault, signed_in};
use crate::flow::contact::{self, Origin, Removed};
use crate::flow::session::Current;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::pages::{see_other, to_the_end};
use crate::web::views::account::AccountNotice;
use crate::web::views::account::contact_form::ContactRemoval;
use crate::web::views::account::fault::OwnFault;

/// The question.
pub(in crate::web) async fn show(ctx: Ctx, Path(word): Path<String>) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let kind = kind(&word)?;
    if let Some(elsewhere) = needed(&ctx, &current, After::Removal(kind))? {
        return Ok(elsewhere);
    }
    if contact::origin(&ctx.app, &current.account, kind).await? == Origin::Directory {
        return done(AccountNotice::Managed);
    }
    page(&ctx, &current, kind, None)
}

/// The answer.
pub(in crate::web) async fn submit(mut ctx: Ctx, Path(word): Path<String>, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    let (kind, password) = (kind(&word)?, fields.secret("password"));
    let (app, visitor, shared) = (Arc::clone(&ctx.app), ctx.visitor.clone(), current.clone());
    let removing = async move { contact::remove(&app, &visitor, &shared, kind, &password).await };
    match to_the_end(removing).await? {
        Removed::Done => done(AccountNotice::ContactRemoved),
        Removed::Managed => done(AccountNotice::Managed),
        Removed::Missing(_) => After::Removal(kind).confirm_first(),
        Removed::Needed => page(&ctx, &current, kind, Some(OwnFault::Needed)),
        Removed::None => see_other("/account"),
        Removed::Password(answer) => page(&ctx, &current, kind, password_fault(&ctx, answer)),
    }
}

fn page(ctx: &Ctx, current: &Current, kind: ContactKind, fault: Option<OwnFault>) -> Result<Response, Fault> {
    let Some(token) = &ctx.visitor.session else { return see_other("/login") };
    let Some(shown) = shown(current, kind) else { return see_other("/account") };
    let view = ContactRemoval {
        shell: ctx.shell(Some(&current.session.realm)),
        csrf: ctx.form_token(Form::Session, token),
        kind,
        shown,
        fault,
    };
    let mut response = render(&view)?;
    if let Some(fault) = fault {
        *response.status_mut() = status_of(fault);
    }
    Ok(response)
}
