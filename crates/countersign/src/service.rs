//! The running service: the listener and the jobs, from start to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::app::{App, BuildError, Parts};
use crate::clock::Clock;
use crate::config::Config;
use crate::entropy::Entropy;
use crate::keys::{KeyError, Keys};
use crate::{flow, jobs, web};

/// Why the service could not start, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Something that it is built of.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The configuration names no key file.
    #[error("server.key_file is not set: make a key with `countersign init`")]
    NoKey,
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}; is another Countersign running, or server.listen wrong?")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The public URL cannot be an origin.
    #[error("server.public_url cannot be an origin")]
    PublicUrl,
}

/// Serves until the process is told to stop (SIGTERM, SIGINT).
pub async fn serve(config: Config) -> Result<(), StartError> {
    let key_file = config.server.key_file.clone().ok_or(StartError::NoKey)?;
    let keys = Keys::read(&key_file)?;
    for warning in &config.warnings {
        tracing::warn!(%warning, "configuration");
    }
    let listener = listen(config.server.listen).await?;
    let app = App::build(Parts { config, keys, clock: Clock::system(), entropy: Entropy::System }).await?;
    let app = Arc::new(app);
    if let Err(error) = flow::routing::announce(&app).await {
        tracing::warn!(%error, "it could not be looked up which people the providers do not reach");
    }
    tracing::info!(listen = %app.server.listen, public_url = app.server.public_url.as_str(), environment = app.server.environment, "serving");
    run(app, listener, told_to_stop()).await
}

/// Binds the address.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })
}

/// Runs listener and jobs until `stop` says so; requests under way are finished, and the database is closed.
pub async fn run(app: Arc<App>, listener: TcpListener, stop: watch::Receiver<bool>) -> Result<(), StartError> {
    let router = web::router(Arc::clone(&app)).map_err(|_| StartError::PublicUrl)?;
    let jobs = jobs::start(&app);
    web::server::serve(listener, router, stop).await;
    for job in jobs {
        job.abort();
    }
    if let Err(error) = flow::seal::beat(&app).await {
        tracing::error!(%error, "it could not be noted how far the database has come");
    }
    app.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Becomes true at SIGTERM or SIGINT, from the moment this returns.
pub fn told_to_stop() -> watch::Receiver<bool> {
    let (told, stop) = watch::channel(false);
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        match signal(kind) {
            Ok(mut signals) => {
                let told = told.clone();
                tokio::spawn(async move {
                    signals.recv().await;
                    told.send_replace(true);
                });
            }
            Err(error) => tracing::error!(%error, "signals cannot be received; stop the process by SIGKILL"),
        }
    }
    stop
}
