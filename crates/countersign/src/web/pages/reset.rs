//! `/reset/{token}`: a new password, by the link of a mail. Opening it uses nothing up: mail scanners open every link.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::secret::Secret;

use super::{Back, to_login, to_the_end};
use crate::flow::new_password::Unfit;
use crate::flow::password_reset::{self, Offer, Outcome};
use crate::keys::Token;
use crate::web::cookie::Name;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::views::reset::{Reset, ResetForm};

/// The form, or that the link does not work.
pub(in crate::web) async fn show(ctx: Ctx, Path(token): Path<String>) -> Result<Response, Fault> {
    match password_reset::show(&ctx.app, &token, ctx.visitor.now).await? {
        Some(offer) => page(&ctx, &token, &offer, None),
        None => gone(&ctx),
    }
}

/// The form came back. Whose password it is follows from the link alone; nobody is signed in by it.
pub(in crate::web) async fn submit(mut ctx: Ctx, Path(token): Path<String>, fields: Fields) -> Result<Response, Fault> {
    ctx.require_form(Form::Anonymous, &fields)?;
    ctx.here = format!("/reset/{}", safe(&token));
    let (app, visitor, new, link) =
        (Arc::clone(&ctx.app), ctx.visitor.clone(), fields.secret("new"), Secret::new(token.as_str()));
    let submitted =
        to_the_end(async move { password_reset::submit(&app, &visitor, link.expose(), &new).await }).await?;
    match submitted {
        Outcome::Done { realm } => {
            let mut response = to_login(Some(&realm), Back::PasswordChanged)?;
            ctx.jar.clear(response.headers_mut(), Name::Device);
            Ok(response)
        }
        Outcome::Gone => gone(&ctx),
        Outcome::Unfit(unfit, offer) => page(&ctx, &token, &offer, Some(unfit)),
    }
}

/// The token as a part of an address: anything else than a token is nothing.
fn safe(token: &str) -> String {
    Token::parse(token).map(|token| token.expose().to_owned()).unwrap_or_default()
}

fn page(ctx: &Ctx, token: &str, offer: &Offer, unfit: Option<Unfit>) -> Result<Response, Fault> {
    let new = match &ctx.form {
        Some(_) => None,
        None => Some(Token::new(&ctx.app.entropy).map_err(|error| Fault::Internal(error.to_string()))?),
    };
    let bound_to = ctx.form.as_ref().or(new.as_ref()).ok_or(Fault::NotFound)?;
    let mut page = render(&Reset {
        shell: ctx.shell(Some(&offer.realm)),
        form: Some(ResetForm {
            csrf: ctx.form_token(Form::Anonymous, bound_to),
            action: format!("/reset/{}", safe(token)),
            length_min: offer.length_min,
        }),
        forgot_url: format!("/forgot?realm={}", offer.realm),
        unfit,
    })?;
    if unfit.is_some() {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    if let Some(token) = &new {
        ctx.jar.set(page.headers_mut(), Name::Form, token, None);
    }
    Ok(page)
}

fn gone(ctx: &Ctx) -> Result<Response, Fault> {
    let mut page =
        render(&Reset { shell: ctx.shell(None), form: None, forgot_url: "/forgot".to_owned(), unfit: None })?;
    *page.status_mut() = StatusCode::NOT_FOUND;
    Ok(page)
}
