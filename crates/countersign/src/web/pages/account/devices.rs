//! The browsers that need no code for a while.

use axum::extract::Path;
use axum::response::Response;
use countersign_core::id::DeviceId;

use super::{done, signed_in};
use crate::flow;
use crate::flow::device;
use crate::flow::session::Current;
use crate::web::cookie::Name;
use crate::web::ctx::{Ctx, Form};
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::views::account::AccountNotice;
use crate::web::views::account::devices::TrustedDevice;
use crate::web::views::moment::Moment;

/// What the page shows of them.
pub(super) async fn section(ctx: &Ctx, current: &Current) -> Result<Vec<TrustedDevice>, Fault> {
    let devices = device::list(&ctx.app, current.account.account.id, &ctx.visitor).await?;
    let own = device::own(&devices, &ctx.visitor);
    let shown = devices.into_iter().map(|device| TrustedDevice {
        this_browser: own == Some(device.id),
        id: device.id.to_string(),
        name: device.name,
        since: Moment::date_time(device.trust.since),
        from: device.ip,
        last_used: Moment::date_time(device.seen_at),
        expires: Moment::date_time(device.trust.until),
    });
    Ok(shown.collect())
}

/// Gives a browser another name.
pub(in crate::web) async fn rename(mut ctx: Ctx, Path(id): Path<String>, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    let name = fields.required("name")?;
    match device::rename(&ctx.app, &ctx.visitor, &current, known(&id)?, name).await {
        // The browser holds the field to what a name may be; what comes all the same is no form of ours.
        Err(flow::Error::Invalid(_)) => Err(Fault::BadForm("no name for a device")),
        Err(error) => Err(error.into()),
        Ok(()) => done(AccountNotice::DeviceRenamed),
    }
}

/// Ends the trust in one browser.
pub(in crate::web) async fn revoke_one(
    mut ctx: Ctx,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    device::revoke(&ctx.app, &ctx.visitor, &current, known(&id)?).await?;
    done(AccountNotice::DeviceRevoked)
}

fn known(id: &str) -> Result<DeviceId, Fault> {
    id.parse().map_err(|_| Fault::NotFound)
}

/// Ends the trust in every browser.
pub(in crate::web) async fn revoke(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    device::revoke_all(&ctx.app, &ctx.visitor, &current).await?;
    let mut response = done(AccountNotice::DevicesRevoked)?;
    ctx.jar.clear(response.headers_mut(), Name::Device);
    Ok(response)
}
