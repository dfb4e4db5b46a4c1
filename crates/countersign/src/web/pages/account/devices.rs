//! The browsers that need no code for a while.

use axum::response::Response;
use countersign_core::id::DeviceId;

use super::{done, signed_in};
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
    let addresses = device::addresses(&ctx.app, current.account.account.id).await?;
    let shown = devices.into_iter().map(|device| TrustedDevice {
        id: device.id.to_string(),
        this_browser: own == Some(device.id),
        since: Moment::date_time(device.trust.since),
        from: addresses.iter().find(|address| address.device == device.id).map(|address| address.ip.clone()),
        name: device.name,
        last_used: Moment::date_time(device.seen_at),
        expires: Moment::date_time(device.trust.until),
    });
    Ok(shown.collect())
}

/// Ends the trust in one browser, or in every one.
pub(in crate::web) async fn revoke(mut ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    ctx.require_form(Form::Session, &fields)?;
    if !fields.ticked("device") {
        device::revoke_all(&ctx.app, &ctx.visitor, &current).await?;
        let mut response = done(AccountNotice::DevicesRevoked)?;
        ctx.jar.clear(response.headers_mut(), Name::Device);
        return Ok(response);
    }
    let id = fields.text("device").parse().map(DeviceId).map_err(|_| Fault::NotFound)?;
    let devices = device::list(&ctx.app, current.account.account.id, &ctx.visitor).await?;
    let is_own = device::own(&devices, &ctx.visitor) == Some(id);
    if !device::revoke(&ctx.app, &ctx.visitor, &current, id).await? {
        return Err(Fault::NotFound);
    }
    let mut response = done(AccountNotice::DeviceRevoked)?;
    if is_own {
        ctx.jar.clear(response.headers_mut(), Name::Device);
    }
    Ok(response)
}
