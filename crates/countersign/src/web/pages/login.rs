//! `/login` and `/login/{realm}`: the choice of a realm, and the form for name and password.

use std::sync::Arc;

use axum::extract::{Path, Query};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use countersign_core::policy::Refusal;
use countersign_core::realm::RealmName;
use jiff::Timestamp;
use serde::Deserialize;

use super::{see_other, to_the_end, welcome};
use crate::flow;
use crate::flow::login::password::{self, Attempt, Outcome};
use crate::keys::Token;
use crate::web::cookie::Name;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::return_to;
use crate::web::views::login::{Login, LoginFault, LoginNotice};
use crate::web::views::moment::Moment;
use crate::web::views::realm_choice::{RealmChoice, RealmLink};
use crate::web::views::refused::{Refused, RefusedReason};

/// What the address may carry.
#[derive(Default, Deserialize)]
pub(in crate::web) struct Asked {
    return_to: Option<String>,
    notice: Option<String>,
}

/// Sends to the only realm, or offers the choice.
pub(in crate::web) async fn choose_realm(ctx: Ctx, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let wanted = asked.return_to.as_deref().and_then(|text| return_to::allowed(&ctx.app.server, text));
    let realms = &ctx.app.settings.realms;
    let link = |name: &RealmName, title: &str| RealmLink::new(name.as_str(), title, wanted.as_deref());
    if let (1, Some((name, realm))) = (realms.len(), realms.iter().next()) {
        return see_other(&link(name, &realm.title).url);
    }
    let realms = realms.iter().map(|(name, realm)| link(name, &realm.title)).collect();
    render(&RealmChoice { shell: ctx.shell(None), realms })
}

/// The form.
pub(in crate::web) async fn show(
    ctx: Ctx,
    Path(realm): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let realm = known(&ctx, &realm)?;
    let wanted = asked.return_to.as_deref().and_then(|text| return_to::allowed(&ctx.app.server, text));
    let notice = asked.notice.as_deref().and_then(notice);
    let form = LoginForm { realm: &realm, identifier: "", return_to: wanted, notice, fault: None };
    form.page(&ctx, StatusCode::OK)
}

/// The form came back.
pub(in crate::web) async fn submit(mut ctx: Ctx, Path(realm): Path<String>, fields: Fields) -> Result<Response, Fault> {
    let realm = known(&ctx, &realm)?;
    ctx.require_form(Form::Anonymous, &fields)?;
    let identifier = fields.required("identifier")?;
    let password = fields.secret("password");
    let wanted = return_to::allowed(&ctx.app.server, fields.text("return_to"));
    ctx.here = RealmLink::new(realm.as_str(), "", wanted.as_deref()).url;
    let form = LoginForm { realm: &realm, identifier, return_to: wanted.clone(), notice: None, fault: None };
    if identifier.trim().is_empty() || password.is_empty() {
        return LoginForm { fault: Some(LoginFault::Missing), ..form }.page(&ctx, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let attempt = Attempt { realm: realm.clone(), identifier: identifier.to_owned(), password, return_to: wanted };
    let (app, visitor) = (Arc::clone(&ctx.app), ctx.visitor.clone());
    let submitted = to_the_end(async move { password::submit(&app, &visitor, attempt).await });
    let outcome = match submitted.await {
        Ok(outcome) => outcome,
        Err(flow::Error::Busy(_)) => return later(&ctx, form, LoginFault::Busy, "2"),
        Err(error) => return Err(error.into()),
    };
    match outcome {
        Outcome::Choose(token) => proceed(&ctx, &token, "/login/destination"),
        Outcome::Completed(completed) => welcome(&ctx, &completed),
        Outcome::Enrol(token) => proceed(&ctx, &token, "/login/enrol"),
        Outcome::Enter(token) => proceed(&ctx, &token, "/login/code"),
        Outcome::NotRecognised => {
            let rules = &ctx.app.settings.lockout;
            let minutes = u32::try_from(rules.pause.as_mins()).unwrap_or(u32::MAX);
            let fault = LoginFault::NotRecognised { tries: rules.failures, minutes };
            LoginForm { fault: Some(fault), ..form }.page(&ctx, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Outcome::EmailRests { until } => email_rests(&ctx, &realm, until),
        Outcome::Recover(token) => proceed(&ctx, &token, "/login/recovery"),
        Outcome::Refused(refusal) => refused(&ctx, &realm, refusal),
        Outcome::TooMany { until } => {
            let wait = until.duration_since(ctx.visitor.now).as_secs().max(1);
            let mut response = Fault::TooMany.into_response();
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
            Ok(response)
        }
        Outcome::Unavailable => later(&ctx, form, LoginFault::Unavailable, "60"),
    }
}

/// The page of a login that was refused after a right password.
pub(super) fn refused(ctx: &Ctx, realm: &RealmName, refusal: Refusal) -> Result<Response, Fault> {
    let reason = match refusal {
        Refusal::AccountDisabled => RefusedReason::AccountDisabled,
        Refusal::AccountExpired => RefusedReason::AccountExpired,
        Refusal::FactorDisabled => RefusedReason::FactorDisabled,
        Refusal::NoDestination => RefusedReason::NoDestination,
        Refusal::NotInGroup => RefusedReason::NotInGroup,
        Refusal::OutsideHours => RefusedReason::OutsideHours,
        Refusal::PasswordExpired => RefusedReason::PasswordExpired,
        Refusal::PasswordMustChange => RefusedReason::PasswordMustChange,
    };
    refused_page(ctx, realm, reason)
}

/// The page of a login that has to wait, because the only destination is the mailbox that the password was reset from.
fn email_rests(ctx: &Ctx, realm: &RealmName, until: Timestamp) -> Result<Response, Fault> {
    refused_page(ctx, realm, RefusedReason::EmailRests { until: Moment::date_time(until) })
}

fn refused_page(ctx: &Ctx, realm: &RealmName, reason: RefusedReason) -> Result<Response, Fault> {
    let view = Refused { shell: ctx.shell(Some(realm)), reason, login_url: format!("/login/{realm}") };
    let mut page = render(&view)?;
    *page.status_mut() = StatusCode::FORBIDDEN;
    ctx.jar.clear(page.headers_mut(), Name::Login);
    Ok(page)
}

/// The realm of this name, if there is one.
pub(super) fn known(ctx: &Ctx, realm: &str) -> Result<RealmName, Fault> {
    let realm: RealmName = realm.parse().map_err(|_| Fault::NotFound)?;
    if ctx.app.settings.realms.contains_key(&realm) { Ok(realm) } else { Err(Fault::NotFound) }
}

/// The next step, with a new token: what the browser held before is worth nothing now.
fn proceed(ctx: &Ctx, token: &Token, to: &str) -> Result<Response, Fault> {
    let mut response = see_other(to)?;
    ctx.jar.set(response.headers_mut(), Name::Login, token, None);
    Ok(response)
}

/// The form for another try in so many seconds: nothing was compared.
fn later(ctx: &Ctx, form: LoginForm<'_>, fault: LoginFault, seconds: &'static str) -> Result<Response, Fault> {
    let form = LoginForm { fault: Some(fault), ..form };
    let mut page = form.page(ctx, StatusCode::SERVICE_UNAVAILABLE)?;
    page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
    Ok(page)
}

fn notice(word: &str) -> Option<LoginNotice> {
    Some(match word {
        "code-expired" => LoginNotice::CodeExpired,
        "password-changed" => LoginNotice::PasswordChanged,
        "session-ended" => LoginNotice::SessionEnded,
        "signed-out" => LoginNotice::SignedOut,
        "start-again" => LoginNotice::StartAgain,
        "tries-used" => LoginNotice::TriesUsed,
        _ => return None,
    })
}

/// The login form in one of its states.
struct LoginForm<'a> {
    realm: &'a RealmName,
    identifier: &'a str,
    return_to: Option<String>,
    notice: Option<LoginNotice>,
    fault: Option<LoginFault>,
}

impl LoginForm<'_> {
    /// Shows the form, and binds it to this browser by a cookie that has no other meaning.
    fn page(self, ctx: &Ctx, status: StatusCode) -> Result<Response, Fault> {
        let (csrf, new) = ctx.anonymous_form()?;
        let view = Login {
            shell: ctx.shell(Some(self.realm)),
            realm: self.realm.to_string(),
            csrf,
            return_to: self.return_to,
            identifier: self.identifier.to_owned(),
            notice: self.notice,
            fault: self.fault,
            forgot_url: ctx.app.settings.recovery.reset_by_mail.then(|| format!("/forgot?realm={}", self.realm)),
            realms_url: (ctx.app.settings.realms.len() > 1).then(|| "/login".to_owned()),
        };
        let mut page = render(&view)?;
        *page.status_mut() = status;
        if let Some(token) = &new {
            ctx.jar.set(page.headers_mut(), Name::Form, token, None);
        }
        Ok(page)
    }
}
