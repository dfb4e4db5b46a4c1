//! `/healthz` and `/readyz`, for whatever supervises the process.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::app::App;

/// The process answers.
pub(in crate::web) async fn alive() -> Response {
    text(StatusCode::OK, "ok\n")
}

/// It can do its work: the database answers.
pub(in crate::web) async fn ready(State(app): State<Arc<App>>) -> Response {
    match app.store.instance().await {
        Ok(Some(_)) => text(StatusCode::OK, "ready\n"),
        Ok(None) | Err(_) => text(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

fn text(status: StatusCode, body: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response()
}
