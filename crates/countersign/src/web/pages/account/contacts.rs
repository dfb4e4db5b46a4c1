//! The contacts: adding, changing and removing one.

use std::sync::Arc;

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::channel::Channel;
use countersign_core::contact::{self as numbers, BadContact, ContactKind, Destination};
use countersign_core::country::Country as PhoneCountry;
use countersign_core::secret::Secret;
use serde::Deserialize;

use super::confirm::{After, needed};
use super::entry::{self, Entry};
use super::{done, own_fault, password_fault, signed_in};
use crate::flow::challenge::{Judged, Sent};
use crate::flow::contact::{self, Begun, Change, Confirmed, Origin, Typed};
use crate::flow::session::Current;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::pages::{see_other, to_the_end};
use crate::web::views::account::AccountNotice;
use crate::web::views::account::code_entry::EntryStatus;
use crate::web::views::account::contact_form::{ContactForm, Country};
use crate::web::views::account::contacts::{ContactRow, ContactState};
use crate::web::views::account::fault::OwnFault;

/// What the addresses may carry.
#[derive(Default, Deserialize)]
pub(in crate::web) struct Asked {
    sent: Option<String>,
}

/// What the page shows of them.
pub(super) async fn section(ctx: &Ctx, current: &Current) -> Result<Vec<ContactRow>, Fault> {
    let row = &current.account;
    let mut rows = Vec::new();
    for kind in ContactKind::ALL {
        let contact = shown(current, kind);
        let unverified = row.unverified_email.as_ref().filter(|_| kind == ContactKind::Email);
        let origin = contact::origin(&ctx.app, row, kind).await?;
        let state = match (contact.is_some(), origin, unverified.is_some()) {
            (true, Origin::Directory, _) => ContactState::Directory,
            (true, Origin::Here, _) => ContactState::Verified,
            (false, _, true) => ContactState::Unconfirmed,
            (false, _, false) => ContactState::None,
        };
        let shown = contact.or_else(|| unverified.map(|email| email.as_str().to_owned()));
        let removable = origin == Origin::Here && contact::is_removable(&ctx.app, row, kind);
        rows.push(ContactRow { kind, shown, state, removable });
    }
    Ok(rows)
}

/// The verified contact as its owner reads it.
pub(super) fn shown(current: &Current, kind: ContactKind) -> Option<String> {
    let contacts = &current.account.account.contacts;
    match kind {
        ContactKind::Email => contacts.email.as_ref().map(|email| email.as_str().to_owned()),
        ContactKind::Phone => contacts.phone.as_ref().map(numbers::Phone::international),
    }
}

/// The kind in an address.
pub(in crate::web) fn kind(word: &str) -> Result<ContactKind, Fault> {
    ContactKind::parse(word).ok_or(Fault::NotFound)
}

/// The form for a new one.
pub(in crate::web) async fn show(ctx: Ctx, Path(word): Path<String>) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let kind = kind(&word)?;
    if let Some(elsewhere) = needed(&ctx, &current, After::Contact(kind))? {
        return Ok(elsewhere);
    }
    if contact::origin(&ctx.app, &current.account, kind).await? == Origin::Directory {
        return done(AccountNotice::Managed);
    }
    let on_file = current.account.unverified_email.as_ref().filter(|_| kind == ContactKind::Email);
    let value = on_file.map(|email| email.as_str().to_owned()).unwrap_or_default();
    form_page(&ctx, &current, kind, &Filled { value, country: None }, None)
}

/// A new one was typed.
pub(in crate::web) async fn submit(mut ctx: Ctx, Path(word): Path<String>, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    let kind = kind(&word)?;
    let typed = typed(kind, &fields)?;
    let filled = Filled { value: typed.text.clone(), country: typed.country.clone() };
    let password = fields.secret("password");
    let (app, visitor, shared) = (Arc::clone(&ctx.app), ctx.visitor.clone(), current.clone());
    let begun = to_the_end(async move { contact::begin(&app, &visitor, &shared, &typed, &password).await }).await?;
    match begun {
        Begun::Missing(_) => After::Contact(kind).confirm_first(),
        Begun::Managed => done(AccountNotice::Managed),
        Begun::Order(order) if !is_refused(order) => to_code(kind, order),
        refused => form_page(&ctx, &current, kind, &filled, begun_fault(&ctx, refused)),
    }
}

/// The page for its code.
pub(in crate::web) async fn show_code(
    ctx: Ctx,
    Path(word): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let status = asked.sent.as_deref().and_then(EntryStatus::parse);
    code_page(&ctx, &current, kind(&word)?, status, None).await
}

/// A try.
pub(in crate::web) async fn submit_code(
    mut ctx: Ctx,
    Path(word): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    let (kind, typed) = (kind(&word)?, Secret::new(fields.required("code")?));
    let (app, visitor, shared) = (Arc::clone(&ctx.app), ctx.visitor.clone(), current.clone());
    let confirming = async move { contact::confirm(&app, &visitor, &shared, kind, typed.expose()).await };
    let fault = match to_the_end(confirming).await? {
        Confirmed::Done(Change::Added) => return done(AccountNotice::ContactAdded),
        Confirmed::Done(Change::Replaced) => return done(AccountNotice::ContactChanged),
        Confirmed::Code(judged @ (Judged::Format | Judged::Unchecked | Judged::Wrong)) => {
            return code_page(&ctx, &current, kind, None, Some(judged)).await;
        }
        Confirmed::Code(judged) => own_fault(judged),
        Confirmed::Shared => OwnFault::Shared,
    };
    form_page(&ctx, &current, kind, &Filled::default(), Some(fault))
}

/// The same code again.
pub(in crate::web) async fn resend(mut ctx: Ctx, Path(word): Path<String>, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    let kind = kind(&word)?;
    match contact::resend(&ctx.app, &ctx.visitor, &current, kind).await? {
        Begun::Order(order) if !is_refused(order) => to_code(kind, order),
        refused => form_page(&ctx, &current, kind, &Filled::default(), begun_fault(&ctx, refused)),
    }
}

/// What was typed, by the button that sent it.
pub(in crate::web) fn typed(kind: ContactKind, fields: &Fields) -> Result<Typed, Fault> {
    let bad = Fault::BadForm("no such channel");
    let Ok(channel) = fields.required("channel")?.parse::<Channel>() else { return Err(bad) };
    if ContactKind::of(channel) != kind {
        return Err(bad);
    }
    let country = fields.text("country");
    let country = numbers::is_country(country).then(|| country.to_owned());
    Ok(Typed { text: fields.required("contact")?.to_owned(), country, channel })
}

/// Whether a limit refused the message and no code is on its way.
pub(in crate::web) const fn is_refused(order: Sent) -> bool {
    matches!(order, Sent::TooMany { live: false, .. })
}

/// Why a text is no contact.
pub(in crate::web) const fn bad_fault(bad: BadContact) -> OwnFault {
    match bad {
        BadContact::Email => OwnFault::BadEmail,
        BadContact::Phone => OwnFault::BadPhone,
        BadContact::PhoneKind => OwnFault::BadPhoneKind,
    }
}

/// The countries to choose from; the site's own is chosen unless another was.
pub(in crate::web) fn countries(ctx: &Ctx, chosen: Option<&str>) -> Vec<Country> {
    let chosen = chosen.or(ctx.app.settings.site.country.as_deref());
    let country = |(code, calling): (String, u16)| Country { chosen: chosen == Some(code.as_str()), code, calling };
    numbers::countries().into_iter().map(country).collect()
}

/// Where a code went, as its owner has typed it.
pub(in crate::web) fn in_full(destination: &Destination) -> String {
    match destination {
        Destination::Email(email) => email.as_str().to_owned(),
        Destination::Sms(phone) | Destination::Voice(phone) => phone.international(),
    }
}

fn to_code(kind: ContactKind, order: Sent) -> Result<Response, Fault> {
    let status = entry::status(order).map_or("", EntryStatus::as_str);
    see_other(&format!("/account/contacts/{}/code?sent={status}", kind.as_str()))
}

fn begun_fault(ctx: &Ctx, begun: Begun) -> Option<OwnFault> {
    match begun {
        Begun::Bad(bad) => Some(bad_fault(bad)),
        Begun::Known => Some(OwnFault::Known),
        Begun::NoWay => Some(OwnFault::NoWay),
        Begun::Order(Sent::TooMany { until, .. }) => Some(OwnFault::TooMany { minutes: ctx.minutes_until(until) }),
        Begun::Password(answer) => password_fault(ctx, answer),
        Begun::Managed | Begun::Missing(_) | Begun::Order(_) => None,
    }
}

/// What stands in the fields.
#[derive(Default)]
struct Filled {
    value: String,
    country: Option<String>,
}

fn form_page(
    ctx: &Ctx,
    current: &Current,
    kind: ContactKind,
    filled: &Filled,
    fault: Option<OwnFault>,
) -> Result<Response, Fault> {
    let Some(token) = &ctx.visitor.session else { return see_other("/login") };
    let of_before = current.account.account.contacts.phone.as_ref().and_then(numbers::Phone::country);
    let view = ContactForm {
        shell: ctx.shell(Some(&current.session.realm)),
        csrf: ctx.form_token(Form::Session, token),
        action: format!("/account/contacts/{}", kind.as_str()),
        kind,
        value: filled.value.clone(),
        countries: countries(ctx, filled.country.as_deref().or(of_before.as_ref().map(PhoneCountry::as_str))),
        channels: contact::channels(&ctx.app, kind),
        replaces: shown(current, kind),
        fault,
        back_url: "/account".to_owned(),
    };
    let mut response = render(&view)?;
    if let Some(fault) = fault {
        *response.status_mut() = status_of(fault);
    }
    Ok(response)
}

/// The status of a form that came back.
pub(in crate::web) const fn status_of(fault: OwnFault) -> StatusCode {
    match fault {
        OwnFault::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

async fn code_page(
    ctx: &Ctx,
    current: &Current,
    kind: ContactKind,
    status: Option<EntryStatus>,
    judged: Option<Judged>,
) -> Result<Response, Fault> {
    let Some(token) = &ctx.visitor.session else { return see_other("/login") };
    let back = format!("/account/contacts/{}", kind.as_str());
    let Some(awaited) = contact::awaited(&ctx.app, &ctx.visitor, current, kind).await? else {
        return see_other(&back);
    };
    let form = Entry {
        realm: &current.session.realm,
        csrf: ctx.form_token(Form::Session, token),
        action: &format!("{back}/code"),
        resend: &format!("{back}/resend"),
        then: None,
        address: in_full(&awaited.destination),
        back: &back,
    };
    entry::page(ctx, form, &awaited, status, judged)
}
