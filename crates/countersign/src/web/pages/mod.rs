//! The handlers: each reads what came, calls one flow, and shows what the flow says. No rule is here.

pub(super) mod account;
pub(super) mod code;
pub(super) mod destination;
pub(super) mod enrol;
pub(super) mod files;
pub(super) mod forgot;
pub(super) mod health;
pub(super) mod home;
pub(super) mod language;
pub(super) mod login;
pub(super) mod logout;
pub(super) mod not_me;
pub(super) mod outbox;
pub(super) mod recovery;
pub(super) mod reset;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use countersign_core::realm::RealmName;

use super::cookie::Name;
use super::ctx::Ctx;
use super::error::Fault;
use crate::flow;
use crate::flow::login::Completed;

/// What the login form says when something led back to it; the word in its address.
#[derive(Clone, Copy)]
pub(super) enum Back {
    CodeExpired,
    PasswordChanged,
    SessionEnded,
    SignedOut,
    StartAgain,
    TriesUsed,
}

impl Back {
    const fn as_str(self) -> &'static str {
        match self {
            Self::CodeExpired => "code-expired",
            Self::PasswordChanged => "password-changed",
            Self::SessionEnded => "session-ended",
            Self::SignedOut => "signed-out",
            Self::StartAgain => "start-again",
            Self::TriesUsed => "tries-used",
        }
    }
}

/// Runs a flow to its end, also when the client goes away or the request takes too long: between a counted try and its
/// outcome nothing must break off.
pub(super) async fn to_the_end<T: Send + 'static>(
    flow: impl Future<Output = Result<T, flow::Error>> + Send + 'static,
) -> Result<T, flow::Error> {
    match tokio::spawn(flow).await {
        Ok(outcome) => outcome,
        Err(error) => Err(flow::Error::Internal(format!("a flow broke off: {error}"))),
    }
}

/// A redirect that always becomes a GET (RFC 9700, 4.12: never 307 after a password).
pub(super) fn see_other(to: &str) -> Result<Response, Fault> {
    let location =
        HeaderValue::from_str(to).map_err(|_| Fault::Internal("an address is no header value".to_owned()))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}

/// Back to the login form of a realm, or to the choice of one.
pub(super) fn to_login(realm: Option<&RealmName>, back: Back) -> Result<Response, Fault> {
    match realm {
        Some(realm) => see_other(&format!("/login/{realm}?notice={}", back.as_str())),
        None => see_other("/login"),
    }
}

/// Back to the login form, from a step that found no login to go on with.
pub(super) async fn start_again(ctx: &Ctx, back: Back) -> Result<Response, Fault> {
    let realm = flow::login::realm_of(&ctx.app, &ctx.visitor).await?;
    to_login(realm.as_ref(), back)
}

/// The completed login: its cookies, and on to where the person wanted to go.
pub(super) fn welcome(ctx: &Ctx, completed: &Completed) -> Result<Response, Fault> {
    let mut response = see_other(completed.return_to.as_deref().unwrap_or("/account"))?;
    let headers = response.headers_mut();
    ctx.jar.set(headers, Name::Session, &completed.session, None);
    ctx.jar.clear(headers, Name::Login);
    ctx.jar.clear(headers, Name::Form);
    if let Some(device) = &completed.device {
        ctx.jar.set(headers, Name::Device, device, Some(ctx.app.settings.trusted_device.cap));
    }
    Ok(response)
}
