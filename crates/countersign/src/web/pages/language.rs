//! `/language`: the person chooses the language of pages and messages.
//!
//! A form and not a link, because the code page is shown once: following a link away from it and back would end the login,
//! while the form offers the page again. It carries no token of its own. It changes nothing but what is shown, and the
//! router refuses it from other sites like any form.

use axum::response::Response;

use super::see_other;
use crate::flow::login::code;
use crate::web::ctx::Ctx;
use crate::web::error::Fault;
use crate::web::form::Fields;
use crate::web::return_to;

/// The page that is shown once.
const CODE_PAGE: &str = "/login/code";

/// The choice was made.
pub(in crate::web) async fn choose(ctx: Ctx, fields: Fields) -> Result<Response, Fault> {
    let texts = ctx.app.catalogue.find(fields.required("language")?).ok_or(Fault::BadForm("no such language"))?;
    let back = return_to::own_page(&ctx.app.server, fields.text("back")).unwrap_or_else(|| "/login".to_owned());
    if back == CODE_PAGE {
        code::offer_again(&ctx.app, &ctx.visitor).await?;
    }
    let mut response = see_other(&back)?;
    ctx.jar.set_language(response.headers_mut(), texts.tag());
    Ok(response)
}
