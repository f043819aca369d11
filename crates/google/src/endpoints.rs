//! Where Google is, pinned per profile: production is Google's own https hosts, the sandbox is one
//! loopback authority, and neither can be talked into the other.

use std::net::IpAddr;

use signet_core::{Code, Failure, Profile};
use url::{Host, Url};

/// The addresses of one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    profile: Profile,
    token: Url,
    gmail: Url,
    certificates: Url,
}

/// Why an address cannot be the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox must be http on a loopback address")]
pub struct EndpointsError;

impl EndpointsError {
    /// The failure to show.
    pub fn failure(self) -> Failure {
        Failure::new(Code::ProfileMismatch)
            .what("The sandbox's address is not on this computer, so it was not used.")
    }
}

impl Endpoints {
    /// Google's own (`oauth2.googleapis.com`, `gmail.googleapis.com`, `www.googleapis.com`).
    pub fn production() -> Self {
        Self {
            profile: Profile::Production,
            token: fixed("https://oauth2.googleapis.com/token"),
            gmail: fixed("https://gmail.googleapis.com/"),
            certificates: fixed("https://www.googleapis.com/"),
        }
    }

    /// A sandbox at `base`, for example `http://127.0.0.1:8123`. Path and query of `base` are ignored.
    ///
    /// # Errors
    /// [`EndpointsError`] unless `base` is http on `127.0.0.0/8`, `[::1]` or `localhost`.
    pub fn sandbox(base: &Url) -> Result<Self, EndpointsError> {
        if base.scheme() != "http"
            || !is_loopback(base)
            || !base.username().is_empty()
            || base.password().is_some()
        {
            return Err(EndpointsError);
        }
        let mut root = base.clone();
        root.set_path("/");
        root.set_query(None);
        root.set_fragment(None);
        let token = root.join("token").map_err(|_| EndpointsError)?;
        Ok(Self { profile: Profile::Sandbox, token, gmail: root.clone(), certificates: root })
    }

    /// Which profile these belong to.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Where assertions are exchanged for tokens; also the `aud` of each assertion.
    pub fn token(&self) -> &Url {
        &self.token
    }

    /// Where a resumable upload of a message starts (`users.messages.send`, Gmail API v1).
    pub(crate) fn upload(&self) -> Url {
        let mut url = self.gmail.clone();
        url.set_path("/upload/gmail/v1/users/me/messages/send");
        url.set_query(Some("uploadType=resumable"));
        url
    }

    /// Where the public certificates of a service account are.
    pub(crate) fn certificates(&self, client_email: &str) -> Url {
        let mut url = self.certificates.clone();
        url.set_path("/service_accounts/v1/metadata/x509/");
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(client_email);
        }
        url
    }

    /// Whether an upload may be continued at `url`: Google's https hosts on the default port, or the
    /// sandbox's own authority.
    pub(crate) fn may_upload_to(&self, url: &Url) -> bool {
        let plain = url.username().is_empty() && url.password().is_none();
        plain
            && match self.profile {
                Profile::Production => {
                    let google = url.domain().is_some_and(|host| host.ends_with(".googleapis.com"));
                    url.scheme() == "https" && url.port().is_none() && google
                }
                Profile::Sandbox => url.origin() == self.gmail.origin(),
            }
    }
}

/// Loopback by its text alone: an IP literal, or `localhost`, which the client never asks DNS about.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// A URL written in this file.
#[expect(clippy::expect_used, reason = "constants of this file, each parsed by a test")]
fn fixed(text: &str) -> Url {
    Url::parse(text).expect("a constant URL")
}
