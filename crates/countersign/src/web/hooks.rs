//! `/hooks/{provider}/{secret}`: what gateways tell of messages, and what people answered to them.
//!
//! Two of three gateways sign nothing, so the address itself is the secret; Twilio signs, over the address as it is
//! configured and not as the request claims it. Whoever knows neither learns nothing: a wrong secret is a page that does not
//! exist, and a message that nobody knows is answered like one that is known.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use url::Url;

use super::error::Fault;
use crate::app::App;
use crate::courier::receipt::{Pushed, Unreadable};
use crate::flow::receipts;

/// Takes in what a gateway tells. 200 with no body: gateways repeat what is answered otherwise, or give the address up.
pub(super) async fn receive(
    State(app): State<Arc<App>>,
    Path((hook, secret)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fault> {
    // First the secret, in the time that any takes; then whether there is such a provider.
    let known = app.keys.hook_secret_matches(&hook, &secret);
    let behind = app.couriers.roster().hooked(&hook);
    let Some(provider) = behind.first().filter(|_| known) else { return Err(Fault::NotFound) };
    let names: Vec<&'static str> = behind.iter().map(|provider| provider.name()).collect();
    let address = app.server.public_url.at(&receipts::path(&app, &hook));
    let url = Url::parse(&address).map_err(|_| Fault::Internal("the public URL is no address".to_owned()))?;
    let pushed = Pushed {
        url: &url,
        content_type: text(&headers, header::CONTENT_TYPE.as_str()).unwrap_or_default(),
        signature: text(&headers, SIGNATURE),
        body: &body,
    };
    match provider.read(&pushed) {
        Ok(news) => {
            receipts::receive(&app, &names, news).await?;
            Ok(StatusCode::OK.into_response())
        }
        Err(unreadable) => {
            tracing::warn!(event = "malicious_receipt", provider = provider.name(), why = %unreadable, "a receipt was refused");
            Ok(match unreadable {
                Unreadable::Signature => StatusCode::UNAUTHORIZED,
                Unreadable::Malformed => StatusCode::UNPROCESSABLE_ENTITY,
                Unreadable::Unexpected => return Err(Fault::NotFound),
            }
            .into_response())
        }
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| text.len() <= HEADER_LEN_MAX)
}

const SIGNATURE: &str = "x-twilio-signature";
/// The longest content type and signature looked at.
const HEADER_LEN_MAX: usize = 512;
