//! Failures, turned into an answer in one place.
//!
//! A handler returns a [`Fault`]; it becomes an empty response that carries its kind, and `web::dress`, which knows the
//! language and the request's id, puts the page on it. What a person reads never holds what went wrong inside.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::views::fault::FaultKind;
use crate::flow;

/// Why there is no page.
#[derive(Debug)]
pub(super) enum Fault {
    /// The request is not what one of our forms sends; for the log, why.
    BadForm(&'static str),
    /// Too much is going on.
    Busy,
    /// The form is not one that this browser got from us; for the log, why.
    ForeignForm(&'static str),
    /// A fault of ours; for the log, what.
    Internal(String),
    /// There is no such page.
    NotFound,
    /// The body is too large.
    TooLarge,
    /// Too many attempts from this network.
    TooMany,
    /// The database does not answer: no page, fail closed. For the log, what it said.
    Unavailable(String),
}

/// The kind of page that a failed response needs; an extension of the response.
#[derive(Clone, Copy, Debug)]
pub(super) struct NeedsPage(pub(super) FaultKind);

impl From<flow::Error> for Fault {
    fn from(error: flow::Error) -> Self {
        match error {
            flow::Error::Busy(_) => Self::Busy,
            flow::Error::NotFound(_) => Self::NotFound,
            flow::Error::Internal(what) => Self::Internal(what),
            flow::Error::Invalid(refused) => Self::Internal(refused.to_string()),
            flow::Error::Unavailable(what) => Self::Unavailable(what),
        }
    }
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let kind = match self {
            Self::BadForm(why) => {
                tracing::info!(why, "bad form");
                FaultKind::BadForm
            }
            Self::Busy => FaultKind::Busy,
            Self::ForeignForm(why) => {
                tracing::warn!(event = "malicious_csrf", why, "form refused");
                FaultKind::ForeignForm
            }
            Self::Internal(what) => {
                tracing::error!(what, "a request failed");
                FaultKind::Internal
            }
            Self::NotFound => FaultKind::NotFound,
            Self::TooLarge => FaultKind::TooLarge,
            Self::TooMany => FaultKind::TooMany,
            Self::Unavailable(what) => {
                tracing::error!(what, "a request failed");
                FaultKind::Busy
            }
        };
        let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(NeedsPage(kind));
        response
    }
}

/// The page for a response that failed before it reached a handler.
pub(super) fn kind_of(status: StatusCode) -> Option<FaultKind> {
    Some(match status {
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::REQUEST_TIMEOUT => {
            FaultKind::BadForm
        }
        StatusCode::FORBIDDEN => FaultKind::ForeignForm,
        StatusCode::NOT_FOUND => FaultKind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => FaultKind::WrongMethod,
        StatusCode::PAYLOAD_TOO_LARGE => FaultKind::TooLarge,
        StatusCode::TOO_MANY_REQUESTS => FaultKind::TooMany,
        StatusCode::SERVICE_UNAVAILABLE => FaultKind::Busy,
        status if status.is_server_error() => FaultKind::Internal,
        _ => return None,
    })
}
