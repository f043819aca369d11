//! A sandbox that runs: in its own process, or inside a test.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use signet_core::Clock;
use tokio::runtime::Runtime;

use crate::google::Google;
use crate::server::{Endpoint, ListenError, Listeners, serve};
use crate::state::{StateDir, StateError, StateLock, WallClock, write_atomic};

/// How to start a sandbox.
pub struct SandboxOptions {
    /// Where everything is kept.
    pub state_dir: PathBuf,
    /// The address to listen on; it must be a loopback address.
    pub address: IpAddr,
    /// The port for HTTP; 0 takes a free one.
    pub port: u16,
    /// Whether to listen for HTTPS too.
    pub tls: bool,
    /// Where the time comes from, before the sandbox's own offset.
    pub clock: Arc<dyn Clock>,
}

impl SandboxOptions {
    /// A sandbox over that directory, on a free port, without TLS, by the computer's clock.
    pub fn new(state_dir: impl Into<PathBuf>) -> Self {
        Self {
            state_dir: state_dir.into(),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            tls: false,
            clock: Arc::new(WallClock),
        }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its directory cannot be used, or another sandbox uses it.
    #[error(transparent)]
    State(#[from] StateError),
    /// It cannot listen there.
    #[error("{0}")]
    Listen(String),
    /// It has no threads to run on.
    #[error("the sandbox cannot start its threads: {0}")]
    Threads(std::io::Error),
}

/// The sandbox.
pub struct Sandbox;

impl Sandbox {
    /// Starts one, on threads of its own; returns once it listens.
    pub fn start(options: SandboxOptions) -> Result<Running, StartError> {
        let dir = StateDir::open(&options.state_dir)?;
        let lock = dir.lock()?;
        let google = Arc::new(Google::open(dir.clone(), options.clock)?);
        let control_key = dir.control_key()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("sandbox")
            .enable_all()
            .build()
            .map_err(StartError::Threads)?;
        // A thread of its own, because the caller may be inside another runtime.
        let open = Listeners::open(&google, options.address, options.port, options.tls);
        let listeners = std::thread::scope(|scope| scope.spawn(|| runtime.block_on(open)).join());
        let listeners = match listeners {
            Ok(Ok(listeners)) => listeners,
            Ok(Err(ListenError::Tls(error))) => return Err(StartError::Listen(error.to_string())),
            Ok(Err(error)) => return Err(StartError::Listen(error.to_string())),
            Err(_) => return Err(StartError::Listen("the listener did not start".into())),
        };
        let endpoint = Endpoint {
            http: listeners.http_url.clone(),
            https: listeners.https_url.clone(),
            ca: dir.ca(),
            pid: std::process::id(),
        };
        runtime.spawn(serve(Arc::clone(&google), listeners, control_key));
        let bytes = serde_json::to_vec_pretty(&endpoint).unwrap_or_default();
        write_atomic(&dir.endpoint(), &bytes)?;
        Ok(Running { endpoint, google, runtime: Some(runtime), _lock: lock })
    }
}

/// A sandbox that runs; it stops when this is dropped.
pub struct Running {
    endpoint: Endpoint,
    google: Arc<Google>,
    runtime: Option<Runtime>,
    _lock: StateLock,
}

impl Running {
    /// `http://127.0.0.1:PORT`.
    pub fn http_url(&self) -> &str {
        &self.endpoint.http
    }

    /// `https://localhost:PORT`, when asked for.
    pub fn https_url(&self) -> Option<&str> {
        self.endpoint.https.as_deref()
    }

    /// The certificate authority of the HTTPS listener.
    pub fn ca_pem_path(&self) -> &Path {
        &self.endpoint.ca
    }

    /// Where it listens.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Waits until somebody stops it: the `stop` command, Ctrl-C, a termination signal, or the removal of
    /// its state directory.
    pub fn wait(&self) {
        let Some(runtime) = &self.runtime else { return };
        runtime.block_on(async {
            tokio::select! {
                () = self.google.stopped() => {
                    // The reply to the command is still on its way.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                _ = tokio::signal::ctrl_c() => {}
                () = terminated() => {}
                () = gone(self.google.dir.path()) => {}
            }
        });
    }

    /// The stand-in, to look at and to change.
    pub fn google(&self) -> &Google {
        &self.google
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Whoever reads it should not try a port that nobody serves.
        let _ = std::fs::remove_file(self.google.dir.endpoint());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Waits for the signal that asks a process to end; systems without one have Ctrl-C.
async fn terminated() {
    #[cfg(unix)]
    if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        signal.recv().await;
        return;
    }
    std::future::pending::<()>().await;
}

/// Waits until the state directory is not there any more: then nobody can stop the sandbox by it.
async fn gone(dir: &Path) {
    while dir.exists() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
