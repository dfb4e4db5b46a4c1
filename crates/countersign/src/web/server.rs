//! The listener: HTTP/1.1 with limits on everything a slow or greedy client could hold.
//!
//! `axum::serve` has no time limit for headers, so connections are served here (security.md L-04). TLS is the reverse
//! proxy's.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

/// The most connections at a time, below the 1024 open files that a process may usually have; further ones wait in the
/// kernel's queue.
const CONNECTIONS_MAX: usize = 900;

/// How long a client may take to send its headers; also how long an idle connection is kept.
const HEADER_TIME_MAX: Duration = Duration::from_secs(10);

/// The most that is buffered of a request line and its headers.
const HEADER_LEN_MAX: usize = 32 * 1024;

/// The most header fields.
const HEADERS_MAX: usize = 64;

/// How long the listener rests after a connection could not be accepted.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// How long requests under way may take once the service is told to stop.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(10);

/// Serves until `stop` becomes true, and then lets the requests that are under way finish.
pub async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME_MAX)
        .max_buf_size(HEADER_LEN_MAX)
        .max_headers(HEADERS_MAX);
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    rest().await;
                    continue;
                }
            },
            // The guard that `wait_for` returns must not be held across an await: this future is spawned.
            () = async { drop(stop.wait_for(|stop| *stop).await) } => break,
        };
        let router = router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A client that goes away or is too slow is no event for an operator.
            let _ = connection.await;
            drop(place);
        });
    }
    if tokio::time::timeout(DRAIN_TIME_MAX, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were broken off");
    }
}

/// Out of file descriptors, most likely: a short rest lets some connections end, and keeps the loop from spinning.
async fn rest() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the machine is short of something real, whatever the clock of a test says"
    )]
    tokio::time::sleep(ACCEPT_REST).await;
}
