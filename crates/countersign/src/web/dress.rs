//! What every response gets: the security headers, and a page if it failed without one.

use std::sync::Arc;

use askama::Template;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use tower_http::csrf::ProtectionError;

use super::ctx::{at_machine, here, shell, texts};
use super::error::{NeedsPage, kind_of};
use super::views::fault::Fault;
use super::views::shell::Shell;
use crate::app::App;

/// Where a page of a failure leads.
const LOGIN: &str = "/login";

/// Headers that are the same everywhere (OWASP ASVS 5.0, 3.4).
const HEADERS: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Nothing to other sites, like `no-referrer`; but with that one, browsers send `Origin: null` with our own forms, and
    // an old browser without `Sec-Fetch-Site` could not sign in.
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "otp-credentials=(self), camera=(), geolocation=(), microphone=()"),
    (header::VARY, "Accept-Language, Cookie"),
];

/// Runs the request, and dresses its response.
pub(super) async fn dress(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let texts = texts(&app, request.headers());
    let method = request.method().clone();
    // A path may hold the token of a link or the secret of a hook, so the log has the route that it matched.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    // A form that failed cannot be asked for again.
    let here = here(&method, request.uri()).unwrap_or_else(|| LOGIN.to_owned());
    let at_machine = at_machine(request.extensions(), request.headers());
    let response = next.run(request).await;
    let mut response = with_page(&app, || shell(&app, &texts, here, at_machine), response);
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&content_security_policy(&app)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    if app.server.public_url.is_https() {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if let Ok(language) = HeaderValue::from_str(texts.tag()) {
        headers.entry(header::CONTENT_LANGUAGE).or_insert(language);
    }
    tracing::debug!(%method, route, status = response.status().as_u16(), "request");
    response
}

/// A failed response without a page of its own gets the one for its kind, with an id that the log has too.
fn with_page(app: &App, shell: impl FnOnce() -> Shell, response: Response) -> Response {
    let status = response.status();
    if let Some(refused) = response.extensions().get::<ProtectionError>() {
        tracing::warn!(event = "malicious_csrf", why = ?refused.kind(), "a form from another site was refused");
    }
    let has_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let kind = response.extensions().get::<NeedsPage>().map(|needs| needs.0).or_else(|| kind_of(status));
    let Some(kind) = kind.filter(|_| !has_page) else { return response };
    let request_id = app.entropy.uuid().map(|id| id.simple().to_string()).unwrap_or_default();
    let request_id = request_id.get(..12).unwrap_or_default().to_owned();
    tracing::info!(request.id = request_id, status = status.as_u16(), "fault page");
    let view = Fault { shell: shell(), kind, request_id, login_url: LOGIN.to_owned() };
    let Ok(html) = view.render() else { return response };
    let mut page = (status, Html(html)).into_response();
    for (name, value) in response.headers() {
        if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    page
}

/// Scripts and styles from here only, none inline, no frame, no other host. Chromium holds the redirects that follow a
/// form against `form-action` too, so the sites a login may return to are named.
fn content_security_policy(app: &App) -> String {
    let returns: Vec<String> = app.server.allowed_returns.iter().map(url::Origin::ascii_serialization).collect();
    let mut form_action = vec!["'self'".to_owned()];
    form_action.extend(returns);
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; frame-ancestors 'none'; form-action {}",
        form_action.join(" ")
    )
}
