//! `/not-me`: "This was not me". It is for people who are not logged in, so its forms are anonymous; looking at a page
//! changes nothing, because mail scanners follow every link.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::to_the_end;
use crate::flow::not_me::{self, ByCode, Done, Offer, Password, Typed};
use crate::web::cookie::Name;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::views::not_me::{NotMe, NotMeFault, NotMeState, PasswordPlace};

/// The form for the code of a text message.
pub(in crate::web) async fn ask(ctx: Ctx) -> Result<Response, Fault> {
    code_form(&ctx, "", None, StatusCode::OK)
}

/// The code of a text message.
pub(in crate::web) async fn submit(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    ctx.require_form(Form::Anonymous, &fields)?;
    "/not-me".clone_into(&mut ctx.here);
    let typed = Typed { name: fields.required("name")?.to_owned(), code: fields.required("code")?.to_owned() };
    let name = typed.name.clone();
    let (app, visitor) = (Arc::clone(&ctx.app), ctx.visitor.clone());
    match to_the_end(async move { not_me::by_code(&app, &visitor, &typed).await }).await? {
        ByCode::Done(done) => finished(&ctx, &done),
        ByCode::Format => code_form(&ctx, &name, Some(NotMeFault::Format), StatusCode::UNPROCESSABLE_ENTITY),
        ByCode::NotFound => code_form(&ctx, &name, Some(NotMeFault::NotFound), StatusCode::UNPROCESSABLE_ENTITY),
        ByCode::TooMany { until } => {
            let wait = until.duration_since(ctx.visitor.now).as_secs().max(1);
            let mut response = Fault::TooMany.into_response();
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
            Ok(response)
        }
    }
}

/// What the link of a mail offers.
pub(in crate::web) async fn show(ctx: Ctx, Path(token): Path<String>) -> Result<Response, Fault> {
    let Some(offer) = not_me::offer(&ctx.app, &ctx.visitor, &token).await? else { return over(&ctx) };
    let (csrf, new) = ctx.anonymous_form()?;
    let mut page = render(&offered(&ctx, &offer, csrf, format!("/not-me/{token}")))?;
    if let Some(token) = &new {
        ctx.jar.set(page.headers_mut(), Name::Form, token, None);
    }
    Ok(page)
}

/// The button.
pub(in crate::web) async fn confirm(
    mut ctx: Ctx,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    ctx.require_form(Form::Anonymous, &fields)?;
    "/not-me".clone_into(&mut ctx.here);
    let (app, visitor) = (Arc::clone(&ctx.app), ctx.visitor.clone());
    match to_the_end(async move { not_me::by_link(&app, &visitor, &token).await }).await? {
        Some(done) => finished(&ctx, &done),
        None => over(&ctx),
    }
}

/// What the button will do.
pub(super) fn offered(ctx: &Ctx, offer: &Offer, csrf: String, action: String) -> NotMe {
    let state = NotMeState::Offer { csrf, action, password: place(offer.password) };
    NotMe { shell: ctx.shell(Some(&offer.realm)), state }
}

/// It is done.
pub(super) fn finished(ctx: &Ctx, done: &Done) -> Result<Response, Fault> {
    let by_mail = done.password == Password::Here && ctx.app.settings.recovery.reset_by_mail;
    let state = NotMeState::Done {
        password: place(done.password),
        forgot_url: by_mail.then(|| format!("/forgot?realm={}", done.realm)),
        login_url: format!("/login/{}", done.realm),
    };
    render(&NotMe { shell: ctx.shell(Some(&done.realm)), state })
}

/// One page for a link that was used, is too old, or never was one.
fn over(ctx: &Ctx) -> Result<Response, Fault> {
    let mut page = render(&NotMe { shell: ctx.shell(None), state: NotMeState::Over })?;
    *page.status_mut() = StatusCode::NOT_FOUND;
    Ok(page)
}

fn code_form(ctx: &Ctx, name: &str, fault: Option<NotMeFault>, status: StatusCode) -> Result<Response, Fault> {
    let (csrf, new) = ctx.anonymous_form()?;
    let state = NotMeState::Code { csrf, name: name.to_owned(), fault };
    let mut page = render(&NotMe { shell: ctx.shell(None), state })?;
    *page.status_mut() = status;
    if let Some(token) = &new {
        ctx.jar.set(page.headers_mut(), Name::Form, token, None);
    }
    Ok(page)
}

const fn place(password: Password) -> PasswordPlace {
    match password {
        Password::Elsewhere => PasswordPlace::Elsewhere,
        Password::Here => PasswordPlace::Here,
    }
}
