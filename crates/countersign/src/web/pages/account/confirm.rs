//! `/account/confirm`: proving it again, before something about the account changes; and on to what the person wanted.

use std::sync::Arc;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::contact::ContactKind;
use countersign_core::secret::Secret;
use countersign_core::session::Missing;
use serde::Deserialize;

use super::entry::{self, Entry};
use super::{own_fault, password_fault, signed_in};
use crate::flow::challenge::{Judged, Sent};
use crate::flow::session::Current;
use crate::flow::step_up::{self, Chosen, Outcome};
use crate::keys::Token;
use crate::web::cookie::Name;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::pages::{see_other, to_the_end};
use crate::web::views::account::code_entry::EntryStatus;
use crate::web::views::account::confirm::{Asks, Confirm};
use crate::web::views::account::fault::OwnFault;
use crate::web::views::destination::DestinationOption;

/// What the person wanted to do; the word in the addresses. Nothing else can be led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web) enum After {
    /// The account's page.
    Account,
    /// A new contact.
    Contact(ContactKind),
    /// Another password.
    Password,
    /// New recovery codes.
    RecoveryCodes,
    /// Removing a contact.
    Removal(ContactKind),
}

impl After {
    const ALL: [Self; 7] = [
        Self::Account,
        Self::Contact(ContactKind::Email),
        Self::Contact(ContactKind::Phone),
        Self::Password,
        Self::RecoveryCodes,
        Self::Removal(ContactKind::Email),
        Self::Removal(ContactKind::Phone),
    ];

    /// The word.
    pub(in crate::web) const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Contact(ContactKind::Email) => "email",
            Self::Contact(ContactKind::Phone) => "phone",
            Self::Password => "password",
            Self::RecoveryCodes => "recovery-codes",
            Self::Removal(ContactKind::Email) => "remove-email",
            Self::Removal(ContactKind::Phone) => "remove-phone",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Account => "/account?notice=confirmed",
            Self::Contact(ContactKind::Email) => "/account/contacts/email",
            Self::Contact(ContactKind::Phone) => "/account/contacts/phone",
            Self::Password => "/account/password",
            Self::RecoveryCodes => "/account/recovery-codes",
            Self::Removal(ContactKind::Email) => "/account/contacts/email/remove",
            Self::Removal(ContactKind::Phone) => "/account/contacts/phone/remove",
        }
    }

    /// The one with this word; an unknown one leads to the account's page.
    fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|after| after.as_str() == word).unwrap_or(Self::Account)
    }

    /// The way to the proof that leads here.
    pub(in crate::web) fn confirm_first(self) -> Result<Response, Fault> {
        see_other(&format!("/account/confirm?then={}", self.as_str()))
    }
}

/// The way to the proof that this session needs before it goes on to `after`; `None` where it needs none.
pub(in crate::web) fn needed(ctx: &Ctx, current: &Current, after: After) -> Result<Option<Response>, Fault> {
    match step_up::missing(&ctx.app, current, ctx.visitor.now) {
        Some(_) => after.confirm_first().map(Some),
        None => Ok(None),
    }
}

/// What the addresses may carry.
#[derive(Default, Deserialize)]
pub(in crate::web) struct Asked {
    then: Option<String>,
    sent: Option<String>,
}

impl Asked {
    fn after(&self) -> After {
        After::parse(self.then.as_deref().unwrap_or_default())
    }
}

/// What is asked for: a code to somewhere, or the password.
pub(in crate::web) async fn show(ctx: Ctx, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    match signed_in(&ctx).await? {
        Ok(current) => page(&ctx, &current, asked.after(), None).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// A destination was chosen, or the password given.
pub(in crate::web) async fn submit(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    let after = After::parse(fields.text("then"));
    if let Ok(channel) = fields.text("destination").parse() {
        let chosen = step_up::choose(&ctx.app, &ctx.visitor, &current, channel).await?;
        return sent(&ctx, &current, after, chosen).await;
    }
    // Where a code is asked for, the password does instead of it nothing.
    if step_up::missing(&ctx.app, &current, ctx.visitor.now) != Some(Missing::Password) {
        return page(&ctx, &current, after, None).await;
    }
    let password = fields.secret("password");
    let (app, visitor, shared) = (Arc::clone(&ctx.app), ctx.visitor.clone(), current.clone());
    let outcome = to_the_end(async move { step_up::password(&app, &visitor, &shared, &password).await }).await?;
    match outcome {
        Outcome::Confirmed(token) => confirmed(&ctx, &token, after),
        Outcome::Password(answer) => page(&ctx, &current, after, password_fault(&ctx, answer)).await,
        Outcome::Code(_) => page(&ctx, &current, after, None).await,
    }
}

/// The code page.
pub(in crate::web) async fn show_code(ctx: Ctx, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let status = asked.sent.as_deref().and_then(EntryStatus::parse);
    code_page(&ctx, &current, asked.after(), status, None).await
}

/// A try.
pub(in crate::web) async fn submit_code(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    let (after, typed) = (After::parse(fields.text("then")), Secret::new(fields.required("code")?));
    let (app, visitor, shared) = (Arc::clone(&ctx.app), ctx.visitor.clone(), current.clone());
    let outcome = to_the_end(async move { step_up::submit(&app, &visitor, &shared, typed.expose()).await }).await?;
    match outcome {
        Outcome::Confirmed(token) => confirmed(&ctx, &token, after),
        Outcome::Code(judged @ (Judged::Format | Judged::Unchecked | Judged::Wrong)) => {
            code_page(&ctx, &current, after, None, Some(judged)).await
        }
        Outcome::Code(judged) => page(&ctx, &current, after, Some(own_fault(judged))).await,
        Outcome::Password(answer) => page(&ctx, &current, after, password_fault(&ctx, answer)).await,
    }
}

/// The same code again.
pub(in crate::web) async fn resend(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    let chosen = step_up::resend(&ctx.app, &ctx.visitor, &current).await?;
    sent(&ctx, &current, After::parse(fields.text("then")), chosen).await
}

/// The session has a new token; on to what the person wanted.
fn confirmed(ctx: &Ctx, token: &Token, after: After) -> Result<Response, Fault> {
    let mut response = see_other(after.path())?;
    ctx.jar.set(response.headers_mut(), Name::Session, token, None);
    Ok(response)
}

/// What follows a wish for a message.
async fn sent(ctx: &Ctx, current: &Current, after: After, chosen: Chosen) -> Result<Response, Fault> {
    match chosen {
        Chosen::NotOffered => page(ctx, current, after, Some(OwnFault::NoWay)).await,
        Chosen::Order(Sent::TooMany { until, live: false }) => {
            page(ctx, current, after, Some(OwnFault::TooMany { minutes: ctx.minutes_until(until) })).await
        }
        Chosen::Order(order) => {
            let status = entry::status(order).map_or("", EntryStatus::as_str);
            see_other(&format!("/account/confirm/code?then={}&sent={status}", after.as_str()))
        }
    }
}

async fn page(ctx: &Ctx, current: &Current, after: After, fault: Option<OwnFault>) -> Result<Response, Fault> {
    let Some(token) = &ctx.visitor.session else { return see_other("/login") };
    let asks = match step_up::missing(&ctx.app, current, ctx.visitor.now) {
        None => return see_other(after.path()),
        Some(Missing::Password) => Asks::Password,
        Some(Missing::Code) => {
            let offered = step_up::destinations(&ctx.app, current, ctx.visitor.now).await?;
            let option = |to: &countersign_core::contact::Destination| DestinationOption {
                channel: to.channel(),
                masked: to.mask(),
                last_used: false,
            };
            Asks::Code(offered.iter().map(option).collect())
        }
    };
    let view = Confirm {
        shell: ctx.shell(Some(&current.session.realm)),
        csrf: ctx.form_token(Form::Session, token),
        then: after.as_str(),
        asks,
        minutes: u32::try_from(ctx.app.settings.session.fresh.as_mins()).unwrap_or(u32::MAX),
        fault,
    };
    let mut response = render(&view)?;
    match fault {
        Some(OwnFault::TooMany { .. }) => *response.status_mut() = StatusCode::TOO_MANY_REQUESTS,
        Some(_) => *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY,
        None => {}
    }
    Ok(response)
}

async fn code_page(
    ctx: &Ctx,
    current: &Current,
    after: After,
    status: Option<EntryStatus>,
    judged: Option<Judged>,
) -> Result<Response, Fault> {
    let Some(token) = &ctx.visitor.session else { return see_other("/login") };
    let Some(awaited) = step_up::awaited(&ctx.app, &ctx.visitor, current).await? else {
        return after.confirm_first();
    };
    let back = format!("/account/confirm?then={}", after.as_str());
    let form = Entry {
        realm: &current.session.realm,
        csrf: ctx.form_token(Form::Session, token),
        action: "/account/confirm/code",
        resend: "/account/confirm/resend",
        then: Some(after.as_str()),
        address: awaited.destination.mask(),
        back: &back,
    };
    entry::page(ctx, form, &awaited, status, judged)
}
