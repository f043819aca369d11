//! The one client for everything that goes to Google.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect;
use signet_core::{Clock, Code, Failure, Profile};
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
        let http = client(&endpoints, proxy)?;
        Ok(Self { endpoints, http, clock, pace: Arc::new(SystemPace) })
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

/// HTTP/1.1 without redirects and without retries of its own: both would send where or what we did not
/// decide. No overall time-out: an upload may be slow, see `Pace::stall`.
fn client(endpoints: &Endpoints, proxy: &Proxy) -> Result<reqwest::Client, Failure> {
    let builder = reqwest::Client::builder()
        .http1_only()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(Duration::from_secs(15))
        .user_agent(concat!("signet/", env!("CARGO_PKG_VERSION")));
    let builder = match endpoints.profile() {
        Profile::Sandbox => builder.no_proxy().resolve_to_addrs("localhost", &loopback()),
        Profile::Production => match proxy {
            Proxy::System => builder.https_only(true),
            Proxy::None => builder.https_only(true).no_proxy(),
            Proxy::Url(url) => {
                let proxy = reqwest::Proxy::all(url.as_str()).map_err(|_| unusable_proxy())?;
                builder.https_only(true).no_proxy().proxy(proxy)
            }
        },
    };
    builder.build().map_err(|error| Failure::new(Code::Internal).fact("detail", error.without_url()))
}

/// What `localhost` means to us, whatever DNS or the hosts file say. The port is taken from the URL.
fn loopback() -> [SocketAddr; 2] {
    [SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0), SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0)]
}

fn unusable_proxy() -> Failure {
    Failure::new(Code::Network)
        .what("The proxy's address cannot be used.")
        .remedy("Give it in the form http://host:port or socks5h://host:port.")
}

#[cfg(test)]
mod tests {
    /// yup-oauth2 writes assertions and tokens to `log` at debug level: no build may carry those calls.
    #[test]
    fn the_log_crate_is_capped_below_debug() {
        assert!(log::STATIC_MAX_LEVEL <= log::LevelFilter::Info);
    }
}
