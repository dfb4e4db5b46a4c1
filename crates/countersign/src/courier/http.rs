//! One HTTP exchange with a gateway: a client that goes where it is told and nowhere else.
//!
//! No redirects, because credentials and codes would follow them; no proxy from the environment; no retry; every wait
//! and every body has a limit. Errors of the HTTP library are never passed on: they print the address, and an address
//! may hold a phone number.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use url::Url;

use crate::courier::reply::{self, Reply};
use crate::courier::settings::Unusable;
use crate::courier::{Action, Refusal};

/// A gateway's base address and the client that talks to it.
pub(super) struct Endpoint {
    client: Client,
    base: Url,
}

impl Endpoint {
    /// Builds the client. The TLS settings are explicit, so that no process-wide default is needed.
    pub(super) fn new(base: Url) -> Result<Self, Unusable> {
        Self::with_timeouts(base, CONNECT_TIMEOUT, TOTAL_TIMEOUT)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that makes a client")]
    fn with_timeouts(base: Url, connect: Duration, total: Duration) -> Result<Self, Unusable> {
        let fault = |error: &dyn std::error::Error| Unusable::Tls(error.to_string());
        let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(crypto)
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(|error| fault(&error))?
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(connect)
            .timeout(total)
            .pool_max_idle_per_host(IDLE_MAX)
            .build()
            .map_err(|error| fault(&error))?;
        Ok(Self { client, base })
    }

    /// A request for `path` below the base address, which may itself have a path.
    pub(super) fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        self.client.request(method, url)
    }
}

/// Sends a request and reads the whole answer.
pub(super) async fn exchange(request: RequestBuilder) -> Result<Reply, Refusal> {
    let mut response = request.send().await.map_err(|error| trouble(&error))?;
    let status = response.status().as_u16();
    let wait = reply::wait_asked_for(response.headers());
    let body = read_body(&mut response).await?;
    Ok(Reply { status, wait, body })
}

async fn read_body(response: &mut Response) -> Result<Vec<u8>, Refusal> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| trouble(&error))? {
        if body.len() + chunk.len() > BODY_MAX {
            return Err(Refusal::new(Action::RetryOnce, "body-too-large", "the answer is larger than 64 KiB"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Nothing was sent if there was no connection; after that a request may have been carried out, whatever went wrong.
fn trouble(error: &reqwest::Error) -> Refusal {
    if error.is_builder() {
        return Refusal::new(Action::Stop, "bad-request", "the settings cannot be put into a request");
    }
    if error.is_connect() && error.is_timeout() {
        return Refusal::new(Action::Retry, "connect-timeout", "no connection within 5 seconds");
    }
    if error.is_connect() {
        return Refusal::new(
            Action::Retry,
            "no-connection",
            "no connection: check the address, the network and the certificate",
        );
    }
    if error.is_timeout() {
        return Refusal::new(Action::RetryOnce, "timeout", "no complete answer within 15 seconds");
    }
    Refusal::new(Action::RetryOnce, "broken-answer", "the connection broke before the answer was complete")
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);
const BODY_MAX: usize = 64 * 1024;
const IDLE_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// The backlog of a listener takes the connection and the request; nobody ever answers.
    #[tokio::test]
    async fn i_05_after_a_time_out_the_outcome_is_unknown() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", silent.local_addr().unwrap()).parse().unwrap();
        let endpoint = Endpoint::with_timeouts(base, CONNECT_TIMEOUT, Duration::from_millis(50)).unwrap();
        let refusal = exchange(endpoint.request(Method::GET, &["x"])).await.err().unwrap();
        assert_eq!((refusal.action, refusal.code.as_str()), (Action::RetryOnce, "timeout"));
    }

    #[test]
    fn a_path_is_kept_below_the_base_address() {
        for base in ["http://127.0.0.1", "http://127.0.0.1/", "http://127.0.0.1/sms/", "http://127.0.0.1/sms"] {
            let request = Endpoint::new(base.parse().unwrap()).unwrap().request(Method::GET, &["v3", "account"]);
            let path = request.build().unwrap().url().path().to_owned();
            assert_eq!(path, if base.contains("sms") { "/sms/v3/account" } else { "/v3/account" });
        }
    }
}
