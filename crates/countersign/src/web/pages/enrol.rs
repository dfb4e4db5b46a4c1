//! `/login/enrol`: a person who must have a second factor and has none yet. Reached only from a login whose password was
//! accepted; any other request goes back to the login form.

use std::sync::Arc;

use axum::extract::{Path, Query};
use axum::response::Response;
use countersign_core::channel::Channel;
use countersign_core::contact::{ContactKind, EmailAddress};
use countersign_core::policy::Refusal;
use countersign_core::secret::Secret;
use serde::Deserialize;

use super::account::contacts::{bad_fault, countries, in_full, kind, status_of, typed};
use super::account::entry::{self, Entry};
use super::account::own_fault;
use super::login::refused;
use super::{Back, see_other, start_again, to_the_end, welcome};
use crate::flow::challenge::{Judged, Sent};
use crate::flow::login::enrol::{self, Begun, Offer, Outcome, Unlocked};
use crate::keys::Token;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::views::account::code_entry::EntryStatus;
use crate::web::views::account::contact_form::ContactForm;
use crate::web::views::account::fault::OwnFault;
use crate::web::views::enrol::{Enrol, EnrolStep};

/// What the addresses may carry.
#[derive(Default, Deserialize)]
pub(in crate::web) struct Asked {
    sent: Option<String>,
}

/// What can be done.
pub(in crate::web) async fn show(ctx: Ctx) -> Result<Response, Fault> {
    page(&ctx, None).await
}

/// The enrolment code was typed.
pub(in crate::web) async fn unlock(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    if ctx.visitor.login.is_none() {
        return start_again(&ctx, Back::StartAgain).await;
    }
    ctx.require_form(Form::Step, &fields)?;
    let code = fields.secret("enrolment");
    let (app, visitor) = (Arc::clone(&ctx.app), ctx.visitor.clone());
    match to_the_end(async move { enrol::unlock(&app, &visitor, &code).await }).await? {
        Unlocked::Paused(until) => page(&ctx, Some(OwnFault::Paused { minutes: ctx.minutes_until(until) })).await,
        Unlocked::Proceed => see_other("/login/enrol"),
        Unlocked::Start => start_again(&ctx, Back::StartAgain).await,
        Unlocked::Wrong => page(&ctx, Some(OwnFault::EnrolmentCode)).await,
    }
}

/// A code to the e-mail address on file.
pub(in crate::web) async fn mail(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    if ctx.visitor.login.is_none() {
        return start_again(&ctx, Back::StartAgain).await;
    }
    ctx.require_form(Form::Step, &fields)?;
    let begun = enrol::begin_on_file(&ctx.app, &ctx.visitor).await?;
    begun_page(&ctx, begun).await
}

/// The form for a first contact.
pub(in crate::web) async fn contact(ctx: Ctx, Path(word): Path<String>) -> Result<Response, Fault> {
    form_page(&ctx, kind(&word)?, "", None).await
}

/// A first contact was typed.
pub(in crate::web) async fn submit_contact(
    mut ctx: Ctx,
    Path(word): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    if ctx.visitor.login.is_none() {
        return start_again(&ctx, Back::StartAgain).await;
    }
    ctx.require_form(Form::Step, &fields)?;
    let kind = kind(&word)?;
    let typed = typed(kind, &fields)?;
    match enrol::begin(&ctx.app, &ctx.visitor, &typed).await? {
        Begun::Bad(bad) => form_page(&ctx, kind, &typed.text, Some(bad_fault(bad))).await,
        Begun::NoWay => form_page(&ctx, kind, &typed.text, Some(OwnFault::NoWay)).await,
        begun => begun_page(&ctx, begun).await,
    }
}

/// The page for its code.
pub(in crate::web) async fn show_code(ctx: Ctx, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    code_page(&ctx, asked.sent.as_deref().and_then(EntryStatus::parse), None).await
}

/// A try.
pub(in crate::web) async fn submit_code(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    if ctx.visitor.login.is_none() {
        return start_again(&ctx, Back::StartAgain).await;
    }
    ctx.require_form(Form::Step, &fields)?;
    let typed = Secret::new(fields.required("code")?);
    let offer = enrol::offer(&ctx.app, &ctx.visitor).await?;
    let (app, visitor) = (Arc::clone(&ctx.app), ctx.visitor.clone());
    match to_the_end(async move { enrol::submit(&app, &visitor, typed.expose()).await }).await? {
        Outcome::Completed(completed) => welcome(&ctx, &completed),
        Outcome::Code(judged @ (Judged::Format | Judged::Unchecked | Judged::Wrong)) => {
            code_page(&ctx, None, Some(judged)).await
        }
        Outcome::Code(Judged::FactorDisabled) => match offer {
            Some(offer) => refused(&ctx, &offer.realm, Refusal::FactorDisabled),
            None => start_again(&ctx, Back::StartAgain).await,
        },
        Outcome::Code(judged) => page(&ctx, Some(own_fault(judged))).await,
        Outcome::Shared => page(&ctx, Some(OwnFault::Shared)).await,
        Outcome::Start => start_again(&ctx, Back::StartAgain).await,
    }
}

/// The same code again.
pub(in crate::web) async fn resend(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    if ctx.visitor.login.is_none() {
        return start_again(&ctx, Back::StartAgain).await;
    }
    ctx.require_form(Form::Step, &fields)?;
    let begun = enrol::resend(&ctx.app, &ctx.visitor).await?;
    begun_page(&ctx, begun).await
}

async fn begun_page(ctx: &Ctx, begun: Begun) -> Result<Response, Fault> {
    match begun {
        Begun::Bad(bad) => page(ctx, Some(bad_fault(bad))).await,
        Begun::NoWay => page(ctx, Some(OwnFault::NoWay)).await,
        Begun::Order(Sent::TooMany { until, live: false }) => {
            page(ctx, Some(OwnFault::TooMany { minutes: ctx.minutes_until(until) })).await
        }
        Begun::Order(order) => {
            let status = entry::status(order).map_or("", EntryStatus::as_str);
            see_other(&format!("/login/enrol/code?sent={status}"))
        }
        Begun::Start => start_again(ctx, Back::StartAgain).await,
    }
}

/// The login that enrols, with its token.
async fn offered(ctx: &Ctx) -> Result<Option<(Offer, Token)>, Fault> {
    let Some(token) = ctx.visitor.login.clone() else { return Ok(None) };
    Ok(enrol::offer(&ctx.app, &ctx.visitor).await?.map(|offer| (offer, token)))
}

async fn page(ctx: &Ctx, fault: Option<OwnFault>) -> Result<Response, Fault> {
    let Some((offer, token)) = offered(ctx).await? else { return start_again(ctx, Back::StartAgain).await };
    let proves = |kind| offer.channels.iter().any(|channel| ContactKind::of(*channel) == kind);
    let step = if offer.adding {
        EnrolStep::Add { email: proves(ContactKind::Email), phone: proves(ContactKind::Phone) }
    } else {
        EnrolStep::Prove { email: offer.email.as_ref().map(EmailAddress::mask) }
    };
    let view = Enrol {
        shell: ctx.shell(Some(&offer.realm)),
        csrf: ctx.form_token(Form::Step, &token),
        step,
        fault,
        login_url: format!("/login/{}", offer.realm),
    };
    let mut response = render(&view)?;
    if let Some(fault) = fault {
        *response.status_mut() = status_of(fault);
    }
    Ok(response)
}

async fn form_page(ctx: &Ctx, kind: ContactKind, value: &str, fault: Option<OwnFault>) -> Result<Response, Fault> {
    let Some((offer, token)) = offered(ctx).await? else { return start_again(ctx, Back::StartAgain).await };
    if !offer.adding {
        return see_other("/login/enrol");
    }
    let channels: Vec<Channel> =
        offer.channels.into_iter().filter(|channel| ContactKind::of(*channel) == kind).collect();
    let view = ContactForm {
        shell: ctx.shell(Some(&offer.realm)),
        csrf: ctx.form_token(Form::Step, &token),
        action: format!("/login/enrol/contact/{}", kind.as_str()),
        kind,
        value: value.to_owned(),
        countries: countries(ctx, None),
        channels,
        replaces: None,
        fault,
        back_url: "/login/enrol".to_owned(),
    };
    let mut response = render(&view)?;
    if let Some(fault) = fault {
        *response.status_mut() = status_of(fault);
    }
    Ok(response)
}

async fn code_page(ctx: &Ctx, status: Option<EntryStatus>, judged: Option<Judged>) -> Result<Response, Fault> {
    let Some((offer, token)) = offered(ctx).await? else { return start_again(ctx, Back::StartAgain).await };
    let Some(awaited) = enrol::awaited(&ctx.app, &ctx.visitor).await? else { return see_other("/login/enrol") };
    // The address on file is somebody's whom only the password has named; the one just typed is shown as it was typed.
    let address = if offer.adding { in_full(&awaited.destination) } else { awaited.destination.mask() };
    let form = Entry {
        realm: &offer.realm,
        csrf: ctx.form_token(Form::Step, &token),
        action: "/login/enrol/code",
        resend: "/login/enrol/resend",
        then: None,
        address,
        back: "/login/enrol",
    };
    entry::page(ctx, form, &awaited, status, judged)
}
