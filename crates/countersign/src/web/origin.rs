//! An https site takes no form from an http page.
//!
//! `CsrfLayer` holds the host of `Origin` against that of the request, whatever the schemes are. Somebody on the network
//! who serves a page as `http://` and our name would pass it with a browser that sends no `Sec-Fetch-Site` (E-03).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::error::Fault;
use crate::app::App;

/// Refuses what changes something and comes from an origin without encryption.
pub(super) async fn refuse_plain(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).map(|value| value.as_bytes().starts_with(b"https://"));
    let plain = app.server.public_url.is_https() && origin == Some(false);
    if plain && !request.method().is_safe() {
        return Fault::ForeignForm("it came from a page without encryption").into_response();
    }
    next.run(request).await
}
