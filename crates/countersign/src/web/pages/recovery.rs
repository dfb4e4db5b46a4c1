//! `/login/recovery`: a recovery code in place of the second factor.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::secret::Secret;

use super::{Back, start_again, to_the_end, welcome};
use crate::flow::login::recovery::{self, OnlyWay, Outcome};
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::views::moment::Moment;
use crate::web::views::recovery::{OnlyWay as OnlyWayView, Recovery, RecoveryFault};

/// The form.
pub(in crate::web) async fn show(ctx: Ctx) -> Result<Response, Fault> {
    page(&ctx, None).await
}

/// A try.
pub(in crate::web) async fn submit(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    if ctx.visitor.login.is_none() {
        return start_again(&ctx, Back::StartAgain).await;
    }
    ctx.require_form(Form::Step, &fields)?;
    let typed = Secret::new(fields.required("code")?);
    let (app, visitor) = (Arc::clone(&ctx.app), ctx.visitor.clone());
    match to_the_end(async move { recovery::submit(&app, &visitor, typed.expose()).await }).await? {
        Outcome::Completed(completed) => welcome(&ctx, &completed),
        Outcome::Format => page(&ctx, Some(RecoveryFault::Format)).await,
        Outcome::Paused { until } => {
            let minutes = u32::try_from(until.duration_since(ctx.visitor.now).as_mins() + 1).unwrap_or(u32::MAX);
            page(&ctx, Some(RecoveryFault::Paused { minutes })).await
        }
        Outcome::Start => start_again(&ctx, Back::StartAgain).await,
        Outcome::Wrong => page(&ctx, Some(RecoveryFault::Wrong)).await,
    }
}

async fn page(ctx: &Ctx, fault: Option<RecoveryFault>) -> Result<Response, Fault> {
    let Some(offer) = recovery::offer(&ctx.app, &ctx.visitor).await? else {
        return start_again(ctx, Back::StartAgain).await;
    };
    let Some(token) = &ctx.visitor.login else { return start_again(ctx, Back::StartAgain).await };
    let only_way = offer.only_way.map(|way| match way {
        OnlyWay::EmailRests { until } => OnlyWayView::EmailRests { until: Moment::date_time(until) },
        OnlyWay::FactorDisabled => OnlyWayView::FactorDisabled,
        OnlyWay::NoDestination => OnlyWayView::NoDestination,
    });
    let mut page = render(&Recovery {
        shell: ctx.shell(Some(&offer.realm)),
        csrf: ctx.form_token(Form::Step, token),
        only_way,
        fault,
        login_url: format!("/login/{}", offer.realm),
    })?;
    if fault.is_some() {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(page)
}
