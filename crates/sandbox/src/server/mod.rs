//! The listeners and what comes in on them.

mod certs;
mod connection;
mod control;
mod crawl;
mod dispatch;
mod fault;
mod listen;
mod reply;
mod tls;
mod token;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub(crate) use listen::{ListenError, Listeners, serve};
pub(crate) use tls::TlsError;

/// Where a running sandbox listens; `endpoint.json` in its state directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// `http://127.0.0.1:PORT`.
    pub http: String,
    /// `https://localhost:PORT`, when asked for.
    pub https: Option<String>,
    /// The certificate authority of the HTTPS listener, PEM.
    pub ca: PathBuf,
    /// The process.
    pub pid: u32,
}
