//! `/logout`: a question on GET, because a link must not sign anybody out; the deed on POST.

use axum::http::HeaderValue;
use axum::response::Response;

use super::account::signed_in;
use super::{Back, see_other, to_login};
use crate::flow::session;
use crate::web::cookie::Name;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::views::logout::Logout;

/// The question.
pub(in crate::web) async fn show(ctx: Ctx) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let Some(token) = &ctx.visitor.session else { return see_other("/login") };
    let csrf = ctx.form_token(Form::Session, token);
    render(&Logout { shell: ctx.shell(Some(&current.session.realm)), csrf })
}

/// The deed.
pub(in crate::web) async fn submit(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    session::sign_out(&ctx.app, &ctx.visitor, &current).await?;
    let mut response = to_login(Some(&current.session.realm), Back::SignedOut)?;
    ctx.jar.clear(response.headers_mut(), Name::Session);
    // What the browser keeps for the back button goes too.
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(response)
}
