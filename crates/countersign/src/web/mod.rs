//! What a browser and a machine meet: pages, forms and the files they load. The router is on this one page.

pub mod assets;
pub mod client_ip;
pub mod cookie;
mod ctx;
mod dress;
mod error;
pub mod form;
mod hooks;
mod origin;
mod pages;
pub mod return_to;
pub mod server;
mod twilio_voice;
pub mod views;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{ConfigError, CsrfLayer};
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use pages::account::{confirm, contacts, removal};
use pages::{
    account, code, destination, enrol, files, forgot, health, home, language, login, logout, not_me, outbox, recovery,
    reset,
};

/// The largest body of a form.
const BODY_LEN_MAX: usize = 8 * 1024;

/// The longest a request may take, with its body.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(30);

/// Every address there is.
pub fn router(app: Arc<App>) -> Result<Router, ConfigError> {
    layered(app, routes())
}

/// The addresses and what answers at each. A new one is classified in the stories too (security.md N-12).
fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(home::show))
        .route("/language", post(language::choose))
        .route("/login", get(login::choose_realm))
        .route("/login/{realm}", get(login::show).post(login::submit))
        .route("/login/destination", get(destination::show).post(destination::submit))
        .route("/login/code", get(code::show).post(code::submit))
        .route("/login/code/resend", post(code::resend))
        .route("/login/code/check", post(code::look_again))
        .route("/login/code/state", get(code::state))
        .route("/login/recovery", get(recovery::show).post(recovery::submit))
        .route("/forgot", get(forgot::show).post(forgot::submit))
        .route("/reset/{token}", get(reset::show).post(reset::submit))
        .route("/login/enrol", get(enrol::show).post(enrol::unlock))
        .route("/login/enrol/mail", post(enrol::mail))
        .route("/login/enrol/contact/{kind}", get(enrol::contact).post(enrol::submit_contact))
        .route("/login/enrol/code", get(enrol::show_code).post(enrol::submit_code))
        .route("/login/enrol/resend", post(enrol::resend))
        .route("/logout", get(logout::show).post(logout::submit))
        .route("/not-me", get(not_me::ask).post(not_me::submit))
        .route("/not-me/{token}", get(not_me::show).post(not_me::confirm))
        .route("/account", get(account::show))
        .route("/account/activity", get(account::activity::show))
        .route("/account/activity/{entry}/not-me", get(account::activity::dispute).post(account::activity::disown))
        .route("/account/devices/revoke", post(account::devices::revoke))
        .route("/account/devices/{id}/rename", post(account::devices::rename))
        .route("/account/devices/{id}/revoke", post(account::devices::revoke_one))
        .route("/account/password", get(account::password::show).post(account::password::submit))
        .route("/account/recovery-codes", get(account::recovery_codes::show).post(account::recovery_codes::make))
        .route("/account/sessions/end-others", post(account::sessions::end_others))
        .route("/account/sessions/{id}/end", post(account::sessions::end))
        .route("/account/confirm", get(confirm::show).post(confirm::submit))
        .route("/account/confirm/code", get(confirm::show_code).post(confirm::submit_code))
        .route("/account/confirm/resend", post(confirm::resend))
        .route("/account/contacts/{kind}", get(contacts::show).post(contacts::submit))
        .route("/account/contacts/{kind}/code", get(contacts::show_code).post(contacts::submit_code))
        .route("/account/contacts/{kind}/resend", post(contacts::resend))
        .route("/account/contacts/{kind}/remove", get(removal::show).post(removal::submit))
        .route("/account/two-step", post(account::two_step::turn))
        .route("/outbox", get(outbox::show))
        .route("/hooks/twilio-voice/{message}", post(twilio_voice::key_pressed))
        .route("/hooks/twilio-voice/test/{challenge}/{account}", post(twilio_voice::key_pressed_in_test))
        .route("/static/{*path}", get(files::show))
        .route("/hooks/{provider}/{secret}", post(hooks::receive))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
}

/// Puts around routes what every request goes through: limits of size and time, the cross-site check, the guard against
/// panics, and the pages of failures.
pub fn layered(app: Arc<App>, routes: Router<Arc<App>>) -> Result<Router, ConfigError> {
    let cross_site = CsrfLayer::new().add_trusted_origin(app.server.public_url.as_str())?;
    Ok(routes
        .fallback(home::missing)
        .method_not_allowed_fallback(home::wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LEN_MAX))
        .layer(cross_site)
        .layer(from_fn_with_state(Arc::clone(&app), origin::refuse_plain))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIME_MAX))
        .layer(from_fn_with_state(Arc::clone(&app), dress::dress))
        .with_state(app))
}
