//! The one client for everything that goes to Google.

use std::sync::Arc;

use signet_core::{Clock, Failure};
use url::Url;

use crate::{Endpoints, Pace, SystemPace};

/// How to reach Google. A sandbox is always reached directly, whatever this says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proxy {
    /// What the environment and the system's settings say.
    #[default]
    System,
    /// Directly.
    None,
    /// Through this proxy (`http`, `https`, `socks5` or `socks5h`).
    Url(Url),
}

/// One profile's Google: tokens, sends and look-ups. Cheap to clone.
#[derive(Clone)]
pub struct Google {
    pub(crate) endpoints: Endpoints,
    pub(crate) http: reqwest::Client,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pace: Arc<dyn Pace>,
}

impl Google {
    /// A client for these endpoints. The process must have a default rustls `CryptoProvider`.
    ///
    /// # Errors
    /// A [`Failure`] when the proxy's address cannot be used or TLS cannot be set up.
    pub fn new(endpoints: Endpoints, proxy: &Proxy, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        todo!()
    }

    /// The same with other waits, jitter and limits (tests).
    #[must_use]
    pub fn with_pace(mut self, pace: Arc<dyn Pace>) -> Self {
        self.pace = pace;
        self
    }

    /// The endpoints that this client is pinned to.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }
}
