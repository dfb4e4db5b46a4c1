//! A wall before the directory: it lets everybody through, nobody, or keeps them waiting for ever.

use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What happens to whoever comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gate {
    /// The connection is closed.
    Closed,
    /// The connection is taken, and nothing ever comes of it.
    Hanging,
    /// They reach the directory.
    Open,
}

/// A wall with one gate.
pub(crate) struct Wall {
    port: u16,
    gate: Arc<watch::Sender<Gate>>,
}

impl Wall {
    /// Builds a wall before a port of this machine. The gate is open.
    pub(crate) async fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let gate = Arc::new(watch::Sender::new(Gate::Open));
        tokio::spawn(guard(listener, port, Arc::clone(&gate)));
        Self { port: own, gate }
    }

    /// Where to come.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Nobody gets through any more.
    pub(crate) fn closes(&self) {
        self.gate.send_replace(Gate::Closed);
    }

    /// Everybody waits.
    pub(crate) fn hangs(&self) {
        self.gate.send_replace(Gate::Hanging);
    }

    /// Everybody gets through.
    pub(crate) fn opens(&self) {
        self.gate.send_replace(Gate::Open);
    }
}

async fn guard(listener: TcpListener, port: u16, gate: Arc<watch::Sender<Gate>>) {
    loop {
        let Ok((mut visitor, _)) = listener.accept().await else { return };
        let mut gate = gate.subscribe();
        tokio::spawn(async move {
            let now = *gate.borrow_and_update();
            match now {
                Gate::Closed => drop(visitor),
                Gate::Hanging => {
                    let _ = gate.changed().await;
                }
                Gate::Open => {
                    let mut inside = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    let _ = copy_bidirectional(&mut visitor, &mut inside).await;
                }
            }
        });
    }
}
