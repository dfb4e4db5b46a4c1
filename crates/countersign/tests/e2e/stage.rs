//! An installation that a browser can reach: a world whose public URL is where it really listens.

use std::sync::Arc;

use countersign::web;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinHandle;

use crate::databases::Kind;
use crate::driver::{Look, Window};
use crate::world::{Setup, World};

/// How many browsers run at a time, whatever the number of test threads.
const BROWSERS_MAX: usize = 2;

/// A world with a listener for browsers.
pub(crate) struct Stage {
    pub(crate) world: World,
    origin: String,
    stop: watch::Sender<bool>,
    listener: JoinHandle<()>,
    _place: OwnedSemaphorePermit,
}

impl Stage {
    /// An installation that asks everybody for a code.
    pub(crate) async fn required() -> Self {
        Self::start(Kind::Sqlite, Setup::required()).await
    }

    /// An installation that asks everybody for a code, on a copy of the database of another one: in quarantine.
    pub(crate) async fn quarantined() -> Self {
        let setup = Setup::required().expecting("QUARANTINE");
        Self::start_after(Kind::Sqlite, setup, async |world: &mut World| {
            world.stops().await;
            world.becomes("server.environment", "test");
            world.starts().await;
        })
        .await
    }

    /// An installation of this set-up.
    pub(crate) async fn start(kind: Kind, setup: Setup) -> Self {
        Self::start_after(kind, setup, async |_: &mut World| {}).await
    }

    async fn start_after(kind: Kind, setup: Setup, what: impl AsyncFnOnce(&mut World)) -> Self {
        let place = a_place().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let mut world = World::start(kind, setup.set("server.public_url", &origin)).await;
        what(&mut world).await;
        let (stop, stopped) = watch::channel(false);
        let router = web::router(Arc::clone(&world.app)).unwrap();
        let listener = tokio::spawn(web::server::serve(listener, router, stopped));
        Self { world, origin, stop, listener, _place: place }
    }

    /// A browser that was never here before.
    pub(crate) async fn window(&self, look: Look) -> Window {
        Window::open(&self.origin, look).await
    }

    /// The browser is closed, the installation is stopped, and what is left of both is looked at.
    pub(crate) async fn finish(self, window: Window) {
        window.close().await;
        self.stop.send_replace(true);
        self.listener.await.unwrap();
        self.world.finish().await;
    }
}

/// Waits until another browser may run.
pub(crate) async fn a_place() -> OwnedSemaphorePermit {
    static PLACES: std::sync::LazyLock<Arc<Semaphore>> =
        std::sync::LazyLock::new(|| Arc::new(Semaphore::new(BROWSERS_MAX)));
    Arc::clone(&PLACES).acquire_owned().await.unwrap()
}
