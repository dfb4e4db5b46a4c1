//! `/login/destination`: why a code is needed, and where it should go.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::policy::Trigger;
use jiff::Timestamp;

use super::{Back, see_other, start_again};
use crate::flow::login::destination::{self, Chosen, Offer};
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::views::destination::{Destination, DestinationOption, SendFault};
use crate::web::views::moment::Moment;

/// The choice.
pub(in crate::web) async fn show(ctx: Ctx) -> Result<Response, Fault> {
    page(&ctx, None).await
}

/// The choice was made.
pub(in crate::web) async fn submit(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    if ctx.visitor.login.is_none() {
        return start_again(&ctx, Back::StartAgain).await;
    }
    ctx.require_form(Form::Step, &fields)?;
    let channel = fields.required("destination")?.parse().map_err(|_| Fault::BadForm("no such destination"))?;
    answer(&ctx, destination::choose(&ctx.app, &ctx.visitor, channel).await?).await
}

/// What follows a wish for a message.
pub(super) async fn answer(ctx: &Ctx, chosen: Chosen) -> Result<Response, Fault> {
    match chosen {
        Chosen::NotOffered => Err(Fault::BadForm("a destination that is not offered")),
        Chosen::Proceed => see_other("/login/code"),
        Chosen::Start => start_again(ctx, Back::StartAgain).await,
        Chosen::TooMany { until } => {
            let mut page = page(ctx, Some(until)).await?;
            *page.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            Ok(page)
        }
    }
}

async fn page(ctx: &Ctx, too_many_until: Option<Timestamp>) -> Result<Response, Fault> {
    let Some(offer) = destination::offer(&ctx.app, &ctx.visitor).await? else {
        return start_again(ctx, Back::StartAgain).await;
    };
    let Some(token) = &ctx.visitor.login else { return start_again(ctx, Back::StartAgain).await };
    let fault = match too_many_until {
        Some(until) => {
            let wait = until.duration_since(ctx.visitor.now).as_secs().max(0);
            let minutes = u32::try_from(wait / 60 + 1).unwrap_or(u32::MAX);
            Some(SendFault::TooMany { retry_at: Moment::time(until), minutes })
        }
        None => offer.destinations.is_empty().then_some(SendFault::Unavailable),
    };
    let mut options: Vec<DestinationOption> = offer
        .destinations
        .iter()
        .map(|to| DestinationOption {
            channel: to.channel(),
            masked: to.mask(),
            last_used: offer.last_used == Some(to.channel()),
        })
        .collect();
    options.sort_by_key(|option| !option.last_used);
    let view = Destination {
        shell: ctx.shell(Some(&offer.realm)),
        csrf: ctx.form_token(Form::Step, token),
        reason: reason(ctx, &offer),
        options,
        recovery_codes: offer.recovery_codes,
        fault,
        login_url: format!("/login/{}", offer.realm),
    };
    render(&view)
}

/// Why a code is needed, in one sentence: the most telling of the reasons.
fn reason(ctx: &Ctx, offer: &Offer) -> String {
    let history = &offer.account.account.history;
    let fired = |trigger| offer.login.reasons.contains(&trigger);
    let order = [
        Trigger::RecentFailures,
        Trigger::NewNetwork,
        Trigger::ChangedBrowser,
        Trigger::FactorTooOld,
        Trigger::UntrustedDevice,
    ];
    match (order.into_iter().find(|trigger| fired(*trigger)), history.second_factor_at) {
        (Some(Trigger::RecentFailures), _) => ctx.texts.t1("reason-recent-failures", "failures", history.failures),
        // Nobody has "another network than last time" at the first login of all.
        (Some(Trigger::NewNetwork), _) if !history.networks.is_empty() => ctx.texts.t("reason-new-network"),
        (Some(Trigger::ChangedBrowser), _) if history.browser.is_some() => ctx.texts.t("reason-changed-browser"),
        (Some(Trigger::UntrustedDevice), _) => ctx.texts.t("reason-untrusted-device"),
        (Some(Trigger::FactorTooOld), Some(last)) => {
            ctx.texts.t1("reason-factor-too-old", "days", ctx.visitor.now.duration_since(last).as_hours() / 24)
        }
        (_, None) => ctx.texts.t("reason-never"),
        (_, Some(_)) => ctx.texts.t("reason-always"),
    }
}
