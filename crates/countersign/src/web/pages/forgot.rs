//! `/forgot`: a forgotten password. What is answered does not depend on the name.

use axum::extract::Query;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use countersign_core::realm::RealmName;
use serde::Deserialize;

use super::login::known;
use super::see_other;
use crate::flow::password_reset::{self, Asked};
use crate::keys::Token;
use crate::web::cookie::Name;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::views::forgot::Forgot;

/// What the address may carry.
#[derive(Default, Deserialize)]
pub(in crate::web) struct Address {
    realm: Option<String>,
    asked: Option<String>,
}

/// The form, or what is said once it was sent.
pub(in crate::web) async fn show(ctx: Ctx, Query(address): Query<Address>) -> Result<Response, Fault> {
    require_reset_by_mail(&ctx)?;
    let Some(realm) = realm(&ctx, address.realm.as_deref())? else { return see_other("/login") };
    page(&ctx, &realm, if address.asked.is_some() { State::Asked } else { State::Form })
}

/// The form came back. The answer is the same for every name, and comes before any is looked up.
pub(in crate::web) async fn submit(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    require_reset_by_mail(&ctx)?;
    ctx.require_form(Form::Anonymous, &fields)?;
    let realm = known(&ctx, fields.required("realm")?)?;
    ctx.here = format!("/forgot?realm={realm}");
    let typed = fields.required("identifier")?;
    if typed.trim().is_empty() {
        return page(&ctx, &realm, State::Missing);
    }
    let there = format!("/forgot?realm={realm}&asked=1");
    match password_reset::ask(&ctx.app, &ctx.visitor, realm, typed.to_owned()).await? {
        Asked::Answered => see_other(&there),
        Asked::TooMany { until } => {
            let wait = until.duration_since(ctx.visitor.now).as_secs().max(1);
            let mut response = Fault::TooMany.into_response();
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
            Ok(response)
        }
    }
}

fn require_reset_by_mail(ctx: &Ctx) -> Result<(), Fault> {
    if ctx.app.settings.recovery.reset_by_mail { Ok(()) } else { Err(Fault::NotFound) }
}

/// The realm that was named, or the only one; `None` when it has to be chosen first.
fn realm(ctx: &Ctx, named: Option<&str>) -> Result<Option<RealmName>, Fault> {
    let realms = &ctx.app.settings.realms;
    match named {
        Some(name) => known(ctx, name).map(Some),
        None => Ok(realms.keys().next().filter(|_| realms.len() == 1).cloned()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Asked,
    Form,
    Missing,
}

fn page(ctx: &Ctx, realm: &RealmName, state: State) -> Result<Response, Fault> {
    let new = match &ctx.form {
        Some(_) => None,
        None => Some(Token::new(&ctx.app.entropy).map_err(|error| Fault::Internal(error.to_string()))?),
    };
    let bound_to = ctx.form.as_ref().or(new.as_ref()).ok_or(Fault::NotFound)?;
    let mut page = render(&Forgot {
        shell: ctx.shell(Some(realm)),
        csrf: ctx.form_token(Form::Anonymous, bound_to),
        realm: realm.to_string(),
        asked: state == State::Asked,
        missing: state == State::Missing,
        login_url: format!("/login/{realm}"),
    })?;
    if state == State::Missing {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    if let Some(token) = &new {
        ctx.jar.set(page.headers_mut(), Name::Form, token, None);
    }
    Ok(page)
}
