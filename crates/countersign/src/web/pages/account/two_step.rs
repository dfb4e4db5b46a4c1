//! Turning two-step login on and off.

use std::sync::Arc;

use axum::response::Response;
use countersign_core::session::Missing;

use super::confirm::After;
use super::{done, signed_in};
use crate::flow::session::Current;
use crate::flow::two_step::{self, Outcome, Wish};
use crate::web::ctx::{Ctx, Form};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::pages::{see_other, to_the_end};
use crate::web::views::account::AccountNotice;
use crate::web::views::account::two_step::TwoStepSection;

/// What the page shows of it.
pub(super) fn section(ctx: &Ctx, current: &Current) -> TwoStepSection {
    TwoStepSection(two_step::standing(&ctx.app, &current.account.account))
}

/// The button was pressed.
pub(in crate::web) async fn turn(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    let (wish, notice) = match fields.required("turn")? {
        "on" => (Wish::On, AccountNotice::TwoStepOn),
        "off" => (Wish::Off, AccountNotice::TwoStepOff),
        _ => return Err(Fault::BadForm("neither on nor off")),
    };
    let (app, visitor) = (Arc::clone(&ctx.app), ctx.visitor.clone());
    match to_the_end(async move { two_step::turn(&app, &visitor, &current, wish).await }).await? {
        Outcome::Done => done(notice),
        Outcome::Missing(Missing::Code | Missing::Password) => After::Account.confirm_first(),
        // The page says where it stands, and why there is no button.
        Outcome::Refused(_) => see_other("/account"),
    }
}
