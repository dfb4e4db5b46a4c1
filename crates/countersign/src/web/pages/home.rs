//! `/`, and the addresses that do not exist.

use axum::response::Response;

use super::see_other;
use crate::web::ctx::{Ctx, render};
use crate::web::error::Fault;
use crate::web::views::welcome::{DemoAccount, Welcome};

/// In a demo, where to click; otherwise the account page, which leads to the login.
pub(in crate::web) async fn show(ctx: Ctx) -> Result<Response, Fault> {
    if ctx.app.demo.is_empty() {
        return see_other("/account");
    }
    let title = |realm: &str| {
        let found = ctx.app.settings.realms.iter().find(|(name, _)| name.as_str() == realm);
        found.map(|(_, realm)| realm.title.clone()).unwrap_or_default()
    };
    let accounts = ctx.app.demo.iter().map(|account| DemoAccount {
        realm: account.realm.clone(),
        realm_title: title(&account.realm),
        identifier: account.identifier.clone(),
        password: account.password.clone(),
    });
    let accounts = accounts.collect();
    render(&Welcome { shell: ctx.shell(None), accounts })
}

/// There is no such page.
pub(in crate::web) async fn missing() -> Fault {
    Fault::NotFound
}

/// There is such a page, and it does not do that.
pub(in crate::web) async fn wrong_method() -> axum::http::StatusCode {
    axum::http::StatusCode::METHOD_NOT_ALLOWED
}
