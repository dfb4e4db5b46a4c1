//! `/login/code`: the code. Shown once for each time that something led to it; a refresh goes back to the login form.

use std::sync::Arc;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use countersign_core::policy::Refusal;
use countersign_core::secret::Secret;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::destination::answer;
use super::login::refused;
use super::{Back, see_other, start_again, to_the_end, welcome};
use crate::flow::login::code::{self, CodePage, Outcome, Shown, TrustOffer};
use crate::flow::login::progress;
use crate::flow::login::{self, Notice, destination};
use crate::keys::Token;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::views::code::{Code, CodeFault, CodeStatus, Trust};
use crate::web::views::delivery::Delivery;
use crate::web::views::moment::Moment;

/// The page.
pub(in crate::web) async fn show(ctx: Ctx) -> Result<Response, Fault> {
    let Some(token) = ctx.visitor.login.clone() else { return start_again(&ctx, Back::StartAgain).await };
    match code::show(&ctx.app, &ctx.visitor).await? {
        Shown::Expired => start_again(&ctx, Back::CodeExpired).await,
        Shown::Page(found) => page(&ctx, &token, *found).await,
        Shown::Start => start_again(&ctx, Back::StartAgain).await,
    }
}

/// A try.
pub(in crate::web) async fn submit(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    if ctx.visitor.login.is_none() {
        return start_again(&ctx, Back::StartAgain).await;
    }
    ctx.require_form(Form::Step, &fields)?;
    let (typed, trust) = (Secret::new(fields.required("code")?), fields.ticked("trust"));
    let (app, visitor) = (Arc::clone(&ctx.app), ctx.visitor.clone());
    match to_the_end(async move { code::submit(&app, &visitor, typed.expose(), trust).await }).await? {
        Outcome::Completed(completed) => welcome(&ctx, &completed),
        Outcome::Expired => start_again(&ctx, Back::CodeExpired).await,
        Outcome::FactorDisabled => match login::realm_of(&ctx.app, &ctx.visitor).await? {
            Some(realm) => refused(&ctx, &realm, Refusal::FactorDisabled),
            None => start_again(&ctx, Back::StartAgain).await,
        },
        Outcome::Retry => see_other("/login/code"),
        Outcome::Start => start_again(&ctx, Back::StartAgain).await,
        Outcome::TriesUsed => start_again(&ctx, Back::TriesUsed).await,
    }
}

/// The same code again.
pub(in crate::web) async fn resend(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    if ctx.visitor.login.is_none() {
        return start_again(&ctx, Back::StartAgain).await;
    }
    ctx.require_form(Form::Step, &fields)?;
    answer(&ctx, destination::resend(&ctx.app, &ctx.visitor).await?).await
}

/// The person asks what is known of the message, without a script: the page once more.
pub(in crate::web) async fn look_again(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    if ctx.visitor.login.is_none() {
        return start_again(&ctx, Back::StartAgain).await;
    }
    ctx.require_form(Form::Step, &fields)?;
    if progress::look_again(&ctx.app, &ctx.visitor).await? {
        see_other("/login/code")
    } else {
        start_again(&ctx, Back::StartAgain).await
    }
}

/// What is known of the message, for the script of the page: the same sentences, and whether more will come.
pub(in crate::web) async fn state(ctx: Ctx) -> Result<Response, Fault> {
    let Some(current) = progress::current(&ctx.app, &ctx.visitor).await? else { return Err(Fault::NotFound) };
    let line = Delivery::of(&current.progress);
    let answer = json!({
        "text": line.sentence(&ctx.texts),
        "advice": current.other_destinations.then(|| line.advice(&ctx.texts)).flatten(),
        "final": line.is_final(),
    });
    Ok(([(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response())
}

async fn page(ctx: &Ctx, token: &Token, found: CodePage) -> Result<Response, Fault> {
    let now = ctx.visitor.now;
    let realm = login::realm_of(&ctx.app, &ctx.visitor).await?;
    let resend_wait_seconds = seconds(now, found.resend_at);
    let (status, fault) = messages(&found, resend_wait_seconds);
    let view = Code {
        shell: ctx.shell(realm.as_ref()),
        csrf: ctx.form_token(Form::Step, token),
        channel: found.channel,
        masked: found.masked,
        tries_left: found.tries_left,
        valid_until: Moment::time(found.valid_until),
        valid_seconds: seconds(now, found.valid_until),
        resend_wait_seconds,
        message_number: found.sends,
        can_change_destination: found.other_destinations,
        delivery: found.progress.as_ref().map(Delivery::of),
        recovery_codes: found.recovery_codes,
        trust: found.trust.map(|offer| trust(ctx, &offer)),
        fault,
        status,
        login_url: realm.map_or_else(|| "/login".to_owned(), |realm| format!("/login/{realm}")),
    };
    render(&view)
}

/// What the page says of what just happened.
fn messages(found: &CodePage, resend_wait_seconds: u32) -> (Option<CodeStatus>, Option<CodeFault>) {
    let status = match found.notice {
        _ if found.has_failed() => Some(CodeStatus::Failed),
        Some(Notice::AlreadySent) => Some(CodeStatus::AlreadySent),
        Some(Notice::Cooldown) => Some(CodeStatus::Cooldown { seconds: resend_wait_seconds }),
        Some(Notice::Resent) => Some(CodeStatus::Resent),
        Some(Notice::Sent) => Some(CodeStatus::Sent),
        Some(Notice::TooMany) => Some(CodeStatus::TooMany),
        Some(Notice::Format | Notice::Looked | Notice::Unchecked | Notice::Wrong) | None => None,
    };
    let fault = match found.notice {
        Some(Notice::Format) => Some(CodeFault::Format),
        Some(Notice::Unchecked) => Some(CodeFault::Unchecked),
        Some(Notice::Wrong) => Some(CodeFault::Wrong),
        _ => None,
    };
    (status, fault)
}

fn trust(ctx: &Ctx, offer: &TrustOffer) -> Trust {
    let replaces = offer
        .replaces
        .as_ref()
        .map(|device| Trust::replacing(&ctx.texts, &device.name, Moment::date_time(device.seen_at)));
    Trust { duration: duration(ctx, offer.life), replaces, ticked: false }
}

/// Whole days where it is more than two of them, else hours.
fn duration(ctx: &Ctx, life: SignedDuration) -> String {
    let hours = life.as_hours();
    if hours > 48 && hours % 24 == 0 {
        ctx.texts.t1("duration-days", "days", hours / 24)
    } else {
        ctx.texts.t1("duration-hours", "hours", hours)
    }
}

fn seconds(now: Timestamp, until: Timestamp) -> u32 {
    u32::try_from(until.duration_since(now).as_secs().max(0)).unwrap_or(u32::MAX)
}
